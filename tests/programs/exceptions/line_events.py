"""Line events of statements that need no instructions of their own: try, pass, break, continue, constants, else."""

import sys


def trace(function, *args):
    first = function.__code__.co_firstlineno
    events = []

    def hook(frame, event, arg):
        if frame.f_code is function.__code__:
            events.append(f"{event[0]}{frame.f_lineno - first}")
        return hook

    sys.settrace(hook)
    try:
        function(*args)
    except Exception as e:
        events.append(type(e).__name__)
    finally:
        sys.settrace(None)
    print(function.__name__, *events)


def passes(n):
    pass
    if n:
        pass
    else:
        pass
    pass


def tries(n):
    try:
        if n == 1:
            raise ValueError
        elif n == 2:
            raise KeyError
    except ValueError:
        pass
    except:
        n = 3
    else:
        n = 4
    finally:
        pass


def loops(n):
    for i in range(4):
        if i == n:
            continue
        elif i > n:
            break
        else:
            pass
    else:
        pass
    while True:
        if n:
            break
        n = 1
    while 0:
        n = 2


def through_finally():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                break
        finally:
            i = -1
    return i


def returns_through_finally():
    try:
        return 1
    finally:
        1


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        return True


def leaves_with():
    while 1:
        with Manager():
            break
    with Manager():
        raise ValueError
    for _ in (1, 2):
        with Manager():
            continue
    with Manager():
        return 5


def constants(n):
    """Text."""
    1
    n
    if 1:
        n = 1
    if 0:
        n = 2
    if not 0:
        pass
    if __debug__:
        pass
    return None


def cases(value):
    match value:
        case 1:
            pass
        case [a, b]:
            pass
        case _:
            pass


def nested(n):
    if n:
        if n > 1:
            return n
        else:
            pass
    try:
        try:
            1 / n
        except ZeroDivisionError as e:
            pass
    finally:
        if n:
            pass


for n in range(3):
    trace(passes, n)
    trace(tries, n)
    trace(loops, n)
    trace(constants, n)
    trace(nested, n)
trace(through_finally)
trace(returns_through_finally)
trace(leaves_with)
trace(cases, 1)
trace(cases, (1, 2))
trace(cases, None)
