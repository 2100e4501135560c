//! `zip`, and the check of equal lengths that it shares with `map`.

use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::types::known::PARTS;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a `zip` object.
#[repr(C)]
pub struct Zip {
    pub header: Header,
    pub iterators: GcField<Tuple>,
    pub strict: Cell<bool>,
}

// SAFETY: the tuple is its only reference.
unsafe impl Layout for Zip {
    const ID: ShapeId = ids::ZIP;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for zip objects.
    if let Some(iterators) = unsafe { p.cast::<Zip>().as_ref() }.iterators.get() {
        tracer.gc(iterators);
    }
}

/// Up to this many items are gathered on the machine stack.
const INLINE: usize = 8;

/// Next item of each iterator as arguments for `then`; nothing when one of them has ended.
#[inline]
pub(crate) fn step_all(
    vm: &mut Vm,
    iterators: Gc<Tuple>,
    strict: bool,
    function: &str,
    then: impl FnOnce(&mut Vm, &[Value]) -> PyResult<Value>,
) -> PyResult<Option<Value>> {
    let count = iterators.len();
    if count == 0 {
        return Ok(None);
    }
    if count <= INLINE {
        let mut items = [Value::NONE; INLINE];
        for (at, &iterator) in iterators.items().iter().enumerate() {
            match vm.iter_next(iterator)? {
                Some(item) => items[at] = item,
                None => return ended(vm, iterators, strict, function, at),
            }
        }
        return then(vm, &items[..count]).map(Some);
    }
    let mut items = vm.rooted_vec();
    for (at, &iterator) in iterators.items().iter().enumerate() {
        match vm.iter_next(iterator)? {
            Some(item) => items.push(item),
            None => return ended(vm, iterators, strict, function, at),
        }
    }
    then(vm, &items).map(Some)
}

/// Iterator `at` has ended: with `strict`, all of them have to.
#[cold]
fn ended(
    vm: &mut Vm,
    iterators: Gc<Tuple>,
    strict: bool,
    function: &str,
    at: usize,
) -> PyResult<Option<Value>> {
    if !strict {
        return Ok(None);
    }
    if at > 0 {
        return Err(unequal(vm, function, at, "shorter"));
    }
    for (other, &iterator) in iterators.items().iter().enumerate().skip(1) {
        if vm.iter_next(iterator)?.is_some() {
            return Err(unequal(vm, function, other, "longer"));
        }
    }
    Ok(None)
}

fn unequal(vm: &mut Vm, function: &str, at: usize, how: &str) -> Raised {
    let others = if at == 1 { " 1".to_owned() } else { format!("s 1-{at}") };
    vm.value_error(format!("{function}() argument {} is {how} than argument{others}", at + 1))
}

/// Iterators of iterables.
pub(crate) fn iterators_of(vm: &mut Vm, iterables: &[Value]) -> PyResult<Gc<Tuple>> {
    let mut iterators = vm.rooted_vec();
    for &iterable in iterables {
        let iterator = vm.get_iter(iterable)?;
        iterators.push(iterator);
    }
    vm.tuple(&iterators)
}

/// `zip` over iterators, not strict.
pub fn new(vm: &mut Vm, iterators: Gc<Tuple>) -> PyResult<Gc<Zip>> {
    let this = vm.alloc::<Zip>(ids::ZIP)?;
    this.iterators.init(Some(iterators));
    Ok(this)
}

/// Next tuple.
#[inline]
pub fn next(vm: &mut Vm, this: Gc<Zip>) -> PyResult<Option<Value>> {
    let Some(iterators) = this.iterators.get() else { return Ok(None) };
    step_all(vm, iterators, this.strict.get(), "zip", |vm, items| vm.tuple(items).map(Value::from_gc))
}

/// As `next`, the items of the tuple; the outer `None`: it has another length than `count`, or that is too long.
#[inline]
pub(crate) fn next_parts(
    vm: &mut Vm,
    this: Gc<Zip>,
    count: usize,
) -> Option<PyResult<Option<[Value; PARTS]>>> {
    let iterators = this.iterators.get().filter(|its| its.len() == count && (1..=PARTS).contains(&count))?;
    let mut items = [Value::NONE; PARTS];
    for (at, &iterator) in iterators.items().iter().enumerate() {
        match vm.iter_next(iterator) {
            Ok(Some(item)) => items[at] = item,
            Ok(None) => {
                let ended = ended(vm, iterators, this.strict.get(), "zip", at);
                return Some(ended.map(|_| None));
            }
            Err(raised) => return Some(Err(raised)),
        }
    }
    Some(Ok(Some(items)))
}

/// An iterator of tuples of one item of each iterable, until the shortest ends.
///
/// With `strict`, ValueError if they are not all of the same length.
///
/// >>> list(zip('ab', range(9)))
/// [('a', 0), ('b', 1)]
#[py_type(name = "zip", id = ids::ZIP, subclassable)]
impl Zip {
    #[new(sig = "(*iterables, strict=False)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, iterables: Gc<Tuple>, strict: bool) -> PyResult<Gc<Zip>> {
        let iterators = iterators_of(vm, iterables.items())?;
        let this = vm.alloc_instance::<Zip>(cls)?;
        this.iterators.init(Some(iterators));
        this.strict.set(strict);
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Zip>) -> Gc<Zip> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Zip>) -> PyResult<Value> {
        let item = next(vm, this)?;
        vm.or_stop(item)
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Zip>) -> PyResult<Value> {
        let cls = Value::from_gc(vm.class_of(Value::from_gc(this)));
        let iterators = match this.iterators.get() {
            Some(iterators) => iterators,
            None => vm.tuple(&[])?,
        };
        let iterators = Value::from_gc(iterators);
        let state = [cls, iterators, Value::TRUE];
        vm.tuple(if this.strict.get() { &state } else { &state[..2] }).map(Value::from_gc)
    }
    /// Sets whether lengths must be equal.
    #[method]
    fn __setstate__(_vm: &mut Vm, this: Gc<Zip>, state: bool) {
        this.strict.set(state);
    }
}
