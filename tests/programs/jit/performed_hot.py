# Instructions that native code leaves to the interpreter's bodies, in hot functions: matching, handled exceptions, merged
# keywords, imports, deletions, with statements, class bodies.
class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


def kind(v):
    match v:
        case []:
            return "none"
        case [x]:
            return f"one {x}"
        case [x, *rest]:
            return f"{x} and {len(rest)}"
        case {"k": k, **rest}:
            return f"k={k} {sorted(rest)}"
        case Point(0, y):
            return f"on y at {y}"
        case Point(x=x, y=0):
            return f"on x at {x}"
        case int() | float():
            return "number"
    return "other"


values = [[], [1], (1, 2, 3), {"k": 1, "z": 2}, {"q": 1}, Point(0, 5), Point(5, 0), Point(1, 1), 3, None]
print([[kind(v) for v in values] for _ in range(400)][-1])


def f(a, b=2, **kw):
    return a + b + sum(kw.values())


def spread(n):
    t = 0
    for i in range(n):
        d = {"b": i, **{"c": 1}}
        t += f(1, **d) + f(*(1, 2), **{"z": i})
    return t


print(spread(1500))


def handled(n):
    got = []
    for i in range(n):
        try:
            if i % 3 == 0:
                raise ValueError(i)
            if i % 3 == 1:
                [][i]
        except (ValueError, IndexError) as error:
            got.append(type(error).__name__)
        finally:
            last = i
    return len(got), got[-1], last


print(handled(1500))


def groups(n):
    t = 0
    for i in range(n):
        try:
            raise ExceptionGroup("g", [ValueError(i), TypeError(i)])
        except* ValueError as g:
            t += len(g.exceptions)
        except* TypeError:
            t += 10
    return t


print(groups(300))


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return kind is KeyError


def managed(n):
    t = 0
    for i in range(n):
        with Manager():
            if i % 2:
                raise KeyError(i)
            t += 1
    return t


print(managed(1000))


def scopes(n):
    t = 0
    for i in range(n):
        import math
        from os import path

        class Local:
            attribute = i

        def inner():
            return i

        t += Local.attribute + inner() + (math.floor(1.5) if path else 0)
        x = i
        del x
        s = {*range(i % 3), *"ab"}
        t += len(s)
        assert t >= 0
    try:
        print(x)
    except UnboundLocalError as error:
        return t, str(error)


print(scopes(300))


def cells(n):
    t = 0
    for i in range(n):
        v = i

        def get():
            return v

        t += get()
        del v
        try:
            get()
        except NameError:
            t += 1
    return t


print(cells(400))
