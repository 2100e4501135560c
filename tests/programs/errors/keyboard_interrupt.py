# A raised KeyboardInterrupt ends the process as CPython does.
print("before")
raise KeyboardInterrupt
