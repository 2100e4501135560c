# sys.monitoring: calls and how native ones end, branches; where frames are when they are told of and when they have ended.
import sys

mon = sys.monitoring
E = mon.events
TOOL = 3
mon.use_tool_id(TOOL, "calls")
log = []


def name(v):
    return "MISSING" if v is mon.MISSING else getattr(v, "__name__", repr(v))


def record(event):
    def callback(code, offset, *args):
        if code.co_name in ("work", "inner", "loop", "branches"):
            log.append((event, code.co_name, *[name(a) for a in args[:2]]))
    return callback


class Thing:
    def __init__(self, n):
        self.n = n

    def __repr__(self):
        return "thing"

    def method(self, k):
        return self.n + k


def inner(x, *, y=0):
    return len(x) + y


def work():
    inner("abc", y=2)
    Thing(4).method(5)
    [].append(1)
    "a,b".split(",")
    max(*[3, 4])
    sorted([2, 1], key=lambda v: -v)
    print()
    try:
        int("no")
    except ValueError:
        pass
    return 1


for event in ("CALL", "C_RETURN", "C_RAISE"):
    mon.register_callback(TOOL, getattr(E, event), record(event))
for events in (E.C_RETURN, E.CALL | E.C_RAISE):
    try:
        mon.set_events(TOOL, events)
    except ValueError as error:
        print(error)
print(mon.get_events(TOOL), mon.get_events(4), mon.get_local_events(4, work.__code__))
mon.set_events(TOOL, E.CALL | E.C_RETURN | E.C_RAISE)
print(mon.get_events(TOOL) == E.CALL, mon._all_events())
work()
mon.set_events(TOOL, 0)
for entry in log:
    print(entry)
log.clear()


def branches(n):
    seen = []
    for i in range(n):
        if i % 2:
            seen.append(i)
        elif i > 2 and i < 9:
            seen.append(-i)
    while n:
        n -= 2
    return seen


ways = {}


def went(way):
    def callback(code, offset, to):
        line = [ln for start, end, ln in code.co_lines() if start <= offset < end][0] - code.co_firstlineno
        ways.setdefault((line, way), 0)
        ways[line, way] += 1
    return callback


mon.register_callback(TOOL, E.BRANCH_LEFT, went("left"))
mon.register_callback(TOOL, E.BRANCH_RIGHT, went("right"))
mon.set_local_events(TOOL, branches.__code__, E.BRANCH_LEFT | E.BRANCH_RIGHT)
print(branches(6))
mon.set_local_events(TOOL, branches.__code__, 0)
for line in (2, 3, 7):
    print(line, ways.get((line, "left")), ways.get((line, "right")))

# A tool turns an event off at a place.
counts = []


def once(code, offset, callee, argument):
    counts.append(name(callee))
    return mon.DISABLE


def loop():
    for _ in "abcde":
        len("x")
        abs(-1)


mon.register_callback(TOOL, E.CALL, once)
mon.set_local_events(TOOL, loop.__code__, E.CALL)
loop()
loop()
print(counts)
mon.restart_events()
loop()
print(counts)
mon.free_tool_id(TOOL)
log.clear()


# Lines and places of frames.
def places(frame):
    return [line for start, end, line in frame.f_code.co_lines() if start <= frame.f_lasti < end] == [frame.f_lineno]


def traced():
    x = 1
    y = [x]
    return y


def tracer(frame, event, arg):
    if frame.f_code is traced.__code__:
        log.append((event, frame.f_lineno - frame.f_code.co_firstlineno, frame.f_lasti >= 0, places(frame)))
    return tracer


sys.settrace(tracer)
traced()
sys.settrace(None)
print(log)


def ends(n):
    frame = sys._getframe()
    if n:
        return frame
    else:
        x = [n]
        return frame


for n in (0, 1):
    frame = ends(n)
    print(frame.f_lineno - frame.f_code.co_firstlineno, places(frame))


def gen():
    yield sys._getframe()
    yield 2


g = gen()
print(g.gi_frame.f_lineno - gen.__code__.co_firstlineno, g.gi_frame.f_lasti >= 0, places(g.gi_frame))
frame = next(g)
print(frame.f_lineno - gen.__code__.co_firstlineno, places(frame))
next(g)
print(frame.f_lineno - gen.__code__.co_firstlineno, places(frame))
print([line and line - ends.__code__.co_firstlineno for _, _, line in ends.__code__.co_lines()][:3])
print(list(compile("\n\nx = 1", "f", "exec").co_lines())[0][::2])
