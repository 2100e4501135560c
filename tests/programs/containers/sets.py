# Sets and frozensets; printed sorted because sets have no order.
a = {1, 2, 3, 4}
b = {3, 4, 5}
print(sorted(a | b), sorted(a & b), sorted(a - b), sorted(a ^ b), a <= b, {3} < b, a >= {1}, a.isdisjoint({9}), a == {4, 3, 2, 1, 1})
a.add(10); a.add(10); a.discard(99); a.discard(1); a.remove(2)
print(sorted(a), len(a), 10 in a, set(), {0}, frozenset(), frozenset([1]), bool(set()))
a.update([7, 8], (9,))
a -= {7}
a |= {70}
a &= {70, 8, 9, 10}
a ^= {8, 1}
print(sorted(a), sorted(a.union([5], "x" * 0)), sorted(a.intersection({1, 9})), sorted(a.difference([9])), sorted(a.symmetric_difference({1})))
print(sorted({c for c in "mississippi"}), len(set(range(1000)) | set(range(500, 1500))), {1, 1.0, True}, {frozenset([1]): "f"}[frozenset({1})])
f = frozenset("ab")
print(f == {"a", "b"}, hash(f) == hash(frozenset("ba")), sorted(f | {"c"}), type(f | {"c"}).__name__, type({"c"} | f).__name__, f.issubset("abc"), f.issuperset("a"))
primes = set(range(2, 50))
for n in range(2, 8):
    primes -= set(range(n * n, 50, n))
print(sorted(primes))
s = set()
for i in range(300):
    s.add(i * 7 % 101)
    s.discard(i * 3 % 50)
print(len(s), sum(s), min(s), max(s))
item = {5}.pop()
print(item)
for action in (lambda: {1}.remove(2), lambda: set().pop(), lambda: {[]}, lambda: {1} | [1], lambda: {1} < [1], lambda: set(5), lambda: hash({1}), lambda: s[0], lambda: f.add(1), lambda: {{1}}):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
try:
    for x in s:
        s.add(1000 + x)
except RuntimeError as error:
    print(error)
copy = s.copy()
copy.clear()
print(copy, len(s) > 0, {*()} == set(), sorted({*[1, 2], *(2, 3)}), {1, 2}.isdisjoint([3]), set("a") in [{"a"}])
