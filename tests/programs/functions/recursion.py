# Recursive functions: direct, mutual, on trees, with accumulators.
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))
def even(n): return True if n == 0 else odd(n - 1)
def odd(n): return False if n == 0 else even(n - 1)
def hanoi(n, a="A", b="B", c="C"):
    return [] if n == 0 else hanoi(n - 1, a, c, b) + [a + c] + hanoi(n - 1, b, a, c)
def permutations(items):
    if len(items) <= 1:
        return [items]
    return [[items[i]] + rest for i in range(len(items)) for rest in permutations(items[:i] + items[i + 1:])]
def flatten(tree):
    return [leaf for part in tree for leaf in (flatten(part) if isinstance(part, list) else [part])]
def power(base, exponent):
    if exponent == 0:
        return 1
    half = power(base, exponent // 2)
    return half * half * (base if exponent % 2 else 1)
def subsets(items):
    if not items:
        return [[]]
    rest = subsets(items[1:])
    return rest + [[items[0]] + s for s in rest]
def count_change(amount, coins):
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    return count_change(amount - coins[0], coins) + count_change(amount, coins[1:])
print(fib(16), ackermann(2, 5), even(300), odd(301), hanoi(3), len(hanoi(8)))
print(permutations([1, 2, 3]), flatten([1, [2, [3, [4]], []], 5]), power(3, 100), subsets([1, 2, 3]), count_change(60, [50, 25, 10, 5, 1]))
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
print(depth(900))
def forever(n):
    return forever(n + 1) + 1
try:
    forever(0)
except RecursionError as error:
    print(type(error).__name__, error)
print(depth(500))
class Loop:
    def __repr__(self):
        return repr(self)
try:
    repr(Loop())
except RecursionError as error:
    print("repr:", str(error)[:32])
class Endless:
    def __getattr__(self, name):
        return self.missing
try:
    Endless().x
except RecursionError as error:
    print("getattr:", str(error)[:32])
deep = []
for _ in range(500):
    deep = [deep]
print(len(repr(deep)))
