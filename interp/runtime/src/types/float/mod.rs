//! `float`: layout of heap floats, access to the number in any float, conversion of other objects.
//!
//! Most floats are words; infinities, NaNs and numbers of extreme magnitude are cells, as are instances of subclasses.

mod arith;
mod convert;
mod hex;
mod methods;
mod round;
#[cfg(test)]
mod tests;
mod text;

pub use arith::{divmod, floordiv, modulo, pow};
pub use convert::{as_ratio, ceil, floor, from_special, to_f64, to_int};
pub use methods::{FloatMethods, float_of, number};
pub use round::round_to;
pub use text::{parse, parse_plain, plain_number};

use crate::heap::{CellKind, Gc, Header, Layout, ShapeId};
use crate::object::{Type, ids};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;

/// Cell of a float: exact ones that no word can hold, and instances of subclasses.
#[repr(C)]
pub struct Float {
    pub header: Header,
    value: Cell<f64>,
}

// SAFETY: the payload holds no references.
unsafe impl Layout for Float {
    const ID: ShapeId = ids::FLOAT;
    const KIND: CellKind = CellKind::leaf();
}

impl Float {
    #[inline(always)]
    pub fn get(&self) -> f64 {
        self.value.get()
    }
}

/// The number of a word that is a float.
#[inline(always)]
pub fn inline(v: Value) -> Option<f64> {
    v.is_inline_float().then(|| v.inline_float_unchecked())
}

/// The number of any float instance, subclasses included.
#[inline]
pub fn as_f64(vm: &Vm, v: Value) -> Option<f64> {
    inline(v).or_else(|| vm.downcast::<Float>(v).map(|f| f.get()))
}

/// The number of an exact float.
#[inline]
pub fn exact(vm: &Vm, v: Value) -> Option<f64> {
    inline(v).or_else(|| vm.exact::<Float>(v).map(|f| f.get()))
}

impl Vm {
    /// The Python float.
    #[inline]
    pub fn float(&mut self, f: f64) -> PyResult {
        match Value::try_float(f) {
            Some(v) => Ok(v),
            None => self.float_cell(f),
        }
    }

    #[cold]
    fn float_cell(&mut self, f: f64) -> PyResult {
        let cell = self.alloc::<Float>(ids::FLOAT)?;
        cell.value.set(f);
        Ok(Value::from_gc(cell))
    }

    /// An instance of `cls`, float or a subclass.
    pub fn float_of_class(&mut self, cls: Gc<Type>, f: f64) -> PyResult {
        if cls == self.builtin(ids::FLOAT) {
            return self.float(f);
        }
        let cell = self.alloc_instance::<Float>(cls)?;
        cell.value.set(f);
        Ok(Value::from_gc(cell))
    }
}
