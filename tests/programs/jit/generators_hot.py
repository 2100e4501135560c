# Generators consumed by hot loops.
def numbers(n):
    for i in range(n):
        yield i


def evens(it):
    for x in it:
        if x % 2 == 0:
            yield x


def squares(it):
    for x in it:
        yield x * x


print(sum(squares(evens(numbers(8000)))))


def consume(n):
    total = 0
    for i, x in enumerate(numbers(n)):
        total += i * x
    return total


print(consume(6000))


def echo():
    value = None
    while True:
        value = yield value
        if value is None:
            value = -1


g = echo()
next(g)
t = 0
for i in range(6000):
    t += g.send(i if i % 10 else None)
print(t)


def throwing(n):
    count = 0

    def gen():
        nonlocal count
        while True:
            try:
                yield count
            except ValueError:
                count += 1

    g = gen()
    next(g)
    for i in range(n):
        if i % 3 == 0:
            g.throw(ValueError)
        else:
            next(g)
    g.close()
    return count


print(throwing(5000))


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


print(sum(tree(11)))
print(sum(i * j for i in range(80) for j in range(80) if (i + j) % 3 == 0))


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


total = 0
for f in fib():
    if f > 10 ** 120:
        break
    total += f
print(total)


def small(n):
    for i in range(n):
        for x in numbers(3):
            yield x + i


print(sum(small(3000)))


def type_change(n):
    def gen():
        for i in range(n):
            yield i if i < n // 2 else i + 0.5

    s = 0
    for v in gen():
        s += v
    return s


print(type_change(6000))
print(max(len(list(numbers(i % 7))) for i in range(2000)), list(zip(numbers(3), squares(numbers(3)))))
