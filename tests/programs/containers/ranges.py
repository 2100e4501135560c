# Ranges of any size, slices as objects.
print(range(3), range(1, 3), range(1, 10, 3), range(0), range(5, 0, -2), list(range(5, 0, -2)), len(range(0, 10, 3)), bool(range(0)), bool(range(1)))
print(range(10)[2], range(10)[-1], range(10)[2:8:3], range(10)[::-1], range(10)[5:2], range(0, 100, 7)[3:-2:2], range(10**30)[10**29], range(10**30)[10**20:-5:2])
print(range(3) == range(0, 3, 1), range(0) == range(2, 1), range(0, 3, 2) == range(0, 4, 2), range(1, 2, 5) == range(1, 2, 9), hash(range(0)) == hash(range(5, 2)), range(3) != range(4), range(3) == [0, 1, 2])
print(hash(range(3)), hash(range(1, 10, 3)), hash(range(0)), hash(()), hash((1, 2, 3)), hash((0,)), hash(slice(1, 2, 3)))
print(3 in range(5), 3.0 in range(5), 5 in range(5), "a" in range(3), True in range(2), -1 in range(5), 7 in range(1, 10, 3), 8 in range(1, 10, 3), 4 in range(10, 0, -3), 10**25 in range(0, 10**30, 10**5), 10**25 + 1 in range(0, 10**30, 10**5))
print(range(5).count(3), range(5).count(3.0), range(5).count(9), range(5).index(3), range(5).index(3.0), range(1, 10, 3).index(7), range(10**20, 10**21).index(10**20 + 5))
big = range(10**20, 10**20 + 30, 10)
print(list(big), list(reversed(big)), big[1], big[-1], big[1:], len(big), big.start, big.stop, big.step, big.__reduce__())
print(list(range(2**61 - 2, 2**61 + 2)), list(range(-2**61 - 1, -2**61 + 2)), list(range(2**62, 2**62 - 3, -1)), list(range(2**63 - 2, 2**63 + 2)))
print(list(reversed(range(0, 10, 3))), list(reversed(range(0))), list(range(0, -10, -4)), sum(range(101)), max(range(0, 100, 7)), min(range(5, 100)))


class I:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


print(range(I(2), I(8), I(2)), range(10)[I(3)], [1, 2, 3][I(1)], (1, 2, 3)[I(-1)], [0] * I(2), list(range(10))[I(1):I(7):I(2)], range(True, 5), range(10)[True])
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(None, None, -1), s == slice(1, 10, 2), s != slice(1), slice(1) < slice(2), s.indices(5), slice(None, None, -1).indices(4), slice(-3, None).indices(10), slice(10**30).indices(10**31), slice(-10**30, None, 10**30).indices(7), s.__reduce__(), {s: 1}[slice(1, 10, 2)])
for start in (None, -9, -1, 0, 2, 9):
    for stop in (None, -9, -1, 0, 2, 9):
        for step in (None, -9, -2, -1, 1, 2, 9):
            part = slice(start, stop, step)
            items = [0, 1, 2, 3, 4]
            positions = list(range(*part.indices(5)))
            if items[part] != positions or tuple(items)[part] != tuple(positions) or list(range(5)[part]) != positions:
                print("differs", part)
            copy = items[:]
            del copy[part]
            if copy != [x for x in items if x not in positions]:
                print("del differs", part, copy)
            copy = items[:]
            copy[part] = ["n"] * len(positions)
            if copy.count("n") != len(positions):
                print("set differs", part, copy)
