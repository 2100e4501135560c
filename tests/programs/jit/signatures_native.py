"""Calls of every signature in native code: bound before the call, or by the runtime in front of it."""
def plain(a, b=2, c=3):
    return a, b, c
def rest(a, *args):
    return a, args
def keywords(a=1, **options):
    return a, options
def both(*args, **options):
    return args, options
def keyword_only(a, *, scale=1, shift=0):
    return a * scale + shift
def required(a, *, must):
    return a, must
def positional_only(a, b, /, c, **more):
    return a, b, c, more
def many(a, b, c, d, e, f=6, *args, g, h=8, **options):
    return a, b, c, d, e, f, args, g, h, options
def generated(n, *args, step=1):
    for i in range(n):
        yield i * step, args
class Made:
    def __init__(self, first, *args, kind="k", **options):
        self.all = first, args, kind, options
    def method(self, a, *args, b=5, **options):
        return self.all[0], a, args, b, options
    def __call__(self, *args, **options):
        return len(args), sorted(options)
    def __getitem__(self, key):
        if key == "bad":
            raise KeyError(key)
        return key, self.all[0]
class Sub(Made):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.sub = True
    @classmethod
    def make(cls, *args, **options):
        return cls(*args, **options)
    @staticmethod
    def free(a, *args, z=0):
        return a, args, z
def forward(*args, **options):
    return both(*args, **options)
def forward_plain(*args, **options):
    return plain(*args, **options)
def closure(n):
    def inner(a, *args, k=n, **options):
        return n, a, args, k, options
    return inner
def once(i):
    m = Made(i, i + 1, kind=i, x=2)
    s = Sub.make(i, b=1)
    bound = m.method
    pair, settings = (i, i + 1), {"b": 7, "q": i}
    f = closure(i)
    return [
        plain(i), plain(i, 1), plain(i, c=7), plain(c=1, a=i),
        rest(i), rest(i, 1), rest(i, 1, 2, 3), keywords(), keywords(i, z=1, y=2), keywords(y=i),
        both(), both(i, i, x=i), keyword_only(i), keyword_only(i, shift=1), keyword_only(i, scale=2, shift=3),
        required(i, must=2), required(must=i, a=0), positional_only(i, 1, 2), positional_only(i, 1, c=2, a=5, d=6),
        many(1, 2, 3, 4, 5, g=i), many(1, 2, 3, 4, 5, 6, 7, 8, g=i, z=0),
        list(generated(2, i, step=3)), m.all, s.all, s.sub, m.method(i), m.method(i, 1, 2, b=3, c=4), bound(i, b=i), bound(1, *pair),
        m(i, x=1), m(*pair, **settings), m[i], m["k"], Sub.free(i, 1, z=2),
        forward(i, *pair), forward(i, b=9), forward_plain(i, b=9), forward_plain(*pair), plain(*pair, **{"c": i}), both(*[i], **settings),
        f(i), f(i, 1, x=2), closure(3)(i, k=4), [g(i) for g in (f, bound, m, rest, lambda x, *y: (x, y))],
        keyword_only(*pair[:1], **{"scale": 3}), Made(*pair).all, Sub(**{"first": i, "w": 1}).all,
    ]
last = None
for i in range(300):
    last = once(i)
for item in last:
    print(item)
def failing(i, how):
    if how == 0:
        return plain(i, a=1)
    if how == 1:
        return required(i)
    if how == 2:
        return keyword_only(i, 2)
    if how == 3:
        return plain(i, unknown=1)
    if how == 4:
        return Made()
    if how == 5:
        return Made(1)["bad"]
    if how == 6:
        return forward_plain(1, 2, 3, 4)
    if how == 7:
        return Made(1).method()
    if how == 8:
        return both(*5)
    if how == 9:
        return plain(**{"a": 1, "zz": 2})
    return positional_only(a=1, b=2, c=3)
for how in range(11):
    for i in range(60):
        try:
            failing(i, how)
        except Exception as error:
            text = type(error).__name__, str(error), error.__traceback__.tb_next.tb_lineno - failing.__code__.co_firstlineno
    print(text)
# What was bound changes.
def changing(n):
    return [keyword_only(i) for i in range(n)][-1], plain(1)
print(changing(3000))
keyword_only.__kwdefaults__["scale"] = 5
print(changing(3000))
keyword_only.__kwdefaults__ = {"scale": 2, "shift": 1}
plain.__defaults__ = (8, 9)
print(changing(3000))
del keyword_only.__kwdefaults__["shift"]
try:
    changing(10)
except TypeError as error:
    print(error)
plain.__code__ = (lambda a, *rest: (a, rest)).__code__
print(plain(1, 2, 3))
def recurse(n, *args, k=0, **options):
    return recurse(n - 1, n, *args[:2], k=k + 1, **options) if n else (args, k, options)
print(recurse(300, x=1))
try:
    recurse(100000)
except RecursionError as error:
    print(error)
import sys
def looked(*args, k, **options):
    frame = sys._getframe()
    return sorted(frame.f_locals), frame.f_locals["k"], frame.f_back.f_code.co_name
def look(n):
    for i in range(n):
        out = looked(i, i, k=i, z=1)
    return out
print(look(1500))
