# if, elif, else, conditional expressions, chained comparisons, pass, assert, del.
def classify(n):
    if n < 0:
        return "negative"
    elif n == 0:
        return "zero"
    elif n < 10:
        if n % 2:
            return "small odd"
        else:
            return "small even"
    elif n in (10, 20, 30):
        return "round"
    return "big"
print([classify(n) for n in (-5, 0, 3, 4, 10, 25, 30)])
print([("fizz" * (n % 3 == 0) + "buzz" * (n % 5 == 0)) or n for n in range(1, 16)])
x = 5
print("a" if x > 3 else "b" if x > 1 else "c", 1 < x < 10, 1 < x > 2, 10 > x >= 5 != 4, not x == 5, not (x and 0))
if x: print("one line")
if not x: pass
else: print("else line")
assert x == 5, "fine"
try:
    assert x == 6, f"x is {x}"
except AssertionError as error:
    print("assert:", error, error.args)
try:
    assert ()  == 1
except AssertionError as error:
    print("bare:", repr(error))
del x
try:
    x
except NameError as error:
    print(error)
a = [1, 2, 3]; d = {"k": 1}
del a[0], d["k"]
print(a, d)
class Thing: pass
t = Thing(); t.z = 1
del t.z
try:
    t.z
except AttributeError as error:
    print(error)
try:
    del t.z
except AttributeError as error:
    print(error)
try:
    del d["k"]
except KeyError as error:
    print(repr(error))
try:
    del not_there
except NameError as error:
    print(error)
if (n := len(a)) > 1 and (m := n * 2):
    print(n, m)
while (n := n - 1) >= 0:
    print("walrus", n)
value = None
print(value is None, value is not None, value or "default", (value,) and "tuple")
y = 1 if False else 2 if True else 3
print(y, [1, 2][True], (lambda: 1 if y else 2)())
if 0 < y < 3 and not (y == 1 or y == 3) and y in {2} and y not in [3]:
    print("compound")
pass; ...
print(... is Ellipsis, type(...).__name__)
