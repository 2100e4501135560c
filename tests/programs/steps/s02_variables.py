# Names, assignment and arithmetic.
a = 7
b = 3
print(a + b, a - b, a * b, a // b, a % b, a / b, a ** b)
a = b = 5
a += 2
b -= 1
a *= b
print(a, b)
x, y = 1, 2
x, y = y, x
print(x, y)
