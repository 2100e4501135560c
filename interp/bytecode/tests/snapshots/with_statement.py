def f(a):
    with a as x, open(a):
        if x:
            return x
    with a:
        pass
