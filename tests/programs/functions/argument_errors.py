# The texts of TypeError for wrong calls.
def none(): pass
def one(a): pass
def two(a, b): pass
def three(a, b, c=1): pass
def keyword(*, k): pass
def keywords(*, k, l, m): pass
def positional(a, /): pass
def both(a, /, b, *, c): pass
class K:
    def method(self, x): pass
    def __init__(self, q): pass
    @staticmethod
    def static(a): pass
    @classmethod
    def klass(cls, a): pass
class E: pass
k = K(1)
calls = [
    lambda: none(1), lambda: none(1, 2), lambda: none(x=1), lambda: one(), lambda: one(1, 2), lambda: one(b=1), lambda: one(1, a=1),
    lambda: two(), lambda: two(1), lambda: two(b=1), lambda: two(1, 2, 3), lambda: three(), lambda: three(1), lambda: three(1, 2, 3, 4),
    lambda: keyword(), lambda: keyword(1), lambda: keyword(k=1, z=2), lambda: keywords(), lambda: keywords(k=1), lambda: keywords(k=1, l=2), lambda: keyword(1, k=2),
    lambda: positional(a=1), lambda: positional(), lambda: both(a=1, b=2, c=3), lambda: both(1, 2), lambda: both(1, c=2), lambda: both(1, 2, 3),
    lambda: k.method(), lambda: k.method(1, 2), lambda: K(), lambda: K(1, 2), lambda: K.static(), lambda: K.klass(), lambda: E(1), lambda: K.method(),
    lambda: (lambda x: x)(), lambda: one(*5), lambda: one(**5), lambda: one(**{1: 2}), lambda: two(1, **{"a": 2}), lambda: one(**{"a": 1}, **{"a": 2}), lambda: one(*[1], *[2]),
    lambda: len(), lambda: len(1, 2), lambda: len(x=1), lambda: print(1, bad=2), lambda: "".join(), lambda: [].append(), lambda: isinstance(1), lambda: sorted(), lambda: int(1, 2, 3), lambda: dict.get(), lambda: none()(), lambda: k(),
]
for number, call in enumerate(calls):
    try:
        print(number, call())
    except TypeError as error:
        print(number, error)
