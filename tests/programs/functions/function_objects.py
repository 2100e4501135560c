# Functions as objects: attributes, identity, methods, builtins.
def f(a, b=2, *, c=3):
    """Doc text."""
    return a + b + c
print(f.__name__, f.__doc__, f.__module__, f.__defaults__, f.__kwdefaults__, f.__qualname__)
f.attr = 5
f.__name__ = "renamed"
print(f.attr, f.__dict__, f.__name__)
f.__defaults__ = (20,)
print(f(1))
f.__kwdefaults__ = {"c": 30}
print(f(1))
try:
    f.nothing
except AttributeError as error:
    print(error)
def g(): return "g"
def h(): return "h"
g.__code__ = h.__code__
print(g())
class A:
    def m(self, x): return (self.tag, x)
    tag = "A"
a = A()
m = a.m
print(m(1), m.__self__ is a, m.__func__ is A.m, A.m(a, 2), m.__name__, a.m == a.m, a.m is a.m, A.m is A.m)
A.tag = "changed"
print(m(3))
a.n = lambda x: ("instance", x)
print(a.n(4))
A.k = len
print(A().k([1, 2]))
print(callable(f), callable(5), callable(A), callable(a), [g.__qualname__ for g in (A.m, print, [].append, str.upper)])
print(list(map(str.upper, "ab")), sorted("bca", key=ord), list(filter(None, [0, 1, "", 2])), list(map(lambda x, y: x * y, [1, 2], [3, 4, 5])))
def outer():
    def inner(): pass
    class Local:
        def method(self): pass
    return inner.__qualname__, Local.__qualname__, Local.method.__qualname__, (lambda: 0).__qualname__, [lambda: 0 for _ in "a"][0].__qualname__
print(outer())
print(type(f).__name__, type(len).__name__, type(m).__name__, type([].append).__name__, type(str.join).__name__, type(lambda: 0).__name__)
import_free = {"+": lambda a, b: a + b, "-": lambda a, b: a - b}
print([import_free[op](7, 2) for op in "+-"], (lambda f, *a: f(*a))(pow, 2, 5))
def doc():
    "single"
    "not doc"
print(doc.__doc__, (lambda: 0).__doc__, A.__doc__)
print(repr(len), repr(str.upper), repr(f).split(" at ")[0], repr(m).split(" of ")[0], repr(A), repr(type))
def returns_nothing(): pass
def returns_early(n):
    for i in range(n):
        if i == 3:
            return i
    return
print(returns_nothing(), returns_early(10), returns_early(1))
