//! First pass over the tree: opens scopes and notes how each name is used in them.

use super::{Comp, MODULE_KEY, Part, Scope, ScopeId, ScopeKind, ScopeTree, flag, mangle_in};
use crate::compile::error::CompileError;
use crate::compile::fx::FxHashMap;
use habu_syntax::ast::{Interner, Mod, Span, Symbol, sym};

pub(super) type Res = Result<(), CompileError>;

/// A syntax error, for `return`.
pub(super) fn err(msg: impl Into<String>, span: Span) -> Res {
    Err(CompileError::syntax(msg, Some(span)))
}

/// The pass's state; `visit.rs` walks the tree with it.
pub(super) struct Builder<'a> {
    pub interner: &'a mut Interner,
    pub scopes: Vec<Scope>,
    pub by_node: FxHashMap<(usize, Part), ScopeId>,
    pub cur: ScopeId,
    /// The class whose name mangles private names.
    pub private: Option<Symbol>,
    pub future_annotations: bool,
    pub top_level_await: bool,
}

impl<'a> Builder<'a> {
    pub fn new(interner: &'a mut Interner, future_annotations: bool, top_level_await: bool) -> Builder<'a> {
        Builder {
            interner,
            scopes: Vec::new(),
            by_node: FxHashMap::default(),
            cur: 0,
            private: None,
            future_annotations,
            top_level_await,
        }
    }

    pub fn run(mut self, module: &Mod) -> Result<ScopeTree, CompileError> {
        self.scopes.push(new_scope(ScopeKind::Module, sym::TOP, None));
        self.by_node.insert((MODULE_KEY, Part::Body), 0);
        match module {
            Mod::Module { body, .. } | Mod::Interactive { body } => self.stmts(body)?,
            Mod::Expression { body } => self.expr(body)?,
            Mod::FunctionType { .. } => {}
        }
        Ok(ScopeTree { scopes: self.scopes, by_node: self.by_node })
    }

    pub fn scope(&mut self) -> &mut Scope {
        &mut self.scopes[self.cur as usize]
    }

    /// Opens a scope; [`Builder::leave`] goes back to the one returned.
    pub fn enter(&mut self, kind: ScopeKind, name: Symbol, key: (usize, Part)) -> ScopeId {
        let old = self.enter_detached(kind, name);
        let id = self.cur;
        self.scopes[old as usize].children.push(id);
        self.scopes[id as usize].key = key.0;
        self.by_node.insert(key, id);
        old
    }

    /// Opens a scope that its parent will not know of: for code that is checked but never compiled.
    pub fn enter_detached(&mut self, kind: ScopeKind, name: Symbol) -> ScopeId {
        let old = self.cur;
        let parent = &self.scopes[old as usize];
        let nested = parent.nested || parent.kind.is_function_like();
        let mut scope = new_scope(kind, name, Some(old));
        scope.nested = nested;
        scope.private = self.private;
        // Only some names are mangled in the type parameters of a class, and in the scopes inside them.
        scope.mangled_names = match kind {
            ScopeKind::Class => None,
            _ => parent.mangled_names.clone(),
        };
        // A function inside an iterable is part of it.
        scope.comp_iter_expr = parent.comp_iter_expr;
        self.cur = self.scopes.len() as ScopeId;
        self.scopes.push(scope);
        old
    }

    pub fn leave(&mut self, old: ScopeId) {
        self.cur = old;
    }

    /// Whether a scope opened here for annotations or type parameters sees a class's names.
    pub fn class_visible(&self) -> bool {
        let scope = &self.scopes[self.cur as usize];
        scope.kind == ScopeKind::Class || scope.can_see_class_scope
    }

    /// Marks the current scope as one that sees the class's names.
    pub fn see_class(&mut self) -> Res {
        self.scope().can_see_class_scope = true;
        self.def(sym::DUNDER_CLASSDICT, flag::USE, Span::default())
    }

    pub fn mangled(&mut self, name: Symbol) -> Symbol {
        mangle_in(self.interner, &self.scopes[self.cur as usize], name)
    }

    /// Notes a use or a binding of `name` in the current scope.
    pub fn def(&mut self, name: Symbol, flags: u16, span: Span) -> Res {
        self.def_in(self.cur, name, flags, span)
    }

    pub fn def_in(&mut self, id: ScopeId, name: Symbol, flags: u16, span: Span) -> Res {
        let name = mangle_in(self.interner, &self.scopes[id as usize], name);
        let scope = &mut self.scopes[id as usize];
        let in_target = scope.comp_iter_target;
        let entry = scope.entry(name);
        let old = entry.flags;
        if flags & flag::PARAM != 0 && old & flag::PARAM != 0 {
            let msg = format!("duplicate argument '{}' in function definition", self.interner.resolve(name));
            return Err(CompileError::syntax(msg, Some(span)));
        }
        if flags & flag::TYPE_PARAM != 0 && old & flag::TYPE_PARAM != 0 {
            let msg = format!("duplicate type parameter '{}'", self.interner.resolve(name));
            return Err(CompileError::syntax(msg, Some(span)));
        }
        entry.flags = old | flags;
        if in_target {
            // Its own iteration variables cannot be rebound by an assignment expression, nor the other way round.
            if entry.flags & (flag::GLOBAL | flag::NONLOCAL) != 0 {
                let msg = format!(
                    "comprehension inner loop cannot rebind assignment expression target '{}'",
                    self.interner.resolve(name)
                );
                return Err(CompileError::syntax(msg, Some(span)));
            }
            entry.flags |= flag::COMP_ITER;
        }
        Ok(())
    }

    /// Binds a name that the program wrote.
    pub fn bind(&mut self, name: Symbol, flags: u16, span: Span) -> Res {
        if name == sym::DUNDER_DEBUG {
            return Err(CompileError::syntax("cannot assign to __debug__", Some(span)));
        }
        self.def(name, flags, span)
    }

    pub fn flags(&mut self, name: Symbol) -> u16 {
        let name = self.mangled(name);
        self.scope().flags(name)
    }

    pub fn directive(&mut self, name: Symbol, span: Span) {
        let name = self.mangled(name);
        self.scope().directives.push((name, span));
    }

    /// Refuses what must not stand in annotation-like scopes.
    pub fn refuse_in_annotation(&mut self, what: &str, span: Span) -> Res {
        let place = match self.scope().kind {
            ScopeKind::Annotation => "an annotation",
            ScopeKind::TypeVariable => self.scope().scope_info,
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParams => "the definition of a generic",
            _ => return Ok(()),
        };
        Err(CompileError::syntax(format!("{what} cannot be used within {place}"), Some(span)))
    }

    /// The target of an assignment expression, which in comprehensions belongs to the scope around them.
    pub fn walrus_target(&mut self, name: Symbol, span: Span) -> Res {
        if !matches!(self.scope().kind, ScopeKind::Comprehension(_)) {
            self.scope().has_walrus = true;
            return self.bind(name, flag::LOCAL, span);
        }
        let flags = self.flags(name);
        let text = self.interner.resolve(name).to_owned();
        let mut id = self.cur;
        loop {
            let kind = self.scopes[id as usize].kind;
            if let ScopeKind::Comprehension(_) = kind {
                let mangled = mangle_in(self.interner, &self.scopes[id as usize], name);
                let f = self.scopes[id as usize].flags(mangled);
                if f & flag::COMP_ITER != 0 && f & flag::LOCAL != 0 {
                    let msg = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{text}'"
                    );
                    return Err(CompileError::syntax(msg, Some(span)));
                }
                self.scopes[id as usize].has_walrus = true;
                match self.scopes[id as usize].parent {
                    Some(parent) => id = parent,
                    None => return Ok(()),
                }
                continue;
            }
            if name == sym::DUNDER_DEBUG {
                return Err(CompileError::syntax("cannot assign to __debug__", Some(span)));
            }
            let bad = match kind {
                ScopeKind::Function | ScopeKind::Lambda => {
                    let mangled = mangle_in(self.interner, &self.scopes[id as usize], name);
                    let outer = self.scopes[id as usize].flags(mangled);
                    let meaning = if outer & flag::GLOBAL != 0 { flag::GLOBAL } else { flag::NONLOCAL };
                    if flags & flag::GLOBAL == 0 || meaning == flag::GLOBAL {
                        self.def(name, meaning, span)?;
                    }
                    self.directive(name, span);
                    self.scopes[id as usize].has_walrus = true;
                    return self.def_in(id, name, flag::LOCAL, span);
                }
                ScopeKind::Module => {
                    self.def(name, flag::GLOBAL, span)?;
                    self.directive(name, span);
                    return self.def_in(id, name, flag::GLOBAL, span);
                }
                ScopeKind::Class => {
                    "assignment expression within a comprehension cannot be used in a class body"
                }
                ScopeKind::TypeParams => {
                    "assignment expression within a comprehension cannot be used within the definition of a generic"
                }
                ScopeKind::TypeAlias => {
                    "assignment expression within a comprehension cannot be used in a type alias"
                }
                ScopeKind::TypeVariable => {
                    "assignment expression within a comprehension cannot be used in a TypeVar bound"
                }
                // CPython looks through annotation scopes.
                ScopeKind::Annotation | ScopeKind::Comprehension(_) => {
                    match self.scopes[id as usize].parent {
                        Some(parent) => id = parent,
                        None => return Ok(()),
                    }
                    continue;
                }
            };
            return Err(CompileError::syntax(bad, Some(span)));
        }
    }
}

fn new_scope(kind: ScopeKind, name: Symbol, parent: Option<ScopeId>) -> Scope {
    Scope {
        kind,
        name,
        key: MODULE_KEY,
        parent,
        children: Vec::new(),
        symbols: Vec::new(),
        index: FxHashMap::default(),
        directives: Vec::new(),
        private: None,
        mangled_names: None,
        is_generator: kind == ScopeKind::Comprehension(Comp::Generator),
        is_coroutine: false,
        is_method: false,
        nested: false,
        inlined: false,
        can_see_class_scope: false,
        needs_class_closure: false,
        needs_classdict: false,
        has_conditional_annotations: false,
        has_walrus: false,
        has_del: false,
        in_conditional_block: false,
        comp_iter_target: false,
        comp_iter_expr: 0,
        annotation_scope: None,
        scope_info: "",
    }
}
