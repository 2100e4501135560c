# Hot loops over lists, with stores.
def sieve(n):
    flags = [True] * n
    for i in range(2, n):
        if flags[i]:
            for j in range(i * i, n, i):
                flags[j] = False
    return sum(flags) - 2


print(sieve(5000))


def floats(n):
    a = [0.5] * n
    for i in range(1, n):
        a[i] = a[i - 1] * 0.5 + i
    return a[-1]


print(floats(5000))
