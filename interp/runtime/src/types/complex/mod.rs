//! `complex`: layout, and the numbers in any complex or real operand.

mod arith;
mod methods;
#[cfg(test)]
mod tests;
mod text;

pub use arith::{abs, div, div_real, div_scalar, mul, pow};
pub use methods::ComplexMethods;
pub use text::parse;

use crate::heap::{CellKind, Gc, Header, Layout, ShapeId};
use crate::object::{Type, ids};
use crate::value::Value;
use crate::vm::{BinaryOp, PyResult, Vm};
use std::cell::Cell;

/// Real and imaginary part.
pub type Pair = (f64, f64);

/// Cell of a complex number.
#[repr(C)]
pub struct Complex {
    pub header: Header,
    re: Cell<f64>,
    im: Cell<f64>,
}

// SAFETY: the payload holds no references.
unsafe impl Layout for Complex {
    const ID: ShapeId = ids::COMPLEX;
    const KIND: CellKind = CellKind::leaf();
}

impl Complex {
    /// Byte offsets of the real and the imaginary part.
    pub const OFFSETS: [usize; 2] = [std::mem::offset_of!(Complex, re), std::mem::offset_of!(Complex, im)];

    pub fn get(&self) -> Pair {
        (self.re.get(), self.im.get())
    }
}

/// The numbers of any complex instance, subclasses included.
pub fn as_pair(vm: &Vm, v: Value) -> Option<Pair> {
    vm.downcast::<Complex>(v).map(|c| c.get())
}

/// `a op b` for two exact complex numbers and the operators that cannot fail.
#[inline]
pub fn quick(vm: &mut Vm, op: BinaryOp, a: Value, b: Value) -> Option<PyResult> {
    let (x, y) = (a.exact::<Complex>()?.get(), b.exact::<Complex>()?.get());
    let (re, im) = match op {
        BinaryOp::Add => (x.0 + y.0, x.1 + y.1),
        BinaryOp::Sub => (x.0 - y.0, x.1 - y.1),
        BinaryOp::Mul => mul(x, y),
        _ => return None,
    };
    Some(vm.complex(re, im))
}

/// The Python complex number.
pub fn new(vm: &mut Vm, re: f64, im: f64) -> PyResult {
    vm.complex(re, im)
}

impl Vm {
    pub fn complex(&mut self, re: f64, im: f64) -> PyResult {
        let cell = self.alloc::<Complex>(ids::COMPLEX)?;
        cell.re.set(re);
        cell.im.set(im);
        Ok(Value::from_gc(cell))
    }

    /// An instance of `cls`, complex or a subclass.
    pub fn complex_of_class(&mut self, cls: Gc<Type>, (re, im): Pair) -> PyResult {
        if cls == self.builtin(ids::COMPLEX) {
            return self.complex(re, im);
        }
        let cell = self.alloc_instance::<Complex>(cls)?;
        cell.re.set(re);
        cell.im.set(im);
        Ok(Value::from_gc(cell))
    }
}
