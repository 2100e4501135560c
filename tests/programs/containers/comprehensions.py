# Comprehensions of every kind, nested, with conditions and their own scope.
print([x * x for x in range(6)], [x for x in range(10) if x % 3 if x % 2], [(x, y) for x in range(3) for y in range(x)])
print({x % 3: x for x in range(7)}, sorted({x // 2 for x in range(6)}), sum(x for x in range(5)), [[y for y in range(x)] for x in range(3)])
x = "outer"
print([x for x in range(2)], x, [y for y in [x]], [(lambda: z)() for z in range(3)])
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [cell for row in matrix for cell in row if cell % 2], list(zip(*matrix)))
functions = [lambda: i for i in range(3)]
print([f() for f in functions], [f() for f in [lambda i=i: i for i in range(3)]])
def scope(n):
    k = n * 2
    return [k + i for i in range(n)], {i: [k for _ in range(i)] for i in range(n)}, list(i * j for i in range(n) for j in [k])
print(scope(3))
print([y := 5, y * 2], [last := n for n in range(4)], last, [t for n in range(5) if (t := n * n) > 3], any((hit := n) > 2 for n in range(9)), hit)
class Holder:
    base = 3
    values = [v * 2 for v in range(base)]
print(Holder.values)
generator = (n * n for n in range(4))
print(next(generator), next(generator), list(generator), list(generator))
print([*(a for a in "ab"), *[b for b in "cd"]], dict((k, v) for k, v in [("a", 1)]), tuple(c for c in "xyz"), max((len(w), w) for w in ["aa", "b"]))
print([a if a > 1 else -a for a in range(4)], [a for a in "a b c".split()], [(i, c) for i, c in enumerate("ab")], [a for a, *b in [(1, 2, 3)]], [first for (first, _), *_ in [((1, 2), 3)]])
try:
    [q for q in range(3) if undefined_name]
except NameError as error:
    print(error)
try:
    class Bad:
        n = 3
        values = [n for _ in range(2)]
except NameError as error:
    print(error)
try:
    [1 / d for d in (1, 0)]
except ZeroDivisionError as error:
    print(error)
def nested_closure():
    return [[lambda: (i, j) for j in range(2)] for i in range(2)]
print([[f() for f in row] for row in nested_closure()])
primes = [p for p in range(2, 60) if all(p % d for d in range(2, int(p ** 0.5) + 1))]
print(primes, {n: [d for d in range(1, n + 1) if n % d == 0] for n in (6, 12, 28)})
