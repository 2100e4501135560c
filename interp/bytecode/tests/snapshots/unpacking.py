def f(x):
    a, b = x
    a, b = b, a
    a, b, c = 1, a + b, b
    (a, *b), c = x
    [x.p, x[0]] = a, b
    a = b = c
    return a, b
