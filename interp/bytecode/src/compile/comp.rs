//! Comprehensions: compiled in place (PEP 709) or as a function of their own, and generator expressions.

use super::fx::NameMap;
use super::loops::Iter;
use super::unit::InlinedComp;
use super::{Compiler, Reg, Res};
use crate::code::VarKind;
use crate::op::Op;
use habu_syntax::ast::{Comprehension, Expr, ExprKind, Span, sym};
use habu_syntax::symtable::{Binding, ComprehensionKind, Flags, Role, ScopeId, node_key};

/// What a comprehension does with each item.
#[derive(Clone, Copy)]
struct Item<'a> {
    kind: ComprehensionKind,
    /// The collection being built; nothing for generators.
    result: Option<Reg>,
    key: Option<&'a Expr<'a>>,
    value: &'a Expr<'a>,
}

impl<'a> Compiler<'a> {
    pub fn comprehension(
        &mut self,
        e: &'a Expr<'a>,
        kind: ComprehensionKind,
        generators: &'a [Comprehension<'a>],
        key: Option<&'a Expr<'a>>,
        value: &'a Expr<'a>,
        dst: Reg,
    ) -> Res {
        let Some(scope) = self.table.find(node_key(e), Role::Body) else {
            return self.error(e.span, "comprehension without a scope");
        };
        let Some(first) = generators.first() else {
            return self.error(e.span, "comprehension with no generators");
        };
        if self.table.scope(scope).inlined {
            self.inlined(e.span, scope, kind, generators, key, value, dst)
        } else {
            self.nested(e, scope, kind, generators, (key, value), first, dst)
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one comprehension")]
    fn inlined(
        &mut self,
        span: Span,
        scope: ScopeId,
        kind: ComprehensionKind,
        generators: &'a [Comprehension<'a>],
        key: Option<&'a Expr<'a>>,
        value: &'a Expr<'a>,
        dst: Reg,
    ) -> Res {
        let mark = self.mark();
        let first = self.first_iterator(&generators[0])?;
        let named = self.enter_inlined(span, scope, generators);
        let result = self.u.next();
        self.build_empty(span, kind, result);
        self.u.alloc();
        let item = Item { kind, result: Some(result), key, value };
        self.generator(span, generators, Some(first), item)?;
        self.u.comps.pop();
        self.release(mark);
        self.mv(span, dst, result);
        for reg in named {
            self.op(span, Op::UNBIND, reg, 0, 0);
        }
        Ok(())
    }

    /// Makes the iteration variables known; returns those that have a named register of the function.
    fn enter_inlined(&mut self, span: Span, scope: ScopeId, generators: &[Comprehension]) -> Vec<Reg> {
        let table = self.table;
        let mut regs = NameMap::default();
        let mut named = Vec::new();
        // Only with one simple `for` is every variable bound before it can be read.
        let simple = generators.len() == 1 && super::walk::is_name_target(&generators[0].target);
        for entry in table.scope(scope).entries() {
            let name = entry.name;
            // What comprehensions inside of this one bind is theirs.
            if entry.flags.has(Flags::PARAM | Flags::INLINED)
                || !matches!(entry.binding, Binding::Local | Binding::Cell)
            {
                continue;
            }
            let shared = self.u.comp_vars.get(&name).copied().filter(|&reg| {
                entry.binding == Binding::Local
                    && !self.u.comps.iter().any(|c| c.regs.get(&name) == Some(&reg))
            });
            let reg = match shared {
                Some(reg) => {
                    named.push(reg);
                    reg
                }
                None => self.u.alloc(),
            };
            if entry.binding == Binding::Cell || (shared.is_none() && !simple) {
                self.op(span, Op::UNBIND, reg, 0, 0);
            }
            if entry.binding == Binding::Cell {
                self.op(span, Op::MAKE_CELL, reg, 0, 0);
            }
            regs.insert(name, reg);
        }
        self.u.comps.push(InlinedComp { scope, regs });
        named
    }

    fn build_empty(&mut self, span: Span, kind: ComprehensionKind, result: Reg) {
        let build = match kind {
            ComprehensionKind::List => Op::BUILD_LIST,
            ComprehensionKind::Set => Op::BUILD_SET,
            ComprehensionKind::Dict => Op::BUILD_MAP,
            ComprehensionKind::Generator => return,
        };
        self.op(span, build, result, result, 0);
    }

    fn first_iterator(&mut self, g: &'a Comprehension<'a>) -> Result<Iter, super::CompileError> {
        if g.is_async { Ok(Iter::Async(self.async_iterator(&g.iter)?)) } else { self.iterator(&g.iter) }
    }

    /// One `for … in … if …` and what is inside it.
    fn generator(
        &mut self,
        span: Span,
        generators: &'a [Comprehension<'a>],
        ready: Option<Iter>,
        item: Item<'a>,
    ) -> Res {
        let Some((g, rest)) = generators.split_first() else { return self.item(span, item) };
        let mark = self.mark();
        if ready.is_none()
            && !g.is_async
            && let Some(single) = single_item(&g.iter)
        {
            // `for x in [y]` is an assignment.
            let t = self.push(single)?;
            self.store(&g.target, t)?;
            self.release(mark);
            let skip = self.label();
            for test in g.ifs {
                self.cond(test, skip, false)?;
            }
            self.generator(span, rest, None, item)?;
            self.bind(skip);
            return Ok(());
        }
        let iter = match ready {
            Some(iter) => iter,
            None => self.first_iterator(g)?,
        };
        if let Iter::Async(it) = iter {
            let (top, ended) = (self.label(), self.label());
            let exc = self.u.alloc();
            self.bind(top);
            let old = self.guard(ended, exc);
            let value = self.async_next(span, it)?;
            self.u.handler = old;
            self.store(&g.target, value)?;
            self.release(u32::from(value));
            let next = self.label();
            for test in g.ifs {
                self.cond(test, next, false)?;
            }
            self.generator(span, rest, None, item)?;
            self.bind(next);
            self.jump(span, Op::LOOP, 0, 0, top);
            self.bind(ended);
            self.op(g.iter.span, Op::END_ASYNC_FOR, exc, 0, 0);
        } else {
            let (body, next) = (self.label(), self.label());
            self.goto(g.iter.span, next);
            self.bind(body);
            let value = self.target_register(&g.target);
            self.store_item(&g.target, value)?;
            for test in g.ifs {
                self.cond(test, next, false)?;
            }
            self.generator(span, rest, None, item)?;
            self.bind(next);
            self.advance(g.iter.span, iter, value, body);
        }
        self.release(mark);
        Ok(())
    }

    fn item(&mut self, span: Span, item: Item<'a>) -> Res {
        let mark = self.mark();
        let value_span = item.value.span;
        match (item.kind, item.result) {
            (ComprehensionKind::List, Some(result)) => {
                let r = self.operand(item.value)?;
                self.op(value_span, Op::LIST_APPEND, result, r, 0);
            }
            (ComprehensionKind::Set, Some(result)) => {
                let r = self.operand(item.value)?;
                self.op(value_span, Op::SET_ADD, result, r, 0);
            }
            (ComprehensionKind::Dict, Some(result)) => {
                if let Some(key) = item.key {
                    let k = self.operand_before(key, &[item.value])?;
                    let v = self.operand(item.value)?;
                    self.op(key.span.to(value_span), Op::MAP_ADD, result, k, v);
                }
            }
            _ => {
                let r = self.operand(item.value)?;
                self.yield_value(value_span, r);
            }
        }
        let _ = span;
        self.release(mark);
        Ok(())
    }

    /// As a function called at once with the outermost iterator.
    #[allow(clippy::too_many_arguments, reason = "the parts of one comprehension")]
    fn nested(
        &mut self,
        e: &'a Expr<'a>,
        scope: ScopeId,
        kind: ComprehensionKind,
        generators: &'a [Comprehension<'a>],
        (key, value): (Option<&'a Expr<'a>>, &'a Expr<'a>),
        first: &'a Comprehension<'a>,
        dst: Reg,
    ) -> Res {
        let span = e.span;
        let name = self.table.scope(scope).name;
        self.enter_unit(scope, name, span, |c| {
            c.u.regs.insert(sym::DOT_ZERO, 0);
            c.u.vars.push((sym::DOT_ZERO, VarKind::Local));
            c.u.arg_count = 1;
        })?;
        let item_result = if kind == ComprehensionKind::Generator {
            None
        } else {
            let r = self.u.next();
            self.build_empty(span, kind, r);
            Some(self.u.alloc())
        };
        // The iterator arrives as `.0`.
        let iter = if first.is_async { Iter::Async(0) } else { Iter::Plain(0) };
        let item = Item { kind, result: item_result, key, value };
        self.generator(span, generators, Some(iter), item)?;
        match item_result {
            Some(r) => self.op(span, Op::RETURN, r, 0, 0),
            None => self.op(super::asm::NO_SPAN, Op::RETURN_NONE, 0, 0, 0),
        }
        let is_async = self.table.scope(scope).coroutine;
        let code = self.leave_unit()?;
        let mark = self.mark();
        let w = self.u.next();
        self.make_function(span, code, w)?;
        self.u.alloc_run(3);
        let it = self.u.next();
        let r = self.operand(&first.iter)?;
        self.release(u32::from(it));
        self.op(first.iter.span, if first.is_async { Op::GET_AITER } else { Op::GET_ITER }, it, r, 0);
        self.u.alloc();
        self.release(mark);
        if is_async && kind != ComprehensionKind::Generator {
            self.op(span, Op::CALL, w, w, 1);
            self.u.alloc();
            self.opx(span, Op::GET_AWAITABLE, 0, w, w, 0);
            self.delegate(span, w, w)?;
            self.release(mark);
            self.mv(span, dst, w);
        } else {
            self.op(span, Op::CALL, dst, w, 1);
        }
        Ok(())
    }
}

/// The item of a list or tuple display of one.
fn single_item<'t>(e: &'t Expr<'t>) -> Option<&'t Expr<'t>> {
    match &e.kind {
        ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => match &elts[..] {
            [one] if !matches!(one.kind, ExprKind::Starred { .. }) => Some(one),
            _ => None,
        },
        _ => None,
    }
}
