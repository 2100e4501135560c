fs = [lambda: i for i in range(3)]
def f(x):
    return [(lambda: i + n) for i in x if (n := i)]
