# Weak references: alive, dead after collection, callbacks, equality.
import gc
import weakref


class Thing:
    def __init__(self, name):
        self.name = name


def make():
    thing = Thing("a")
    ref = weakref.ref(thing)
    print(ref() is thing, ref().name)
    return ref


def churn():
    return [Thing(str(i)) for i in range(50)]


ref = make()
churn()
gc.collect()
print(ref())


def cycle():
    a, b = Thing("a"), Thing("b")
    a.other, b.other = b, a
    return weakref.ref(a), weakref.ref(b)


a, b = cycle()
churn()
gc.collect()
print(a(), b())
dead = []


def with_callback():
    thing = Thing("c")
    return weakref.ref(thing, lambda r: dead.append(r))


r = with_callback()
churn()
gc.collect()
print(len(dead), dead[0] is r, r())
kept = Thing("kept")
k1, k2 = weakref.ref(kept), weakref.ref(kept)
gc.collect()
print(k1() is kept, k1 is k2, k1 == k2, hash(k1) == hash(kept), weakref.getweakrefcount(kept))
d = weakref.WeakValueDictionary()
d["kept"] = kept


def add_temporary():
    d["gone"] = Thing("gone")


add_temporary()
churn()
gc.collect()
print(sorted(d), d["kept"].name)
s = weakref.WeakSet()
s.add(kept)


def add_to_set():
    s.add(Thing("temp"))


add_to_set()
churn()
gc.collect()
print(len(s), kept in s)
keyed = weakref.WeakKeyDictionary()
keyed[kept] = 1
print(keyed[kept], len(keyed))
for bad in (5, "text", (1,), [], {}, None):
    try:
        weakref.ref(bad)
    except TypeError as error:
        print(error)
p = weakref.proxy(kept)
print(p.name)


def proxy_of_dead():
    return weakref.proxy(Thing("x"))


q = proxy_of_dead()
churn()
gc.collect()
try:
    q.name
except ReferenceError as error:
    print(error)
