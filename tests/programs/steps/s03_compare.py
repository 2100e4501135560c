# Comparisons and boolean operators.
a, b = 3, 5
print(a < b, a <= b, a == b, a != b, a > b, a >= b)
print(a < b and b < 10, a > b or b > 4, not a, a and b, 0 or a)
print(1 < a < 4, 1 < a > 4, a is a, a is not None, None is None)
