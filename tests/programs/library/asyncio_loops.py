# habu: gc=1009
"""What tasks ask of a loop is asked of the loop's own methods when there are some; contexts that share their values."""
import asyncio
import contextvars
import sys
from asyncio import base_events, events


async def child(n):
    await asyncio.sleep(0)
    return n


async def two():
    return await asyncio.gather(child(1), child(2))


def run(loop):
    try:
        return loop.run_until_complete(two())
    finally:
        loop.close()


print("plain", run(asyncio.new_event_loop()))

# A subclass's call_soon.
calls = []


class Loop(asyncio.SelectorEventLoop):
    def call_soon(self, callback, *args, context=None):
        calls.append(len(args))
        return super().call_soon(callback, *args, context=context)


print("subclass", run(Loop()), len(calls) > 4, set(calls))

# One of the instance.
loop = asyncio.new_event_loop()
calls.clear()
plain = loop.call_soon


def call_soon(*args, **keywords):
    calls.append(sorted(keywords))
    return plain(*args, **keywords)


loop.call_soon = call_soon
print("instance", run(loop), len(calls) > 4, calls[1])

# A replaced method of the library's class, and another handle.
calls.clear()
kept = base_events.BaseEventLoop._call_soon


def _call_soon(self, callback, args, context):
    calls.append(len(args))
    return kept(self, callback, args, context)


base_events.BaseEventLoop._call_soon = _call_soon
print("class", run(asyncio.new_event_loop()), len(calls) > 4)
base_events.BaseEventLoop._call_soon = kept


class Handle(events.Handle):
    __slots__ = ()

    def _run(self):
        calls.append("run")
        super()._run()


calls.clear()
own = events.Handle
events.Handle = Handle
print("handle", run(asyncio.new_event_loop()), calls.count("run") > 4)
events.Handle = own

calls.clear()
init = own.__init__


def __init__(self, *args):
    calls.append("init")
    init(self, *args)


own.__init__ = __init__
print("init", run(asyncio.new_event_loop()), calls.count("init") > 4)
own.__init__ = init

# The code of a function.
calls.clear()
body = base_events.BaseEventLoop.get_debug.__code__


def get_debug(self):
    from __main__ import calls
    calls.append("debug")
    return False


base_events.BaseEventLoop.get_debug.__code__ = get_debug.__code__
print("code", run(asyncio.new_event_loop()), calls.count("debug") > 4)
base_events.BaseEventLoop.get_debug.__code__ = body
calls.clear()
print("plain again", run(asyncio.new_event_loop()), calls)

# A profiler sees the calls.
seen = set()
loop = asyncio.new_event_loop()
sys.setprofile(lambda frame, event, arg: event == "call" and seen.add(frame.f_code.co_name))
print("profiled", run(loop))
sys.setprofile(None)
print(sorted(seen & {"call_soon", "_call_soon", "_check_closed", "get_debug", "_run"}))

# A closed loop, and one that debugs.
loop = asyncio.new_event_loop()
future = loop.create_future()
future.add_done_callback(print)
loop.close()
try:
    future.set_result(1)
except RuntimeError as error:
    print(error)
loop = asyncio.new_event_loop()
loop.set_debug(True)
future = loop.create_future()
print("source", future._source_traceback is not None)
loop.close()


# Several callbacks and waiters, in order.
async def callbacks():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    order = []
    print(future._callbacks, future.remove_done_callback(order.append))

    def first(f):
        order.append("first")

    def second(f):
        order.append("second")

    future.add_done_callback(first)
    print([f.__name__ for f, c in future._callbacks])
    future.add_done_callback(second)
    future.add_done_callback(first)
    print([f.__name__ for f, c in future._callbacks])
    print(future.remove_done_callback(first), [f.__name__ for f, c in future._callbacks])
    future.add_done_callback(first)
    future.set_result(None)
    print(future._callbacks)
    await asyncio.sleep(0)
    print(order)
    future.add_done_callback(first)
    await asyncio.sleep(0)
    print(order)
    waited = loop.create_future()

    async def wait():
        await waited

    tasks = [asyncio.create_task(wait(), name=f"w{i}") for i in range(3)]
    print(waited._asyncio_awaited_by)
    await asyncio.sleep(0)
    print(type(waited._asyncio_awaited_by).__name__, sorted(t.get_name() for t in waited._asyncio_awaited_by))
    print(sorted(t.get_name() for t in asyncio.all_tasks() if t.get_name().startswith("w")))
    tasks[0].cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(sorted(t.get_name() for t in waited._asyncio_awaited_by))
    print(sorted(t.get_name() for t in asyncio.all_tasks() if t.get_name().startswith("w")))
    await asyncio.wait(tasks)
    print(waited._asyncio_awaited_by, [t.cancelled() for t in tasks], len(asyncio.all_tasks()))


asyncio.run(callbacks())


# Eager tasks are listed while they run their first step.
async def eager():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)

    async def inner(wait):
        print(asyncio.current_task() in asyncio.all_tasks(), len(asyncio.all_tasks()))
        if wait:
            await asyncio.sleep(0)

    done, waits = asyncio.create_task(inner(False)), asyncio.create_task(inner(True))
    print(done.done(), waits.done(), len(asyncio.all_tasks()), asyncio.current_task() is waits)
    await waits


asyncio.run(eager())

# Copies of contexts.
a, b = contextvars.ContextVar("a"), contextvars.ContextVar("b", default=0)
empty = contextvars.Context()
print(len(empty), list(empty), empty.get(a), a in empty, empty.copy().get(b, 5))


def change():
    token = a.set(1)
    before = contextvars.copy_context()
    a.set(2)
    after = contextvars.copy_context()
    items = list(before.items()), list(after.items())
    walk = iter(after)
    b.set(3)
    print(len(list(walk)), len(contextvars.copy_context()))
    print([v for _, v in items[0]], [v for _, v in items[1]], before.run(a.get), after.run(a.get))
    after.run(a.set, 9)
    print(before[a], after[a], a.get())
    a.reset(token)
    print(a.get("none"), before[a], after[a])


empty.run(change)
print(len(empty), len(contextvars.copy_context()))
live = contextvars.copy_context()


def keep():
    a.set(1)
    view = live.items()
    a.set(2)
    print([v for _, v in live.items()])
    try:
        live.run(print)
    except RuntimeError as error:
        print(str(error).partition(":")[0])


live.run(keep)
