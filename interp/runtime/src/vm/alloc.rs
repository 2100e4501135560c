//! Making cells, and going from values back to typed handles.

use super::{PyResult, Vm, id_of};
use crate::heap::{Gc, Layout, ShapeId};
use crate::object::Type;
use crate::value::Value;

impl Vm {
    /// An empty vector with room for `capacity` items, a number that the program chose.
    pub fn room<T>(&mut self, capacity: usize) -> PyResult<Vec<T>> {
        let mut room = Vec::new();
        match room.try_reserve_exact(capacity) {
            Ok(()) => Ok(room),
            Err(_) => Err(self.memory_error()),
        }
    }

    /// As many zeros, a number that the program chose.
    pub fn zeros<T: Clone + Default>(&mut self, count: usize) -> PyResult<Vec<T>> {
        let mut zeros = self.room(count)?;
        zeros.resize(count, T::default());
        Ok(zeros)
    }

    /// A zeroed cell of a fixed layout; MemoryError when there is no room.
    #[inline]
    pub fn alloc<T>(&mut self, id: ShapeId) -> PyResult<Gc<T>> {
        match self.heap.alloc_fixed::<T>(id) {
            Some(cell) => Ok(cell),
            None => Err(self.memory_error()),
        }
    }

    /// As `alloc`, with `extra` bytes behind the layout.
    #[inline]
    pub fn alloc_sized<T>(&mut self, id: ShapeId, extra: usize) -> PyResult<Gc<T>> {
        let Some(size) = size_of::<T>().checked_add(extra).filter(|s| *s < 1 << 46) else {
            return Err(self.memory_error());
        };
        match self.heap.alloc(size, id) {
            // SAFETY: the cell is new and large enough for `T`.
            Some(cell) => Ok(unsafe { Gc::from_header(cell) }),
            None => Err(self.memory_error()),
        }
    }

    /// As `alloc_sized` for a layout without references, behind which what follows may be garbage.
    pub fn alloc_raw<T: Layout>(&mut self, id: ShapeId, extra: usize) -> PyResult<Gc<T>> {
        let size = size_of::<T>().checked_add(extra).filter(|s| *s < 1 << 46);
        match size.and_then(|size| self.heap.alloc_dirty(size, id)) {
            // SAFETY: the cell is new and large enough for `T`, whose own fields are zero.
            Some(cell) => Ok(unsafe { Gc::from_header(cell) }),
            None => Err(self.memory_error()),
        }
    }

    /// A zeroed instance of `cls`, which has layout `T`: exact or of a Python subclass.
    pub fn alloc_instance<T: Layout>(&mut self, cls: Gc<Type>) -> PyResult<Gc<T>> {
        debug_assert!(size_of::<T>() <= cls.payload.get() as usize + 8);
        let cell = self.alloc_object(cls)?;
        // SAFETY: instances of `cls` begin with the layout its base declares.
        Ok(unsafe { Gc::from_header(cell) })
    }

    /// As `alloc_instance`, with `extra` bytes behind the instance's slots.
    pub fn alloc_instance_sized<T: Layout>(&mut self, cls: Gc<Type>, extra: usize) -> PyResult<Gc<T>> {
        let slots = (cls.payload.get() as usize).max(self.shapes.inline_end(cls.root_shape.get()));
        let Some(size) = slots.checked_add(extra).filter(|s| *s < 1 << 46) else {
            return Err(self.memory_error());
        };
        match self.heap.alloc(size, cls.root_shape.get()) {
            Some(cell) => {
                self.prepare_instance(cell, cls);
                // SAFETY: instances of `cls` begin with the layout its base declares.
                Ok(unsafe { Gc::from_header(cell) })
            }
            None => Err(self.memory_error()),
        }
    }

    /// The value as an instance of layout `T`, of its exact builtin class or of a subclass.
    #[inline(always)]
    pub fn downcast<T: Layout>(&self, v: Value) -> Option<Gc<T>> {
        let header = v.as_header()?;
        // SAFETY: heap pointers in values are live cells.
        let id = unsafe { header.as_ref() }.id.get();
        // SAFETY: the id or the class's layout says so.
        (id.0.wrapping_sub(T::ID.0) < T::IDS || self.has_layout(id, T::ID))
            .then(|| unsafe { Gc::from_header(header) })
    }

    /// Whether cells with this id, which is none of `layout`'s own, are laid out as that says.
    #[inline(never)]
    fn has_layout(&self, id: ShapeId, layout: ShapeId) -> bool {
        id.0 >= crate::object::ids::FIRST_DYNAMIC && self.shapes.class(id).layout.get() == layout
    }

    /// The value as an exact instance of the builtin with layout `T`.
    #[inline(always)]
    pub fn exact<T: Layout>(&self, v: Value) -> Option<Gc<T>> {
        let header = v.as_header()?;
        // SAFETY: as above.
        if unsafe { header.as_ref() }.id.get() == T::ID {
            return Some(unsafe { Gc::from_header(header) });
        }
        None
    }

    /// Whether `v`'s type id is exactly `id` (list and dict have several: use `ids::is_list`).
    #[inline(always)]
    pub fn is_exact(&self, v: Value, id: ShapeId) -> bool {
        id_of(v) == id
    }
}
