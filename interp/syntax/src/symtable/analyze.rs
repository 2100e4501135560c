//! The second pass: deciding where each name of each scope lives.

use super::build::{Names, R};
use super::*;
use crate::ast::{Interner, LineIndex, sym};
use crate::error::{ErrKind, SyntaxErr};
use std::rc::Rc;

pub(super) struct Analysis<'a> {
    pub(super) table: &'a mut SymbolTable,
    pub(super) interner: &'a Interner,
    pub(super) lines: &'a LineIndex,
    pub(super) directives: &'a HashMap<(ScopeId, Symbol), Span>,
}

/// The variables of a function that nested scopes may use, and those of the functions around it.
#[derive(Default)]
struct Bound {
    /// Whether each is a type parameter.
    names: HashMap<Symbol, bool, Build>,
    /// Declared global, which hides them further out.
    globals: Names,
    outer: Option<Rc<Bound>>,
}

impl Bound {
    /// Whether a name is bound: if so, whether as a type parameter.
    fn get(&self, name: Symbol) -> Option<bool> {
        let mut scope = self;
        loop {
            if let Some(&type_param) = scope.names.get(&name) {
                return Some(type_param);
            }
            match &scope.outer {
                Some(outer) if !scope.globals.contains(&name) => scope = outer,
                _ => return None,
            }
        }
    }
}

/// What the scopes around a scope know.
#[derive(Clone, Default)]
struct Around {
    /// Variables of enclosing functions; `None` at the top.
    bound: Option<Rc<Bound>>,
    /// The class whose variables an annotation scope sees.
    class: Option<ScopeId>,
}

impl Analysis<'_> {
    pub(super) fn run(mut self) -> R {
        self.scope(ScopeId::TOP, Around::default())?;
        for i in 0..self.table.scopes.len() {
            self.list_variables(i);
        }
        Ok(())
    }

    fn at(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.table.scopes[id.0 as usize]
    }

    /// Resolves a scope and all that it encloses; gives the names free in it.
    fn scope(&mut self, id: ScopeId, around: Around) -> R<Names> {
        super::with_stack(|| self.scope_of_any_depth(id, around))
    }

    fn scope_of_any_depth(&mut self, id: ScopeId, around: Around) -> R<Names> {
        let kind = self.table.scope(id).kind;
        let sees_class = self.table.scope(id).can_see_class_scope;
        let mut free = Names::default();
        let children = self.at(id).children.clone();
        // What a class or the module binds means nothing to the scopes in it, and what is in no other scope is bound for none.
        let mut own = (kind.is_function_like() && !children.is_empty()).then(Bound::default);
        for i in 0..self.at(id).symbols.len() {
            let entry = *self.at(id).symbols.at(i);
            let binding = self.name(id, entry, &around, &mut own, &mut free)?;
            self.at(id).symbols.at(i).binding = binding;
        }
        let mut own = own.unwrap_or_default();
        if kind == ScopeKind::Class {
            let implied = [sym::DUNDER_CLASS, sym::DUNDER_CLASSDICT, sym::DUNDER_CONDITIONAL_ANNOTATIONS];
            own.names.extend(implied.map(|name| (name, false)));
        }
        own.outer = around.bound.clone();
        let inside = (!children.is_empty()).then(|| Rc::new(own));

        let mut new_free = Names::default();
        let mut inlined_cells = Names::default();
        for &child in &children {
            let scope = self.table.scope(child);
            let comprehension = scope.comprehension();
            let class = if !scope.can_see_class_scope {
                None
            } else if kind == ScopeKind::Class {
                Some(id)
            } else {
                around.class
            };
            let inlines = comprehension.is_some_and(|c| c != ComprehensionKind::Generator) && !sees_class;
            let known = Around { bound: inside.clone(), class };
            let mut child_free = self.scope(child, known)?;
            if inlines {
                self.inline(id, child, &mut child_free, &mut inlined_cells);
                self.at(child).inlined = true;
            }
            new_free.extend(&child_free);
            let scope = self.table.scope(child);
            if scope.has_free || scope.child_free {
                self.at(id).child_free = true;
            }
        }
        if children.iter().any(|&child| self.table.scope(child).inlined) {
            self.at(id).comps =
                children.iter().copied().filter(|&child| self.table.scope(child).inlined).collect();
            let spliced = children.iter().flat_map(|&child| {
                let scope = self.table.scope(child);
                if scope.inlined { scope.children.clone() } else { vec![child] }
            });
            let spliced = spliced.collect();
            self.at(id).children = spliced;
        }
        if kind.is_function_like() {
            self.find_cells(id, &mut new_free, &inlined_cells);
        } else if kind == ScopeKind::Class {
            self.drop_class_names(id, &mut new_free);
        }
        self.finish(
            id,
            around.bound.as_deref(),
            &new_free,
            &inlined_cells,
            kind == ScopeKind::Class || sees_class,
        );
        if free.is_empty() {
            return Ok(new_free);
        }
        free.extend(&new_free);
        Ok(free)
    }

    fn name(
        &mut self,
        id: ScopeId,
        entry: Entry,
        around: &Around,
        own: &mut Option<Bound>,
        free: &mut Names,
    ) -> R<Binding> {
        let Entry { name, flags, .. } = entry;
        if flags.has(Flags::GLOBAL) {
            if flags.has(Flags::NONLOCAL) {
                return self
                    .directive_error(id, name, |text| format!("name '{text}' is nonlocal and global"));
            }
            if let Some(own) = own {
                own.globals.insert(name);
            }
            return Ok(Binding::GlobalExplicit);
        }
        let bound = || around.bound.as_ref().and_then(|bound| bound.get(name));
        if flags.has(Flags::NONLOCAL) {
            if around.bound.is_none() {
                let msg = "nonlocal declaration not allowed at module level";
                return self.directive_error(id, name, |_| msg.to_owned());
            }
            match bound() {
                None => {
                    return self
                        .directive_error(id, name, |text| format!("no binding for nonlocal '{text}' found"));
                }
                Some(true) => {
                    return self.directive_error(id, name, |text| {
                        format!("nonlocal binding not allowed for type parameter '{text}'")
                    });
                }
                Some(false) => {}
            }
            self.at(id).has_free = true;
            free.insert(name);
            return Ok(Binding::Free);
        }
        if flags.has(Flags::BOUND) {
            if let Some(own) = own {
                own.names.insert(name, flags.has(Flags::TYPE_PARAM));
            }
            return Ok(Binding::Local);
        }
        // A name that the class binds must not be found in a function around the class.
        if let Some(class) = around.class
            && name != sym::DUNDER_CLASSDICT
        {
            let flags = self.table.scope(class).symbols.flags(name);
            if flags.has(Flags::GLOBAL) {
                return Ok(Binding::GlobalExplicit);
            }
            if flags.has(Flags::BOUND) && !flags.has(Flags::NONLOCAL) {
                return Ok(Binding::GlobalImplicit);
            }
        }
        if bound().is_some() {
            self.at(id).has_free = true;
            free.insert(name);
            return Ok(Binding::Free);
        }
        Ok(Binding::GlobalImplicit)
    }

    fn directive_error<T>(&self, id: ScopeId, name: Symbol, msg: impl FnOnce(&str) -> String) -> R<T> {
        let span = self.directives.get(&(id, name)).copied().unwrap_or(self.table.scope(id).span);
        let msg = msg(self.interner.resolve(name));
        Err(SyntaxErr::in_tree(ErrKind::SyntaxError, msg, span, self.lines))
    }

    /// Merges the names of an inlined comprehension into the scope around it.
    fn inline(&mut self, id: ScopeId, comp: ScopeId, comp_free: &mut Names, inlined_cells: &mut Names) {
        let in_class = self.table.scope(id).kind == ScopeKind::Class;
        let entries: Vec<Entry> = self.table.scope(comp).symbols.iter().collect();
        let mut drop_class = false;
        for Entry { name, flags, mut binding } in entries {
            if flags.has(Flags::PARAM) {
                continue;
            }
            if binding == Binding::Cell || flags.has(Flags::COMP_CELL) {
                inlined_cells.insert(name);
            }
            let existing = self.table.scope(id).symbols.get(name);
            let implicit = [sym::DUNDER_CLASS, sym::DUNDER_CLASSDICT, sym::DUNDER_CONDITIONAL_ANNOTATIONS]
                .contains(&name);
            if in_class && binding == Binding::Free && implicit {
                binding = Binding::GlobalImplicit;
                if !self.free_in_child(comp, name) {
                    comp_free.remove(&name);
                }
                drop_class |= name == sym::DUNDER_CLASS;
            }
            let flags = match binding {
                Binding::Local | Binding::Cell => flags | Flags::INLINED,
                _ => flags,
            };
            match existing {
                None => {
                    let entry = self.at(id).symbols.entry(name);
                    entry.flags = flags;
                    entry.binding = binding;
                }
                // The variable of another comprehension is none of this scope's.
                Some(existing) if existing.flags.has(Flags::INLINED) => {
                    if binding == Binding::Free {
                        let entry = self.at(id).symbols.entry(name);
                        entry.flags = flags;
                        entry.binding = binding;
                    }
                }
                // What is a local of the scope around is a plain local now, unless it is free further inside.
                Some(existing) => {
                    let local =
                        existing.flags.has(Flags::BOUND) && !in_class && !self.free_in_child(comp, name);
                    if local {
                        comp_free.remove(&name);
                    }
                    if (local || existing.flags.has(Flags::NONLOCAL))
                        && binding == Binding::Free
                        && flags.has(Flags::USE)
                    {
                        self.at(id).symbols.entry(name).flags |= Flags::USE;
                    }
                }
            }
        }
        self.at(comp).has_free = !comp_free.is_empty();
        if drop_class {
            self.at(comp).symbols.remove(sym::DUNDER_CLASS);
        }
    }

    fn free_in_child(&self, id: ScopeId, name: Symbol) -> bool {
        self.table
            .scope(id)
            .children
            .iter()
            .any(|&child| self.table.scope(child).resolve(name) == Binding::Free)
    }

    /// Locals that nested scopes use become cells.
    fn find_cells(&mut self, id: ScopeId, free: &mut Names, inlined_cells: &Names) {
        for i in 0..self.at(id).symbols.len() {
            let entry = self.at(id).symbols.at(i);
            if entry.binding != Binding::Local {
                continue;
            }
            let name = entry.name;
            if entry.flags.has(Flags::INLINED) && free.contains(&name) {
                // What nested scopes use is a variable further out.
                entry.flags = Flags::USE;
                entry.binding = Binding::Free;
            } else if free.contains(&name) || inlined_cells.contains(&name) {
                entry.binding = Binding::Cell;
                free.remove(&name);
            }
        }
    }

    /// A class itself provides the names that it implies.
    fn drop_class_names(&mut self, id: ScopeId, free: &mut Names) {
        let scope = self.at(id);
        scope.needs_class_closure |= free.remove(&sym::DUNDER_CLASS);
        scope.needs_classdict |= free.remove(&sym::DUNDER_CLASSDICT);
        scope.has_conditional_annotations |= free.remove(&sym::DUNDER_CONDITIONAL_ANNOTATIONS);
    }

    /// Passes free variables of nested scopes on through this one.
    fn finish(
        &mut self,
        id: ScopeId,
        bound: Option<&Bound>,
        free: &Names,
        inlined_cells: &Names,
        class_like: bool,
    ) {
        let scope = self.at(id);
        for &name in inlined_cells {
            scope.symbols.entry(name).flags |= Flags::COMP_CELL;
        }
        let mut free: Vec<Symbol> = free.iter().copied().collect();
        free.sort_unstable();
        for name in free {
            if scope.symbols.get(name).is_some() {
                if class_like {
                    scope.symbols.entry(name).flags |= Flags::FREE_CLASS;
                }
                continue;
            }
            if bound.is_some_and(|bound| bound.get(name).is_none()) {
                continue;
            }
            scope.symbols.entry(name).binding = Binding::Free;
        }
    }

    fn list_variables(&mut self, i: usize) {
        let scope = &mut self.table.scopes[i];
        let interner = self.interner;
        let sorted = |mut names: Vec<Symbol>| {
            names.sort_by_key(|&name| interner.resolve(name));
            names
        };
        let cells =
            scope.symbols.iter().filter(|e| e.binding == Binding::Cell || e.flags.has(Flags::COMP_CELL));
        scope.cells = sorted(cells.map(|e| e.name).collect());
        let frees =
            scope.symbols.iter().filter(|e| e.binding == Binding::Free || e.flags.has(Flags::FREE_CLASS));
        scope.frees = sorted(frees.map(|e| e.name).collect());
        if scope.kind == ScopeKind::Class {
            let implicit = [
                (scope.needs_class_closure, sym::DUNDER_CLASS),
                (scope.needs_classdict, sym::DUNDER_CLASSDICT),
                (scope.has_conditional_annotations, sym::DUNDER_CONDITIONAL_ANNOTATIONS),
            ];
            scope.cells.extend(implicit.iter().filter(|(needed, _)| *needed).map(|(_, name)| *name));
        }
    }
}
