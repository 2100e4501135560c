def f(n):
    t = 0
    for i in range(n):
        for j in range(i, n, 2):
            t += j
    return t
