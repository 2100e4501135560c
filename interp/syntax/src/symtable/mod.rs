//! The symbol table: which scopes a tree has, and where each name of a scope lives.
//!
//! [`build`] walks the tree twice, as CPython does: a pass that notes how each scope uses its names (`build`), and a
//! pass that decides from that which are local, global, free or cells (`analyze`).
//!
//! # For the compiler
//!
//! The compiler walks the tree in its own order and asks for the scope of a node with [`SymbolTable::find`]: the
//! node's identity ([`node_key`]) and the [`Role`] in which it opens a scope (one node can open several: a generic
//! function opens a scope for its type parameters, one for its annotations and its own). Inside a scope it asks
//! [`Scope::lookup`] with the *mangled* name ([`mangle_in`]).
//!
//! Inlined comprehensions (PEP 709) keep a [`Scope`] of their own with [`Scope::inlined`] set; the scope around lists
//! them ([`Scope::comps`]). Their names have been merged into it, as CPython does; those that are variables of the
//! comprehension alone are marked [`Flags::INLINED`].

mod analyze;
mod build;
mod exprs;
mod mangle;
mod set;
mod stmts;

pub use build::{SymtableOptions, build};
pub use mangle::{mangle, mangle_in};

use crate::ast::{Span, Symbol};
use set::{Build, SymbolMap};
use std::collections::HashMap;
use std::ops::{BitOr, BitOrAssign};

/// The number of a scope in its table. The module's is 0; scopes are numbered in the order they are entered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ScopeId(pub u32);

impl ScopeId {
    /// The scope of the module.
    pub const TOP: ScopeId = ScopeId(0);
}

/// Identity of a tree node: its address, which is stable while the tree is borrowed.
pub fn node_key<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

/// Key of the module itself.
pub const MODULE_KEY: usize = 0;

/// What sort of block a scope is; CPython's `_Py_block_ty`, for which the first three of these are functions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ScopeKind {
    Function,
    Lambda,
    Comprehension(ComprehensionKind),
    Module,
    Class,
    /// An `__annotate__` function (PEP 649).
    Annotation,
    /// The bound or the default of a type parameter.
    TypeVariable,
    /// The value of a type alias.
    TypeAlias,
    /// The type parameters of a generic function, class or alias.
    TypeParams,
}

impl ScopeKind {
    /// Whether names bound here are visible in nested scopes, as a function's are.
    pub fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }
}

/// Which sort of comprehension a function scope is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

/// In which capacity a node opens a scope; with the node's key it names the scope.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// The module, a `FunctionDef`, a `ClassDef`, a `Lambda` or a comprehension expression.
    Body,
    /// The type parameters of a `FunctionDef`, `ClassDef` or type alias statement.
    TypeParams,
    /// The annotations of a `FunctionDef`'s signature, or of the variables of a module or a `ClassDef`.
    Annotations,
    /// The value of a type alias statement.
    TypeAlias,
    /// The bound of a type parameter: the parameter.
    Bound,
    /// The default of a type parameter: the parameter.
    Default,
}

/// What a scope does with a name: CPython's `DEF_*` and `USE` flags.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash, Debug)]
pub struct Flags(pub u16);

impl Flags {
    pub const GLOBAL: Flags = Flags(1);
    /// Assigned in this scope.
    pub const LOCAL: Flags = Flags(2);
    pub const PARAM: Flags = Flags(4);
    pub const NONLOCAL: Flags = Flags(8);
    pub const USE: Flags = Flags(16);
    /// Free in a method, and bound in the class around it.
    pub const FREE_CLASS: Flags = Flags(64);
    pub const IMPORT: Flags = Flags(128);
    pub const ANNOT: Flags = Flags(256);
    /// The target of a comprehension's `for`.
    pub const COMP_ITER: Flags = Flags(512);
    pub const TYPE_PARAM: Flags = Flags(1024);
    /// A cell because of an inlined comprehension.
    pub const COMP_CELL: Flags = Flags(2048);
    /// Merged into this scope from an inlined comprehension, whose variable it is. CPython has no such flag.
    pub const INLINED: Flags = Flags(1 << 15);
    /// The flags that CPython has.
    pub const CPYTHON: Flags = Flags(4095);
    /// Any way of binding.
    pub const BOUND: Flags = Flags(2 | 4 | 128 | 1024);

    /// Whether any of the flags is set.
    #[inline]
    pub fn has(self, flags: Flags) -> bool {
        self.0 & flags.0 != 0
    }
}

impl BitOr for Flags {
    type Output = Flags;
    fn bitor(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Flags) {
        self.0 |= other.0;
    }
}

/// Where a name of a scope lives; CPython's scope numbers 1 to 5.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Binding {
    Local = 1,
    /// Declared `global`.
    GlobalExplicit = 2,
    /// Bound nowhere around: a global or a builtin.
    GlobalImplicit = 3,
    /// A variable of an enclosing function.
    Free = 4,
    /// A local that nested scopes use.
    Cell = 5,
}

/// A name of a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Mangled.
    pub name: Symbol,
    pub flags: Flags,
    pub binding: Binding,
}

/// One scope.
#[derive(Clone, Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    /// The name of its code object: a function's or class's name, `<lambda>`, `<listcomp>`, `__annotate__`, `top`…
    pub name: Symbol,
    /// Of the node that opens it.
    pub span: Span,
    /// [`node_key`] of that node.
    pub key: usize,
    pub parent: Option<ScopeId>,
    /// In the order they are entered; those of inlined comprehensions stand in their place.
    pub children: Vec<ScopeId>,
    /// The comprehensions that run in this scope.
    pub comps: Vec<ScopeId>,
    /// The class whose name mangles private names here.
    pub class: Option<Symbol>,
    /// Whether this comprehension runs in the scope around it (PEP 709).
    pub inlined: bool,
    /// Parameters in the order of CPython's `co_varnames`: positional, keyword-only, `*args`, `**kwargs`; only in a table
    /// that is for programs to see.
    pub varnames: Vec<Symbol>,
    /// Inside a function, at any distance.
    pub nested: bool,
    /// Has free variables itself.
    pub has_free: bool,
    /// A nested scope has free variables.
    pub child_free: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub varargs: bool,
    pub varkeywords: bool,
    pub returns_value: bool,
    /// Defined with `async def`.
    pub is_async_def: bool,
    /// A function defined right in a class body.
    pub method: bool,
    pub has_docstring: bool,
    /// A class some method of which uses `__class__` (or `super`).
    pub needs_class_closure: bool,
    /// A class some nested scope of which reads class variables through `__classdict__`.
    pub needs_classdict: bool,
    /// A module or class whose annotations may not all be executed: keeps `__conditional_annotations__`.
    pub has_conditional_annotations: bool,
    /// Has annotations, on its parameters or in its body.
    pub annotations_used: bool,
    /// An annotation-like scope that sees the variables of the class around it.
    pub can_see_class_scope: bool,
    /// Some assignment expression binds a name in this scope.
    pub has_walrus: bool,
    /// Some name of this scope is deleted, or unbound by the end of an except clause.
    pub has_del: bool,
    /// The `__annotate__` scope of a module's, class's or function's variable annotations.
    pub annotation_block: Option<ScopeId>,
    /// Names of type parameters, which alone are mangled in the type parameters of a class.
    pub(crate) mangled_names: Option<Vec<Symbol>>,
    pub(crate) symbols: SymbolMap,
    pub(crate) cells: Vec<Symbol>,
    pub(crate) frees: Vec<Symbol>,
}

impl Scope {
    /// Which sort of comprehension this is, if it is one.
    pub fn comprehension(&self) -> Option<ComprehensionKind> {
        match self.kind {
            ScopeKind::Comprehension(kind) => Some(kind),
            _ => None,
        }
    }

    /// How the scope sees a (mangled) name that occurs in it.
    pub fn lookup(&self, name: Symbol) -> Option<Entry> {
        self.symbols.get(name)
    }

    /// Where a (mangled) name lives; names that don't occur are global.
    pub fn resolve(&self, name: Symbol) -> Binding {
        self.symbols.get(name).map_or(Binding::GlobalImplicit, |entry| entry.binding)
    }

    /// All names, in the order they first occurred.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        self.symbols.iter()
    }

    /// `co_cellvars` in CPython's order before it drops what is a parameter too: sorted by text; in classes the
    /// implicit `__class__`, `__classdict__` and `__conditional_annotations__`.
    pub fn cell_variables(&self) -> &[Symbol] {
        &self.cells
    }

    /// `co_freevars` in CPython's order: sorted by text.
    pub fn free_variables(&self) -> &[Symbol] {
        &self.frees
    }
}

/// Runs a step of a recursion over a tree that may be deeper than the native stack: a program can build one.
fn with_stack<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, step)
}

/// The scopes of a tree.
#[derive(Debug)]
pub struct SymbolTable {
    pub scopes: Vec<Scope>,
    pub future: crate::future::Future,
    by_node: HashMap<(usize, Role), ScopeId, Build>,
}

impl SymbolTable {
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// The scope of the module.
    pub fn top(&self) -> &Scope {
        self.scope(ScopeId::TOP)
    }

    /// The scope that the node with a key opens in a role.
    pub fn find(&self, key: usize, role: Role) -> Option<ScopeId> {
        self.by_node.get(&(key, role)).copied()
    }
}
