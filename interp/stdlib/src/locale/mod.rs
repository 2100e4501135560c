//! `_locale`: the C library's locales, collation and message catalogues.

mod catalogue;
mod langinfo;

use crate::own_error::OwnError;
use crate::support::{set, set_ints};
use habu_macros::native_module;
use habu_runtime::codecs::{Codec, Errors};
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use std::ffi::{CStr, CString, c_char, c_int};

const ERROR: OwnError = OwnError { module: "locale", name: "Error", base: Exc::Exception };

/// A text for the C library.
fn c_text(vm: &mut Vm, text: Gc<Str>) -> PyResult<CString> {
    let bytes = vm.encode_with(text, Codec::Utf8, &Errors::SurrogateEscape)?;
    CString::new(bytes).map_err(|_| vm.value_error("embedded null character"))
}

/// A text of the C library, which is valid until its next call; null is `None`.
///
/// # Safety
/// `text` is null or ends with a null byte.
unsafe fn py_text(vm: &mut Vm, text: *const c_char) -> PyResult {
    if text.is_null() {
        return Ok(Value::NONE);
    }
    // SAFETY: as the caller says.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes().to_vec();
    vm.decode_with(&bytes, Codec::Utf8, &Errors::SurrogateEscape).map(Value::from_gc)
}

fn set_locale(vm: &mut Vm, category: c_int, locale: Option<CString>) -> PyResult {
    let name = locale.as_ref().map_or(std::ptr::null(), |name| name.as_ptr());
    // SAFETY: the name ends with a null byte; null asks. Only one thread at a time runs Python.
    let now = unsafe { libc::setlocale(category, name) };
    if now.is_null() {
        let text = if locale.is_some() { "unsupported locale setting" } else { "locale query failed" };
        return Err(ERROR.raise(vm, text));
    }
    // SAFETY: a text of the C library.
    unsafe { py_text(vm, now) }
}

/// A `grouping` of `localeconv`: sizes up to a zero, or up to one that means no more.
fn grouping(vm: &mut Vm, sizes: *const c_char) -> PyResult {
    let mut items = Vec::new();
    if !sizes.is_null() {
        // SAFETY: the C library's text ends with a null byte.
        let sizes = unsafe { CStr::from_ptr(sizes) }.to_bytes();
        items.extend(sizes.iter().map(|n| Value::small(i64::from(*n as c_char))));
        let last = sizes.last().copied();
        if last.is_some_and(|last| last as c_char != c_char::MAX) {
            items.push(Value::small(0));
        }
    }
    vm.list_from(&items).map(Value::from_gc)
}

fn conventions(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    let dict = vm.dict_new()?;
    // SAFETY: the structure stays as it is until the next call or change of locale: neither happens below.
    let c = unsafe { *libc::localeconv() };
    for (name, text) in [
        ("decimal_point", c.decimal_point),
        ("thousands_sep", c.thousands_sep),
        ("int_curr_symbol", c.int_curr_symbol),
        ("currency_symbol", c.currency_symbol),
        ("mon_decimal_point", c.mon_decimal_point),
        ("mon_thousands_sep", c.mon_thousands_sep),
        ("positive_sign", c.positive_sign),
        ("negative_sign", c.negative_sign),
    ] {
        // SAFETY: a text of the C library.
        let text = unsafe { py_text(vm, text) }?;
        let name = vm.intern(name);
        vm.dict_set_str(dict, name, text)?;
    }
    for (name, sizes) in [("grouping", c.grouping), ("mon_grouping", c.mon_grouping)] {
        let sizes = grouping(vm, sizes)?;
        let name = vm.intern(name);
        vm.dict_set_str(dict, name, sizes)?;
    }
    for (name, n) in [
        ("int_frac_digits", c.int_frac_digits),
        ("frac_digits", c.frac_digits),
        ("p_cs_precedes", c.p_cs_precedes),
        ("p_sep_by_space", c.p_sep_by_space),
        ("n_cs_precedes", c.n_cs_precedes),
        ("n_sep_by_space", c.n_sep_by_space),
        ("p_sign_posn", c.p_sign_posn),
        ("n_sign_posn", c.n_sign_posn),
    ] {
        let name = vm.intern(name);
        vm.dict_set_str(dict, name, Value::small(n.into()))?;
    }
    Ok(dict)
}

/// The user's character set for the C library too: UTF-8 where the environment asks for nothing else.
fn adopt_character_set() {
    // SAFETY: names that end with null bytes; only one thread at a time runs Python.
    unsafe {
        let now = libc::setlocale(libc::LC_CTYPE, c"".as_ptr());
        if now.is_null() || matches!(CStr::from_ptr(now).to_bytes(), b"C" | b"POSIX") {
            libc::setlocale(libc::LC_CTYPE, c"C.UTF-8".as_ptr());
        }
    }
}

/// Wide characters of a text, with the null that ends it.
fn wide(vm: &mut Vm, text: Gc<Str>) -> PyResult<Vec<libc::wchar_t>> {
    let mut out: Vec<libc::wchar_t> = text.iter().map(|c| c as libc::wchar_t).collect();
    if out.contains(&0) {
        return Err(vm.value_error("embedded null character"));
    }
    out.push(0);
    Ok(out)
}

unsafe extern "C" {
    fn wcscoll(a: *const libc::wchar_t, b: *const libc::wchar_t) -> c_int;
    fn wcsxfrm(to: *mut libc::wchar_t, from: *const libc::wchar_t, room: usize) -> usize;
}

fn transformed(vm: &mut Vm, text: Gc<Str>) -> PyResult<Gc<Str>> {
    let from = wide(vm, text)?;
    let mut out = vec![0; from.len() + 1];
    loop {
        // SAFETY: `out` has as much room as is said.
        let len = unsafe { wcsxfrm(out.as_mut_ptr(), from.as_ptr(), out.len()) };
        if len < out.len() {
            out.truncate(len);
            break;
        }
        let room = len.checked_add(1).filter(|n| *n < 1 << 32);
        let Some(room) = room else { return Err(crate::support::last_error(vm, None)) };
        out.resize(room, 0);
    }
    let mut builder = habu_runtime::types::str::StrBuilder::new();
    for c in out {
        let c = c as u32;
        // The C library's keys may have units beyond Unicode, which order after all others.
        if c <= 0x10_ffff {
            builder.push(c);
        } else {
            builder.push(0x10_ffff);
            builder.push(0x1_0000 + (c >> 16) % 0x10_0000);
            builder.push(c & 0xffff);
        }
    }
    builder.finish(vm)
}

/// Support for POSIX locales.
#[native_module(name = "_locale")]
pub mod module {
    use super::*;

    /// Activates/queries locale processing.
    #[function(sig = "($module, category, locale=None, /)")]
    fn setlocale(vm: &mut Vm, category: i32, locale: Value) -> PyResult {
        if locale.is_none() {
            return set_locale(vm, category, None);
        }
        let Some(locale) = vm.downcast::<Str>(locale) else {
            let got = vm.type_name(locale);
            return Err(vm.type_error(format!("setlocale() argument 2 must be str or None, not {got}")));
        };
        let locale = c_text(vm, locale)?;
        set_locale(vm, category, Some(locale))
    }
    /// Returns numeric and monetary locale-specific parameters.
    #[function(sig = "($module, /)")]
    fn localeconv(vm: &mut Vm) -> PyResult<Gc<Dict>> {
        conventions(vm)
    }
    /// Compares two strings according to the locale.
    #[function(sig = "($module, os1, os2, /)")]
    fn strcoll(vm: &mut Vm, os1: Gc<Str>, os2: Gc<Str>) -> PyResult<i32> {
        let (a, b) = (wide(vm, os1)?, wide(vm, os2)?);
        // SAFETY: both end with a null.
        Ok(unsafe { wcscoll(a.as_ptr(), b.as_ptr()) })
    }
    /// Return a string that can be used as a key for locale-aware comparisons.
    #[function(sig = "($module, string, /)")]
    fn strxfrm(vm: &mut Vm, string: Gc<Str>) -> PyResult<Gc<Str>> {
        transformed(vm, string)
    }
    /// Return the value for the locale information associated with key.
    #[function(sig = "($module, key, /)")]
    fn nl_langinfo(vm: &mut Vm, key: i32) -> PyResult {
        langinfo::value(vm, key)
    }
    /// gettext(msg) -> string
    ///
    /// Return translation of msg.
    #[function(sig = "($module, msg, /)")]
    fn gettext(vm: &mut Vm, msg: Gc<Str>) -> PyResult {
        catalogue::translate(vm, None, msg, libc::LC_MESSAGES)
    }
    /// dgettext(domain, msg) -> string
    ///
    /// Return translation of msg in domain.
    #[function(sig = "($module, domain, msg, /)")]
    fn dgettext(vm: &mut Vm, domain: Option<Gc<Str>>, msg: Gc<Str>) -> PyResult {
        catalogue::translate(vm, domain, msg, libc::LC_MESSAGES)
    }
    /// Return translation of msg in domain and category.
    #[function(sig = "($module, domain, msg, category, /)")]
    fn dcgettext(vm: &mut Vm, domain: Option<Gc<Str>>, msg: Gc<Str>, category: i32) -> PyResult {
        catalogue::translate(vm, domain, msg, category)
    }
    /// Set the C library's textdmain to domain, returning the new domain.
    #[function(sig = "($module, domain, /)")]
    fn textdomain(vm: &mut Vm, domain: Option<Gc<Str>>) -> PyResult {
        catalogue::set_domain(vm, domain)
    }
    /// Bind the C library's domain to dir.
    #[function(sig = "($module, domain, dir, /)")]
    fn bindtextdomain(vm: &mut Vm, domain: Gc<Str>, dir: Value) -> PyResult {
        if domain.is_empty() {
            return Err(ERROR.raise(vm, "domain must be a non-empty string"));
        }
        catalogue::bind(vm, domain, dir)
    }
    /// Bind the C library's domain to codeset.
    #[function(sig = "($module, domain, codeset, /)")]
    fn bind_textdomain_codeset(vm: &mut Vm, domain: Gc<Str>, codeset: Option<Gc<Str>>) -> PyResult {
        catalogue::bind_codeset(vm, domain, codeset)
    }
    /// Get the current locale encoding.
    #[function(sig = "($module, /)")]
    fn getencoding(vm: &mut Vm) -> PyResult {
        langinfo::value(vm, libc::CODESET)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_ints(
            vm,
            module,
            crate::header_constants! {
                LC_CTYPE LC_TIME LC_COLLATE LC_MONETARY LC_MESSAGES LC_NUMERIC LC_ALL
            },
        )?;
        set_ints(vm, module, &[("CHAR_MAX", c_char::MAX.into())])?;
        adopt_character_set();
        let error = Value::from_gc(ERROR.class(vm)?);
        set(vm, module, "Error", error)?;
        set_ints(vm, module, langinfo::NAMES)
    }
}
