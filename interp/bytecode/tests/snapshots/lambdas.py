f = lambda x, *a, k=1, **kw: x + k
g = lambda: (yield)
