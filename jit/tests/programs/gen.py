def s(n):
    t = 0
    for x in [i * i for i in range(n)]:
        t += x
    return t
def nested(n):
    return [[j for j in range(i)] for i in range(n)]
def kw(a, b=2, *args, c=3, **k):
    return a + b + c + len(args) + len(k)
def calls(n):
    t = 0
    for i in range(n):
        t += kw(i) + kw(i, 5) + kw(i, c=1) + kw(1, 2, 3, 4, z=5)
    return t
def dflt(a, b=10, c=20):
    return a * b + c
def calls2(n):
    t = 0
    for i in range(n):
        t += dflt(i) + dflt(i, 2) + dflt(i, 2, 3)
    return t
class A:
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d.get(k, k)
    def __setitem__(self, k, v): self.d[k] = v
    def __len__(self): return len(self.d)
    def __add__(self, o): return len(self) + len(o)
    def __eq__(self, o): return self is o
    def __bool__(self): return bool(self.d)
def special(n):
    a = A(); t = 0
    for i in range(n):
        a[i % 5] = i
        t += a[i] + (a + a)
        if a: t += 1
        if a == 3: t += 100
    return t
def tup(n):
    t = 0
    for i in range(n):
        a, b = i, i + 1
        (a, b), c = (b, a), i
        t += a * 2 + b - c
        for k, v in ((1, 2), (3, 4)):
            t += k * v
    return t
def wh(n):
    i = 0; t = 0
    while True:
        i += 1
        if i % 3 == 0: continue
        if i > n: break
        t += i if i % 2 else -i
        t ^= 3
        t &= 0xFFFFF
        t |= i << 2
    return t
def many(a, b, c, d, e, f, g):
    return a + b * c - d + e * f - g
def manyc(n):
    t = 0
    for i in range(n):
        t += many(i, 2, 3, i, 5, i, 7)
    return t
def flt(n):
    t = 0.0
    for i in range(n):
        t += i / 3 + i // 2 - i % 5 * 0.5 + abs(-1.5) + float(i)
        if t > 1e3: t -= 1e3
        t = -(-t)
    return t
def inf(n):
    x = 1.0
    for i in range(n):
        x = x * 10.0
    y = x - x
    return x, y != y
def neg(n):
    return [i // -3 for i in range(-n, n)], [i % -3 for i in range(-n, n)], [(-i) >> 1 for i in range(n)], [~i for i in range(n)]
def strs(n):
    r = []
    for i in range(n):
        s = f"{i}-{i * 2:03d}"
        if '1' in s and s[0] != '2':
            r.append(s.upper())
    return len(r), r[-1]
def handled(n):
    t = 0
    for i in range(n):
        try:
            t += [1, 2, 3][i % 5]
        except IndexError:
            t += 10
        try:
            t += {1: 2}[i % 3]
        except KeyError as e:
            t += e.args[0]
    return t
out = [s(100), nested(4), calls(100), calls2(100), special(100), tup(50), wh(200), manyc(100), flt(300), inf(300), inf(400), neg(10), strs(60), handled(100)]
