"""The opcodes of Habu's register bytecode: names, numbers, and what kinds of operands each has."""

import _opcode

__all__ = ["cmp_op", "opname", "opmap", "hasarg", "hasconst", "hasname", "hasjump", "hasjrel", "hasjabs",
           "hascompare", "hasfree", "haslocal", "hasexc", "HAVE_ARGUMENT", "EXTENDED_ARG", "stack_effect"]

opmap = _opcode.opmap()
opname = list(opmap)

cmp_op = ('<', '<=', '==', '!=', '>', '>=')

hasarg = [op for op in opmap.values() if _opcode.has_arg(op)]
hasconst = [op for op in opmap.values() if _opcode.has_const(op)]
hasname = [op for op in opmap.values() if _opcode.has_name(op)]
hasjump = [op for op in opmap.values() if _opcode.has_jump(op)]
hasjrel = hasjump
hasjabs = []
hascompare = [opmap[name] for name in ("LT", "LE", "EQ", "NE", "GT", "GE")]
hasfree = [op for name, op in opmap.items() if name.endswith(("_FREE", "_FREE_CELL"))]
# Registers are operands of nearly every instruction, and exception tables have no instructions of their own.
haslocal = []
hasexc = []

# Operands have a fixed place in every instruction: nothing is extended.
HAVE_ARGUMENT = 0
EXTENDED_ARG = -1


def stack_effect(opcode, oparg=None, /, *, jump=None):
    """Register bytecode has no operand stack, so no effect on one can be told."""
    if opcode not in opmap.values():
        raise ValueError("invalid opcode or oparg")
    raise NotImplementedError("instructions work on registers; there is no stack")
