"""Scopes that only the compiler makes: annotations under conditions, comprehensions in place, type parameters."""


def annotations(flag):
    class A:
        a: int
        if flag:
            b: str
        else:
            c: bytes
        for i in range(2):
            d: "text"

    return A.__annotations__


print(annotations(True), annotations(False))


class Cells:
    calls = [lambda: (__class__, i) for i in range(2)]
    names = [[j for j in (i, k)] for i in "ab" for k in "c"]

    def method(self, value: str = "x") -> "Cells":
        return __class__


print([call() for call in Cells.calls], Cells.names, Cells().method(), Cells.method.__annotations__)


for future in ("", "from __future__ import annotations"):
    names = {"__name__": "module"}
    exec(f"""{future}
class Outer:
    if True:
        a: int
    class Inner:
        if True:
            b: str
        def method(self): return __class__
""", names)
    print(names["Outer"].__annotations__, names["Outer"].Inner.__annotations__, names["Outer"].Inner().method())


class Named:
    __classdict__: int
    __class__: str = "named"

    def method(self, x: __class__): ...


print(Named.__annotations__, Named.method.__annotations__, Named.__class__)


def shared(n):
    i = "own"
    calls = [lambda: (i, n) for i in range(2)]
    nested = [[lambda: (i, j) for j in range(2)] for i in range(2)]
    return i, [call() for call in calls], [[call() for call in row] for row in nested]


print(shared(3))


def walrus(values):
    last = None
    found = [last := value for value in values if (seen := value)]
    return last, seen, found, [x for x in [1] if [y for y in [x]]]


print(walrus([1, 0, 2]))


def generic[T: (int, str), *Ts = *tuple[int, ...], **P = [int]](x: T, /, y=1, *, z: Ts = 2) -> P:
    def inner(a: T) -> T:
        b: a.c = a
        return b

    return inner(x), y, z


print(generic(1, z=3), [str(p) for p in generic.__type_params__], generic.__type_params__[0].__constraints__)


class Private[__T]:
    __x: "__y" = 1

    def m(self, __a=[__T for __T in "z"]):
        return __a, self.__x, [(__b, __a) for __b in [1]]

    type __Alias[__U] = tuple[__T, __U]


print(Private().m(), sorted(n for n in vars(Private) if n.startswith("_Private")), Private.__type_params__)

for source in [
    "def f[T = int, U](): pass", "class C[*Ts = *x, T]: pass", "type X[**P = [int], T] = int",
    "x = 1\nfrom __future__ import annotations", "def f():\n    from __future__ import division",
    "nonlocal x", "def f(x):\n    global x", "class C:\n    [x := 1 for y in z]", "[y for y in (z := 1)]",
    "def f():\n    if 0:\n        yield\n    return 1\n", "if 0:\n    yield", "class C:\n    yield from x", "await x",
    "def f():\n    await x", "async def f():\n    yield from x", "async def f():\n    yield\n    return 1",
    "def f[T]():\n    nonlocal T", "def f(a, a): pass", "lambda: (yield)", "def f(a: (yield)): pass",
    "type A = (await x)", "def f[T: (x := 1)](): pass", "[i := 0 for i in x]", "[i for i in x if (i := 0)]",
]:
    try:
        compile(source, "<source>", "exec")
    except SyntaxError as e:
        print(f"{source!r}: {e.msg} {e.lineno, e.offset, e.end_lineno, e.end_offset}")
    else:
        print(f"{source!r}: fine")

# Unpacking nothing, with nothing above it.
() = [] = a = ()
((), b), () = ([], 1), ""
a = (), b = (), 1
print(a, b)
match ():
    case (): print("empty")
