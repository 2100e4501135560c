"""Classes made at run time go with their last instance, and not before."""

import gc
import weakref


class Base:
    kind = "base"


def make(i, bases=(Base,)):
    def method(self):
        return i

    return type("K%d" % i, bases, {"i": i, "method": method})


# Classes that nobody refers to any more. (The machine stack may still name a few.)
refs = []
for i in range(300):
    cls = make(i)
    obj = cls()
    obj.x = float(i)
    obj.y = [i]
    obj.n = i
    assert obj.method() == i and obj.kind == "base"
    refs.append(weakref.ref(cls))
del cls, obj
gc.collect()
gc.collect()
print(sum(r() is not None for r in refs) < 10, len(Base.__subclasses__()) < 10)

# An instance keeps its class, its bases and the attributes that it has.
kept = []
for i in range(300):
    middle = make(i)
    cls = make(i + 1000, (middle,))
    obj = cls()
    obj.a = i * 0.5
    obj.b = "text %d" % i
    obj.a = "now %d" % i
    kept.append(obj)
del middle, cls, obj
gc.collect()
for i in range(500):
    make(i + 5000)().z = i
gc.collect()
print(all(k.method() == i + 1000 and type(k).__mro__[1].__name__ == "K%d" % i for i, k in enumerate(kept)))
print(all(k.a == "now %d" % i and k.b == "text %d" % i for i, k in enumerate(kept)))
print(len(kept[7].__dict__), len(type(kept[7]).__mro__[1].__subclasses__()))

# Slots whose representation changes, with floats that need a cell of their own.
class Holder:
    pass


holders = []
for i in range(400):
    h = Holder()
    h.p = 1.5
    h.q = 2.5
    h.r = i
    holders.append(h)
for i, h in enumerate(holders):
    h.p = float("inf") if i % 2 else 1e300 * 1e300
    h.q = float("nan") if i % 3 else [i]
    h.r = "r%d" % i
    if i % 50 == 0:
        gc.collect()
print(sum(h.p == float("inf") for h in holders), sum(isinstance(h.q, list) for h in holders), holders[-1].r)

# Declared slots, many of them, and attributes beyond those kept in the object.
names = ["s%d" % i for i in range(70)]
Wide = type("Wide", (), {"__slots__": names})
wides = []
for i in range(20):
    w = Wide()
    for n in names:
        setattr(w, n, [n, i])
    wides.append(w)
many = []
for i in range(20):
    h = Holder()
    for n in names:
        setattr(h, n, [n, i])
    many.append(h)
gc.collect()
print(all(getattr(o, n) == [n, i] for objs in (wides, many) for i, o in enumerate(objs) for n in names))

# One class after another for the same object.
obj = Base()
obj.data = ["here"]
for i in range(200):
    obj.__class__ = make(i)
    if i % 20 == 0:
        gc.collect()
print(obj.method(), obj.data, type(obj).__name__)

# Callbacks, finalizers and metaclasses.
events = []


class Meta(type):
    def __del__(cls):
        events.append("meta del")


def scope():
    cls = Meta("Dying", (), {})
    events_of = weakref.ref(cls, lambda r: events.append("gone"))
    cls.self_reference = cls()
    return events_of


watch = [scope() for _ in range(40)]
gc.collect()
gc.collect()
print(events.count("meta del") > 30, events.count("gone") > 30, sorted(set(events)))


# A class found again through its finalizer lives on.
saved = []


class Phoenix:
    def __init__(self):
        self.mine = make(77)()

    def __del__(self):
        saved.append(self)


def burn():
    for _ in range(30):
        Phoenix()


burn()
gc.collect()
gc.collect()
for i in range(300):
    make(i)
gc.collect()
print(len(saved) > 20, {s.mine.method() for s in saved}, {type(s.mine).__name__ for s in saved})
