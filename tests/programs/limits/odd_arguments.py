# Arguments and callbacks that are almost right: the exceptions they end in.
import collections
import io
import itertools
import queue
import signal
import time
import weakref


def attempt(name, function, *args):
    try:
        result = function(*args)
    except Exception as error:
        print(name, type(error).__name__, error)
    else:
        print(name, "gives", result)


class Raises:
    def __buffer__(self, flags):
        raise ValueError("no buffer")


class Clears:
    def __init__(self, answer):
        self.answer = answer

    def __eq__(self, other):
        target.clear()
        return self.answer


attempt("bytes.join", b"".join, [b"a", Raises()])
attempt("memoryview.index", memoryview(bytearray(8)).cast("B", [2, 4]).index, 5)
for stream in (io.StringIO("ab"), io.BytesIO(b"ab")):
    for state in (["a"], ("a",), ("a", "\n", "x", None), (b"a", "x", None), (b"a", -1, None), ("a", "\n", -1, None)):
        attempt("__setstate__", stream.__setstate__, state)
target = collections.deque([Clears(True), 1])
attempt("deque.index", target.index, 5)
target = collections.deque([Clears(False), 1])
attempt("deque.index", target.index, 5)
target = collections.deque([Clears(True), 1])
attempt("deque.remove", target.remove, 5)
target = collections.deque([Clears(True), 1])
attempt("deque.count", target.count, 5)
target = collections.deque([Clears(True), 1])
attempt("in deque", target.__contains__, 5)


class Triple(tuple):
    pass


class Number(int):
    pass


class Octets(bytes):
    pass


class Text(str):
    pass


for made in (Triple((1, 2)), Number(1), Octets(b"a")):
    attempt("weakref", weakref.ref, made)
print(weakref.ref(text := Text("a"))() is text, "__weakref__" in Triple.__dict__, "__weakref__" in Text.__dict__)
for maker in (iter, lambda x: iter(dict(x)), lambda x: (i for i in x)):
    attempt("__init__", maker([(1, 2)]).__init__, 1, 2)
for seconds in (10**12, -(10**30), 1e30, float("nan"), "1"):
    attempt("sleep", time.sleep, seconds)
    attempt("timer", signal.setitimer, signal.ITIMER_REAL, seconds)
attempt("queue", lambda: queue.SimpleQueue().get(timeout=10**12))
attempt("timer", signal.setitimer, signal.ITIMER_REAL, 0, 0)

# Nested deep, but of few kinds: each repr knows what is being shown already.
nested = []
for _ in range(300):
    nested = [nested]
print(len(repr(nested)))
inner = nested
while inner:
    inner = inner[0]
inner.append(nested)
print(len(repr(nested)), repr(nested).count("..."))
ring = collections.deque(["\ud800"], 3)
ring.append(ring)
print(ascii(repr(ring)))


class Order(type):
    def mro(cls):
        return answer


for answer in ([], [int, object], [5], 7):
    attempt("mro", Order, "Made", (), {})
