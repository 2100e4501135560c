"""A sieve: list reads and writes by index."""

EXPECTED = 669


def kernel():
    size = 5000
    flags = [True] * size
    flags[0] = flags[1] = False
    for i in range(2, 71):
        if flags[i]:
            for j in range(i * i, size, i):
                flags[j] = False
    return sum(flags)
