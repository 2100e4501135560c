"""Which of several mistakes is reported, and where: the parser's two passes, the lexer's errors, the text of the line."""

import warnings

SOURCES = [
    # The text of the last line has the newline that the source lacks, unless the lexer has gone on.
    ">", " s", "if b", "import", "def s", "def f():", "def f():\n   ", "try:\n    x", "class C:\n    \n", "@ x\n",
    "x = (\n   ", "(fd = -1\n_b = None\n", "x {y)", "def f(self'''\\\n  a\n  ''':\n    pass\n", "f(b'é' \n  x)\n",
    # An alternative of displays that CPython always tries.
    '{"a": 1, "b" c}', "x = {a: b, e f, g: h}", "x = {e f, g: h}", "1 ~{**c, a b}", "1 {a:*b}", "1 {a:}",
    "d = {'b': 3, 'c'f'{x:{y}' 2}\n", "x {y:z,w q", "{**a, b}",
    # A display where an argument might have begun.
    "im{ort sys\n", "im {a b}\n", "1 {a, b c}", "x {a=b}", "x {f(a b)}", '"s" {a b}', "1 ~{a b}", "x [a b for c in d]",
    # Calls and subscripts of what might have been targets.
    "x = 's' (a b)", "x = 's'(f(a, b c.d))\n", "x = 's' (a\n b[c] = d)\n",
    # Forced tokens are the last explanation.
    "def f() -> x[y z]\n", "def f() -> (x y): pass", "def f() -> x[y: pass", "def f() -> x y: pass", "def f x[a b]: pass",
    "def f\\N(x): pass", "try\\:\n  pass\n", "@a\nasync for x in y:\n  pass\n",
    "def f[T *U](x): pass", "def f[(x): pass", "x = f(a, b=1, c", "x = a b(c=1, d",
    # Backslashes within joined lines, and behind open brackets.
    "f(a,\n  b, \\\n  c \\and d\n", "x \\\ny \\and c", '"""x\n""" \\and d\n', "f(a,\n b c=d\\e)\n", "f(a,\n f'{x!}'=1,\n b\\c)\n",
    # Errors of literals come before the next token is read.
    "write(b'é'", "write('\\x'", "write('a' '\\x'", "write(\n'\\x' 'e'\n 'f'",
    # The compiler's errors in the order of the source.
    "return x\nif y:\n    yield 1\n", "class C:\n    yield 1\n    return 2\n",
]

for source in SOURCES:
    try:
        compile(source, "<source>", "exec")
    except SyntaxError as e:
        print(f"{source!r}: {type(e).__name__}: {e.msg} {e.args[1][1:]}")
    else:
        print(f"{source!r}: fine")

# The lexer's warnings are given although the source is refused; a backslash before other letters is none.
for source in ["1if\n", "x y 0xfor z\n", " x = 1if y else z\n", "x = 1if y else z\n", "'\\é' '\\ü'\n", "x = '\\y' z\n"]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(source, "<source>", "exec")
            outcome = "fine"
        except SyntaxError as e:
            outcome = f"{type(e).__name__}: {e.msg}"
    print(f"{source!r}: {outcome}; {[str(w.message) for w in caught]}")
