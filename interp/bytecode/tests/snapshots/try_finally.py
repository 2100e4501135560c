def f(x):
    for i in x:
        try:
            if i:
                continue
            return g(i)
        finally:
            h()
