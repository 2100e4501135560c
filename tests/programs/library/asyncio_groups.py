# Task groups, gathering, async generators and timeouts on one loop.
import asyncio


async def numbers(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i


async def work(n):
    return [i async for i in numbers(n)]


async def main():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work(n)) for n in range(4)]
    print([t.result() for t in tasks])
    print(await asyncio.gather(work(2), work(3), return_exceptions=True))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError:
        print('timed out')
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            group.create_task(asyncio.sleep(10))
    except* ValueError as group:
        print(group.exceptions)
    print(asyncio.get_running_loop() is asyncio.get_event_loop())


async def fail():
    raise ValueError('failed')


asyncio.run(main())
try:
    asyncio.get_running_loop()
except RuntimeError as error:
    print(error)
