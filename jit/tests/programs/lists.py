def sieve(n):
    flags = [True] * (n + 1)
    flags[0] = flags[1] = False
    i = 2
    while i * i <= n:
        if flags[i]:
            for j in range(i * i, n + 1, i):
                flags[j] = False
        i += 1
    c = 0
    for f in flags:
        if f:
            c += 1
    return c
def dot(a, b):
    s = 0.0
    for i in range(len(a)):
        s += a[i] * b[i]
    return s
def mat(n):
    a = [[float(i * j % 7) for j in range(n)] for i in range(n)]
    c = []
    for i in range(n):
        row = []
        for j in range(n):
            s = 0.0
            for k in range(n):
                s += a[i][k] * a[k][j]
            row.append(s)
        c.append(row)
    return c[1][:3], sum(map(sum, c))
out = [sieve(1000), sieve(5000), dot([1.5, 2.5] * 50, [2.0, 3.0] * 50), mat(12), mat(15)]
