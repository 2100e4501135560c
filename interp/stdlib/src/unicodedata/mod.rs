//! `unicodedata`: the Unicode Character Database 16.0, and 3.2.0 by its differences.

mod database;
mod normal;
mod tables;

use crate::layout;
use crate::support::{add_type, set, set_str};
use database::Version::{self, Current, Old};
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::native::{ArgAt, FromArg};
use habu_runtime::object::ids;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::{Str, Units};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// A string of one character.
struct Chr(u32);

impl FromArg for Chr {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<Chr> {
        let (function, what) = (at.function, at.what);
        let Some(text) = vm.downcast::<Str>(v) else {
            let got = vm.type_name(v);
            return Err(vm.type_error(format!("{function}() {what} must be a unicode character, not {got}")));
        };
        if text.len() != 1 {
            let len = text.len();
            return Err(vm.type_error(format!(
                "{function}(): {what} must be a unicode character, not a string of length {len}"
            )));
        }
        Ok(Chr(text.code_point(0)))
    }
}

fn answer(vm: &mut Vm, n: Option<f64>, default: Option<Value>, text: &str, whole: bool) -> PyResult {
    match (n, default) {
        (Some(n), _) if whole => vm.int(n as i64),
        (Some(n), _) => vm.float(n),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(vm.value_error(text)),
    }
}

fn form_of(vm: &mut Vm, form: Gc<Str>) -> PyResult<normal::Form> {
    match normal::Form::of(&form.to_message()) {
        Some(form) => Ok(form),
        None => Err(vm.value_error("invalid normalization form")),
    }
}

fn normalize(vm: &mut Vm, version: Version, form: Gc<Str>, text: Gc<Str>) -> PyResult<Gc<Str>> {
    if text.is_empty() {
        return vm.str_exact(text);
    }
    let form = form_of(vm, form)?;
    if text.is_ascii() {
        return vm.str_exact(text);
    }
    let result = normal::normalize(version, form, text.iter());
    vm.str_units(Units::Four(&result))
}

fn is_normalized(vm: &mut Vm, version: Version, form: Gc<Str>, text: Gc<Str>) -> PyResult<bool> {
    if text.is_empty() {
        return Ok(true);
    }
    let form = form_of(vm, form)?;
    Ok(text.is_ascii() || normal::normalize(version, form, text.iter()).into_iter().eq(text.iter()))
}

fn name(vm: &mut Vm, version: Version, c: Chr, default: Option<Value>) -> PyResult {
    match (version.name(c.0), default) {
        (Some(name), _) => vm.str(&name).map(Value::from_gc),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(vm.value_error("no such name")),
    }
}

fn lookup(vm: &mut Vm, version: Version, name: &str) -> PyResult {
    /// No name is longer.
    const MAX_NAME: usize = 256;
    let found = if name.len() > MAX_NAME { None } else { version.lookup(name) };
    match found {
        Some(c) => vm.str_char(c as u32).map(Value::from_gc),
        None => {
            let text = if name.len() > MAX_NAME {
                "name too long".to_string()
            } else {
                format!("undefined character name '{name}'")
            };
            let text = Value::from_gc(vm.str(&text)?);
            Err(vm.key_error(text))
        }
    }
}

layout! {
    /// Cell of an earlier database.
    Ucd(ids::UCD) {} plain { unused: u64 }
}

#[py_type(name = "UCD", module = "unicodedata", id = ids::UCD)]
impl Ucd {
    #[getter]
    fn unidata_version(_vm: &mut Vm, _this: Gc<Ucd>) -> &'static str {
        "3.2.0"
    }
    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn decimal(vm: &mut Vm, _this: Gc<Ucd>, chr: Chr, default: Option<Value>) -> PyResult {
        answer(vm, Old.decimal(chr.0).map(f64::from), default, "not a decimal", true)
    }
    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn digit(vm: &mut Vm, _this: Gc<Ucd>, chr: Chr, default: Option<Value>) -> PyResult {
        answer(vm, Old.digit(chr.0).map(f64::from), default, "not a digit", true)
    }
    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn numeric(vm: &mut Vm, _this: Gc<Ucd>, chr: Chr, default: Option<Value>) -> PyResult {
        answer(vm, Old.numeric(chr.0), default, "not a numeric character", false)
    }
    /// Returns the general category assigned to the character chr as string.
    #[method(sig = "($self, chr, /)")]
    fn category(_vm: &mut Vm, _this: Gc<Ucd>, chr: Chr) -> &'static str {
        Old.category(chr.0)
    }
    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[method(sig = "($self, chr, /)")]
    fn bidirectional(_vm: &mut Vm, _this: Gc<Ucd>, chr: Chr) -> &'static str {
        Old.bidirectional(chr.0)
    }
    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[method(sig = "($self, chr, /)")]
    fn combining(_vm: &mut Vm, _this: Gc<Ucd>, chr: Chr) -> u8 {
        Old.combining(chr.0)
    }
    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[method(sig = "($self, chr, /)")]
    fn mirrored(_vm: &mut Vm, _this: Gc<Ucd>, chr: Chr) -> u8 {
        Old.mirrored(chr.0).into()
    }
    /// Returns the east asian width assigned to the character chr as string.
    #[method(sig = "($self, chr, /)")]
    fn east_asian_width(_vm: &mut Vm, _this: Gc<Ucd>, chr: Chr) -> &'static str {
        Old.width(chr.0)
    }
    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[method(sig = "($self, chr, /)")]
    fn decomposition(_vm: &mut Vm, _this: Gc<Ucd>, chr: Chr) -> &'static str {
        Old.decomposition(chr.0)
    }
    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method(sig = "($self, form, unistr, /)")]
    fn is_normalized(vm: &mut Vm, _this: Gc<Ucd>, form: Gc<Str>, unistr: Gc<Str>) -> PyResult<bool> {
        is_normalized(vm, Old, form, unistr)
    }
    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method(sig = "($self, form, unistr, /)")]
    fn normalize(vm: &mut Vm, _this: Gc<Ucd>, form: Gc<Str>, unistr: Gc<Str>) -> PyResult<Gc<Str>> {
        normalize(vm, Old, form, unistr)
    }
    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn name(vm: &mut Vm, _this: Gc<Ucd>, chr: Chr, default: Option<Value>) -> PyResult {
        name(vm, Old, chr, default)
    }
    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[method(sig = "($self, name, /)")]
    fn lookup(vm: &mut Vm, _this: Gc<Ucd>, name: String) -> PyResult {
        lookup(vm, Old, &name)
    }
}

/// This module provides access to the Unicode Character Database which
/// defines character properties for all Unicode characters. The data in
/// this database is based on the UnicodeData.txt file version
/// 16.0.0 which is publicly available from the Unicode Consortium
/// at https://www.unicode.org/Public/16.0.0/ucd/UnicodeData.txt.
#[native_module(name = "unicodedata")]
pub mod module {
    use super::*;

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)")]
    fn decimal(vm: &mut Vm, chr: Chr, default: Option<Value>) -> PyResult {
        answer(vm, Current.decimal(chr.0).map(f64::from), default, "not a decimal", true)
    }
    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)")]
    fn digit(vm: &mut Vm, chr: Chr, default: Option<Value>) -> PyResult {
        answer(vm, Current.digit(chr.0).map(f64::from), default, "not a digit", true)
    }
    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)")]
    fn numeric(vm: &mut Vm, chr: Chr, default: Option<Value>) -> PyResult {
        answer(vm, Current.numeric(chr.0), default, "not a numeric character", false)
    }
    /// Returns the general category assigned to the character chr as string.
    #[function(sig = "(chr, /)")]
    fn category(_vm: &mut Vm, chr: Chr) -> &'static str {
        Current.category(chr.0)
    }
    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[function(sig = "(chr, /)")]
    fn bidirectional(_vm: &mut Vm, chr: Chr) -> &'static str {
        Current.bidirectional(chr.0)
    }
    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[function(sig = "(chr, /)")]
    fn combining(_vm: &mut Vm, chr: Chr) -> u8 {
        Current.combining(chr.0)
    }
    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[function(sig = "(chr, /)")]
    fn mirrored(_vm: &mut Vm, chr: Chr) -> u8 {
        Current.mirrored(chr.0).into()
    }
    /// Returns the east asian width assigned to the character chr as string.
    #[function(sig = "(chr, /)")]
    fn east_asian_width(_vm: &mut Vm, chr: Chr) -> &'static str {
        Current.width(chr.0)
    }
    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[function(sig = "(chr, /)")]
    fn decomposition(_vm: &mut Vm, chr: Chr) -> &'static str {
        Current.decomposition(chr.0)
    }
    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function(sig = "(form, unistr, /)")]
    fn is_normalized(vm: &mut Vm, form: Gc<Str>, unistr: Gc<Str>) -> PyResult<bool> {
        super::is_normalized(vm, Current, form, unistr)
    }
    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function(sig = "(form, unistr, /)")]
    fn normalize(vm: &mut Vm, form: Gc<Str>, unistr: Gc<Str>) -> PyResult<Gc<Str>> {
        super::normalize(vm, Current, form, unistr)
    }
    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)")]
    fn name(vm: &mut Vm, chr: Chr, default: Option<Value>) -> PyResult {
        super::name(vm, Current, chr, default)
    }
    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[function(sig = "(name, /)")]
    fn lookup(vm: &mut Vm, name: String) -> PyResult {
        super::lookup(vm, Current, &name)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_str(vm, module, "unidata_version", "16.0.0")?;
        let cls = add_type(vm, module, Ucd::DECL)?;
        let old = vm.alloc_instance::<Ucd>(cls)?;
        set(vm, module, "ucd_3_2_0", Value::from_gc(old))
    }
}
