# __getattr__, properties, slots, descriptors and super in hot loops.
class Dynamic:
    def __init__(self):
        self.real = 1

    def __getattr__(self, name):
        return len(name)


def dynamic(n):
    d = Dynamic()
    t = 0
    for i in range(n):
        t += d.real + d.missing
        if i == n // 2:
            d.missing = 100
    return t


print(dynamic(5000))


class Prop:
    def __init__(self):
        self._v = 0

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, value):
        self._v = value if value < 1000 else 0

    @classmethod
    def unit(cls):
        return 1

    @staticmethod
    def two():
        return 2


def properties(n):
    p = Prop()
    t = 0
    for i in range(n):
        p.v += p.unit()
        t += p.v + Prop.two()
    return t, p.v


print(properties(5000))
Prop.v = property(lambda self: 5, lambda self, value: None)
print(properties(3000))


class Slots:
    __slots__ = ("a", "b")

    def __init__(self, a):
        self.a = a


def slots(n):
    s = Slots(0)
    errors = 0
    for i in range(n):
        s.a += 1
        try:
            s.b += 1
        except AttributeError:
            errors += 1
            s.b = 0.5
        if i % 1000 == 999:
            del s.b
    return s.a, errors


print(slots(5000))


class Base:
    def m(self, x):
        return x + 1


class Mid(Base):
    def m(self, x):
        return super().m(x) * 2


class Leaf(Mid):
    def m(self, x):
        return super().m(x) + 3


def supers(n):
    leaf = Leaf()
    t = 0
    for i in range(n):
        t += leaf.m(i)
        if i == n // 2:
            Base.m = lambda self, x: 0
    return t


print(supers(4000))


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, o):
        return Vector(self.x + o.x, self.y + o.y)

    def __eq__(self, o):
        return self.x == o.x and self.y == o.y

    def __getitem__(self, i):
        return self.x if i == 0 else self.y

    def __len__(self):
        return 2

    def __contains__(self, v):
        return v == self.x

    def __bool__(self):
        return self.x != 0

    def __call__(self, k):
        return self.x * k


def operators(n):
    acc, one = Vector(0, 0.0), Vector(1, 0.5)
    t = 0
    for i in range(n):
        acc = acc + one
        t += acc[0] + acc[1] + len(acc) + (i in acc) + (acc == one) + acc(2) + (1 if acc else 0)
        acc += one
        if i % 100 == 0:
            acc = Vector(0, 0.0)
    return t


print(operators(4000))


class Setter:
    log = 0

    def __setattr__(self, name, value):
        Setter.log += 1
        object.__setattr__(self, name, value * 2)


def setters(n):
    s = Setter()
    t = 0
    for i in range(n):
        s.x = i
        t += s.x
    return t, Setter.log > n - 1


print(setters(3000))


class Lazy:
    def __get__(self, o, cls):
        return 7 if o is None else o.k

    def __set__(self, o, v):
        o.k = v + 1


class Uses:
    d = Lazy()


def descriptors(n):
    u = Uses()
    u.k = 0
    t = 0
    for i in range(n):
        u.d = i
        t += u.d + Uses.d
    return t


print(descriptors(4000))
