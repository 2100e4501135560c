# Iterator objects of the builtin containers: hints, pickling state, exhaustion.
import operator


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as error:
        print(type(error).__name__, error)


def shape(state):
    return tuple("iterator" if hasattr(x, "__next__") else shape(x) if isinstance(x, tuple) else x for x in state)


for make in (lambda: iter([1, 2, 3]), lambda: reversed([1, 2, 3]), lambda: iter((1, 2, 3)), lambda: iter(range(3)), lambda: iter(range(10**20, 10**20 + 3)), lambda: iter({1: 2, 3: 4, 5: 6}), lambda: iter({1: 2, 3: 4}.values()), lambda: iter({1: 2, 3: 4}.items()), lambda: reversed({1: 2, 3: 4}), lambda: reversed({1: 2, 3: 4}.items()), lambda: iter({7, 8, 9}), lambda: reversed((1, 2, 3))):
    it = make()
    print(type(it).__name__, it is iter(it), operator.length_hint(it), it.__reduce__()[1:], next(it), operator.length_hint(it), it.__reduce__()[1:], list(it), operator.length_hint(it), list(it), it.__reduce__()[1:])
    attempt(next, it)
for it, state in ((iter([1, 2, 3]), 1), (iter([1, 2, 3]), -5), (iter([1, 2, 3]), 99), (reversed([1, 2, 3]), 0), (reversed([1, 2, 3]), -9), (iter((1, 2, 3)), 2), (iter(range(5)), 3), (iter(range(5)), -3), (iter(range(10**20, 10**20 + 5)), 3), (reversed((1, 2, 3)), 1)):
    it.__setstate__(state)
    print(list(it))
for it in (enumerate([1, 2]), enumerate("ab", 5), zip([1], [2]), zip([1], [2], strict=True), map(int, [1]), map(int, [1], strict=True), filter(None, [1])):
    print(shape(it.__reduce__()))
print(list(enumerate("ab", 10**30)), list(enumerate([5, 6, 7], 2**61 - 2)), list(enumerate(iterable="a", start=-1)))
print(list(zip()), list(zip([1, 2], "ab", (3.5, None))), list(zip(range(3), range(9))), list(map(pow, [2, 3], [3, 2])), list(filter(None, [0, 1, "", "a"])), list(filter(lambda x: x % 2, range(6))), list(map(str, range(3))))
z = zip([1, 2, 3], iter([1]))
print(list(z), list(z))


class Seq:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if i >= self.n:
            raise IndexError
        return i * 10


it = iter(Seq(3))
print(type(it).__name__, next(it), it.__length_hint__(), it.__reduce__()[2], list(it), list(it), it.__length_hint__())
print(list(reversed(Seq(3))), operator.length_hint(reversed(Seq(3))), 20 in Seq(3), list(Seq(2)))
counter = iter([1, 2, 3, 0, 4])
it = iter(lambda: next(counter), 0)
print(type(it).__name__, list(it), list(it), next(counter))


class NoReverse:
    __reversed__ = None

    def __len__(self):
        return 0

    def __getitem__(self, i):
        return i


attempt(reversed, NoReverse())


class Hint:
    def __init__(self, hint):
        self.hint = hint

    def __iter__(self):
        return iter([1, 2])

    def __length_hint__(self):
        if isinstance(self.hint, Exception):
            raise self.hint
        return self.hint


for hint in (5, -1, "a", NotImplemented, 10**9, TypeError("typed"), ValueError("valued")):
    attempt(list, Hint(hint))


class E(enumerate):
    pass


class Z(zip):
    pass


print(list(E("ab")), list(Z("ab", "cd")), type(E("a")).__name__)
