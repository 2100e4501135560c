//! `_heapq`: heaps in lists, the smallest item first, or the largest.

mod known;

use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::list::List;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Which item comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Min,
    Max,
}

impl Order {
    /// Whether `a` belongs above `b`.
    #[inline]
    fn above(self, vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        match self {
            Order::Min => vm.lt(a, b),
            Order::Max => vm.lt(b, a),
        }
    }
}

fn get(vm: &mut Vm, heap: Gc<List>, at: usize) -> PyResult {
    match vm.list_get(heap, at)? {
        Some(v) => Ok(v),
        None => Err(vm.index_error("index out of range")),
    }
}

/// Comparisons run code that may change the list.
fn check_len(vm: &mut Vm, heap: Gc<List>, len: usize) -> PyResult<()> {
    if heap.len() != len {
        return Err(vm.runtime_error("list changed size during iteration"));
    }
    Ok(())
}

fn swap(vm: &mut Vm, heap: Gc<List>, a: usize, b: usize) -> PyResult<()> {
    let (x, y) = (get(vm, heap, a)?, get(vm, heap, b)?);
    vm.list_set(heap, a, y)?;
    vm.list_set(heap, b, x)?;
    Ok(())
}

/// Moves the item at `at` towards the root, no farther than `start`.
fn rise(vm: &mut Vm, heap: Gc<List>, start: usize, at: usize, order: Order) -> PyResult<()> {
    if at >= heap.len() {
        return Err(vm.index_error("index out of range"));
    }
    match known::with(heap, order, |slots| slots.rise(start, at)) {
        Some(Ok(())) => Ok(()),
        Some(Err(stop)) => rise_any(vm, heap, start, stop.at, order),
        None => rise_any(vm, heap, start, at, order),
    }
}

/// Moves the item at `at` to where it belongs below: down to a leaf, then up again.
fn sink(vm: &mut Vm, heap: Gc<List>, at: usize, order: Order) -> PyResult<()> {
    if at >= heap.len() {
        return Err(vm.index_error("index out of range"));
    }
    match known::with(heap, order, |slots| slots.sink(at)) {
        Some(Ok(())) => Ok(()),
        Some(Err(stop)) if stop.rising => rise_any(vm, heap, at, stop.at, order),
        Some(Err(stop)) => sink_any(vm, heap, at, stop.at, order),
        None => sink_any(vm, heap, at, at, order),
    }
}

/// `rise` where comparing may run any code.
fn rise_any(vm: &mut Vm, heap: Gc<List>, start: usize, mut at: usize, order: Order) -> PyResult<()> {
    let len = heap.len();
    let item = get(vm, heap, at)?;
    while at > start {
        let parent = (at - 1) / 2;
        let above = get(vm, heap, parent)?;
        let rises = order.above(vm, item, above)?;
        check_len(vm, heap, len)?;
        if !rises {
            break;
        }
        swap(vm, heap, parent, at)?;
        at = parent;
    }
    Ok(())
}

/// `sink` of what began at `start` and has come to `at`, where comparing may run any code.
fn sink_any(vm: &mut Vm, heap: Gc<List>, start: usize, mut at: usize, order: Order) -> PyResult<()> {
    let len = heap.len();
    while at < len / 2 {
        let mut child = 2 * at + 1;
        if child + 1 < len {
            let (a, b) = (get(vm, heap, child)?, get(vm, heap, child + 1)?);
            child += usize::from(!order.above(vm, a, b)?);
            check_len(vm, heap, len)?;
        }
        swap(vm, heap, child, at)?;
        at = child;
    }
    rise_any(vm, heap, start, at, order)
}

fn push(vm: &mut Vm, heap: Gc<List>, item: Value, order: Order) -> PyResult<()> {
    vm.list_push(heap, item)?;
    rise(vm, heap, 0, heap.len() - 1, order)
}

fn pop(vm: &mut Vm, heap: Gc<List>, order: Order) -> PyResult {
    let Some(last) = vm.list_pop(heap)? else { return Err(vm.index_error("index out of range")) };
    if heap.is_empty() {
        return Ok(last);
    }
    let top = get(vm, heap, 0)?;
    vm.list_set(heap, 0, last)?;
    sink(vm, heap, 0, order)?;
    Ok(top)
}

fn replace(vm: &mut Vm, heap: Gc<List>, item: Value, order: Order) -> PyResult {
    let top = get(vm, heap, 0)?;
    vm.list_set(heap, 0, item)?;
    sink(vm, heap, 0, order)?;
    Ok(top)
}

fn push_pop(vm: &mut Vm, heap: Gc<List>, item: Value, order: Order) -> PyResult {
    let Some(top) = vm.list_get(heap, 0)? else { return Ok(item) };
    if !order.above(vm, top, item)? {
        return Ok(item);
    }
    if heap.is_empty() {
        return Err(vm.index_error("index out of range"));
    }
    replace(vm, heap, item, order)
}

fn heapify(vm: &mut Vm, heap: Gc<List>, order: Order) -> PyResult<()> {
    for at in (0..heap.len() / 2).rev() {
        sink(vm, heap, at, order)?;
    }
    Ok(())
}

/// Heap queue algorithm (a.k.a. priority queue).
///
/// Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for
/// all k, counting elements from 0.  For the sake of comparison,
/// non-existing elements are considered to be infinite.  The interesting
/// property of a heap is that a[0] is always its smallest element.
#[native_module(name = "_heapq")]
pub mod module {
    use super::*;

    /// Push item onto heap, maintaining the heap invariant.
    #[function(sig = "(heap, item, /)")]
    fn heappush(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult<()> {
        push(vm, heap, item, Order::Min)
    }
    /// Pop the smallest item off the heap, maintaining the heap invariant.
    #[function(sig = "(heap, /)")]
    fn heappop(vm: &mut Vm, heap: Gc<List>) -> PyResult {
        pop(vm, heap, Order::Min)
    }
    /// Pop and return the current smallest value, and add the new item.
    ///
    /// This is more efficient than heappop() followed by heappush(), and can be
    /// more appropriate when using a fixed-size heap.  Note that the value
    /// returned may be larger than item!  That constrains reasonable uses of
    /// this routine unless written as part of a conditional replacement:
    ///
    ///     if item > heap[0]:
    ///         item = heapreplace(heap, item)
    #[function(sig = "(heap, item, /)")]
    fn heapreplace(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult {
        replace(vm, heap, item, Order::Min)
    }
    /// Push item on the heap, then pop and return the smallest item from the heap.
    ///
    /// The combined action runs more efficiently than heappush() followed by
    /// a separate call to heappop().
    #[function(sig = "(heap, item, /)")]
    fn heappushpop(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult {
        push_pop(vm, heap, item, Order::Min)
    }
    /// Transform list into a heap, in-place, in O(len(heap)) time.
    #[function(sig = "(heap, /)")]
    fn heapify(vm: &mut Vm, heap: Gc<List>) -> PyResult<()> {
        super::heapify(vm, heap, Order::Min)
    }
    /// Push item onto max heap, maintaining the heap invariant.
    #[function(sig = "(heap, item, /)")]
    fn heappush_max(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult<()> {
        push(vm, heap, item, Order::Max)
    }
    /// Maxheap variant of heappop.
    #[function(sig = "(heap, /)")]
    fn heappop_max(vm: &mut Vm, heap: Gc<List>) -> PyResult {
        pop(vm, heap, Order::Max)
    }
    /// Maxheap variant of heapreplace.
    #[function(sig = "(heap, item, /)")]
    fn heapreplace_max(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult {
        replace(vm, heap, item, Order::Max)
    }
    /// Maxheap variant of heappushpop.
    ///
    /// The combined action runs more efficiently than heappush_max()
    /// followed by a separate call to heappop_max().
    #[function(sig = "(heap, item, /)")]
    fn heappushpop_max(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult {
        push_pop(vm, heap, item, Order::Max)
    }
    /// Maxheap variant of heapify.
    #[function(sig = "(heap, /)")]
    fn heapify_max(vm: &mut Vm, heap: Gc<List>) -> PyResult<()> {
        super::heapify(vm, heap, Order::Max)
    }
}
