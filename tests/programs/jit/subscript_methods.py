# __getitem__ and __setitem__ of classes in hot code: inlined, called, changed, raising, of several classes.
import sys


class Grid:
    def __init__(self, w, h):
        self.w = w
        self.cells = [0.0] * (w * h)

    def __getitem__(self, at):
        x, y = at
        return self.cells[y * self.w + x]

    def __setitem__(self, at, v):
        (x, y) = at
        self.cells[y * self.w + x] = v
        return "ignored"


def smooth(g, n):
    for y in range(1, n - 1):
        for x in range(1, n - 1):
            g[x, y] = (g[x - 1, y] + g[x + 1, y] + g[x, y - 1] + g[x, y + 1]) * 0.25 + x
    return g[1, 1] + g[n - 2, n - 2]


print([round(smooth(Grid(30, 30), 30), 6) for _ in range(12)])


class Rows:
    def __init__(self, n):
        self.rows = [[float(i + j) for j in range(n)] for i in range(n)]

    def __getitem__(self, at):
        if isinstance(at, tuple):
            return self.rows[at[1]][at[0]]
        else:
            return self.rows[at]

    def __setitem__(self, at, v):
        if isinstance(at, tuple):
            self.rows[at[1]][at[0]] = v
        else:
            self.rows[at] = v


def walk(r, n):
    t = 0.0
    for i in range(n):
        r[i, i] = r[i][n - 1 - i] + 1.0
        r[i], r[n - 1 - i] = r[n - 1 - i], r[i]
        t += r[i, 0]
    return t


print([walk(Rows(20), 20) for _ in range(150)][-1])
print(smooth(Rows(30), 30))


class Failing:
    def __init__(self):
        self.count = 0

    def __getitem__(self, i):
        self.count += 1
        if i == 900:
            raise KeyError(i)
        return i

    def __setitem__(self, i, v):
        if v == 901:
            raise ValueError(f"{i} {v}")
        self.count += v


def use(f, n, m):
    t = 0
    for i in range(n):
        t += f[i]
        f[i] = m
    return t


f = Failing()
print(use(f, 800, 1), f.count)
print(use(f, 800, 1), f.count, use(f, 800, 2), f.count)
for n, m in ((1000, 1), (10, 901)):
    try:
        print(use(f, n, m))
    except Exception as e:
        print(type(e).__name__, e, e.__traceback__.tb_next.tb_frame.f_code.co_name, f.count)

# The method is exchanged while it is in use.
Failing.__getitem__ = lambda self, i: 1
Failing.__setitem__ = lambda self, i, v: None
print(use(f, 3000, 901), f.count)
del Failing.__setitem__
try:
    use(f, 3, 1)
except TypeError as e:
    print(e)


class Named:
    def __getitem__(self, i):
        return sys._getframe(1).f_code.co_name if i == 2999 else i

    def __setitem__(self, i, v):
        if i == 2999:
            print(sys._getframe().f_code.co_name, sys._getframe(1).f_code.co_name, sys._getframe(1).f_locals["v"])


def look(o):
    v = None
    for i in range(3000):
        v = o[i]
        o[i] = v
    return v


print(look(Named()), look(list(range(3000))), look(dict.fromkeys(range(3000), 5)), look(Named()))


def kinds(v, cls):
    n = 0
    for _ in range(3000):
        n += isinstance(v, int) + 2 * isinstance(v, str) + 4 * isinstance(v, tuple) + 8 * isinstance(v, cls)
    return n // 3000


class Text(str):
    __slots__ = ()


class Odd:
    @property
    def __class__(self):
        return tuple


print([kinds(v, (bool, dict)) for v in (1, True, 2**70, "x", Text("y"), (), {}, None, Odd(), 1.5)])


def slices(a):
    for i in range(1500):
        a[:3] = a[2::-1]
        a[1:1] = (i,)
        del a[-1]
        b = a[:]
    return a, b


print(slices([1, 2, 3, 4, 5]), slices([1.5, 2.5, 3.5, 4.5]))
try:
    for i in range(1000):
        (1, 2)[:1] = ()
except TypeError as e:
    print(e)
