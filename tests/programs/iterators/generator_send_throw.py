# send, throw and close, with try/except/finally around yields.
import gc
def worker():
    received = []
    while True:
        try:
            item = yield len(received)
            received.append(item)
        except ValueError as error:
            received.append(f"error {error}")
            print("caught", error)
        except GeneratorExit:
            print("closing with", received)
            raise
        finally:
            print("finally", len(received))
g = worker()
print(next(g), g.send("a"), g.send("b"))
print(g.throw(ValueError("bad")))
g.close()
g.close()
try:
    next(g)
except StopIteration:
    print("stopped")
g = worker()
next(g)
try:
    g.throw(KeyError("not handled"))
except KeyError as error:
    print("out", error)
def ignores():
    while True:
        try:
            yield 1
        except GeneratorExit:
            print("ignoring")
            yield 2
            return
g = ignores()
next(g)
try:
    g.close()
except RuntimeError as error:
    print(error)
def with_return():
    try:
        yield 1
    except GeneratorExit:
        return "closed value"
g = with_return()
next(g)
print(g.close())
g = with_return()
try:
    g.throw(ValueError("unstarted"))
except ValueError as error:
    print(error, list(g))
def averager():
    total = count = 0
    average = None
    while True:
        value = yield average
        if value is None:
            break
        total += value
        count += 1
        average = total / count
    return count, average
g = averager()
next(g)
print([g.send(v) for v in (10, 20, 60)])
try:
    g.send(None)
except StopIteration as stop:
    print(stop.value)
def swallow():
    try:
        yield "first"
    except Exception as error:
        yield f"handled {type(error).__name__}"
    yield "after"
g = swallow()
print(next(g), g.throw(TypeError), next(g), next(g, "end"))
def finally_order():
    try:
        try:
            yield 1
        finally:
            print("inner finally")
    finally:
        print("outer finally")
for x in finally_order():
    print(x)
g = finally_order()
next(g)
del g
gc.collect()
def breaks():
    for x in finally_order():
        print("breaking")
        break
    print("after break")
def context():
    try:
        raise ValueError("first")
    except ValueError:
        yield "in handler"
        raise
g = context()
print(next(g))
try:
    next(g)
except ValueError as error:
    print("reraised", error)
