# A variable turns from int to float in the middle of a hot loop, and back.
def run(n, change):
    x = 0
    total = 0
    for i in range(n):
        if i == change:
            x = 0.5
        if i == change * 2:
            x = 3
        x = x + 1
        total = total + x
    return x, total, type(total).__name__


print(run(9000, 3000), run(9000, 10 ** 9))


def mixed(values):
    s = 0
    for v in values:
        s += v
    return s


print(mixed([1] * 5000), mixed([0.5] * 5000), mixed([1, 0.25] * 3000), mixed([1] * 5000 + [2.5] * 10))


def polynomial(x, n):
    result = 0
    for k in range(n):
        result = result * x + k
        if result > 1e6:
            result = result / 1e6
    return result


print(polynomial(2, 5000), polynomial(1.5, 5000), polynomial(1, 20))


def identity(x):
    return x


kinds = {}
for i in range(9000):
    v = identity(i if i < 4000 else (i * 1.0 if i < 6000 else (str(i) if i < 8000 else None)))
    kinds[type(v).__name__] = kinds.get(type(v).__name__, 0) + 1
print(kinds)
