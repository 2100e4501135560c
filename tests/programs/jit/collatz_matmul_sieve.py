# Three classic kernels.
def collatz(limit):
    best, best_length = 0, 0
    for start in range(1, limit):
        n, length = start, 1
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            length += 1
        if length > best_length:
            best, best_length = start, length
    return best, best_length


print(collatz(2500))


def matmul(a, b):
    n, m, p = len(a), len(b), len(b[0])
    c = [[0] * p for _ in range(n)]
    for i in range(n):
        row, out = a[i], c[i]
        for j in range(p):
            s = 0
            for k in range(m):
                s += row[k] * b[k][j]
            out[j] = s
    return c


n = 24
a = [[(i * j) % 7 for j in range(n)] for i in range(n)]
b = [[i + j * 0.5 for j in range(n)] for i in range(n)]
c = matmul(a, b)
d = matmul(a, a)
print(c[0][:3], c[-1][-2:], sum(map(sum, d)), matmul([[1 << 40, 2]], [[1 << 40], [3]]))


def sieve(n):
    flags = [True] * (n + 1)
    flags[0] = flags[1] = False
    i = 2
    while i * i <= n:
        if flags[i]:
            for j in range(i * i, n + 1, i):
                flags[j] = False
        i += 1
    return sum(flags), [i for i in range(n - 40, n) if flags[i]]


print(sieve(30000))


def sieve_bytes(n):
    flags = bytearray([1]) * (n + 1)
    flags[0] = flags[1] = 0
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            flags[i * i :: i] = bytes(len(range(i * i, n + 1, i)))
    return sum(flags)


print(sieve_bytes(30000))


def mandelbrot(width, height, limit):
    rows = []
    for y in range(height):
        row = ""
        for x in range(width):
            cr, ci = 3.0 * x / width - 2.2, 2.4 * y / height - 1.2
            zr = zi = 0.0
            k = 0
            while k < limit and zr * zr + zi * zi < 4.0:
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                k += 1
            row += " .:-=+*#%@"[k * 9 // limit]
        rows.append(row)
    return rows


for row in mandelbrot(40, 12, 30):
    print(row.rstrip())
