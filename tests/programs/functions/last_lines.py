"""Where a frame was last: after an implicit return, after clean-up code; the truth of each operand is asked once."""

import dis
import sys

frame = None


def save_caller():
    global frame
    frame = sys._getframe(1)


TRUE = True


def passes():
    save_caller()
    if TRUE:
        pass


def passes_or_passes():
    save_caller()
    if TRUE:
        pass
    else:
        pass


def passes_or_returns():
    save_caller()
    if TRUE:
        pass
    else:
        return None


def does_not_pass():
    save_caller()
    if not TRUE:
        pass


def loops():
    save_caller()
    for i in range(3):
        if i == 5:
            break


for f in passes, passes_or_passes, passes_or_returns, does_not_pass, loops:
    f()
    print(f.__name__, frame.f_lineno - f.__code__.co_firstlineno)


def finally_():
    try:
        1 / 0
    finally:
        pass


def other_except():
    try:
        1 / 0
    except TypeError as ex:
        pass


def two_others():
    try:
        1 / 0
    except TypeError:
        pass
    except (KeyError,
            IndexError):
        pass


def with_():
    with open("/dev/null") as f:
        1 / 0
    return 1


def outer_finally():
    try:
        finally_()
    finally:
        x = 1
        y = 2


def returns_in_finally():
    for i in range(2):
        try:
            try:
                1 / 0
            finally:
                x = i
        except ZeroDivisionError:
            pass
    1 / 0


for f in finally_, other_except, two_others, with_, outer_finally, returns_in_finally:
    try:
        f()
    except Exception as e:
        print(f.__name__, e.__context__)
        t = e.__traceback__.tb_next
        while t:
            first = t.tb_frame.f_code.co_firstlineno
            print("   ", t.tb_lineno - first, t.tb_frame.f_lineno - first)
            t = t.tb_next
print(sys.exception())


def only_doc():
    "doc"


def only_declared():
    x: int


for f in only_doc, only_declared:
    code = f.__code__
    [(start, end, line)] = code.co_lines()
    print(start, end == len(code.co_code), line - code.co_firstlineno)
    print({p for p in code.co_positions()} == {(code.co_firstlineno, code.co_firstlineno, 0, 0)})
    print(len(list(code.co_positions())) * 2 == len(code.co_code))


def raises():
    return 1 / 0


try:
    raises()
except ZeroDivisionError as e:
    t = e.__traceback__.tb_next
    place = list(raises.__code__.co_positions())[t.tb_lasti // 2]
    print(place[0] - raises.__code__.co_firstlineno, place[2:])
    print([i.positions.col_offset for i in dis.get_instructions(raises) if i.offset == t.tb_lasti])


class Asked:
    def __init__(self, truth):
        self.truth = truth
        self.count = 0

    def __bool__(self):
        self.count += 1
        return self.truth


def operands(text):
    return [Asked(c == "1") for c in text]


def ask(f, n):
    for i in range(2**n):
        v = operands(f"{i:0{n}b}")
        r = f(v)
        print(f"{i:0{n}b}", [a.count for a in v], v.index(r) if r in v else r)


ask(lambda v: v[0] and v[1] or v[2] or v[3], 4)
ask(lambda v: v[0] or v[1] and v[2] or v[3] or v[4], 5)
ask(lambda v: (v[0] or v[1]) and (v[2] or v[3]), 4)
ask(lambda v: ((v[0] or v[1]) or v[2]) and v[3], 4)
ask(lambda v: (v[0] and (v[1] or v[2])) or v[3], 4)
ask(lambda v: v[0] and True or v[1], 2)
ask(lambda v: (v[0] and v[1] if v[2] else v[0] or v[1]) or v[3], 4)


def long_ones(f, x):
    print([x, x + 1, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x + 2][::16])
    print(len({x, x + 1, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x + 2}))
    d = {x: 0, 2: x, 3: x, 4: x, 5: x, 6: x, 7: x, 8: x, 9: x, 10: x, 11: x, 12: x, 13: x, 14: x, 15: x, 16: x, **{x: 9}, 17: x}
    print(d)
    print(f(x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x + 1))
    print(f(a=x, b=2, c=3, d=4, e=5, g=6, h=7, i=8, j=9, k=10, l=11, m=12, n=13, o=14, p=15, q=x + 1, r=17))
    print(x < x + 1 < x + 2 < x + 3 < x + 4 < x + 5 < x + 6, x <= x < 2 * x < x + 3 < x < 1 // 0 < 2)
    if x < x + 1 < x + 2 < x + 3 < x + 4 < x + 5 < x + 6:
        print("ascending")


long_ones(lambda *a, **k: (len(a), sum(a), k), 1)
try:
    long_ones(lambda a, **k: None, 1)
except TypeError as e:
    print(e)
