# Builtins that walk over sets, and sets that change meanwhile.
from collections import deque

s = {5, 1, 9, 3, 7}
f = frozenset('habu')
print(min(s), max(s), sum(s), sorted(s), sorted(f), len(list(f)), set(tuple(s)) == s)
print(any({0, ''}), all({0, 1}), any(frozenset()), all(set()), list(set()), sorted(set(f) | s, key=str))
print([*s] == list(s) == [x for x in s], dict.fromkeys(s, 0) == {x: 0 for x in s}, deque(s) == deque(list(s)))

l = [0]
l.extend(s)
l += f
print(l[0], sorted(map(str, l)))


def growing(x):
    grown.add(x + 1000)
    return x


def shrinking(x):
    grown.discard(x)
    return x


for work in (
    lambda: min(grown, key=growing),
    lambda: max(grown, key=shrinking),
    lambda: sorted(grown, key=growing),
    lambda: sum(map(growing, grown)),
    lambda: [growing(x) for x in grown],
    lambda: list(map(shrinking, grown)),
):
    grown = set(range(10))
    try:
        print('done', work())
    except RuntimeError as e:
        print(e)

# Comparisons of sets, by class and content.
a, b = {1, 2, 3}, frozenset([1, 2, 3])
for x, y in ((a, b), (a, {1, 2}), ({1, 2}, b), (b, {4, 5, 6}), (set(), b), (set(), frozenset())):
    print(x == y, x != y, x <= y, x < y, x >= y, x > y)
hash(b)
print(b == frozenset([1, 2, 4]), b != frozenset([1, 2, 4]), b == frozenset([3, 2, 1]))


class Shy:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 1

    def __eq__(self, other):
        print('asked', self.n, getattr(other, 'n', other))
        return isinstance(other, Shy) and self.n == other.n


print({Shy(1)} == {Shy(1)}, {Shy(1)} <= {Shy(2), Shy(3)}, {1} <= {Shy(1)})
try:
    {1} < [1]
except TypeError as e:
    print(e)

# Steps over a deque.
d = deque(range(5))
print(list(d), sum(d), [x for x in d if x % 2], list(reversed(d)), list(deque()))
it = iter(d)
print(next(it), next(it))
d.append(5)
try:
    next(it)
except RuntimeError as e:
    print(e)
try:
    for x in d:
        d.popleft()
except RuntimeError as e:
    print(e)
it = iter(d)
print(list(it), list(it), next(it, 'end'))

# Dicts and their views, likewise.
d = {k: len(k) for k in ('one', 'three', 'five', 'eleven')}
for v in (d, d.keys(), d.values(), d.items()):
    print(list(v), max(v), tuple(v), sorted(v, key=str), set(v) == set(list(v)), [*v], any(v), len(list(v)))
print(sum(d.values()), min(d), ','.join(d), bytes({1: 2, 3: 4}), frozenset(d.keys()) == frozenset(d))


def adding(x):
    d[str(x) * 9] = 1
    return x


def exchanging(x):
    d.pop(next(iter(d)))
    d[str(len(d)) + 'x'] = 1
    return x


for change in (adding, exchanging):
    for view in (dict.keys, dict.values, dict.items, lambda d: d):
        for work in (min, max, sorted):
            d = dict.fromkeys('abcde', 1)
            try:
                print(work(view(d), key=lambda x: str(change(x))) and 'done')
            except RuntimeError as e:
                print(e)
del d['cx' if 'cx' in d else next(iter(d))]
print(len(list(d)) == len(d), len(set()) == 0)
for n in (4, 5, 12, 13, 80):
    s = set(range(0, n * 7, 7))
    t = s | {1, 2}
    print(list(s), list(t), list(t & s), list(t - s), list(s ^ {0, 1}))
    t.clear()
    t.update(s, [3], 'ab')
    print(len(t), t >= s)
