# User exceptions: hierarchy, attributes, catching order, str and repr, notes.
class AppError(Exception):
    """Base of the program's errors."""
class NotFound(AppError):
    def __init__(self, name, code=404):
        super().__init__(f"{name} not found")
        self.name, self.code = name, code
class Fatal(AppError):
    def __str__(self): return "fatal!"
class Multi(NotFound, ValueError): pass
def catch(error):
    try:
        raise error
    except NotFound as e:
        return f"NotFound {e} {e.code} {e.args}"
    except AppError as e:
        return f"AppError {e} {e.args} {e!r}"
    except Exception as e:
        return f"Exception {e}"
print(catch(NotFound("x")), catch(Fatal("a", 1)), catch(Multi("m", 5)), catch(AppError()), catch(ValueError("v")), isinstance(Multi("m"), ValueError))
e = AppError("text")
e.add_note("first note"); e.add_note("second")
e.extra = {"k": 1}
print(e.__notes__, e.extra, e.__dict__, e.args)
try:
    e.add_note(5)
except TypeError as error:
    print(error)
class BaseOnly(BaseException): pass
try:
    try:
        raise BaseOnly("base")
    except Exception:
        print("not here")
except BaseOnly as b:
    print("base", b)
def chain():
    try:
        try:
            {}["missing"]
        except KeyError as key_error:
            raise NotFound("thing") from key_error
    except NotFound as e:
        return e
def implicit():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            undefined
    except NameError as e:
        return e
def suppressed():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            raise ValueError("clean") from None
    except ValueError as e:
        return e
for e in (chain(), implicit(), suppressed()):
    print(repr(e), repr(e.__cause__), repr(e.__context__), e.__suppress_context__, e.__traceback__ is not None)
try:
    raise ValueError("x") from 5
except TypeError as error:
    print(error)
print(e.with_traceback(None) is e, e.__traceback__)
print([c.__name__ for c in Multi.__mro__], ValueError("a") == ValueError("a"), issubclass(KeyError, LookupError), issubclass(ZeroDivisionError, ArithmeticError), issubclass(Exception, BaseException))
class Weird(Exception):
    def __init__(self): pass
print(repr(Weird()), Weird(), Weird().args)
class Args(Exception):
    def __init__(self, a, b): self.a = a
print(repr(Args(1, 2)), str(Args(1, 2)), Args(1, 2).args)
variable = "kept"
try:
    raise AppError("clears name")
except AppError as variable:
    pass
try:
    variable
except NameError as error:
    print(error)
print(StopIteration(5).value, SystemExit(3).code, UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), ImportError("m", name="n").name, AttributeError("a", name="b", obj=1).obj)
