//! From values to typed handles without a `Vm`: by type id alone, so for exact builtins only.

use crate::heap::{Gc, Layout};
use crate::object::ids;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::value::Value;
use crate::vm::id_of;

impl Value {
    /// The value as an exact instance of the builtin with layout `T` that has one id only (so not
    /// list or dict, see `exact_list` and `exact_dict`).
    #[inline(always)]
    pub fn exact<T: Layout>(self) -> Option<Gc<T>> {
        debug_assert!(!ids::is_list(T::ID) && !ids::is_dict(T::ID));
        let header = self.as_header()?;
        // SAFETY: heap pointers in values are live cells, laid out as their id says.
        unsafe { (header.as_ref().id.get() == T::ID).then(|| Gc::from_header(header)) }
    }

    #[inline(always)]
    pub fn is_exact<T: Layout>(self) -> bool {
        self.exact::<T>().is_some()
    }

    /// The value as an exact list, of any element kind.
    #[inline(always)]
    pub fn exact_list(self) -> Option<Gc<List>> {
        let header = self.as_header()?;
        // SAFETY: as above.
        ids::is_list(id_of(self)).then(|| unsafe { Gc::from_header(header) })
    }

    /// The value as an exact dict, of any storage kind.
    #[inline(always)]
    pub fn exact_dict(self) -> Option<Gc<Dict>> {
        let header = self.as_header()?;
        // SAFETY: as above.
        ids::is_dict(id_of(self)).then(|| unsafe { Gc::from_header(header) })
    }
}
