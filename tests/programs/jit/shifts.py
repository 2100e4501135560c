# Shifts and masks in hot loops, with counts that go past the word.
def xorshift(n):
    x = 88172645463325252
    mask = (1 << 64) - 1
    s = 0
    for _ in range(n):
        x ^= (x << 13) & mask
        x ^= x >> 7
        x ^= (x << 17) & mask
        s = (s + x) & mask
    return x, s


print(xorshift(5000))


def lcg32(n):
    state, acc = 1, 0
    for _ in range(n):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        acc ^= state >> 16
    return state, acc


print(lcg32(10000))


def counts(n):
    out = 0
    for i in range(n):
        out += (1 << (i % 60)) >> (i % 30)
        out ^= -i >> (i % 70)
    return out


print(counts(6000))


def wide(n):
    a = []
    for i in range(n):
        v = 1 << (i % 50)
        if i > n - 5:
            v = 1 << (i % 50 + 30)
            a.append((v, v >> 20, -v >> 3, v << 1))
    return a


print(wide(5000))


def bits(n):
    total = 0
    for i in range(n):
        while i:
            total += i & 1
            i >>= 1
    return total


print(bits(3000))


def negative_count(n):
    for i in range(n):
        try:
            1 << (5 if i != n - 1 else -5)
        except ValueError as error:
            return i, str(error)


print(negative_count(5000))


def popcount(x):
    x = x - ((x >> 1) & 0x5555555555555555)
    x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333)
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0F
    return ((x * 0x0101010101010101) & ((1 << 64) - 1)) >> 56


print(sum(popcount(i * 0x9E3779B97F4A7C15 & ((1 << 64) - 1)) for i in range(3000)))
n = 0
for i in range(8000):
    n = (n << 1 | i & 1) & 0xFFFFFFFFFFFFFFF
    n ^= ~i & 0xFF
print(n, ~n, n | 1 << 62, n & -n)
