# Traceback objects: line numbers and names across frames.
def a(n):
    return b(n)
def b(n):
    if n:
        x = 1
        return c(x)
    raise ValueError("direct")
def c(x):
    return x / 0
def walk(error):
    out = []
    tb = error.__traceback__
    while tb is not None:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno, sorted(k for k in tb.tb_frame.f_locals if len(k) == 1)[:3]))
        tb = tb.tb_next
    return out
for n in (0, 1):
    try:
        a(n)
    except (ValueError, ZeroDivisionError) as error:
        for row in walk(error)[1:]:
            print(row)
def rethrow():
    try:
        c(1)
    except ZeroDivisionError as error:
        kept = error
    raise kept
try:
    rethrow()
except ZeroDivisionError as error:
    print([row[:2] for row in walk(error)][1:])
def gen():
    yield 1
    c(5)
try:
    list(gen())
except ZeroDivisionError as error:
    print([row[:2] for row in walk(error)][1:])
try:
    [c(i) for i in range(3)]
except ZeroDivisionError as error:
    print([row[:2] for row in walk(error)][1:])
class K:
    def __init__(self): c(2)
    @property
    def p(self): return c(3)
try:
    K()
except ZeroDivisionError as error:
    print([row[:2] for row in walk(error)][1:])
try:
    (lambda: K.p.fget(None))()
except ZeroDivisionError as error:
    print([row[:2] for row in walk(error)][1:])
try:
    raise ValueError("here")
except ValueError as error:
    print(error.__traceback__.tb_lineno, error.__traceback__.tb_next)
import sys
def exc_info():
    try:
        c(1)
    except ZeroDivisionError:
        kind, value, tb = sys.exc_info()
        return kind.__name__, str(value), tb.tb_lineno, sys.exception() is value
print(exc_info(), sys.exc_info(), sys.exception())
def nested_handlers():
    try:
        raise KeyError(1)
    except KeyError:
        try:
            raise ValueError(2)
        except ValueError:
            inner = repr(sys.exception())
        return inner, repr(sys.exception())
print(nested_handlers(), sys.exception())
frame = sys._getframe()
print(frame.f_code.co_name, frame.f_lineno, frame.f_back, frame.f_globals is globals())
def caller():
    secret = 42
    return callee()
def callee():
    back = sys._getframe(1)
    return back.f_code.co_name, back.f_locals["secret"], back.f_lineno
print(caller())
