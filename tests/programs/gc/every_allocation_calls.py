# habu: gc=1
# Calls, iterators, sorting and comprehensions with a collection at every allocation.
print(sorted(["b", "a", "c"], key=lambda w: w * 2), list(map(lambda x, y: (x, y), [1, 2], "ab")), list(zip("ab", [[1], [2]])))
print(list(enumerate(filter(None, [0, "x", [], [1]]))), max([[1], [2, 3]], key=len), "".join(str(i) for i in range(6)))


def deep(n, acc):
    return acc if n == 0 else deep(n - 1, acc + [n])


print(deep(8, []))


def decorator(f):
    def wrapper(*args, **kwargs):
        return [f.__name__, f(*args, **kwargs)]
    return wrapper


@decorator
def work(a, b=[1], *c, d={"k": 1}, **e):
    return a, b, c, d, e


print(work(1, 2, 3, d=4, z=5), work("x"))


class CM:
    def __enter__(self):
        return [self]

    def __exit__(self, *info):
        return [info]


with CM() as c:
    raise KeyError(["payload"])
match {"kind": "point", "at": [1, (2, 3)]}:
    case {"kind": str(k), "at": [x, (y, z)], **rest}:
        print(k, x, y, z, rest)
d = {}
for i in range(12):
    d[str(i)] = [i]
    d.pop(str(i - 3), None)
print(d, dict(sorted(d.items(), reverse=True)))
print(f"{[1, 2]!r:>10} {'a' + 'b'} {1.5 + 2:.3f} {1 << 70:,}")
x = [[1, 2], [3]]
x[0:1] = [[9], [8]]
x += [[7]]
print(x, x[::-1], sum(x, []), [y for z in x for y in z])


def g():
    try:
        received = yield [1]
        print(received)
        yield from ([i] for i in range(2))
    finally:
        print(["closed"])


it = g()
print(next(it), it.send(["sent"]), next(it))
it.close()
