//! Fields of heap cells that hold references: reads are free, stores carry the write barrier.

use super::{Gc, Header, Heap};
use crate::value::Value;
use std::cell::Cell;
use std::ptr::NonNull;

/// A value field. Zeroed memory reads as the integer 0.
#[repr(transparent)]
pub struct Field(Cell<Value>);

impl Field {
    #[inline(always)]
    pub fn get(&self) -> Value {
        self.0.get()
    }
    /// Stores into a field of `owner`.
    #[inline(always)]
    pub fn set(&self, heap: &mut Heap, owner: NonNull<Header>, v: Value) {
        self.0.set(v);
        heap.barrier(owner);
    }
    /// Stores a word that is not a heap pointer, or into a cell just allocated: no barrier needed.
    #[inline(always)]
    pub fn init(&self, v: Value) {
        self.0.set(v);
    }
}

/// A field that points at a cell laid out as `T`, or at nothing. Zeroed memory reads as nothing.
#[repr(transparent)]
pub struct GcField<T>(Cell<Option<Gc<T>>>);

impl<T> GcField<T> {
    #[inline(always)]
    pub fn get(&self) -> Option<Gc<T>> {
        self.0.get()
    }
    #[inline(always)]
    pub fn set(&self, heap: &mut Heap, owner: NonNull<Header>, v: Option<Gc<T>>) {
        self.0.set(v);
        heap.barrier(owner);
    }
    /// Stores into a cell just allocated (young), before anything else can allocate.
    #[inline(always)]
    pub fn init(&self, v: Option<Gc<T>>) {
        self.0.set(v);
    }
}
