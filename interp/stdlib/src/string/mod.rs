//! `_string`: parsing of format strings, for `string.Formatter`.

use habu_macros::native_module;
use habu_runtime::format::template;
use habu_runtime::heap::Gc;
use habu_runtime::types::str::{Str, Units};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// A piece of a format string: literal text, then maybe a field.
struct Piece {
    literal: Vec<u32>,
    field: Option<(Vec<u32>, Vec<u32>, Option<u32>)>,
}

fn parse(text: Units<'_>) -> Result<Vec<Piece>, &'static str> {
    let points = |part: Units<'_>| part.iter().collect::<Vec<u32>>();
    let mut pieces: Vec<Piece> = Vec::new();
    // Whether the last piece is text that a field directly behind it belongs to.
    let mut open = false;
    let mut at = 0;
    while at < text.len() {
        let (piece, end) = template::next_piece(text, at)?;
        match piece {
            template::Piece::Literal(literal) => {
                // An escaped brace ends the piece, as in CPython.
                open = literal.len() == end - at;
                pieces.push(Piece { literal: points(literal), field: None });
            }
            template::Piece::Field(f) => {
                let field = Some((points(f.name), points(f.spec), f.conversion));
                match pieces.last_mut() {
                    Some(last) if open => last.field = field,
                    _ => pieces.push(Piece { literal: Vec::new(), field }),
                }
                open = false;
            }
        }
        at = end;
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
        let pieces = parse(format_string.units()).map_err(|text| vm.value_error(text))?;
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
