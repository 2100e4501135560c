"""Coroutines and async generators in native code."""
import sys


class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


async def leaf(n):
    if n % 4 == 0:
        return await Pause(n)
    return n


async def task(n):
    total = 0
    for i in range(n):
        total += await leaf(i)
    return total


def drive(coroutine):
    sent, seen = None, []
    while True:
        try:
            seen.append(coroutine.send(sent))
        except StopIteration as stop:
            return stop.value, len(seen)
        sent = seen[-1] + 1


print([drive(task(20)) for _ in range(60)][-1], drive(task(200)))


async def failing(n):
    if n == 150:
        raise LookupError(n)
    return n


async def calling():
    total = 0
    for i in range(200):
        total += await failing(i)
    return total


for _ in range(20):
    try:
        drive(calling())
    except LookupError as error:
        place, names = error.__traceback__, []
        while place:
            names.append((place.tb_frame.f_code.co_name, place.tb_frame.f_locals.get("total")))
            place = place.tb_next
print(names)


async def cleaning(log):
    for i in range(100):
        try:
            await Pause(i)
        finally:
            log.append(i)


log = []
for k in range(40):
    c = cleaning(log)
    for _ in range(10):
        c.send(None)
    try:
        c.throw(KeyError(k))
    except KeyError:
        pass
    c.close()
print(len(log))


async def source(n):
    for i in range(n):
        if i % 3 == 0:
            await Pause(i)
        yield i


class Countdown:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.n -= 1
        if self.n < 0:
            raise StopAsyncIteration
        return self.n


class Manager:
    entered = left = 0

    async def __aenter__(self):
        Manager.entered += 1
        return self

    async def __aexit__(self, kind, value, trace):
        Manager.left += 1
        return kind is ValueError


async def loops(n):
    total = 0
    async for x in source(n):
        total += x
    async for x in Countdown(n):
        total += x
    for i in range(n):
        async with Manager():
            if i % 10 == 0:
                raise ValueError(i)
            total += 1
    both = [x async for x in source(9) if x % 2] + [await leaf(i) for i in range(5)]
    return total, both


print([drive(loops(60)) for _ in range(10)][-1], Manager.entered, Manager.left)


async def looking():
    for i in range(300):
        await leaf(1)
        here = sys._getframe()
    return here.f_back.f_code.co_name, here.f_locals["i"]


print(drive(looking()))


async def waiting():
    for i in range(200):
        await Pause(i)
    me.send(None)


me = waiting()
for _ in range(200):
    me.send(None)
try:
    me.send(None)
except ValueError as error:
    print(error)
print(me.cr_frame, me.cr_await)
c = task(100)
c.send(None)
for _ in range(10):
    c.send(0)
print(c.cr_await.__name__, c.cr_await.cr_await.__name__, c.cr_frame.f_locals["i"])
c.close()


async def text(n):
    for i in range(n):
        yield i if i < 150 else str(i)


async def collect():
    return [x async for x in text(153)]


print(drive(collect())[0][-4:])
