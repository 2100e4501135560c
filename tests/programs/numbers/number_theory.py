# Small classic integer programs.
def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def extended(a, b):
    if b == 0:
        return a, 1, 0
    g, x, y = extended(b, a % b)
    return g, y, x - a // b * y


def is_prime(n):
    if n < 2:
        return False
    for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % p == 0:
            return n == p
    d, r = n - 1, 0
    while d % 2 == 0:
        d //= 2
        r += 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(base, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(r - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def factor(n):
    found = []
    p = 2
    while p * p <= n:
        while n % p == 0:
            found.append(p)
            n //= p
        p += 1 if p == 2 else 2
    if n > 1:
        found.append(n)
    return found


def isqrt(n):
    x = n
    y = (x + 1) // 2
    while y < x:
        x = y
        y = (x + n // x) // 2
    return x


print([gcd(a, b) for a, b in [(12, 18), (17, 5), (0, 9), (2 ** 70, 6 ** 30)]])
print(extended(240, 46), extended(10 ** 25, 3 ** 40))
print([n for n in range(60) if is_prime(n)])
print([n for n in (2 ** 61 - 1, 2 ** 89 - 1, 2 ** 61 + 1, 10 ** 18 + 9) if is_prime(n)])
print(factor(360), factor(9699690), factor(1000003), factor(600851475143))
print([isqrt(n) for n in (0, 1, 15, 16, 17, 10 ** 20, 10 ** 41)])
digits = 0
q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
pi = []
while len(pi) < 60:
    if 4 * q + r - t < n * t:
        pi.append(str(n))
        q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
    else:
        q, r, t, k, n, l = q * k, (2 * q + r) * l, t * l, k + 1, (q * (7 * k + 2) + r * l) // (t * l), l + 2
print("".join(pi))
a, b = 0, 1
for _ in range(300):
    a, b = b, a + b
print(a)
print(sum(int(d) for d in str(2 ** 1000)))
