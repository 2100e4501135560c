# partial with placeholders, reduce, caches, comparison keys; operator's callables; heaps and bisection.
import bisect
import functools
import heapq
import operator
from _operator import _compare_digest


def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


P = functools.Placeholder
f = functools.partial(print, P, 2, sep="-")
f(1, 3)
print(f, repr(P), f.args, f.keywords, f.func is print)
g = functools.partial(f, 5)
g(6)
print(g.args, g.keywords)
attempt(f)
attempt(functools.partial, print, P)
attempt(functools.partial, print, a=P)
attempt(functools.partial, 5)
attempt(functools.partial)
h = functools.partial(max, key=abs)
print(h(1, -5), h.__reduce__()[1:])
h.__setstate__((min, (3,), {}, {"note": 1}))
print(h(2), h.note, h)
attempt(h.__setstate__, 5)


class Bound:
    method = functools.partial(lambda *a: len(a), 1)


print(Bound.method is Bound.__dict__["method"], Bound().method(), functools.partial[int])

attempt(functools.reduce, operator.add, [1, 2, 3])
attempt(functools.reduce, operator.add, [], 9)
attempt(functools.reduce, operator.add, [])
attempt(functools.reduce, operator.add, 5)


@functools.lru_cache(maxsize=2)
def square(x, *rest, **names):
    return x * x


for x in (1, 2, 1, 3, 2, 1, 1.0, True):
    square(x)
print(square.cache_info(), square.__name__)
attempt(square, [])
square.cache_clear()
print(square.cache_info(), square.cache_parameters())


@functools.lru_cache(maxsize=None, typed=True)
def typed(x, k=0):
    return type(x).__name__


print(typed(1), typed(1.0), typed(1, k=2), typed(True), typed.cache_info())


@functools.lru_cache(maxsize=3)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), fib.cache_info())


# A key whose comparison empties the cache under way.
class Evil:
    def __hash__(self):
        return 7

    def __eq__(self, other):
        square.cache_clear()
        return True

    def __mul__(self, other):
        return "evil"


print(square(Evil()), square(Evil()))

K = functools.cmp_to_key(lambda a, b: b - a)
print(sorted([3, 1, 2], key=K), K(1) < K(2), K(1) == K(1), K(4).obj)
attempt(lambda: K(1) < 5)
attempt(hash, K(1))

print(operator.itemgetter(1, 2)("abc"), operator.attrgetter("real", "imag")(3j), operator.methodcaller("split", ",", maxsplit=1)("a,b,c"))
print(operator.itemgetter(1), operator.attrgetter("a.b", "c"), operator.methodcaller("m", 1, k=2))
attempt(operator.itemgetter)
attempt(operator.attrgetter, 5)
attempt(operator.attrgetter("real.nope"), 1)
attempt(operator.methodcaller)
attempt(operator.methodcaller, 5)
attempt(operator.itemgetter(5), [])
attempt(operator.concat, 1, 2)
attempt(operator.countOf, [1, 2, 1], 1)
attempt(operator.indexOf, [1, 2], 3)
attempt(operator.length_hint, [1, 2])
attempt(operator.length_hint, 5, "x")
attempt(_compare_digest, "é", "e")
attempt(_compare_digest, b"a", "a")
attempt(operator.index, 1.5)
print(operator.call(max, 1, 5, key=lambda v: -v), operator.is_none(None), operator.is_not_none(None))

heap = [5, 3, 1, 9, 7]
heapq.heapify(heap)
print(heap, heapq.heappushpop(heap, 0), heapq.heapreplace(heap, 8), [heapq.heappop(heap) for _ in range(5)])
attempt(heapq.heappop, [])
attempt(heapq.heappush, (), 1)
heapq.heapify_max(heap := [1, 5, 2])
heapq.heappush_max(heap, 9)
print(heapq.heappop_max(heap), heap)


class Shrinks(int):
    def __lt__(self, other):
        heap.clear()
        return int.__lt__(self, other)


heap = [Shrinks(i) for i in range(6)]
attempt(heapq.heapify, heap)

print(bisect.bisect([1, 2, 2, 3], 2), bisect.bisect_left([1, 2, 2, 3], 2), bisect.bisect([3, 2, 1], -2, key=lambda v: -v))
attempt(bisect.bisect, [1], 1, -1)
attempt(bisect.bisect, [1], 1, 0, 5)
row = [1, 3]
bisect.insort(row, 2)
bisect.insort_left(row, 0)
print(row)
