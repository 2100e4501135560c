# Shifts and bit operations around the word size.
for shift in (0, 1, 31, 32, 59, 60, 61, 62, 63, 64, 65, 100):
    print(shift, 1 << shift, -1 << shift, (1 << shift) >> shift, (-1 << shift) >> shift, 12345 >> shift, -12345 >> shift)
    print(shift, (3 << shift) & 0xFFFFFFFFFFFFFFFF, (-3 << shift) & 0xFFFFFFFFFFFFFFFF, (5 << shift) | 1, (5 << shift) ^ -1)
print(0 << 1000, 0 >> 1000, 1 >> 10 ** 10, -1 >> 10 ** 10)
mask = (1 << 64) - 1
state = 0x9E3779B97F4A7C15
out = []
for _ in range(8):
    state ^= (state << 13) & mask
    state ^= state >> 7
    state ^= (state << 17) & mask
    out.append(state)
print(out)
h = 0xCBF29CE484222325
for byte in b"hello world":
    h = ((h ^ byte) * 0x100000001B3) & mask
print(hex(h))
print(~0, ~-1, ~(1 << 62), -(1 << 62) & ((1 << 63) - 1), (-1) & mask, (-1) ^ mask, (-256) | 255)
print([bin(n & 0xFF) for n in (-1, -2, 127, 128, -128)])
print([(n >> 1, n // 2) for n in (-3, -2, -1, 0, 1, 2, 3)])
n = 0b1011_0110
print([n >> i & 1 for i in range(8)], n & -n, n & (n - 1), n.bit_count())
try:
    1 << (1 << 70)
except (OverflowError, MemoryError) as error:
    print(type(error).__name__, error)
