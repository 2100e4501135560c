# ast.parse(optimize=…): what is done to a tree before it is shown.
import ast


def show(source, level, **options):
    print(ast.dump(ast.parse(source, optimize=level), **options))


for text in (
    "'a%%%s%-5r|%3.2a' % (x, y, z)", "'%s' % (x,)", "'%d' % (x,)", "'%s' % x", "'%s%s' % (x,)", "'abc' % ()",
    "'%5s' % (f'{x}',)", "'%%' % (x,)", "'' % ()", "'%s' % (*x,)", "'%05s' % (x,)", "'%-s' % (x,)", "'%.0s' % (x,)",
    "'%1000s' % (x,)", "a + '%s' % (b,) + c",
):
    show(text, 1)
show("'a%s' % (x,)", 1, include_attributes=True)
source = """'doc'
class A:
  'doc'
def f(): 'x'; 1
async def g():
  'x'
__debug__
"""
for level in (-1, 0, 1, 2):
    show(source, level)
show("def f():\n  'x'\n", 2, include_attributes=True)
show("match x:\n case -1 | {-2: 1+2j, a.b: 3} | [1-2j, -0.5] | C(-3, a=-4j) | D.e: pass", 1)
tree = ast.parse("__debug__")
print(ast.dump(ast.parse(tree, optimize=1)), ast.dump(tree))
try:
    ast.parse(ast.Constant(42), optimize=1)
except TypeError as e:
    print(e)
