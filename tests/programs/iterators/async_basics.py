# async def, await, async for, async with, driven by hand without a library.
class Suspend:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        result = yield self.value
        return result


async def child(n):
    got = await Suspend(f"child {n}")
    return (n, got)


async def parent():
    first = await child(1)
    second = await child(2)
    return [first, second]


def drive(coroutine, answers):
    log = []
    try:
        value = coroutine.send(None)
        while True:
            log.append(value)
            value = coroutine.send(answers.pop(0))
    except StopIteration as stop:
        return log, stop.value


print(drive(parent(), ["a", "b"]))


class CM:
    def __init__(self, log):
        self.log = log

    async def __aenter__(self):
        self.log.append(await Suspend("entering"))
        return "resource"

    async def __aexit__(self, kind, value, traceback):
        self.log.append(("exit", kind and kind.__name__, await Suspend("exiting")))
        return kind is KeyError


class Count:
    def __init__(self, n):
        self.n, self.i = n, 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.i >= self.n:
            raise StopAsyncIteration
        self.i += 1
        await Suspend(f"next {self.i}")
        return self.i


async def uses(log):
    async with CM(log) as r:
        log.append(r)
    async with CM(log):
        raise KeyError("swallowed")
    async for i in Count(3):
        if i == 2:
            continue
        log.append(i)
    else:
        log.append("else")
    log.append([i * 10 async for i in Count(2)])
    log.append({i: i async for i in Count(2) if i > 1})
    return "done"


log = []
print(drive(uses(log), list(range(20))))
print(log)


async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                await Suspend(got)
    finally:
        await Suspend("agen closing")


async def uses_agen():
    out = []
    async for x in agen(3):
        out.append(x)
    g = agen(5)
    out.append(await g.__anext__())
    out.append(await g.asend("sent"))
    await g.aclose()
    return out, [x async for x in agen(2)]


print(drive(uses_agen(), [None] * 20))


async def failing():
    try:
        await child(1)
    except ValueError as error:
        return f"caught {error}"


c = failing()
c.send(None)
try:
    c.throw(ValueError("thrown in"))
except StopIteration as stop:
    print(stop.value)
c = failing()
c.send(None)
c.close()
print(type(c).__name__, type(agen(1)).__name__, failing.__name__)
for bad in (5, [1]):
    async def awaits():
        await bad
    try:
        awaits().send(None)
    except TypeError as error:
        print(error)
done = parent()
drive(done, [1, 2])
try:
    done.send(None)
except RuntimeError as error:
    print(error)
