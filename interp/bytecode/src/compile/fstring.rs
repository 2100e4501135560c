//! f-strings, t-strings, and `%` formatting that can be turned into one.

use super::{Compiler, Reg, Res};
use crate::code::Const;
use crate::compile::error::CompileError;
use crate::op::{NOREG, Op};
use habu_syntax::ast::{Constant, Expr, ExprKind, Span};

impl<'a> Compiler<'a> {
    pub fn joined_str(&mut self, span: Span, values: &'a [Expr<'a>], dst: Reg) -> Res {
        match values {
            [] => {
                self.load_str(span, dst, "");
                return Ok(());
            }
            [one] => return self.expr_to(one, dst),
            _ => {}
        }
        let first = self.u.next();
        let mark = self.mark();
        for (i, v) in values.iter().enumerate() {
            self.push(v)?;
            // Long strings are joined as they grow.
            if i % 64 == 63 && i + 1 < values.len() {
                let count = (self.mark() - mark) as u16;
                self.release(mark);
                self.op(span, Op::BUILD_STRING, first, first, count);
                self.u.alloc();
            }
        }
        let count = (self.mark() - mark) as u16;
        self.release(mark);
        self.op(span, Op::BUILD_STRING, dst, first, count);
        Ok(())
    }

    pub fn formatted_value(
        &mut self,
        span: Span,
        value: &'a Expr<'a>,
        conversion: i32,
        spec: Option<&'a Expr<'a>>,
        dst: Reg,
    ) -> Res {
        let x = self.conversion(span, conversion)?;
        let mark = self.mark();
        let later: Vec<&Expr> = spec.into_iter().collect();
        let r = self.operand_before(value, &later)?;
        let spec = match spec {
            Some(spec) => self.operand(spec)?,
            None => NOREG,
        };
        self.release(mark);
        self.opx(span, Op::FORMAT, x, dst, r, spec);
        Ok(())
    }

    fn conversion(&self, span: Span, conversion: i32) -> Result<u8, CompileError> {
        match conversion {
            -1 | 0 => Ok(0),
            115 => Ok(1),
            114 => Ok(2),
            97 => Ok(3),
            other => {
                Err(CompileError::value(format!("Unrecognized conversion character {other}"), Some(span)))
            }
        }
    }

    pub fn template_str(&mut self, span: Span, values: &'a [Expr<'a>], dst: Reg) -> Res {
        let mark = self.mark();
        let w = self.u.alloc_run(2);
        let first = self.u.next();
        let mut strings = vec![Vec::new()];
        let mut count = 0;
        for v in values {
            match &v.kind {
                ExprKind::Constant { value: Constant::Str(s), .. } => {
                    if let Some(last) = strings.last_mut() {
                        last.extend_from_slice(s.as_bytes());
                    }
                }
                ExprKind::Interpolation { value, str, conversion, format_spec } => {
                    let text = Const::Str(str.as_bytes().into());
                    self.interpolation(v.span, value, text, *conversion, format_spec.as_deref())?;
                    strings.push(Vec::new());
                    count += 1;
                }
                _ => return self.error(v.span, "unexpected part of a template string"),
            }
        }
        let strings = strings.into_iter().map(|s| Const::Str(s.into())).collect();
        self.release(u32::from(first));
        self.op(span, Op::BUILD_TUPLE, w + 1, first, count);
        self.load_const(span, w, Const::Tuple(strings));
        self.release(mark);
        self.op(span, Op::BUILD_TEMPLATE, dst, w, 0);
        Ok(())
    }

    /// Pushes one interpolation.
    fn interpolation(
        &mut self,
        span: Span,
        value: &'a Expr<'a>,
        text: Const,
        conversion: i32,
        spec: Option<&'a Expr<'a>>,
    ) -> Res {
        let w = self.push(value)?;
        let t = self.u.alloc();
        self.load_const(span, t, text);
        let t = self.u.alloc();
        match self.conversion(span, conversion)? {
            0 => self.load_const(span, t, Const::None),
            n => self.load_str(span, t, ["s", "r", "a"][usize::from(n) - 1]),
        }
        match spec {
            Some(spec) => {
                self.push(spec)?;
            }
            None => {
                let t = self.u.alloc();
                self.load_str(span, t, "");
            }
        }
        self.release(u32::from(w));
        self.op(span, Op::BUILD_INTERPOLATION, w, w, 0);
        self.u.alloc();
        Ok(())
    }

    /// `"…%s…" % (a, b)` with plain %s, %r and %a only, as an f-string. False if it is not of that form.
    pub fn percent_format(
        &mut self,
        span: Span,
        left: &'a Expr<'a>,
        right: &'a Expr<'a>,
        dst: Reg,
    ) -> Result<bool, CompileError> {
        let ExprKind::Constant { value: Constant::Str(format), .. } = &left.kind else { return Ok(false) };
        let ExprKind::Tuple { elts, .. } = &right.kind else { return Ok(false) };
        if elts.iter().any(Self::is_starred) || elts.len() > 32 {
            return Ok(false);
        }
        let Some(parts) = split_format(format.as_bytes()) else { return Ok(false) };
        if parts.iter().filter(|p| matches!(p, Piece::Value(_))).count() != elts.len() || elts.is_empty() {
            return Ok(false);
        }
        let mark = self.mark();
        let first = self.u.next();
        let mut values = elts.iter();
        for part in &parts {
            match part {
                Piece::Text(text) => {
                    let t = self.u.alloc();
                    self.load_const(left.span, t, Const::Str(text.clone().into()));
                }
                Piece::Value(x) => {
                    let Some(value) = values.next() else { return Ok(false) };
                    let t = self.u.next();
                    let r = self.operand(value)?;
                    self.release(u32::from(t));
                    self.opx(value.span, Op::FORMAT, *x, t, r, NOREG);
                    self.u.alloc();
                }
            }
        }
        self.release(mark);
        if parts.len() == 1 {
            self.mv(span, dst, first);
        } else {
            self.op(span, Op::BUILD_STRING, dst, first, parts.len() as u16);
        }
        Ok(true)
    }
}

enum Piece {
    Text(Vec<u8>),
    /// FORMAT's `x`.
    Value(u8),
}

fn split_format(format: &[u8]) -> Option<Vec<Piece>> {
    let mut out = Vec::new();
    let mut text = Vec::new();
    let mut bytes = format.iter();
    while let Some(&b) = bytes.next() {
        if b != b'%' {
            text.push(b);
            continue;
        }
        let x = match bytes.next()? {
            b'%' => {
                text.push(b'%');
                continue;
            }
            b's' => 1,
            b'r' => 2,
            b'a' => 3,
            _ => return None,
        };
        if !text.is_empty() {
            out.push(Piece::Text(std::mem::take(&mut text)));
        }
        out.push(Piece::Value(x));
    }
    if !text.is_empty() {
        out.push(Piece::Text(text));
    }
    Some(out)
}
