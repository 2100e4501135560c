//! `repr` of strings, and escapes.

use super::{Profile, Str, StrBuilder, StrWriter, Units};
use crate::codecs::backslashed;
use crate::heap::Gc;
use crate::unicode;
use crate::vm::{PyResult, Vm};

impl Vm {
    /// `repr(s)`
    pub fn str_repr(&mut self, s: Gc<Str>) -> PyResult<Gc<Str>> {
        if let Some(text) = s.as_ascii()
            && text.bytes().all(|c| matches!(c, 0x20..0x7f) && c != b'\'' && c != b'\\')
        {
            let mut out = StrWriter::new(self, text.len() + 2, Profile::ASCII)?;
            out.push_str("'");
            out.push_str(text);
            out.push_str("'");
            return Ok(out.finish());
        }
        let mut out = StrBuilder::with_capacity(s.len() + 2);
        push_repr(&mut out, s.units());
        out.finish(self)
    }
}

/// Appends the text as a literal: in single quotes unless only those occur in it.
pub fn push_repr(out: &mut StrBuilder, text: Units<'_>) {
    let has = |c: u8| text.contains(Units::One(&[c]));
    let quote = u32::from(if has(b'\'') && !has(b'"') { b'"' } else { b'\'' });
    out.push(quote);
    for c in text.iter() {
        match c {
            0x09 => out.push_str("\\t"),
            0x0a => out.push_str("\\n"),
            0x0d => out.push_str("\\r"),
            0x5c => out.push_str("\\\\"),
            c if c == quote => {
                out.push_char('\\');
                out.push(c);
            }
            c if unicode::is_printable(c) => out.push(c),
            c => out.push_str(&backslashed(c)),
        }
    }
    out.push(quote);
}
