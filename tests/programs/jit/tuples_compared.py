"""Tuples that are made to be compared, and ranges whose steps are known only when they run."""
from functools import total_ordering
import operator


class Version:
    __slots__ = ("major", "minor", "patch")

    def __init__(self, major, minor, patch):
        self.major, self.minor, self.patch = major, minor, patch

    def __lt__(self, other):
        return (self.major, self.minor, self.patch) < (other.major, other.minor, other.patch)

    def __le__(self, other):
        return (self.major, self.minor, self.patch) <= (other.major, other.minor, other.patch)

    def __gt__(self, other):
        return (self.major, self.minor, self.patch) > (other.major, other.minor, other.patch)

    def __ge__(self, other):
        return (self.major, self.minor, self.patch) >= (other.major, other.minor, other.patch)

    def __eq__(self, other):
        return (self.major, self.minor, self.patch) == (other.major, other.minor, other.patch)

    def __ne__(self, other):
        return (self.major, self.minor, self.patch) != (other.major, other.minor, other.patch)


OPERATORS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]


def table(versions):
    counts = [0] * 6
    for a in versions:
        for b in versions:
            for k, op in enumerate(OPERATORS):
                counts[k] += op(a, b)
    return counts


plain = [Version(i % 3, i % 4, i % 2) for i in range(40)]
print(table(plain))
big = [Version(i % 3, (1 << 70) + i % 4, i % 2) for i in range(12)]
print(table(plain + big))
mixed = [Version(i % 3, [True, 2.5, float("nan"), 1][i % 4], i % 2) for i in range(12)]
print(table(plain + mixed))
print(table([Version("a" * (i % 3), str(i % 4), None and i or "x") for i in range(12)]))


def jumps(n):
    below = same = above = 0
    for i in range(n):
        a, b = i % 5, i % 3
        if (a, b) < (b, a):
            below += 1
        if (a, b) == (b, a):
            same += 1
        if not (a, b) >= (2, 1):
            above += 1
        if (a,) != (b,):
            above += 1
    return below, same, above


print(jumps(20000))


class Loud:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        seen.append(("eq", self.n, getattr(other, "n", other)))
        return self.n == getattr(other, "n", other)

    def __lt__(self, other):
        seen.append(("lt", self.n, getattr(other, "n", other)))
        return "less" if self.n < getattr(other, "n", other) else ""


def compare(a, b, c, d):
    return (a, b) < (c, d)


seen = []
for i in range(6000):
    compare(i, 3, i, 4)
print(compare(1, Loud(2), 1, Loud(3)), compare(Loud(1), 2, 1, 3), seen)
nan = float("nan")
print((nan, 1) == (nan, 1), compare(nan, 1, nan, 2), compare(nan, 1, float("nan"), 2))
try:
    compare(1, "a", 1, 2)
except TypeError as error:
    print(error)


def steps(start, stop, step):
    return [i for i in range(start, stop, step)]


def walk(start, stop, step):
    total = 0
    for i in range(start, stop, step):
        total = total * 3 % 1000003 + i
    return total


for _ in range(3):
    print(sum(len(steps(300, 0, -7 - i % 3)) for i in range(3000)), sum(len(steps(0, 300, 7 + i % 3)) for i in range(3000)))
    print(sum(walk(50, -50, -1 - i % 9) for i in range(3000)), sum(walk(-50, 50, 1 + i % 9) for i in range(3000)))
print(steps(5, 5, -1), steps(0, 5, -1), steps(5, 0, -2), steps(5, 0, -5), steps(5, 0, -6), steps(0, 1 << 70, 1 << 69))
for step in (0, -(1 << 61)):
    try:
        print(steps(5, 0, step))
    except ValueError as error:
        print(error)
