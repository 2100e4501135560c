"""Generators that wait for one another, several deep: who runs, what is seen of them, and what goes in and out."""
import gc
import inspect
import sys


class Tree:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(values):
    if not values:
        return None
    i = len(values) // 2
    return Tree(tree(values[:i]), values[i], tree(values[i + 1:]))


def collect(iterable):
    return [x for x in iterable]


numbers = tree(range(300))
for _ in range(12):
    assert list(numbers) == collect(numbers) == list(range(300))
    assert sum(numbers) == 44850 and max(numbers) == 299 and 150 in iter(numbers)
print(sorted(tree("chained")), "".join(tree("joined")), tuple(zip(tree("ab"), tree("cd"))))


# Four levels; what the innermost does is told to it.
def leaf(look):
    total = answer = 0
    while True:
        try:
            got = yield answer
        except KeyError as error:
            answer = -1
            error.add_note("seen")
            continue
        if got is None:
            got = 1
        if got == "look":
            answer = look()
        elif got == "stop":
            return "ended"
        elif got == "raise":
            raise LookupError("from the leaf")
        else:
            answer = total = total + got


def third(look):
    name = "third"
    result = yield from leaf(look)
    yield name + " " + result


def second(look):
    name = "second"
    kept = third(look)
    held.append(kept)
    yield from kept
    yield name


def first(look):
    name = "first"
    yield from second(look)
    return name


held = []


def start(look=None):
    held.clear()
    g = first(look)
    assert next(g) == 0
    return g


g = start()
print([next(g), g.send(10), g.send(5), next(g)], g.gi_running, g.gi_yieldfrom.__name__, held[0].gi_running)
print(g.throw(KeyError()), next(g), g.send("stop"), next(g), list(g), g.gi_frame)


def names():
    frame, found = sys._getframe(1), []
    while frame.f_code.co_name != "<module>":
        found.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, frame.f_locals.get("name")))
        frame = frame.f_back
    return found


def running():
    return [g.gi_running, held[0].gi_running, inspect.getgeneratorstate(g), inspect.getgeneratorstate(held[0])]


g = start(names)
for _ in range(3):
    print(g.send("look"), g.send(1))
g = start(running)
print(g.send("look"), running())
g.close()
print(running())


# One that runs cannot be resumed, whoever asks.
def again():
    told = []
    for which in g, held[0]:
        for call in which.__next__, which.close, lambda: which.throw(KeyError):
            try:
                call()
            except ValueError as error:
                told.append(str(error))
    return told


g = start(again)
print(set(g.send("look")), len(g.send("look")), g.send(1) and "goes on")

# The one in the middle is resumed by others too.
g = start()
print(g.send(2), held[0].send(3), g.send(4), next(held[0]), next(g))
print(held[0].send("stop"), end=" ")
print(next(g), next(g, "end"))
g = start()
next(g)
held[0].close()
print(next(g), next(g, "end"))


# Exceptions and their places.
def places(error):
    entry, found = error.__traceback__, []
    while entry:
        code = entry.tb_frame.f_code
        found.append((code.co_name, entry.tb_lineno - code.co_firstlineno))
        entry = entry.tb_next
    return found


for go_wrong in (lambda: g.send("raise"), lambda: g.throw(OSError("in")), lambda: held[0].send("raise")):
    g = start()
    g.send(1)
    try:
        go_wrong()
    except (LookupError, OSError) as error:
        print(repr(error), places(error), g.gi_frame is None, next(g, "end"))


# What is being handled, in the resumer and on the way.
def handled():
    return repr(sys.exception())


def handling(look):
    try:
        raise ValueError("outer")
    except ValueError:
        yield from third(look)
    yield handled()


g = start(handled)
print(g.send("look"))
try:
    1 / 0
except ZeroDivisionError:
    print(g.send("look"), handled())
    h = handling(handled)
    print(next(h), h.send("look"), handled())
print(h.send("look"), handled(), h.send("stop"))


def careful():
    seen = []
    for i in range(3):
        try:
            yield i
            raise IndexError(i)
        except IndexError as error:
            yield handled()
            seen.append(handled())
    return seen


def outer(n):
    return (yield from outer(n - 1)) if n else (yield from careful())


g, got = outer(5), []
try:
    while True:
        got.append((next(g), handled()))
except StopIteration as stop:
    print(got, stop.value)


# Deep ones.
def nested(n):
    if n:
        yield from nested(n - 1)
    else:
        yield 1
        yield 2
        yield names_of()


def names_of():
    frame, count = sys._getframe(), 0
    while frame := frame.f_back:
        count += 1
    return count


print(list(nested(200)))
g = nested(5000)
try:
    next(g)
except RecursionError as error:
    print("too deep", next(g, "end"))


# Clean-up on the way, and frames that are looked at before and while they wait.
def cleaning(n, log):
    try:
        if n:
            yield from cleaning(n - 1, log)
        else:
            yield from range(3)
    finally:
        log.append(n)


log = []
g = cleaning(4, log)
print(next(g), next(g))
frame = g.gi_frame
print(frame.f_locals["n"], frame.f_code.co_name, frame.f_back)
print(next(g), frame.f_back, frame is g.gi_frame)
g.close()
print(log)
del g
log.clear()
g = cleaning(3, log)
next(g)
del g
gc.collect()
print(log)


def change():
    frame = sys._getframe(3)
    frame.f_locals["name"] = "changed"
    return frame.f_code.co_name


g = start(change)
print(g.send("look"), g.send(1), g.send(2), end=" ")
print(g.send("stop"), next(g))


# Coroutines.
class Wait:
    def __await__(self):
        return (yield "waiting")


async def bottom(n):
    total = 0
    for _ in range(n):
        total += await Wait()
    return total


async def middle(n):
    try:
        return await bottom(n)
    except LookupError:
        return await bottom(1)


async def top(n):
    return [await middle(n), await middle(n + 1)]


c = top(2)
print(c.send(None), [c.send(i) for i in range(3)], c.cr_await.__name__, c.cr_running)
try:
    print(c.throw(KeyError), c.send(50))
except StopIteration as stop:
    print(stop.value)


async def items():
    for i in range(3):
        yield i + await middle(i)


async def consume():
    return [x async for x in items()]


c = consume()
try:
    value = None
    while True:
        assert c.send(value) == "waiting"
        value = 7
except StopIteration as stop:
    print(stop.value)
