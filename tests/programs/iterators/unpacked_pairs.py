# Loops that unpack what enumerate, zip and dict views yield at once: where each stops, and what is left of the rest.
def pairs(source):
    out = []
    for a, b in source:
        out.append((a, b))
    return out


class Noisy:
    def __init__(self, *items):
        self.items = list(items)

    def __iter__(self):
        return self

    def __next__(self):
        if not self.items:
            raise StopIteration
        item = self.items.pop(0)
        if isinstance(item, Exception):
            raise item
        return item


def show(f, *args):
    try:
        print(f.__name__, f(*args))
    except Exception as e:
        print(f.__name__, type(e).__name__, e)


for start in (0, -3, 2 ** 61 - 2, 2 ** 70):
    show(pairs, enumerate("abc", start))
show(pairs, {1: "x", "k": 2.5, None: ()}.items())
show(pairs, zip("abc", [1, 2]))
show(pairs, zip([], "abc"))
show(pairs, zip("ab", (1, 2), strict=True))
show(pairs, zip("abc", (1, 2), strict=True))
show(pairs, zip("a", (1, 2), strict=True))
show(pairs, zip("ab"))
show(pairs, zip("ab", "cd", "ef"))
show(pairs, zip())
show(pairs, zip([1, 2, 3], Noisy("a", ValueError("stop"), "b")))
show(pairs, enumerate(Noisy("a", KeyError("k"))))


# What an iterator took before another ended is gone; the targets keep their last values.
def ended_early():
    left, right = iter([1, 2, 3]), iter("a")
    a = b = None
    for a, b in zip(left, right):
        pass
    return a, b, list(left)


# The loop's variable is unpacked by its body: it stays the tuple.
def kept(source):
    seen = []
    for pair in source:
        a, b = pair
        seen.append((pair, a, b, type(pair).__name__))
    return seen


def nested(d):
    out = []
    for i, (a, b) in enumerate(d.items()):
        out.append((i, a, b))
    for (a, b), *rest in zip(d.items(), "xy"):
        out.append((a, b, rest))
    for a, b, c, d4, e in zip(*["12"] * 5):
        out.append(a + b + c + d4 + e)
    return out


def changed(d):
    seen = []
    for k, v in d.items():
        seen.append(k)
        d[k + 10] = v
    return seen


def swapped(d):
    seen = []
    for k, v in d.items():
        seen.append(k)
        del d[k]
        d[k + 10] = v
        if len(seen) > 5:
            break
    return seen


def targets():
    class Box:
        pass
    box, table = Box(), {}
    for box.x, table["y"] in zip([1, 2], [3, 4]):
        pass
    return box.x, table


show(ended_early)
show(kept, enumerate("ab"))
show(kept, {1: 2}.items())
show(kept, zip("ab", "cd"))
show(nested, {"p": 1, "q": 2})
show(changed, {1: 1, 2: 2})
show(swapped, {1: 1, 2: 2})
show(targets)
print([a * b for a, b in zip(range(5), range(5, 10))], {k: v for k, v in {1: 2}.items()})
print([(i, c) for i, c in enumerate("xyz", 1) if i != 2], {a for a, _ in enumerate("ab")})


def traced():
    import sys
    lines = []

    def trace(frame, event, arg):
        if event == "line":
            lines.append(frame.f_lineno - frame.f_code.co_firstlineno)
        return trace

    def loop():
        for (a,
             b) in zip("ab", "cd"):
            a + b

    sys.settrace(trace)
    loop()
    sys.settrace(None)
    return lines


print(traced())
