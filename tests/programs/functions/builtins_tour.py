# The everyday builtins.
print(abs(-3), all([]), any([1]), bin(3), bool(3), chr(97), divmod(7, 3), hex(10), len("abc"), max(1, 2), min("b", "a"), oct(9), ord("a"), pow(2, 3), round(2.567, 1), sum(range(4)))
print(list(enumerate("ab", 1)), list(zip("ab", [1, 2], (3.0, 4.0))), list(map(len, ["a", "bb"])), list(filter(str.isdigit, "a1b2")), list(reversed(range(3))), sorted({3, 1}), list(range(3)))
print(isinstance(1, int), isinstance(1, (str, int)), issubclass(bool, int), issubclass(int, (str, object)), isinstance("a", int | str), type(5), type("").__name__, callable(len), hash(5))
class C:
    x = 1
c = C()
print(hasattr(c, "x"), hasattr(c, "y"), getattr(c, "x"), getattr(c, "y", "d"), setattr(c, "y", 2), c.y, delattr(c, "y"), hasattr(c, "y"), vars(c), id(c) == id(c))
it = iter([1, 2])
print(next(it), next(it), next(it, "end"), next(iter([]), None))
calls = iter([5, 4, 0, 9])
print(list(iter(lambda: next(calls), 0)))
print(max([3, 1], default=0), max([], default="none"), min([3, -4], key=abs), max("abc", "b"), sum([[1], [2]], start=[]), sum((0.1, 0.2, 0.3)))
print(str(5), repr("a"), ascii("ñ"), format(3.5, ".2f"), int("7"), float("1.5"), complex(1, 2), list("ab"), tuple("ab"), dict(a=1), set("a"), frozenset("a"), bytes(2), bytearray(b"x"), slice(1, 2), object().__class__)
print(eval("1 + 2"), eval("a * 2", {"a": 21}), eval("b", {}, {"b": 5}))
namespace = {}
exec("x = 5\ndef f(): return x * 2", namespace)
print(namespace["f"](), sorted(k for k in namespace if not k.startswith("__")))
code = compile("40 + 2", "<string>", "eval")
print(eval(code), type(code).__name__)
def local_names():
    a, b = 1, "two"
    return sorted(locals().items())
print(local_names(), "C" in globals(), __name__, sorted(n for n in dir(c) if not n.startswith("__")), "append" in dir([]))
print(*[1, 2], sep="-", end="!\n")
print(1, None, [2], sep=", ")
print()
print("a", "b", sep="")
print(list(zip()), list(zip([1])), list(zip([1, 2], [3], strict=False)))
for action in (lambda: list(zip([1, 2], [3], strict=True)), lambda: next(iter([])), lambda: getattr(c, "zz"), lambda: eval("1 +"), lambda: isinstance(1, 5), lambda: issubclass(1, int), lambda: iter(1), lambda: next([]), lambda: print(sep=5), lambda: enumerate(5), lambda: sorted(1), lambda: vars(5), lambda: max(1), lambda: chr("a"), lambda: __import__("no_such_module")):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
