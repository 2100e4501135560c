# Lists of ints, floats and mixed, through the same code, with transitions.
def total(items):
    t = 0
    for x in items:
        t += x
    return t


def by_index(items):
    t = 0
    for i in range(len(items)):
        t += items[i]
    return t


ints, floats, bigs, mixed, bools = list(range(3000)), [i * 0.5 for i in range(3000)], [1 << 65] * 3000, [i if i % 2 else i * 0.5 for i in range(3000)], [True, False] * 1500
for items in (ints, floats, bigs, mixed, bools, [], [1], (1, 2.5), range(3000)):
    print(total(items), by_index(items))


def fill(n, value, at, other):
    items = []
    for i in range(n):
        items.append(value if i != at else other)
    return items.count(value), items.count(other), items[at], items[-1]


for value, other in [(1, 2.5), (2.5, 1), (1, 1 << 62), (1.5, None), (7, "s"), (0.5, float("inf")), (1, True), (0.0, -0.0)]:
    print(fill(4000, value, 3500, other))


def store(items, n, value):
    for i in range(n):
        items[i % len(items)] = value
    return items


print(store([1, 2, 3], 4000, 5), store([1.5, 2.5], 4000, 5), store([1, 2], 3000, 1e308 * 10), store([None] * 3, 3000, 2.5), store([1], 2000, 1 << 64))


def inplace(items, n):
    for i in range(n):
        items[i % 4] += 1
    return items


print(inplace([0, 0, 0, 0], 4000), inplace([0.5, 1.5, 2.5, 3.5], 4000), inplace([(1 << 61) - 500] * 4, 4000), inplace([1, 2.5, 1 << 70, True], 4000))


def concat(n):
    a = [1, 2]
    t = 0
    for i in range(n):
        b = a + ([3] if i < n - 2 else [0.5])
        c = b * 2
        t += sum(c) + len(c[1:])
        c.extend(x for x in (1, 2))
        t += c.pop() + c.pop(0)
    return t, c


print(concat(3000))


def unordered(n):
    items = list(range(n))
    items.reverse()
    items.sort()
    items.insert(5, 2.5)
    items.insert(6, "x")
    items.remove("x")
    items[2:4] = [9.5]
    return sum(items), items[:8], 2.5 in items, items.index(2.5)


print(unordered(4000))


def dot(a, b):
    s = 0.0
    for x, y in zip(a, b):
        s += x * y
    return s


print(dot(floats, floats), dot(ints, floats), dot(ints, ints), dot(mixed, bools))
print([x * 2 for x in floats][:3], [x * 2 for x in ints][-1], [x + 0.5 for x in ints][-1], max(mixed), min(floats), sorted(mixed)[-2:])
