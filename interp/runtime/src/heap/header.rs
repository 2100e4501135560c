//! The first word of every heap cell, and the typed handle to a cell.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// Shape of an instance or type id of a builtin object: index into the shape table.
/// 0 means a free cell.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[repr(transparent)]
pub struct ShapeId(pub u32);

/// First eight bytes of every cell. A type guard is one 32-bit compare of `id` with an immediate;
/// the GC-state byte is apart from it so that marking never disturbs a guard.
#[repr(C, align(8))]
pub struct Header {
    /// Shape or type id; offset 0.
    pub id: Cell<ShapeId>,
    /// Per-type flag bits; offset 4.
    pub flags: Cell<u16>,
    /// Free for the type's own use; offset 6.
    pub aux: Cell<u8>,
    /// GC state; offset 7. 0: young. Greater than 0 (as i8): old, a store into it must be
    /// remembered. Less than 0: remembered already.
    pub gc: Cell<i8>,
}

impl Header {
    /// Bit of `flags` in any cell: a registered finalizer has nothing to do any more.
    pub const SETTLED: u16 = 1 << 15;

    pub const OFFSET_ID: usize = 0;
    pub const OFFSET_FLAGS: usize = 4;
    pub const OFFSET_GC: usize = 7;
}

/// Handle to a live cell whose layout is `T` (a `repr(C)` struct that begins with [`Header`]).
/// Freely copyable; kept alive by the conservative scan while in a local or register.
#[repr(transparent)]
pub struct Gc<T> {
    ptr: NonNull<Header>,
    layout: PhantomData<*const T>,
}

impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Gc<T> {}
impl<T> PartialEq for Gc<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.ptr == other.ptr
    }
}
impl<T> Eq for Gc<T> {}

impl<T> Gc<T> {
    /// # Safety
    /// `ptr` must be a live cell laid out as `T`.
    #[inline(always)]
    pub unsafe fn from_header(ptr: NonNull<Header>) -> Gc<T> {
        Gc { ptr, layout: PhantomData }
    }
    #[inline(always)]
    pub fn header(self) -> NonNull<Header> {
        self.ptr
    }
    /// Address of the cell.
    #[inline(always)]
    pub fn addr(self) -> usize {
        self.ptr.as_ptr() as usize
    }
    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.ptr.as_ptr().cast()
    }
}

impl<T> std::ops::Deref for Gc<T> {
    type Target = T;
    /// Shared access only: fields that change are `Cell`s or go through barrier-carrying setters.
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a handle exists only for a live cell laid out as `T` (see `from_header`);
        // cells do not move, and nobody holds a `&mut T` into the heap.
        unsafe { self.ptr.cast::<T>().as_ref() }
    }
}
