# Rich comparison: reflection, NotImplemented, ordering of subclasses, hashing.
class V:
    def __init__(self, major, minor): self.major, self.minor = major, minor
    def key(self): return (self.major, self.minor)
    def __eq__(self, o): return self.key() == o.key() if isinstance(o, V) else NotImplemented
    def __lt__(self, o): return self.key() < o.key() if isinstance(o, V) else NotImplemented
    def __le__(self, o): return self.key() <= o.key() if isinstance(o, V) else NotImplemented
    def __hash__(self): return hash(self.key())
    def __repr__(self): return f"{self.major}.{self.minor}"
a, b, c = V(1, 2), V(1, 10), V(1, 2)
print(a == c, a != c, a < b, a > b, a <= c, a >= b, a == 5, a != 5, 5 == a, len({a, b, c}), sorted([b, a, V(0, 5)]), max(a, b), min([b, a]))
print(a < b < V(2, 0), a in [c], [c].index(a), {a: "found"}[c])
for action in (lambda: a < 5, lambda: 5 > a, lambda: a <= "x", lambda: sorted([a, 1])):
    try:
        print(action())
    except TypeError as error:
        print(error)
calls = []
class Log:
    def __init__(self, name): self.name = name
    def __eq__(self, other): calls.append(self.name + "=="); return NotImplemented
    def __ne__(self, other): calls.append(self.name + "!="); return NotImplemented
    def __lt__(self, other): calls.append(self.name + "<"); return NotImplemented
    def __gt__(self, other): calls.append(self.name + ">"); return NotImplemented
class LogSub(Log): pass
x, y, z = Log("x"), Log("y"), LogSub("z")
print(x == y, x != y, x == z, x == 1)
for action in (lambda: x < y, lambda: x > z):
    try:
        action()
    except TypeError as error:
        print(error)
print(calls)
class Weird:
    def __eq__(self, o): return "not a bool"
    def __lt__(self, o): return []
    def __gt__(self, o): return [1]
w = Weird()
print(w == 1, w != 1, w < 1, w > 1, 1 < w, bool(w == 2), w < 1 < 2, w > 1 < 2, w in [1])
class NoHash:
    def __eq__(self, o): return True
print(NoHash.__hash__)
class OnlyLt:
    def __init__(self, n): self.n = n
    def __lt__(self, o): return self.n < o.n
print([i.n for i in sorted([OnlyLt(3), OnlyLt(1)])], OnlyLt(1) > OnlyLt(0), OnlyLt(1) == OnlyLt(1))
try:
    OnlyLt(1) <= OnlyLt(2)
except TypeError as error:
    print(error)
