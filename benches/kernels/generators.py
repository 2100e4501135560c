"""A chain of generators."""

EXPECTED = 49995000


def numbers(n):
    for i in range(n):
        yield i


def doubled(source):
    for i in source:
        yield i * 2


def kernel():
    return sum(doubled(numbers(10000))) // 2
