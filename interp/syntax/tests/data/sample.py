"""A bit of everything that Python 3.14 can say."""
from __future__ import generator_stop
import os.path as p, sys
from . import a as b, c
from ...d.e import (f, g as h,)
from m import *

x: int = 1_000 + 0xFF - 0b11 * 0o17 ** -2 // 3 @ y % ~z
(x): int
x.y: str = 'a' "b" '''c
d'''
a, *b = c[1:2, ::3, ...], d = yield_ = *e, f
i += 1; j //= 2; k @= 3
del a, (b, [c.d]), e[0]
big = 123456789012345678901234567890 + 1e16 + .5 + 1.5e-7j + 1e400
text = b'\x00\xff' rb'\d', r'\d', u'\N{BULLET}\u1234\x41\101', '\ud800'
assert x == 1 != 2 < 3 <= 4 > 5 >= 6 is 7 is not 8 in 9 not in 10, 'no'

def fn[T: (int, str) = int, *Ts = *tuple[int], **P = [int]](a, b: int = 1, /, c=2, *args: *Ts, d, e=3, **kw: P) -> T:
    global glob
    nonlocal_ = lambda x, /, y=1, *z, w, **k: (yield)
    if a: pass
    elif b: return
    elif c:
        return 1, *d
    else: raise X from Y
    for x, (y, *z) in 1, *w:
        break
    else:
        continue_ = 1
    while (n := next(a)): continue
    with a as b, c, (d) as (e, f): pass
    with (a as b, c as d,): pass
    with (a, b): pass
    try:
        pass
    except A: raise
    except (B, C) as e: pass
    except D, E: pass
    except: pass
    else: pass
    finally: pass
    try: x
    except* A as e: y

@dec.a(1)
@x[0]
async def co(*, key=None):
    async with a as b: await c
    async for x in y: yield x
    return [await z async for z in w if z if not w for q in r]

@dataclass
class C[T](Base, metaclass=M, *args, **kw):
    x: T
    __private: int = 0
    def m(self): return super().m() + __class__.__private
    y = [x for x in range(3) if (lambda: x)()]
    if y:
        z: list[T]
    class D: w: 'T' = __private

type A[K] = dict[K, A]
match x, *y:
    case 1 | -2.5 | 'a' 'b' | None | True: pass
    case [a, *_, b] | (c, *d): pass
    case {'k': v, m.n: [*w], **rest} if v > 1: pass
    case P.Q(x, y=Z() as z, k=_): pass
    case -1 + 2j | (x) | [] | {} | (): pass
    case _: pass
match = case = type = _ = 1
match(x)
type(x)
d = {**a, 'b': 1, c: {d, *e}} | {k: v for k, v in z} | {s for s in t}
g = (x for x in y), f(x for x in y), f(*a, b, *c, k=1, **d, l=2)
t = a if b else c or d and not e
s = f'a{x!r:>{w}.{p}}{{b}}{y = }{z:%H:%M}' rf'\d{x:\d}' 'end'
u = f'''{
    x  # comment
    + 1 = !s:^10}''' f"{'nested' + f"{deep}"}" f'{lambda_:x}' f'{(lambda: 1)}' f'{ {1: 2}[1] }'
v = t'a{x + 1 !r:>{w}}b{ y = }' t"{z}"
print(x, end='') if x else None
(yield)
Ünïcödé = ﬁ = 1
if x:
	tab = 1
\
z = 1 \
    + 2
# the end
last = 1  # no newline