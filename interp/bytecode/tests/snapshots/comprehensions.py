def f(x, k):
    a = [i * 2 for i in x if i]
    b = {i: j for i, j in x for _ in range(j)}
    c = {k for k in x}
    d = [[i for i in r] for r in x]
    e = [y for i in x for y in [i + 1]]
    return a, b, c, d, e, k
