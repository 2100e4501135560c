"""Calls of a closure that updates a variable of its maker."""

EXPECTED = 10000


def counter():
    count = 0

    def step():
        nonlocal count
        count += 1
        return count

    return step


def kernel():
    step = counter()
    last = 0
    for _ in range(10000):
        last = step()
    return last
