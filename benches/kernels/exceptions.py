"""Exceptions raised in a callee and caught in a loop."""

EXPECTED = 1000


def check(i):
    if i % 3 == 0:
        raise ValueError(i)
    return i


def kernel():
    caught = 0
    for i in range(3000):
        try:
            check(i)
        except ValueError:
            caught += 1
    return caught
