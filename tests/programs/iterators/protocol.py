# The iterator protocol and the built-in iterators.
class Range:
    def __init__(self, n): self.n = n
    def __iter__(self):
        i = 0
        while i < self.n:
            yield i
            i += 1
class NotIter:
    def __iter__(self): return 5
class NoNext:
    def __iter__(self): return self
for bad in (NotIter(), NoNext()):
    try:
        iter(bad)
    except TypeError as error:
        print(error)
print(list(Range(3)), list(zip(Range(2), Range(3))), [*Range(2), *Range(1)])
it = iter([1, 2, 3])
print(iter(it) is it, next(it), list(it), list(it), it.__length_hint__())
for iterable in ([1], (1,), "a", {1: 2}, {1}, range(1), b"a", enumerate([]), zip(), map(len, []), filter(None, []), reversed([]), {}.items(), {}.keys(), {}.values(), (x for x in [])):
    print(type(iter(iterable)).__name__, end=" ")
print()
numbers = [1, 2, 3]
it = iter(numbers)
next(it)
numbers.append(4)
print(list(it))
numbers.append(5)
print(list(it), next(it, None))
e = enumerate("abc", 10)
print(next(e), list(e))
m = map(lambda a, b: (a, b), [1, 2, 3], "ab")
print(next(m), list(m))
z = zip(range(3), iter(range(10)))
print(list(z))
shared = iter(range(6))
print(list(zip(shared, shared)), [(a, next(shared, None)) for a in iter([1])])
f = filter(lambda x: x % 2, range(6))
print(next(f), list(f))
r = reversed([1, 2, 3])
print(next(r), list(r))
class Raises:
    def __iter__(self): return self
    def __next__(self): raise ValueError("from next")
try:
    list(Raises())
except ValueError as error:
    print(error)
try:
    for x in Raises():
        pass
except ValueError as error:
    print("in for:", error)
try:
    list(map(lambda x: 1 / x, [1, 0]))
except ZeroDivisionError as error:
    print(error)
class Reversible:
    def __len__(self): return 3
    def __getitem__(self, i): return i * 10
print(list(reversed(Reversible())))
def stops():
    yield next(iter([]))
try:
    list(stops())
except RuntimeError as error:
    print(error)
print(min(iter([3, 1])), sorted(iter("ba")), dict(iter([(1, 2)])), set(iter([1])), "".join(iter("xy")), any(iter([0, 1])), tuple(iter(range(2))), sum(iter([1, 2])))
lines = iter("a\nb\n\nc".split("\n"))
print([line for line in iter(lambda: next(lines), "")], list(lines))
d = {"a": 1, "b": 2}
it = iter(d)
next(it)
d["a"] = 5
print(next(it))
it = iter(d)
d["c"] = 3
try:
    next(it)
except RuntimeError as error:
    print(error)
a, b = iter("xy")
first, *rest = Range(4)
print(a, b, first, rest)
