# Operators whose methods run inside of their callers in native code: NotImplemented, reflected methods, subclasses, guards
# that fail in them, exceptions.
import sys
import traceback


class Vec:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        if type(other) is not Vec:
            return NotImplemented
        return Vec(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    def __repr__(self):
        return f"Vec({self.x}, {self.y})"


def walk(n, step):
    p = Vec(0, 0)
    for i in range(n):
        p = p + step
        p = p - step * 2
        p += step
    return p


print(walk(3000, Vec(1, 2)), walk(3000, Vec(0.5, 2)), walk(10, Vec(1 << 60, 1 << 61)))


class Other:
    def __init__(self, v):
        self.x = self.y = v

    def __radd__(self, left):
        return "radd"

    def __rsub__(self, left):
        return ("rsub", self.x)


class Sub(Vec):
    def __radd__(self, left):
        return ("sub first", left.x)


def mixed(values):
    out = []
    p = Vec(1, 2)
    for v in values:
        try:
            out.append(p + v)
        except Exception as e:
            out.append(type(e).__name__ + str(e))
        try:
            out.append(p - v)
        except Exception as e:
            out.append(type(e).__name__ + str(e))
    return out


print(len(mixed([Vec(1, 1)] * 2500)))
print(mixed([Vec(1, 1), Other(3), Sub(1, 1), 5, None, "x", Vec(1.5, "x"), Vec(1, 1)] * 2))


class Fussy:
    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        w = self.v + other.v
        return decide(w)

    def __radd__(self, other):
        return ("reflected", self.v)


def decide(w):
    # Leaves native code for what is no small integer, and only then declines.
    if w * 2 > 1 << 62:
        return NotImplemented
    return w


class Right:
    def __init__(self, v):
        self.v = v

    def __radd__(self, other):
        return ("right", self.v)


def fuss(pairs):
    out = []
    for a, b in pairs:
        try:
            out.append(a + b)
        except TypeError as e:
            out.append(str(e))
        try:
            a += b
            out.append(a)
        except TypeError as e:
            out.append(str(e))
    return out


print(sum(x for x in fuss([(Fussy(i), Fussy(1)) for i in range(2500)])))
big = 1 << 61
print(fuss([(Fussy(1), Fussy(2)), (Fussy(big), Fussy(big)), (Fussy(big), Right(big)), (Fussy(3), Right(4))] * 3))


class Deep:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return self.inner(other)

    def inner(self, other):
        if other.n == 2999:
            f = sys._getframe()
            print([(g.f_code.co_name, sorted(g.f_locals)) for g in (f, f.f_back, f.f_back.f_back)])
        if other.n == 3500:
            raise ValueError(other.n)
        return self.n + other.n


def deep(n):
    total = 0
    left = Deep(1)
    for i in range(n):
        total += left + Deep(i)
    return total


try:
    deep(4000)
except ValueError as e:
    print(e, [(f.name, f.lineno, f.colno) for f in traceback.extract_tb(e.__traceback__)])


class Money:
    rate = 2

    def __init__(self, v):
        self._v = v

    @property
    def v(self):
        return self._v * self.rate

    @v.setter
    def v(self, value):
        if value == 2900:
            raise ValueError(value)
        self._v = value

    def __getattr__(self, name):
        if name == "missing":
            return self._v + 1
        raise AttributeError(name)

    @classmethod
    def of(cls, v):
        return cls(v)

    @staticmethod
    def half(v):
        return v / 2


def money(n):
    total = 0
    m = Money.of(1)
    for i in range(n):
        try:
            m.v = i
        except ValueError as e:
            total += e.args[0]
        total += m.v + m.missing + Money.half(i) + Money.rate + Money.of(i)._v
        if i == 2950:
            try:
                m.nothing
            except AttributeError as e:
                print(e)
    return total


print(money(3000))
Money.rate = 3
print(money(3000))
