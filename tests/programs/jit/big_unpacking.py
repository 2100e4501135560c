# Unpackings of every size in hot loops.
def many(n):
    total = 0
    for i in range(n):
        a, b, c, d, e, f, g, h = i, i + 1, i + 2, i + 3, i + 4, i + 5, i + 6, i + 7
        a, b, c, d, e, f, g, h = h, g, f, e, d, c, b, a
        total += a - b + c * d - e + f - g + h
    return total


print(many(5000))


def stars(n):
    s = 0
    row = [1, 2, 3, 4, 5]
    for i in range(n):
        first, *middle, last = row
        *init, x, y = row
        s += first + last + len(middle) + x * y + len(init)
        row[i % 5] = i % 11
    return s


print(stars(4000))


def pairs(n):
    items = [(i, (i * 2, [i * 3])) for i in range(n)]
    t = 0
    for a, (b, [c]) in items:
        t += a + b + c
    return t


print(pairs(3000))


def rotate(n):
    a, b, c = 0, 1, 2
    for i in range(n):
        a, b, c = b, c, a + 1
    return a, b, c


print(rotate(6001))


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, (a + b) % (10 ** 18)
    return a


print(fib(6000))


def wrong_size(n):
    errors = []
    for i in range(n):
        t = (1, 2) if i % 1500 != 1499 else (1, 2, 3) if i % 2 else (1,)
        try:
            a, b = t
        except ValueError as error:
            errors.append(str(error))
    return errors


print(wrong_size(6000))


def kinds(n):
    t = 0
    sources = [(1, 2), [3, 4], "56", {7: 0, 8: 0}, range(9, 11), iter]
    for i in range(n):
        s = sources[i % 6]
        a, b = (x for x in (i, i)) if s is iter else s
        t += int(a) + int(b)
    return t


print(kinds(4200))


def call_unpack(n):
    def f(a, b, c=0, **k):
        return a + b + c + k.get("d", 0)

    args, kw = [1, 2], {"c": 3}
    t = 0
    for i in range(n):
        t += f(*args) + f(*args, i) + f(*args, **kw) + f(i, **{"b": 1, "d": 5})
    return t


print(call_unpack(3000))
x = [0, 0]
i = 0
for k in range(3000):
    i, x[i] = (i + 1) % 2, k
print(i, x)
