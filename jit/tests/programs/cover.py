class B:
    def __init__(self, a, *, k=1):
        self.a = a; self.k = k
    def val(self): return self.a + self.k
class D(B):
    def __init__(self, a, **kw):
        super().__init__(a, **kw)
        self.t = (a, a + 1)
    def val(self): return super().val() * 2
class CM:
    n = 0
    def __enter__(self): return self
    def __exit__(self, *a): CM.n += 1; return False
def f(n):
    t = 0
    for i in range(n):
        d = D(i, k=i % 3)
        t += d.val()
        with CM() as c:
            t += c.n
        g = lambda x, y=i: x + y
        t += g(2)
        a, *b, c = [i, 1, 2, 3]
        t += a + len(b) + c
        l = [*b, *d.t, 7]
        t += len(l)
        l[1:3] = [5]
        t += l[1] + len(l)
        del d.k
        def kw(a, b, c=0): return a - b + c
        t += kw(b=1, a=i, c=3) + kw(*[1, 2], **{'c': 4})
        t += len(f"{i!r:>5}") + len(f"{i}{'x'!s}")
        t2 = (*l, 1)
        t += t2[-1] + t2[0]
    return t
total = 0
acc = []
for i in range(200):
    total += i
    if i % 50 == 0:
        acc.append(total)
k = 0
while k < 100:
    k += 1
    total -= k
try:
    for i in range(100):
        total += i
        if i == 77: raise KeyError(i)
except KeyError as e:
    total += e.args[0]
out = [f(50), f(70), total, acc]
