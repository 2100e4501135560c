//! `tuple`: layout, creation, hashing.

mod getter;
mod hash;
mod iter;
mod methods;

pub use getter::TupleGetter;
pub use hash::{combine_hashes, combine_hashes_unsized};
pub use iter::TupleIter;

use crate::heap::{CellKind, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::ptr::NonNull;

/// Cell of a tuple: length and hash, then the items. In instances of subclasses that have attribute slots,
/// these come first: `header.aux` words.
#[repr(C)]
pub struct Tuple {
    pub header: Header,
    pub len: std::cell::Cell<usize>,
    /// Hash, 0: not computed yet.
    pub hash: std::cell::Cell<i64>,
}

impl Tuple {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    fn first(&self) -> *const Value {
        let skip = self.header.aux.get() as usize;
        (self as *const Tuple).wrapping_add(1).cast::<Value>().wrapping_add(skip)
    }

    /// The items; tuples never change once made.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: `len` values follow the struct and the slots in its cell.
        unsafe { std::slice::from_raw_parts(self.first(), self.len()) }
    }

    pub fn get(&self, index: usize) -> Option<Value> {
        self.items().get(index).copied()
    }
}

// SAFETY: the items are all its references (the slots of subclass instances are the shape's).
unsafe impl Layout for Tuple {
    const ID: ShapeId = ids::TUPLE;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for tuples.
    tracer.values(unsafe { p.cast::<Tuple>().as_ref() }.items());
}

impl Vm {
    /// An exact tuple of these items.
    #[inline]
    pub fn tuple(&mut self, items: &[Value]) -> PyResult<Gc<Tuple>> {
        if items.is_empty()
            && let Some(empty) = self.empty_tuple
        {
            return Ok(empty);
        }
        let tuple = self.alloc_sized::<Tuple>(ids::TUPLE, size_of_val(items))?;
        if items.is_empty() {
            self.empty_tuple = Some(tuple);
        }
        fill(tuple, items);
        Ok(tuple)
    }

    /// A tuple of class `cls`, `tuple` or derived from it.
    pub fn tuple_of_class(&mut self, cls: Gc<Type>, items: &[Value]) -> PyResult<Gc<Tuple>> {
        if cls.root_shape.get() == ids::TUPLE {
            return self.tuple(items);
        }
        let tuple = self.alloc_instance_sized::<Tuple>(cls, size_of_val(items))?;
        let slots = self.shapes.inline_end(cls.root_shape.get()).saturating_sub(size_of::<Tuple>()) / 8;
        tuple.header.aux.set(slots as u8);
        fill(tuple, items);
        Ok(tuple)
    }

    /// An exact tuple of what an iterable yields.
    pub fn tuple_from_iterable(&mut self, iterable: Value) -> PyResult<Gc<Tuple>> {
        if let Some(tuple) = iterable.exact::<Tuple>() {
            return Ok(tuple);
        }
        if let Some(list) = iterable.exact_list() {
            return self.list_to_tuple(list);
        }
        let items = self.collect(iterable)?;
        self.tuple(&items)
    }
}

/// Writes the items of a tuple just allocated.
#[inline(always)]
fn fill(tuple: Gc<Tuple>, items: &[Value]) {
    let to = tuple.first().cast_mut();
    // SAFETY: the cell was made large enough for them, and nobody has read it yet.
    unsafe {
        match *items {
            // Most tuples are short, and a call of memcpy takes longer than making them.
            [a] => to.write(a),
            [a, b] => {
                to.write(a);
                to.add(1).write(b);
            }
            [a, b, c] => {
                to.write(a);
                to.add(1).write(b);
                to.add(2).write(c);
            }
            _ => to.copy_from_nonoverlapping(items.as_ptr(), items.len()),
        }
    }
    tuple.len.set(items.len());
}
