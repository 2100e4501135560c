# What is wrong with sources, and where: encodings, null bytes, columns of the compiler's errors.
import ast


def attempt(source, mode="exec", **options):
    try:
        compile(source, "<s>", mode, **options)
    except SyntaxError as e:
        print(ascii((e.msg, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset)))
    except ValueError as e:
        print(type(e).__name__, ascii(str(e)))
    else:
        print("fine")


for source in (
    b"a = 1\nx = '\xff'",
    b"#coding:utf-8\nx = '\xa4'\n",
    b"#coding:utf8\n\nx = '\xa4'\n",
    b"#coding: ASCII\nx = '\xa4'\n",
    b"# coding: foo_Bar\nx\n",
    b"# coding: hex_codec\nx\n",
    b"#coding:cp1252\nx = '\x81'\n",
    b"\xef\xbb\xbf#coding:latin-1\nx\n",
    b"#coding:iso-8859-15\nx = '\xa4' 1\n",
    b"x = 1\0\n",
    "x = 'a\0'",
):
    attempt(source)

for source in (
    'return "\xe4"',
    '"\xe4"; nonlocal x',
    'def f(\xe4, \xe4): pass',
    'x = "\xe4"; await x',
    '"\xe4"; break',
    'def f():\n "\xe4"; from x import *',
    '"\xe4"; f() = 1\n',
    '\xe4 = 5\\',
    'x = (\\',
    'if x:\n  \\',
    '(), x = 1 +\n',
    '(), x = y',
    'Tru\u1d49',
    'def N\xbane(): pass',
    'f(Fal\u017fe=1)',
):
    attempt(source)

for source in ("() -> x", "(int, *a, **b) -> c", "(*a) -> b", "(**a) -> b"):
    print(ast.dump(ast.parse(source, mode="func_type")))
for source in ("(int, *a, *b) -> c", "(**a, *b) -> c", "(*a, b) -> c", "(a,) -> b", "(**a,) -> b", "()"):
    try:
        print(ast.dump(ast.parse(source, mode="func_type")))
    except SyntaxError as e:
        print(e.msg)
print(ast.dump(ast.parse("f'{x}'", feature_version=(3, 4))))

for place in (dict(lineno=None, col_offset=0), dict(lineno=1, col_offset="x"), dict(lineno=1)):
    try:
        compile(ast.Module([ast.Pass(**place)], []), "t", "exec")
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)

scope = {}
exec("from __future__ import annotations\nobject.attr: unknown\n(x): unknown\nl = []\nl[0]: print('never')\n", scope)
try:
    (), scope = iter(())
except ValueError as e:
    print(e)
