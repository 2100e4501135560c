//! Finding elements: by the tag of a child here, by paths in `xml.etree.ElementPath`.

use super::Element;
use crate::support::VmExt;
use habu_runtime::heap::Gc;
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Whether a path may be more than a tag.
fn is_path(vm: &Vm, path: Value) -> bool {
    if let Some(text) = vm.downcast::<Str>(path) {
        let start: Vec<u32> = text.iter().take(3).collect();
        return looks_like_path(&start, text.iter());
    }
    if let Some(bytes) = vm.downcast::<Bytes>(path) {
        let units = || bytes.as_slice().iter().map(|b| u32::from(*b));
        let start: Vec<u32> = units().take(3).collect();
        return looks_like_path(&start, units());
    }
    true
}

fn looks_like_path(start: &[u32], units: impl Iterator<Item = u32>) -> bool {
    let is = |at: usize, c: char| start.get(at) == Some(&u32::from(c));
    // `{}tag` and `{*}tag` are patterns.
    if start.len() == 3 && is(0, '{') && (is(1, '}') || is(1, '*') && is(2, '}')) {
        return true;
    }
    let mut outside = true;
    for c in units {
        match char::from_u32(c) {
            Some('{') => outside = false,
            Some('}') => outside = true,
            Some('/' | '*' | '[' | '@' | '.') if outside => return true,
            _ => {}
        }
    }
    false
}

/// What a function of `ElementPath` says.
pub fn by_path(vm: &mut Vm, function: &str, args: &[Value]) -> PyResult {
    let f = vm.module_attr("xml.etree.ElementPath", function)?;
    vm.call(f, args)
}

/// Calls `each` with the children that have a tag, until it says that it has enough. False: the path is not just a tag.
pub fn each_child(
    vm: &mut Vm,
    this: Gc<Element>,
    path: Value,
    namespaces: Value,
    mut each: impl FnMut(&mut Vm, Gc<Element>) -> PyResult<bool>,
) -> PyResult<bool> {
    if !namespaces.is_none() || is_path(vm, path) {
        return Ok(false);
    }
    let mut at = 0;
    // Comparing tags may run code that changes the tree.
    while let Some(list) = this.list()
        && let Some(child) = vm.list_get(list, at)?
    {
        at += 1;
        let Some(child) = vm.downcast::<Element>(child) else { continue };
        if vm.eq(child.tag.get(), path)? && each(vm, child)? {
            break;
        }
    }
    Ok(true)
}
