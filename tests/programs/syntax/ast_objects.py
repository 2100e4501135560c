# Node classes, trees from source, and trees back into the compiler.
import ast

print(ast.Name._fields, ast.Name._field_types, ast.arg._attributes)
print(ast.Return.__doc__, ast.operator.__doc__)
print(ast.dump(ast.parse("x = f(1, *a, k=2.5)[b'c'] if y else -3\nclass A[T: int](B): pass")))
print(ast.dump(ast.parse("t'{x!r:>{w}}'", mode="eval"), include_attributes=True))
print(repr(ast.parse("a = [1, 2, 3]\nb")))
node = ast.Name("x")
print(node.ctx, ast.Call(node).args, ast.dump(ast.Constant(3, kind=None)))
print(ast.parse("a").body[0].value.ctx is ast.parse("b").body[0].value.ctx)

code = compile(
    ast.parse(
        "print((1, 2), [i * 2 for i in range(3)])\n"
        "class A[T]:\n  def f(self): return __class__.__name__\n"
        "print(A().f())\n"
        "match [1, 2]:\n  case [a, *b]: print(a, b)\n"
    ),
    "f", "exec",
)
exec(code)
tree = ast.Expression(ast.BinOp(ast.Constant((1, 2j, frozenset([3]))), ast.Add(), ast.Constant((-5, -10**30))))
print(eval(compile(ast.fix_missing_locations(tree), "g", "eval")))


def refused(tree, mode="exec"):
    try:
        compile(ast.fix_missing_locations(tree), "x", mode)
    except (TypeError, ValueError, OverflowError) as e:
        print(type(e).__name__, e)
    else:
        print("fine")


def module(*body):
    return ast.Module(list(body), [])


load, store = ast.Load(), ast.Store()
refused(module(ast.Expr(None)))
refused(module(ast.Expr(ast.Name("x", store))))
refused(module(ast.Pass(lineno=5, end_lineno=3)))
refused(module(ast.Delete([])))
refused(module(ast.Expr(ast.Set([None]))))
refused(module(ast.If(ast.Constant(1), [None])))
refused(module(ast.Expr(ast.Name("None"))))
refused(module(ast.Expr(ast.Dict([ast.Constant(1)], []))))
refused(module(ast.Try([ast.Pass()])))
refused(module(ast.Raise(None, ast.Constant(1))))
refused(module(ast.Expr(ast.Constant([]))))
refused(module(ast.Expr(ast.Attribute("x", "y"))))
refused(module(ast.FunctionDef("True", ast.arguments(), [ast.Pass()])))
refused(ast.Expression(ast.Constant(1)))
refused(ast.Expression(ast.Compare(ast.Constant(1), [], [])), "eval")
refused(module(ast.Match(ast.Constant(1), [ast.match_case(ast.MatchAs(name="_"), None, [ast.Pass()])])))
refused(module(ast.ImportFrom("a", [ast.alias("b")], -1)))
try:
    compile(ast.Module([ast.Pass()], []), "x", "exec")
except TypeError as e:
    print(e)
try:
    ast.Name("a", load, 3)
except TypeError as e:
    print(e)
try:
    ast.Name("a", id="b")
except TypeError as e:
    print(e)


class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value * 2), node)


print(ast.unparse(Double().visit(ast.parse("f(1, 'a', x=2) + g[3:4]"))))
deep = "+".join(["1"] * 3000)
print(eval(compile(ast.parse(deep, mode="eval"), "d", "eval")))
