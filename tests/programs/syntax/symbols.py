# symtable, tokenize and dis.
import dis
import io
import symtable
import tokenize

table = symtable.symtable("def f(a, *b):\n  global q\n  c = lambda: a\n  return [x for x in b if q]\nclass A[T]:\n  def m(self): return __class__", "?", "exec")


def walk(t, depth=0):
    names = [(s.get_name(), s.is_local(), s.is_global(), s.is_free(), s.is_parameter()) for s in t.get_symbols()]
    print("  " * depth, t.get_type(), t.get_name(), t.get_lineno(), sorted(names))
    for child in t.get_children():
        walk(child, depth + 1)


walk(table)
for source in ("x = 'a' + f'{y!r:>{w}}'\n", "if x:\n\ty # c\n\n", "'''a\nb'''\nz", "1 <> 2", "2sin(x) 01", "(1,\n"):
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            print(tuple(token))
    except tokenize.TokenError as e:
        print(type(e).__name__, e)
try:
    list(tokenize.generate_tokens(io.StringIO("if x:\n  y\n z").readline))
except IndentationError as e:
    print(e.msg, e.lineno)


def add(a, b):
    for i in a:
        b += i
    return b


instructions = list(dis.get_instructions(add))
# Apart from the line of `def`, on which CPython has an instruction.
print({i.line_number - add.__code__.co_firstlineno for i in instructions if i.line_number} - {0})
print(any(i.is_jump_target for i in instructions))
print(sorted({line - add.__code__.co_firstlineno for _, line in dis.findlinestarts(add.__code__)} - {0}))
