# ==, is, in and hashing across containers.
class Always:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1


class Never:
    def __eq__(self, other):
        return False

    __hash__ = object.__hash__


always, never = Always(), Never()
print(always == 5, 5 == always, never == never, never in [never], [never] == [never], (never,) == (never,), never in {never}, always in [1], [1].count(always))
print([1, [2, {"a": (3,)}]] == [1, [2, {"a": (3,)}]], {"a": [1]} == {"a": [1]}, (1, 2) != (1, 3), [1] is [1], None is None)
a = b = [1]
print(a is b, a is not b[:], a == b[:], id(a) == id(b))
print(1 in (1, 2), 1.0 in [1], "1" in [1], None in [None], [] in [[]], (1,) in {(1,): 0}, 5 in range(3, 9), "bc" in "abcd", b"b" in b"abc")
print([1, 2, 3].index(2.0), (1, True).count(1), {1: "x"}.get(True), [nan for nan in [float("nan")] if nan in [nan]] != [])
print(hash("a") == hash("a"), hash((1, "b")) == hash((1, "b")), hash(1) == hash(1.0) == hash(True), hash(None) == hash(None), hash(frozenset([1, 2])) == hash(frozenset([2, 1])))
print(object() == object(), type(1) == int, type(1) is int, int == int, len == len, print != len)


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        if not isinstance(other, Point):
            return NotImplemented
        return (self.x, self.y) == (other.x, other.y)

    def __hash__(self):
        return hash((self.x, self.y))


print(Point(1, 2) == Point(1, 2), Point(1, 2) != Point(1, 3), Point(1, 2) == (1, 2), len({Point(1, 2), Point(1, 2), Point(2, 1)}), Point(1, 2) in [Point(1, 2)])


class Unhashable:
    def __eq__(self, other):
        return True


try:
    {Unhashable()}
except TypeError as error:
    print(error)
print(Unhashable.__hash__, [1, 2] == [1, 2, 3], [] == (), {} == set(), "" == b"")
