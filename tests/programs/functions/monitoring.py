# sys.monitoring: events of all code and of one function, turned off at a place, refused.
import sys

M = sys.monitoring
E = M.events
M.use_tool_id(3, "tool")
seen = []


def f(n):
    t = 0
    for i in range(n):
        t += i
    return t


def g():
    yield 1
    raise KeyError


def h():
    return list(g())


def thrown():
    it = g()
    next(it)
    it.throw(ValueError("v"))


names = {getattr(E, name): name for name in dir(E) if name.isupper()}


def recorder(event):
    def record(code, *args):
        if code.co_name not in ("f", "g", "h", "thrown"):
            return
        args = (args[0] - code.co_firstlineno,) if event == E.LINE else tuple(map(repr, args[1:]))
        seen.append((names[event], code.co_name, *args))
    return record


wanted = (E.PY_START, E.PY_RESUME, E.PY_RETURN, E.PY_YIELD, E.LINE, E.RAISE, E.PY_UNWIND, E.PY_THROW)
for event in wanted:
    M.register_callback(3, event, recorder(event))
M.set_events(3, sum(wanted))
f(2)
for function in (h, thrown):
    try:
        function()
    except (KeyError, ValueError):
        pass
M.set_events(3, 0)
print(*seen, sep="\n")

count = 0


def once(code, line):
    global count
    count += 1
    return M.DISABLE


M.register_callback(3, E.LINE, once)
M.set_local_events(3, f.__code__, E.LINE)
print(M.get_local_events(3, f.__code__) == E.LINE, M.get_local_events(3, h.__code__), M.get_events(3))
f(10)
f(10)
print(count)
M.restart_events()
f(10)
print(count)
M.set_local_events(3, f.__code__, 0)
for refused in (lambda: M.set_local_events(3, f.__code__, E.RAISE), lambda: M.set_events(3, 1 << 20),
                lambda: M.set_events(2, 1), lambda: M.register_callback(3, 3, None), lambda: M.use_tool_id(3, "x")):
    try:
        refused()
    except ValueError as e:
        print(e)
M.register_callback(3, E.PY_UNWIND, lambda code, offset, exc: M.DISABLE)
M.set_events(3, E.PY_UNWIND)
try:
    h()
except (KeyError, ValueError) as e:
    print(type(e).__name__, e)
M.free_tool_id(3)
print(M.get_tool(3))
