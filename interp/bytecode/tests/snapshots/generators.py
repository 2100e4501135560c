def g(x):
    y = yield 1
    yield
    r = yield from x
    return y + r
