def f(x):
    if x % 7 == 0:
        raise ValueError(x)
    return x * 2
def g(n):
    t = 0
    for i in range(n):
        try:
            t += f(i)
        except ValueError as e:
            t -= 1000
    return t
out = [g(n) for n in range(0,60)]
