# Mixed arithmetic and exact comparison of ints with floats.
for a, b in [(1, 2.5), (7, -2.0), (-7, 2.0), (10 ** 20, 3.0), (True, 0.5), (0, -0.0)]:
    print(a + b, a - b, a * b, a / b if b else "-", a // b if b else "-", a % b if b else "-")
    print(b + a, b - a, b * a, b / a if a else "-", b // a if a else "-", b % a if a else "-")
    print(a < b, a <= b, a == b, a != b, a >= b, a > b, b < a, b == a)
big = 2 ** 53
print(big == float(big), big + 1 == float(big + 1), big + 1 > float(big), float(big) < big + 1)
huge = 10 ** 30
print(huge == 1e30, huge > 1e30, huge < 1e30, 1e30 == huge, int(1e30))
print(10 ** 400 > 1e308, -(10 ** 400) < -1e308, 10 ** 400 > float("inf"), 10 ** 400 < float("inf"))
print(1 == 1.0, hash(1) == hash(1.0), hash(2 ** 80) == hash(float(2 ** 80)), {1: "a"}[1.0])
print(2 ** 0.5, 4 ** 0.5, 2.0 ** 3, 2 ** -2, (-8) ** 2.0, 0.0 ** 0)
print(divmod(7.5, 2), divmod(-7.5, 2), divmod(7, -2.5), divmod(-0.0, 3))
x = 3
x += 0.25
print(x, type(x).__name__)
x = 3.0
x //= 2
print(x)
x **= 2
print(x)
print(sum([1, 2, 3.5]), sum([0.1] * 10), sum([1, 2, 3], 10), max(1, 1.0), min(1.0, 1), max(2, 2.5, 1))
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5678, -2), round(1e20), type(round(2.0)).__name__)
