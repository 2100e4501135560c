# Sites where two ints come up as well as floats, and sites that meet many shapes: what exits teach must stay right.
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    def scaled(self, by):
        return 255 * self.x - by, by + 3 * self.y, self.x == 0, 7 < self.y


VALUES = [0, 1, 2.5, -3, 1 << 59, -0.0, 1e300, True]
totals = {}
for i in range(4000):
    a = Point(VALUES[i % 8], VALUES[i // 3 % 8])
    b = Point(VALUES[i // 5 % 8], VALUES[i // 7 % 8])
    for part in (a.dot(b), *a.scaled(VALUES[i // 11 % 8])):
        key = type(part).__name__
        totals[key] = totals.get(key, 0) + 1
        if i % 250 == 0:
            print(part, end=" ")
print()
print(sorted(totals.items()))


def make(n):
    class Made:
        kind = n

        def __init__(self, v):
            self.v = v
            self.w = v + n

        def get(self):
            return self.w - self.v

    return Made


def read(objects):
    total = 0
    for o in objects:
        total += o.get() + o.kind
        o.v = o.w
        o.late = total
    return total


for n in range(9):
    cls = make(n)
    print(n, read([cls(i) for i in range(600)]), end="; ")
classes = [make(n) for n in range(7)]
print(read([classes[i * i % 7](i) for i in range(3000)]))

# A few shapes in turn, before the code is hot.
few = [make(n) for n in range(3)]


def values(objects):
    return sum(o.get() for o in objects) + sum([o.w for o in objects])


print([values([few[i % 3](i) for i in range(30)]) for _ in range(400)][-1])


class Plain:
    pass


class Same:
    def __eq__(self, other):
        return True

    __hash__ = None


class Sub(Plain):
    def __eq__(self, other):
        return NotImplemented

    __hash__ = None


def equalities(values):
    return "".join("TF"[not (x == y)] for x in values for y in values)


plain = Plain()
things = [plain, Plain(), Same(), Sub(), 1, "a", None, Plain, Same]
for _ in range(300):
    last = equalities(things)
print(last)
