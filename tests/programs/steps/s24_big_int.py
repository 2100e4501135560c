# Integers past the machine word.
n = 1
for i in range(1, 31):
    n *= i
print(n)
print(2 ** 64, 2 ** 64 + 1, (2 ** 64) // 3, (2 ** 64) % 1000, -(2 ** 70))
print(1 << 62, 1 << 61, (1 << 61) - 1 + 1, (1 << 63) - (1 << 63))
