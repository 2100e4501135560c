# Exception groups and except*.
def raising(*errors):
    raise ExceptionGroup("several", list(errors))
def handle(*errors):
    log = []
    try:
        try:
            raising(*errors)
        except* ValueError as group:
            log.append(("value", [str(e) for e in group.exceptions], type(group).__name__))
        except* (KeyError, IndexError) as group:
            log.append(("lookup", [type(e).__name__ for e in group.exceptions]))
        else:
            log.append("else")
        finally:
            log.append("finally")
    except ExceptionGroup as rest:
        log.append(("rest", rest.message, rest.exceptions))
    return log
print(handle(ValueError("a"), ValueError("b")))
print(handle(ValueError("a"), KeyError("k"), IndexError("i")))
print(handle(ValueError("a"), TypeError("t")))
print(handle(OSError("o")))
nested = ExceptionGroup("outer", [ValueError(1), ExceptionGroup("inner", [TypeError(2), ValueError(3)])])
print(repr(nested), str(nested), nested.message, len(nested.exceptions))
print(repr(nested.subgroup(ValueError)), repr(nested.subgroup(KeyError)))
match, rest = nested.split(lambda e: e.args == (2,))
print(repr(match), repr(rest))
match, rest = nested.split(TypeError)
print(repr(match), repr(rest))
try:
    try:
        raise ValueError("plain")
    except* ValueError as group:
        print(repr(group), group.exceptions)
        raise
except* ValueError as again:
    print("again", repr(again))
try:
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise KeyError("new")
except ExceptionGroup as group:
    print(repr(group))
try:
    pass
except* ValueError:
    print("never")
else:
    print("nothing raised")
for build in (lambda: ExceptionGroup("m", []), lambda: ExceptionGroup("m", [1]), lambda: ExceptionGroup(1, [ValueError()]), lambda: ExceptionGroup("m", [KeyboardInterrupt()]), lambda: ExceptionGroup("m")):
    try:
        print(repr(build()))
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
print(type(BaseExceptionGroup("m", [ValueError()])).__name__, type(BaseExceptionGroup("m", [KeyboardInterrupt()])).__name__, ExceptionGroup.__mro__[1].__name__)
class MyGroup(ExceptionGroup):
    def derive(self, excs): return MyGroup(self.message + "!", excs)
print(repr(MyGroup("mine", [ValueError(1), TypeError(2)]).subgroup(ValueError)))
def loops():
    out = []
    for i in range(3):
        try:
            raise ExceptionGroup("l", [ValueError(i)])
        except* ValueError as g:
            out.append(g.exceptions[0].args[0])
    return out
print(loops())
try:
    try:
        raise ExceptionGroup("x", [ValueError()])
    except* ExceptionGroup:
        pass
except TypeError as error:
    print(error)
