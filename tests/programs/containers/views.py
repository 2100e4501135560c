# Views of dicts, and the read-only proxy.
import types

d = {"a": 1, "b": 2, "c": 3}
k, v, i = d.keys(), d.values(), d.items()
print(k, v, i, len(k), len(v), len(i), k.mapping, type(k.mapping).__name__, list(reversed(k)), list(reversed(v)), list(reversed(i)))
d["d"] = 4
del d["a"]
print(k, v, i, "b" in k, "a" in k, 2 in v, ("b", 2) in i, ("b", 3) in i, "b" in i, ("b",) in i)
print(sorted(k | ["z"]), sorted(["z"] | k), sorted(k & ["b", "q"]), sorted({"b", "q"} & k), sorted(k - {"b"}), sorted(["b", "q"] - k), sorted(k ^ {"b", "q"}), sorted({"b", "q"} ^ k), type(k | {}), type({"b"} & k))
print(k == {"b", "c", "d"}, k < {"b", "c", "d", "e"}, k <= {"b"}, k > {"b"}, k >= {"b": 0}.keys(), k != {"b"}, {"b"} < k, frozenset("bcd") == k, k == ["b", "c", "d"], i == {("b", 2), ("c", 3), ("d", 4)}, v == v, v == d.values())
print(k.isdisjoint("xyz"), k.isdisjoint("b"), k.isdisjoint(k), {}.keys().isdisjoint({}.keys()), i.isdisjoint([("b", 2)]), i & [("b", 2)], sorted(i - {("b", 2)}), {1: 2}.items() ^ {1: 3}.items() == {(1, 2), (1, 3)})
m = types.MappingProxyType(d)
print(m, repr(m), str(m), len(m), m["b"], m.get("zz"), m.get("zz", 0), "b" in m, list(m), list(m.keys()), list(m.values()), list(m.items()), list(reversed(m)))
print(m | {"e": 5}, {"e": 5} | m, m == d, d == m, m != d, m.copy(), type(m.copy()), type(m | m))
d["late"] = 1
print("late" in m, type(type.__dict__["__dict__"]).__name__, type(int.__dict__).__name__, type(vars(int)).__name__)


class D(dict):
    def __missing__(self, key):
        return ("missing", key)

    def keys(self):
        return ["overridden"]


x = D({1: 2})
print(x[1], x["q"], x.get("q"), "q" in x, type(x.copy()), type(x | {}), D.fromkeys([1]), type(D.fromkeys([1])), repr(x), {**x}, dict(x))


class Mapping:
    def keys(self):
        return iter("ab")

    def __getitem__(self, key):
        return key * 2


print(dict(Mapping()), {**Mapping()}, dict(Mapping(), c=1), {} | dict(Mapping()))
u = {"x": 0}
u.update(Mapping(), y=1)
u.update([["p", 1], "qr"], x=9)
u |= {"z": 1}.items()
print(u, u.setdefault("x", 5), u.setdefault("new"), u.pop("new", "gone"), u.pop("new", "gone"), u.popitem())
print(dict.fromkeys("aba"), dict.fromkeys(range(3), []), dict.fromkeys({1: 2, 3: 4}, 0), dict.fromkeys({5}), dict(zip("ab", [1, 2])), dict(a=1, **{"b c": 2}))
n = {i: str(i) for i in range(50)}
for i in range(0, 50, 3):
    del n[i]
n[0] = "again"
print(list(n)[-3:], len(n), n.popitem(), list(n.items())[:3], list(reversed(n))[:3])
n2 = n.copy()
n2[1] = "one"
print(n == n2, len(n2), n[1], list(n2) == list(n), {1: 1} == {1.0: True}, {1: [1]} == {1: [1.0]}, {} == [], {1: 2} != {1: 3})
