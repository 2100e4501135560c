# habu: gc=1
# A little of everything, with a collection at every allocation.
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, o):
        return Point(self.x + o.x, self.y + o.y)

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


print(Point(1, 2) + Point(3.5, 1 << 70))
print([i * i for i in range(10)], {i: str(i) for i in range(5)}, sorted({3, 1, 2}))


def gen(n):
    for i in range(n):
        yield [i, (i, str(i))]


print(list(gen(4)))


def closure(n):
    cells = []
    for i in range(n):
        def f(j=i):
            return i + j
        cells.append(f)
    return [f() for f in cells]


print(closure(4))
try:
    try:
        {}["missing"]
    except KeyError as error:
        raise ValueError("chained " + str(error)) from error
except ValueError as error:
    print(error, repr(error.__cause__))
s = ""
for i in range(20):
    s += str(i)
print(s, s[3:9], s.replace("1", "-"), s.split("5"), "%s|%d" % ("a", 5))
a, *b, c = range(5)
print(a, b, c, [*b, *"xy"], {**{"a": 1}, "b": 2}, divmod(1 << 80, 12345))


class Base:
    def hello(self, *args, **kwargs):
        return args, kwargs


class Child(Base):
    def hello(self, *args, **kwargs):
        return super().hello("more", *args, **kwargs)


print(Child().hello(1, 2, k=[3]), type("Dyn", (Child,), {"z": 1})().z)
