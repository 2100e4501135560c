# compile(): modes, flags, inherited features, warnings and what becomes of them.
import ast
import warnings


def show(*args, **kwargs):
    try:
        print(compile(*args, **kwargs) is not None)
    except (ValueError, TypeError, SyntaxError) as e:
        print(type(e).__name__, e)


show("1", "f", "exec", 0x7)
show("1", "f", "exec", optimize=3)
show("1", "f", "nothing")
show("1", "f", "func_type")
show("1", "f", "nothing", ast.PyCF_ONLY_AST)
show(1, "f", "exec")
show("\0", "f", "exec")
show(b"x = '\xe4'", "f", "exec")
show(b"#coding: latin-1\nx = '\xe4'", "f", "exec")
show(b"#coding: ascii\nx = '\xe4'", "f", "exec")
show(b"#coding: nothing\n", "f", "exec")
show(b"\xef\xbb\xbf#first\n#coding: iso-8859-15\n", "f", "exec")
show("\ud800", "f", "exec")
print(ast.dump(compile("(int, str) -> bool", "f", "func_type", ast.PyCF_ONLY_AST)))
print(ast.dump(ast.parse("x = 1 # type: int", type_comments=True)))
namespace = {}
exec(compile("assert 0\nprint(__debug__)\ndef f(): 'doc'", "f", "exec", optimize=2), namespace)
print(namespace["f"].__doc__)
import __future__

exec(compile("def f(x: a.b): pass", "f", "exec", __future__.annotations.compiler_flag), namespace)
print(namespace["f"].__annotations__)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    compile("x = '\\d'\nassert (1, 2)\nx is 1\n()()\nb'\\400'\n1[2]\n0x1for x in y", "<w>", "exec")
    try:
        compile("'\\e' $", "<w>", "exec")
    except SyntaxError as e:
        print(e)
    for w in caught:
        print(w.category.__name__, w.message, w.filename, w.lineno)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    for source in ("x = '\\d'", "assert (1, 2)", "def f():\n  try: pass\n  finally: return 1"):
        try:
            compile(source, "<w>", "exec")
        except SyntaxError as e:
            print(e.msg, e.lineno, e.offset, e.end_offset)

# One code object run with the globals of two modules.
import types

first, second = types.ModuleType("first"), types.ModuleType("second")
first.v, second.v = 1, 2


def f():
    return v


for module in (first, second, first):
    print(types.FunctionType(f.__code__, module.__dict__)())
print(types.FunctionType(f.__code__, {"v": 3})())


class Missing(dict):
    def __missing__(self, key):
        return key


print(types.FunctionType(f.__code__, Missing())())
