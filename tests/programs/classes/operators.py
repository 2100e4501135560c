# Every operator through dunder methods: forward, reflected, in place.
class N:
    def __init__(self, v): self.v = v
    def __repr__(self): return f"N({self.v})"
def make(name, symbol):
    def forward(self, other): return f"{self.v}{symbol}{getattr(other, 'v', other)}"
    def reflected(self, other): return f"{getattr(other, 'v', other)}{symbol}{self.v} (r)"
    def inplace(self, other): return N(f"{self.v}{symbol}={getattr(other, 'v', other)}")
    setattr(N, f"__{name}__", forward)
    setattr(N, f"__r{name}__", reflected)
    setattr(N, f"__i{name}__", inplace)
for name, symbol in [("add", "+"), ("sub", "-"), ("mul", "*"), ("truediv", "/"), ("floordiv", "//"), ("mod", "%"), ("pow", "**"), ("matmul", "@"), ("lshift", "<<"), ("rshift", ">>"), ("and", "&"), ("or", "|"), ("xor", "^")]:
    make(name, symbol)
a, b = N("a"), N("b")
print(a + b, a - b, a * b, a / b, a // b, a % b, a ** b, a @ b, a << b, a >> b, a & b, a | b, a ^ b)
print(1 + b, 1 - b, 1 * b, 1 / b, 1 // b, 1 % b, 1 ** b, 1 @ b, 1 << b, 1 >> b, 1 & b, 1 | b, 1 ^ b, [] + b, "%s" + b)
print(a + 1, a ** 2.5, a @ None)
for statement in ("x += b", "x -= b", "x *= b", "x /= b", "x //= b", "x %= b", "x **= b", "x @= b", "x <<= b", "x >>= b", "x &= b", "x |= b", "x ^= b"):
    scope = {"x": a, "b": b}
    exec(statement, scope)
    print(scope["x"], end=" ")
print()
class U:
    def __neg__(self): return "neg"
    def __pos__(self): return "pos"
    def __invert__(self): return "invert"
    def __abs__(self): return "abs"
    def __int__(self): return 7
    def __float__(self): return 7.5
    def __complex__(self): return 7j
    def __index__(self): return 2
    def __round__(self, n=None): return ("round", n)
    def __trunc__(self): return 1
    def __floor__(self): return "floor"
    def __divmod__(self, other): return ("divmod", other)
    def __rdivmod__(self, other): return ("rdivmod", other)
    def __len__(self): return 3
    def __contains__(self, item): return item == "in"
    def __getitem__(self, key): return ("get", key)
    def __call__(self, *a, **k): return ("call", a, k)
    def __hash__(self): return 99
    def __bool__(self): return False
    def __bytes__(self): return b"bytes"
    def __reversed__(self): return "reversed"
u = U()
print(-u, +u, ~u, abs(u), int(u), float(u), complex(u), [10, 20, 30][u], "abc"[u:], hex(u), round(u), round(u, 2), divmod(u, 1), divmod(1, u))
print(len(u), "in" in u, "out" in u, u[5], u[1:2], u(1, k=2), hash(u), bool(u), not u, bytes(u), reversed(u), bin(u), range(u), [0] * u)
class Sub(N):
    def __radd__(self, other): return "subclass first"
    def __rsub__(self, other): return "subclass sub"
print(a + Sub("s"), Sub("s") + a, a - Sub("s"))
class Partial:
    def __add__(self, other): return NotImplemented
    def __radd__(self, other): return "reflected works"
    def __mul__(self, other): return NotImplemented
print(5 + Partial())
for action in (lambda: Partial() + 5, lambda: Partial() + Partial(), lambda: Partial() * 5, lambda: 5 * Partial(), lambda: Partial() - 1, lambda: -Partial(), lambda: Partial() < 1, lambda: Partial() @ 1, lambda: [1] * Partial(), lambda: abs(Partial()), lambda: Partial()[0], lambda: len(Partial())):
    try:
        print(action())
    except TypeError as error:
        print(error)
class L:
    def __init__(self): self.items = []
    def __iadd__(self, other):
        self.items.append(other)
        return self
    def __setitem__(self, k, v): self.items.append((k, v))
    def __delitem__(self, k): self.items.append(("del", k))
    def __getitem__(self, k): return k
l = same = L()
l += 1
l += 2
l["k"] = 3
l["q"] += "z"
del l["k"], l[1:2]
print(l is same, l.items)
