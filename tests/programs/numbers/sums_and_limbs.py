# Sums of lists of every kind, reversed lists, and limb by limb arithmetic of large integers against identities.
big = 2 ** 61
print(sum([1, 2, 3]), sum([1, 2.5, 3]), sum([0.1] * 10), sum([True, 2, False]), sum([], 5), sum([big, big, big, -big]))
print(sum([1, 2, 3], 0.5), sum([0.5, 1], 1), sum([1.0, 2j, 3]), sum([[1], [2]], []), sum([2 ** 70, 1, -2 ** 70]))
print(sum([1e16, 1.0, -1e16]), sum([-0.0]), sum([1, 1e308, 1e308]), sum((1, 2)), sum([1, None.__class__ and 2]))
try:
    sum([1, "a"])
except TypeError as e:
    print(e)


class Add:
    def __init__(self, items):
        self.items = items

    def __radd__(self, other):
        self.items.append(1)
        return other + 100 if len(self.items) < 6 else other


items = [1, 2]
items.append(Add(items))
print(sum(items), len(items))
for source in ([], [1], [1, 2, 3], [1.5, 2.5], ["a", 1, 2.5], list(range(20))):
    it = reversed(source)
    out = ["first"]
    out.extend(it)
    print(list(reversed(source)), out, list(it))
it = reversed([1, 2, 3])
next(it)
print(list(it), list(it))
shared = [1, 2, 3]
it = reversed(shared)
shared.append(4)
print(list(it))
it = reversed(shared)
shared.extend(it)
print(shared)

x = 1
for i in range(1, 120):
    x = x * 0x1_0000_0000_0000_0001 + i
    y = x >> (i * 7 % 130)
    assert (x + y) - y == x and (y - x) + x == y and (x - y) + y == x
    assert (x << 64) >> 64 == x and x >> 61 == x // 2 ** 61 and -x >> 61 == -x // 2 ** 61
    assert x >> 64 == x // 2 ** 64 and x >> 128 == x // 2 ** 128 and (x >> 1) * 2 + (x & 1) == x
    assert (x + y) ** 2 == x * x + 2 * x * y + y * y and divmod(x * y + 5, y or 1) == (x, 5 % (y or 1)) or y <= 5
    assert int(str(x)) == x and int(hex(x), 16) == x and x * 3 == x + x + x
print(x % 1000003, x.bit_length())
ones = 2 ** 256 - 1
print(ones + 1 == 2 ** 256, 2 ** 256 - 1 == ones, ones * ones == 2 ** 512 - 2 ** 257 + 1, (ones + 1) >> 256, -ones - 1)
for n in (0, 9, 10, 99, 100, 101, 999, 1000, 12345, 2 ** 61 - 1, -2 ** 61, -1, -10, -99, -100, 10 ** 18, 10 ** 19):
    print(n, str(n) == repr(n) == f"{n}" == "%d" % n == "{}".format(n), int(str(n)) == n, end=" ")
print()
for text in (" 12 ", "1_000", "-5", "+7", "०१", "12a", "", "-", "1__0"):
    try:
        print(int(text), end=" ")
    except ValueError as e:
        print(e)
