//! Message catalogues of the C library.

use super::{c_text, py_text};
use crate::support::{PathArg, path_of};
use habu_runtime::heap::Gc;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ffi::{CString, c_char, c_int};

unsafe extern "C" {
    fn dcgettext(domain: *const c_char, message: *const c_char, category: c_int) -> *mut c_char;
    fn textdomain(domain: *const c_char) -> *mut c_char;
    fn bindtextdomain(domain: *const c_char, folder: *const c_char) -> *mut c_char;
    fn bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *mut c_char;
}

fn optional(vm: &mut Vm, text: Option<Gc<Str>>) -> PyResult<Option<CString>> {
    text.map(|text| c_text(vm, text)).transpose()
}

fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr())
}

pub fn translate(vm: &mut Vm, domain: Option<Gc<Str>>, message: Gc<Str>, category: c_int) -> PyResult {
    let domain = optional(vm, domain)?;
    let message = c_text(vm, message)?;
    // SAFETY: texts that end with null bytes; a null domain is the current one.
    unsafe {
        let found = dcgettext(pointer(&domain), message.as_ptr(), category);
        py_text(vm, found)
    }
}

pub fn set_domain(vm: &mut Vm, domain: Option<Gc<Str>>) -> PyResult {
    let domain = optional(vm, domain)?;
    // SAFETY: a text that ends with a null byte; null asks.
    unsafe {
        let now = textdomain(pointer(&domain));
        if now.is_null() {
            return Err(crate::support::last_error(vm, None));
        }
        py_text(vm, now)
    }
}

pub fn bind(vm: &mut Vm, domain: Gc<Str>, folder: Value) -> PyResult {
    let domain = c_text(vm, domain)?;
    let folder: Option<PathArg> = if folder.is_none() {
        None
    } else {
        let path = crate::support::fspath(vm, folder)?;
        Some(path_of(vm, path)?)
    };
    let folder = folder.map(|folder| folder.path);
    // SAFETY: texts that end with null bytes; a null folder asks.
    unsafe {
        let now = bindtextdomain(domain.as_ptr(), pointer(&folder));
        if now.is_null() {
            return Err(crate::support::last_error(vm, None));
        }
        py_text(vm, now)
    }
}

pub fn bind_codeset(vm: &mut Vm, domain: Gc<Str>, codeset: Option<Gc<Str>>) -> PyResult {
    let domain = c_text(vm, domain)?;
    let codeset = optional(vm, codeset)?;
    // SAFETY: texts that end with null bytes; a null codeset asks.
    unsafe {
        let now = bind_textdomain_codeset(domain.as_ptr(), pointer(&codeset));
        py_text(vm, now)
    }
}
