def f(a, w):
    return f"x{a}y{a!r:>{w}}", f"{a}", f"", f"{a=}", "%s: %r" % (a, w)
