# A division fails three hot calls deep; every frame is in the traceback.
def inner(a, b):
    return a // b


def middle(a, b):
    if a > b:
        return inner(a, b)
    return inner(b, a)


def outer(n):
    total = 0
    for i in range(n):
        total += middle(n, n - 1 - i)
    return total


outer(20000)
