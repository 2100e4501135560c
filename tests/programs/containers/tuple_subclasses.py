# Subclasses of tuple compare as tuples do until they say otherwise.
from collections import namedtuple

P = namedtuple('P', 'x y')
Q = namedtuple('Q', 'p name')


class Plain(tuple):
    pass


class Slotted(P):
    __slots__ = ()


def q(x, y, name):
    return Q(P(x, y), name)


for _ in range(3):
    print(q(1, 2, 'a') == q(1, 2, 'a'), q(1, 2, 'a') == q(1, 3, 'a'), q(1, 2, 'a') != q(1, 2, 'b'))
    print(q(1, 2, 'a') < q(1, 3, 'a'), q(2, 2, 'a') <= q(1, 3, 'a'), q(1, 2, 'b') > q(1, 2, 'a'))
    print(P(1, 2) == (1, 2), (1, 2) == P(1, 2), P(1, 2) == Slotted(1, 2), Plain((1, 2)) >= P(1, 1))
    print(P(1, 2) < (1, 2, 3), Plain() < P(0, 0), Plain([1]) == [1], P(1, 2) == None)

d = {(2, (q(1, 2, 'a'), q(3, 4, 'b')), 1): 'found', q(5, 6, 'c'): 'flat', (1, 2): 'pair'}
s = set(d)
for key in ((2, (q(1, 2, 'a'), q(3, 4, 'b')), 1), (2, (((1, 2), 'a'), q(3, 4, 'b')), 1), q(5, 6, 'c'), P(1, 2), q(5, 7, 'c')):
    print(d.get(key), key in s, key in list(d))
print(sorted([q(2, 1, 'b'), q(1, 9, 'z'), q(1, 2, 'y'), q(1, 2, 'x')]))
print(min(q(3, 1, ''), q(2, 9, '')), max([P(1, 1), P(1, 3), Slotted(1, 2)]))

nan = float('nan')
print(P(nan, 1) == P(nan, 1), P(nan, 1) == P(float('nan'), 1), P(nan, 1) < P(nan, 2), P(float('nan'), 1) < P(nan, 2))
for a, b in ((P(1, 'a'), P(1, 2)), (P(1, None), (1, 2)), (q(1, 2, 'a'), q(1, 2j, 'a'))):
    try:
        print(a < b)
    except TypeError as e:
        print(e)


class Odd(P):
    def __eq__(self, other):
        print('eq')
        return NotImplemented

    __hash__ = tuple.__hash__


class Backwards(P):
    def __lt__(self, other):
        return tuple.__gt__(self, other)


print(Odd(1, 2) == P(1, 2), P(1, 2) == Odd(1, 2), (1, Odd(1, 2)) == (1, P(1, 2)))
print({Odd(1, 2): 1}.get(P(1, 2)), P(1, 2) in {Odd(1, 2)})
print(sorted([Backwards(1, 1), Backwards(3, 3), Backwards(2, 2)]), Backwards(1, 2) < Backwards(0, 5))
print(Backwards(1, 2) == Backwards(1, 2), Backwards(1, 2) > P(0, 0), P(0, 0) < Backwards(1, 2))

# A class may change its mind, and back.
Slotted.__eq__ = lambda self, other: 'changed'
print(Slotted(1, 2) == Slotted(1, 2), (Slotted(1, 2),) == (Slotted(1, 3),), Slotted(1, 2) < Slotted(1, 3))
del Slotted.__eq__
print(Slotted(1, 2) == Slotted(1, 2), (Slotted(1, 2),) == (Slotted(1, 3),), Slotted(1, 2) < Slotted(1, 3))
P.__lt__ = lambda self, other: 'base'
print(Slotted(1, 2) < Slotted(1, 3), P(1, 2) < P(1, 3), P(1, 2) > P(1, 3), q(1, 2, '') < q(1, 3, ''))
del P.__lt__
print(Slotted(1, 2) < Slotted(1, 3), P(1, 2) < P(1, 3), q(1, 2, '') < q(1, 3, ''))

# Nesting that is too deep for the short way.
deep = deeper = P(0, 0)
for i in range(50):
    deep, deeper = P(deep, i), P(deeper, i)
print(deep == deeper, deep < P(deeper[0], 100), deep in {deeper: 1})
