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
    let Some(dict) = vm.downcast::<Dict>(conventions) else {
        return Err(vm.type_error("localeconv() must return a dict"));
    };
    let mut texts = [String::new(), String::new()];
    for (name, text) in ["decimal_point", "thousands_sep"].iter().zip(&mut texts) {
        let key = vm.intern(name);
        if let Some(found) = vm.dict_get_str(dict, key).and_then(|v| vm.downcast::<Str>(v)) {
            *text = found.to_message();
        }
    }
    let key = vm.intern("grouping");
    let mut grouping = Vec::new();
    if let Some(sizes) = vm.dict_get_str(dict, key) {
        for size in vm.collect(sizes)?.iter() {
            let size = int::as_int(vm, *size).and_then(int::to_i64).unwrap_or(0);
            grouping.push(size.clamp(0, 127) as u8);
        }
    }
    let [point, thousands] = texts;
    Ok(Separators { point, thousands, grouping })
}

pub fn format(vm: &mut Vm, this: Gc<Decimal>, spec: Value) -> PyResult<String> {
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
    let local = if spec.is_local() { Some(local(vm)?) } else { None };
    let formatted = habu_decimal::format::format(this.view(), &spec, local, &c.arith(), c.capitals.get());
    room(vm, formatted)
}
