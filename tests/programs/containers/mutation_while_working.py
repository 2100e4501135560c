# Callbacks that change the container that is being worked on.
def attempt(f):
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__, error)


class Meddler:
    """Equal to nothing; runs an action whenever it is compared."""

    def __init__(self, action, hashed=0):
        self.action, self.hashed = action, hashed

    def __eq__(self, other):
        self.action()
        return False

    def __hash__(self):
        return self.hashed

    def __lt__(self, other):
        self.action()
        return False


l = [1, 2, 3]
l[1] = Meddler(l.clear)
attempt(lambda: 7 in l)
print(l)
l = [0] * 5
l[0] = Meddler(lambda: l.pop())
attempt(lambda: l.index(9))
print(len(l))
l = [Meddler(lambda: l.append(1)), 2]
attempt(lambda: l.count(5))
print(len(l))
a, b = [1, 2, 3], [1, 2, 3]
a[1] = Meddler(a.clear)
attempt(lambda: a == b)
print(len(a), len(b))
l = [3, 2, 1]
attempt(lambda: l.sort(key=lambda x: l.append(x) or x))
print(l)
l = [Meddler(lambda: l.append(0)) for _ in range(5)]
attempt(lambda: l.sort())
print(len(l))


def fail():
    raise KeyError("boom")


l = [5, 4, Meddler(fail), 1]
attempt(lambda: l.sort())
print(len(l))
l = [4, 3, 2, 1]
attempt(lambda: l.sort(key=lambda x: 1 // (x - 2)))
print(l)


class Growing:
    def __init__(self, target):
        self.target = target

    def __iter__(self):
        yield 1
        self.target.append("inner")
        yield 2


l = []
l.extend(Growing(l))
print(l)
l = [1, 2, 3]
l[1:2] = Growing(l)
print(l)
l = list(range(6))
l[::2] = (l.pop() and 0 for _ in range(2)) if False else [7, 8, 9]
print(l)
l = [1, 2, 3]
l.extend(l)
l[1:2] = l
l += l
print(l)


class Index:
    def __init__(self, target, value):
        self.target, self.value = target, value

    def __index__(self):
        self.target.clear()
        return self.value


l = [1, 2, 3]
attempt(lambda: l[Index(l, 1)])
l = [1, 2, 3]
attempt(lambda: l[0:Index(l, 2)])
l = [1, 2, 3]
attempt(lambda: l.insert(Index(l, 2), "x"))
print(l)
out = []
l = [1, 2, 3]
for x in l:
    out.append(x)
    if len(l) < 6:
        l.append(x * 10)
print(out)
l = [1, 2, 3, 4]
for x in l:
    l.remove(x)
print(l)
it = iter(l)
print(list(it), l.append(9), list(it))

d = {}
for k in range(6):
    d[Meddler(d.clear, hashed=1)] = k
print(len(d))
fresh = iter([{i: i for i in range(6, 100)}])
d = {}
d[Meddler(lambda: d.update(next(fresh, {})), hashed=5)] = 1
print(d.get(5), len(d), 5 in d, 6 in d)
d = {1: 1, 2: 2}


def during(action, view=lambda d: d):
    d = {1: 1, 2: 2, 3: 3}
    for k in view(d):
        action(d, k)
    return d


attempt(lambda: during(lambda d, k: d.update({9: 9})))
attempt(lambda: during(lambda d, k: d.pop(2, None)))
attempt(lambda: during(lambda d, k: d.clear()))
attempt(lambda: during(lambda d, k: (d.pop(k), d.update({k + 3: 0}))))
attempt(lambda: during(lambda d, k: d.update({9: 9}), lambda d: d.values()))
attempt(lambda: during(lambda d, k: d.update({9: 9}), lambda d: d.items()))
attempt(lambda: during(lambda d, k: d.update({9: 9}), reversed))
attempt(lambda: during(lambda d, k: d.update({1: k}), lambda d: d))


class Changes:
    def __init__(self, d):
        self.d = d

    def __repr__(self):
        self.d["added"] = 1
        return "<changes>"


d = {}
d["a"] = Changes(d)
print(d)


def grow(s):
    for x in s:
        s.add(x + 100)


attempt(lambda: grow({1, 2}))
s = set()
for i in range(6):
    s.add(Meddler(s.clear, hashed=1))
print(len(s))
s = {1, 2, 3}
s.add(Meddler(lambda: s.discard(1), hashed=2))
print(2 in s, len(s))
s = {1, 2, 3}
s -= s
print(s, len(s))
s = {1, 2, 3}
s ^= s
print(s)
s.update(s)
nested = []
nested.append(nested)
pair = ([], {})
pair[0].append(pair)
pair[1]["pair"] = pair
print(nested, pair, nested == nested)
box = {1: None}
box[1] = box.values()
print(len(repr(box)) > 0)
