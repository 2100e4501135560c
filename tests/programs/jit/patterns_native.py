# Sequence and class patterns: what native code asks inline, and everything that is not as it was before.
import collections.abc


class Row(collections.abc.Sequence):
    def __init__(self, *items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


class Number(int):
    pass


class Name(str):
    pass


class Pair(tuple):
    pass


def shape(v):
    match v:
        case ("num", int(n)):
            return "int %d" % n
        case ("num", str(s)):
            return "str " + s
        case ("num", tuple(t)):
            return "tuple %d" % len(t)
        case (a, b, c):
            return "three %r %r %r" % (a, b, c)
        case [x]:
            return "one %r" % (x,)
        case ("many", *rest):
            return "many %d" % len(rest)
        case {"k": int(k)}:
            return "map %d" % k
        case _:
            return "other " + type(v).__name__


subjects = [("num", 3), ("num", "x"), ("num", (1, 2)), (1, 2, 3), [7], ("many", 1, 2, 3), {"k": 4}, "num", None]
late = [
    ["num", 5], ("num", True), ("num", Number(6)), ("num", Name("n")), ("num", Pair((1, 2, 3))), Row("num", 8),
    Row(1, 2, 3), ("num", 10**30), ("num", 1.5), {"k": "v"}, Pair(("num", 9)), b"num", bytearray(b"a"), range(3),
    collections.deque([1]), ("many",), (), [], {}, 5,
]
for _ in range(400):
    for s in subjects:
        shape(s)
for s in subjects + late:
    print(shape(s))
for _ in range(200):
    for s in subjects + late:
        shape(s)
for s in late:
    print(shape(s))


def unpack(v):
    a, b = v
    return a, b


for i in range(3000):
    unpack((i, 1) if i % 3 else [i, 2])
print(unpack((1, 2)), unpack([3, 4]), unpack("ab"), unpack(Row(5, 6)), unpack(Pair((7, 8))))
for bad in ((1,), [1, 2, 3], (1, 2, 3), "a", 5):
    try:
        unpack(bad)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)


def kind(v):
    match v:
        case int(n):
            return n + 1
    return None


def shadowed():
    global int
    total = 0
    for i in range(3000):
        total += kind(i) or 0
    real = int
    int = str
    print(kind(5), kind("z") if False else None)
    int = real
    return total


print(shadowed(), kind(5), kind(True), kind("z"))
