# Tuples, packing and unpacking.
t = (1, "a", 2.5)
print(t, (), (1,), 1, t[0], t[-1], t[1:], t + (4,), t * 2, len(t), "a" in t, t.index("a"), t.count(1), hash(()) == hash(()))
print((1, 2) < (1, 3), (1, 2) == (1, 2), (1,) < (1, 0), tuple("abc"), tuple([1]), tuple(range(3)), hash((1, 2)) == hash((1, 2)))
a, b, c = t
print(a, b, c)
a, b = b, a
print(a, b)
(x, y), [z, *rest] = (1, 2), "hello"
print(x, y, z, rest)
first, *middle, last = range(6)
print(first, middle, last)
*start, end = [1]
print(start, end)
head, *tail = (1,)
print(head, tail)
for i, (j, k) in [(1, (2, 3)), (4, (5, 6))]:
    print(i, j, k)
data = {}
data["k"], data["l"] = 1, 2
values = [0, 0, 0]
i = 0
i, values[i] = 2, 9
print(data, i, values)
print((1, *[2, 3], *"ab"), [*t, *t], {*t[:2], 1} == {1, "a"})
p = q = []
p.append(1)
print(q)
for source in [(1, 2), (1, 2, 3, 4), (), 5, None]:
    try:
        a, b, c = source
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
try:
    a, *b, c = (1,)
except ValueError as error:
    print(error)
try:
    t[0] = 1
except TypeError as error:
    print(error)
try:
    hash(([],))
except TypeError as error:
    print(error)
u = (1, [2])
try:
    u[1] += [3]
except TypeError as error:
    print(error, u)
def swap(pair):
    left, right = pair
    return right, left
print(swap((1, 2)), swap("ab"), swap([3, 4]), swap({5: 0, 6: 0}))
print(max((1, 5), (2, 0)), sorted([(2, "b"), (1, "z"), (2, "a")]), dict([(1, 2), "ab"]))
print(repr((1, (2, (3,)))), str(("a",)), (1, 2).__len__(), tuple.__name__, ().__class__)
