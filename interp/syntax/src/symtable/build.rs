//! The first pass: entering scopes and noting what they do with their names.

use super::set::{SymbolMap, SymbolSet};
use super::*;
use crate::ast::*;
use crate::error::{ErrKind, SyntaxErr};
use crate::future::{docstring, future_features};

/// How to build the table.
#[derive(Clone, Copy, Default, Debug)]
pub struct SymtableOptions {
    /// `from __future__ import annotations` is in force from outside (as `compile` inherits it).
    pub future_annotations: bool,
    /// `await` is allowed at the top (`ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
    /// For programs to see: with all scopes and names that CPython has, though no code may need them.
    pub shown: bool,
}

/// Builds the symbol table of a tree. Mangled names are added to the interner.
pub fn build(
    module: &Mod,
    interner: &mut Interner,
    lines: &LineIndex,
    options: SymtableOptions,
) -> Result<SymbolTable, SyntaxErr> {
    let mut future = future_features(module, interner, lines)?;
    future.annotations |= options.future_annotations;
    let table = SymbolTable {
        scopes: Vec::with_capacity(lines.line_count() as usize / 16 + 4),
        future,
        by_node: HashMap::default(),
    };
    let mut builder = Builder {
        table,
        interner,
        lines,
        options,
        states: Vec::new(),
        stack: Vec::new(),
        class: None,
        directives: HashMap::new(),
        depth: 0,
    };
    builder.module(module)?;
    let Builder { mut table, interner, directives, .. } = builder;
    let analysis = super::analyze::Analysis { table: &mut table, interner, lines, directives: &directives };
    analysis.run()?;
    Ok(table)
}

pub(super) type R<T = ()> = Result<T, SyntaxErr>;

/// What is only of interest while a scope is being walked.
#[derive(Default)]
pub(super) struct State {
    /// In the iterable of a comprehension, where assignment expressions are refused.
    pub(super) comp_iter_expr: u32,
    /// In the target of a comprehension's `for`.
    pub(super) comp_iter_target: bool,
    pub(super) in_conditional_block: bool,
    /// In an annotation that is never evaluated: a local variable's.
    pub(super) unevaluated: bool,
    /// For messages: "a TypeVar bound".
    pub(super) scope_info: Option<&'static str>,
}

pub(super) struct Builder<'b> {
    pub(super) table: SymbolTable,
    pub(super) interner: &'b mut Interner,
    lines: &'b LineIndex,
    pub(super) options: SymtableOptions,
    /// Beside `table.scopes`.
    states: Vec<State>,
    pub(super) stack: Vec<ScopeId>,
    /// The class whose name mangles private names.
    pub(super) class: Option<Symbol>,
    /// Where a scope declared a name global or nonlocal.
    directives: HashMap<(ScopeId, Symbol), Span>,
    depth: u32,
}

impl Builder<'_> {
    /// Runs a step of the recursion over the tree. The stack is looked at now and then: it has room for some steps more.
    #[inline]
    pub(super) fn deeper<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let result = if self.depth.is_multiple_of(8) { super::with_stack(|| step(self)) } else { step(self) };
        self.depth -= 1;
        result
    }

    pub(super) fn error<T>(&self, span: Span, msg: impl Into<String>) -> R<T> {
        Err(SyntaxErr::in_tree(ErrKind::SyntaxError, msg, span, self.lines))
    }

    pub(super) fn text(&self, name: Symbol) -> &str {
        self.interner.resolve(name)
    }

    pub(super) fn current(&self) -> ScopeId {
        self.stack.last().copied().unwrap_or(ScopeId::TOP)
    }

    pub(super) fn scope(&mut self) -> &mut Scope {
        let id = self.current();
        &mut self.table.scopes[id.0 as usize]
    }

    pub(super) fn kind(&self) -> ScopeKind {
        self.table.scope(self.current()).kind
    }

    pub(super) fn state(&mut self) -> &mut State {
        let id = self.current();
        &mut self.states[id.0 as usize]
    }

    fn module(&mut self, module: &Mod) -> R {
        self.enter(sym::TOP, ScopeKind::Module, Span::default(), (MODULE_KEY, Role::Body))?;
        match module {
            Mod::Module { body, .. } => {
                self.scope().has_docstring = docstring(body).is_some();
                self.stmts(body)?;
            }
            Mod::Interactive { body } => self.stmts(body)?,
            Mod::Expression { body } => self.expr(body)?,
            Mod::FunctionType { .. } => {}
        }
        self.leave();
        Ok(())
    }

    /// Makes a scope without entering it.
    pub(super) fn new_scope(
        &mut self,
        name: Symbol,
        kind: ScopeKind,
        span: Span,
        node: (usize, Role),
    ) -> ScopeId {
        let id = ScopeId(self.table.scopes.len() as u32);
        let parent = self.stack.last().copied();
        let nested = parent.is_some_and(|p| {
            let parent = self.table.scope(p);
            parent.nested || parent.kind.is_function_like()
        });
        self.table.scopes.push(Scope {
            kind,
            name,
            span,
            key: node.0,
            parent,
            children: Vec::new(),
            comps: Vec::new(),
            class: self.class,
            inlined: false,
            varnames: Vec::new(),
            nested,
            has_free: false,
            child_free: false,
            generator: false,
            coroutine: false,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            is_async_def: false,
            method: false,
            has_docstring: false,
            needs_class_closure: false,
            needs_classdict: false,
            has_conditional_annotations: false,
            annotations_used: false,
            can_see_class_scope: false,
            has_walrus: false,
            has_del: false,
            annotation_block: None,
            mangled_names: None,
            symbols: SymbolMap::default(),
            cells: Vec::new(),
            frees: Vec::new(),
        });
        self.states.push(State::default());
        self.table.by_node.insert(node, id);
        id
    }

    /// Makes a scope and enters it.
    pub(super) fn enter(
        &mut self,
        name: Symbol,
        kind: ScopeKind,
        span: Span,
        node: (usize, Role),
    ) -> R<ScopeId> {
        let id = self.new_scope(name, kind, span, node);
        self.enter_existing(id, true);
        if matches!(kind, ScopeKind::Annotation | ScopeKind::TypeVariable | ScopeKind::TypeAlias) {
            // The hidden parameter says in which format to evaluate.
            self.define(sym::DOT_FORMAT, Flags::PARAM, span)?;
            self.define(sym::DOT_FORMAT, Flags::USE, span)?;
        }
        Ok(id)
    }

    pub(super) fn enter_existing(&mut self, id: ScopeId, add_to_children: bool) {
        let kind = self.table.scope(id).kind;
        if let Some(&parent) = self.stack.last() {
            self.states[id.0 as usize].comp_iter_expr = self.states[parent.0 as usize].comp_iter_expr;
            if kind != ScopeKind::Class && self.table.scope(parent).mangled_names.is_some() {
                let names = self.table.scope(parent).mangled_names.clone();
                self.table.scopes[id.0 as usize].mangled_names = names;
            }
            // Under postponed evaluation annotations are text: their scopes stay outside of the tree.
            let postponed = kind == ScopeKind::Annotation && self.table.future.annotations;
            if add_to_children && !postponed {
                self.table.scopes[parent.0 as usize].children.push(id);
            }
        }
        self.stack.push(id);
    }

    pub(super) fn leave(&mut self) {
        self.stack.pop();
    }

    #[inline]
    pub(super) fn mangled(&mut self, scope: ScopeId, name: Symbol) -> Symbol {
        if self.class.is_none() || !self.interner.is_private(name) {
            return name;
        }
        match &self.table.scope(scope).mangled_names {
            Some(names) if !names.contains(&name) => name,
            _ => mangle(self.interner, self.class, name),
        }
    }

    /// The flags that a name has in the current scope so far.
    pub(super) fn flags(&mut self, name: Symbol) -> Flags {
        let scope = self.current();
        self.flags_in(scope, name)
    }

    pub(super) fn flags_in(&mut self, scope: ScopeId, name: Symbol) -> Flags {
        let name = self.mangled(scope, name);
        self.table.scope(scope).symbols.flags(name)
    }

    /// Notes that the current scope does something with a name.
    pub(super) fn define(&mut self, name: Symbol, flags: Flags, span: Span) -> R {
        if name == sym::DUNDER_DEBUG && flags.has(Flags::PARAM | Flags::LOCAL | Flags::IMPORT) {
            return self.error(span, "cannot assign to __debug__");
        }
        let scope = self.current();
        if flags.has(Flags::TYPE_PARAM)
            && let Some(names) = &mut self.table.scopes[scope.0 as usize].mangled_names
        {
            names.push(name);
        }
        self.define_in(scope, name, flags, span)
    }

    /// Notes that the current scope reads a name; false where more than that is to be done.
    #[inline]
    pub(super) fn uses(&mut self, name: Symbol) -> bool {
        let scope = self.current();
        let name = self.mangled(scope, name);
        let i = scope.0 as usize;
        if self.states[i].comp_iter_target {
            return false;
        }
        self.table.scopes[i].symbols.entry(name).flags |= Flags::USE;
        true
    }

    pub(super) fn define_in(&mut self, scope: ScopeId, name: Symbol, flags: Flags, span: Span) -> R {
        let name = self.mangled(scope, name);
        let iter_target = self.states[scope.0 as usize].comp_iter_target;
        let entry = self.table.scopes[scope.0 as usize].symbols.entry(name);
        let before = entry.flags;
        entry.flags |= flags;
        if iter_target {
            entry.flags |= Flags::COMP_ITER;
        }
        if flags.has(Flags::PARAM) && before.has(Flags::PARAM) {
            let msg = format!("duplicate argument '{}' in function definition", self.text(name));
            return self.error(span, msg);
        }
        if flags.has(Flags::TYPE_PARAM) && before.has(Flags::TYPE_PARAM) {
            let msg = format!("duplicate type parameter '{}'", self.text(name));
            return self.error(span, msg);
        }
        if iter_target && (before | flags).has(Flags::GLOBAL | Flags::NONLOCAL) {
            let msg = format!(
                "comprehension inner loop cannot rebind assignment expression target '{}'",
                self.text(name)
            );
            return self.error(span, msg);
        }
        if flags.has(Flags::PARAM) {
            if self.options.shown {
                self.table.scopes[scope.0 as usize].varnames.push(name);
            }
        } else if flags.has(Flags::GLOBAL) {
            self.table.scopes[0].symbols.entry(name).flags |= flags;
        }
        Ok(())
    }

    /// Remembers where the current scope declared a name global or nonlocal.
    pub(super) fn directive(&mut self, name: Symbol, span: Span) {
        let scope = self.current();
        let name = self.mangled(scope, name);
        self.directives.entry((scope, name)).or_insert(span);
    }

    /// Whether code here runs in an `async def`, or at a top that allows `await`.
    pub(super) fn in_async_def(&self) -> bool {
        let scope = self.table.scope(self.current());
        scope.kind == ScopeKind::Function && scope.is_async_def
    }

    pub(super) fn allows_async(&self) -> bool {
        self.in_async_def() || self.allows_top_level_await()
    }

    pub(super) fn allows_top_level_await(&self) -> bool {
        self.options.top_level_await && self.kind() == ScopeKind::Module
    }
}

/// Kept here so that the passes agree on the set they use.
pub(super) type Names = SymbolSet;
