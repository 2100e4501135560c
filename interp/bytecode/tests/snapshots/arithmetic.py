def f(a, b):
    c = a + b * 2 - 1
    c += a // 3
    c <<= b
    return -c ** 2 % 7, ~a, not b
