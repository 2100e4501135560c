# min, max and abs of numbers in native code; instances that are called; __getattr__ beside attributes.


class Adder:
    def __init__(self, k):
        self.k = k

    def __call__(self, n, m=2):
        return self.k + n * m


class Other:
    def __call__(self, n):
        return -n


def calls(things, n):
    total = 0
    for i in range(n):
        for thing in things:
            total += thing(i)
    return total


print(calls([Adder(3)], 3000))
print(calls([Adder(3), Other(), len.__class__.__name__.__len__ and Adder(1.5)], 2000))
Adder.__call__ = lambda self, n: 7
print(calls([Adder(3)], 3000))
try:
    print(calls([Adder(3), 5], 3))
except TypeError as e:
    print(e)


def extremes(values):
    out = []
    for v in values:
        a = v + 1
        out.append((min(a, 3), max(a, 3), abs(v), abs(-a)))
    return out


print(extremes(range(-1500, 1500))[::500])
nan = float("nan")
for values in [[1.5, -2.5, -0.0, nan], [1 << 61, -(1 << 61), (1 << 61) - 2, True, 2.0]]:
    print(extremes(values))


def floats(n):
    t = 0.0
    x = -5.5
    for i in range(n):
        x += 0.25
        t += min(x, 2.5) + max(x, -1.5) + abs(x)
        if x > 100.0:
            x = -3.5
    return t


print(floats(3000), min(0.0, -0.0), max(-0.0, 0.0), min(nan, 1.0), min(1.0, nan))
try:
    print(extremes(["x"]))
except TypeError as e:
    print(e)
