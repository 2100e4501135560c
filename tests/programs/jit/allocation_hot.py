# Short-lived objects, tuples, closures and bound methods that need not be allocated, and some that escape.
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def plus(self, o):
        return Point(self.x + o.x, self.y + o.y)

    def norm(self):
        return self.x * self.x + self.y * self.y


escaped = []


def loop(n):
    total = 0
    p = Point(0, 0)
    for i in range(n):
        q = Point(i, 1).plus(Point(1, 2))
        total += q.norm() % 1000
        p = p.plus(q)
        if i % 2000 == 0:
            escaped.append(q)
    return total, p.x, p.y


print(loop(6000), [(e.x, e.y) for e in escaped])


def tuples(n):
    t = 0
    for i in range(n):
        pair = (i, i + 1)
        a, b = pair
        c, d = divmod(b, 7)
        t += a * d + c + len(pair)
        if pair == (5, 6):
            t += 10 ** 9
    return t


print(tuples(6000))


def error_with_virtual(n):
    for i in range(n):
        p = Point(i, 2)
        try:
            p.plus(None if i == n - 1 else p)
        except AttributeError as error:
            return p.x, p.y, str(error)


print(error_with_virtual(5000))


def identity(n):
    last = None
    same = 0
    for i in range(n):
        p = Point(i, i)
        same += p is last
        q = p
        q.x = 5
        same += p.x == 5
        last = p
    return same, last.x


print(identity(5000))


def closures(n):
    t = 0
    for i in range(n):
        f = lambda v: v + i
        t += f(1)
        g = Point(i, 0).norm
        t += g()
    return t


print(closures(4000))


def lists(n):
    t = 0
    for i in range(n):
        l = [i, i + 1, i + 2]
        l.append(3)
        t += l[0] + l[-1] + len(l) + sum(l)
        s = l[1:3]
        t += s[0]
    return t


print(lists(4000))


def floats(n):
    x, v, dt = 0.0, 1.0, 0.01
    for i in range(n):
        a = -x
        v = v + a * dt
        x = x + v * dt
    return round(x, 9), round(v, 9)


print(floats(8000))


def swap_kind(n):
    p = Point(1, 2)
    for i in range(n):
        p = p.plus(Point(1, 1) if i < n - 10 else Point(0.5, 1 << 62))
    return p.x, p.y


print(swap_kind(5000))
class Sub(Point):
    def plus(self, o):
        return Sub(self.x - o.x, self.y - o.y)
def polymorphic(n):
    a, b, k = Point(0, 0), Sub(0, 0), Point(1, 1)
    for i in range(n):
        o = a if i % 2 else b
        o = o.plus(k)
        if type(o) is Sub:
            b = o
        else:
            a = o
    return a.x, b.x, type(b).__name__
print(polymorphic(5000))
