"""code.replace(co_consts=…), and equality of code objects of different files."""
import types


def f(a):
    return [a, 1000, "text", (1, 2.5, None), {"k": 1}, a[1:2], lambda: 7000]


def deep(code):
    if not isinstance(code, types.CodeType):
        return code
    return code.replace(co_consts=tuple(deep(c) for c in code.co_consts))


g = types.FunctionType(deep(f.__code__), globals())
print(g("abc")[:-1] == f("abc")[:-1], g("abc")[-1]())

code = compile("x = 100000\ny = 'one'\nz = (x, y)", "<a>", "exec")
swap = {100000: -1.5, "one": b"two"}
other = code.replace(co_consts=tuple(swap.get(c, c) for c in code.co_consts))
namespace = {}
exec(other, namespace)
print(namespace["z"])
exec(code, namespace)
print(namespace["z"])

for bad in ([1], None, 5):
    try:
        code.replace(co_consts=bad)
    except TypeError as e:
        print(type(e).__name__)

one, two = compile("def f():\n    return 'a'", "<one>", "exec"), compile("def f():\n    return 'a'", "<two>", "exec")
print(one == two, hash(one) == hash(two), one.co_filename, two.co_filename)
print(one == compile("def f():\n    return 'b'", "<one>", "exec"), one == compile("\ndef f():\n    return 'a'", "<one>", "exec"))
print(one.replace(co_name="other") == one, one.replace() == one)
