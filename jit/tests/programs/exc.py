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
            t -= e.args[0]
        finally:
            t += 1
    return t
def h(d):
    if d == 0:
        return 1 // d
    return h(d - 1)
def tb(n):
    try:
        h(n)
    except ZeroDivisionError as e:
        k = 0
        t = e.__traceback__
        while t is not None:
            k += 1
            t = t.tb_next
        return k
def rec(n):
    return rec(n + 1) + 1
def deep():
    try:
        rec(0)
    except RecursionError as e:
        return str(e)
out = [g(100), g(200), tb(5), tb(30), tb(50), deep(), deep(), deep()]
