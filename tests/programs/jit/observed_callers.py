# Exceptions that hot functions handle give frame objects to their callers, too, which go on in native code.
import sys
import traceback

kept = []


def leaf(d, k):
    try:
        return d[k]
    except KeyError as e:
        if k % 1000 == 7:
            kept.append(e)
    return -1


def middle(d, k):
    a = k + 1
    r = leaf(d, k)
    a += r
    b = a * 2.5
    if k % 1000 == 8:
        a = "late"
    return a if b < 1e9 else b


def outer(d, k):
    v = middle(d, k)
    w = [v]
    return w


def chain(frame):
    names = []
    while frame is not None:
        names.append((frame.f_code.co_name, frame.f_lineno))
        frame = frame.f_back
    return names


def run(n):
    total = 0
    d = {}
    for i in range(n):
        v = outer(d, i)[0]
        total += v if isinstance(v, int) else 1
    return total


print(run(9500))
for e in kept[::3]:
    frame = e.__traceback__.tb_frame
    print(e, chain(frame))
    back = frame.f_back
    print(sorted(back.f_locals.items(), key=str), sorted(back.f_back.f_locals.items(), key=str))


class Boom(Exception):
    pass


def thrower(n):
    if n % 2:
        raise Boom(n)
    return n


def passes(n):
    x = n * 3
    return thrower(n) + x


def catches(n):
    try:
        return passes(n)
    except Boom as e:
        return e


def around(n):
    r = catches(n)
    return r, n


last = None
for i in range(9001):
    r = around(i)[0]
    if type(r) is Boom:
        last = r
print(repr(last), [f.name for f in traceback.extract_tb(last.__traceback__)])
frame = last.__traceback__.tb_next.tb_frame
print(frame.f_code.co_name, frame.f_locals, chain(frame))
print(last.__traceback__.tb_frame.f_back.f_locals["n"])


def deep(n, d):
    if n == 0:
        return leaf(d, 7)
    x = deep(n - 1, d)
    return x + n


kept.clear()
for i in range(600):
    s = deep(12, {})
print(s, len(kept), len(chain(kept[-1].__traceback__.tb_frame)), chain(kept[-1].__traceback__.tb_frame)[:3])


def generator(d, n):
    for i in range(n):
        yield leaf(d, i)


print(sum(generator({1: 5}, 9000)), chain(kept[-1].__traceback__.tb_frame)[1][0])


def looks(d, k):
    try:
        return d[k]
    except KeyError:
        return sys._getframe(1).f_locals.get("mark")


def marked(d, k):
    mark = k
    r = looks(d, k)
    mark = r
    return mark


print(sum(marked({}, i) for i in range(5000)))
