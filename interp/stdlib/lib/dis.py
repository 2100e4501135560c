"""Disassembler of Habu's register bytecode.

The interface is that of CPython's module; what it shows is the bytecode that really runs. Offsets count as `f_lasti`
does: in bytes of `co_code`, whose first instruction word (of four bytes) stands for the call itself.
"""

import collections
import io
import re
import sys
import types

import _opcode
from opcode import *
from opcode import __all__ as _opcodes_all

__all__ = ["code_info", "dis", "disassemble", "distb", "disco", "findlinestarts", "findlabels", "show_code",
           "get_instructions", "Instruction", "Bytecode"] + _opcodes_all
del _opcodes_all

_have_code = (types.MethodType, types.FunctionType, types.CodeType, classmethod, staticmethod, type)

COMPILER_FLAG_NAMES = {
    0x1: "OPTIMIZED",
    0x2: "NEWLOCALS",
    0x4: "VARARGS",
    0x8: "VARKEYWORDS",
    0x10: "NESTED",
    0x20: "GENERATOR",
    0x40: "NOFREE",
    0x80: "COROUTINE",
    0x100: "ITERABLE_COROUTINE",
    0x200: "ASYNC_GENERATOR",
    0x4000000: "HAS_DOCSTRING",
    0x8000000: "METHOD",
}

Positions = collections.namedtuple(
    "Positions", ["lineno", "end_lineno", "col_offset", "end_col_offset"], defaults=[None] * 4)

_Instruction = collections.namedtuple(
    "_Instruction",
    ["opname", "opcode", "arg", "argval", "argrepr", "offset", "start_offset", "starts_line", "line_number",
     "label", "positions", "cache_info"],
    defaults=[None, None, None])


class Instruction(_Instruction):
    """One instruction: its opcode, its operands as text in `argrepr`, where it is and where it comes from.

    `arg` is None: an instruction has up to three operands, not one.
    """

    __slots__ = ()

    @property
    def oparg(self):
        return self.arg

    @property
    def baseopcode(self):
        return self.opcode

    @property
    def baseopname(self):
        return self.opname

    @property
    def cache_offset(self):
        return self.offset

    @property
    def jump_target(self):
        return self.argval if self.opcode in hasjump else None

    @property
    def is_jump_target(self):
        return self.label is not None

    def __str__(self):
        line = str(self.line_number) if self.starts_line and self.line_number is not None else ""
        label = f"L{self.label}:" if self.label is not None else ""
        return f"{line:>5} {label:>6} {self.opname:<20} {self.argrepr}".rstrip()


def _try_compile(source, name):
    try:
        return compile(source, name, "eval")
    except SyntaxError:
        return compile(source, name, "exec")


def _get_code_object(x):
    for attribute in ("__func__", "__code__"):
        x = getattr(x, attribute, x)
    for attribute in ("gi_code", "ag_code", "cr_code"):
        if hasattr(x, attribute):
            x = getattr(x, attribute)
            break
    if isinstance(x, str):
        x = _try_compile(x, "<disassembly>")
    if hasattr(x, "co_code"):
        return x
    raise TypeError(f"don't know how to disassemble {type(x).__name__} objects")


def pretty_flags(flags):
    """Return pretty representation of code flags."""
    names = []
    bit = 1
    while flags:
        if flags & bit:
            names.append(COMPILER_FLAG_NAMES.get(bit, hex(bit)))
            flags ^= bit
        bit <<= 1
    return ", ".join(names) or "0x0"


def findlabels(code):
    """The offsets that jumps and handlers of a code object lead to."""
    targets = {i[4] for i in _opcode.instructions(code) if i[4] is not None}
    targets.update(h[2] for h in _opcode.handlers(code))
    return sorted((t + 1) * 4 for t in targets)


def findlinestarts(code):
    """Yield (offset, line) where the line of the source changes."""
    last = False
    for start, _, line in code.co_lines():
        if line is not last:
            last = line
            yield start, line


def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
    """Iterator over the instructions of a function, method, code object, generator or source text."""
    code = _get_code_object(x)
    shift = first_line - code.co_firstlineno if first_line is not None else 0
    labels = {offset: number for number, offset in enumerate(findlabels(code))}
    starts = {offset for offset, _ in findlinestarts(code)}
    positions = list(code.co_positions())
    for at, words, opcode, text, target in _opcode.instructions(code):
        line, end_line, col, end_col = positions[(at + 1) * 2]
        place = Positions(line, end_line, col, end_col)
        offset = (at + 1) * 4
        yield Instruction(
            opname[opcode], opcode, None, (target + 1) * 4 if target is not None else text, text, offset, offset,
            offset in starts, line + shift if line is not None else None, labels.get(offset), place, None)


def _name_operand(text):
    """The name that is the last operand of an instruction."""
    return text[text.index("'") + 1:-1]


def _find_imports(co):
    """The imports of a code object: name, level and, if there is one, the tuple of names asked for."""
    level, names = 0, None
    for instruction in get_instructions(co):
        operands = instruction.argrepr
        match instruction.opname:
            # Level and names are loaded just before.
            case "LOAD_INT":
                level = int(operands.rpartition(", ")[2])
            case "LOAD_NONE":
                names = None
            case "LOAD_CONST" if operands.endswith(")"):
                names = tuple(re.findall("'([^']*)'", operands))
            case "IMPORT_NAME":
                yield _name_operand(operands), level, names


def _find_store_names(co):
    """The names that a code object stores, each once."""
    seen = set()
    for instruction in get_instructions(co):
        if instruction.opname in ("STORE_NAME", "STORE_GLOBAL"):
            name = _name_operand(instruction.argrepr)
            if name not in seen:
                seen.add(name)
                yield name


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False, show_offsets=False,
                show_positions=False):
    """Disassemble a code object."""
    for instruction in get_instructions(co):
        if instruction.starts_line and instruction.offset > 2:
            print(file=file)
        mark = "-->" if instruction.offset == lasti else "   "
        offset = f"{instruction.offset:>5} " if show_offsets else ""
        print(f"{mark}{offset}{instruction}", file=file)
    handlers = _opcode.handlers(co)
    if handlers:
        print("ExceptionTable:", file=file)
        for start, end, target in handlers:
            print(f"  {(start + 1) * 4} to {(end + 1) * 4} -> {(target + 1) * 4}", file=file)


disco = disassemble


def _nested(code, depth, print_one):
    if depth is not None and depth <= 0:
        return
    for const in code.co_consts:
        if hasattr(const, "co_code"):
            print_one(None)
            print_one(const, heading=True)
            _nested(const, None if depth is None else depth - 1, print_one)


def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False, show_offsets=False,
        show_positions=False):
    """Disassemble classes, methods, functions, and other compiled objects; with no argument, the last traceback."""
    if x is None:
        distb(file=file, show_offsets=show_offsets)
        return
    for attribute in ("__func__", "__code__"):
        x = getattr(x, attribute, x)
    for attribute in ("gi_code", "ag_code", "cr_code"):
        if hasattr(x, attribute):
            x = getattr(x, attribute)
            break
    if hasattr(x, "__dict__") and not hasattr(x, "co_code"):
        for name, value in sorted(x.__dict__.items()):
            if isinstance(value, _have_code):
                print(f"Disassembly of {name}:", file=file)
                try:
                    dis(value, file=file, depth=depth, show_offsets=show_offsets)
                except TypeError as message:
                    print("Sorry:", message, file=file)
                print(file=file)
        return
    if isinstance(x, str):
        x = _try_compile(x, "<dis>")
    if not hasattr(x, "co_code"):
        raise TypeError(f"don't know how to disassemble {type(x).__name__} objects")

    def print_one(code, heading=False):
        if code is None:
            print(file=file)
            return
        if heading:
            print(f"Disassembly of {code!r}:", file=file)
        disassemble(code, file=file, show_offsets=show_offsets)

    print_one(x)
    _nested(x, depth, print_one)


def distb(tb=None, *, file=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Disassemble a traceback (default: last traceback)."""
    if tb is None:
        try:
            tb = sys.last_exc.__traceback__ if hasattr(sys, "last_exc") else sys.last_traceback
        except AttributeError:
            raise RuntimeError("no last traceback to disassemble") from None
        while tb.tb_next:
            tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file, show_offsets=show_offsets)


def code_info(x):
    """Formatted details of methods, functions, or code."""
    co = _get_code_object(x)
    lines = [
        f"Name:              {co.co_name}",
        f"Filename:          {co.co_filename}",
        f"Argument count:    {co.co_argcount}",
        f"Positional-only arguments: {co.co_posonlyargcount}",
        f"Kw-only arguments: {co.co_kwonlyargcount}",
        f"Number of locals:  {co.co_nlocals}",
        f"Stack size:        {co.co_stacksize}",
        f"Flags:             {pretty_flags(co.co_flags)}",
    ]
    if co.co_consts:
        lines.append("Constants:")
        lines += [f"{i:4d}: {const!r}" for i, const in enumerate(co.co_consts)]
    for title, names in (("Names:", co.co_names), ("Variable names:", co.co_varnames),
                         ("Free variables:", co.co_freevars), ("Cell variables:", co.co_cellvars)):
        if names:
            lines.append(title)
            lines += [f"{i:4d}: {name}" for i, name in enumerate(names)]
    return "\n".join(lines)


def show_code(co, *, file=None):
    """Print details of methods, functions, or code to *file*."""
    print(code_info(co), file=file)


class Bytecode:
    """The bytecode operations of a piece of code: iterating yields instructions."""

    def __init__(self, x, *, first_line=None, current_offset=None, show_caches=False, adaptive=False,
                 show_offsets=False, show_positions=False):
        self.codeobj = _get_code_object(x)
        self.first_line = self.codeobj.co_firstlineno if first_line is None else first_line
        self.current_offset = current_offset
        self._original_object = x
        self._show_offsets = show_offsets

    def __iter__(self):
        return get_instructions(self.codeobj, first_line=self.first_line)

    def __repr__(self):
        return f"{type(self).__name__}({self._original_object!r})"

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """Construct a Bytecode from the given traceback."""
        while tb.tb_next:
            tb = tb.tb_next
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti)

    def info(self):
        """Return formatted information about the code object."""
        return code_info(self.codeobj)

    def dis(self):
        """Return a formatted view of the bytecode operations."""
        out = io.StringIO()
        lasti = -1 if self.current_offset is None else self.current_offset
        disassemble(self.codeobj, lasti, file=out, show_offsets=self._show_offsets)
        return out.getvalue()
