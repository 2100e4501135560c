# array.array items in hot code: every plain type code, limits, other values, other containers at the same place.
from array import array


def total(a):
    t = 0
    for i in range(len(a)):
        t += a[i]
    return t


def fill(a, n, v):
    for i in range(n):
        a[i] = v


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


LIMITS = {
    "b": (-128, 127), "B": (0, 255), "h": (-2**15, 2**15 - 1), "H": (0, 2**16 - 1), "i": (-2**31, 2**31 - 1),
    "I": (0, 2**32 - 1), "l": (-2**63, 2**63 - 1), "L": (0, 2**64 - 1), "q": (-2**63, 2**63 - 1), "Q": (0, 2**64 - 1),
}


def make():
    # Each type code has functions of its own.
    space = {}
    exec(SOURCE, space)
    return space["get"], space["put"]


SOURCE = """
def get(a, i):
    return a[i]

def put(a, i, v):
    a[i] = v
    return a[i]
"""

for code, (low, high) in LIMITS.items():
    get, put = make()
    a = array(code, [1, 2, 3, 4])
    for _ in range(3000):
        get(a, 2), put(a, 1, 7)
    print(code, get(a, 1), get(a, -1), put(a, -4, 5), a)
    print(put(a, 0, low), put(a, 1, high), get(a, 0), get(a, 1))
    print(attempt(put, a, 0, low - 1), attempt(put, a, 0, high + 1), attempt(put, a, 0, "x"), attempt(put, a, 0, 1.5))
    print(attempt(get, a, 4), attempt(get, a, -5), attempt(put, a, 4, 0), attempt(get, a, "k"), attempt(get, a, 2**61 - 1))
    print(attempt(put, a, 3, True), get(a, slice(1, 3)), get([1, 2, 3], 2), get("text", 1), get({1: 2}, 1))
    print(get(array("d", [0.5]), 0), put(array("d", [0.5]), 0, 3), get(array("f", [0.25]), 0), get(array("w", "ab"), 1))

get, put = make()
d = array("d", [0.5, 1.5])
for _ in range(3000):
    get(d, 1), put(d, 0, 2.5)
print(put(d, 0, 7), put(d, 1, 1e300), put(d, 1, 5e-324), put(d, 0, -0.0), put(d, 0, float("inf")), d)
print(attempt(put, d, 0, "x"), attempt(put, d, 0, None), attempt(put, d, 0, 2**2000), attempt(put, d, 2, 0.0))
print(put(d, 0, 2**70), get(d, 0), get(array("i", [3]), 0), put(array("i", [3]), 0, 4))

big = array("i", range(1000))
for _ in range(20):
    fill(big, 500, 3)
print(total(big), total(array("q", [2**60] * 5)), total([1, 2.5]), total(array("d")), total(array("b")))
# Items before deleted ones stand elsewhere.
del big[0:600]
print(total(big), len(big), big[0], big[-1])
big.extend([1] * 100)
print(total(big), len(big))


class Kept(array):
    pass


class Doubled(array):
    def __getitem__(self, i):
        return 2 * array.__getitem__(self, i)


print(total(Kept("i", [1, 2, 3])), total(Doubled("i", [1, 2, 3])), total(big))
