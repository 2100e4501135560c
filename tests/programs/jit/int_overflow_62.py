# An accumulator crosses 2**61 and 2**63 in the middle of a hot loop.
def grow(n, step):
    total = 0
    crossings = []
    limit = 1 << 60
    for i in range(n):
        total += step
        if total > limit:
            crossings.append((i, limit.bit_length()))
            limit <<= 1
    return total, crossings


print(grow(10000, (1 << 63) // 3000))
print(grow(10000, (1 << 62) // 9000))
print(grow(6000, 12345678901234567))


def shrink(n, start, step):
    value = start
    for _ in range(n):
        value -= step
    return value


print(shrink(10000, 1 << 61, (1 << 63) // 3000))
print(shrink(10000, -(1 << 61), 1 << 50))
