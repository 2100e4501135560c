# Line numbers in tracebacks through hot and inlined frames.
def divide(a, b):
    return a / b


def middle(i, bad):
    x = i * 2
    if i == bad:
        return divide(x,
                      0)
    return divide(x, 2)


def top(n):
    total = 0
    for i in range(n):
        total += middle(i, n - 1)
    return total


def rows(error):
    out, tb = [], error.__traceback__
    while tb:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    return out


for n in (10, 6000):
    try:
        top(n)
    except ZeroDivisionError as error:
        print(rows(error))
        frame = error.__traceback__.tb_next.tb_frame
        print(frame.f_locals["i"], frame.f_locals["total"], error.__traceback__.tb_next.tb_next.tb_frame.f_locals)


def loop_catch(n):
    lines = set()
    for i in range(n):
        try:
            if i % 3 == 0:
                {}[i]
            elif i % 3 == 1:
                [][i]
            else:
                divide(i, 0)
        except (KeyError, IndexError, ZeroDivisionError) as error:
            tb = error.__traceback__
            lines.add((type(error).__name__, tb.tb_lineno, tb.tb_next.tb_lineno if tb.tb_next else None))
    return sorted(lines, key=str)


print(loop_catch(4000))


def context(n):
    last = None
    for i in range(n):
        try:
            try:
                divide(1, 0)
            except ZeroDivisionError:
                raise ValueError(i)
        except ValueError as error:
            last = error
    return repr(last), repr(last.__context__), rows(last), rows(last.__context__)


print(context(3000))


class Item:
    def __init__(self, v):
        if v == 4999:
            raise TypeError("constructor")
        self.v = v

    @property
    def checked(self):
        if self.v == 2999:
            raise LookupError("property")
        return self.v

    def __add__(self, o):
        return self.checked + o


def objects(n):
    out = []
    for i in range(n):
        try:
            Item(i) + 1
        except (TypeError, LookupError) as error:
            out.append((str(error), rows(error)))
    return out


for row in objects(6000):
    print(row)


def gen(n):
    for i in range(n):
        yield divide(1, n - 1 - i)


try:
    sum(gen(4000))
except ZeroDivisionError as error:
    print(rows(error))
