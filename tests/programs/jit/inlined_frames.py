# Small functions that native code runs inside of their callers: guards that fail there, exceptions and their tracebacks,
# frames that somebody looks at.
import sys
import traceback


def add(a, b):
    return a + b


def twice(a):
    return add(a, a)


def four_times(a):
    b = twice(a)
    return twice(b)


def guard_fails(values):
    out = []
    for v in values:
        out.append(four_times(v))
    return out


print(guard_fails(range(3000))[-1])
print(guard_fails([1, 2.5, "x", [1], (2,), 1 << 60, True, 3 + 4j] * 3))
print(guard_fails(range(100))[-1])


def divide(a, b):
    quotient = a // b
    return quotient


def ratio(a, b):
    c = a + 1
    return divide(c, b) + c


def tracebacks(n):
    total = 0
    for i in range(n):
        total += ratio(i, 3)
    for b in (0, "x", None, 2):
        try:
            total += ratio(5, b)
        except Exception as error:
            print(type(error).__name__, [(f.name, f.lineno) for f in traceback.extract_tb(error.__traceback__)])
            tb = error.__traceback__
            while tb.tb_next:
                tb = tb.tb_next
            print(sorted(tb.tb_frame.f_locals.items()), sorted(tb.tb_frame.f_back.f_locals.items()))
    return total


print(tracebacks(3000))


def uncaught(a):
    return ratio(a, a - 2999)


def caller():
    total = 0
    for i in range(4000):
        total += uncaught(i)
    return total


try:
    caller()
except ZeroDivisionError as error:
    for f in traceback.extract_tb(error.__traceback__):
        print(f.name, f.lineno, f.colno, f.end_colno)


def look(depth):
    f = sys._getframe(depth)
    return f.f_code.co_name, f.f_lineno, sorted(k for k in f.f_locals)


def middle(a, depth):
    b = a * 2
    if depth:
        return look(depth)
    return b


def outer(n):
    kept = []
    for i in range(n):
        x = i + 1
        r = middle(x, (i > 2997) * (i - 2997))
        if type(r) is tuple:
            kept.append((x, r))
    return kept


for entry in outer(3000):
    print(entry)


def change(name, value):
    sys._getframe(1).f_locals[name] = value


def changing(a, flag):
    b = a + 1
    if flag:
        change("b", 1000)
    return a + b


def changes(n):
    total = 0
    for i in range(n):
        total += changing(i, i % 1000 == 999)
    return total


print(changes(4000))


class Point:
    def __init__(self, x, y=2):
        self.x = x
        self.y = x * y

    @property
    def sum(self):
        return self.x + self.y

    def moved(self, dx):
        return Point(self.x + dx, 1)


def points(values):
    total = 0
    for v in values:
        p = Point(v)
        total = total + p.moved(v).sum + p.sum
    return total


print(points(range(3000)))
print(points([1, 1.5, 1 << 60, 1 << 61, True]))
try:
    print(points([1, "x", "y"]))
except TypeError as error:
    print(error, [(f.name, f.lineno) for f in traceback.extract_tb(error.__traceback__)])
try:
    print(points([1, None]))
except TypeError as error:
    print(error, [(f.name, f.lineno) for f in traceback.extract_tb(error.__traceback__)])


class Odd:
    def __init__(self, v):
        self.v = v
        if v == 2500:
            return v


def odd(n):
    total = 0
    for i in range(n):
        total += Odd(i).v
    return total


try:
    odd(3000)
except TypeError as error:
    print(error, [(f.name, f.lineno) for f in traceback.extract_tb(error.__traceback__)])
