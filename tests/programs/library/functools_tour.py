# functools.
import functools
from functools import cache, cached_property, cmp_to_key, lru_cache, partial, partialmethod, reduce, singledispatch, singledispatchmethod, total_ordering, wraps

print(reduce(lambda a, b: a * b, range(1, 6)), reduce(lambda a, b: a + b, [], "start"))
add = partial(lambda a, b, c=0: a + b + c, 1, c=10)
print(add(2), add(2, c=3), add.args, add.keywords)


@lru_cache(maxsize=2)
def square(n):
    print("computing", n)
    return n * n


print(square(2), square(2), square(3), square(4), square(2), square.cache_info())


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(100), fib.cache_info().misses)


def deco(f):
    @wraps(f)
    def wrapper(*a):
        """Wrapper doc."""
        return f(*a)
    return wrapper


@deco
def documented():
    """Real doc."""


print(documented.__name__, documented.__doc__, documented.__wrapped__.__name__)


@total_ordering
class N:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n


print(N(1) <= N(1), N(2) > N(1), N(1) >= N(2))


@singledispatch
def show(x): return f"object {x}"
@show.register
def _(x: int): return f"int {x}"
@show.register(list)
def _(x): return f"list {len(x)}"
print(show(5), show([1]), show("s"), show(True))


class C:
    def __init__(self): self.count = 0
    @cached_property
    def value(self):
        self.count += 1
        return self.count
    def scale(self, k, n): return k * n
    double = partialmethod(scale, 2)
    @singledispatchmethod
    def kind(self, x): return "other"
    @kind.register
    def _(self, x: str): return "str"


c = C()
print(c.value, c.value, c.count, c.double(21), c.kind("s"), c.kind(1))
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)))
try:
    reduce(lambda a, b: a, [])
except TypeError as error:
    print(error)
