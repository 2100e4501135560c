# Sizes that a program chooses and no machine has: MemoryError or OverflowError, and the program goes on.
import collections
import io
import itertools
import queue


def attempt(name, function):
    try:
        result = function()
    except (MemoryError, OverflowError) as error:
        print(name, type(error).__name__, error)
    else:
        print(name, "gives", type(result).__name__)


HUGE = 10**15
attempt("product", lambda: itertools.product([1, 2], repeat=HUGE))
attempt("product of many", lambda: itertools.product([1, 2], [3], repeat=2**62))
attempt("combinations", lambda: itertools.combinations_with_replacement([1, 2], HUGE))
attempt("combinations", lambda: itertools.combinations_with_replacement([1, 2], 2**63 - 1))
attempt("no combinations", lambda: itertools.combinations_with_replacement([], 5))
attempt("tee", lambda: itertools.tee([1], HUGE))
attempt("deque", lambda: collections.deque([1, 2]) * 2**62)
attempt("buffered read", lambda: io.BufferedReader(io.BytesIO(b"abc")).read(HUGE))
attempt("text width", lambda: format("a", str(HUGE)))
attempt("%d width", lambda: "%*d" % (HUGE, 1))
attempt("%s width", lambda: "%*s" % (HUGE, "a"))
attempt("bytes width", lambda: b"%*s" % (HUGE, b"a"))
attempt("queue", lambda: queue.SimpleQueue().get(timeout=10**30))

# What fits still comes out right.
print(collections.deque([1, 2, 3]) * 3, collections.deque([1, 2, 3], 4) * 3, collections.deque([1]) * -1)
d = collections.deque([1, 2, 3], 5)
d.rotate(1)
d *= 2
print(d, len(d))
d *= 0
print(d, collections.deque(maxlen=3) * 5)
d = collections.deque(range(6))
d.popleft()
d.append(6)
d *= 2
print(d, d * 1 == d)
print(list(itertools.product([1, 2], repeat=2)), list(itertools.combinations_with_replacement("ab", 2)))
print(b"%*d|%-*d|%.3d" % (6, 1, 4, 2, 7), "%*d|%.*f|%c" % (6, 1, 2, 1.5, "é"))
print(format(1234567, "015,"), format(1.5, ".30f"), format(1j, ".3f"), format("é", "_^9"), "a\tbc\td".expandtabs(5))
print("x\u0101".center(9, "\U0001f600"), b"a\tbc".expandtabs(4))
