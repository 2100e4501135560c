//! `format(decimal, spec)`.

use super::cell::Decimal;
use super::current::current;
use super::signals::room;
use crate::support::VmExt;
use habu_decimal::format::{Separators, Spec, SpecError};
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::int;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// The locale's separators.
fn local(vm: &mut Vm) -> PyResult<Separators> {
    let function = vm.module_attr("_locale", "localeconv")?;
    let conventions = vm.call(function, &[])?;
    separators_of(vm, conventions)
}

/// Separators from a dict like `localeconv`'s.
fn separators_of(vm: &mut Vm, conventions: Value) -> PyResult<Separators> {
    let mut separators = Separators { point: ".".into(), ..Separators::default() };
    let Some(dict) = vm.downcast::<Dict>(conventions) else {
        return Err(vm.type_error("localeconv() must return a dict"));
    };
    set_texts(vm, dict, &mut separators)?;
    let key = vm.intern("grouping");
    if let Some(sizes) = vm.dict_get_str(dict, key) {
        for size in vm.collect(sizes)?.iter() {
            let size = int::as_int(vm, *size).and_then(int::to_i64).unwrap_or(0);
            separators.grouping.push(size.clamp(0, 127) as u8);
        }
    }
    Ok(separators)
}

/// An entry that has to be a str, if it is there.
fn text_entry(vm: &mut Vm, dict: Gc<Dict>, name: &str) -> PyResult<Option<Gc<Str>>> {
    let key = vm.intern(name);
    match vm.dict_get_str(dict, key) {
        None => Ok(None),
        Some(v) => match vm.downcast::<Str>(v) {
            Some(text) => Ok(Some(text)),
            None => Err(vm.type_error("bad argument type for built-in operation")),
        },
    }
}

fn set_texts(vm: &mut Vm, dict: Gc<Dict>, separators: &mut Separators) -> PyResult<()> {
    if let Some(point) = text_entry(vm, dict, "decimal_point")? {
        separators.point = point.to_message();
    }
    if let Some(thousands) = text_entry(vm, dict, "thousands_sep")? {
        separators.thousands = thousands.to_message();
    }
    Ok(())
}

/// Separators given by the caller in the place of some of these; groupings are texts of small characters.
fn overridden(vm: &mut Vm, v: Value, mut separators: Separators) -> PyResult<Separators> {
    /// Most bytes of a separator.
    const LONGEST: usize = 4;
    let Some(dict) = vm.downcast::<Dict>(v) else {
        return Err(vm.type_error("optional argument must be a dict"));
    };
    set_texts(vm, dict, &mut separators)?;
    if let Some(sizes) = text_entry(vm, dict, "grouping")? {
        separators.grouping = sizes.iter().map(|c| c.min(255) as u8).collect();
    }
    let refused = separators.point.is_empty()
        || separators.point.len() > LONGEST
        || separators.thousands.len() > LONGEST
        || separators.grouping.iter().any(|size| *size > 127);
    if refused {
        return Err(vm.value_error("invalid override dict"));
    }
    Ok(separators)
}

pub fn format(vm: &mut Vm, this: Gc<Decimal>, spec: Value, given: Option<Value>) -> PyResult<String> {
    let Some(text) = vm.downcast::<Str>(spec) else {
        return Err(vm.type_error("format arg must be str"));
    };
    let c = current(vm)?;
    let text = text.to_message();
    let spec = match Spec::parse(&text) {
        Ok(spec) => spec,
        Err(SpecError::Malformed) => return Err(vm.value_error("invalid format string")),
        Err(SpecError::TooLarge) => {
            return Err(vm.overflow_error("cannot fit 'int' into an index-sized integer"));
        }
    };
    if spec.kind == 'N' {
        vm.warn(
            Exc::DeprecationWarning,
            "Format specifier 'N' is deprecated and slated for removal in Python 3.18",
            1,
        )?;
    }
    let mut separators = if spec.is_local() { local(vm)? } else { spec.separators() };
    if let Some(given) = given {
        separators = overridden(vm, given, separators)?;
    }
    let formatted =
        habu_decimal::format::format(this.view(), &spec, &separators, &c.arith(), c.capitals.get());
    room(vm, formatted)
}
