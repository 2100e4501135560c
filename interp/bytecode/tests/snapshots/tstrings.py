def f(a):
    return t"x{a!r:>5}y{a + 1}"
