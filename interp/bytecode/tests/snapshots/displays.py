def f(a, b, d):
    return [a, *b, 1], {*a, b}, (*a, b), {1: a, **d, "k": b}, {"x": a}
