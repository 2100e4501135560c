# A user-made sequence, mapping and iterable, through the protocols.
class Seq:
    def __init__(self, *items): self.items = items
    def __getitem__(self, i):
        if isinstance(i, slice):
            return Seq(*self.items[i])
        return self.items[i]
    def __len__(self): return len(self.items)
    def __repr__(self): return f"Seq{self.items}"
s = Seq(1, 2, 3, 2)
print(list(s), 2 in s, 9 in s, s[1:3], s[-1], len(s), bool(Seq()), list(reversed(s)), max(s), sum(s), [*s], tuple(s), list(enumerate(s)), dict(zip("ab", s)))
a, b, *c = s
print(a, b, c)
class Mapping:
    def __init__(self): self.data = {"a": 1, "b": 2}
    def keys(self): return self.data.keys()
    def __getitem__(self, k): return self.data[k]
m = Mapping()
print({**m}, dict(m), (lambda **kw: kw)(**m), "%(a)s" % m, "{a}".format_map(m))
class Matrix:
    def __init__(self, rows): self.rows = [list(r) for r in rows]
    def __getitem__(self, key):
        i, j = key
        return self.rows[i][j]
    def __setitem__(self, key, value):
        i, j = key
        self.rows[i][j] = value
    def __matmul__(self, o):
        return Matrix([[sum(a * b for a, b in zip(r, c)) for c in zip(*o.rows)] for r in self.rows])
    def __eq__(self, o): return self.rows == o.rows
    def __iter__(self):
        for r in self.rows:
            yield from r
    def __contains__(self, x): return any(x in r for r in self.rows)
x = Matrix([[1, 2], [3, 4]])
x[0, 1] += 10
print(x[0, 1], list(x), (x @ Matrix([[0, 1], [1, 0]])).rows, 12 in x, 99 in x, x == Matrix(x.rows))
class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n + 1
print(list(Countdown(4)), sum(Countdown(5)), 2 in Countdown(5), max(Countdown(3)), [a * b for a in Countdown(2) for b in Countdown(2)])
class OldStyle:
    def __getitem__(self, i):
        if i > 3:
            raise IndexError
        return i * i
print(list(OldStyle()), 9 in OldStyle(), list(zip(OldStyle(), "ab")))
class Stack(list):
    def push(self, x): self.append(x); return self
    def peek(self): return self[-1]
st = Stack().push(1).push(2)
print(st, st.peek(), len(st), isinstance(st, list), st + [3], type(st + [3]).__name__, st == [1, 2], Stack("ab")[::-1])
class Upper(str):
    def __new__(cls, text): return super().__new__(cls, text.upper())
    def shout(self): return self + "!"
u = Upper("abc")
print(u, u.shout(), type(u.shout()).__name__, u == "ABC", {u: 1}["ABC"], len(u), repr(u), isinstance(u, str))
class Int(int):
    def __add__(self, o): return Int(int(self) + o + 100)
    def __repr__(self): return f"Int({int(self)})"
i = Int(5)
print(i + 1, 1 + i, i * 2, [i], sum([i, i]), i == 5, hash(i) == hash(5), i.bit_length(), type(-i).__name__)
class D(dict):
    def __getitem__(self, k): return f"<{super().__getitem__(k)}>"
d = D(a=1)
print(d["a"], d.get("a"), d, {**d}, list(d.items()))
class BadLen:
    def __init__(self, v): self.v = v
    def __len__(self): return self.v
for v in (-1, 1.5, "a", 2 ** 70):
    try:
        print(len(BadLen(v)))
    except (ValueError, TypeError, OverflowError) as error:
        print(type(error).__name__, error)
