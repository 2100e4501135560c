# Structural pattern matching in hot functions: sequences, mappings, classes, and subjects of new kinds later.


def kind(x):
    match x:
        case []:
            return "empty"
        case [1, *rest]:
            return f"one+{len(rest)}"
        case ("pair", int(n)) | ("pair", float(n)):
            return f"number {n}"
        case ("pair", str(s)):
            return f"text {s}"
        case [a, b]:
            return f"two {a} {b}"
        case {"k": v, **others}:
            return f"key {v} {len(others)}"
        case {}:
            return "mapping"
        case bool(b):
            return f"bool {b}"
        case int(n) if n > 5:
            return "big"
        case int():
            return "small"
        case str("x" | "y"):
            return "letter"
        case _:
            return "other"


subjects = [[], [1, 2, 3], ("pair", 3), ("pair", 2.5), ("pair", "s"), ("pair", None), {"k": 1, "z": 2}, {"q": 1},
            True, 7, 2, "x", "q", None, b"ab", bytearray(b"ab"), range(2), (1, 2), 10**30]
counts = {}
for i in range(900):
    for s in subjects:
        k = kind(s)
        counts[k] = counts.get(k, 0) + 1
for k in sorted(counts):
    print(k, counts[k])


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def where(p):
    match p:
        case Point(0, 0):
            return "origin"
        case Point(0, y):
            return f"y={y}"
        case Point(x=x, y=0):
            return f"x={x}"
        case Point():
            return "plane"
        case _:
            return "?"


points = [Point(0, 0), Point(0, 3), Point(4, 0), Point(1, 1), 5]
tally = {}
for i in range(3000):
    for p in points:
        w = where(p)
        tally[w] = tally.get(w, 0) + 1
print(sorted(tally.items()))


class IntLike(int):
    pass


class Weird:
    __match_args__ = ["x"]


def only_int(x):
    match x:
        case int(n):
            return n + 1
        case Weird(q):
            return q
    return -1


total = 0
for i in range(6000):
    total += only_int(i if i % 3 else IntLike(i))
print(total, type(only_int(IntLike(3))).__name__)
try:
    only_int(Weird())
except TypeError as e:
    print(e)
try:
    match 5:
        case int(1, 2):
            pass
except TypeError as e:
    print(e)


def halves(items):
    total = 0
    for a, b in items:
        total += a * 10 + b
    return total


print(halves([[1, 2], (3, 4), {5: 0, 6: 0}, [7.5, 2.5]] * 2000))
for bad in ([1], (1, 2, 3), [1, 2, 3], 5):
    try:
        halves([[1, 2]] * 3000 + [bad])
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
