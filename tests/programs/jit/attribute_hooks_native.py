# Properties and descriptors beside __getattr__, in native code: getters that raise, classes that change.
class Clamped:
    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        v = instance.__dict__.get(self.slot, 0)
        if v == 13:
            raise AttributeError("unlucky")
        return v

    def __set__(self, instance, value):
        if value == 99:
            raise ValueError("too much")
        instance.__dict__[self.slot] = value


class Lazy:
    def __get__(self, instance, owner):
        return instance.n * 2


class Box:
    level = Clamped()
    twice = Lazy()

    def __init__(self, n):
        self.n = n

    @property
    def area(self):
        return self.n * self.side

    @property
    def side(self):
        if self.n == 50:
            raise AttributeError("no side")
        if self.n == 51:
            raise KeyError("worse")
        return 2

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return "asked for " + name


def use(box):
    return box.area, box.level, box.twice, box.nothing


box = Box(1)
for i in range(3000):
    box.level = i % 12
    use(box)
print(use(box))
for n in (50, 1, 50):
    box.n = n
    print(use(box))
box.n = 51
try:
    use(box)
except KeyError as e:
    print("KeyError", e, e.__context__)
box.n = 2
box.level = 13
print(use(box))
try:
    box.level = 99
except ValueError as e:
    print(e)
box.__dict__["twice"] = "own"
print(use(box))
del box.__dict__["twice"]


def summed(box, n):
    total = 0
    for i in range(n):
        box.n = i % 60
        try:
            v = box.side
            total += v if v.__class__ is int else len(v)
        except KeyError:
            total += 1000
    return total


print(summed(box, 4000))
Clamped.__get__ = lambda self, instance, owner: "changed"
print(use(box))
Clamped.__set__ = lambda self, instance, value: instance.__dict__.update(seen=value)
box.level = 5
print(box.seen)
Box.area = property(lambda self: self.missing)
print(use(box))
Box.__getattr__ = lambda self, name: "new hook " + name
print(use(box))
del Box.__getattr__
try:
    use(box)
except AttributeError as e:
    print(e)


class Raises:
    def __getattr__(self, name):
        raise AttributeError("never " + name)

    @property
    def p(self):
        return self.q


def ask(r):
    try:
        return r.p
    except AttributeError as e:
        return str(e), e.__context__


r = Raises()
for _ in range(2500):
    ask(r)
print(ask(r))
