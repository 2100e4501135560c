# nan, infinities and signed zeros in hot float code.
inf = float("inf")
nan = float("nan")


def compare(values, n):
    counts = [0] * 6
    for i in range(n):
        a = values[i % len(values)]
        b = values[(i * 7 + 3) % len(values)]
        counts[0] += a < b
        counts[1] += a <= b
        counts[2] += a == b
        counts[3] += a != b
        counts[4] += a > b
        counts[5] += a >= b
    return counts


print(compare([0.0, -0.0, 1.5, -2.5, inf, -inf, nan, 1e300, 5e-324], 9000))


def branches(values, n):
    out = 0
    for i in range(n):
        x = values[i % len(values)]
        if x < 1.0:
            out += 1
        if not x < 1.0:
            out += 10
        if x >= 1.0:
            out += 100
        if x:
            out += 1000
        if x == x:
            out += 10000
        while x > 1e308:
            out += 5
            break
    return out


print(branches([0.0, -0.0, 1.0, nan, inf, -inf], 6000))


def overflow(n):
    x = 1.0
    for i in range(n):
        x = x * 1.5
    return x, x - x, -x


print(overflow(5000))


def underflow(n):
    x = -1.0
    steps = 0
    for i in range(n):
        x = x / 2.0
        if x == 0:
            steps += 1
    return x, steps, 1.0 if str(x) == "-0.0" else 0.0


print(underflow(5000))


def zeros(n):
    neg = 0
    z = 0.0
    for i in range(n):
        z = -z
        if str(z)[0] == "-":
            neg += 1
        z = z * 1.0 + 0.0 * -1
    return z, neg


print(zeros(3000))


def accumulate(n):
    t = 0.0
    for i in range(n):
        t += 0.1
    return t


print(accumulate(10000), accumulate(10000) == 1000.0)


def divide(n):
    errors = 0
    s = 0.0
    for i in range(n):
        try:
            s += 1.0 / (i % 5)
            s += 1.5 / float(i % 4)
        except ZeroDivisionError:
            errors += 1
    return s, errors


print(divide(4000))


def extremes(n):
    big, small = 1e300, 1e-300
    out = []
    for i in range(n):
        p, q = big * (i + 1), small / (i + 1)
        if i > n - 3:
            out.append((p, q, p * q, p * p, q * q, p + q))
    return out


print(extremes(5000))


def power(n):
    s = 0.0
    for i in range(n):
        s += (i % 7 + 0.5) ** 2 + (i % 5) ** 0.5 + 2 ** -(i % 3) + abs(-0.5 * i) + float(i) + int(i * 0.75) + round(i * 0.3)
    return s


print(power(4000))
print(max(nan, 1.0), max(1.0, nan), min(nan, 1.0), sorted([3.0, -0.0, 0.0, -inf, inf]), sum([0.1] * 3000))
