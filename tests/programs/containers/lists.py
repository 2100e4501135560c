# Lists: construction, slicing and slice assignment, methods, comparison.
a = [5, 3, 8, 1]
print(a, len(a), a[0], a[-1], a[1:3], a[::-1], a[::2], a[5:], a + [9], a * 2, 2 * a[:1], [] * 3)
a.append(7); a.extend("xy"); a.insert(0, "first"); a.insert(100, "last"); a.insert(-1, "before")
print(a, a.pop(), a.pop(0), a.pop(-2), a.index(8), a.count(3), 3 in a, "q" not in a)
a.remove("x")
a.reverse()
print(a, a.copy() == a, a.copy() is a)
b = list(range(10))
b[2:5] = ["a"]
print(b)
b[1:1] = [100, 200]
print(b)
b[::2] = [0] * len(b[::2])
print(b)
b[-2:] = []
print(b)
del b[0], b[1:3], b[::2]
print(b)
b[:] = []
print(b, bool(b))
c = [3, 1, 2]
c.sort()
print(c, sorted(c, reverse=True), c.sort(reverse=True), c)
words = ["banana", "fig", "Apple", "cherry"]
print(sorted(words), sorted(words, key=len), sorted(words, key=str.lower), sorted(words, key=lambda w: (-len(w), w)))
print([1, 2] < [1, 3], [1] < [1, 0], [] < [1], [1, 2] == [1, 2], [1, 2] == (1, 2), [2] > [1, 9], [1, [2]] == [1, [2]])
d = [1, 2]
e = d
d += [3]
print(e, e is d)
d *= 2
print(e, d is e)
d = d + [9]
print(e == d)
nested = [[0] * 2 for _ in range(2)]
nested[0][1] = 5
shared = [[0] * 2] * 2
shared[0][1] = 5
print(nested, shared)
loop = [1]
loop.append(loop)
print(loop, len(loop), loop[1][1][0])
print(list(), list("abc"), list({"k": 1}), list((1, 2)), [*range(3), *"ab"], [[]] + [[1]])
print(all(x < 5 for x in [1, 2]), sum([[1], [2]], []), max([3, 9, 2]), min([3, 9, 2], key=lambda x: -x), list(zip([1, 2], "ab")))
for action in (lambda: [][0], lambda: [1].index(5), lambda: [].pop(), lambda: [1].remove(2), lambda: [1] + (2,), lambda: [1, "a"].sort(), lambda: [1] < ["a"], lambda: d["a"], lambda: [1].pop(5), lambda: [1] * "a", lambda: list(5), lambda: [1, 2].sort(5)):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
try:
    x = [1, 2, 3]
    x[::2] = [1]
except ValueError as error:
    print(error)
try:
    x[5] = 1
except IndexError as error:
    print(error)
try:
    x[0:1] = 5
except TypeError as error:
    print(error)
