async def f(a):
    async with a as b:
        await b
    async for x in a:
        if x:
            break
    return [y async for y in a]
async def g():
    yield 1
    await h()
