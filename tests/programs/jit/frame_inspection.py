# sys._getframe().f_back.f_locals across hot callers.
import sys


def peek():
    return sys._getframe().f_back.f_locals


def inner(i, limit):
    doubled = i * 2
    as_float = i + 0.5
    if i == limit:
        return peek().copy()
    return doubled


def outer(n):
    text = "outer"
    items = []
    found = None
    for i in range(n):
        items.append(i) if i < 3 else None
        r = inner(i, n - 1)
        if type(r) is dict:
            found = r
    return found, text, items


print(outer(6000))


def chain_names():
    names, frame = [], sys._getframe()
    while frame is not None:
        names.append((frame.f_code.co_name, frame.f_lineno))
        frame = frame.f_back
    return names


def level3(i, want):
    if i == want:
        return chain_names()
    return None


def level2(i, want):
    return level3(i, want)


def level1(n):
    for i in range(n):
        got = level2(i, n - 1)
    return got


print(level1(6000))


def callers_local(depth):
    return sys._getframe(depth).f_locals


def a(x):
    a_local = x * 10
    return b(x + 1)


def b(y):
    b_local = y * 10.0
    return c()


def c():
    return sorted(callers_local(1).items()), sorted(callers_local(2).items()), sorted(callers_local(3).items())


for i in range(5000):
    result = a(i)
print(result)


def modified(n):
    seen = []
    value = 0
    for i in range(n):
        value += i
        if i % 2500 == 2499:
            snapshot = locals()
            seen.append((snapshot["i"], snapshot["value"], sorted(snapshot)))
    return seen


print(modified(6000))


def unbound_seen(n):
    for i in range(n):
        if i == n - 1:
            return sorted(sys._getframe().f_locals)
        late = i
        if i == 10 ** 9:
            never = 1


print(unbound_seen(5000), unbound_seen(1))


def write_through(n):
    x = 1
    total = 0
    for i in range(n):
        if i == n // 2:
            setter()
        total += x
    return total


def setter():
    sys._getframe(1).f_locals["x"] = 100


print(write_through(6000))
