//! Loading, storing and deleting names.

use super::{Compiler, Reg, Res};
use crate::code::VarKind;
use crate::op::Op;
use habu_syntax::ast::{Expr, ExprKind, Span, Symbol, sym};
use habu_syntax::symtable::{Binding, Flags, ScopeKind, mangle_in};

/// Where a name's value is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A register; `checked` if it may be unbound.
    Local {
        reg: Reg,
        checked: bool,
    },
    Cell(Reg),
    Free(u16),
    Global,
    /// The namespace in register 0, then globals and builtins.
    Name,
    /// A free variable that a class body's own namespace may hide.
    ClassFree(u16),
    /// Annotation scope in a class: the class's namespace, then globals.
    ClassDictGlobal,
    /// Annotation scope in a class: the class's namespace, then a closure variable.
    ClassDictFree(u16),
}

/// What a unit has found out about a name, for when it comes again.
#[derive(Clone, Copy, Default, Debug)]
pub struct Known {
    /// The unit; none has number 0.
    unit: u32,
    number: Option<u16>,
    /// Unless a comprehension was compiled in place.
    place: Option<Place>,
}

/// Register that holds the namespace of a module or class body.
pub const NAMESPACE: Reg = 0;

impl Compiler<'_> {
    pub fn mangle(&mut self, name: Symbol) -> Symbol {
        mangle_in(self.interner, self.table.scope(self.u.scope), name)
    }

    /// What is remembered of a name in this unit.
    fn known(&mut self, name: Symbol) -> &mut Known {
        let (at, unit) = (name.0 as usize, self.u.id);
        if self.known.len() <= at {
            self.known.resize(self.interner.len().max(at + 1), Known::default());
        }
        let known = &mut self.known[at];
        if known.unit != unit {
            *known = Known { unit, ..Known::default() };
        }
        known
    }

    /// The index of a name in this unit.
    pub fn name_number(&mut self, name: Symbol) -> u16 {
        if let Some(number) = self.known(name).number {
            return number;
        }
        let number = self.u.name_number(name);
        self.known(name).number = Some(number);
        number
    }

    /// Finds a (mangled) name.
    pub fn place(&mut self, name: Symbol) -> Place {
        if !self.u.comps.is_empty() {
            return self.find_place(name);
        }
        if let Some(place) = self.known(name).place {
            return place;
        }
        let place = self.find_place(name);
        self.known(name).place = Some(place);
        place
    }

    fn find_place(&self, name: Symbol) -> Place {
        let u = &self.u;
        for comp in u.comps.iter().rev() {
            let Some(entry) = self.table.scope(comp.scope).lookup(name) else { continue };
            match (entry.binding, comp.regs.get(&name)) {
                (Binding::Local, Some(&reg)) => return Place::Local { reg, checked: true },
                (Binding::Cell, Some(&reg)) => return Place::Cell(reg),
                (Binding::GlobalExplicit, _) => return Place::Global,
                (Binding::GlobalImplicit, _) => {
                    return if u.is_module() { Place::Name } else { Place::Global };
                }
                _ => {}
            }
        }
        let scope = self.table.scope(u.scope);
        let (binding, flags) = match scope.lookup(name) {
            Some(entry) => (entry.binding, entry.flags),
            None => (Binding::GlobalImplicit, Flags::default()),
        };
        let free = || u.free.iter().position(|&f| f == name).map_or(0, |i| i as u16);
        let in_comp = !u.comps.is_empty();
        match u.kind {
            ScopeKind::Module => match binding {
                Binding::GlobalExplicit => Place::Global,
                _ => Place::Name,
            },
            ScopeKind::Class => match binding {
                Binding::Free if in_comp => Place::Free(free()),
                Binding::Free => Place::ClassFree(free()),
                Binding::GlobalExplicit => Place::Global,
                _ if in_comp && flags.has(Flags::FREE_CLASS) => Place::Free(free()),
                _ if in_comp => Place::Global,
                _ => Place::Name,
            },
            _ => match binding {
                Binding::Local => match u.regs.get(&name) {
                    Some(&reg) => Place::Local { reg, checked: reg >= u.params || scope.has_del },
                    None => Place::Global,
                },
                Binding::Cell => Place::Cell(u.regs.get(&name).copied().unwrap_or(0)),
                Binding::Free if scope.can_see_class_scope && name != sym::DUNDER_CLASSDICT => {
                    Place::ClassDictFree(free())
                }
                Binding::Free => Place::Free(free()),
                Binding::GlobalImplicit if scope.can_see_class_scope => Place::ClassDictGlobal,
                _ => Place::Global,
            },
        }
    }

    /// Loads a name (mangled) into `dst`.
    pub fn load_place(&mut self, span: Span, name: Symbol, place: Place, dst: Reg) {
        let n = self.name_number(name);
        match place {
            Place::Local { reg, checked } => {
                if checked {
                    self.op_known(span, Op::CHECK_BOUND, reg, 0, n);
                }
                self.mv(span, dst, reg);
            }
            Place::Cell(reg) => self.op(span, Op::LOAD_CELL, dst, reg, n),
            Place::Free(i) => self.op(span, Op::LOAD_FREE, dst, i, n),
            Place::Global => self.op_known(span, Op::LOAD_GLOBAL, dst, 0, n),
            Place::Name => self.op_known(span, Op::LOAD_NAME, dst, NAMESPACE, n),
            Place::ClassFree(i) => {
                let t = self.u.alloc();
                self.op(span, Op::LOAD_LOCALS, t, NAMESPACE, 0);
                self.op_extra(span, Op::LOAD_DICT_OR_CELL, 1, (dst, t, n), u32::from(i));
                self.u.top -= 1;
            }
            Place::ClassDictGlobal | Place::ClassDictFree(_) => {
                let t = self.u.alloc();
                let dict = self.name_number(sym::DUNDER_CLASSDICT);
                let i = self.u.free.iter().position(|&f| f == sym::DUNDER_CLASSDICT).unwrap_or(0);
                self.op(span, Op::LOAD_FREE, t, i as u16, dict);
                match place {
                    Place::ClassDictFree(i) => {
                        self.op_extra(span, Op::LOAD_DICT_OR_CELL, 1, (dst, t, n), u32::from(i));
                    }
                    _ => self.op(span, Op::LOAD_DICT_OR_GLOBAL, dst, t, n),
                }
                self.u.top -= 1;
            }
        }
    }

    pub fn load_name(&mut self, span: Span, name: Symbol, dst: Reg) {
        let name = self.mangle(name);
        let place = self.place(name);
        self.load_place(span, name, place, dst);
    }

    /// The register of a name that is a plain local, with its check emitted.
    pub fn local_operand(&mut self, e: &Expr) -> Option<Reg> {
        let ExprKind::Name { id, .. } = e.kind else { return None };
        let name = self.mangle(id);
        match self.place(name) {
            Place::Local { reg, checked } => {
                if checked {
                    let n = self.name_number(name);
                    self.op_known(e.span, Op::CHECK_BOUND, reg, 0, n);
                }
                Some(reg)
            }
            _ => None,
        }
    }

    /// The register of a target that is a plain local.
    pub fn local_target(&mut self, e: &Expr) -> Option<Reg> {
        let ExprKind::Name { id, .. } = e.kind else { return None };
        let name = self.mangle(id);
        match self.place(name) {
            Place::Local { reg, .. } => Some(reg),
            _ => None,
        }
    }

    pub fn store_name(&mut self, span: Span, name: Symbol, src: Reg) -> Res {
        let name = self.mangle(name);
        if name == sym::DUNDER_DEBUG {
            return self.error(span, "cannot assign to __debug__");
        }
        match self.place(name) {
            Place::Local { reg, .. } => self.mv(span, reg, src),
            Place::Cell(reg) => self.op(span, Op::STORE_CELL, reg, src, 0),
            Place::Free(i) | Place::ClassFree(i) | Place::ClassDictFree(i) => {
                self.op(span, Op::STORE_FREE, i, src, 0);
            }
            Place::Global | Place::ClassDictGlobal => {
                let n = self.name_number(name);
                self.op(span, Op::STORE_GLOBAL, src, 0, n);
            }
            Place::Name => {
                let n = self.name_number(name);
                self.op(span, Op::STORE_NAME, src, NAMESPACE, n);
            }
        }
        Ok(())
    }

    pub fn delete_name(&mut self, span: Span, name: Symbol) {
        let name = self.mangle(name);
        let n = self.name_number(name);
        match self.place(name) {
            Place::Local { reg, .. } => self.op(span, Op::DELETE_LOCAL, reg, 0, n),
            Place::Cell(reg) => self.op(span, Op::DELETE_CELL, reg, 0, n),
            Place::Free(i) | Place::ClassFree(i) | Place::ClassDictFree(i) => {
                self.op(span, Op::DELETE_FREE, i, 0, n);
            }
            Place::Global | Place::ClassDictGlobal => self.op(span, Op::DELETE_GLOBAL, 0, 0, n),
            Place::Name => self.op(span, Op::DELETE_NAME, 0, NAMESPACE, n),
        }
    }

    /// Forgets a name whether or not it is bound (the end of `except … as name`).
    pub fn unbind_name(&mut self, span: Span, name: Symbol) -> Res {
        let mangled = self.mangle(name);
        if let Place::Local { reg, .. } = self.place(mangled) {
            self.op(span, Op::UNBIND, reg, 0, 0);
            return Ok(());
        }
        let t = self.u.alloc();
        self.op(span, Op::LOAD_NONE, t, 0, 0);
        self.store_name(span, name, t)?;
        self.u.top -= 1;
        self.delete_name(span, name);
        Ok(())
    }

    /// Puts the cell itself of closure variable `name` into `dst`.
    pub fn load_cell_object(&mut self, span: Span, name: Symbol, dst: Reg) -> Res {
        for i in (0..self.u.comps.len()).rev() {
            let comp = &self.u.comps[i];
            if let Some(entry) = self.table.scope(comp.scope).lookup(name)
                && entry.binding == Binding::Cell
                && let Some(&reg) = comp.regs.get(&name)
            {
                self.mv(span, dst, reg);
                return Ok(());
            }
        }
        // A class's own cell comes before a cell of the same name around it.
        let own = self.u.regs.get(&name).copied().filter(|&reg| {
            self.u.kind == ScopeKind::Class || self.u.vars[usize::from(reg)].1 == VarKind::Cell
        });
        if let Some(reg) = own {
            self.mv(span, dst, reg);
        } else if let Some(i) = self.u.free.iter().position(|&f| f == name) {
            self.op(span, Op::LOAD_FREE_CELL, dst, i as u16, 0);
        } else {
            let text = self.interner.resolve(name).to_owned();
            return self.error(span, format!("no closure variable '{text}'"));
        }
        Ok(())
    }
}
