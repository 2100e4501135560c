# __slots__.
class P:
    __slots__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
p = P(1, 2)
p.x += 10
print(p.x, p.y, P.__slots__, hasattr(p, "__dict__"), type(P.x).__name__)
for action in (lambda: setattr(p, "z", 1), lambda: p.nothing, lambda: p.__dict__):
    try:
        print(action())
    except AttributeError as error:
        print(error)
del p.x
try:
    p.x
except AttributeError as error:
    print(error)
try:
    del p.x
except AttributeError as error:
    print(error)
p.x = "back"
print(p.x)
class Q(P):
    __slots__ = ("z",)
q = Q(1, 2)
q.z = 3
print(q.x, q.y, q.z, hasattr(q, "__dict__"))
class R(P): pass
r = R(1, 2)
r.free = "dict"
print(r.x, r.__dict__)
class D:
    __slots__ = ["a", "__dict__"]
d = D()
d.a = 1; d.b = 2
print(d.a, d.b, d.__dict__)
class S:
    __slots__ = "single"
s = S()
s.single = 5
print(s.single)
class Private:
    __slots__ = ("__hidden",)
    def __init__(self): self.__hidden = 7
    def get(self): return self.__hidden
print(Private().get(), Private()._Private__hidden)
for build in (lambda: type("Bad", (), {"__slots__": ("a",), "a": 1}), lambda: type("Bad", (), {"__slots__": (1,)}), lambda: type("Bad", (), {"__slots__": ("not valid",)}), lambda: type("Bad", (int,), {"__slots__": ("a",)}), lambda: type("Bad", (P, S), {})):
    try:
        print(build())
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
class Both:
    __slots__ = ("val",)
    @property
    def double(self): return self.val * 2
b = Both()
b.val = 4
print(b.double, P.x.__get__(p), P.x.__name__)
P.y.__set__(p, 99)
print(p.y)
class Empty:
    __slots__ = ()
try:
    Empty().x = 1
except AttributeError as error:
    print(error)
