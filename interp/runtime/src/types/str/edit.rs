//! `replace`, `expandtabs`, `zfill`, `translate`, and other methods that make one text of another.

use super::{Profile, Str, StrBuilder, StrWriter, Units};
use crate::heap::Gc;
use crate::object::{Special, ids};
use crate::types::dict::Dict;
use crate::types::list::Elements;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};

impl Vm {
    /// The first `max` occurrences of `old` replaced by `new`.
    pub fn str_replace(&mut self, s: Gc<Str>, old: Gc<Str>, new: Gc<Str>, max: usize) -> PyResult<Gc<Str>> {
        let (text, needle, with) = (s.units(), old.units(), new.units());
        if max == 0 || needle.len() > text.len() || needle.same(with) {
            return self.str_exact(s);
        }
        let matches = text.matches(needle, max);
        if matches.is_empty() {
            return self.str_exact(s);
        }
        let removed = matches.len() * needle.len();
        let len = matches.len().checked_mul(with.len()).and_then(|n| n.checked_add(text.len() - removed));
        let Some(len) = len.filter(|n| *n < isize::MAX as usize) else {
            return Err(self.overflow_error("replace string is too long"));
        };
        if let (Some(text), Some(with)) = (s.ascii_bytes(), new.ascii_bytes())
            && len > 1
        {
            let mut writer = StrWriter::new(self, len, Profile::ASCII)?;
            let mut from = 0;
            for at in &matches {
                writer.push_ascii(&text[from..*at]);
                writer.push_ascii(with);
                from = at + needle.len();
            }
            writer.push_ascii(&text[from..]);
            return Ok(writer.finish());
        }
        // What is replaced may have been what made the text wide.
        let mut profile = with.profile();
        let mut from = 0;
        if s.is_ascii() {
            profile = profile.or(Profile::ASCII);
        } else {
            for at in &matches {
                profile = profile.or(text.slice(from, *at).profile());
                from = at + needle.len();
            }
            profile = profile.or(text.slice(from, text.len()).profile());
        }
        if len < 2 {
            let mut out = StrBuilder::new();
            replaced(text, needle.len(), with, &matches, |piece| out.push_units(piece));
            return out.finish(self);
        }
        let mut writer = StrWriter::new(self, len, profile)?;
        replaced(text, needle.len(), with, &matches, |piece| {
            if piece.width() <= profile.width() {
                writer.push(piece);
            } else {
                piece.iter().for_each(|c| writer.push_char(c));
            }
        });
        Ok(writer.finish())
    }

    pub fn str_expand_tabs(&mut self, s: Gc<Str>, tab_size: i64) -> PyResult<Gc<Str>> {
        if !s.units().contains(Units::One(b"\t")) {
            return self.str_exact(s);
        }
        let size = usize::try_from(tab_size).unwrap_or(0);
        let mut out = StrBuilder::with_capacity(s.len());
        let mut column = 0usize;
        for c in s.iter() {
            match c {
                9 if size > 0 => {
                    let spaces = size - column % size;
                    out.reserve(self, spaces)?;
                    out.push_times(32, spaces);
                    column += spaces;
                }
                9 => {}
                _ => {
                    out.push(c);
                    column = if c == 10 || c == 13 { 0 } else { column + 1 };
                }
            }
        }
        out.finish(self)
    }

    /// Zeros between the sign and the rest.
    pub fn str_zfill(&mut self, s: Gc<Str>, width: i64) -> PyResult<Gc<Str>> {
        let zeros = usize::try_from(width).unwrap_or(0).saturating_sub(s.len());
        if zeros == 0 {
            return self.str_exact(s);
        }
        let text = s.units();
        let signed = usize::from(matches!(text.iter().next(), Some(43 | 45)));
        let padded = self.str_padded(zeros, text.slice(signed, text.len()), 0, '0' as u32)?;
        if signed == 0 {
            return Ok(padded);
        }
        let sign = self.str_char(text.at(0))?;
        self.str_join(self.strings.empty(), &[sign, padded])
    }

    /// `s.translate(table)`
    pub fn str_translate(&mut self, s: Gc<Str>, table: Value) -> PyResult<Gc<Str>> {
        let mut out = StrBuilder::with_capacity(s.len());
        let dict = self.exact_dict(table);
        for c in s.iter() {
            let key = Value::small(c as i64);
            let found = match dict {
                Some(dict) => self.dict_get(dict, key)?,
                None => {
                    let result = self.get_item(table, key);
                    self.catch(result, Exc::LookupError)?
                }
            };
            match found {
                None => out.push(c),
                Some(v) if v.is_none() => {}
                Some(v) => self.push_translated(&mut out, v)?,
            }
        }
        out.finish(self)
    }

    fn push_translated(&mut self, out: &mut StrBuilder, v: Value) -> PyResult<()> {
        if let Some(text) = self.downcast::<Str>(v) {
            out.push_py(text);
            return Ok(());
        }
        if self.class_of(v).is_subtype(self.builtin(ids::INT)) {
            let n = self.index(v);
            if let Some(n) = self.catch(n, Exc::OverflowError)?
                && let Ok(c) = u32::try_from(n)
                && c < 0x110000
            {
                out.push(c);
                return Ok(());
            }
            return Err(self.value_error("character mapping must be in range(0x110000)"));
        }
        Err(self.type_error("character mapping must return integer, None or str"))
    }

    /// `str.maketrans`
    pub fn str_maketrans(&mut self, x: Value, y: Option<Gc<Str>>, z: Option<Gc<Str>>) -> PyResult<Gc<Dict>> {
        let table = self.dict_new()?;
        if let Some(y) = y {
            let Some(x) = self.downcast::<Str>(x) else {
                return Err(self
                    .type_error("first maketrans argument must be a string if there is a second argument"));
            };
            if x.len() != y.len() {
                return Err(self.value_error("the first two maketrans arguments must have equal length"));
            }
            for (from, to) in x.iter().zip(y.iter()) {
                self.dict_set(table, Value::small(from as i64), Value::small(to as i64))?;
            }
            if let Some(z) = z {
                for c in z.iter() {
                    self.dict_set(table, Value::small(c as i64), Value::NONE)?;
                }
            }
            return Ok(table);
        }
        let Some(dict) = self.exact_dict(x) else {
            return Err(self.type_error("if you give only one argument to maketrans it must be a dict"));
        };
        let mut at = 0;
        while let Some((key, value)) = self.dict_next(dict, &mut at) {
            let key = if let Some(text) = self.downcast::<Str>(key) {
                if text.len() != 1 {
                    return Err(self.value_error("string keys in translatetable must be of length 1"));
                }
                Value::small(text.code_point(0) as i64)
            } else if self.class_of(key).is_subtype(self.builtin(ids::INT)) {
                key
            } else {
                return Err(self.type_error("keys in translate table mustbe strings or integers"));
            };
            self.dict_set(table, key, value)?;
        }
        Ok(table)
    }

    /// `separator.join(iterable)`
    pub fn str_join_iterable(&mut self, separator: Gc<Str>, iterable: Value) -> PyResult<Gc<Str>> {
        if let Some(joined) = self.str_join_known(separator, iterable) {
            return joined;
        }
        let iterates = self.lookup_special(iterable, Special::Iter).is_some()
            || self.lookup_special(iterable, Special::GetItem).is_some();
        if !iterates {
            return Err(self.type_error("can only join an iterable"));
        }
        let items = self.collect(iterable)?;
        for (i, v) in items.iter().enumerate() {
            if self.downcast::<Str>(*v).is_none() {
                let name = self.type_name(*v);
                return Err(
                    self.type_error(format!("sequence item {i}: expected str instance, {name} found"))
                );
            }
        }
        // SAFETY: just checked; a handle is the word of a heap pointer, made anew from each.
        let strings: Vec<Gc<Str>> =
            items.iter().filter_map(|v| v.as_header()).map(|h| unsafe { Gc::from_header(h) }).collect();
        // `items` keeps the strings of the vector alive.
        let joined = self.str_join(separator, &strings);
        drop(items);
        joined
    }
}

impl Vm {
    /// Joins the items of an exact list or tuple where they are. `None`: it is neither, or not all are strings.
    fn str_join_known(&mut self, separator: Gc<Str>, iterable: Value) -> Option<PyResult<Gc<Str>>> {
        if let Some(tuple) = iterable.exact::<Tuple>() {
            return self.str_join_values(separator, tuple.len(), |i| tuple.items()[i]);
        }
        let list = iterable.exact_list().filter(|list| list.elements() == Elements::Any)?;
        let array = list.storage()?;
        self.str_join_values(separator, list.len(), |i| array.slots()[i].get())
    }
}

/// Calls `push` with the pieces of the text in which what matched is replaced.
fn replaced<'a>(
    text: Units<'a>,
    old: usize,
    with: Units<'a>,
    matches: &[usize],
    mut push: impl FnMut(Units<'a>),
) {
    let mut from = 0;
    for at in matches {
        push(text.slice(from, *at));
        push(with);
        from = at + old;
    }
    push(text.slice(from, text.len()));
}
