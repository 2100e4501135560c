"""Long integers: sums, products, shifts and quotients at the edges of limbs and of cells' sizes."""
import random
import zlib

random.seed(11)
check = 0


def number():
    bits = random.choice([1, 60, 64, 128, 300, 1000, 9000, 70000])
    return random.choice([-1, 1]) * random.getrandbits(random.randint(1, bits))


def note(value):
    global check
    check = zlib.crc32(hex(value).encode(), check)


for _ in range(250):
    a, b = number(), number()
    shift = random.randint(0, 300)
    for value in (a + b, a - b, a * b, a * 0, a << shift, a >> shift, a & b, a | b, a ^ b):
        note(value)
print(check)

# Quotients next to a whole number, which the topmost limbs don't tell.
for _ in range(60):
    b = number() or 1
    for q in (0, 1, 2, 7, 2**31, 2**32, 2**33):
        for off in (-1, 0, 1):
            a = b * q + off
            note(a // b)
            note(a % b)
print(check)
top = 1 << 4000
print((top - 1) // top, top // top, (top + 1) // top, (3 * top - 1) // top, -top // (top + 1), (top - 1) // -top)

# Large cells are reused without being cleared.
for turn in range(40):
    x = (1 << 200_000) - 1
    assert x >> 199_990 == 1023 and (x + 1).bit_count() == 1 and (x << 70) & ((1 << 70) - 1) == 0
    y = (1 << 100_000) + 1
    assert y * y == (1 << 200_000) + (1 << 100_001) + 1 and y * 0 == 0 and y - y == 0
print([bin(n) for n in (0, 1, -1, 255, -2**61, 2**61 - 1, 2**61, 2**62)], hex(-255), oct(8), oct(-9), bin(True))
