# The objects of decimal: construction, contexts, signals, conversions, formatting, comparing, pickling.
import copy
import decimal
import fractions
import numbers
import pickle
import threading
from decimal import *

D = Decimal
print(decimal.getcontext.__module__, decimal.__libmpdec_version__, HAVE_THREADS, HAVE_CONTEXTVAR)
print(MAX_PREC, MAX_EMAX, MIN_EMIN, MIN_ETINY)


def attempt(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__, e)


print("construction")
for v in ["1_000.0_1", " 12 ", "\u0661\u0662", "1e5", "-.5", "5.", "inf", "-Infinity", "nan12", "sNaN", "", "x", "1e", "1 2",
          "1e1000000000000000000", 5, -7, True, 10**40, 0.1, -0.0, 1e300, (0, (1, 2, 3), -2), (1, (), "n"), [0, [0, 7], 1],
          (1,), (2, (1,), 0), (0, (10,), 0), (0, (1,), "x"), (0, (1,), 1.5), None, b"1", 1j, D("1.20")]:
    attempt(D, v)
attempt(D, "1", 5)
attempt(D, "1", None)
attempt(D.from_float, 0.25)
attempt(D.from_float, "1")
attempt(D.from_number, 3)
attempt(D.from_number, "3")
attempt(getcontext().create_decimal, "1." + "3" * 40)
attempt(Context(prec=3, traps=[FloatOperation]).create_decimal, 0.5)


class Money(D):
    "A subclass."

    def tripled(self):
        return self * 3


m = Money("1.10")
m.note = "kept"
print(m, type(m), type(m + 1), m.tripled(), m == D("1.1"), hash(m) == hash(D("1.1")), m.note)
print(type(Money.from_float(0.5)), Money(m) is m, D(m), type(copy.copy(m)), type(pickle.loads(pickle.dumps(m))))

print("operators")
for x, y in [(D(7), 2), (-7, D(2)), (D("7.5"), D("-2")), (True, D(3))]:
    print(x + y, x - y, x * y, x / y, x // y, x % y, divmod(x, y), x ** 2, -D(x), +D(x), abs(D(x)))
for f in [lambda: D(1) + 1.5, lambda: D(1) < "a", lambda: D(1) / 0, lambda: D(0) / 0, lambda: D(1) % 0, lambda: divmod(D(1), 0),
          lambda: D("inf") - D("inf"), lambda: D("sNaN") + 1, lambda: D(10) ** D(10) ** 10, lambda: Context(prec=MAX_PREC).divide(1, 3),
          lambda: D(2) ** 0.5, lambda: D(-1).sqrt(), lambda: D(1).quantize(D("1e-30"))]:
    attempt(f)

print("comparisons and hashes")
print(D("0.5") == 0.5, D(1) == 1 + 0j, D("0.5") == fractions.Fraction(1, 2), D("0.3") < fractions.Fraction(1, 3), 2 > D("1.5"))
print(D("NaN") == D("NaN"), D("NaN") != 1, sorted([D(3), 1, D("2.5"), 0.5]), max(D(1), D("1.0")).as_tuple())
for v in ["1", "-1", "0.5", "1e50", "1e-50", "123456789012345678901234567890", "Infinity", "-0"]:
    try:
        same = hash(D(v)) == hash(fractions.Fraction(v))
    except (ValueError, OverflowError):
        same = hash(D(v)) == hash(float(v))
    print(v, same)
attempt(lambda: D("NaN") < 1)
attempt(hash, D("sNaN"))

print("conversions")
x = D("-1234.5678")
print(int(x), float(x), complex(x), bool(x), round(x), round(x, 2), round(x, -2), x.__floor__(), x.__ceil__(), x.__trunc__())
print(x.as_tuple(), x.as_integer_ratio(), x.adjusted(), x.real, x.imag, x.conjugate(), x.radix())
for v in ["NaN", "Infinity", "sNaN"]:
    attempt(int, D(v))
    attempt(float, D(v))
    attempt(round, D(v))
    attempt(D(v).as_integer_ratio)
attempt(round, D(1), "x")
print(len(str(int(D("7e5000")) % 10**50)), isinstance(x, numbers.Number), isinstance(x, numbers.Real))

print("formats")
for spec in ["", "e", ".3e", "f", ".2f", "g", ".3g", "%", ".1%", ",", "_", ",.2f", "012,", "+.1f", " .1f", "z.0f", "*^20", "<15", "=+15", "E", "G", "n",
             "d", "s", ".", "1.2.3", "<<5", "010", "x=10.3e", ".4_f"]:
    for v in ["1234567.891", "-0.00042", "0", "-0E+3", "1E+20", "NaN", "-Infinity"]:
        try:
            print(spec, v, repr(format(D(v), spec)), end=" ")
        except Exception as e:
            print(type(e).__name__, e, end=" ")
    print()
for v in "0E-7 0E1 1E3 123E-10 1.5E+8 -12E4".split():
    print(D(v), D(v).to_eng_string(), repr(D(v).normalize()))

print("contexts")
c = Context(prec=6, rounding=ROUND_FLOOR, Emin=-20, Emax=20, capitals=0, clamp=1, flags=[], traps=[Overflow, InvalidOperation])
print(c, c.Etiny(), c.Etop(), type(c.flags).__name__)
c.flags[Inexact] = True
other = c.copy()
print(c.flags, c.flags[Rounded], len(c.traps), c.flags == other.flags, c.flags == c.flags.copy(), Inexact in c.flags)
other = copy.copy(c)
print(pickle.loads(pickle.dumps(c)), other.flags[Inexact])
c.clear_flags()
c.clear_traps()
print(c, c.create_decimal("1e30"), c.flags)
for name, v in [("prec", 0), ("prec", "a"), ("Emin", 1), ("Emax", -1), ("rounding", "x"), ("capitals", 2), ("clamp", -1),
                ("flags", 1), ("flags", {}), ("prec", 10**30)]:
    attempt(setattr, c, name, v)
attempt(delattr, c, "prec")
attempt(Context, flags=[1])
attempt(lambda: c.flags.pop(Inexact))
attempt(lambda: c.flags[1])
attempt(c.add, "1", 2)
print(BasicContext, ExtendedContext, IEEEContext(64), sep="\n")
attempt(IEEEContext, 33)

with localcontext() as local:
    local.prec = 4
    print(D(1) / 3, getcontext() is local)
    with localcontext(prec=2, rounding=ROUND_UP):
        print(D(1) / 3)
    print(D(2) / 3)
print(D(1) / 3, getcontext().flags[Inexact])
attempt(localcontext, foo=1)
attempt(localcontext, 1)
attempt(setcontext, 1)
setcontext(ExtendedContext)
print(getcontext() is ExtendedContext, D(1) / 0)
setcontext(Context(prec=7))


def work():
    print("thread", getcontext().prec)
    getcontext().prec = 3
    print(D(1) / 3)


t = threading.Thread(target=work)
t.start()
t.join()
print(getcontext().prec, D(1) / 3)

print("exceptions")
for e in [DecimalException, Clamped, InvalidOperation, ConversionSyntax, DivisionImpossible, DivisionUndefined, DivisionByZero,
          FloatOperation, Inexact, InvalidContext, Overflow, Rounded, Subnormal, Underflow]:
    print(e.__module__, e.__name__, [b.__name__ for b in e.__bases__])
getcontext().traps[FloatOperation] = True
attempt(D, 0.5)
attempt(lambda: D(1) < 0.5)
print(D(1) == 0.5, D.from_float(0.5))
