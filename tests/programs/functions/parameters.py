# Every kind of parameter, and every way to pass arguments.
def all_kinds(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs
print(all_kinds(1, d=4))
print(all_kinds(1, 20, 30, 40, 50, d=60, f=70, g=80))
print(all_kinds(*[1, 2], *(3, 4), **{"d": 5}, **{"z": 6}))
print(all_kinds(1, *[2, 3], d=0, **{"a": "by name", "b": "too"}))
def defaults(a, b=[], c={}):
    b.append(a)
    c[a] = len(b)
    return b, c
print(defaults(1), defaults(2), defaults(3, [0]))
print(defaults.__defaults__)
def only_keywords(*, x, y=1):
    return x, y
print(only_keywords(x=5), only_keywords(y=2, x=1), only_keywords.__kwdefaults__)
def only_positional(x, y=1, /):
    return x, y
print(only_positional(5), only_positional(5, 6))
def varargs(*args):
    return args
def keywords(**kwargs):
    return kwargs
print(varargs(), varargs(1, 2), varargs(*"ab", 3), keywords(), keywords(b=1, a=2), keywords(**{"x y": 1}))
order = []
def note(value):
    order.append(value)
    return value
print(keywords(a=note(1), **{"b": note(2)}, c=note(3)), varargs(note(4), *[note(5)], note(6)), order)
def mutate(args, **kwargs):
    kwargs["new"] = 1
    return kwargs
original = {"k": 1}
print(mutate(0, **original), original)
print((lambda: 1)(), (lambda x, *y, z=3, **w: (x, y, z, w))(1, 2, z=4, q=5), (lambda *a, **k: (a, k))())
value = 10
def late_default(x=value):
    return x
value = 20
print(late_default())
def annotated(a: int, b: "str" = "x", *args: list, c: float = 1.0, **kw: dict) -> bool:
    return a, b
print(annotated(1), sorted(annotated.__annotations__))
print(all_kinds.__name__, all_kinds.__qualname__, all_kinds.__code__.co_varnames, all_kinds.__code__.co_argcount, all_kinds.__code__.co_kwonlyargcount, all_kinds.__code__.co_posonlyargcount)
def many(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19):
    return a0 + a19
print(many(*range(20)), many(**{f"a{i}": i for i in range(20)}))
