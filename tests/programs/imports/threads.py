# Threads that import the same module wait for the one that began.
import sys, threading
results = []
barrier = threading.Barrier(4)
def work():
    barrier.wait()
    import slow_module
    results.append((slow_module.ready, slow_module.count))
threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(results, sys.modules["slow_module"].__spec__._initializing)
