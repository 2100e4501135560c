# _asyncio: futures, tasks, callbacks, cancelling, eager tasks, errors of misuse.
import _asyncio
import asyncio
import contextvars
import gc

assert asyncio.Future is _asyncio.Future and asyncio.Task is _asyncio.Task
var = contextvars.ContextVar("var", default="outside")


def attempt(function, *args, **keywords):
    try:
        print("gave", function(*args, **keywords))
    except BaseException as error:
        print(type(error).__name__, str(error).split(" coro=")[0], repr(error.__cause__))


async def futures():
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    print(f._state, f.done(), f.cancelled(), f._callbacks, f._asyncio_future_blocking, f.get_loop() is loop)
    attempt(f.result)
    attempt(f.exception)
    log = []
    first = lambda fut: log.append(("first", fut.result(), var.get()))
    second = lambda fut: log.append(("second", var.get()))
    var.set("inside")
    f.add_done_callback(first)
    f.add_done_callback(second, context=contextvars.Context())
    f.add_done_callback(first)
    print(len(f._callbacks), f.remove_done_callback(first), len(f._callbacks))
    f.add_done_callback(first)
    f.set_result(42)
    print(log, await f, await f)
    await asyncio.sleep(0)
    print(log)
    attempt(f.set_result, 1)
    attempt(f.set_exception, ValueError)
    print(f.cancel(), f.exception(), f)

    g = loop.create_future()
    attempt(g.set_exception, 5)
    g.set_exception(StopIteration("no"))
    attempt(g.result)
    h = loop.create_future()
    print(h.cancel("why"), h.cancelled(), h.cancel(), h._cancel_message, h)
    attempt(h.result)
    attempt(h.exception)
    k = loop.create_future()
    k.set_exception(KeyError("x"))
    for _ in range(2):
        try:
            await k
        except KeyError as error:
            depth, tb = 0, error.__traceback__
            while tb:
                depth, tb = depth + 1, tb.tb_next
            print("caught", error, depth)
    it = iter(loop.create_future())
    print(type(it).__name__, next(it)._asyncio_future_blocking)
    attempt(next, it)
    attempt(it.throw, OSError("thrown"))
    attempt(next, it)
    try:
        f._log_traceback = True
    except ValueError as error:
        print(error)
    attempt(_asyncio.Future.__new__(_asyncio.Future).get_loop)
    print(asyncio.Future[int], _asyncio.Task.__base__ is _asyncio.Future)


async def work(n, log):
    log.append(("start", n, asyncio.current_task().get_name()))
    try:
        await asyncio.sleep(0)
        if n == 2:
            raise LookupError(n)
        return n * 10
    finally:
        log.append(("end", n))


class Alike:
    _asyncio_future_blocking = False

    def __init__(self, loop):
        self.loop = loop

    def get_loop(self):
        return self.loop

    def add_done_callback(self, function, *, context):
        self.loop.call_soon(function, self, context=context)

    def result(self):
        return "alike"

    def cancel(self, msg=None):
        return False

    def __await__(self):
        self._asyncio_future_blocking = True
        yield self
        return self.result()


class Yields:
    def __init__(self, *values):
        self.values = values

    def __await__(self):
        for value in self.values:
            yield value


async def awaits(thing):
    return await thing


async def tasks():
    log = []
    made = [asyncio.create_task(work(n, log), name=f"w{n}") for n in range(4)]
    print(len(asyncio.all_tasks()), made[0]._fut_waiter, made[0].get_coro().__name__, made[3].get_stack()[0].f_lineno > 0)
    done = await asyncio.gather(*made, return_exceptions=True)
    print(done)
    print(log)
    print([t.get_name() for t in made], str(made[0]).split(" coro=")[0], made[2].exception())
    print(len(asyncio.all_tasks()), asyncio.current_task() in asyncio.all_tasks())
    made[0].set_name(7)
    print(repr(made[0].get_name()), made[0].cancel())
    attempt(made[0].set_result, 1)
    attempt(made[0].set_exception, 1)

    async def stubborn():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            print("asked", error.args, asyncio.current_task().cancelling())
            asyncio.current_task().uncancel()
        return "stayed"

    t = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    waiter = t._fut_waiter
    print(type(waiter).__name__, t.cancel("please"), t.cancelling(), t._must_cancel, waiter.cancelled())
    print(await t, t.cancelling(), t.cancelled())
    t = asyncio.create_task(asyncio.sleep(10))
    print(t.cancel("early"), t._must_cancel)
    try:
        await t
    except asyncio.CancelledError as error:
        print("cancelled", error.args, t.cancelled(), t._must_cancel)

    loop = asyncio.get_running_loop()
    print(await asyncio.create_task(awaits(Alike(loop))))
    other = asyncio.new_event_loop()
    for thing in (Yields(1), Yields(None), Yields(loop.create_future()), other.create_future()):
        try:
            print("result", await asyncio.create_task(awaits(thing), name="odd"))
        except RuntimeError as error:
            print(str(error).split("Task")[0], str(error).split(" ")[0:4])
    other.close()

    async def itself():
        await asyncio.current_task()

    try:
        await asyncio.create_task(itself())
    except RuntimeError as error:
        print(str(error)[:31])
    attempt(asyncio.Task, 5)
    attempt(_asyncio._enter_task, loop, "another")
    attempt(_asyncio._leave_task, None, None)


async def eager():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    log = []
    t = asyncio.create_task(work(5, log))
    print(log, t.done(), t in asyncio.all_tasks())

    async def at_once():
        print("runs", asyncio.current_task().get_name())
        return "done"

    quick = asyncio.create_task(at_once(), name="quick")
    print(quick.done(), quick.result(), quick.get_coro(), asyncio.current_task().get_name())
    print(await t)


async def groups():
    async with asyncio.TaskGroup() as group:
        a = group.create_task(asyncio.sleep(0, "a"))
        b = group.create_task(asyncio.sleep(0, "b"))
    print(a.result(), b.result())
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    except TimeoutError:
        print("timeout")
    queue = asyncio.Queue(2)

    async def producer():
        for i in range(5):
            await queue.put(i)
        queue.shutdown()

    async def consumer():
        got = []
        try:
            while True:
                got.append(await queue.get())
        except asyncio.QueueShutDown:
            return got

    print(await asyncio.gather(producer(), consumer()))


async def forgotten():
    loop = asyncio.get_running_loop()
    heard = []
    loop.set_exception_handler(lambda loop, context: heard.append(context["message"]))

    def leave():
        loop.create_future().set_exception(ValueError("nobody asks"))

    for _ in range(3):
        leave()
    [[] for _ in range(100)]
    await asyncio.sleep(0)
    gc.collect()
    await asyncio.sleep(0)
    print(sorted(set(heard)))


for main in (futures, tasks, eager, groups, forgotten):
    print("---", main.__name__)
    asyncio.run(main())
attempt(asyncio.get_running_loop)
print(_asyncio._get_running_loop())
