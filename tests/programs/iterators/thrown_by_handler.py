"""An exception thrown into a generator by its own handler is the generator's to handle, and to raise again."""
import asyncio
import sys


def suspends():
    try:
        yield 1
    except ValueError:
        yield 2
        print("handling", repr(sys.exception()))
        yield 3
        raise


def delegates():
    try:
        yield from suspends()
    finally:
        print("finally", repr(sys.exception()))


for make in suspends, delegates:
    generator = make()
    print(next(generator))
    try:
        raise ValueError(make.__name__)
    except ValueError as e:
        print(generator.throw(e))
        # Handled by both, and resumed by the handler once more.
        print(next(generator), repr(sys.exception()))
    try:
        next(generator)
    except ValueError as e:
        print(repr(e), repr(e.__context__))


def forgets():
    while True:
        try:
            yield repr(sys.exception())
        except ValueError:
            pass


generator = forgets()
print(next(generator))
for text in "a", "b":
    try:
        raise ValueError(text)
    except ValueError as e:
        generator.throw(e)
    print(next(generator))


async def cleanup():
    await asyncio.sleep(0)


async def cancelled():
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        await cleanup()
        raise


async def main():
    task = asyncio.create_task(cancelled())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", task.cancelled())


asyncio.run(main())
