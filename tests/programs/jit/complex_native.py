# Complex numbers in native code: operands that change, infinities, overflow, and parts seen by exits.
inf, nan = float("inf"), float("nan")


def step(z, c):
    return z * z + c - 1j


for i in range(3000):
    step(complex(i, 1.0), 2j)
for z, c in [(1 + 2j, 3), (2, 1j), (1.5, 2j), (complex(inf, 1), 1j), (complex(nan, inf), 1j), (complex(1e200, 1e200), 0j),
             (complex(inf, inf), complex(-inf, 0)), (True, 1j), (-0j, -0.0)]:
    print(repr(step(z, c)))


def orbit(c, limit):
    z = 0j
    for k in range(limit):
        z = z * z + c
        if abs(z) > 2.0:
            return k, z
    return limit, z


for _ in range(50):
    orbit(0.25 + 0.5j, 60)
print(orbit(0.3 + 0.5j, 40), orbit(1 + 1j, 40), orbit(-2, 5), orbit(0, 3))


def size(z):
    return abs(z * 1)


def length(z):
    w = z + z
    return abs(w)


for i in range(3000):
    length(complex(3, 4))
print(length(3 + 4j), length(-5), length(2.5), length(complex(inf, nan)))
for bad in (complex(1e308, 1e308), "x"):
    try:
        print(length(bad))
    except (OverflowError, TypeError) as e:
        print(type(e).__name__, e)


class Odd(complex):
    def __add__(self, other):
        return "odd"


def add(a, b):
    return a + b


for i in range(3000):
    add(1j, 2j)
print(add(Odd(1), 2j), add(2j, Odd(1)), add(1j, 2), add(1, 2))
try:
    add(1j, None)
except TypeError as e:
    print(e)


def make(x, y):
    return complex(x, y)


for i in range(3000):
    make(i, 0.5)
print(make(1, 2), make(1.5, -0.0), make(True, 10**20))


def seen(n):
    import sys
    z = 1 + 1j
    for i in range(n):
        w = z * 1j
        if i == n - 1:
            return sys._getframe().f_locals["w"], w
        z = w


print(seen(4000))
