# Syntax errors caught at run time: message, line, offset, text.
sources = ["1 +", "(", "a b", "def f(:", "x = = 1", "'abc", "for x in", "1 = x", "f(a=1, 2)", "f(**k, *a)", "return", "yield", "await x", "lambda x=: 1", "x += y = 1", "del f()", "if x:\npass", "  x", "class", "import", "from x import", "a.1", "0777", "1__2", "1_", "0b12", "0xg", "1e", "$", "?", "é = 1; ²", "x: int: 5", "print 1", "async x", "@", "try:\n  pass\n", "while:", "else:", "[x for x]", "{1: 2, 3}", "{**a, 1}", "f'{'", "f'{}'", "f'{a!z}'", "\"\"\"abc", "b'é'", "a := 1", "(a, b) += 1", "None = 1", "def f(None): 1", "x if y", "not", "a not b", "global x; x = 1", "nonlocal x", "from __future__ import nope", "*a", "*a = 1", "a, *b, *c = 1", "match x:\n case 1", "\\x", "x\\ y", "f(x for x in y, 1)", "def f(a=1, b): 1", "def f(*): 1", "def f(a, *, **k): 1", "with a as 1: 1", "except: 1", "assert", "raise from x", "f() = 1", "[a, 1] = x", "a + 1 = 2", "x = yield = 1", "continue", "(yield) = 1", "f'{a b}'", "'a' = 1", "a.b: int = ", "import a.b as c.d", "from . import *x", "\tx\n  y"]
for source in sources:
    try:
        compile(source, "<s>", "exec")
        print(repr(source), "compiles")
    except SyntaxError as error:
        print(repr(source), type(error).__name__, error.msg, error.lineno, error.offset)
