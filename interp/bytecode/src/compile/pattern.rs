//! `match` statements.
//!
//! Names a pattern captures wait in temporaries until the whole pattern has matched.

use super::asm::Label;
use super::fx::FxHashMap;
use super::{Compiler, Reg, Res};
use crate::code::Const;
use crate::op::{Intrinsic, Op};
use habu_syntax::ast::{Constant, Expr, ExprKind, MatchCase, Pattern, PatternKind, Span, Symbol, UnaryOp};

/// One case's state.
struct Case {
    captures: FxHashMap<Symbol, Reg>,
    /// Names in the order they are bound.
    order: Vec<Symbol>,
    fail: Label,
    /// Whether a pattern that always matches may stand here.
    allow_irrefutable: bool,
}

impl<'a> Compiler<'a> {
    pub fn match_stmt(&mut self, subject: &'a Expr<'a>, cases: &'a [MatchCase<'a>]) -> Res {
        let subject = self.push(subject)?;
        let end = self.label();
        for (i, case) in cases.iter().enumerate() {
            let last = i + 1 == cases.len();
            let mark = self.mark();
            let fail = self.label();
            let mut state = Case {
                captures: FxHashMap::default(),
                order: Vec::new(),
                fail,
                allow_irrefutable: case.guard.is_some() || last,
            };
            self.reserve_captures(&case.pattern, &mut state)?;
            state.order.clear();
            self.pattern(&case.pattern, subject, &mut state)?;
            for name in std::mem::take(&mut state.order) {
                let reg = state.captures[&name];
                self.store_name(case.pattern.span, name, reg)?;
            }
            if let Some(guard) = &case.guard {
                self.cond(guard, fail, false)?;
            }
            self.release(mark);
            self.conditional_stmts(&case.body)?;
            self.goto(super::asm::NO_SPAN, end);
            self.bind(fail);
        }
        self.bind(end);
        Ok(())
    }

    /// A temporary for every name a pattern captures.
    fn reserve_captures(&mut self, p: &Pattern, case: &mut Case) -> Res {
        let mut names = Vec::new();
        captured(p, &mut names);
        for name in names {
            case.captures.entry(name).or_insert_with(|| self.u.alloc());
        }
        Ok(())
    }

    fn capture(&mut self, span: Span, name: Symbol, subject: Reg, case: &mut Case) -> Res {
        if case.order.contains(&name) {
            let text = self.interner.resolve(name);
            return self.error(span, format!("multiple assignments to name '{text}' in pattern"));
        }
        case.order.push(name);
        let reg = case.captures[&name];
        self.mv(span, reg, subject);
        Ok(())
    }

    /// Jumps to `case.fail` unless R[subject] matches.
    fn pattern(&mut self, p: &'a Pattern<'a>, subject: Reg, case: &mut Case) -> Res {
        stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || {
            let mark = self.mark();
            self.pattern_inner(p, subject, case)?;
            self.release(mark);
            Ok(())
        })
    }

    fn subpattern(&mut self, p: &'a Pattern<'a>, subject: Reg, case: &mut Case) -> Res {
        let old = std::mem::replace(&mut case.allow_irrefutable, true);
        let result = self.pattern(p, subject, case);
        case.allow_irrefutable = old;
        result
    }

    fn pattern_inner(&mut self, p: &'a Pattern<'a>, subject: Reg, case: &mut Case) -> Res {
        let span = p.span;
        match &p.kind {
            PatternKind::MatchValue { value } => self.value_pattern(span, value, subject, case),
            PatternKind::MatchSingleton { value } => {
                match value {
                    Constant::None => self.jump(span, Op::JUMP_NOT_NONE, subject, 0, case.fail),
                    other => {
                        let t = self.u.alloc();
                        self.load_const(span, t, super::consts::from_literal(other));
                        self.jump(span, Op::JUMP_IS_NOT, subject, t, case.fail);
                    }
                }
                Ok(())
            }
            PatternKind::MatchSequence { patterns } => self.sequence_pattern(span, patterns, subject, case),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.mapping_pattern(span, keys, patterns, *rest, subject, case)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.class_pattern(p, cls, patterns, (kwd_attrs, kwd_patterns), subject, case)
            }
            PatternKind::MatchStar { name } => match name {
                Some(name) => self.capture(span, *name, subject, case),
                None => Ok(()),
            },
            PatternKind::MatchAs { pattern, name } => {
                let Some(pattern) = pattern else {
                    if !case.allow_irrefutable {
                        return match name {
                            Some(name) => {
                                let text = self.interner.resolve(*name);
                                self.error(
                                    span,
                                    format!("name capture '{text}' makes remaining patterns unreachable"),
                                )
                            }
                            None => self.error(span, "wildcard makes remaining patterns unreachable"),
                        };
                    }
                    return match name {
                        Some(name) => self.capture(span, *name, subject, case),
                        None => {
                            self.here(span);
                            Ok(())
                        }
                    };
                };
                self.pattern(pattern, subject, case)?;
                match name {
                    Some(name) => self.capture(span, *name, subject, case),
                    None => Ok(()),
                }
            }
            PatternKind::MatchOr { patterns } => self.or_pattern(span, patterns, subject, case),
        }
    }

    fn value_pattern(&mut self, span: Span, value: &'a Expr<'a>, subject: Reg, case: &Case) -> Res {
        if !is_pattern_value(value) {
            return self.error(span, "patterns may only match literals and attribute lookups");
        }
        if let Some(Const::Int(i)) = self.fold(value)
            && let Ok(i) = i16::try_from(i)
        {
            self.jump(span, Op::JUMP_NOT_EQ_IMM, subject, i as u16, case.fail);
            return Ok(());
        }
        let v = self.operand(value)?;
        self.jump(span, Op::JUMP_NOT_EQ, subject, v, case.fail);
        Ok(())
    }

    fn length_check(&mut self, span: Span, subject: Reg, jump: Op, n: usize, fail: Label) {
        let t = self.u.next();
        self.op(span, Op::MATCH_LEN, t, subject, 0);
        match i16::try_from(n) {
            Ok(n) => self.jump(span, jump, t, n as u16, fail),
            Err(_) => {
                let t = self.u.alloc();
                let k = self.u.alloc();
                self.load_const(span, k, Const::Int(n as i64));
                let jump = if jump == Op::JUMP_NE_IMM { Op::JUMP_NE } else { Op::JUMP_LT };
                self.jump(span, jump, t, k, fail);
                self.u.top -= 2;
            }
        }
    }

    fn sequence_pattern(
        &mut self,
        span: Span,
        patterns: &'a [Pattern<'a>],
        subject: Reg,
        case: &mut Case,
    ) -> Res {
        let mut stars =
            patterns.iter().enumerate().filter(|(_, p)| matches!(p.kind, PatternKind::MatchStar { .. }));
        let star = stars.next().map(|(i, _)| i);
        if stars.next().is_some() {
            return self.error(span, "multiple starred names in sequence pattern");
        }
        let t = self.u.next();
        self.op(span, Op::MATCH_SEQUENCE, t, subject, 0);
        self.jump(span, Op::JUMP_FALSE, t, 0, case.fail);
        let n = patterns.len();
        match star {
            None => self.length_check(span, subject, Op::JUMP_NE_IMM, n, case.fail),
            Some(_) if n > 1 => self.length_check(span, subject, Op::JUMP_LT_IMM, n - 1, case.fail),
            Some(_) => {}
        }
        let wild = |p: &Pattern| {
            matches!(
                p.kind,
                PatternKind::MatchAs { pattern: None, name: None } | PatternKind::MatchStar { name: None }
            )
        };
        if patterns.iter().all(wild) {
            return Ok(());
        }
        match star {
            // `[a, *_, b]`: the items one by one, without a list of the middle.
            Some(at) if wild(&patterns[at]) => {
                for (i, p) in patterns.iter().enumerate() {
                    if wild(p) {
                        continue;
                    }
                    let key = self.u.next();
                    if i < at {
                        self.load_const(p.span, key, Const::Int(i as i64));
                    } else {
                        self.op(p.span, Op::MATCH_LEN, key, subject, 0);
                        self.u.need(u32::from(key) + 1);
                        self.op(p.span, Op::SUB_IMM, key, key, (n - i) as u16);
                    }
                    self.op(p.span, Op::GET_ITEM, key, subject, key);
                    let item = self.u.alloc();
                    self.subpattern(p, item, case)?;
                    self.u.top = u32::from(item);
                }
            }
            _ => {
                let first = self.u.next();
                match star {
                    None => self.unpack_to(span, first, subject, n as u16),
                    Some(at) => {
                        let after = (n - at - 1) as u32;
                        self.op_extra(span, Op::UNPACK_STAR, 0, (first, subject, at as u16), after);
                    }
                }
                self.u.alloc_run(n as u32);
                for (i, p) in patterns.iter().enumerate() {
                    self.subpattern(p, first + i as Reg, case)?;
                }
            }
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        span: Span,
        keys: &'a [Expr<'a>],
        patterns: &'a [Pattern<'a>],
        rest: Option<Symbol>,
        subject: Reg,
        case: &mut Case,
    ) -> Res {
        let t = self.u.next();
        self.op(span, Op::MATCH_MAPPING, t, subject, 0);
        self.jump(span, Op::JUMP_FALSE, t, 0, case.fail);
        if keys.is_empty() && rest.is_none() {
            return Ok(());
        }
        if !keys.is_empty() {
            self.length_check(span, subject, Op::JUMP_LT_IMM, keys.len(), case.fail);
        }
        let mut seen: Vec<Const> = Vec::new();
        for k in keys {
            if let Some(c) = self.fold(k) {
                if seen.iter().any(|s| super::consts::equal(s, &c)) {
                    let text = super::consts::repr(&c);
                    return self.error(span, format!("mapping pattern checks duplicate key ({text})"));
                }
                seen.push(c);
            } else if !matches!(k.kind, ExprKind::Attribute { .. }) {
                return self
                    .error(k.span, "mapping pattern keys may only match literals and attribute lookups");
            }
        }
        // R[w] = the mapping, R[w+1] = the keys, as MappingRest wants them.
        let w = self.u.alloc();
        self.mv(span, w, subject);
        let tuple = self.u.next();
        for k in keys {
            self.push(k)?;
        }
        self.u.top = u32::from(tuple);
        self.op(span, Op::BUILD_TUPLE, tuple, tuple, keys.len() as u16);
        self.u.alloc();
        let values = self.u.next();
        self.op(span, Op::MATCH_KEYS, values, subject, tuple);
        let values = self.u.alloc();
        self.jump(span, Op::JUMP_NONE, values, 0, case.fail);
        if !patterns.is_empty() {
            let first = self.u.next();
            self.unpack_to(span, first, values, patterns.len() as u16);
            self.u.alloc_run(patterns.len() as u32);
            for (i, p) in patterns.iter().enumerate() {
                self.subpattern(p, first + i as Reg, case)?;
            }
        }
        if let Some(rest) = rest {
            let t = self.u.next();
            self.opx(span, Op::INTRINSIC, Intrinsic::MappingRest as u8, t, w, 0);
            let t = self.u.alloc();
            self.capture(span, rest, t, case)?;
        }
        Ok(())
    }

    fn class_pattern(
        &mut self,
        p: &'a Pattern<'a>,
        cls: &'a Expr<'a>,
        patterns: &'a [Pattern<'a>],
        (attrs, kwd_patterns): (&'a [Symbol], &'a [Pattern<'a>]),
        subject: Reg,
        case: &mut Case,
    ) -> Res {
        let span = p.span;
        for (i, attr) in attrs.iter().enumerate() {
            if attrs[..i].contains(attr) {
                let text = self.interner.resolve(*attr);
                let at = kwd_patterns[i].span;
                return self.error(at, format!("attribute name repeated in class pattern: {text}"));
            }
        }
        let w = self.push(cls)?;
        let names = self.u.alloc();
        let list = attrs.iter().map(|a| self.name_const(*a)).collect();
        self.load_const(span, names, Const::Tuple(list));
        self.u.top = u32::from(w) + 2;
        let n = patterns.len() + kwd_patterns.len();
        self.op_extra(span, Op::MATCH_CLASS, 0, (w, subject, w), patterns.len() as u32);
        self.u.top = u32::from(w) + 1;
        self.jump(span, Op::JUMP_NONE, w, 0, case.fail);
        if n == 0 {
            return Ok(());
        }
        let first = self.u.next();
        self.unpack_to(span, first, w, n as u16);
        self.u.alloc_run(n as u32);
        for (i, p) in patterns.iter().chain(kwd_patterns).enumerate() {
            self.subpattern(p, first + i as Reg, case)?;
        }
        Ok(())
    }

    fn or_pattern(&mut self, span: Span, patterns: &'a [Pattern<'a>], subject: Reg, case: &mut Case) -> Res {
        let matched = self.label();
        let (outer_fail, allow) = (case.fail, case.allow_irrefutable);
        let before = case.order.clone();
        let mut names: Option<Vec<Symbol>> = None;
        for (i, p) in patterns.iter().enumerate() {
            let last = i + 1 == patterns.len();
            case.fail = if last { outer_fail } else { self.label() };
            case.allow_irrefutable = allow && last;
            case.order.clone_from(&before);
            self.pattern(p, subject, case)?;
            let mut mine = case.order[before.len()..].to_vec();
            match &names {
                None => names = Some(mine),
                Some(first) => {
                    let mut first = first.clone();
                    first.sort_unstable();
                    mine.sort_unstable();
                    if first != mine {
                        return self.error(span, "alternative patterns bind different names");
                    }
                }
            }
            if !last {
                self.goto(super::asm::NO_SPAN, matched);
                self.bind(case.fail);
            }
        }
        case.fail = outer_fail;
        case.allow_irrefutable = allow;
        case.order = before;
        case.order.extend(names.unwrap_or_default());
        self.bind(matched);
        Ok(())
    }
}

fn captured(p: &Pattern, out: &mut Vec<Symbol>) {
    match &p.kind {
        PatternKind::MatchValue { .. } | PatternKind::MatchSingleton { .. } => {}
        PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
            patterns.iter().for_each(|p| captured(p, out));
        }
        PatternKind::MatchMapping { patterns, rest, .. } => {
            patterns.iter().for_each(|p| captured(p, out));
            out.extend(rest);
        }
        PatternKind::MatchClass { patterns, kwd_patterns, .. } => {
            patterns.iter().chain(*kwd_patterns).for_each(|p| captured(p, out));
        }
        PatternKind::MatchStar { name } => out.extend(name),
        PatternKind::MatchAs { pattern, name } => {
            if let Some(p) = pattern {
                captured(p, out);
            }
            out.extend(name);
        }
    }
}

fn is_pattern_value(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Constant { value, .. } => !matches!(value, Constant::Ellipsis),
        ExprKind::Attribute { .. } | ExprKind::BinOp { .. } => true,
        ExprKind::UnaryOp { op, .. } => *op == UnaryOp::USub,
        _ => false,
    }
}
