def f(x):
    if (n := len(x)) > 10:
        return n
    y = n + (n := 2) + n
    return y
