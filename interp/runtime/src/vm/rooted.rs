//! Growable vectors of values that the collector knows.

use crate::heap::Tracer;
use crate::value::Value;
use std::cell::{RefCell, UnsafeCell};
use std::mem::ManuallyDrop;
use std::rc::Rc;

/// The vectors alive now, as pointers into their handles' boxes; null where one ended before a later one.
type Slab = Rc<RefCell<Vec<*const UnsafeCell<Vec<Value>>>>>;

/// Vectors that have ended, with their room, for those that begin next.
type Spare = Rc<RefCell<Vec<Box<UnsafeCell<Vec<Value>>>>>>;

/// As many spare vectors are kept, each of no more room than this many values.
const SPARE: usize = 32;
const SPARE_ROOM: usize = 64;

/// The vectors alive now.
#[derive(Default)]
pub(super) struct Registry {
    slab: Slab,
    spare: Spare,
}

/// A `Vec<Value>` whose values are roots while it lives.
pub struct RootedVec {
    values: ManuallyDrop<Box<UnsafeCell<Vec<Value>>>>,
    index: usize,
    slab: Slab,
    spare: Spare,
}

impl Registry {
    pub fn make(&self) -> RootedVec {
        let spare = self.spare.borrow_mut().pop();
        let values = ManuallyDrop::new(spare.unwrap_or_else(|| Box::new(UnsafeCell::new(Vec::new()))));
        let mut slab = self.slab.borrow_mut();
        let index = slab.len();
        slab.push(&raw const **values);
        RootedVec { values, index, slab: self.slab.clone(), spare: self.spare.clone() }
    }

    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        for &values in self.slab.borrow().iter().filter(|p| !p.is_null()) {
            // SAFETY: the handle takes the pointer out before it ends; a collection runs only from allocations of the one thread that holds the lock, and
            // no `&mut Vec` from `DerefMut` is in use across one (values are pushed after they are made).
            for v in unsafe { &*(*values).get() } {
                tracer.value(*v);
            }
        }
    }
}

impl RootedVec {
    /// As `push`; MemoryError when there is no room. For as many values as a program cares to give.
    #[inline]
    pub fn try_push(&mut self, vm: &mut super::Vm, v: Value) -> super::PyResult<()> {
        if self.len() == self.capacity() && self.try_reserve(1).is_err() {
            return Err(vm.memory_error());
        }
        self.push(v);
        Ok(())
    }
}

impl std::ops::Deref for RootedVec {
    type Target = Vec<Value>;
    #[inline]
    fn deref(&self) -> &Vec<Value> {
        // SAFETY: the handle owns the vector; see `DerefMut`.
        unsafe { &*self.values.get() }
    }
}

impl std::ops::DerefMut for RootedVec {
    #[inline]
    fn deref_mut(&mut self) -> &mut Vec<Value> {
        // SAFETY: the registry reads it only during collections, never at the same time as this borrow is used.
        unsafe { &mut *self.values.get() }
    }
}

impl Drop for RootedVec {
    fn drop(&mut self) {
        let mut slab = self.slab.borrow_mut();
        slab[self.index] = std::ptr::null();
        // Nearly always they end in reverse order.
        while slab.last().is_some_and(|p| p.is_null()) {
            slab.pop();
        }
        drop(slab);
        // SAFETY: taken once, here; the handle is not used again.
        let mut values = unsafe { ManuallyDrop::take(&mut self.values) };
        let mut spare = self.spare.borrow_mut();
        if spare.len() < SPARE && values.get_mut().capacity() <= SPARE_ROOM {
            values.get_mut().clear();
            spare.push(values);
        }
    }
}

impl super::Vm {
    /// A vector whose values the collector keeps alive.
    pub fn rooted_vec(&self) -> RootedVec {
        self.rooted.make()
    }
}
