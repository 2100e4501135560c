# Format specs for numbers, in the three ways of formatting.
n, x = 1234567, 3.14159265
print(f"{n:d} {n:,} {n:_} {n:10} {n:<10}| {n:>12} {n:^12}| {n:012} {n:+} {n: }")
print(f"{n:x} {n:X} {n:#x} {n:o} {n:#o} {n:b} {255:#b} {255:_b} {2**40:_x} {-255:#x} {-5:05}")
print(f"{x:f} {x:.2f} {x:10.3f}| {x:<10.3f}| {x:^10.1f}| {x:+.1f} {x:010.2f} {x:e} {x:.3E} {x:g} {x:.3g} {x:%} {x:.1%}")
print(f"{1e10:g} {1e-10:g} {123456.789:g} {1234567.0:g} {0.0001:g} {100000.0:g} {1000000.0:g} {1.0:#g} {1e16} {x:n}")
print(f"{12345.678:,.2f} {1e9:,} {-1234567.5:_.1f} {0.5:.0f} {1.5:.0f} {2.5:.0f} {-0.0:.1f} {-0.4:z.0f}")
print(f"{float('inf'):f} {float('nan'):10}| {float('-inf'):+} {float('inf'):010}")
print(f"{5:*^9} {5:*<9} {-5:*=9} {True:d} {True} {65:c} {True:5}|")
print("%d %5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%#o" % (42, 42, 42, 42, 42, 42, 255, 255, 255, 8, 8))
print("%f %.2f %10.1f|%-10.1f|%e %.1E %g %G %%" % (x, x, x, x, x, x, 1e-7, 1e-7))
print("%s %r %a %c %c %5s|%-5s|%.2s" % ("a\n", "a\n", "é", "x", 65, "ab", "ab", "abcdef"))
print("%(a)s-%(b)03d" % {"a": 1, "b": 2}, "%*d|%-*d|%.*f" % (5, 42, 5, 42, 2, x))
print("%s" % None, "%s" % (1,), "%d" % 3.99, "%i" % True, "%d" % 2 ** 70, "%x" % (2 ** 70))
print("{} {} {}".format(1, "a", 2.5), "{1} {0}".format("a", "b"), "{a} {b[0]} {c.real}".format(a=1, b=[2], c=3))
print("{:>{w}.{p}f}|{!r:>6}|{{}}".format(x, "q", w=9, p=2), "{0:5}|{0!s:>5}".format("ab"))
print(format(255, "x"), format(x, ".3"), format("a", ">3"), format(7), f"{n!r:>10}", f"{n=} {x=:.2f} {n + 1 = }")
for value, spec in [(1, "y"), (1.5, "d"), ("a", "d"), (1, ".2"), (1, ",_"), ("a", "+"), (1.5, "x"), (3, "c" * 2), (-1, "c")]:
    try:
        print(format(value, spec))
    except (ValueError, OverflowError) as error:
        print(type(error).__name__, error)
for template, arguments in [("%d", "a"), ("%d %d", (1,)), ("%d", (1, 2)), ("%z", 1), ("%(a)s", (1,)), ("%c", "ab"), ("%x", 1.5)]:
    try:
        print(template % arguments)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
for template in ["{", "}", "{0", "{a}", "{0} {}", "{5}"]:
    try:
        print(template.format(1))
    except (ValueError, KeyError, IndexError) as error:
        print(type(error).__name__, error)
