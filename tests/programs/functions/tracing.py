# sys.settrace, sys.setprofile and sys.monitoring: the events of frames.
import sys


def add(x):
    y = x + 1
    return y


def loop(n):
    t = 0
    for i in range(n):
        t += i
    while t > 2:
        t -= 2
    return [j for j in range(2)]


def one_line():
    for i in range(3): t = i
    while i: i -= 1


def caught():
    try:
        1 / 0
    except ZeroDivisionError as e:
        x = 1
    finally:
        x = 2
    return x


def inner(a, b):
    raise ValueError(a)


def passed_on():
    return inner(
        1,
        2)


def numbers():
    yield 1
    x = 2
    yield x


def nested():
    return list(numbers())


def branches(a, b):
    if (a and
            b):
        return 1
    elif a:
        return 2
    else:
        return 3


def matched(x):
    match x:
        case 1:
            return 1
        case [a, b]:
            return 2


def falls_off(x):
    if x:
        y = 1


def empty():
    pass


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return True


def managed():
    with Manager() as m:
        raise KeyError(1)
    return 5


events = []


def tracer(frame, event, arg):
    if event == "exception":
        arg = arg[0].__name__
    elif isinstance(arg, Manager):
        arg = "manager"
    events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, arg))
    return tracer


def traced(f, *args):
    events.clear()
    sys.settrace(tracer)
    try:
        f(*args)
    except ValueError:
        pass
    sys.settrace(None)
    print(f.__name__, args)
    for event in events:
        # `try:` alone is no instruction here.
        if event != ("caught", "line", 1, None):
            print("  ", *event)


for call in ((add, 1), (loop, 4), (one_line,), (caught,), (passed_on,), (nested,), (branches, 1, 1), (branches, 1, 0),
             (branches, 0, 0), (matched, 1), (matched, [1, 2]), (falls_off, 0), (falls_off, 1), (empty,), (managed,)):
    traced(*call)


# Native code is left, and is not entered while events are wanted.
def hot(n, hook):
    total = 0
    for i in range(n):
        if i == n - 2:
            hook()
        total = add(total)
    return total


count = 0


def counter(frame, event, arg):
    global count
    count += frame.f_code is add.__code__
    return counter


print(hot(5000, lambda: None), hot(5000, lambda: sys.settrace(counter)))
sys.settrace(None)
print(count)


def lines_only(frame, event, arg):
    frame.f_trace_lines = False
    frame.f_trace_opcodes = False
    events.append(event)
    return lines_only


events.clear()
sys.settrace(lines_only)
add(1)
sys.settrace(None)
print(events, sys.gettrace())


def failing(frame, event, arg):
    if event == "line":
        raise OSError("from the tracer")
    return failing


sys.settrace(failing)
try:
    add(1)
except OSError as e:
    print(e, sys.gettrace())

frame = sys._getframe()
for value in (3, "x"):
    try:
        frame.f_lineno = value
    except ValueError as e:
        print(e)


def work():
    len([])
    [].append(1)
    add(2)
    try:
        int("x")
    except ValueError:
        pass
    for _ in numbers():
        pass


def profiler(frame, event, arg):
    if frame.f_code.co_name != "<module>":
        events.append((frame.f_code.co_name, event, getattr(arg, "__name__", arg)))


events.clear()
sys.setprofile(profiler)
work()
sys.setprofile(None)
print(*events, sep="\n")
