"""Assigning f_lineno in a trace function: where execution goes on, and where it may not."""

import sys
import warnings

warnings.simplefilter("ignore")


def jump(function, start, target, event="line", args=()):
    first = function.__code__.co_firstlineno
    out = []
    done = False

    def hook(frame, what, arg):
        nonlocal done
        if frame.f_code is function.__code__ and not done and what == event and frame.f_lineno == first + start:
            done = True
            try:
                frame.f_lineno = target if isinstance(target, str) else first + target
                out.append(("at", frame.f_lineno - first))
            except (ValueError, AttributeError) as e:
                out.append((type(e).__name__, str(e)))
        return hook

    sys.settrace(hook)
    try:
        function(out, *args)
    except Exception as e:
        out.append(type(e).__name__)
    finally:
        sys.settrace(None)
    print(function.__name__, start, target, *out)


def straight(out):
    out.append(1)
    out.append(2)
    out.append(3)
    a = 4
    out.append(a)


for start, target in [(1, 3), (2, 1), (3, 5), (3, 4), (1, 50), (2, -3), (2, "x")]:
    jump(straight, start, target)
jump(straight, 0, 2, "call")
jump(straight, 5, 2, "return")


def loops(out):
    for i in range(3):
        out.append(i)
    for i in [7, 8]:
        out.append(i)
        for j in "ab":
            out.append(j)
    out.append("end")


for start, target in [(1, 3), (1, 2), (4, 6), (6, 4), (6, 7), (7, 4), (7, 1)]:
    jump(loops, start, target)


class Manager:
    def __enter__(self):
        return "in"

    def __exit__(self, *args):
        return args[0] is KeyError


def managed(out):
    out.append(1)
    with Manager() as m:
        out.append(m)
        raise KeyError
    out.append("after")
    with Manager() as m:
        out.append(m + "2")
    out.append("end")


for start, target in [(1, 5), (3, 5), (1, 3), (3, 7), (5, 8), (7, 1), (8, 2)]:
    jump(managed, start, target)


def handled(out):
    try:
        out.append(1)
        raise ValueError
    except ValueError as e:
        out.append(type(e).__name__)
        out.append(sys.exception() is e)
    except KeyError:
        out.append("key")
    else:
        out.append("else")
    finally:
        out.append("finally")
    out.append(sys.exception())


for start, target in [(2, 9), (2, 5), (3, 11), (5, 12), (6, 2), (2, 12), (12, 2), (12, 5), (5, 8)]:
    jump(handled, start, target)


def unbound(out):
    a = 1
    b = 2
    out.append((a, b))


warnings.simplefilter("error")
jump(unbound, 1, 3)
warnings.simplefilter("ignore")
jump(unbound, 1, 3)


def yields(out):
    out.append(1)
    yield 1
    out.append(2)
    yield 2
    out.append(3)


def drain(out):
    for v in yields(out):
        out.append(-v)


def generator():
    first = yields.__code__.co_firstlineno
    out = []

    def hook(frame, what, arg):
        if frame.f_code is yields.__code__ and what == "line" and frame.f_lineno == first + 3 and len(out) < 9:
            frame.f_lineno = first + 1
        return hook

    sys.settrace(hook)
    drain(out)
    sys.settrace(None)
    print("generator", out)


generator()


def outside():
    frame = sys._getframe()
    for line in (1, None, frame.f_lineno):
        try:
            frame.f_lineno = line
        except (ValueError, AttributeError) as e:
            print("outside", e)
    try:
        del frame.f_lineno
    except AttributeError as e:
        print("outside", e)


outside()


class Body:
    x = 1
    y = 2


code = compile("x = 1\ny = 2\nz = 3\n", "module", "exec")


def hook(frame, what, arg):
    if frame.f_code is code and what == "line" and frame.f_lineno == 1:
        frame.f_lineno = 3
    return hook


space = {}
sys.settrace(hook)
exec(code, space)
sys.settrace(None)
print(sorted(k for k in space if len(k) == 1))



def jumped_and_raised():
    out = []
    try:
        out.append(1)
        out.append(2)
        out.append(3)
    except RuntimeError as e:
        out.append(str(e))
    out.append(4)
    return out


def raising(frame, event, arg):
    """A hook that moves the frame and then fails: the jump is forgotten."""
    first = jumped_and_raised.__code__.co_firstlineno
    if frame.f_code is not jumped_and_raised.__code__:
        return None
    if event == "line" and frame.f_lineno == first + 3:
        frame.f_lineno = first + 5
        print("at", frame.f_lineno - first)
        raise RuntimeError("after the jump")
    return raising


sys.settrace(raising)
try:
    print(jumped_and_raised())
finally:
    sys.settrace(None)
