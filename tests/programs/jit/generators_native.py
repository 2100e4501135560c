"""Bodies of generators in native code: resumed by loops, by yield from, by calls; left by guards, exceptions, observers."""
import sys


def numbers(n):
    for i in range(n):
        yield i


def evens(source):
    for x in source:
        if x % 2 == 0:
            yield x


def delegating(n):
    last = yield from counted(n)
    yield last


def counted(n):
    for i in range(n):
        yield i
    return "counted %d" % n


def echo():
    got = 0
    while True:
        got = (yield got) + 1


# Chains, and values sent.
print(sum(evens(numbers(3000))), sum(x * x for x in evens(numbers(1000))))
print([list(delegating(3)) for _ in range(200)][-1])
e = echo()
next(e)
print(sum(e.send(i) for i in range(1500)))


# A guard fails inside: another type after many of one.
def doubled(items):
    for x in items:
        y = x + x
        yield y


out = []
for y in doubled([1] * 400 + [1.5, "a", (2,), 1 << 61, True]):
    out.append(y)
print(out[-6:])


def mixed(n):
    total = 0
    for i in range(n):
        total = total + (i if i % 50 else 0.5)
        got = yield total
        if got is not None:
            total = got


g = mixed(400)
print(sum(g), next(mixed(3)))
g = mixed(300)
next(g)
print([g.send("text") if i == 200 else g.send(i) if i % 7 == 0 else next(g) for i in range(201) if i != 200][-1])


# Exceptions pass through, with tracebacks and locals.
def failing(limit):
    for i in range(1000):
        if i == limit:
            raise ValueError(i)
        yield i


def consume(make):
    count = 0
    for x in make:
        count += 1
    return count


for limit in [300] * 5 + [999]:
    try:
        consume(failing(limit))
    except ValueError as error:
        place = error.__traceback__
        names = []
        while place:
            frame = place.tb_frame
            names.append((frame.f_code.co_name, place.tb_lineno, frame.f_locals.get("i"), frame.f_locals.get("count")))
            place = place.tb_next
print(names)


def stopping(n):
    for i in range(n):
        yield i
    raise StopIteration("early")


for _ in range(60):
    try:
        consume(stopping(20))
    except RuntimeError as error:
        seen = repr(error), repr(error.__cause__)
print(seen)


# Thrown into, and closed, while suspended.
def guarded(log):
    while True:
        try:
            yield len(log)
        except KeyError as error:
            log.append(error.args[0])
        finally:
            log.append("f")


log = []
g = guarded(log)
for i in range(300):
    next(g)
    if i % 50 == 0:
        g.throw(KeyError(i))
g.close()
print(len(log), [x for x in log if x != "f"])


# What is thrown leaves the variable that would get what is sent.
def keeping(n):
    kept = "kept"
    for i in range(n):
        try:
            kept = yield kept
        except LookupError as error:
            yield error.args[0], kept


g = keeping(300)
next(g)
print([g.throw(KeyError(i)) if i % 3 == 0 else g.send(i) for i in range(300)][-3:])


def outer(n):
    yield from keeping(n)


def thrown(g):
    try:
        g.throw(ValueError("thrown"))
    except ValueError as error:
        place, names = error.__traceback__, []
        while place:
            names.append(place.tb_frame.f_code.co_name)
            place = place.tb_next
        return names


for _ in range(40):
    g = outer(10)
    next(g)
    names = thrown(g)
print(names)


def interrupted():
    try:
        for i in range(10000):
            yield i
    finally:
        ended.append(i)


ended = []
for k in range(80):
    for x in interrupted():
        if x == 10 + k:
            break
import gc
gc.collect()
print(sorted(ended) == list(range(10, 90)))


# The exception that is being handled belongs to each body.
def handling(n):
    for i in range(n):
        try:
            raise KeyError(i)
        except KeyError:
            yield repr(sys.exception())
        yield sys.exception() and repr(sys.exception())


print([x for x in handling(200)][-2:])
try:
    raise TypeError("outer")
except TypeError:
    print([x for x in handling(200)][-2:], repr(sys.exception()))
    print(consume(numbers(2000)), repr(sys.exception()))
print(sys.exception())


# Somebody looks at the frames.
def looking(n):
    for i in range(n):
        here = sys._getframe()
        yield here.f_lineno - here.f_code.co_firstlineno, here.f_back.f_code.co_name, here.f_locals["i"]


def looker():
    out = None
    for item in looking(300):
        out = item
    return out


print(looker())


def looked_at(n):
    me = yield
    for i in range(n):
        if i == n - 1:
            print(me.gi_running, me.gi_frame.f_locals["i"], me.gi_frame is sys._getframe())
            sys._getframe().f_locals["i"] = -5
        yield i


g = looked_at(400)
next(g)
x = g.send(g)
for x in g:
    pass
print(x, g.gi_frame, g.gi_running)
g = evens(numbers(3000))
for k in range(1000):
    next(g)
print(g.gi_frame.f_locals["x"], g.gi_frame.f_lineno - g.gi_code.co_firstlineno, g.gi_yieldfrom, g.gi_suspended)


def again():
    for i in range(500):
        if i == 450:
            try:
                next(self)
            except ValueError as error:
                print(error)
        yield i


self = again()
print(sum(self))


# What they rely on changes while they are suspended.
def scale(x):
    return x * 2


def scaled(n):
    for i in range(n):
        yield scale(i)


g = scaled(2000)
print(sum(next(g) for _ in range(1000)))


def scale(x):
    return -x


print(sum(g))


# Trees, deep delegation, recursion.
class Node:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.value
        if self.right is not None:
            yield from self.right


def build(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Node(build(low, middle), middle, build(middle + 1, high))


tree = build(0, 300)
print([sum(tree) for _ in range(5)])


def nested(n):
    if n:
        yield from nested(n - 1)
    yield n


print(sum(nested(200)), sum(nested(250)))
try:
    sum(nested(5000))
except RecursionError as error:
    print(error)
print(sum(nested(30)))


# Many variables, cells, comprehensions.
def many(n):
    a, b, c, d, e, f, g, h = 1, 2.5, "s", None, [], {}, (), n
    for i in range(n):
        e.append(i)
        f[i] = a
        a, b = a + 1, b + 0.5
        k = [x + a for x in e[-2:]]
        inner = lambda: (a, h)
        yield a, b, c, d, len(e), len(f), g, inner(), k


print(list(many(300))[-1])
print(max(x for x in (y + 1 for y in numbers(500)) if any(z == x for z in numbers(3)) or x > 490))
