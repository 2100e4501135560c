//! Scopes and the meaning of names: what CPython's symbol table finds out, shaped for the compiler.

mod analyze;
mod build;
mod defs;
mod exprs;
mod visit;

pub use defs::all_args;

use super::error::CompileError;
use crate::compile::fx::{FxHashMap, FxHashSet};
use habu_syntax::ast::{Expr, Interner, Mod, Span, Symbol, sym};

/// Index of a scope in its [`ScopeTree`].
pub type ScopeId = u32;

/// Which of a node's scopes is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    Body,
    TypeParams,
    Annotations,
    Bound,
    Default,
}

/// Identity of a tree node: its address, which is stable while the tree is borrowed.
pub fn node_key<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

/// Key of the module itself.
pub const MODULE_KEY: usize = 0;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    Comprehension(Comp),
    /// `__annotate__` functions.
    Annotation,
    /// Bounds and defaults of type parameters.
    TypeVariable,
    TypeAlias,
    TypeParams,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comp {
    List,
    Set,
    Dict,
    Generator,
}

impl ScopeKind {
    /// Compiled with registers for its variables.
    pub fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }
}

/// How a name was met in a scope (CPython's `DEF_*` and `USE`).
pub mod flag {
    pub const GLOBAL: u16 = 1;
    pub const LOCAL: u16 = 2;
    pub const PARAM: u16 = 4;
    pub const NONLOCAL: u16 = 8;
    pub const USE: u16 = 16;
    /// Free in a nested scope and bound in this class.
    pub const FREE_CLASS: u16 = 64;
    pub const IMPORT: u16 = 128;
    pub const ANNOT: u16 = 256;
    pub const COMP_ITER: u16 = 512;
    pub const TYPE_PARAM: u16 = 1024;
    pub const BOUND: u16 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
}

/// What a name means in a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Meaning {
    #[default]
    GlobalImplicit,
    GlobalExplicit,
    Local,
    Cell,
    Free,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Entry {
    pub flags: u16,
    pub meaning: Meaning,
}

#[derive(Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    pub name: Symbol,
    /// [`node_key`] of the node that opened it.
    pub key: usize,
    pub parent: Option<ScopeId>,
    pub children: Vec<ScopeId>,
    /// Names in order of appearance, already mangled.
    pub symbols: Vec<(Symbol, Entry)>,
    index: FxHashMap<Symbol, u32>,
    /// Declarations, for the position of an error.
    directives: Vec<(Symbol, Span)>,
    /// The class whose name mangles private names here.
    pub private: Option<Symbol>,
    /// If set, only these names are mangled (type parameter scopes of classes).
    pub mangled_names: Option<FxHashSet<Symbol>>,
    pub is_generator: bool,
    pub is_coroutine: bool,
    pub is_method: bool,
    /// Inside a function, at any distance.
    pub nested: bool,
    /// Comprehension compiled in place.
    pub inlined: bool,
    pub can_see_class_scope: bool,
    pub needs_class_closure: bool,
    pub needs_classdict: bool,
    pub has_conditional_annotations: bool,
    /// Some assignment expression binds a name in this scope.
    pub has_walrus: bool,
    /// Some name of this scope is deleted, or unbound by the end of an except clause.
    pub has_del: bool,
    in_conditional_block: bool,
    comp_iter_target: bool,
    comp_iter_expr: u32,
    annotation_scope: Option<ScopeId>,
    /// What a type variable scope belongs to, for error texts.
    scope_info: &'static str,
}

impl Scope {
    pub fn lookup(&self, name: Symbol) -> Option<Entry> {
        self.index.get(&name).map(|&i| self.symbols[i as usize].1)
    }

    fn entry(&mut self, name: Symbol) -> &mut Entry {
        let i = *self.index.entry(name).or_insert_with(|| {
            self.symbols.push((name, Entry::default()));
            self.symbols.len() as u32 - 1
        });
        &mut self.symbols[i as usize].1
    }

    fn flags(&self, name: Symbol) -> u16 {
        self.lookup(name).map_or(0, |e| e.flags)
    }
}

/// All scopes of a tree, found by the nodes that open them.
#[derive(Debug)]
pub struct ScopeTree {
    pub scopes: Vec<Scope>,
    by_node: FxHashMap<(usize, Part), ScopeId>,
}

impl ScopeTree {
    /// Builds and analyses the scopes of `module`.
    pub fn build(
        module: &Mod,
        interner: &mut Interner,
        future_annotations: bool,
        top_level_await: bool,
    ) -> Result<ScopeTree, CompileError> {
        let mut tree = build::Builder::new(interner, future_annotations, top_level_await).run(module)?;
        analyze::analyze(&mut tree, interner)?;
        Ok(tree)
    }

    pub fn get(&self, id: ScopeId) -> &Scope {
        &self.scopes[id as usize]
    }

    pub fn find(&self, key: usize, part: Part) -> Option<ScopeId> {
        self.by_node.get(&(key, part)).copied()
    }

    pub fn of_expr(&self, e: &Expr) -> Option<ScopeId> {
        self.find(node_key(e), Part::Body)
    }
}

/// The name as it is stored inside class `private`: `__x` becomes `_Class__x`.
pub fn mangle(interner: &mut Interner, private: Option<Symbol>, name: Symbol) -> Symbol {
    let Some(class) = private else { return name };
    let text = interner.resolve(name);
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
        return name;
    }
    let class = interner.resolve(class).trim_start_matches('_');
    if class.is_empty() {
        return name;
    }
    let mangled = format!("_{class}{text}");
    interner.intern(&mangled)
}

/// As [`mangle`], minding scopes that only mangle some names.
pub fn mangle_in(interner: &mut Interner, scope: &Scope, name: Symbol) -> Symbol {
    if let Some(only) = &scope.mangled_names
        && !only.contains(&name)
    {
        return name;
    }
    mangle(interner, scope.private, name)
}

/// Names the compiler keeps in scopes without the program writing them.
pub fn is_internal(name: Symbol) -> bool {
    name == sym::DOT_FORMAT || name == sym::DOT_ZERO || name == sym::DOT_TYPE_PARAMS
}
