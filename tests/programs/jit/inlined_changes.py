# What inlined functions are made of changes while they run: methods, code, defaults, closures, classes, the recursion limit.
import sys


class Base:
    def step(self, n):
        return n + 1

    def both(self, n):
        return self.step(n) + self.step(n)


class Derived(Base):
    def step(self, n):
        return super().step(n) * 2


def loop(things, n):
    total = 0
    for i in range(n):
        for thing in things:
            total += thing.both(i)
    return total


print(loop([Base()], 3000), loop([Base(), Derived()], 2000))
Base.step = lambda self, n: n - 1
print(loop([Base(), Derived()], 2000))
del Derived.step
print(loop([Base(), Derived()], 2000))


def swap(n):
    if n == 2500:
        Base.step = lambda self, n: 100
    return n


class Swapping(Base):
    def both(self, n):
        a = self.step(n)
        b = swap(n)
        return a + b + self.step(n)


print(loop([Swapping()], 3000))


def small(a, b=1):
    return a + b


def use(n, at):
    total = 0
    for i in range(n):
        total += small(i)
        if i == at:
            small.__defaults__ = (10,)
    return total


print(use(3000, -1), use(3000, 2000), use(100, -1))


def other(a, b=3):
    return a * b


small.__code__ = other.__code__
print(use(3000, -1))


def replaces(n):
    if n == 2000:
        replaced.__code__ = other.__code__
    return n


def replaced(n, m=2):
    k = replaces(n)
    return k + m


def runs(n):
    total = 0
    for i in range(n):
        total += replaced(i)
    return total


print(runs(3000))


def adder(k):
    def add(n):
        return n + k

    return add


def closures(functions, n):
    total = 0
    for i in range(n):
        for f in functions:
            total += f(i)
    return total


print(closures([adder(1)], 3000), closures([adder(1), adder(2.5)], 2000))


def leaf(n):
    return n + 1


def down(n):
    return 0 if n == 0 else leaf(down(n - 1))


def deep(n):
    try:
        return down(n)
    except RecursionError as error:
        return str(error)


for _ in range(200):
    down(50)
print(down(900), deep(5000))


def at_limit():
    # A call that is inlined counts as one.
    reached = 0

    def probe(n):
        nonlocal reached
        reached = max(reached, leaf(n))
        return probe(n + 1)

    try:
        probe(1)
    except RecursionError:
        pass
    return reached


depths = {at_limit() for _ in range(30)}
print(len(depths))


class Lazy:
    def __init__(self, v):
        self._v = v

    @property
    def v(self):
        return self._v


def total(objects):
    t = 0
    for o in objects:
        t += o.v
    return t


print(total([Lazy(i) for i in range(3000)]))
Lazy.v = property(lambda self: self._v * 2)
print(total([Lazy(i) for i in range(3000)]))
Lazy.v = 5
print(total([Lazy(i) for i in range(3000)]))
