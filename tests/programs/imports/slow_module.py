# habu: module
import sys, time
count = getattr(sys, "slow_module_runs", 0) + 1
sys.slow_module_runs = count
time.sleep(0.02)
ready = True
