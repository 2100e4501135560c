//! Tuple, list, set and dict displays.

use super::{Compiler, Reg, Res};
use crate::code::Const;
use crate::op::Op;
use habu_syntax::ast::{Expr, ExprKind, Span};

/// Which display [`Compiler::sequence`] builds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sequence {
    Tuple,
    List,
    Set,
}

/// Displays and calls with more operands than this do not hold them all in registers (CPython's stack guideline).
pub const MAX_WINDOW: usize = 30;

/// Operands that a longer display starts with; the others are added one by one.
const START: usize = 4;

impl<'a> Compiler<'a> {
    /// Builds a tuple, list or set of `elts`.
    pub fn sequence(&mut self, span: Span, elts: &'a [Expr<'a>], kind: Sequence, dst: Reg) -> Res {
        let starred = elts.iter().any(|e| matches!(e.kind, ExprKind::Starred { .. }));
        let build = match kind {
            Sequence::Tuple => Op::BUILD_TUPLE,
            Sequence::List => Op::BUILD_LIST,
            Sequence::Set => Op::BUILD_SET,
        };
        if !starred
            && kind != Sequence::Tuple
            && elts.len() >= 3
            && let Some(items) = self.fold_all(elts)
        {
            let t = self.u.next();
            self.op(span, build, t, t, 0);
            self.u.alloc();
            let c = self.u.alloc();
            let (constant, extend) = match kind {
                Sequence::Set => (Const::FrozenSet(items), Op::SET_UPDATE),
                _ => (Const::Tuple(items), Op::LIST_EXTEND),
            };
            self.load_const(span, c, constant);
            self.op(span, extend, t, c, 0);
            self.mv(span, dst, t);
            return Ok(());
        }
        if !starred && elts.len() <= MAX_WINDOW {
            let mark = self.mark();
            let first = self.u.next();
            for e in elts {
                self.push(e)?;
            }
            self.release(mark);
            self.op(span, build, dst, first, elts.len() as u16);
            return Ok(());
        }
        let mark = self.mark();
        let t = self.u.next();
        let (build, append, extend) = match kind {
            Sequence::Set => (Op::BUILD_SET, Op::SET_ADD, Op::SET_UPDATE),
            _ => (Op::BUILD_LIST, Op::LIST_APPEND, Op::LIST_EXTEND),
        };
        let plain = elts.iter().take_while(|e| !matches!(e.kind, ExprKind::Starred { .. })).count();
        let plain = if plain > MAX_WINDOW { START } else { plain };
        for e in &elts[..plain] {
            self.push(e)?;
        }
        self.release(mark);
        self.op(span, build, t, t, plain as u16);
        self.u.alloc();
        for e in &elts[plain..] {
            let inner = self.mark();
            match &e.kind {
                ExprKind::Starred { value, .. } => {
                    let r = self.operand(value)?;
                    self.op(span, extend, t, r, 0);
                }
                _ => {
                    let r = self.operand(e)?;
                    self.op(span, append, t, r, 0);
                }
            }
            self.release(inner);
        }
        self.release(mark);
        if kind == Sequence::Tuple {
            self.op(span, Op::LIST_TO_TUPLE, dst, t, 0);
        } else {
            self.mv(span, dst, t);
        }
        Ok(())
    }

    pub fn dict(
        &mut self,
        span: Span,
        keys: &'a [Option<Expr<'a>>],
        values: &'a [Expr<'a>],
        dst: Reg,
    ) -> Res {
        let mark = self.mark();
        let plain = keys.iter().take_while(|k| k.is_some()).count();
        let plain = if plain > MAX_WINDOW / 2 { START / 2 } else { plain };
        let whole = plain == keys.len();
        let first = self.u.next();
        let t = if whole { dst } else { first };
        for (k, v) in keys[..plain].iter().flatten().zip(values) {
            self.push(k)?;
            self.push(v)?;
        }
        self.release(mark);
        self.op(span, Op::BUILD_MAP, t, first, plain as u16);
        if whole {
            return Ok(());
        }
        self.u.alloc();
        for (k, v) in keys.iter().zip(values).skip(plain) {
            let inner = self.mark();
            match k {
                Some(k) => {
                    let k = self.operand_before(k, &[v])?;
                    let v = self.operand(v)?;
                    self.op(span, Op::MAP_ADD, t, k, v);
                }
                None => {
                    let v = self.operand(v)?;
                    self.op(span, Op::DICT_UPDATE, t, v, 0);
                }
            }
            self.release(inner);
        }
        self.release(mark);
        self.mv(span, dst, t);
        Ok(())
    }
}
