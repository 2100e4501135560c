"""Integer arithmetic and a branch in a while loop."""

EXPECTED = 63332


def kernel():
    i = total = 0
    while i < 20000:
        if i % 3 == 0:
            total += i & 7
        else:
            total += 3
        i += 1
    return total
