def f(g, o, a, k):
    g()
    g(1, x=2, y=a)
    o.m(a)
    o.m(a, z=k)
    g(*a)
    g(1, *a, **k)
    g(x=1, **k, y=2)
    return g(o.a.b(1)(2).c)
