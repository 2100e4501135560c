//! Cells of decimals: exact ones hold the number; instances of subclasses hold an exact one.

use habu_decimal::{Dec, Kind, Num};
use habu_runtime::heap::{CellKind, Gc, Header, Layout, ShapeId};
use habu_runtime::object::{Type, ids};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::cell::Cell;

/// Exact ones (id DECIMAL): `word` is the exponent, `shape` has sign, kind and the number of limbs, which follow.
/// Instances of subclasses: `word` is the exact one as a value.
#[repr(C)]
pub struct Decimal {
    pub header: Header,
    word: Cell<i64>,
    shape: Cell<u64>,
}

// SAFETY: exact ones hold no references; instances of subclasses have shapes of their own whose cells are traced
// conservatively.
unsafe impl Layout for Decimal {
    const ID: ShapeId = ids::DECIMAL;
    const KIND: CellKind = CellKind::leaf();
}

const NEGATIVE: u64 = 1;
const KIND_SHIFT: u32 = 1;
const COUNT_SHIFT: u32 = 3;

impl Decimal {
    /// The number.
    #[inline]
    pub fn view(&self) -> Num<'_> {
        if self.header.id.get() != ids::DECIMAL {
            return self.held();
        }
        let shape = self.shape.get();
        // SAFETY: in an exact cell that many limbs follow the struct and never change once it is made.
        let limbs = unsafe {
            std::slice::from_raw_parts(
                (self as *const Decimal).add(1).cast(),
                (shape >> COUNT_SHIFT) as usize,
            )
        };
        let kind = match shape >> KIND_SHIFT & 3 {
            0 => Kind::Finite,
            1 => Kind::Infinite,
            2 => Kind::Nan,
            _ => Kind::Snan,
        };
        Num { neg: shape & NEGATIVE != 0, kind, exp: self.word.get(), limbs }
    }

    #[cold]
    fn held(&self) -> Num<'_> {
        let header = Value(self.word.get() as u64).as_header().expect("set when the instance was made");
        // SAFETY: made by `make_of` with an exact cell, which lives as long as the instance.
        let exact: &Decimal = unsafe { header.cast::<Decimal>().as_ref() };
        exact.view()
    }

    /// As an exact one.
    pub fn exact(this: Gc<Decimal>) -> Gc<Decimal> {
        match Value(this.word.get() as u64).as_header() {
            // SAFETY: as in `held`.
            Some(header) if this.header.id.get() != ids::DECIMAL => unsafe { Gc::from_header(header) },
            _ => this,
        }
    }
}

/// A new exact decimal.
#[inline]
pub fn make(vm: &mut Vm, d: &Dec) -> PyResult<Gc<Decimal>> {
    let limbs = &d.limbs[..];
    let cell = vm.alloc_sized::<Decimal>(ids::DECIMAL, size_of_val(limbs))?;
    // SAFETY: the cell is new and has room for these limbs.
    unsafe { std::ptr::copy_nonoverlapping(limbs.as_ptr(), cell.as_ptr().add(1).cast(), limbs.len()) };
    cell.word.set(d.exp);
    let shape = (limbs.len() as u64) << COUNT_SHIFT | (d.kind as u64) << KIND_SHIFT | u64::from(d.neg);
    cell.shape.set(shape);
    Ok(cell)
}

/// An instance of `cls`, Decimal or a subclass.
pub fn make_of(vm: &mut Vm, cls: Gc<Type>, d: &Dec) -> PyResult<Gc<Decimal>> {
    let exact = make(vm, d)?;
    instance_of(vm, cls, exact)
}

/// An instance of `cls` with the value of an exact one.
pub fn instance_of(vm: &mut Vm, cls: Gc<Type>, exact: Gc<Decimal>) -> PyResult<Gc<Decimal>> {
    if cls == vm.builtin(ids::DECIMAL) {
        return Ok(exact);
    }
    let instance = vm.alloc_instance::<Decimal>(cls)?;
    instance.word.set(Value::from_gc(exact).0 as i64);
    Ok(instance)
}
