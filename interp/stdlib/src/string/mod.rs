//! `_string`: parsing of format strings, for `string.Formatter`.

use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// A piece of a format string: literal text, then maybe a field.
struct Piece {
    literal: Vec<u32>,
    field: Option<(Vec<u32>, Vec<u32>, Option<u32>)>,
}

fn parse(text: &[u32]) -> Result<Vec<Piece>, &'static str> {
    let (open, close) = (u32::from('{'), u32::from('}'));
    let mut pieces = Vec::new();
    let mut i = 0;
    while i < text.len() {
        let mut literal = Vec::new();
        let mut field_at = None;
        while i < text.len() {
            let c = text[i];
            i += 1;
            if c != open && c != close {
                literal.push(c);
                continue;
            }
            if text.get(i) == Some(&c) {
                literal.push(c);
                i += 1;
                // An escaped brace ends the piece, as in CPython.
                break;
            }
            if c == close {
                return Err("Single '}' encountered in format string");
            }
            if i >= text.len() {
                return Err("Single '{' encountered in format string");
            }
            field_at = Some(i);
            break;
        }
        let Some(start) = field_at else {
            pieces.push(Piece { literal, field: None });
            continue;
        };
        let (mut depth, mut end) = (1, start);
        while end < text.len() {
            if text[end] == open {
                depth += 1;
            } else if text[end] == close {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            end += 1;
        }
        if depth > 0 {
            return Err("expected '}' before end of string");
        }
        let body = &text[start..end];
        i = end + 1;
        let mut brackets = 0;
        let mut split = body.len();
        for (at, c) in body.iter().enumerate() {
            match char::from_u32(*c) {
                Some('[') => brackets += 1,
                Some(']') if brackets > 0 => brackets -= 1,
                Some('{') => return Err("unexpected '{' in field name"),
                Some(':' | '!') if brackets == 0 => {
                    split = at;
                    break;
                }
                _ => {}
            }
        }
        let name = body[..split].to_vec();
        let (mut spec, mut conversion) = (Vec::new(), None);
        if split < body.len() {
            let mut rest = &body[split..];
            if rest[0] == u32::from('!') {
                let Some(c) = rest.get(1) else {
                    return Err("end of string while looking for conversion specifier");
                };
                conversion = Some(*c);
                rest = &rest[2..];
                if rest.first().is_some_and(|c| *c != u32::from(':')) {
                    return Err("expected ':' after conversion specifier");
                }
            }
            if !rest.is_empty() {
                spec = rest[1..].to_vec();
            }
        }
        pieces.push(Piece { literal, field: Some((name, spec, conversion)) });
    }
    Ok(pieces)
}

fn make_str(vm: &mut Vm, points: &[u32]) -> PyResult {
    let mut text = habu_runtime::types::str::StrBuilder::with_capacity(points.len());
    points.iter().for_each(|c| text.push(*c));
    text.finish(vm).map(Value::from_gc)
}

/// Digits make an int, other names stay text.
fn name_or_number(vm: &mut Vm, points: &[u32]) -> PyResult {
    let digit = |c: &u32| char::from_u32(*c).and_then(|c| c.to_digit(10));
    if !points.is_empty() && points.len() < 18 && points.iter().all(|c| digit(c).is_some()) {
        let n = points.iter().filter_map(digit).fold(0i64, |n, d| n * 10 + i64::from(d));
        return vm.int(n);
    }
    make_str(vm, points)
}

/// string helper module
#[native_module(name = "_string")]
pub mod module {
    use super::*;

    /// Parse the argument as a format string.
    #[function(sig = "(format_string, /)")]
    fn formatter_parser(vm: &mut Vm, format_string: Gc<Str>) -> PyResult {
        let points: Vec<u32> = format_string.iter().collect();
        let pieces = parse(&points).map_err(|text| vm.value_error(text))?;
        let all = vm.list_new()?;
        for piece in pieces {
            let mut items = [make_str(vm, &piece.literal)?, Value::NONE, Value::NONE, Value::NONE];
            if let Some((name, spec, conversion)) = piece.field {
                items[1] = make_str(vm, &name)?;
                items[2] = make_str(vm, &spec)?;
                if let Some(c) = conversion {
                    items[3] = make_str(vm, &[c])?;
                }
            }
            let item = vm.tuple(&items)?;
            vm.list_push(all, Value::from_gc(item))?;
        }
        vm.get_iter(Value::from_gc(all))
    }

    /// Split the argument as a field name.
    #[function(sig = "(field_name, /)")]
    fn formatter_field_name_split(vm: &mut Vm, field_name: Gc<Str>) -> PyResult<(Value, Value)> {
        let points: Vec<u32> = field_name.iter().collect();
        let is = |c: u32, wanted: char| c == u32::from(wanted);
        let first = points.iter().position(|c| is(*c, '.') || is(*c, '[')).unwrap_or(points.len());
        let head = name_or_number(vm, &points[..first])?;
        let rest = vm.list_new()?;
        let mut i = first;
        while i < points.len() {
            let dot = is(points[i], '.');
            if !dot && !is(points[i], '[') {
                return Err(vm.value_error("Only '.' or '[' may follow ']' in format field specifier"));
            }
            let start = i + 1;
            let end = if dot {
                points[start..]
                    .iter()
                    .position(|c| is(*c, '.') || is(*c, '['))
                    .map_or(points.len(), |at| start + at)
            } else {
                match points[start..].iter().position(|c| is(*c, ']')) {
                    Some(at) => start + at,
                    None => return Err(vm.value_error("Missing ']' in format string")),
                }
            };
            if start == end {
                return Err(vm.value_error("Empty attribute in format string"));
            }
            let name = if dot {
                make_str(vm, &points[start..end])?
            } else {
                name_or_number(vm, &points[start..end])?
            };
            let item = vm.tuple(&[Value::bool(dot), name])?;
            vm.list_push(rest, Value::from_gc(item))?;
            i = if dot { end } else { end + 1 };
        }
        let rest = vm.get_iter(Value::from_gc(rest))?;
        Ok((head, rest))
    }
}
