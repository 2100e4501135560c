//! Native functions and types: static declarations, argument conversion and binding.

mod bind;
mod convert;
mod decl;
pub mod errors;

pub use bind::*;
pub use convert::*;
pub use decl::*;
pub use errors::{cannot_delete, misbound};

use crate::heap::Gc;
use crate::interp::bind::Keywords;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// Calls a declared function with positional and keyword arguments (the receiver first, for methods).
#[inline]
pub fn call(vm: &mut Vm, decl: &'static NativeDecl, args: &[Value], keywords: Keywords<'_>) -> PyResult {
    if keywords.names.is_empty() {
        return call_native(vm, decl, args, &[]);
    }
    // Names of keyword arguments are interned or held by their tuple or dict, so a plain vector may name them.
    let mut names: Vec<Gc<Str>> = Vec::with_capacity(keywords.names.len());
    for name in keywords.names {
        match vm.downcast::<Str>(*name) {
            Some(name) => names.push(name),
            None => return Err(vm.type_error("keywords must be strings")),
        }
    }
    let bound = bind(vm, decl, args, &names, keywords.values)?;
    (decl.entry)(vm, &bound)
}
