# What short cuts of the interpreter must not change: classes that change between calls, sites that meet many shapes,
# keys that are equal without being the same, special methods and descriptors replaced on the way.
import heapq
import gc
from collections import namedtuple


class P:
    def __init__(self, x, y=0):
        self.x = x
        self.y = y


def make(cls, *args):
    return [cls(i, *args) for i in range(3)]


print([p.x for p in make(P)], [p.y for p in make(P, 5)])


def calls(n):
    out = []
    for i in range(n):
        if i == 4:
            P.__init__ = lambda self, x: setattr(self, "z", x * 10)
        if i == 7:
            P.__new__ = lambda cls, x: object.__new__(cls) if x < 9 else x
        p = P(i)
        out.append(getattr(p, "z", None) if isinstance(p, P) else ("raw", p))
    return out


print(calls(11))


class Bad:
    def __init__(self, n):
        return n


for n in (None, None, None, 3):
    try:
        print(type(Bad(n)).__name__)
    except TypeError as e:
        print(e)


class Empty:
    pass


def empties():
    seen = []
    for i in range(5):
        if i == 3:
            Empty.__init__ = lambda self: seen.append("init")
        e = Empty()
        e.n = i
        seen.append(e.n)
    try:
        Empty(1)
    except TypeError as e:
        seen.append("TypeError")
    return seen


print(empties())


class Keeps:
    """Its `__init__` lets go of the instance: only the frame still has it."""

    def __init__(self, n):
        self.n = n
        self = None
        gc.collect()
        self = [[k] for k in range(50)]


print([Keeps(i).n for i in range(4)])


def deep(n):
    class Node:
        def __init__(self, n):
            self.below = Node(n - 1) if n else None
    node, count = Node(n), 0
    while node is not None:
        node, count = node.below, count + 1
    return count


print(deep(200))


class A:
    kind = "A"

    def __init__(self):
        self.v = 1

    def get(self):
        return self.v, self.kind


class B(A):
    kind = "B"

    def __init__(self):
        self.w = 2
        super().__init__()


class C(A):
    def __init__(self):
        self.a = self.b = self.c = 0
        self.v = 3

    def get(self):
        return "C", super().get()


class D(A):
    __slots__ = ("s",)

    def __init__(self):
        self.s = 0
        self.v = 4.5


class F(A):
    def __init__(self):
        self.f = 1.5
        self.v = "five"


def many(rounds):
    things = [A(), B(), C(), D(), F()]
    out = []
    for r in range(rounds):
        for thing in things:
            thing.v = thing.v
            thing.extra = r
            if r >= rounds - 2:
                out.append((thing.get(), thing.extra))
        if r == rounds - 2:
            A.get = lambda self: ("changed", self.v)
            A.kind = "A2"
    return out


print(many(300))


class Loud:
    def __init__(self, n, log):
        self.n, self.log = n, log

    def __hash__(self):
        return hash(self.n)

    def __eq__(self, other):
        self.log.append(self.n)
        return self.n == other if isinstance(other, int) else self.n == other.n


log = []
d = {Loud(1, log): "loud", 2: "two", "k": "str"}
s = {Loud(1, log), 2, "k"}
print(d[1], 1 in d, 1 in s, 2 in d, 2.0 in s, True in {1: 0}, d.get(3), 3 in s, log)
big = 2 ** 61 - 1
e = {0: "zero", -1: "minus one", -2: "minus two"}
print(e.get(big), e[-1], e[-2], big in e, -big in e, e.get(2 ** 61), {-1, -2, big} & {0, -1})
text = {"ab": 1, "a" + "b": 2, 0.0: 3}
text["a" + "b"[:1]] += 1
print(text, "ab" in text, False in text, "b" not in text)
try:
    {}[[]]
except TypeError as error:
    print(error)
try:
    [] in {"a": 1}
except TypeError as error:
    print(error)


class Mapping:
    def keys(self):
        return ["b", "a"]

    def __getitem__(self, key):
        return key * 2


def show(*args, a=None, b=None, **rest):
    return args, a, b, rest


print(show(**Mapping()), show(1, **{"a": 1, "z": 2}), show(*"xy", **{}))
for wrong in ({1: 2}, 5):
    try:
        show(**wrong)
    except TypeError as error:
        print(error)
mine = {"b": 1}


def change(**kwargs):
    kwargs["b"] = 2
    return kwargs


print(change(**mine), mine)


class Ordered:
    def __init__(self, n, heap):
        self.n, self.heap = n, heap

    def __lt__(self, other):
        if self.n == 3:
            self.heap.clear()
        return self.n < other.n


heap = []
try:
    for n in (5, 4, 3):
        heapq.heappush(heap, Ordered(n, heap))
except (IndexError, RuntimeError) as error:
    print(type(error).__name__)
numbers = [5, 1.5, 2, 2 ** 70, -1]
heapq.heapify(numbers)
print([heapq.heappop(numbers) for _ in range(5)])

N = namedtuple("N", "x y")
n = N(1, 2)


def fields(things):
    return [thing.x for thing in things]


short = tuple.__new__(N, (7,))
print(fields([n, P.__new__(P, 1) and n, short]))
for _ in range(3):
    try:
        print(short.y)
    except IndexError as error:
        print(error)
N.x = property(lambda self: "replaced")
print(fields([n, short]))


class Guard:
    def __enter__(self):
        return "in"

    def __exit__(self, *args):
        return True


def guarded(rounds):
    out = []
    for i in range(rounds):
        if i == 3:
            Guard.__enter__ = lambda self: "changed"
        if i == 5:
            Guard.__exit__ = lambda self, *args: out.append(args[0])
        with Guard() as g:
            out.append(g)
    return out


print(guarded(7))


def inner():
    try:
        yield 1
        yield 2
    finally:
        yield "last"


def outer():
    try:
        raise KeyError("k")
    except KeyError as error:
        for v in inner():
            yield v, repr(error)
        got = yield from inner()
        yield got


print(list(outer()))
words = ["b", "a", "ba", "", "é", "b"]
print([[x < y, x == y, x != y, x >= y] for x in words for y in words[:2]])
print([w[::-1] for w in ("abc", "é€x", "", "a", "ab")], "abcdef"[4:1:-2], "abc"[::2])
pairs = [(1, "b"), (1, "a"), (1.0, "a"), (True, "c"), (1,)]
print(sorted(pairs, key=len), [x < y for x in pairs for y in pairs], (float("nan"),) == (float("nan"),))
one = float("nan")
print((one, 1) == (one, 1), (one, 1) < (one, 2), (1, [2]) < (1, [3]))
