# A tuple asks for the hashes of its items once; equality of keys of mixed kinds; slices and joins of byte strings.
import weakref
from collections import namedtuple

asked = 0


class Counted:
    def __hash__(self):
        global asked
        asked += 1
        return asked


pair = (Counted(), 1)
print(hash(pair) == hash(pair), asked)
Named = namedtuple("Named", "x")
named = Named(Counted())
print(hash(named) == hash(named), asked)

d = {(1, None): "none", (1, "a"): "str", (True, 2.0): "float", (1, (2, "x")): "nested", (frozenset("a"), b"b"): "sets"}
print(d[1, None], d[1.0, "a"], d[1, 2], d[1, (2, "x")], d[frozenset("a"), b"b"])
print((1, False) in d, (1, "") in d, (1, ()) in d, (1, 2) in d)


class Text(str):
    pass


class Number(int):
    pass


print({Text("k"): 1}["k"], {Number(7): 2}[7], {Number(-1): 3}[-1], hash(Number(-1)), {2**70: 4}[Number(2**70)])


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n

    def __eq__(self, other):
        return self.n == getattr(other, "n", None)


first, second = Key(3), Key(3)
one, other = weakref.ref(first), weakref.ref(second)
print(one == other, hash(one) == 3, {one: "found"}[other], weakref.ref(first) is one, weakref.getweakrefcount(first))
print(weakref.getweakrefs(first) == [one], len(weakref.getweakrefs(first)))
gone = weakref.ref(first, print)
print(gone is one, weakref.getweakrefcount(first))
word, letter, nothing = b"abc", b"b", b""
print(word[1:2] is letter, bytes(bytearray(b"xy")), nothing is word[3:], bytearray(b"abc")[:-1])
print(sum(memoryview(bytes(range(10)))[::3]), list(memoryview(b"ab").cast("c")), bytes(range(250, 256)).hex())
print(["ab" < "abc", "b" < "ab", "a" < "", "" < "a", "abcdefgh" < "abcdefgi", "abcdefghz" < "abcdefgi", "\xe9" > "z"])
print(isinstance(3, (str, int)), isinstance(3, (str, bytes)), isinstance("", ((int,), str)))
changing = {1, 2, 3}
try:
    for n in changing:
        changing.add(n + 10)
except RuntimeError as e:
    print(e)
counted = dict.fromkeys("abc")
try:
    for k in counted:
        counted[k + k] = 1
except RuntimeError as e:
    print(e)
it = iter({1: 2})
print(next(it), next(it, "end"), next(it, "end"))
for empty in (b"", bytearray(), memoryview(b"")[:0].tobytes(), b"x", bytearray(1)):
    if empty:
        print("full", end=" ")
    if not empty:
        print("empty", end=" ")
print()
