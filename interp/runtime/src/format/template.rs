//! `str.format` and `str.format_map`: replacement fields in braces.

use crate::heap::Gc;
use crate::types::dict::Dict;
use crate::types::str::{Str, StrBuilder, Units};
use crate::types::tuple::Tuple;
use crate::unicode;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// How deep specifications may hold fields themselves.
const MAX_DEPTH: usize = 2;

/// `template.format(*args, **mapping)`; without `args`, `template.format_map(mapping)`.
pub fn format(vm: &mut Vm, template: Gc<Str>, args: Option<Gc<Tuple>>, mapping: Value) -> PyResult<Gc<Str>> {
    let mut out = StrBuilder::reusing(vm, template.len() + 16);
    let mut arguments = Arguments { args, mapping, numbering: Numbering::Unknown };
    run(vm, template.units(), &mut arguments, MAX_DEPTH, &mut out)?;
    out.finish(vm)
}

/// Whether fields are numbered by themselves or by the template.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

struct Arguments {
    args: Option<Gc<Tuple>>,
    mapping: Value,
    numbering: Numbering,
}

/// A piece of a template, as `string.Formatter.parse` also gives it.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'a> {
    Literal(Units<'a>),
    Field(Field<'a>),
}

/// `{name!conversion:spec}`
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    pub name: Units<'a>,
    pub conversion: Option<u32>,
    pub spec: Units<'a>,
    /// The specification holds fields of its own.
    pub nested: bool,
}

fn is(c: u32, wanted: char) -> bool {
    c == wanted as u32
}

/// The next piece from `at` on, and where it ends; the error is the text of a ValueError.
pub fn next_piece(text: Units<'_>, at: usize) -> Result<(Piece<'_>, usize), &'static str> {
    let len = text.len();
    let mut i = at;
    while i < len {
        let c = text.at(i);
        let brace = if is(c, '{') {
            '{'
        } else if is(c, '}') {
            '}'
        } else {
            i += 1;
            continue;
        };
        let doubled = i + 1 < len && is(text.at(i + 1), brace);
        if doubled {
            // The first of the two ends this piece.
            return Ok((Piece::Literal(text.slice(at, i + 1)), i + 2));
        }
        if brace == '}' {
            return Err("Single '}' encountered in format string");
        }
        if i > at {
            return Ok((Piece::Literal(text.slice(at, i)), i));
        }
        if i + 1 == len {
            return Err("Single '{' encountered in format string");
        }
        return field(text, i + 1).map(|(f, end)| (Piece::Field(f), end));
    }
    Ok((Piece::Literal(text.slice(at, len)), len))
}

/// Parses a field from behind its brace.
fn field(text: Units<'_>, start: usize) -> Result<(Field<'_>, usize), &'static str> {
    let len = text.len();
    let mut at = start;
    let mut bracket = false;
    // The name ends at `!`, `:` or `}` outside of brackets.
    let end = loop {
        if at >= len {
            return Err("expected '}' before end of string");
        }
        match char::from_u32(text.at(at)) {
            Some('{') if !bracket => return Err("unexpected '{' in field name"),
            Some('[') => bracket = true,
            Some(']') => bracket = false,
            Some('}' | ':' | '!') if !bracket => break at,
            _ => {}
        }
        at += 1;
    };
    let name = text.slice(start, end);
    let mut conversion = None;
    if is(text.at(at), '!') {
        at += 1;
        if at >= len {
            return Err("end of string while looking for conversion specifier");
        }
        conversion = Some(text.at(at));
        at += 1;
        if at < len && is(text.at(at), '}') {
            return Ok((Field { name, conversion, spec: text.slice(at, at), nested: false }, at + 1));
        }
        if at >= len {
            return Err("unmatched '{' in format spec");
        }
        if !is(text.at(at), ':') {
            return Err("expected ':' after conversion specifier");
        }
    } else if is(text.at(at), '}') {
        return Ok((Field { name, conversion, spec: text.slice(at, at), nested: false }, at + 1));
    }
    let spec_start = at + 1;
    let (mut depth, mut nested) = (1, false);
    for i in spec_start..len {
        if is(text.at(i), '{') {
            depth += 1;
            nested = true;
        } else if is(text.at(i), '}') {
            depth -= 1;
            if depth == 0 {
                return Ok((Field { name, conversion, spec: text.slice(spec_start, i), nested }, i + 1));
            }
        }
    }
    Err("unmatched '{' in format spec")
}

fn run(
    vm: &mut Vm,
    text: Units<'_>,
    args: &mut Arguments,
    depth: usize,
    out: &mut StrBuilder,
) -> PyResult<()> {
    if depth == 0 {
        return Err(vm.value_error("Max string recursion exceeded"));
    }
    let mut at = 0;
    while at < text.len() {
        let (piece, next) = match next_piece(text, at) {
            Ok(found) => found,
            Err(error) => return Err(vm.value_error(error)),
        };
        at = next;
        match piece {
            Piece::Literal(literal) => out.push_units(literal),
            Piece::Field(field) => {
                let value = lookup(vm, field.name, args)?;
                let value = match field.conversion {
                    None => value,
                    Some(c) => convert(vm, value, c)?,
                };
                if !field.nested && super::push_known(vm, out, value, field.spec)? {
                    continue;
                }
                let spec = if field.nested {
                    let mut spec = StrBuilder::new();
                    run(vm, field.spec, args, depth - 1, &mut spec)?;
                    spec.finish(vm)?
                } else {
                    vm.str_units(field.spec)?
                };
                let formatted = vm.format(value, spec)?;
                out.push_py(formatted);
            }
        }
    }
    Ok(())
}

fn convert(vm: &mut Vm, value: Value, conversion: u32) -> PyResult<Value> {
    let text = match char::from_u32(conversion) {
        Some('r') => vm.repr(value)?,
        Some('s') => vm.to_str(value)?,
        Some('a') => vm.ascii(value)?,
        Some(c @ '!'..='~') => return Err(vm.value_error(format!("Unknown conversion specifier {c}"))),
        _ => return Err(vm.value_error(format!("Unknown conversion specifier \\x{conversion:x}"))),
    };
    Ok(Value::from_gc(text))
}

/// A non-negative number, when the text is one.
fn number(text: Units<'_>) -> Result<Option<usize>, &'static str> {
    let mut n = 0usize;
    for c in text.iter() {
        let Some(digit) = unicode::decimal_value(c) else { return Ok(None) };
        n = n
            .checked_mul(10)
            .and_then(|n| n.checked_add(digit as usize))
            .filter(|n| *n <= isize::MAX as usize)
            .ok_or("Too many decimal digits in format string")?;
    }
    Ok(if text.is_empty() { None } else { Some(n) })
}

/// The first part of a field name: up to a dot or bracket.
pub fn first_part(name: Units<'_>) -> (Units<'_>, Units<'_>) {
    let end = name.iter().position(|c| is(c, '.') || is(c, '[')).unwrap_or(name.len());
    (name.slice(0, end), name.slice(end, name.len()))
}

/// The value that a field name stands for.
fn lookup(vm: &mut Vm, name: Units<'_>, args: &mut Arguments) -> PyResult<Value> {
    let (first, rest) = first_part(name);
    let index = match number(first) {
        Ok(index) => index,
        Err(error) => return Err(vm.value_error(error)),
    };
    let numbering = args.numbering;
    let index = match (index, numbering) {
        (Some(_), Numbering::Automatic(_)) => {
            return Err(
                vm.value_error("cannot switch from automatic field numbering to manual field specification")
            );
        }
        (Some(i), _) => {
            args.numbering = Numbering::Manual;
            Some(i)
        }
        (None, _) if !first.is_empty() => None,
        (None, Numbering::Manual) => {
            return Err(
                vm.value_error("cannot switch from manual field specification to automatic field numbering")
            );
        }
        (None, Numbering::Unknown) => {
            args.numbering = Numbering::Automatic(1);
            Some(0)
        }
        (None, Numbering::Automatic(i)) => {
            args.numbering = Numbering::Automatic(i + 1);
            Some(i)
        }
    };
    let mut value = match index {
        Some(i) => {
            let Some(positional) = args.args else {
                return Err(vm.value_error("Format string contains positional fields"));
            };
            match positional.items().get(i) {
                Some(v) => *v,
                None => {
                    let text = format!("Replacement index {i} out of range for positional args tuple");
                    return Err(vm.index_error(text));
                }
            }
        }
        None => {
            let key = Value::from_gc(vm.str_units(first)?);
            match vm.exact_dict(args.mapping) {
                Some(dict) => keyword(vm, dict, key)?,
                None => vm.get_item(args.mapping, key)?,
            }
        }
    };
    let mut at = 0;
    while at < rest.len() {
        let (part, next) = match next_part(rest, at) {
            Ok(found) => found,
            Err(error) => return Err(vm.value_error(error)),
        };
        at = next;
        value = match part {
            Part::Attribute(name) => {
                let name = vm.str_units(name)?;
                let name = vm.intern_str(name)?;
                vm.get_attr(value, name)?
            }
            Part::Index(i) => {
                let index = vm.int(i as i64)?;
                vm.get_item(value, index)?
            }
            Part::Key(key) => {
                let key = Value::from_gc(vm.str_units(key)?);
                vm.get_item(value, key)?
            }
        };
    }
    Ok(value)
}

fn keyword(vm: &mut Vm, dict: Gc<Dict>, key: Value) -> PyResult<Value> {
    match vm.dict_get(dict, key)? {
        Some(v) => Ok(v),
        None => Err(vm.key_error(key)),
    }
}

/// A later part of a field name.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    Attribute(Units<'a>),
    Index(usize),
    Key(Units<'a>),
}

/// The part at `at` of what follows the first part, and where it ends.
pub fn next_part(rest: Units<'_>, at: usize) -> Result<(Part<'_>, usize), &'static str> {
    let len = rest.len();
    if is(rest.at(at), '.') {
        let start = at + 1;
        let end = (start..len).find(|&i| is(rest.at(i), '.') || is(rest.at(i), '[')).unwrap_or(len);
        if start == end {
            return Err("Empty attribute in format string");
        }
        return Ok((Part::Attribute(rest.slice(start, end)), end));
    }
    if !is(rest.at(at), '[') {
        return Err("Only '.' or '[' may follow ']' in format field specifier");
    }
    let start = at + 1;
    let Some(end) = (start..len).find(|&i| is(rest.at(i), ']')) else {
        return Err("Missing ']' in format string");
    };
    let key = rest.slice(start, end);
    if key.is_empty() {
        return Err("Empty attribute in format string");
    }
    match number(key)? {
        Some(i) => Ok((Part::Index(i), end + 1)),
        None => Ok((Part::Key(key), end + 1)),
    }
}
