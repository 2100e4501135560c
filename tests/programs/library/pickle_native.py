# habu: gc=1009
# _pickle: every protocol, memo, reductions, persistent ids, buffers, Python 2's pickles, errors with their notes.
import _pickle
import copyreg
import io
import pickle
import re
from collections import OrderedDict, deque
from pickle import PickleBuffer

assert pickle.Pickler is _pickle.Pickler


def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, re.sub("0x[0-9a-f]+", "0x", str(e)), getattr(e, "__notes__", ""))


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return type(other) is type(self) and vars(self) == vars(other)


class Slotted:
    __slots__ = "a", "b"


class Named(dict):
    pass


class Keyed(tuple):
    def __new__(cls, *items, name):
        self = super().__new__(cls, items)
        self.name = name
        return self

    def __getnewargs_ex__(self):
        return tuple(self), {"name": self.name}


class Inner:
    class Deep:
        def method(self):
            return 5


slotted = Slotted()
slotted.a = [1]
named = Named(a=1)
named.extra = 2
shared = ["shared"]
values = [
    None, True, False, 0, 255, 256, 65536, -1, -129, 2**31, -(2**31) - 1, 2**62, 2**200, -(2**255), 0.0, -1.5, 1e300,
    "", "abc", "é\u20ac\U0001f40d\\\n\r\x1a\0", "x" * 300, b"", b"bytes\xff", b"y" * 300, bytearray(b"array"),
    (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], list(range(1001)), {}, {1: 2}, {str(i): i for i in range(1500)},
    set(), {1, 2}, frozenset([3]), 1 + 2j, range(5), slice(1, 2), Ellipsis, NotImplemented, int, len, Point, "a".upper,
    Point(1, [2]), named, Inner.Deep, Inner.Deep.method, OrderedDict(a=1), deque([1, 2], 5),
    [shared, shared], type(None), str.maketrans, Keyed(1, 2, name="n"),
]
for protocol in range(6):
    wrong = []
    for v in values:
        data = pickle.dumps(v, protocol)
        again = pickle.loads(data)
        plain = pickle._loads(data)
        if repr(again) != repr(v) and again != v or again != plain and repr(again) != repr(plain):
            wrong.append((v, again))
    print(protocol, wrong, len(pickle.dumps(values[:30], protocol)))
    cycle = []
    cycle.append((cycle, {"self": cycle}))
    again = pickle.loads(pickle.dumps(cycle, protocol))
    print(again[0][0] is again, again[0][1]["self"] is again)
again = pickle.loads(pickle.dumps([shared, shared]))
print(again[0] is again[1], pickle.loads(pickle.dumps(slotted)).a, pickle.loads(pickle.dumps(named)).extra)
print(pickle.dumps([1, "a", (2.5, b"z")]), pickle.dumps({"k": [None, True]}, 0), pickle.dumps(Point, 2))
big = ["z" * 70000, b"q" * 70000, list(range(30000))]
data = pickle.dumps(big)
f = io.BytesIO()
pickle.dump(big, f)
print(len(data), data[:3], data == pickle._dumps(big), f.getvalue() == data)
f.write(b"rest")
f.seek(0)
print(pickle.load(f) == big, f.read())


class Store(pickle.Pickler):
    def persistent_id(self, obj):
        return ("id", obj.x) if isinstance(obj, Point) else None

    def reducer_override(self, obj):
        return (str, ("overridden",)) if obj is Ellipsis else NotImplemented


class Fetch(pickle.Unpickler):
    def persistent_load(self, pid):
        return pid

    def find_class(self, module, name):
        print("find", module, name)
        return super().find_class(module, name)


for protocol in (2, 5):
    f = io.BytesIO()
    Store(f, protocol).dump([Point(7, 8), Ellipsis, Point])
    f.seek(0)
    print(Fetch(f).load())
f = io.BytesIO()
p = pickle.Pickler(f, 4)
p.dispatch_table = {complex: lambda c: (list, ((c.real, c.imag),))}
p.dump([1 + 2j, shared])
p.dump(shared)
print(len(p.memo.copy()), p.bin, p.fast)
p.clear_memo()
f.seek(0)
u = pickle.Unpickler(f)
print(u.load(), u.load(), u.memo.copy())
attempt(u.load)

buffers = []
data = pickle.dumps(PickleBuffer(bytearray(b"out of band")), 5, buffer_callback=buffers.append)
print(data, type(pickle.loads(data, buffers=buffers)), bytes(buffers[0].raw()))
print(pickle.loads(pickle.dumps(PickleBuffer(b"in band"), 5)))
attempt(pickle.loads, data)
attempt(pickle.loads, data, buffers=[])
attempt(pickle.dumps, PickleBuffer(b""), 4)
buffers[0].release()
attempt(buffers[0].raw)

print(pickle.loads(b"S'abc'\n."), pickle.loads(b"U\x01\xe9.", encoding="latin1"), pickle.loads(b"U\x01\xe9.", encoding="bytes"))
print(pickle.loads(b"c__builtin__\nxrange\n."), pickle.loads(b"I01\n."), pickle.loads(b"L12L\n."), pickle.loads(b"F1.5\n."))
print(pickle.dumps(range, 2), pickle.dumps(range, 2, fix_imports=False))
copyreg.add_extension("__main__", "Point", 240)
print(pickle.dumps(Point, 2), pickle.loads(pickle.dumps(Point, 2)))
copyreg.remove_extension("__main__", "Point", 240)

for bad in [b"", b"N", b"\x80\x06.", b"x.", b"\xff.", b"(.", b".", b"0.", b"t.", b"K", b"h\x05.", b"S'a\n.", b"(K\x01d.", b"\x82\x00.", b"\x82\x09.", b"Q.", b"Px\n.", b"\x93.", b"K\x01K\x02\x93.", b"c__main__\nabsent\n.", b"K\x01)R.", b"K\x01)\x81.", b"Ixyz\n.", b"p-1\n.", b"\x8b\xff\xff\xff\xff."]:
    attempt(pickle.loads, bad)
attempt(pickle.loads, "text")
attempt(pickle.dumps, 1, 6)
attempt(pickle.dumps, 1, 4, buffer_callback=print)
attempt(pickle.Pickler, 5)
attempt(pickle.Unpickler, 5)
attempt(pickle.Pickler.__new__(pickle.Pickler).dump, 1)
attempt(pickle.dumps, [1, {"k": (x for x in ())}])
attempt(pickle.dumps, lambda: 0)
attempt(pickle.dumps, (1, {2: Point(1, {(x for x in ())})}))


class Bad:
    def __init__(self, reduced):
        self.reduced = reduced

    def __reduce_ex__(self, protocol):
        return self.reduced


Point.__reduced__ = None
for reduced in [5, (), (1, ()), (list, 5), (list, (), None, 5), (list, (), None, None, 5), (list, (), None, None, None, 5), "absent", (copyreg.__newobj__, ()), (copyreg.__newobj__, (int,)), (copyreg.__newobj_ex__, (1,))]:
    attempt(pickle.dumps, Bad(reduced))
