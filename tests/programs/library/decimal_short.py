"""Decimals of few digits: sums, products and quotients in every rounding, precision and range."""
import decimal
import random
import zlib
from decimal import Decimal

random.seed(5)
ROUNDINGS = ["ROUND_HALF_EVEN"] * 6 + ["ROUND_DOWN", "ROUND_UP", "ROUND_FLOOR", "ROUND_CEILING", "ROUND_HALF_UP",
                                       "ROUND_HALF_DOWN", "ROUND_05UP"]
check = 0


def number():
    digits = random.choice([1, 3, 9, 18, 19, 20, 30])
    return Decimal(random.choice(["", "-"]) + str(random.randrange(10**digits)) + "E%d" % random.randint(-12, 12))


for turn in range(1500):
    context = decimal.Context(prec=random.choice([1, 2, 5, 9, 18, 19, 20, 28, 50]), rounding=random.choice(ROUNDINGS),
                              Emin=random.choice([-10, -999999]), Emax=random.choice([10, 999999]),
                              clamp=random.choice([0, 0, 1]), traps=[])
    decimal.setcontext(context)
    a, b = number(), number()
    if turn % 5 == 0:
        b = a
    for operation in (lambda: a + b, lambda: a - b, lambda: a * b, lambda: a / b, lambda: a + 7, lambda: 3 * b):
        context.clear_flags()
        text = str(operation()) + ",".join(sorted(k.__name__ for k, v in context.flags.items() if v))
        check = zlib.crc32(text.encode(), check)
    if turn % 300 == 0:
        print(a, b, a / b if b else None, check)
print(check)

decimal.setcontext(decimal.Context(prec=3))
print(Decimal("9.995") + 0, Decimal("99.95") + 0, Decimal("0.5") + Decimal("1E3"), Decimal(1) / 3, Decimal(2) / 3,
      Decimal("999.5") * 1, Decimal(1) / Decimal("1.001"), Decimal(1) / Decimal("1.0005"))
