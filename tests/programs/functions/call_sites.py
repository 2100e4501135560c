# Calls of every kind at one site: plans for keywords, defaults, surplus arguments, changing callees, errors.
def f(a, b=2, c=3): return (a, b, c)
def g(a, *rest, k=1, **kw): return (a, rest, k, kw)
def h(a, /, b, *, c, d=4): return (a, b, c, d)
def star(*a): return a
def kws(**k): return k
def both(*a, **k): return a, k
def err(fn, *args, **kw):
    try:
        return fn(*args, **kw)
    except TypeError as e:
        return str(e)
for i in range(3):
    print(f(i), f(i, 1), f(i, c=7), f(c=1, a=i), f(i, 1, 2), f(b=i, a=0))
    print(g(1), g(1, 2, 3), g(1, k=5), g(1, 2, z=3), g(a=1, y=2), g(1, 2, k=3, z=4))
    print(h(1, 2, c=3), h(1, b=2, c=3, d=i), h(1, c=i, b=2))
    print(star(), star(i), star(i, i), kws(), kws(x=i), kws(a=1, b=2), both(1, 2), both(), both(1, x=2))
# sites with changing callees
for fn in (f, g, f, lambda a, c=0, b=1: (a, c, b), h, f):
    try:
        print(fn(1, b=5, c=6))
    except TypeError as e:
        print(e)
# a function whose code and defaults change between calls at one site
def target(a, b=1, c=2): return ("t", a, b, c)
def other(c, b=1, a=2): return ("o", a, b, c)
for i in range(6):
    if i == 2: target.__code__ = other.__code__
    if i == 4: target.__defaults__ = (10,)
    try:
        print(target(b=i, a=5, c=6), end=" ")
        print(target(1, b=i), target(1, 2))
    except TypeError as e:
        print(e)
# errors at sites that have a plan
def need(a, b, *, k): return a, b, k
def site(n, **extra):
    if n == 0: return need(1, b=2, k=3)
    if n == 1: return need(1, b=2)
    if n == 2: return need(1, 2, k=3, **extra)
    if n == 3: return need(a=1, k=2)
for n in (0, 0, 1, 0, 2, 3):
    print(err(site, n))
print(err(site, 2, k=4), err(site, 2, z=4))
print(err(f), err(f, 1, 2, 3, 4), err(f, 1, a=2), err(h, 1, 2), err(h, a=1, b=2, c=3), err(kws, 1))
class C:
    def __init__(self, x, y=2, *rest, z=3, **kw):
        self.v = (x, y, rest, z, kw)
    def m(self, a, b=1, *, c=2): return (self.v[0], a, b, c)
    def __getattr__(self, name): return lambda *a, **k: (name, a, k)
    @property
    def p(self): return self.v
for i in range(3):
    print(C(i).v, C(i, y=5).v, C(x=i, z=1, w=2).v, C(i, 1, 2, 3).v, C(1).m(2, c=i), C(1).m(a=1), C(1).foo(1, b=i), C(i).p)
print(err(C), err(C, 1, x=2), err(C(1).m, 1, d=2))
class Bad:
    def __init__(self, a): return 5
print(err(Bad, a=1), err(Bad, 1))
class Meta(type):
    def __call__(cls, *a, **k): return ("meta", a, k)
class M(metaclass=Meta): pass
print(M(1, x=2), M())
from abc import ABC, abstractmethod
class A(ABC):
    def __init__(self, x): pass
    @abstractmethod
    def m(self): pass
print(err(A, x=1))
big = {f"k{i}": i for i in range(12)}
print(kws(**big) == big, both(*range(20), **big)[0][-1])
print(kws(a=1, b=2, c=3, d=4, e=5, f=6, g=7, h=8, i=9, j=10))
def many(a=0, b=0, c=0, d=0, e=0, f=0): return (a, b, c, d, e, f)
for i in range(2): print(many(f=1, e=2, d=3, c=4, b=5, a=i), many(1, 2, f=3, d=4))
class S(str): pass
print(f(1, **{S("c"): 9}), kws(**{S("c"): 9}))
def rec(n, *, acc=0): return acc if n == 0 else rec(n - 1, acc=acc + n)
print(rec(100))
def gen(a, *rest, k=0):
    yield a; yield rest; yield k
print(list(gen(1, 2, k=3)), list(gen(1)))
