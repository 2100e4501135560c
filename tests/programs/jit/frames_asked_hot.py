# Callers of native frames by `f_back` and `sys._getframe`, with lines, through generators, natives and handlers.
import sys


def chain(frame):
    names = []
    while frame is not None:
        names.append(f"{frame.f_code.co_name}:{frame.f_lineno}")
        frame = frame.f_back
    return names


def look():
    return chain(sys._getframe(1))


def inner(x):
    return look() if x % 500 == 0 else None


def by_key(x):
    inner(x)
    seen.append(inner(x))
    return -x


def numbers(n):
    for i in range(n):
        seen.append(inner(i))
        yield i


def handled(x):
    try:
        if x % 700 == 0:
            raise KeyError(x)
    except KeyError as e:
        seen.append(chain(e.__traceback__.tb_frame))
    return inner(x)


def kept(x):
    frame = sys._getframe()
    if x % 900 == 0:
        kept_frames.append(frame)
    return frame.f_back.f_code.co_name


def outer(n):
    sorted(range(n), key=by_key)
    for _ in numbers(n):
        pass
    names = set()
    for i in range(n):
        handled(i)
        names.add(kept(i))
    return names


seen, kept_frames = [], []
print(outer(2000))
print(outer(300))
for found in seen:
    if found:
        print(found)
for frame in kept_frames:
    print(chain(frame), sorted(frame.f_locals))
