def outer(a, b=1):
    n = 0
    def inner(c):
        nonlocal n
        n += a + c
        return n
    return inner, lambda: b
