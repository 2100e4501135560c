# Adding, discarding and growing sets whose elements share slots and hashes: membership and order of iteration.
class Same:
    def __init__(self, n, hash_value=7):
        self.n, self.hash_value = n, hash_value

    def __hash__(self):
        return self.hash_value

    def __eq__(self, other):
        return isinstance(other, Same) and self.n == other.n

    def __repr__(self):
        return f"S{self.n}"


s = set()
for step in range(400):
    n = step * 37 % 101
    if step % 3:
        s.add(n * 8)
    else:
        s.discard(n * 8)
print(len(s), list(s)[:12], sum(s))
t = set()
for n in range(30):
    t.add(Same(n % 10))
    if n % 4 == 0:
        t.discard(Same(n % 7))
print(len(t), list(t), Same(3) in t, Same(11) in t)
u = {1, 1.0, True, "a", (1, 2), 2 ** 70, float(2 ** 70), -1, -2}
print(len(u), 1.0 in u, 2 ** 70 in u, (1, 2) in u, -1 in u)
a, b = set(range(0, 300, 3)), set(range(0, 300, 5))
print(len(a | b), len(a & b), len(a - b), len(a ^ b), list(a & b)[:5], list((a ^ b))[:5], a & b == b & a)
c = a.copy()
c |= {1, 2, 3}
c.update((5.5, 6), "xy", {7: 8}, range(3), [1.5])
print(len(c), 5.5 in c, "x" in c, 7 in c, 1.5 in c)


class Changing:
    def __init__(self, target):
        self.target = target

    def __hash__(self):
        return 8

    def __eq__(self, other):
        self.target.add(len(self.target) + 1000)
        return False


v = {8, 16, 24}
v.add(Changing(v))
print(len(v), 8 in v, [type(x).__name__ for x in v].count("Changing"))
try:
    s.add([])
except TypeError as e:
    print(e)


class Grows(list):
    pass


items = Grows([1, 2, 3])
print(set(items) | set([4, 4, 5]), frozenset([3, 3, 1]), {x % 3 for x in [5, 6, 7, 8]})
