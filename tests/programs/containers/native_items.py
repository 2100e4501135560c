# Slices with steps, stores to slices, and items of native types that the interpreter does not know.
import array
L = list(range(10))
print(L[::-1], L[::2], L[5:1:-1], L[-1::-3], L[100::-1], L[::100])
try: L[::0]
except ValueError as e: print(e)
class I:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
print(L[I(1)::I(3)], L[I(2):I(5)])
L[2:4] = "abc"; print(L)
L[I(0):I(1)] = (9, 8); print(L)
L[5:] = []; print(L)
L[10:20] = [1]; L[:0] = L; print(L)
L[:2] = (x for x in range(3)); print(L)
try: L[0:1] = 5
except TypeError as e: print(e)
try: L["a":2] = []
except TypeError as e: print(e)
a = array.array("d", [1, 2, 3]); b = array.array("i", [1, 2])
for i in range(3): a[i] = a[i] + 1; 
b[0] = 7; print(a, b, a[-1], a[::2], b[1])
for bad in (lambda: a[5], lambda: b["x"], lambda: a.__setitem__(9, 1)):
    try: bad()
    except Exception as e: print(type(e).__name__, e)
def setit(x, k, v):
    try: x[k] = v
    except Exception as e: print(type(e).__name__, e)
setit(b, 0, "s"); setit(b, 0, 1.5); setit(b, 0, 2**40); setit((1,), 0, 1); setit(5, 0, 1); setit("s", 0, 1)
def get(x, k):
    try: return x[k]
    except Exception as e: return type(e).__name__, str(e)
class D(dict):
    def __missing__(self, k): return ("miss", k)
class L2(list):
    def __getitem__(self, k): return ("l2", k)
class L3(list): pass
print(get(D(a=1), "a"), get(D(), 3), get(L2(), 4), get(L3([1, 2]), 1), get(L3([1, 2]), slice(None, None, -1)), get(5, 1), get(list, int), get(range(5), 2), get(memoryview(b"abc"), 1), get(bytearray(b"abc"), slice(0, 2)), get("abc", slice(None, None, -1)), get((1, 2, 3), slice(None, None, 2)))
