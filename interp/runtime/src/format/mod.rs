//! Text of values: the format mini-language, float layout, `%` formatting, `str.format`.

pub mod float;
pub mod number;
pub mod percent;
pub mod spec;
pub mod template;
pub mod value;

pub use float::{complex_repr, float_repr};
pub use number::Locale;
pub use spec::Spec;
pub use value::{FormatError, IntText};

use crate::heap::Gc;
use crate::object::Type;
use crate::types::int;
use crate::types::str::{Str, StrBuilder, Units};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};

/// An exact int of any size.
struct AnyInt<'v> {
    vm: &'v mut Vm,
    n: Value,
}

impl IntText for AnyInt<'_> {
    fn is_negative(&mut self) -> bool {
        int::is_negative(self.n)
    }
    fn digits(&mut self, radix: u32) -> Result<String, FormatError> {
        let text = if radix == 10 {
            int::to_decimal(self.vm, self.n)?
        } else {
            int::to_radix(self.vm, self.n, radix)?
        };
        Ok(match text.strip_prefix('-') {
            Some(digits) => digits.to_owned(),
            None => text,
        })
    }
    fn to_i64(&mut self) -> Option<i64> {
        int::to_i64(self.n)
    }
    fn to_f64(&mut self) -> Result<f64, FormatError> {
        Ok(int::to_f64(self.vm, self.n)?)
    }
}

/// Whether a number may get so many digits or fill characters: its text exists several times on the way to the result.
fn has_room(characters: usize) -> bool {
    const STEPS: usize = 8;
    const SMALL: usize = 1 << 16;
    characters < SMALL
        || characters.checked_mul(STEPS).is_some_and(|n| Vec::<u8>::new().try_reserve_exact(n).is_ok())
}

fn finished(vm: &mut Vm, out: StrBuilder, done: Result<(), FormatError>) -> PyResult<Gc<Str>> {
    match done {
        Ok(()) => out.finish(vm),
        Err(error) => Err(raise(vm, error)),
    }
}

fn raise(vm: &mut Vm, error: FormatError) -> Raised {
    match error {
        FormatError::Value(text) => vm.value_error(text),
        FormatError::Memory => vm.memory_error(),
        FormatError::Overflow(text) => vm.overflow_error(text),
        FormatError::Raised(raised) => raised,
    }
}

/// A width or precision that memory cannot hold must not get as far as an allocation.
fn ask_room(vm: &mut Vm, spec: Units<'_>) -> PyResult<()> {
    // Four digits cannot ask for much.
    if spec.len() < 5 {
        return Ok(());
    }
    match Spec::parse(spec, 0, '>', &String::new) {
        Ok(spec) => {
            let wanted =
                spec.width.unwrap_or(0).max(spec.precision.filter(|p| *p <= i32::MAX as usize).unwrap_or(0));
            StrBuilder::new().reserve(vm, wanted)
        }
        // Reported with the right type name by whoever parses it in earnest.
        Err(_) => Ok(()),
    }
}

fn name_of(class: Gc<Type>) -> String {
    class.name.get().map_or_else(String::new, |name| name.to_message())
}

/// `format(v, spec)` of exact strings, small integers and inline floats, appended to `out`. False: something else.
pub fn push_known(vm: &mut Vm, out: &mut StrBuilder, v: Value, spec: Units<'_>) -> PyResult<bool> {
    if spec.len() >= 5 {
        // It may ask for more room than there is.
        return Ok(false);
    }
    let class = vm.class_of(v);
    let name = || name_of(class);
    let done = if let Some(s) = v.exact::<Str>() {
        if spec.is_empty() {
            out.push_py(s);
            return Ok(true);
        }
        value::format_str(out, s.units(), spec, &name)
    } else if let Some(n) = v.as_small() {
        if spec.is_empty() {
            out.push_str(int::small_decimal(n, &mut [0; 20]));
            return Ok(true);
        }
        value::format_int(out, &mut AnyInt { vm, n: v }, spec, &name, &locale)
    } else if v.is_inline_float() && !spec.is_empty() {
        value::format_float(out, v.inline_float_unchecked(), spec, &name, &locale)
    } else {
        return Ok(false);
    };
    match done {
        Ok(()) => Ok(true),
        Err(error) => Err(raise(vm, error)),
    }
}

/// `str.__format__`
pub fn format_str_value(vm: &mut Vm, s: Gc<Str>, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        return vm.str_exact(s);
    }
    ask_room(vm, spec.units())?;
    let class = vm.class_of(Value::from_gc(s));
    let mut out = StrBuilder::reusing(vm, 16);
    let done = value::format_str(&mut out, s.units(), spec.units(), &|| name_of(class));
    finished(vm, out, done)
}

/// `int.__format__`; `n` is an exact int, `v` the object it is the value of.
pub fn format_int_value(vm: &mut Vm, v: Value, n: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        return vm.to_str(v);
    }
    ask_room(vm, spec.units())?;
    let class = vm.class_of(v);
    let mut out = StrBuilder::reusing(vm, 16);
    let done = value::format_int(&mut out, &mut AnyInt { vm, n }, spec.units(), &|| name_of(class), &locale);
    finished(vm, out, done)
}

/// `float.__format__`; `v` is the object that `f` is the value of.
pub fn format_float_value(vm: &mut Vm, v: Value, f: f64, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        return vm.to_str(v);
    }
    if let Units::One(text) = spec.units()
        && let Some(text) = float::fixed_quick(f, text, &mut [0; 40])
    {
        return vm.str_ascii(text);
    }
    ask_room(vm, spec.units())?;
    let class = vm.class_of(v);
    let mut out = StrBuilder::reusing(vm, 16);
    let done = value::format_float(&mut out, f, spec.units(), &|| name_of(class), &locale);
    finished(vm, out, done)
}

/// `complex.__format__`; `v` is the object with these parts.
pub fn format_complex_value(vm: &mut Vm, v: Value, re: f64, im: f64, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        return vm.to_str(v);
    }
    ask_room(vm, spec.units())?;
    let class = vm.class_of(v);
    let mut out = StrBuilder::reusing(vm, 16);
    let done = value::format_complex(&mut out, re, im, spec.units(), &|| name_of(class), &locale);
    finished(vm, out, done)
}

/// Numeric conventions of the current locale (type `n`).
fn locale() -> Locale {
    let text = |p: *const libc::c_char| {
        if p.is_null() {
            return String::new();
        }
        // SAFETY: the C library gives NUL-terminated strings.
        unsafe { std::ffi::CStr::from_ptr(p) }.to_string_lossy().into_owned()
    };
    // SAFETY: the result is a static structure that only `setlocale` and `localeconv` change, which run under the lock.
    unsafe {
        let conventions = &*libc::localeconv();
        let groups = std::ffi::CStr::from_ptr(conventions.grouping).to_bytes().to_vec();
        Locale { point: text(conventions.decimal_point), separator: text(conventions.thousands_sep), groups }
    }
}
