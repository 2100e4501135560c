# Integer operators over small operands, every sign combination.
values = [0, 1, -1, 2, -2, 3, 7, -7, 10, 255, -256]
for a in values:
    row = []
    for b in values:
        row.append((a + b, a - b, a * b))
    print(a, row)
for a in values:
    row = []
    for b in values:
        if b:
            row.append((a // b, a % b, divmod(a, b)))
    print(a, row)
for a in values:
    print(a, [(a & b, a | b, a ^ b) for b in values])
for a in values:
    print(a, -a, +a, ~a, abs(a), a ** 2, a ** 3, bool(a), not a)
print(2 ** 10, 2 ** -1, (-2) ** 3, (-2) ** -2, 0 ** 0, 7 ** 0)
print(7 / 2, -7 / 2, 6 / 3, 1 / 3, 0 / 5)
print(pow(3, 20, 7), pow(3, -1, 7), pow(-3, 5, 11), pow(2, 100, 1000007))
print(round(7), round(1250, -2), round(1350, -2), round(-15, -1), round(25, -1))
print(int(), int("42"), int("-0x1f", 16), int("1_000"), int(3.99), int(-3.99), int("z", 36), int("  12\n"))
print((5).bit_length(), (0).bit_length(), (-8).bit_length(), (255).bit_count(), (-7).bit_count())
print((10).as_integer_ratio(), (3).numerator, (3).denominator, (3).real, (3).imag, (3).conjugate())
print(hex(255), oct(8), bin(5), hex(-255), oct(-8), bin(-5))
print(0xFF, 0o17, 0b101, 1_000_000, 0x_ff)
for text in ["", "1__0", "0x", "abc", "1.5", "_1", "1_"]:
    try:
        int(text)
    except ValueError as error:
        print(error)
for action in (lambda: 1 // 0, lambda: 1 % 0, lambda: 1 / 0, lambda: divmod(1, 0), lambda: 0 ** -1, lambda: pow(2, 3, 0), lambda: pow(2, -1, 4), lambda: 1 << -1, lambda: 1 >> -1):
    try:
        print(action())
    except (ZeroDivisionError, ValueError) as error:
        print(type(error).__name__, error)
