def f(x):
    return sum(i * i for i in x if i > 1)
