//! Opening and closing units: registers of variables, prologue, qualified name, the finished code object.

use super::error::CompileError;
use super::unit::Unit;
use super::{Compiler, Reg, Res, asm::NO_SPAN};
use crate::code::{Code, CodeFlags, VarKind};
use crate::op::Op;
use habu_syntax::ast::{Span, Symbol, sym};
use habu_syntax::symtable::{Binding, Flags, ScopeId, ScopeKind};
use std::sync::Arc;

/// A finished code object and the variables it closes over.
pub struct Made<'a> {
    pub code: Arc<Code>,
    pub free: &'a [Symbol],
}

impl<'a> Compiler<'a> {
    /// Opens a unit; `params` registers its parameters.
    pub fn enter_unit(
        &mut self,
        scope: ScopeId,
        name: Symbol,
        span: Span,
        params: impl FnOnce(&mut Self),
    ) -> Res {
        let table = self.table;
        let s = table.scope(scope);
        let name = match s.kind {
            ScopeKind::TypeParams => {
                let text = format!("<generic parameters of {}>", self.interner.resolve(name));
                self.interner.intern(&text)
            }
            _ => name,
        };
        let qualname = self.qualname(s.kind, name);
        let line = if span == NO_SPAN { 1 } else { self.line_of(span.start) };
        self.unit_count += 1;
        let id = self.unit_count;
        let unit = match self.spare.pop() {
            Some(mut done) => {
                *done = done.again(id, scope, s.kind, name, qualname, line);
                done
            }
            None => Box::new(Unit::new(id, scope, s.kind, name, qualname, line)),
        };
        self.outer.push(std::mem::replace(&mut self.u, unit));
        params(self);
        self.u.params = self.u.vars.len() as u16;
        self.u.free = s.free_variables();
        if s.kind.is_function_like() {
            self.function_locals(scope);
        } else {
            self.u.temp_base = 1;
            if s.kind == ScopeKind::Class {
                let conditional = s.has_conditional_annotations && !self.future_annotations;
                let cells = [
                    (sym::DUNDER_CLASS, s.needs_class_closure),
                    (sym::DUNDER_CLASSDICT, s.needs_classdict),
                    (sym::DUNDER_CONDITIONAL_ANNOTATIONS, conditional),
                ];
                for (name, needed) in cells {
                    if needed {
                        self.u.regs.insert(name, self.u.temp_base as Reg);
                        self.u.temp_base += 1;
                    }
                }
            }
        }
        self.u.top = self.u.temp_base;
        self.u.need(self.u.top);
        self.prologue(scope);
        Ok(())
    }

    fn function_locals(&mut self, scope: ScopeId) {
        let table = self.table;
        for entry in table.scope(scope).entries() {
            let name = entry.name;
            let kind = match entry.binding {
                // Variables of comprehensions compiled in place follow.
                _ if entry.flags.has(Flags::INLINED) => continue,
                Binding::Local => VarKind::Local,
                Binding::Cell => VarKind::Cell,
                _ => continue,
            };
            match self.u.regs.get(&name) {
                Some(&reg) => self.u.vars[usize::from(reg)].1 = kind,
                None => {
                    let reg = self.u.vars.len();
                    if reg > super::unit::MAX_REGISTERS as usize {
                        self.u.overflow = Some("too many local variables in one code object");
                        return;
                    }
                    self.u.vars.push((name, kind));
                    self.u.regs.insert(name, reg as Reg);
                }
            }
        }
        self.comp_variables(scope);
        self.u.temp_base = self.u.vars.len() as u32;
    }

    /// Iteration variables of comprehensions compiled in place are locals too, unless their name is taken.
    fn comp_variables(&mut self, scope: ScopeId) {
        let table = self.table;
        for &child in &table.scope(scope).comps {
            for entry in table.scope(child).entries() {
                let name = entry.name;
                let taken = self.u.regs.contains_key(&name) || self.u.comp_vars.contains_key(&name);
                if entry.binding == Binding::Local
                    && !entry.flags.has(Flags::PARAM | Flags::INLINED)
                    && !taken
                    && self.u.vars.len() < super::unit::MAX_REGISTERS as usize
                {
                    self.u.comp_vars.insert(name, self.u.vars.len() as Reg);
                    self.u.vars.push((name, VarKind::Local));
                }
            }
            self.comp_variables(child);
        }
    }

    fn prologue(&mut self, scope: ScopeId) {
        let s = self.table.scope(scope);
        let suspends = s.kind.is_function_like() && (s.generator || s.coroutine);
        if suspends {
            self.op(NO_SPAN, Op::MAKE_GENERATOR, 0, 0, 0);
        }
        let mut cells: Vec<Reg> = if s.kind == ScopeKind::Class {
            self.u.regs.values().copied().collect()
        } else {
            (0..self.u.vars.len()).filter(|&i| self.u.vars[i].1 == VarKind::Cell).map(|i| i as Reg).collect()
        };
        cells.sort_unstable();
        for reg in cells {
            if s.kind == ScopeKind::Class {
                // Only variables are unbound on entry.
                self.op(NO_SPAN, Op::UNBIND, reg, 0, 0);
            }
            self.op(NO_SPAN, Op::MAKE_CELL, reg, 0, 0);
        }
        if suspends {
            let exc = self.u.alloc();
            let target = self.label();
            self.u.stop_iteration = Some((target, exc));
            self.guard(target, exc);
        }
    }

    /// `compiler_set_qualname` of CPython: where the unit stands, and whether its name is declared global there.
    fn qualname(&mut self, kind: ScopeKind, name: Symbol) -> Arc<str> {
        let mut chain = std::iter::once(&self.u).chain(self.outer.iter().rev());
        let Some(mut parent) = chain.next() else { return self.text(name) };
        if is_annotation_like(parent.kind) {
            match chain.next() {
                Some(grandparent) => parent = grandparent,
                None => return self.text(name),
            }
        }
        if parent.is_module() {
            return self.text(name);
        }
        if matches!(kind, ScopeKind::Function | ScopeKind::Class) {
            let (private, scope) = (self.table.scope(parent.scope).class, parent.scope);
            let base = parent.qualname.clone();
            let parent = parent.kind;
            let mangled = habu_syntax::symtable::mangle(self.interner, private, name);
            let global =
                self.table.scope(scope).lookup(mangled).is_some_and(|e| e.binding == Binding::GlobalExplicit);
            return if global { self.text(name) } else { self.qualified(&base, parent, name) };
        }
        let (base, parent) = (parent.qualname.clone(), parent.kind);
        self.qualified(&base, parent, name)
    }

    /// A name in a unit of a kind.
    fn qualified(&mut self, base: &str, parent: ScopeKind, name: Symbol) -> Arc<str> {
        let text = &mut self.joined;
        text.clear();
        text.push_str(base);
        let in_function = matches!(parent, ScopeKind::Function | ScopeKind::Lambda);
        text.push_str(if in_function { ".<locals>." } else { "." });
        text.push_str(self.interner.resolve(name));
        (&**text).into()
    }

    /// Closes the unit and assembles it.
    pub fn leave_unit(&mut self) -> Result<Made<'a>, CompileError> {
        if let Some((target, exc)) = self.u.stop_iteration.take() {
            self.u.handler = super::asm::NO_HANDLER;
            self.bind(target);
            self.u.top = u32::from(exc) + 1;
            let x = crate::op::Intrinsic::StopIterationError as u8;
            self.opx(NO_SPAN, Op::INTRINSIC, x, exc, exc, 0);
            self.op(NO_SPAN, Op::RERAISE, exc, 0, 0);
        }
        let Some(outer) = self.outer.pop() else {
            return Err(CompileError::value("unbalanced units", None));
        };
        let u = std::mem::replace(&mut self.u, outer);
        self.finish_unit(u)
    }

    /// The text of a symbol, shared with the other code objects.
    fn text(&mut self, s: Symbol) -> Arc<str> {
        let at = s.0 as usize;
        if self.shared.len() <= at {
            self.shared.resize(at + 1, None);
        }
        self.shared[at].get_or_insert_with(|| self.interner.resolve(s).into()).clone()
    }

    /// A unit's code object.
    pub fn finish_unit(&mut self, mut u: Box<Unit<'a>>) -> Result<Made<'a>, CompileError> {
        if let Some(what) = u.overflow {
            return Err(CompileError::not_implemented(what, None));
        }
        let scope = self.table.scope(u.scope);
        let mut flags = u.flags;
        if u.kind.is_function_like() {
            flags = flags.with(CodeFlags::OPTIMIZED).with(CodeFlags::NEWLOCALS);
            if scope.nested {
                flags = flags.with(CodeFlags::NESTED);
            }
            if scope.method {
                flags = flags.with(CodeFlags::METHOD);
            }
            flags = match (scope.generator, scope.coroutine) {
                (true, false) => flags.with(CodeFlags::GENERATOR),
                (false, true) => flags.with(CodeFlags::COROUTINE),
                (true, true) => flags.with(CodeFlags::ASYNC_GENERATOR),
                (false, false) => flags,
            };
        } else if u.is_module() && scope.coroutine {
            flags = flags.with(CodeFlags::COROUTINE);
        }
        if self.future_annotations {
            flags = flags.with(CodeFlags::FUTURE_ANNOTATIONS);
        }
        let name = if u.is_module() { "<module>".into() } else { self.text(u.name) };
        let keep_first = flags.contains(CodeFlags::HAS_DOCSTRING);
        let out = u.asm.assemble(u.params, self.lines, &mut u.consts.list, keep_first, &mut self.scratch);
        let code = Arc::new(Code {
            rest: None,
            name,
            qualname: u.qualname.clone(),
            filename: self.filename.clone(),
            first_line: u.first_line,
            flags,
            arg_count: u.arg_count,
            posonly_count: u.posonly_count,
            kwonly_count: u.kwonly_count,
            registers: u.max.min(u32::from(u16::MAX)) as u16,
            vars: u
                .vars
                .iter()
                .map(|(name, kind)| {
                    let text = match *name {
                        sym::DOT_FORMAT if u.kind == ScopeKind::Annotation => "format".into(),
                        name => self.text(name),
                    };
                    (text, *kind)
                })
                .collect(),
            free: u.free.iter().map(|s| self.text(*s)).collect(),
            names: u.names.iter().map(|s| self.text(*s)).collect(),
            consts: u.consts.list.drain(..).collect(),
            words: out.words,
            handlers: out.handlers,
            positions: out.positions,
            loops: out.loops,
            live: out.live,
        });
        #[cfg(debug_assertions)]
        if let Err(e) = crate::verify::verify_shallow(&code) {
            return Err(CompileError::value(format!("bytecode of {}: {e}", code.qualname), None));
        }
        let free = u.free;
        self.spare.push(u);
        Ok(Made { code, free })
    }
}

/// Units CPython files under annotations for qualified names.
fn is_annotation_like(kind: ScopeKind) -> bool {
    matches!(
        kind,
        ScopeKind::Annotation | ScopeKind::TypeParams | ScopeKind::TypeAlias | ScopeKind::TypeVariable
    )
}
