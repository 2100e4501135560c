# Floor division and modulo with negative operands, constants and edges, hot.
def table(n):
    h = 0
    for i in range(-n, n):
        h = (h * 31 + i // 7) % 1000000007
        h = (h * 31 + i % 7) % 1000000007
        h = (h * 31 + i // -7) % 1000000007
        h = (h * 31 + i % -7) % 1000000007
        h = (h * 31 + (i // 8) + (i % 8)) % 1000000007
    return h


print(table(2500))


def variable(n):
    out = 0
    for i in range(-n, n):
        for d in (-5, -2, -1, 1, 2, 9):
            q, r = i // d, i % d
            if q * d + r != i or (r != 0 and (r < 0) != (d < 0)):
                return "wrong", i, d
            out += q * 3 + r
    return out


print(variable(1500))


def by_zero(n):
    errors = 0
    for i in range(n):
        try:
            i % (i % 10)
        except ZeroDivisionError:
            errors += 1
        try:
            i // (i % 7 - 3)
        except ZeroDivisionError:
            errors += 1
    return errors


print(by_zero(5000))


def edges(n):
    low = -(1 << 61)
    out = []
    for i in range(n):
        v = low // -1 if i == n - 1 else i // -1
        w = low % -1
        if i >= n - 2:
            out.append((v, w, low // 3, low % 3, (low - 1) // 2, (-(1 << 63)) // -1))
    return out


print(edges(4000))


def floats(n):
    s = 0.0
    m = 0.0
    for i in range(-n, n):
        s += (i + 0.5) // 2.0
        m += (i + 0.5) % -3.0
    return s, m


print(floats(3000))


def mixed(n):
    a = []
    for i in range(n):
        x = i if i % 2 else i + 0.25
        if i > n - 4:
            a.append((x // 3, x % 3, divmod(-x, 4)))
        else:
            x // 3, x % 3, divmod(-x, 4)
    return a


print(mixed(5000))
h = 0
for i in range(-5000, 5000):
    h ^= (i // 3) * (i % 5) + divmod(i, -4)[1]
print(h)
