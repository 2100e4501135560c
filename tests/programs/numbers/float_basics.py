# Float printing, special values and rounding.
for value in [0.0, -0.0, 1.0, 0.1, 1 / 3, 1e15, 1e16, 1.5e16, 123456789012345678.0, 1e-4, 1e-5, 1.5e-7, 1e100, 5e-324, 1.7976931348623157e308, 2.0 ** 70, 1e22, 1e23]:
    print(value, repr(value), str(value) == repr(value))
inf = float("inf")
nan = float("nan")
print(inf, -inf, nan, inf + 1, inf - inf, inf * 0, inf * -1, 1 / inf, -1 / inf)
print(nan == nan, nan != nan, nan < 1, nan > 1, nan <= nan, inf == inf, inf > 1e308, -inf < -1e308)
print(0.0 == -0.0, str(-0.0), -0.0 + 0.0, -0.0 - 0.0, 0.0 * -1, abs(-0.0))
print([nan] == [nan], nan in [nan], (nan,) == (nan,))
print(1e308 * 10, -1e308 * 10, 5e-324 / 2, 1e-200 * 1e-200)
for text in ["1.5", "  -2.5e3 ", "inf", "-Infinity", "nan", "1_0.5", ".5", "5.", "0x1p3"]:
    try:
        print(repr(text), float(text))
    except ValueError as error:
        print(error)
print((0.5).as_integer_ratio(), (0.1).as_integer_ratio(), (3.0).is_integer(), (3.5).is_integer())
print((0.1).hex(), (255.5).hex(), float.fromhex("0x1.8p1"), (-0.0).hex(), inf.hex())
print(int(1e18), int(-1.9), float(3), float("1e3"), 3.7 // 1, -3.7 // 1, 3.7 % 1 > 0.69)
print(5.5 % 2, -5.5 % 2, 5.5 % -2, -5.5 % -2, 5.0 % inf, -5.0 % inf, -0.0 % 3)
print(5.5 // 2, -5.5 // 2, 5.5 // -2, 0.0 // 3, -0.0 // 3, 1.0 // 0.1)
print(2.0 ** 0.5, 2.0 ** -1, 0.0 ** 0.0, 1.0 ** inf, nan ** 0, (-1.0) ** 3)
print((-8.0) ** (1 / 3))
for action in (lambda: 1.0 / 0, lambda: 1.0 // 0.0, lambda: 1.0 % 0, lambda: divmod(1.0, 0.0), lambda: 0.0 ** -1, lambda: int(nan), lambda: int(inf), lambda: 10.0 ** 400, lambda: round(inf)):
    try:
        print(action())
    except (ZeroDivisionError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
print(hash(0.5), hash(1e300), hash(inf), hash(-inf), hash(-0.0))
