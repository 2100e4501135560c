# Arithmetic past 62 and 64 bits, where small integers turn into big ones and back.
edges = []
for bits in (59, 60, 61, 62, 63, 64, 65, 127, 128):
    for delta in (-1, 0, 1):
        edges.append((1 << bits) + delta)
        edges.append(-(1 << bits) + delta)
for value in edges:
    print(value, value + 1, value - 1, -value, ~value, value * 3, value // 3, value % 7, value >> 5, value << 3)
total = 0
for left in edges:
    for right in edges:
        total ^= left + right
        total ^= left - right
        total += left * right
        quotient, remainder = divmod(left, right)
        assert quotient * right + remainder == left
        assert (remainder == 0) or ((remainder < 0) == (right < 0))
        total += quotient * 31 + remainder
        total ^= left & right
        total ^= left | right
        total ^= left ^ right
print(total)
print((1 << 61) == 2 ** 61, (1 << 62) - (1 << 62) + 5, (1 << 100) // (1 << 99))
factorial = 1
for number in range(1, 60):
    factorial *= number
print(factorial)
for number in range(59, 0, -1):
    factorial //= number
print(factorial)
power = 3 ** 200
print(power, power % 1000007, power.bit_length(), len(str(power)))
print(int(str(power)) == power, hex(power), oct(power)[:20], bin(power)[:20])
print(pow(3, 10 ** 20, 10 ** 18 + 9))
print((10 ** 40) / (10 ** 39), (10 ** 400 + 1) // 10 ** 399, 10 ** 20 / 3)
print(-(10 ** 30) // 7, -(10 ** 30) % 7, 10 ** 30 // -7, 10 ** 30 % -7)
print((-1) >> 100, (-5) >> 1, 5 >> 200, -(1 << 70) >> 69, (1 << 200) >> 199)
print(hash(2 ** 61 - 1), hash(2 ** 61), hash(2 ** 61 + 5), hash(-1), hash(-2), hash(2 ** 100), hash(-(2 ** 100)))
print((2 ** 70).to_bytes(10, "big"), int.from_bytes(b"\xff\x00\x01", "little"), int.from_bytes(b"\xff\xfe", "big", signed=True))
try:
    10 ** 400 / 3
except OverflowError as error:
    print(error)
try:
    float(10 ** 400)
except OverflowError as error:
    print(error)
