//! Functions: units of code, parameters, defaults, closures, decorators.

use super::error::CompileError;
use super::scope::{Meaning, Part, ScopeId, ScopeKind, flag, node_key};
use super::unit::Unit;
use super::{Compiler, Reg, Res, asm::NO_SPAN};
use crate::code::{Code, CodeFlags, Const, VarKind};
use crate::op::{NOREG, Op};
use habu_syntax::ast::{Arguments, Constant, Expr, ExprKind, FunctionDef, Span, Stmt, StmtKind, Symbol, sym};

/// A finished code object and the variables it closes over.
pub struct Made {
    pub code: Code,
    pub free: Vec<Symbol>,
}

/// Number of SET_FUNCTION_ATTR's `x`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum FunctionAttr {
    Defaults = 0,
    KwDefaults = 1,
    Annotate = 2,
    TypeParams = 3,
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
        let tree = self.tree;
        let s = tree.get(scope);
        let name = match s.kind {
            ScopeKind::TypeParams => {
                let text = format!("<generic parameters of {}>", self.interner.resolve(name));
                self.interner.intern(&text)
            }
            _ => name,
        };
        let qualname = self.qualname(s.kind, name);
        let line = if span == NO_SPAN { 1 } else { self.lines.line(span.start) };
        let unit = Unit::new(scope, s.kind, name, qualname, line);
        self.outer.push(std::mem::replace(&mut self.u, unit));
        params(self);
        self.u.params = self.u.vars.len() as u16;
        let mut free: Vec<Symbol> = Vec::new();
        for &(name, entry) in &s.symbols {
            if entry.meaning == Meaning::Free || entry.flags & flag::FREE_CLASS != 0 {
                free.push(name);
            }
        }
        let interner = &*self.interner;
        free.sort_by(|a, b| interner.resolve(*a).cmp(interner.resolve(*b)));
        self.u.free = free;
        if s.kind.is_function_like() {
            self.function_locals(scope);
        } else {
            self.u.temp_base = 1;
            if s.kind == ScopeKind::Class {
                let cells = [
                    (sym::DUNDER_CLASS, s.needs_class_closure),
                    (sym::DUNDER_CLASSDICT, s.needs_classdict),
                    (sym::DUNDER_CONDITIONAL_ANNOTATIONS, s.has_conditional_annotations),
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
        let tree = self.tree;
        for &(name, entry) in &tree.get(scope).symbols {
            let kind = match entry.meaning {
                Meaning::Local => VarKind::Local,
                Meaning::Cell => VarKind::Cell,
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
        let tree = self.tree;
        for &child in &tree.get(scope).children {
            let s = tree.get(child);
            if !s.inlined {
                continue;
            }
            for &(name, entry) in &s.symbols {
                let taken = self.u.regs.contains_key(&name) || self.u.comp_vars.contains_key(&name);
                if entry.meaning == Meaning::Local
                    && entry.flags & flag::PARAM == 0
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
        let s = self.tree.get(scope);
        let suspends = s.kind.is_function_like() && (s.is_generator || s.is_coroutine);
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
    fn qualname(&mut self, kind: ScopeKind, name: Symbol) -> String {
        let text = self.interner.resolve(name).to_owned();
        let mut chain = std::iter::once(&self.u).chain(self.outer.iter().rev());
        let Some(mut parent) = chain.next() else { return text };
        if is_annotation_like(parent.kind) {
            match chain.next() {
                Some(grandparent) => parent = grandparent,
                None => return text,
            }
        }
        if parent.is_module() {
            return text;
        }
        if matches!(kind, ScopeKind::Function | ScopeKind::Class) {
            let (private, scope) = (self.tree.get(parent.scope).private, parent.scope);
            let base = parent.qualname.clone();
            let parent_is_function = matches!(parent.kind, ScopeKind::Function | ScopeKind::Lambda);
            let mangled = super::scope::mangle(self.interner, private, name);
            let global =
                self.tree.get(scope).lookup(mangled).is_some_and(|e| e.meaning == Meaning::GlobalExplicit);
            return match (global, parent_is_function) {
                (true, _) => text,
                (false, true) => format!("{base}.<locals>.{text}"),
                (false, false) => format!("{base}.{text}"),
            };
        }
        if matches!(parent.kind, ScopeKind::Function | ScopeKind::Lambda) {
            format!("{}.<locals>.{text}", parent.qualname)
        } else {
            format!("{}.{text}", parent.qualname)
        }
    }

    /// Closes the unit and assembles it.
    pub fn leave_unit(&mut self) -> Result<Made, CompileError> {
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

    /// A unit's code object.
    pub fn finish_unit(&mut self, u: Unit<'a>) -> Result<Made, CompileError> {
        if let Some(what) = u.overflow {
            return Err(CompileError::not_implemented(what, None));
        }
        let scope = self.tree.get(u.scope);
        let mut flags = u.flags;
        if u.kind.is_function_like() {
            flags = flags.with(CodeFlags::OPTIMIZED).with(CodeFlags::NEWLOCALS);
            if scope.nested {
                flags = flags.with(CodeFlags::NESTED);
            }
            if scope.is_method {
                flags = flags.with(CodeFlags::METHOD);
            }
            flags = match (scope.is_generator, scope.is_coroutine) {
                (true, false) => flags.with(CodeFlags::GENERATOR),
                (false, true) => flags.with(CodeFlags::COROUTINE),
                (true, true) => flags.with(CodeFlags::ASYNC_GENERATOR),
                (false, false) => flags,
            };
        } else if u.is_module() && scope.is_coroutine {
            flags = flags.with(CodeFlags::COROUTINE);
        }
        if self.future_annotations {
            flags = flags.with(CodeFlags::FUTURE_ANNOTATIONS);
        }
        let resolve = |s: &Symbol| -> Box<str> { self.interner.resolve(*s).into() };
        let name = if u.is_module() { "<module>".into() } else { resolve(&u.name) };
        let mut consts = u.consts.list;
        let keep_first = flags.contains(CodeFlags::HAS_DOCSTRING);
        let out = u.asm.assemble(u.params, self.lines, &mut consts, keep_first);
        let code = Code {
            name,
            qualname: u.qualname.into(),
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
                        _ => resolve(name),
                    };
                    (text, *kind)
                })
                .collect(),
            free: u.free.iter().map(resolve).collect(),
            names: u.names.iter().map(resolve).collect(),
            consts,
            words: out.words,
            handlers: out.handlers,
            positions: out.positions,
            loops: out.loops,
            live: out.live,
        };
        #[cfg(debug_assertions)]
        if let Err(e) = crate::verify::verify_shallow(&code) {
            return Err(CompileError::value(format!("bytecode of {}: {e}", code.qualname), None));
        }
        Ok(Made { code, free: u.free })
    }

    /// Registers the parameters of a signature.
    pub fn parameters(&mut self, args: &Arguments) {
        let ordered = args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs);
        for arg in ordered.chain(args.vararg.as_deref()).chain(args.kwarg.as_deref()) {
            let name = self.mangle(arg.arg);
            self.add_parameter(name);
        }
        let narrow = |n: usize| n.min(usize::from(u16::MAX)) as u16;
        let u = &mut self.u;
        u.posonly_count = narrow(args.posonlyargs.len());
        u.arg_count = narrow(args.posonlyargs.len() + args.args.len());
        u.kwonly_count = narrow(args.kwonlyargs.len());
        if args.vararg.is_some() {
            u.flags = u.flags.with(CodeFlags::VARARGS);
        }
        if args.kwarg.is_some() {
            u.flags = u.flags.with(CodeFlags::VARKEYWORDS);
        }
    }

    pub fn add_parameter(&mut self, name: Symbol) {
        let reg = self.u.vars.len();
        if reg >= super::unit::MAX_REGISTERS as usize {
            self.u.overflow = Some("too many parameters");
            return;
        }
        self.u.vars.push((name, VarKind::Local));
        self.u.regs.insert(name, reg as Reg);
    }

    /// R[dst] = function of `made`, closed over this unit's variables.
    pub fn make_function(&mut self, span: Span, made: Made, dst: Reg) -> Res {
        let mark = self.mark();
        let k = self.u.const_number(Const::Code(Box::new(made.code)));
        if made.free.is_empty() {
            self.op(span, Op::MAKE_FUNCTION, dst, NOREG, k);
            return Ok(());
        }
        let w = self.u.next();
        for &name in &made.free {
            let t = self.u.alloc();
            self.load_cell_object(span, name, t)?;
        }
        self.release(mark);
        self.op(span, Op::BUILD_TUPLE, w, w, made.free.len() as u16);
        self.op(span, Op::MAKE_FUNCTION, dst, w, k);
        Ok(())
    }

    /// As [`Compiler::make_function`], then sets attributes from registers.
    pub fn make_function_with(
        &mut self,
        span: Span,
        made: Made,
        attrs: &[(FunctionAttr, Reg)],
        dst: Reg,
    ) -> Res {
        let f = if attrs.is_empty() || !self.u.is_temp(dst) { dst } else { self.u.next() };
        self.make_function(span, made, f)?;
        if u32::from(f) >= self.u.top {
            self.u.alloc();
        }
        for &(attr, reg) in attrs {
            self.opx(span, Op::SET_FUNCTION_ATTR, attr as u8, f, reg, 0);
        }
        self.mv(span, dst, f);
        Ok(())
    }

    /// Pushes the defaults of a signature.
    pub fn defaults(
        &mut self,
        span: Span,
        args: &'a Arguments,
    ) -> Result<Vec<(FunctionAttr, Reg)>, CompileError> {
        let mut attrs = Vec::new();
        if !args.defaults.is_empty() {
            let t = self.u.next();
            match self.fold_all(&args.defaults) {
                Some(items) => self.load_const(span, t, Const::Tuple(items)),
                None => self.sequence(span, &args.defaults, super::expr::Sequence::Tuple, t)?,
            }
            attrs.push((FunctionAttr::Defaults, self.u.alloc()));
        }
        let t = self.u.next();
        let mut count = 0;
        for (arg, default) in args.kwonlyargs.iter().zip(&args.kw_defaults) {
            if let Some(default) = default {
                let name = self.mangle(arg.arg);
                let key = self.u.alloc();
                let name = self.name_const(name);
                self.load_const(span, key, name);
                self.push(default)?;
                count += 1;
            }
        }
        if count > 0 {
            self.release(u32::from(t));
            self.op(span, Op::BUILD_MAP, t, t, count);
            attrs.push((FunctionAttr::KwDefaults, self.u.alloc()));
        }
        Ok(attrs)
    }

    pub fn lambda(&mut self, e: &'a Expr, args: &'a Arguments, body: &'a Expr, dst: Reg) -> Res {
        let attrs = self.defaults(e.span, args)?;
        let Some(scope) = self.tree.of_expr(e) else {
            return self.error(e.span, "lambda without a scope");
        };
        self.enter_unit(scope, sym::LAMBDA, e.span, |c| c.parameters(args))?;
        if self.tree.get(scope).is_generator {
            self.effect(body)?;
            self.op(body.span, Op::RETURN_NONE, 0, 0, 0);
        } else {
            self.return_value(body.span, body)?;
        }
        let made = self.leave_unit()?;
        self.make_function_with(e.span, made, &attrs, dst)
    }

    /// Evaluates decorators into nested call windows; the register is where the decorated object belongs.
    pub fn decorators(&mut self, list: &'a [Expr]) -> Result<Reg, CompileError> {
        for d in list {
            self.push(d)?;
            self.u.alloc_run(2);
        }
        Ok(self.u.next())
    }

    /// Calls the decorators, innermost first, on the object at the top; the result is in the first window.
    pub fn apply_decorators(&mut self, list: &'a [Expr], base: Reg) {
        for (i, d) in list.iter().enumerate().rev() {
            let w = base + 3 * i as Reg;
            self.u.top = u32::from(w);
            self.op(d.span, Op::CALL, w, w, 1);
        }
    }

    pub fn function(&mut self, s: &'a Stmt, f: &'a FunctionDef, is_async: bool) -> Res {
        let span = s.span;
        let _ = is_async;
        let first_span = f.decorator_list.first().map_or(span, |d| d.span);
        let base = self.u.next();
        let place = self.decorators(&f.decorator_list)?;
        let attrs = self.defaults(span, &f.args)?;
        // An undecorated function goes straight to its name.
        let name_reg = match self.place_of(f.name) {
            Some(local) if f.decorator_list.is_empty() => local,
            _ => place,
        };
        if f.type_params.is_empty() {
            self.function_object(s, f, first_span, attrs, name_reg)?;
        } else {
            self.generic_function(s, f, first_span, &attrs, name_reg)?;
        }
        if f.decorator_list.is_empty() && name_reg != place {
            return Ok(());
        }
        self.release(u32::from(place));
        self.apply_decorators(&f.decorator_list, base);
        self.u.top = u32::from(base);
        self.u.alloc();
        self.store_name(span, f.name, base)
    }

    fn place_of(&mut self, name: Symbol) -> Option<Reg> {
        let name = self.mangle(name);
        match self.place(name) {
            super::names::Place::Local { reg, .. } => Some(reg),
            _ => None,
        }
    }

    /// Compiles the function itself; `attrs` hold its defaults.
    pub fn function_object(
        &mut self,
        s: &'a Stmt,
        f: &'a FunctionDef,
        first_span: Span,
        mut attrs: Vec<(FunctionAttr, Reg)>,
        dst: Reg,
    ) -> Res {
        let span = s.span;
        if let Some(annotations) = self.signature_annotations(span, f)? {
            attrs.push(annotations);
        }
        let Some(scope) = self.tree.find(node_key(f), Part::Body) else {
            return self.error(span, "function without a scope");
        };
        self.enter_unit(scope, f.name, first_span, |c| c.parameters(&f.args))?;
        let body = self.docstring(&f.body);
        self.finish_body(body)?;
        let made = self.leave_unit()?;
        self.make_function_with(span, made, &attrs, dst)
    }

    /// Takes a function's docstring, its first constant, off its body.
    fn docstring(&mut self, body: &'a [Stmt]) -> &'a [Stmt] {
        let Some((text, rest)) = split_docstring(body) else { return body };
        if self.options.optimize < 2 {
            let text = super::doc::clean(text);
            self.u.const_number(Const::Str(text.into()));
            self.u.flags = self.u.flags.with(CodeFlags::HAS_DOCSTRING);
        }
        rest
    }
}

/// A body's docstring and the rest.
pub fn split_docstring(body: &[Stmt]) -> Option<(&[u8], &[Stmt])> {
    let (first, rest) = body.split_first()?;
    let StmtKind::Expr { value } = &first.kind else { return None };
    let ExprKind::Constant { value: Constant::Str(text), .. } = &value.kind else { return None };
    Some((text.as_bytes(), rest))
}

/// Units CPython files under annotations for qualified names.
fn is_annotation_like(kind: ScopeKind) -> bool {
    matches!(
        kind,
        ScopeKind::Annotation | ScopeKind::TypeParams | ScopeKind::TypeAlias | ScopeKind::TypeVariable
    )
}
