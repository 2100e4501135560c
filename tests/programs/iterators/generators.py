# Generators: yielding, state, return values, laziness.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
    return "finished"
g = count(3)
print(next(g), next(g), next(g))
try:
    next(g)
except StopIteration as stop:
    print(stop.value, repr(stop))
print(next(g, "exhausted"), list(count(4)), sum(count(5)), [*count(2)], max(count(3)), 2 in count(9))
def log(name):
    print("start", name)
    yield 1
    print("middle", name)
    yield 2
    print("end", name)
g = log("a")
print("created")
print(next(g))
print(list(g))
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
def take(n, it):
    for _, x in zip(range(n), it):
        yield x
print(list(take(10, fib())))
def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found):
            found.append(n)
            yield n
        n += 1
print(list(take(15, primes())))
def pipeline(source, *stages):
    for stage in stages:
        source = stage(source)
    return source
def double(it):
    for x in it:
        yield x * 2
def odd_only(it):
    return (x for x in it if x % 3)
print(list(pipeline(range(8), double, odd_only)))
def empty():
    return
    yield
print(list(empty()), type(empty()).__name__, empty.__name__)
def multi():
    x = yield
    print("got", x)
    y = yield x * 2
    print("got", y)
    return x + y
g = multi()
print(next(g), g.send(5))
try:
    g.send(7)
except StopIteration as stop:
    print(stop.value)
try:
    multi().send(1)
except TypeError as error:
    print(error)
def running():
    try:
        next(me)
    except ValueError as error:
        yield str(error)
me = running()
print(next(me))
lazy = (print("evaluated", n) or n for n in [1, 2])
print("before")
print(next(lazy))
def interleave(*its):
    its = [iter(i) for i in its]
    while its:
        for it in list(its):
            try:
                yield next(it)
            except StopIteration:
                its.remove(it)
print(list(interleave("abc", range(2), "z")))
def leak():
    yield 1
    raise StopIteration("inside")
try:
    list(leak())
except RuntimeError as error:
    print(error, repr(error.__cause__))
g = count(2)
print(g.gi_frame is not None, g.gi_running, g.gi_code.co_name, list(g), g.gi_frame)
