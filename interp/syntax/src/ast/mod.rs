//! The syntax tree: Python 3.14's ASDL, node by node and field by field.
//!
//! Nodes of a sum type are a struct with a `span` and a `kind`; all of a tree stands in an [`Arena`]. The nesting of
//! a parsed tree is at most [`MAX_DEPTH`], except along two spines that programs (generators of programs, mostly) make
//! thousands of nodes long: the *left spine* (`a + b + c…`, `a.b.c…`, `f()()…`, `a[0][0]…`; see [`Expr::spine_child`])
//! and the *elif spine* (see [`elif_of`]). Recursive passes must walk these two in a loop.

mod constant;
mod interner;
mod node;
mod span;

/// What the nodes of a tree stand in; they go with it, all at once.
pub use bumpalo::Bump as Arena;
pub use constant::{CodePoints, Constant, Magnitude, PyString, PyStringBuf};
pub use interner::{Interner, Symbol, sym};
pub use node::elif_of;
pub use span::{LineCursor, LineIndex, Span};

/// How deep statements and expressions may nest (spines apart, see the module's text). Deeper source is refused by
/// the parser, so a pass that spends at most 6 KB of stack a level is safe on a stack of 8 MB.
pub const MAX_DEPTH: u32 = 1000;

/// The root of a tree.
#[derive(Clone, Copy, Debug)]
pub enum Mod<'a> {
    Module { body: &'a [Stmt<'a>], type_ignores: &'a [TypeIgnore<'a>] },
    Interactive { body: &'a [Stmt<'a>] },
    Expression { body: &'a Expr<'a> },
    FunctionType { argtypes: &'a [Expr<'a>], returns: &'a Expr<'a> },
}

/// `# type: ignore` comment; only collected when type comments are asked for.
#[derive(Clone, Copy, Debug)]
pub struct TypeIgnore<'a> {
    pub lineno: u32,
    pub tag: &'a str,
}

/// The text of a `# type:` comment; only set when type comments are asked for.
pub type TypeComment<'a> = Option<&'a str>;

#[derive(Clone, Copy, Debug)]
pub struct Stmt<'a> {
    pub span: Span,
    pub kind: StmtKind<'a>,
}

#[derive(Clone, Copy, Debug)]
pub enum StmtKind<'a> {
    FunctionDef(&'a FunctionDef<'a>),
    AsyncFunctionDef(&'a FunctionDef<'a>),
    ClassDef(&'a ClassDef<'a>),
    Return {
        value: Option<&'a Expr<'a>>,
    },
    Delete {
        targets: &'a [Expr<'a>],
    },
    Assign {
        targets: &'a [Expr<'a>],
        value: &'a Expr<'a>,
        type_comment: TypeComment<'a>,
    },
    TypeAlias {
        name: &'a Expr<'a>,
        type_params: &'a [TypeParam<'a>],
        value: &'a Expr<'a>,
    },
    AugAssign {
        target: &'a Expr<'a>,
        op: Operator,
        value: &'a Expr<'a>,
    },
    /// `simple` is set when the target is a name without parentheses.
    AnnAssign {
        target: &'a Expr<'a>,
        annotation: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        simple: bool,
    },
    For(&'a For<'a>),
    AsyncFor(&'a For<'a>),
    While {
        test: &'a Expr<'a>,
        body: &'a [Stmt<'a>],
        orelse: &'a [Stmt<'a>],
    },
    If {
        test: &'a Expr<'a>,
        body: &'a [Stmt<'a>],
        orelse: &'a [Stmt<'a>],
    },
    With {
        items: &'a [WithItem<'a>],
        body: &'a [Stmt<'a>],
        type_comment: TypeComment<'a>,
    },
    AsyncWith {
        items: &'a [WithItem<'a>],
        body: &'a [Stmt<'a>],
        type_comment: TypeComment<'a>,
    },
    Match {
        subject: &'a Expr<'a>,
        cases: &'a [MatchCase<'a>],
    },
    Raise {
        exc: Option<&'a Expr<'a>>,
        cause: Option<&'a Expr<'a>>,
    },
    Try(&'a Try<'a>),
    TryStar(&'a Try<'a>),
    Assert {
        test: &'a Expr<'a>,
        msg: Option<&'a Expr<'a>>,
    },
    Import {
        names: &'a [Alias],
    },
    /// `module` may be dotted. `level` counts the leading dots.
    ImportFrom {
        module: Option<Symbol>,
        names: &'a [Alias],
        level: u32,
    },
    Global {
        names: &'a [Symbol],
    },
    Nonlocal {
        names: &'a [Symbol],
    },
    Expr {
        value: &'a Expr<'a>,
    },
    Pass,
    Break,
    Continue,
}

/// The fields of `FunctionDef` and `AsyncFunctionDef`. The statement's span starts at `def` or `async`, as in CPython;
/// decorators stand before it.
#[derive(Clone, Copy, Debug)]
pub struct FunctionDef<'a> {
    pub name: Symbol,
    pub args: Arguments<'a>,
    pub body: &'a [Stmt<'a>],
    pub decorator_list: &'a [Expr<'a>],
    pub returns: Option<&'a Expr<'a>>,
    pub type_comment: TypeComment<'a>,
    pub type_params: &'a [TypeParam<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct ClassDef<'a> {
    pub name: Symbol,
    pub bases: &'a [Expr<'a>],
    pub keywords: &'a [Keyword<'a>],
    pub body: &'a [Stmt<'a>],
    pub decorator_list: &'a [Expr<'a>],
    pub type_params: &'a [TypeParam<'a>],
}

/// The fields of `For` and `AsyncFor`.
#[derive(Clone, Copy, Debug)]
pub struct For<'a> {
    pub target: Expr<'a>,
    pub iter: Expr<'a>,
    pub body: &'a [Stmt<'a>],
    pub orelse: &'a [Stmt<'a>],
    pub type_comment: TypeComment<'a>,
}

/// The fields of `Try` and `TryStar`.
#[derive(Clone, Copy, Debug)]
pub struct Try<'a> {
    pub body: &'a [Stmt<'a>],
    pub handlers: &'a [ExceptHandler<'a>],
    pub orelse: &'a [Stmt<'a>],
    pub finalbody: &'a [Stmt<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct Expr<'a> {
    pub span: Span,
    pub kind: ExprKind<'a>,
}

#[derive(Clone, Copy, Debug)]
pub enum ExprKind<'a> {
    BoolOp {
        op: BoolOp,
        values: &'a [Expr<'a>],
    },
    NamedExpr {
        target: &'a Expr<'a>,
        value: &'a Expr<'a>,
    },
    BinOp {
        left: &'a Expr<'a>,
        op: Operator,
        right: &'a Expr<'a>,
    },
    UnaryOp {
        op: UnaryOp,
        operand: &'a Expr<'a>,
    },
    Lambda {
        args: &'a Arguments<'a>,
        body: &'a Expr<'a>,
    },
    IfExp {
        test: &'a Expr<'a>,
        body: &'a Expr<'a>,
        orelse: &'a Expr<'a>,
    },
    /// A key of `None` is a `**` unpacking.
    Dict {
        keys: &'a [Option<Expr<'a>>],
        values: &'a [Expr<'a>],
    },
    Set {
        elts: &'a [Expr<'a>],
    },
    ListComp {
        elt: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    SetComp {
        elt: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    DictComp {
        key: &'a Expr<'a>,
        value: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    GeneratorExp {
        elt: &'a Expr<'a>,
        generators: &'a [Comprehension<'a>],
    },
    Await {
        value: &'a Expr<'a>,
    },
    Yield {
        value: Option<&'a Expr<'a>>,
    },
    YieldFrom {
        value: &'a Expr<'a>,
    },
    Compare {
        left: &'a Expr<'a>,
        ops: &'a [CmpOp],
        comparators: &'a [Expr<'a>],
    },
    Call {
        func: &'a Expr<'a>,
        args: &'a [Expr<'a>],
        keywords: &'a [Keyword<'a>],
    },
    /// `conversion` is -1 or the code of `s`, `r` or `a`.
    FormattedValue {
        value: &'a Expr<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
    },
    /// `str` is the source text of the expression.
    Interpolation {
        value: &'a Expr<'a>,
        str: PyString<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
    },
    JoinedStr {
        values: &'a [Expr<'a>],
    },
    TemplateStr {
        values: &'a [Expr<'a>],
    },
    /// `kind` is set for strings with a `u` prefix.
    Constant {
        value: Constant<'a>,
        kind: bool,
    },
    Attribute {
        value: &'a Expr<'a>,
        attr: Symbol,
        ctx: ExprContext,
    },
    Subscript {
        value: &'a Expr<'a>,
        slice: &'a Expr<'a>,
        ctx: ExprContext,
    },
    Starred {
        value: &'a Expr<'a>,
        ctx: ExprContext,
    },
    Name {
        id: Symbol,
        ctx: ExprContext,
    },
    List {
        elts: &'a [Expr<'a>],
        ctx: ExprContext,
    },
    Tuple {
        elts: &'a [Expr<'a>],
        ctx: ExprContext,
    },
    Slice {
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ExprContext {
    Load,
    Store,
    Del,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BoolOp {
    And,
    Or,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Operator {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnaryOp {
    Invert,
    Not,
    UAdd,
    USub,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

/// One `for … in … if …` of a comprehension.
#[derive(Clone, Copy, Debug)]
pub struct Comprehension<'a> {
    pub target: Expr<'a>,
    pub iter: Expr<'a>,
    pub ifs: &'a [Expr<'a>],
    pub is_async: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct ExceptHandler<'a> {
    pub span: Span,
    pub typ: Option<&'a Expr<'a>>,
    pub name: Option<Symbol>,
    pub body: &'a [Stmt<'a>],
}

/// Parameters. `kw_defaults` runs beside `kwonlyargs`; `defaults` belongs to the last of `posonlyargs` + `args`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arguments<'a> {
    pub posonlyargs: &'a [Arg<'a>],
    pub args: &'a [Arg<'a>],
    pub vararg: Option<&'a Arg<'a>>,
    pub kwonlyargs: &'a [Arg<'a>],
    pub kw_defaults: &'a [Option<Expr<'a>>],
    pub kwarg: Option<&'a Arg<'a>>,
    pub defaults: &'a [Expr<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct Arg<'a> {
    pub span: Span,
    pub arg: Symbol,
    pub annotation: Option<&'a Expr<'a>>,
    pub type_comment: TypeComment<'a>,
}

/// A keyword argument; `**value` when `arg` is `None`.
#[derive(Clone, Copy, Debug)]
pub struct Keyword<'a> {
    pub span: Span,
    pub arg: Option<Symbol>,
    pub value: Expr<'a>,
}

/// An imported name, dotted perhaps, or `*`.
#[derive(Clone, Copy, Debug)]
pub struct Alias {
    pub span: Span,
    pub name: Symbol,
    pub asname: Option<Symbol>,
}

#[derive(Clone, Copy, Debug)]
pub struct WithItem<'a> {
    pub context_expr: Expr<'a>,
    pub optional_vars: Option<&'a Expr<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub struct MatchCase<'a> {
    pub pattern: Pattern<'a>,
    pub guard: Option<&'a Expr<'a>>,
    pub body: &'a [Stmt<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a> {
    pub span: Span,
    pub kind: PatternKind<'a>,
}

#[derive(Clone, Copy, Debug)]
pub enum PatternKind<'a> {
    MatchValue {
        value: &'a Expr<'a>,
    },
    /// `None`, `True` or `False`.
    MatchSingleton {
        value: Constant<'a>,
    },
    MatchSequence {
        patterns: &'a [Pattern<'a>],
    },
    MatchMapping {
        keys: &'a [Expr<'a>],
        patterns: &'a [Pattern<'a>],
        rest: Option<Symbol>,
    },
    MatchClass {
        cls: &'a Expr<'a>,
        patterns: &'a [Pattern<'a>],
        kwd_attrs: &'a [Symbol],
        kwd_patterns: &'a [Pattern<'a>],
    },
    MatchStar {
        name: Option<Symbol>,
    },
    MatchAs {
        pattern: Option<&'a Pattern<'a>>,
        name: Option<Symbol>,
    },
    MatchOr {
        patterns: &'a [Pattern<'a>],
    },
}

#[derive(Clone, Copy, Debug)]
pub struct TypeParam<'a> {
    pub span: Span,
    pub kind: TypeParamKind<'a>,
}

#[derive(Clone, Copy, Debug)]
pub enum TypeParamKind<'a> {
    TypeVar { name: Symbol, bound: Option<&'a Expr<'a>>, default_value: Option<&'a Expr<'a>> },
    ParamSpec { name: Symbol, default_value: Option<&'a Expr<'a>> },
    TypeVarTuple { name: Symbol, default_value: Option<&'a Expr<'a>> },
}
