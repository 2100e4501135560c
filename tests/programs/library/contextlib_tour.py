# contextlib.
from contextlib import ExitStack, closing, contextmanager, nullcontext, redirect_stdout, suppress
import io


@contextmanager
def managed(name):
    print("enter", name)
    try:
        yield name.upper()
    except ValueError as error:
        print("swallowed", error)
    finally:
        print("exit", name)


with managed("a") as a:
    print(a)
with managed("b"):
    raise ValueError("v")
try:
    with managed("c"):
        raise KeyError("k")
except KeyError as error:
    print("out", error)
with suppress(ZeroDivisionError, KeyError):
    1 / 0
with ExitStack() as stack:
    names = [stack.enter_context(managed(n)) for n in "xy"]
    stack.callback(print, "callback")
    print(names)
out = io.StringIO()
with redirect_stdout(out):
    print("captured")
print(repr(out.getvalue()))
class C:
    def close(self): print("closed")
with closing(C()):
    print("inside")
with nullcontext(5) as n:
    print(n)
@managed("decorated")
def f():
    return "result"
print(f())
@contextmanager
def never():
    if False:
        yield
try:
    with never():
        pass
except RuntimeError as error:
    print(error)
@contextmanager
def twice():
    yield 1
    yield 2
try:
    with twice():
        pass
except RuntimeError as error:
    print(error)
