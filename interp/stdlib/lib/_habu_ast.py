"""What `ast.parse(optimize=…)` does to a tree before it is shown."""

import ast
import copy
import re

_LITERAL = re.compile(r"(?:[^%]|%%)+")
_FIELD = re.compile(r"%([-+ #0]*)(\d{0,3})(?:\.(\d{0,3}))?([sra])")
_ANYWHERE = dict(lineno=-1, col_offset=-1, end_lineno=-1, end_col_offset=-1)


def preprocess(tree, level, shared):
    """The tree at an optimization level; a copy if it is shared with a program."""
    if shared:
        tree = copy.deepcopy(tree)
    return _Preprocessor(level).visit(tree)


def _at(new, old):
    return ast.copy_location(new, old)


def _joined(node, text, items):
    """`'…' % (…)` as the values of an f-string; None where the two say different things."""
    values, at, items = [], 0, iter(items)
    while at < len(text):
        if literal := _LITERAL.match(text, at):
            values.append(ast.Constant(literal[0].replace("%%", "%"), **_ANYWHERE))
            at = literal.end()
            continue
        field = _FIELD.match(text, at)
        item = next(items, None)
        if field is None or item is None:
            return None
        at = field.end()
        flags, width, precision, conversion = field.groups()
        spec = str(int(width)) if width else ""
        if "-" not in flags and spec.strip("0"):
            spec = ">" + spec
        if precision is not None:
            spec += f".{int(precision or 0)}"
        spec = ast.Constant(spec, **_ANYWHERE) if spec else None
        values.append(_at(ast.FormattedValue(item, ord(conversion), spec), item))
    if next(items, None) is not None:
        return None
    return _at(ast.JoinedStr(values), node)


class _Preprocessor(ast.NodeTransformer):
    def __init__(self, level):
        self.level = level

    def without_docstring(self, node):
        if self.level >= 2 and node.body:
            match node.body[0]:
                case ast.Expr(value=ast.Constant(value=str())) as first:
                    node.body[:1] = [] if node.body[1:] else [_at(ast.Pass(), first)]
        return self.generic_visit(node)

    visit_Module = visit_ClassDef = visit_FunctionDef = visit_AsyncFunctionDef = without_docstring

    def visit_Name(self, node):
        if node.id == "__debug__" and isinstance(node.ctx, ast.Load):
            return _at(ast.Constant(self.level == 0), node)
        return node

    def visit_BinOp(self, node):
        # Sums may be thousands of operations long: their left operands are visited from the innermost on.
        spine = [node]
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        left = self.visit(spine[-1].left)
        for node in reversed(spine):
            node.left = left
            node.right = self.visit(node.right)
            left = self.formatted(node)
        return left

    def formatted(self, node):
        match node:
            case ast.BinOp(ast.Constant(value=str(text)), ast.Mod(), ast.Tuple(items)):
                if not any(isinstance(item, ast.Starred) for item in items):
                    return _joined(node, text, items) or node
        return node

    def visit_MatchValue(self, node):
        node.value = self.constant(node.value)
        return node

    def visit_MatchMapping(self, node):
        node.keys = [self.constant(key) for key in node.keys]
        return self.generic_visit(node)

    def constant(self, node):
        """A pattern's signed or complex number, as one constant."""
        match node:
            case ast.UnaryOp(ast.USub(), ast.Constant(value=number)):
                return _at(ast.Constant(-number), node)
            case ast.BinOp(left, ast.Add() | ast.Sub() as op, ast.Constant(value=imaginary)):
                left = self.constant(left)
                if isinstance(left, ast.Constant):
                    total = left.value + imaginary if isinstance(op, ast.Add) else left.value - imaginary
                    return _at(ast.Constant(total), node)
        return self.visit(node)
