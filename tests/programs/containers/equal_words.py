"""Comparisons that are told from the words: lists, sets, tuples with bools, objects that compare by identity."""
nan = float("nan")
print([1, 2, 3] == [1, 2, 3], [1, 2] < [1, 3], [nan] == [nan], [nan, 1] < [nan, 2], [1] == [True], [1, 2] < [1, 2, 0])
print([1.5, nan] == [1.5, nan], [1.5, 2.0] == [1.5, 2], ["a", [1]] == ["a", [1]], [1, 2] >= [1], [] == [], [0] > [])
print(frozenset([1, 2]) <= {1, 2, 3}, {1, "a"} <= {1}, {(1, 2)} <= {(1, 2), 3}, {1.0} <= {1}, set() <= set(), set() <= {1})
print(sorted([(True, 2), (False, 3), (1, 1), (0, 9), (True, 1)]), sorted([True, False, 2, 1, 0]))
print((True, 2) < (1, 3), (False,) < (True,), (True,) < (False,), sorted([(True, "a"), (False, "b")], reverse=True))
print(sorted([(1, "x"), (True, "y"), (1, "a")], key=lambda t: t[0]), max([(False, 5), (True, 1)]))
print(sorted([(2, True), (True, 1.5), (False, 2)]), [(True, 1.5)] < [(1, 2.5)])


class Always:
    def __eq__(self, other):
        return "yes"

    def __hash__(self):
        return 1


class Plain:
    pass


class Derived(Plain):
    pass


class Meta(type):
    def __eq__(self, other):
        return True

    __hash__ = type.__hash__


class Made(metaclass=Meta):
    pass


a, b = Plain(), Derived()
print(a == a, a == b, b == a, a == Plain(), a != a, a != Plain(), a.__eq__(1), {Always()} <= {Always()})
print(Always() == Plain(), Plain() == Always(), Always() == Always(), Made == 3, 3 == Made, object() == object())
Plain.__eq__ = lambda self, other: "late"
print(a == a, a == b, b == a, b != b)

# Items from a list and from a text.
print(tuple(list(range(20))) == tuple(range(20)), tuple([1.5, 2.5, 1e300]), tuple([]), bytes([1, 2, 255]))
for bad in ([1, 256], [-1], [2**70], ["x"]):
    try:
        bytes(bad)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
print(list("aąb"), tuple("x😀"), sorted(set("hello")), "ą\u0800😀a".encode(), "a\ud800".encode("utf8", "replace"))
for name in ("ascii", "latin-1", "latin1", "utf8"):
    print("abc".encode(name), b"abc".decode(name), end=" ")
try:
    "é".encode("ascii")
except UnicodeError as error:
    print(error)
grown = []
for i in range(3000):
    grown.append(i)
    assert len(grown) == i + 1 and grown[-1] == i
grown.append("x")
print(grown[2998:], [i for i in range(100)][-1], len([str(i) for i in range(700)]))
import pickle
wide = [2**31, 2**40, -2**40, -2**55, 2**55 - 1, 2**63, -129, 0, 2**47, -2**47]
print(pickle.loads(pickle.dumps(wide, 2)) == wide, pickle.loads(b"\x80\x02\x8a\x00."), pickle.loads(b"\x80\x02\x8a\x01\xff."),
      pickle.loads(b"\x80\x02\x8a\x02\x00\x80."))
