# collections.
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque, namedtuple

Point = namedtuple("Point", "x y z", defaults=[0])
p = Point(1, 2)
print(p, p.x, p[1], p._asdict(), p._replace(x=5), Point._fields, p == (1, 2, 0), Point._make([7, 8, 9]), len(p))
x, y, z = p
print(x, y, z, hash(p) == hash((1, 2, 0)), isinstance(p, tuple))
c = Counter("mississippi")
print(c, c.most_common(2), c["z"], sorted(c.elements())[:4], c + Counter("m"), c - Counter("sss"), c.total())
c.update("zz")
c.subtract("m")
print(c["z"], c["m"], Counter(a=3) & Counter(a=1, b=2), Counter(a=3) | Counter(b=2))
d = defaultdict(list)
d["a"].append(1)
d["b"]
print(d, dict(d), d.get("c"), "c" in d, defaultdict(int, {"k": 1})["z"])
q = deque([1, 2, 3], maxlen=4)
q.append(4); q.append(5); q.appendleft(0)
print(q, q.pop(), q.popleft(), q, q.rotate(1), q, len(q), q[0], 3 in q, list(reversed(q)), q.maxlen, deque("abc").index("b"))
o = OrderedDict(a=1, b=2, c=3)
o.move_to_end("a")
print(o, o.popitem(last=False), list(o), OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1))
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
print(m["a"], m["b"], sorted(m), m.new_child({"b": 9})["b"], m.parents["a"])
class Upper(UserDict):
    def __setitem__(self, k, v): super().__setitem__(k.upper(), v)
u = Upper(a=1)
u["b"] = 2
print(u, u["A"], len(u))
for action in (lambda: Point(1), lambda: deque().pop(), lambda: p.w, lambda: namedtuple("T", "a a"), lambda: namedtuple("T", "class"), lambda: deque([1], -1), lambda: d["x"].missing, lambda: OrderedDict().popitem()):
    try:
        print(action())
    except (TypeError, IndexError, AttributeError, ValueError, KeyError) as error:
        print(type(error).__name__, error)
