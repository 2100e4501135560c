# Products that leave the small range only once in a long while.
def products(n):
    acc = 0
    for i in range(n):
        p = i * i * i
        if i % 1000 == 999:
            p = p * i * i * i * i
        acc = acc + p
    return acc


print(products(12000))


def geometric(n):
    value, out = 1, []
    for i in range(n):
        value = value * 3
        if value > 1 << 70:
            out.append(value % 1000003)
            value = i + 1
    return value, sum(out), len(out)


print(geometric(20000))


def factorial_mod(n, m):
    r = 1
    for i in range(1, n):
        r = r * i % m
    return r


print(factorial_mod(8000, (1 << 61) - 1), factorial_mod(8000, 10 ** 9 + 7), factorial_mod(5000, (1 << 64) + 13))


def negate(n):
    x = -(1 << 61)
    flips = 0
    for _ in range(n):
        x = -x
        flips += x > 0
    return x, flips


print(negate(7001))
edge = (1 << 61) - 1
t = 0
for i in range(6000):
    edge = edge + 1 if i % 2 else edge - 1
    t ^= edge
print(edge, t)
