# asyncio: run, gather, tasks, sleep, queues, timeouts.
import asyncio


async def worker(name, delay, log):
    for i in range(2):
        await asyncio.sleep(delay)
        log.append((name, i))
    return name.upper()


async def main():
    log = []
    results = await asyncio.gather(worker("a", 0.01, log), worker("b", 0.025, log))
    print(results, sorted(log))
    task = asyncio.create_task(worker("c", 0, log))
    print(await task, task.done(), task.result())
    queue = asyncio.Queue()

    async def producer():
        for i in range(3):
            await queue.put(i)
        await queue.put(None)

    async def consumer():
        out = []
        while (item := await queue.get()) is not None:
            out.append(item)
        return out

    _, got = await asyncio.gather(producer(), consumer())
    print(got)
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError as error:
        print(type(error).__name__)
    task = asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", task.cancelled())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(5))
            group.create_task(fail())
    except* ValueError as errors:
        print(errors.exceptions)
    return "finished"


async def fail():
    raise ValueError("from task")


print(asyncio.run(main()))
