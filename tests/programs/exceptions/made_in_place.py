# Exceptions of classes with and without a Python __init__, what their constructors refuse, and their tracebacks.
import sys, traceback
class E1(Exception): pass
class E2(Exception):
    def __init__(self, code, *, extra=None):
        super().__init__(code)
        self.code = code; self.extra = extra
class E3(E2):
    pass
class E4(Exception):
    def __init__(self): pass
class E5(Exception):
    def __new__(cls, *a): 
        e = super().__new__(cls, *a); e.made = True; return e
class K(KeyError): pass
class O(OSError): pass
class Ret(Exception):
    def __init__(self, x): return 5
for i in range(3):
    for mk in (lambda: E1(i, 2), lambda: E1(), lambda: E2(i), lambda: E2(i, extra=1), lambda: E3(i), lambda: E4(), lambda: E5(i), lambda: K(i), lambda: O(2, "x"), lambda: ValueError("v"), lambda: StopIteration(4), lambda: KeyError("k")):
        try:
            raise mk()
        except Exception as e:
            print(type(e).__name__, e.args, str(e), getattr(e, "code", None), getattr(e, "extra", None), getattr(e, "made", None), getattr(e, "value", None), getattr(e, "errno", None), e.__cause__, e.__context__)
for bad in (lambda: E1(a=1), lambda: E2(), lambda: E4(1), lambda: Ret(1), lambda: E1(1, b=2)):
    try: bad()
    except TypeError as e: print(e)
def f(n):
    try:
        return g(n)
    finally:
        n += 1
def g(n):
    if n: raise E2(n)
    x = n
    raise E1(
        n)
for n in (0, 1):
    try: f(n)
    except Exception:
        print(traceback.format_exc().replace(f.__code__.co_filename, "FILE"), end="")
        tb = sys.exc_info()[2]
        while tb:
            print(tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno, sorted(tb.tb_frame.f_locals) if tb.tb_frame.f_code.co_name != "<module>" else "")
            tb = tb.tb_next
