//! `_string`: the parsers behind `string.Formatter`.

use habu_macros::native_module;
use habu_runtime::format::template::{Part, Piece, first_part, next_part, next_piece};
use habu_runtime::heap::Gc;
use habu_runtime::types::str::{Str, Units};
use habu_runtime::unicode;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// string helper module
#[native_module(name = "_string")]
pub mod module {
    use super::*;

    /// The pieces of a format string: literal text, field name, format specification, conversion.
    #[function(sig = "(object, /)")]
    fn formatter_parser(vm: &mut Vm, object: Gc<Str>) -> PyResult<Value> {
        let pieces = parse(vm, object)?;
        vm.get_iter(pieces)
    }

    /// The first part of a field name, and an iterator over what follows: (is attribute, name or key).
    #[function(sig = "(object, /)")]
    fn formatter_field_name_split(vm: &mut Vm, object: Gc<Str>) -> PyResult<(Value, Value)> {
        let (first, rest) = first_part(object.units());
        let name = key(vm, first)?;
        let mut parts = vm.rooted_vec();
        let mut at = 0;
        while at < rest.len() {
            let (part, next) = match next_part(rest, at) {
                Ok(found) => found,
                Err(error) => return Err(vm.value_error(error)),
            };
            at = next;
            let (attribute, value) = match part {
                Part::Attribute(name) => (true, Value::from_gc(vm.str_units(name)?)),
                Part::Index(i) => (false, vm.int(i as i64)?),
                Part::Key(key) => (false, Value::from_gc(vm.str_units(key)?)),
            };
            let pair = vm.tuple(&[Value::bool(attribute), value])?;
            parts.push(Value::from_gc(pair));
        }
        let parts = Value::from_gc(vm.list_from(&parts)?);
        Ok((name, vm.get_iter(parts)?))
    }
}

/// A number if the text is one.
fn key(vm: &mut Vm, text: Units<'_>) -> PyResult<Value> {
    let mut n = 0i64;
    for c in text.iter() {
        let Some(digit) = unicode::decimal_value(c) else { return vm.str_units(text).map(Value::from_gc) };
        n = match n.checked_mul(10).and_then(|n| n.checked_add(digit.into())) {
            Some(n) => n,
            None => return Err(vm.value_error("Too many decimal digits in format string")),
        };
    }
    if text.is_empty() { Ok(Value::from_gc(vm.strings.empty())) } else { vm.int(n) }
}

fn parse(vm: &mut Vm, text: Gc<Str>) -> PyResult<Value> {
    let units = text.units();
    let mut out = vm.rooted_vec();
    let mut literal: Option<Units<'_>> = None;
    let mut at = 0;
    while at < units.len() {
        let (piece, next) = match next_piece(units, at) {
            Ok(found) => found,
            Err(error) => return Err(vm.value_error(error)),
        };
        at = next;
        match piece {
            Piece::Literal(text) => {
                // Text right before a field belongs to the field's tuple; a doubled brace ends its piece.
                let before_field = next < units.len() && ends_at_field(units, text, next);
                if before_field {
                    literal = Some(text);
                    continue;
                }
                let text = Value::from_gc(vm.str_units(text)?);
                let row = vm.tuple(&[text, Value::NONE, Value::NONE, Value::NONE])?;
                out.push(Value::from_gc(row));
            }
            Piece::Field(field) => {
                let before = match literal.take() {
                    Some(text) => vm.str_units(text)?,
                    None => vm.strings.empty(),
                };
                let name = vm.str_units(field.name)?;
                let spec = vm.str_units(field.spec)?;
                let conversion = match field.conversion {
                    Some(c) => Value::from_gc(vm.str_char(c)?),
                    None => Value::NONE,
                };
                let row = vm.tuple(&[
                    Value::from_gc(before),
                    Value::from_gc(name),
                    Value::from_gc(spec),
                    conversion,
                ])?;
                out.push(Value::from_gc(row));
            }
        }
    }
    vm.list_from(&out).map(Value::from_gc)
}

/// Whether a literal that ends at `next` was ended by a field and not by a doubled brace.
fn ends_at_field(units: Units<'_>, literal: Units<'_>, next: usize) -> bool {
    let brace = !literal.is_empty() && matches!(literal.at(literal.len() - 1), 0x7b | 0x7d);
    !brace && units.at(next) == 0x7b
}
