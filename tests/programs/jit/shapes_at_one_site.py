# One site meets objects of several shapes: loads, stores that add, methods, properties, super(), empty slots.
class Base:
    def __init__(self, v):
        self.v = v
        self.log = None

    def area(self):
        return self.v

    def step(self, n):
        self.v += n
        return self


class Twice(Base):
    def area(self):
        return super().area() * 2

    def step(self, n):
        return super().step(n * 2)


class Limited(Twice):
    limit = 50

    def step(self, n):
        if self.v > self.limit:
            self.v -= self.limit
        return super().step(n)


class Computed:
    def __init__(self, w):
        self.w = w

    @property
    def v(self):
        return self.w * 3

    def area(self):
        return -self.w


class Slotted:
    __slots__ = ("v", "empty")

    def __init__(self, v):
        self.v = v

    def area(self):
        return self.v // 2


def total(things):
    t = 0
    for thing in things:
        t += thing.v + thing.area()
    return t


def walk(n):
    things = [Base(1), Twice(2), Limited(3)]
    for i in range(n):
        for thing in things:
            thing.step(i & 7)
    return [thing.v for thing in things]


things = [Base(1), Twice(2), Computed(3), Slotted(9), Limited(4)]
print(sum(total(things[:4]) for _ in range(800)), sum(total(things) for _ in range(400)))
print(walk(900))


def missing(objects):
    n = 0
    for o in objects:
        try:
            n += o.empty
        except AttributeError:
            n += 1
    return n


full = Slotted(1)
full.empty = 10
print(sum(missing([Slotted(0), full]) for _ in range(600)))


def grow(n):
    made = []
    for i in range(n):
        o = (Base, Twice, Limited)[i % 3](i)
        o.extra = i if i % 2 else float(i)
        made.append(o)
    return sum(o.extra for o in made), type(made[0].extra).__name__


print(grow(1500))

# The class changes while the sites are hot.
before = total(things)
Base.area = lambda self: 1000
print(before, total(things))
Twice.v = property(lambda self: 7)
print(total([things[1]]))
del Twice.v
print(total([things[1]]))


def mixed(items):
    t = 0.0
    for x in items:
        t = x * 2 + t / 4 if x < 3 else t - x
    return t


print([mixed([1, 2.5, 3, True, 4.5, 10**20, 2]) for _ in range(300)][-1])


def keep_types(n):
    seen = set()
    for i in range(n):
        a = i if i % 3 else i + 0.5
        b = 2 if i % 5 else 0.25
        seen.add((type(a * b).__name__, type(a + b).__name__, a < b, (a - b) > 0))
    return sorted(map(str, seen))


print(keep_types(2000))
