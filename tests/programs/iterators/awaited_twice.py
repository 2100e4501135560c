# A coroutine is awaited once: later ways to run it are errors. dict.fromkeys takes over the hashes of a set.
async def spam():
    return "spam"


async def reader(coro):
    return await coro


def attempt(function, *args):
    try:
        print("gave", function(*args))
    except BaseException as error:
        print(type(error).__name__, error)


coro = spam()
attempt(reader(coro).send, None)
attempt(reader(coro).send, None)
attempt(coro.send, None)
attempt(coro.throw, ValueError("thrown"))
attempt(coro.close)
it = spam().__await__()
attempt(next, it)
attempt(next, it)


async def many():
    c = spam()
    out = [await c]
    for _ in range(3):
        try:
            out.append(await c)
        except RuntimeError as error:
            out.append(str(error))
    return out


attempt(many().send, None)


class Counting(int):
    hashed = 0

    def __hash__(self):
        Counting.hashed += 1
        return int(self)


keys = [Counting(i) for i in range(5)]
for made in (set(keys), frozenset(keys), dict.fromkeys(keys)):
    Counting.hashed = 0
    print(len(dict.fromkeys(made)), len(set(made)), len(frozenset(made)), Counting.hashed)


class Own(set):
    def __iter__(self):
        return iter("xy")


print(dict.fromkeys(Own([1])))
