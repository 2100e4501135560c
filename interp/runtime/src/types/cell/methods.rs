//! The Python type `cell`.

use super::Cell;
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::protocol::CmpOp;
use crate::types::object::address;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

fn compare(vm: &mut Vm, this: Gc<Cell>, other: Value, op: CmpOp) -> PyResult {
    let Some(other) = vm.exact::<Cell>(other) else { return Ok(Value::NOT_IMPLEMENTED) };
    match (this.value.get().bound(), other.value.get().bound()) {
        (Some(a), Some(b)) => vm.rich_compare(a, b, op),
        (a, b) => Ok(Value::bool(op.of(a.is_some().cmp(&b.is_some())))),
    }
}

/// Create a new cell object.
///
///   contents
///     what it holds; left out, the cell is empty
#[py_type(name = "cell", id = ids::CELL)]
impl Cell {
    #[new(sig = "(contents=<unrepresentable>, /)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, contents: Option<Value>) -> PyResult {
        let cell = vm.alloc::<Cell>(ids::CELL)?;
        cell.value.init(contents.unwrap_or(Value::UNBOUND));
        Ok(Value::from_gc(cell))
    }

    #[getter]
    fn cell_contents(vm: &mut Vm, this: Gc<Cell>) -> PyResult {
        match this.value.get().bound() {
            Some(v) => Ok(v),
            None => Err(vm.value_error("cell is empty")),
        }
    }

    #[setter]
    fn set_cell_contents(vm: &mut Vm, this: Gc<Cell>, value: Option<Value>) {
        vm.cell_store(this, value.unwrap_or(Value::UNBOUND));
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Cell>) -> String {
        let at = address(Value::from_gc(this));
        match this.value.get().bound() {
            Some(v) => format!("<cell at {at:#x}: {} object at {:#x}>", vm.type_name(v), address(v)),
            None => format!("<cell at {at:#x}: empty>"),
        }
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Cell>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Eq)
    }

    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<Cell>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Ne)
    }

    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<Cell>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Lt)
    }

    #[method]
    fn __le__(vm: &mut Vm, this: Gc<Cell>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Le)
    }

    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<Cell>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Gt)
    }

    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<Cell>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Ge)
    }
}
