"""Code that raises often: exception classes called, tracebacks of frames that an exception leaves, their variables and callers."""
import sys


class Problem(Exception):
    def __init__(self, code, *rest, note="none"):
        super().__init__(code)
        self.code = code
        self.rest = rest
        self.note = note


class Worse(Problem):
    pass


class Bare(Exception):
    pass


class Made(Exception):
    def __new__(cls, *args):
        made = super().__new__(cls, *args)
        made.by = "new"
        return made


class Wrong(Exception):
    def __init__(self, code):
        return code


def leaf(n):
    local = n * 2
    kind = n % 7
    if kind == 0:
        raise Worse(n, local, note="seven")
    if kind == 1:
        raise Bare("bare", n)
    if kind == 2:
        raise Made(n, local)
    if kind == 3:
        raise ValueError(n)
    if kind == 4:
        return [][n]
    if kind == 5:
        raise Wrong(None if n % 2 else n)
    return local


def inner(n):
    before = n + 1
    result = leaf(n)
    before = result
    return before


def middle(n):
    state = "start"
    try:
        state = "called"
        return inner(n)
    finally:
        state = state + "!"


def entries(error):
    found, tb = [], error.__traceback__
    while tb is not None:
        frame = tb.tb_frame
        names = sorted(k for k in frame.f_locals if k not in ("error", "seen", "total", "i", "last"))
        values = [(k, frame.f_locals[k]) for k in names]
        found.append((frame.f_code.co_name, tb.tb_lineno, values))
        tb = tb.tb_next
    return found


def callers(error):
    tb = error.__traceback__
    while tb.tb_next is not None:
        tb = tb.tb_next
    names, frame = [], tb.tb_frame
    while frame is not None:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


def run(rounds):
    total, last = 0, None
    for i in range(rounds):
        try:
            total += middle(i)
        except Worse as error:
            total += error.code + error.rest[0] + len(error.note) + len(error.args)
            last = error
        except Made as error:
            total += len(error.args) + len(error.by)
            last = error
        except (Bare, ValueError, IndexError, TypeError, Wrong) as error:
            total += len(error.args)
            last = error
    return total, last


def outer(rounds):
    total, last = run(rounds)
    return total, last


for rounds in (5, 9000, 7, 8, 9, 10, 11, 12):
    total, last = outer(rounds)
    print(rounds, total, type(last).__name__, last.args)
    print(entries(last)[1:])
    print(callers(last))


def keeps_frame(n):
    me = sys._getframe()
    try:
        leaf(n)
    except Exception as error:
        return me is error.__traceback__.tb_frame, error.__traceback__.tb_next.tb_frame.f_back is me
    return None


print([sum(keeps_frame(i * 7) == (True, True) for i in range(6000)), keeps_frame(6)])


class Counted(Exception):
    pass


def raise_counted(n):
    raise Counted(n, n)


def count(rounds):
    total = 0
    for i in range(rounds):
        try:
            raise_counted(i)
        except Counted as error:
            total += len(error.args) + getattr(error, "extra", 0)
    return total


print(count(20000))
Counted.__init__ = lambda self, *args: setattr(self, "extra", 5)
print(count(1000))


def generated(n):
    for i in range(n):
        yield i
    raise Problem(n)


def drain(n):
    total = 0
    try:
        for v in generated(n):
            total += v
    except Problem as error:
        return total, error.code
    return None


print([drain(n % 5) for n in range(6000)][-5:])


def again(n):
    try:
        leaf(n)
    except Exception:
        raise


def chained(n):
    try:
        leaf(n)
    except Worse as error:
        raise Bare(n) from error


def both(rounds):
    found = []
    for i in range(rounds):
        for call in (again, chained):
            try:
                call(i * 7)
            except Exception as error:
                if i == rounds - 1:
                    found.append((repr(error), repr(error.__cause__), entries(error)[1:]))
    return found


print(both(3000))
