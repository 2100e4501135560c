# bool is an int; and/or/not give operands back.
print(True + True, True * 5, True / 2, -True, ~1, True ** 2, True << 3, True - False)
print(True & False, True | False, True ^ True, type(True & True).__name__, type(True & 1).__name__)
print(True == 1, False == 0.0, True is True, isinstance(True, int), True < 2, [10, 20][True])
print(bool(""), bool("0"), bool([]), bool([0]), bool({}), bool(0.0), bool(None), bool(()), bool(1j))
print(0 or "a", "" or 0 or None, 1 and 2, 0 and 1, [] and 1, not [], not 1)
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 > 1 > 0, 1 == 1.0 == True, 1 < 2 > 1, 1 != 2 != 1)


def noisy(value, log):
    log.append(value)
    return value


log = []
print(noisy(0, log) and noisy(1, log), noisy(2, log) or noisy(3, log), log)
log.clear()
print(noisy(1, log) < noisy(5, log) < noisy(3, log) < noisy(9, log), log)
log.clear()
print(noisy(5, log) < noisy(1, log) < noisy(3, log), log)
print(sum([True, False, True]), sorted([True, False, 2, -1]), str(True), repr(False), int(True), float(True))
print({True: "t", 1: "one", 1.0: "float"}, {0: "a", False: "b"})
print("yes" if [] else "no", "yes" if not [] else "no", (1 if True else 2) + 1)
print(any([0, "", None, 3]), all([1, "a", [0]]), any([]), all([]))
print(True.__class__.__mro__, bool.__name__, True.real, True.bit_length())
try:
    class Truth(bool):
        pass
except TypeError as error:
    print(error)


class Empty:
    def __len__(self):
        return 0


class No:
    def __bool__(self):
        return False


class Bad:
    def __bool__(self):
        return 1


print(bool(Empty()), bool(No()), not Empty(), "x" if No() else "y")
try:
    bool(Bad())
except TypeError as error:
    print(error)
