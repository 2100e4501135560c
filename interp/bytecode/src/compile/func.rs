//! Functions: units of code, parameters, defaults, closures, decorators.

use super::build::Made;
use super::error::CompileError;
use super::{Compiler, Reg, Res};
use crate::code::{CodeFlags, Const, VarKind};
use crate::op::{NOREG, Op};
use habu_syntax::ast::{Arguments, Constant, Expr, ExprKind, FunctionDef, Span, Stmt, StmtKind, Symbol, sym};
use habu_syntax::symtable::{Role, node_key};

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
    /// Registers the parameters of a signature.
    pub fn parameters(&mut self, args: &Arguments) {
        let ordered = args.posonlyargs.iter().chain(args.args).chain(args.kwonlyargs);
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
    pub fn make_function(&mut self, span: Span, made: Made<'a>, dst: Reg) -> Res {
        let mark = self.mark();
        let k = self.u.const_number(Const::Code(made.code));
        if made.free.is_empty() {
            self.op(span, Op::MAKE_FUNCTION, dst, NOREG, k);
            return Ok(());
        }
        let w = self.u.next();
        for &name in made.free {
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
        made: Made<'a>,
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
        args: &'a Arguments<'a>,
    ) -> Result<Vec<(FunctionAttr, Reg)>, CompileError> {
        let mut attrs = Vec::new();
        if !args.defaults.is_empty() {
            let t = self.u.next();
            match self.fold_all(&args.defaults) {
                Some(items) => self.load_const(span, t, Const::Tuple(items)),
                None => self.sequence(span, &args.defaults, super::displays::Sequence::Tuple, t)?,
            }
            attrs.push((FunctionAttr::Defaults, self.u.alloc()));
        }
        let t = self.u.next();
        let mut count = 0;
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            if let Some(default) = default {
                let name = self.mangle(arg.arg);
                let key = self.u.alloc();
                self.load_symbol(span, key, name);
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

    pub fn lambda(&mut self, e: &'a Expr<'a>, args: &'a Arguments<'a>, body: &'a Expr<'a>, dst: Reg) -> Res {
        let attrs = self.defaults(e.span, args)?;
        let Some(scope) = self.table.find(node_key(e), Role::Body) else {
            return self.error(e.span, "lambda without a scope");
        };
        self.enter_unit(scope, sym::LAMBDA, e.span, |c| c.parameters(args))?;
        if self.table.scope(scope).generator {
            self.effect(body)?;
            self.op(body.span, Op::RETURN_NONE, 0, 0, 0);
        } else {
            self.return_value(body.span, body)?;
        }
        let made = self.leave_unit()?;
        self.make_function_with(e.span, made, &attrs, dst)
    }

    /// Evaluates decorators into nested call windows; the register is where the decorated object belongs.
    pub fn decorators(&mut self, list: &'a [Expr<'a>]) -> Result<Reg, CompileError> {
        for d in list {
            self.push(d)?;
            self.u.alloc_run(2);
        }
        Ok(self.u.next())
    }

    /// Calls the decorators, innermost first, on the object at the top; the result is in the first window.
    pub fn apply_decorators(&mut self, list: &'a [Expr<'a>], base: Reg) {
        for (i, d) in list.iter().enumerate().rev() {
            let w = base + 3 * i as Reg;
            self.u.top = u32::from(w);
            self.op(d.span, Op::CALL, w, w, 1);
        }
    }

    pub fn function(&mut self, s: &'a Stmt<'a>, f: &'a FunctionDef<'a>, is_async: bool) -> Res {
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
        s: &'a Stmt<'a>,
        f: &'a FunctionDef<'a>,
        first_span: Span,
        mut attrs: Vec<(FunctionAttr, Reg)>,
        dst: Reg,
    ) -> Res {
        let span = s.span;
        if let Some(annotations) = self.signature_annotations(span, f)? {
            attrs.push(annotations);
        }
        let Some(scope) = self.table.find(node_key(f), Role::Body) else {
            return self.error(span, "function without a scope");
        };
        self.enter_unit(scope, f.name, first_span, |c| c.parameters(&f.args))?;
        let body = self.docstring(&f.body);
        self.finish_body(body)?;
        let made = self.leave_unit()?;
        self.make_function_with(span, made, &attrs, dst)
    }

    /// Takes a function's docstring, its first constant, off its body.
    fn docstring(&mut self, body: &'a [Stmt<'a>]) -> &'a [Stmt<'a>] {
        let Some((text, rest)) = split_docstring(body) else { return body };
        if self.options.optimize < 2 {
            let text = super::doc::clean(text);
            self.u.str_number(&text);
            self.u.flags = self.u.flags.with(CodeFlags::HAS_DOCSTRING);
        }
        rest
    }
}

/// A body's docstring and the rest.
pub fn split_docstring<'t>(body: &'t [Stmt<'t>]) -> Option<(&'t [u8], &'t [Stmt<'t>])> {
    let (first, rest) = body.split_first()?;
    let StmtKind::Expr { value } = &first.kind else { return None };
    let ExprKind::Constant { value: Constant::Str(text), .. } = &value.kind else { return None };
    Some((text.as_bytes(), rest))
}
