//! Type parameters (PEP 695/696): generic functions and classes, and `type` statements.

use super::build::Made;
use super::error::CompileError;
use super::func::FunctionAttr;
use super::{Compiler, Reg, Res};
use crate::code::Const;
use crate::op::{Intrinsic, Op};
use habu_syntax::ast::{
    ClassDef, Expr, ExprKind, FunctionDef, Span, Stmt, Symbol, TypeParam, TypeParamKind, sym,
};
use habu_syntax::symtable::{Role, ScopeId, node_key};

impl<'a> Compiler<'a> {
    /// Pushes the function that evaluates `e`, or None.
    fn push_evaluator(
        &mut self,
        p: &TypeParam,
        name: Symbol,
        part: Role,
        e: Option<&'a Expr<'a>>,
    ) -> Result<Reg, CompileError> {
        let Some(e) = e else { return self.push_or_none(p.span, None) };
        let Some(scope) = self.table.find(node_key(p), part) else {
            return self.error(p.span, "type parameter without a scope");
        };
        let made = self.evaluator(scope, name, e.span, e)?;
        self.push_evaluator_function(p.span, made)
    }

    /// Pushes an evaluator's function, whose format defaults to 1.
    fn push_evaluator_function(&mut self, span: Span, made: Made<'a>) -> Result<Reg, CompileError> {
        let f = self.u.next();
        self.make_function(span, made, f)?;
        self.u.alloc();
        let t = self.u.alloc();
        self.load_const(span, t, Const::Tuple(vec![Const::Int(1)]));
        self.opx(span, Op::SET_FUNCTION_ATTR, FunctionAttr::Defaults as u8, f, t, 0);
        self.u.top = u32::from(f) + 1;
        Ok(f)
    }

    /// Makes and binds type parameters; pushes the tuple of them.
    fn type_parameters(&mut self, span: Span, params: &'a [TypeParam<'a>]) -> Result<Reg, CompileError> {
        let first = self.u.next();
        let mut defaults = false;
        for p in params {
            self.check_default_order(p, &mut defaults)?;
            let w = self.u.alloc();
            let (name, x) = match &p.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    let kind = match bound.as_deref() {
                        None => 0,
                        Some(Expr { kind: ExprKind::Tuple { .. }, .. }) => 2,
                        Some(_) => 1,
                    };
                    self.push_evaluator(p, *name, Role::Bound, bound.as_deref())?;
                    self.push_evaluator(p, *name, Role::Default, default_value.as_deref())?;
                    let k = self.u.alloc();
                    self.load_const(p.span, k, Const::Int(kind));
                    (*name, Intrinsic::TypeVar)
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    self.push_evaluator(p, *name, Role::Default, default_value.as_deref())?;
                    (*name, Intrinsic::ParamSpec)
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    self.push_evaluator(p, *name, Role::Default, default_value.as_deref())?;
                    (*name, Intrinsic::TypeVarTuple)
                }
            };
            let text = self.name_const(name);
            self.load_const(p.span, w, text);
            self.u.top = u32::from(w);
            self.opx(p.span, Op::INTRINSIC, x as u8, w, w, 0);
            self.u.alloc();
            self.store_name(p.span, name, w)?;
        }
        self.release(u32::from(first));
        self.op(span, Op::BUILD_TUPLE, first, first, params.len() as u16);
        Ok(self.u.alloc())
    }

    /// A type parameter without a default must not follow one that has a default.
    fn check_default_order(&self, p: &TypeParam, defaults: &mut bool) -> Res {
        let (TypeParamKind::TypeVar { name, default_value, .. }
        | TypeParamKind::ParamSpec { name, default_value }
        | TypeParamKind::TypeVarTuple { name, default_value }) = &p.kind;
        if default_value.is_none() && *defaults {
            let text = self.interner.resolve(*name);
            let msg = format!("non-default type parameter '{text}' follows default type parameter");
            return self.error(p.span, msg);
        }
        *defaults |= default_value.is_some();
        Ok(())
    }

    fn params_scope(&self, span: Span, key: usize) -> Result<ScopeId, CompileError> {
        match self.table.find(key, Role::TypeParams) {
            Some(scope) => Ok(scope),
            None => self.error(span, "type parameters without a scope"),
        }
    }

    /// A generic function: made by a function that holds the type parameters, called with the defaults.
    pub fn generic_function(
        &mut self,
        s: &'a Stmt<'a>,
        f: &'a FunctionDef<'a>,
        first_span: Span,
        attrs: &[(FunctionAttr, Reg)],
        dst: Reg,
    ) -> Res {
        let span = s.span;
        let scope = self.params_scope(span, node_key(f))?;
        let has = |attr: FunctionAttr| attrs.iter().any(|a| a.0 == attr);
        let (defaults, kwdefaults) = (has(FunctionAttr::Defaults), has(FunctionAttr::KwDefaults));
        self.enter_unit(scope, f.name, first_span, |c| {
            if defaults {
                c.add_parameter(sym::DOT_DEFAULTS);
            }
            if kwdefaults {
                c.add_parameter(sym::DOT_KWDEFAULTS);
            }
            c.u.arg_count = c.u.vars.len() as u16;
        })?;
        let params = self.type_parameters(span, &f.type_params)?;
        let mut inner = Vec::new();
        if defaults {
            inner.push((FunctionAttr::Defaults, 0));
        }
        if kwdefaults {
            inner.push((FunctionAttr::KwDefaults, inner.len() as Reg));
        }
        inner.push((FunctionAttr::TypeParams, params));
        let result = self.u.next();
        self.function_object(s, f, first_span, inner, result)?;
        self.op(span, Op::RETURN, result, 0, 0);
        let made = self.leave_unit()?;
        let w = self.u.next();
        self.make_function(span, made, w)?;
        self.u.alloc_run(3);
        for &(_, reg) in attrs {
            let t = self.u.alloc();
            self.mv(span, t, reg);
        }
        self.u.top = u32::from(w);
        self.op(span, Op::CALL, dst, w, attrs.len() as u16);
        Ok(())
    }

    pub fn generic_class(&mut self, s: &'a Stmt<'a>, c: &'a ClassDef<'a>, first_span: Span, dst: Reg) -> Res {
        let span = s.span;
        let scope = self.params_scope(span, node_key(c))?;
        self.enter_unit(scope, c.name, first_span, |_| {})?;
        let params = self.type_parameters(span, &c.type_params)?;
        self.store_name(span, sym::DOT_TYPE_PARAMS, params)?;
        let generic = self.u.alloc();
        self.subscript_generic(span, params, generic);
        let result = self.u.next();
        self.class_object(span, c, first_span, Some(generic), result)?;
        self.op(span, Op::RETURN, result, 0, 0);
        let made = self.leave_unit()?;
        self.call_made(span, made, dst)
    }

    /// Makes a function of `made` and calls it without arguments.
    fn call_made(&mut self, span: Span, made: Made<'a>, dst: Reg) -> Res {
        let w = self.u.next();
        self.make_function(span, made, w)?;
        self.op(span, Op::CALL, dst, w, 0);
        Ok(())
    }

    pub fn type_alias(
        &mut self,
        s: &'a Stmt<'a>,
        name: &'a Expr<'a>,
        type_params: &'a [TypeParam<'a>],
        value: &'a Expr<'a>,
    ) -> Res {
        let span = s.span;
        let ExprKind::Name { id, .. } = name.kind else {
            return self.error(name.span, "type alias name must be a name");
        };
        let result = self.u.next();
        if type_params.is_empty() {
            self.alias_object(s, id, None, value, result)?;
        } else {
            let scope = self.params_scope(span, node_key(s))?;
            self.enter_unit(scope, id, span, |_| {})?;
            let params = self.type_parameters(span, type_params)?;
            let inner = self.u.next();
            self.alias_object(s, id, Some(params), value, inner)?;
            self.op(span, Op::RETURN, inner, 0, 0);
            let made = self.leave_unit()?;
            self.call_made(span, made, result)?;
        }
        self.u.alloc();
        self.store_name(name.span, id, result)
    }

    fn alias_object(
        &mut self,
        s: &'a Stmt<'a>,
        name: Symbol,
        params: Option<Reg>,
        value: &'a Expr<'a>,
        dst: Reg,
    ) -> Res {
        let span = s.span;
        let w = self.u.alloc();
        let text = self.name_const(name);
        self.load_const(span, w, text);
        let t = self.u.alloc();
        match params {
            Some(params) => self.mv(span, t, params),
            None => self.load_const(span, t, Const::None),
        }
        let Some(scope) = self.table.find(node_key(s), Role::TypeAlias) else {
            return self.error(span, "type alias without a scope");
        };
        let made = self.evaluator(scope, name, span, value)?;
        self.push_evaluator_function(span, made)?;
        self.u.top = u32::from(w);
        self.opx(span, Op::INTRINSIC, Intrinsic::TypeAlias as u8, dst, w, 0);
        Ok(())
    }
}
