//! Number literals: text to value.

use super::{Fail, MAX_DECIMAL_DIGITS, Parser, R};
use crate::ast::{Constant, Magnitude};
use crate::error::ErrKind;
use crate::token::Token;
use dashu_int::UBig;

impl<'a> Parser<'_, 'a> {
    pub(super) fn number(&mut self, token: Token) -> R<Constant<'a>> {
        let text = self.text(token);
        let bytes = text.as_bytes();
        if bytes.len() <= 18 && bytes.iter().all(u8::is_ascii_digit) {
            return Ok(Constant::Int(bytes.iter().fold(0, |n, b| n * 10 + i64::from(b - b'0'))));
        }
        let clean: String = text.chars().filter(|c| *c != '_').collect();
        let lower = clean.as_bytes().get(1).map(|b| b | 0x20);
        let radix = match lower {
            Some(b'x') if clean.starts_with('0') => 16,
            Some(b'o') if clean.starts_with('0') => 8,
            Some(b'b') if clean.starts_with('0') => 2,
            _ => 10,
        };
        if radix != 10 {
            return Ok(self.integer(&clean[2..], radix));
        }
        if let Some(digits) = clean.strip_suffix(['j', 'J']) {
            return Ok(Constant::Imaginary(digits.parse().unwrap_or(f64::INFINITY)));
        }
        if clean.bytes().any(|b| matches!(b, b'.' | b'e' | b'E')) {
            return Ok(Constant::Float(clean.parse().unwrap_or(f64::INFINITY)));
        }
        let limit = if self.options.max_digits == 0 { MAX_DECIMAL_DIGITS } else { self.options.max_digits };
        if clean.len() > limit {
            let msg = format!(
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {} digits; \
                 use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
                 literals to avoid decimal conversion limits.",
                clean.len()
            );
            let mut error = self.error_at(ErrKind::SyntaxError, token.span(), msg);
            // CPython knows only the line here.
            (error.col, error.end_col) = (0, 0);
            return Err(Fail::Hard(Box::new(error)));
        }
        Ok(self.integer(&clean, 10))
    }

    fn integer(&self, digits: &str, radix: u32) -> Constant<'a> {
        i64::from_str_radix(digits, radix).map_or_else(
            |_| {
                let big = UBig::from_str_radix(digits, radix).unwrap_or_default();
                Constant::BigInt(Magnitude::new(self.arena, &big))
            },
            Constant::Int,
        )
    }
}
