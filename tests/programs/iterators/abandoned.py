# What abandoned generators do when they are collected; async generators and the ends of async for.
import gc
log = []
class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self): self.n += 1; return self.n
    def close(self): log.append("closed")
def inner():
    try:
        yield 1; yield 2
    finally:
        log.append("inner")
def outer():
    yield from inner()
def plain():
    yield from [1, 2]
    yield 3
def deleg():
    yield from It()
def mixed(flag):
    yield 0
    if flag:
        try: yield 1
        finally: log.append("mixed")
    yield 2
def withs():
    class W:
        def __enter__(self): return self
        def __exit__(self, *a): log.append(a[0].__name__ if a[0] else None)
    with W():
        yield from inner()
def exc():
    try:
        yield 1
    except GeneratorExit:
        log.append("exit"); raise
def fill(make, n):
    for _ in range(40):
        g = make()
        for _ in range(n):
            next(g, None)
        for x in make():
            if x is None or x >= n:
                break


def deep(n, *args):
    return deep(n - 1, *args) if n else fill(*args)


# Most of the abandoned ones are reported, each once at most and by the right blocks.
for name, make in (("outer", outer), ("plain", plain), ("deleg", deleg), ("mixed", lambda: mixed(1)),
                   ("unmixed", lambda: mixed(0)), ("withs", withs), ("exc", exc), ("inner", inner)):
    for n in (0, 1, 2):
        deep(20, make, n)
        gc.collect()
        kinds = sorted(set(map(str, log)))
        print(name, n, kinds, all(10 <= log.count(k) <= 80 for k in set(log)))
        log.clear()

import asyncio
async def agen(n):
    try:
        for i in range(n): yield i
    finally: log.append("agen")
async def agen2(n):
    async for x in agen(n): yield x * 2
async def empty():
    if 0: yield
async def main():
    print([x async for x in agen2(4)], [x async for x in empty()])
    async for x in agen2(3):
        if x == 2: break
    else: print("no")
    async for x in agen(2): pass
    else: print("else", x)
    a = agen(2)
    print(await a.__anext__(), await a.asend(None))
    try: await a.__anext__()
    except StopAsyncIteration as e: print("stop", e.args)
    try: await anext(a)
    except StopAsyncIteration as e: print("stop2", e.args)
    print(await anext(a, 7))
    b = agen(3); s = b.__anext__()
    try: s.send(None)
    except StopIteration as e: print("si", e.args, e.value)
    try: s.send(None)
    except RuntimeError as e: print(e)
    await b.aclose()
    async def boom():
        yield 1
        raise ValueError("x")
    try:
        async for x in boom(): print(x)
    except ValueError as e: print("ve", e)
    async def none():
        yield None
        await asyncio.sleep(0)
        yield (1, 2)
    print([x async for x in none()])
asyncio.run(main())
print(set(log))
