# marshal: values there and back, code objects, damaged bytes.
import io, marshal

values = [None, True, False, ..., 0, -1, 2**31 - 1, -2**31, 2**31, 2**62, -2**63, 10**40, -10**25, 1.5, -0.0, float("inf"), 1e400, 2 + 3j,
          "", "abc", "é€\U0001d11e", "\ud800", "x" * 300, b"", b"ab\xff", (), (1, "two", (3.0,)), [1, [2, []]], {}, {"k": [1], 2: None},
          set(), {1}, frozenset({"a"}), slice(1, None, 2), StopIteration, tuple(range(300))]
for v in values:
    data = marshal.dumps(v)
    back = marshal.loads(data)
    assert type(back) is type(v) and repr(back) == repr(v), v
    assert marshal.loads(marshal.dumps(v, 5)) == back
print("all equal", marshal.version)
for v in (None, 7, 2**40, -(2**80), 1.5, "éa é", (1,), b"x", {1: 2}):
    print(marshal.dumps(v, 2))
def f(a, b=2, *args, key, **kw):
    "doc"
    return [a, b, args, key, kw, (lambda: a)()]
code = marshal.loads(marshal.dumps(f.__code__))
g = type(f)(code, globals(), "g", (5,))
print(g(1, key=3, z=4), code.co_name, code.co_varnames, g.__doc__, code == f.__code__)
exec(marshal.loads(marshal.dumps(compile("print('run', 1 + 1)", "<made>", "exec"))))
file = io.BytesIO()
marshal.dump([1, 2], file)
marshal.dump("second", file)
file.seek(0)
print(marshal.load(file), marshal.load(file))
print(marshal.loads(b"[\x02\x00\x00\x00\xe9\x05\x00\x00\x00r\x00\x00\x00\x00"), marshal.loads(b"\xfbN") if False else "")
loop = marshal.loads(b"\xdb\x01\x00\x00\x00r\x00\x00\x00\x00")
print(loop[0] is loop)
for bad in (b"", b"i\x01", b"?", b"r\x00\x00\x00\x00", b"(\xff\xff\xff\xff", b"l\x01\x00\x00\x00\x00\x80", b"l\x01\x00\x00\x00\x00\x00", b"(\x01\x00\x00\x000", b"0"):
    try:
        print(marshal.loads(bad))
    except (EOFError, ValueError, TypeError) as e:
        print(type(e).__name__, e)
for wrong in (object(), [lambda: 0], int):
    try:
        marshal.dumps(wrong)
    except ValueError as e:
        print(e)
for call in (lambda: marshal.dumps(f.__code__, allow_code=False), lambda: marshal.loads(marshal.dumps(f.__code__), allow_code=False)):
    try:
        call()
    except ValueError as e:
        print(e)
nested = []
for _ in range(3000):
    nested = [nested]
try:
    marshal.dumps(nested)
except ValueError as e:
    print(e)
