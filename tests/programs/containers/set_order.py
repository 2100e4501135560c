# Sets iterate in the order of CPython's table, for elements with the same hashes.
import random

print({1, 2, 3}, {3, 2, 1}, {10, 8, 0, 16}, {-1, -2, -3}, {5, 13, 21}, {1.5, 2.5, 0}, {True, 2, 0})
print(set(range(20)), set(range(0, 200, 7)), set(range(100, 0, -3)), set(x * x % 101 for x in range(60)))
print({1 << 40, 5, 1 << 61, 3}, {2**61 - 1, 0, 7}, {2**70, 1}, {(1, 2), (3, 4), ()}, {0.1, 0.2, 0.3})
state = 12345
s = set()
for _ in range(400):
    state = (state * 1103515245 + 12345) % 2**31
    if state % 3:
        s.add(state % 500)
    else:
        s.discard(state // 7 % 500)
print(len(s), list(s))
print(list(s & set(range(0, 500, 3))), list(s - set(range(200, 500))), list(set(range(40)) ^ set(range(20, 60))), list(set(range(9)) | {100, 50}))
print(list(s.copy()), list(frozenset(s)) == list(set(list(s))))
popped = []
t = set(range(0, 64, 5))
while t:
    popped.append(t.pop())
    if len(popped) == 4:
        t.add(1000)
print(popped)
u = set(range(10))
u -= {1, 2, 3, 4, 5}
u.update([100, 200], {300: 1}, (400,))
print(u)
u &= {0, 100, 7, 8, 9}
u ^= {7, 1}
print(u, u.intersection([9, 8], range(9)), u.difference([0], {1}), u.union([3.5]), u.symmetric_difference([1, 2]))
print(dict.fromkeys({9, 4, 1}), sorted({9, 4, 1}), [*{4, 1}], max({3, 9}))
a = {1, 2, 3}
print(a == {3, 2, 1}, a < {1, 2, 3, 4}, a <= {1, 2}, a > {1}, a >= a, a.isdisjoint({4}), a.issubset(range(9)), a.issuperset([1]), {1} == frozenset([1]))


class S(set):
    pass


class F(frozenset):
    pass


print(S([1]), F([1]), S(), F(), frozenset(), frozenset({1}), S([1]) | {2}, F([1]) | {2}, {2} | S([1]), type(S().copy()), type(F().copy()), type(S([1]).union([2])), type({1} | frozenset({2})), type(frozenset({2}) | {1}))
print({1}.__reduce__(), S([1]).__reduce__(), frozenset([1]).__reduce__())
x = S([1])
x.a = 1
print(x.__reduce__(), F((1, 2)) == {1, 2}, hash(F((1, 2))) == hash(frozenset((2, 1))))
print(hash(frozenset()), hash(frozenset([1])), hash(frozenset([1, 2, 3])), hash(frozenset(range(100))), hash(frozenset([frozenset([1]), 2])))
f = frozenset([1, 2])
print(frozenset(f) is f, f.copy() is f, {f: 1}[frozenset([2, 1])], {1, 2} in {f}, {f} - {f})
