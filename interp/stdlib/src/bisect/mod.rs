//! `_bisect`: places in sorted sequences.

use habu_macros::native_module;
use habu_runtime::types::list::List;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Where `x` belongs: behind equal items when `right`.
fn place(
    vm: &mut Vm,
    a: Value,
    x: Value,
    (lo, hi): (i64, Option<i64>),
    key: Value,
    right: bool,
) -> PyResult<i64> {
    if lo < 0 {
        return Err(vm.value_error("lo must be non-negative"));
    }
    let (mut lo, mut hi) = (lo, hi.map_or_else(|| vm.len(a).map(|n| n as i64), Ok)?);
    let list = vm.exact_list(a);
    while lo < hi {
        let middle = ((lo as u64 + hi as u64) / 2) as i64;
        let item = match list {
            Some(list) => match vm.list_get(list, middle as usize)? {
                Some(item) => item,
                None => return Err(vm.index_error("list index out of range")),
            },
            None => {
                let index = vm.int(middle)?;
                vm.get_item(a, index)?
            }
        };
        let item = if key.is_none() { item } else { vm.call(key, &[item])? };
        let low = if right { !vm.lt(x, item)? } else { vm.lt(item, x)? };
        if low {
            lo = middle + 1;
        } else {
            hi = middle;
        }
    }
    Ok(lo)
}

fn insort(
    vm: &mut Vm,
    a: Value,
    x: Value,
    bounds: (i64, Option<i64>),
    key: Value,
    right: bool,
) -> PyResult<()> {
    let sought = if key.is_none() { x } else { vm.call(key, &[x])? };
    let at = place(vm, a, sought, bounds, key, right)?;
    match vm.exact_list(a) {
        Some(list) => vm.list_insert(list, (at as usize).min(List::len(&list)), x),
        None => {
            let at = vm.int(at)?;
            vm.call_method(a, "insert", &[at, x]).map(|_| ())
        }
    }
}

/// Bisection algorithms.
///
/// This module provides support for maintaining a list in sorted order without
/// having to sort the list after each insertion. For long lists of items with
/// expensive comparison operations, this can be an improvement over the more
/// common approach.
#[native_module(name = "_bisect")]
pub mod module {
    use super::*;

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(vm: &mut Vm, a: Value, x: Value, lo: i64, hi: Option<i64>, key: Value) -> PyResult<i64> {
        place(vm, a, x, (lo, hi), key, true)
    }
    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(vm: &mut Vm, a: Value, x: Value, lo: i64, hi: Option<i64>, key: Value) -> PyResult<()> {
        insort(vm, a, x, (lo, hi), key, true)
    }
    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(vm: &mut Vm, a: Value, x: Value, lo: i64, hi: Option<i64>, key: Value) -> PyResult<i64> {
        place(vm, a, x, (lo, hi), key, false)
    }
    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(vm: &mut Vm, a: Value, x: Value, lo: i64, hi: Option<i64>, key: Value) -> PyResult<()> {
        insort(vm, a, x, (lo, hi), key, false)
    }
}
