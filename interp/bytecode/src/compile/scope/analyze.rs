//! Second pass over scopes: decides what each name means, from the outside in and back out.

use super::{Comp, Meaning, ScopeId, ScopeKind, ScopeTree, flag};
use crate::compile::error::CompileError;
use crate::compile::fx::{FxHashMap, FxHashSet};
use habu_syntax::ast::{Interner, Symbol, sym};

type Names = FxHashSet<Symbol>;

/// Names inherited from enclosing scopes.
#[derive(Clone, Default)]
struct Outer {
    bound: Option<Names>,
    global: Names,
    type_params: Names,
    class_entry: Option<ScopeId>,
}

struct Analyzer<'a> {
    tree: &'a mut ScopeTree,
    interner: &'a Interner,
}

pub fn analyze(tree: &mut ScopeTree, interner: &Interner) -> Result<(), CompileError> {
    let mut free = Names::default();
    Analyzer { tree, interner }.block(0, &Outer::default(), &mut free)
}

impl Analyzer<'_> {
    fn block(&mut self, id: ScopeId, outer: &Outer, free: &mut Names) -> Result<(), CompileError> {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.block_inner(id, outer, free))
    }

    fn block_inner(&mut self, id: ScopeId, outer: &Outer, free: &mut Names) -> Result<(), CompileError> {
        let kind = self.tree.get(id).kind;
        let is_class = kind == ScopeKind::Class;
        let mut outer = outer.clone();
        // What the scopes inside inherit. A class shows them its own surroundings, not its names.
        let mut inner = Outer::default();
        if is_class {
            inner.global = outer.global.clone();
            inner.bound = Some(outer.bound.clone().unwrap_or_default());
        }
        let mut local = Names::default();
        let mut new_free = Names::default();
        let mut meanings: FxHashMap<Symbol, Meaning> = FxHashMap::default();
        for i in 0..self.tree.get(id).symbols.len() {
            let (name, entry) = self.tree.get(id).symbols[i];
            let meaning = self.name(id, name, entry.flags, &mut outer, &mut local, &mut new_free)?;
            meanings.insert(name, meaning);
        }
        if is_class {
            let bound = inner.bound.get_or_insert_with(Names::default);
            bound.insert(sym::DUNDER_CLASS);
            bound.insert(sym::DUNDER_CLASSDICT);
            bound.insert(sym::DUNDER_CONDITIONAL_ANNOTATIONS);
        } else {
            let mut bound = outer.bound.clone().unwrap_or_default();
            if kind.is_function_like() {
                bound.extend(&local);
            }
            inner.bound = Some(bound);
            inner.global = outer.global.clone();
        }
        inner.type_params = outer.type_params.clone();

        let can_see_class = self.tree.get(id).can_see_class_scope;
        for child in self.tree.get(id).children.clone() {
            inner.class_entry = match self.tree.get(child).can_see_class_scope {
                true if is_class => Some(id),
                true => outer.class_entry,
                false => None,
            };
            let mut child_free = Names::default();
            self.block(child, &inner, &mut child_free)?;
            let inline = matches!(self.tree.get(child).kind, ScopeKind::Comprehension(c) if c != Comp::Generator)
                && !can_see_class;
            if inline {
                self.inline(id, child, &mut child_free);
            }
            new_free.extend(child_free);
        }

        if kind.is_function_like() {
            for (name, meaning) in &mut meanings {
                if *meaning == Meaning::Local && new_free.remove(name) {
                    *meaning = Meaning::Cell;
                }
            }
        } else if is_class {
            let scope = &mut self.tree.scopes[id as usize];
            scope.needs_class_closure = new_free.remove(&sym::DUNDER_CLASS);
            scope.needs_classdict = new_free.remove(&sym::DUNDER_CLASSDICT);
            if new_free.remove(&sym::DUNDER_CONDITIONAL_ANNOTATIONS) {
                scope.has_conditional_annotations = true;
            }
        }

        let scope = &mut self.tree.scopes[id as usize];
        for (name, entry) in &mut scope.symbols {
            entry.meaning = meanings[name];
        }
        let class_like = is_class || can_see_class;
        let mut passing: Vec<Symbol> = new_free.iter().copied().collect();
        passing.sort_unstable();
        for name in passing {
            if scope.lookup(name).is_some() {
                if class_like {
                    scope.entry(name).flags |= flag::FREE_CLASS;
                }
            } else if outer.bound.as_ref().is_none_or(|b| b.contains(&name)) {
                scope.entry(name).meaning = Meaning::Free;
            }
        }
        free.extend(new_free);
        Ok(())
    }

    /// A comprehension moves into its enclosing scope: names it shares with it need no cell on its account.
    fn inline(&mut self, id: ScopeId, comp: ScopeId, comp_free: &mut Names) {
        self.tree.scopes[comp as usize].inlined = true;
        let in_class = self.tree.get(id).kind == ScopeKind::Class;
        for i in 0..self.tree.get(comp).symbols.len() {
            let (name, entry) = self.tree.get(comp).symbols[i];
            if entry.flags & flag::PARAM != 0 || entry.meaning != Meaning::Free {
                continue;
            }
            if in_class && is_class_cell(name) {
                self.tree.scopes[comp as usize].entry(name).meaning = Meaning::GlobalImplicit;
                if !self.free_in_children(comp, name) {
                    comp_free.remove(&name);
                }
                continue;
            }
            let bound_here = self.tree.get(id).flags(name) & flag::BOUND != 0;
            if bound_here && !in_class && !self.free_in_children(comp, name) {
                comp_free.remove(&name);
            }
        }
    }

    fn free_in_children(&self, id: ScopeId, name: Symbol) -> bool {
        self.tree.get(id).children.iter().any(|&child| {
            let scope = self.tree.get(child);
            if scope.inlined {
                self.free_in_children(child, name)
            } else {
                scope
                    .lookup(name)
                    .is_some_and(|e| e.meaning == Meaning::Free || e.flags & flag::FREE_CLASS != 0)
            }
        })
    }

    fn name(
        &self,
        id: ScopeId,
        name: Symbol,
        flags: u16,
        outer: &mut Outer,
        local: &mut Names,
        free: &mut Names,
    ) -> Result<Meaning, CompileError> {
        if flags & flag::GLOBAL != 0 {
            if flags & flag::NONLOCAL != 0 {
                return Err(self.error(
                    id,
                    name,
                    format!("name '{}' is nonlocal and global", self.text(name)),
                ));
            }
            outer.global.insert(name);
            if let Some(bound) = &mut outer.bound {
                bound.remove(&name);
            }
            return Ok(Meaning::GlobalExplicit);
        }
        if flags & flag::NONLOCAL != 0 {
            let Some(bound) = &outer.bound else {
                return Err(self.error(id, name, "nonlocal declaration not allowed at module level".into()));
            };
            if !bound.contains(&name) {
                return Err(self.error(
                    id,
                    name,
                    format!("no binding for nonlocal '{}' found", self.text(name)),
                ));
            }
            if outer.type_params.contains(&name) {
                let msg = format!("nonlocal binding not allowed for type parameter '{}'", self.text(name));
                return Err(self.error(id, name, msg));
            }
            free.insert(name);
            return Ok(Meaning::Free);
        }
        if flags & flag::BOUND != 0 {
            local.insert(name);
            outer.global.remove(&name);
            if flags & flag::TYPE_PARAM != 0 {
                outer.type_params.insert(name);
            } else {
                outer.type_params.remove(&name);
            }
            return Ok(Meaning::Local);
        }
        // An annotation scope looks into its class first.
        if let Some(class) = outer.class_entry
            && name != sym::DUNDER_CLASSDICT
        {
            let class_flags = self.tree.get(class).flags(name);
            if class_flags & flag::GLOBAL != 0 {
                return Ok(Meaning::GlobalExplicit);
            }
            if class_flags & flag::BOUND != 0 && class_flags & flag::NONLOCAL == 0 {
                return Ok(Meaning::GlobalImplicit);
            }
        }
        if outer.bound.as_ref().is_some_and(|b| b.contains(&name)) {
            free.insert(name);
            return Ok(Meaning::Free);
        }
        Ok(Meaning::GlobalImplicit)
    }

    fn text(&self, name: Symbol) -> &str {
        self.interner.resolve(name)
    }

    fn error(&self, id: ScopeId, name: Symbol, msg: String) -> CompileError {
        let directives = &self.tree.get(id).directives;
        let span = directives.iter().find(|d| d.0 == name).map(|d| d.1);
        CompileError::syntax(msg, span)
    }
}

fn is_class_cell(name: Symbol) -> bool {
    name == sym::DUNDER_CLASS || name == sym::DUNDER_CLASSDICT || name == sym::DUNDER_CONDITIONAL_ANNOTATIONS
}
