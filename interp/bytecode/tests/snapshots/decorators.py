@a
@b.c(1)
def f(x, y=2, *, z=3): pass
@d
class C: pass
