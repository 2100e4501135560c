# Dicts: order, methods, views, comparison, errors.
d = {"one": 1, "two": 2, 3: "three"}
print(d, len(d), d["one"], d.get("x"), d.get("x", 0), "two" in d, 2 in d, list(d), list(d.values()), list(d.items()))
d["four"] = 4
d["one"] = 11
print(d, d.pop("two"), d.pop("zz", None), d.setdefault("five", 5), d.setdefault("one", 0), d.popitem(), d)
del d[3]
print(d, dict(a=1, b=2), dict([(1, 2), (3, 4)]), dict({"x": 1}, y=2), {**d, "z": 0, **{"one": 1}}, dict.fromkeys("ab", 0), dict.fromkeys([1]))
d.update({"k": 1}, j=2)
d.update([("m", 3)])
print(d, d | {"new": 1}, {"a": 1} | {"a": 2}, {"a": 1, "b": 2} == {"b": 2, "a": 1}, {"a": 1} != {"a": 1.0})
d |= {"or": 1}
print(d.keys() & {"one", "zz"}, d.keys() - {"one", "k", "j", "m", "or"}, sorted(d.keys() | {"z"}), {"a": 1}.items() == {"a": 1}.items())
print({1: "i", 1.0: "f", True: "b"}, {(1, 2): "t"}[1, 2], {None: 0}[None], {k: v for k, v in zip("abc", range(3))}, {x: x * x for x in range(3)})
e = d.copy()
d.clear()
print(d, len(e), bool(d), list(reversed(e)), list(reversed({"a": 1, "b": 2}.items())), e.keys(), {}.values(), {1: 2}.items())
big = {}
for i in range(500):
    big[i] = i * i
    big[str(i)] = i
for i in range(0, 500, 2):
    del big[i]
print(len(big), list(big.items())[:4], sum(v for k, v in big.items() if isinstance(k, int)), big["499"])
for i in range(0, 500, 4):
    big[i] = -1
print(list(big)[-3:], len(big))
loop = {}
loop["self"] = loop
print(loop)
for action in (lambda: {}["x"], lambda: {}[1, 2], lambda: {}.pop("a"), lambda: {}.popitem(), lambda: {[]: 1}, lambda: {}[{}], lambda: dict(5), lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: {} < {}, lambda: {"a": 1} + {}, lambda: {}.update(5), lambda: {} | [], lambda: dict(a=1).b):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
grow = {1: 1}
try:
    for key in grow:
        grow[key + 1] = 1
except RuntimeError as error:
    print(error)
try:
    for key in grow:
        grow[key] = 5
        del grow[key]
        grow[key] = 7
except RuntimeError as error:
    print(error)


class Key:
    def __init__(self, name, code):
        self.name, self.code = name, code

    def __hash__(self):
        return self.code

    def __eq__(self, other):
        return isinstance(other, Key) and self.name == other.name

    def __repr__(self):
        return f"Key({self.name})"


clash = {Key("a", 1): 1, Key("b", 1): 2, Key("c", 2): 3}
print(clash, clash[Key("b", 1)], Key("z", 1) in clash, clash.pop(Key("a", 1)), clash)


class Default(dict):
    def __missing__(self, key):
        self[key] = len(self)
        return self[key]


m = Default()
print(m["a"], m["b"], m["a"], m, m.get("zz"), isinstance(m, dict), type(m.copy()).__name__)
