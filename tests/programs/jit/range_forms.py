# range loops of every form: steps, big bounds, empty, reused, reversed, rebinding.
def forms(a, b, c):
    out = 0
    for i in range(a, b, c):
        out = (out * 3 + i) % 1000003
    return out


for args in [(0, 5000, 1), (5000, 0, -1), (-2500, 2500, 1), (0, 15000, 3), (10, -9000, -2), (5, 5, 1), (5, 0, 1), (0, 1, 100)]:
    print(args, forms(*args))


def big(n):
    start = (1 << 61) - n // 2
    t = 0
    for i in range(start, start + n):
        t ^= i
    return t


print(big(5000), big(4001))


def huge(n):
    count = 0
    for i in range(1 << 100, (1 << 100) + n):
        count += i & 1
    return count, i


print(huge(3000))


def reused(n):
    r = range(n)
    a = b = 0
    for i in r:
        a += i
    for i in r:
        b += i * 2
    for i in reversed(r):
        a -= i
    return a, b, i, len(r)


print(reused(4000))


def dynamic(limits):
    t = 0
    for limit in limits:
        for i in range(limit):
            t += i
    return t


print(dynamic([10] * 500), dynamic([True, False] * 1000), dynamic(range(80)))


def bad(limits):
    t = 0
    try:
        for limit in limits:
            for i in range(limit):
                t += 1
    except TypeError as error:
        return t, str(error)


print(bad([10] * 500 + [1.5]), bad([5] * 500 + ["a"]))


class Index:
    def __index__(self):
        return 7


print(dynamic([Index()] * 500))


def step_zero(n):
    for s in [1] * n + [0]:
        try:
            for i in range(0, 3, s):
                pass
        except ValueError as error:
            return str(error)


print(step_zero(1500))


def manual(n):
    it = iter(range(n))
    t = 0
    for i in it:
        t += i
        if i % 3 == 0:
            next(it, None)
    return t, next(it, "done")


print(manual(6000))


def early(n):
    for i in range(10 ** 15):
        if i * i > n:
            break
    return i


print(early(10 ** 8))
t = 0
for i in range(3000):
    for j in (range(2), [5], (6,), "7", {8})[i % 5]:
        t += int(j)
print(t)
