//! `cmp_to_key`: keys that compare by a function of two arguments.

use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::protocol::CmpOp;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a key; as the function that makes keys it has no object.
    CmpKey(ids::CMP_KEY) { compare, object }
}

/// A key, or with an unbound object what makes keys.
pub fn make(vm: &mut Vm, compare: Value, object: Value) -> PyResult {
    let cls = vm.native_class(CmpKey::DECL)?;
    let this = vm.alloc_instance::<CmpKey>(cls)?;
    this.compare.init(compare);
    this.object.init(object);
    Ok(Value::from_gc(this))
}

fn compare(vm: &mut Vm, this: Gc<CmpKey>, other: Value, op: CmpOp) -> PyResult {
    let Some(other) = vm.exact::<CmpKey>(other) else {
        return Err(vm.type_error("other argument must be K instance"));
    };
    let (a, b) = (this.object.get(), other.object.get());
    if a.is_unbound() || b.is_unbound() {
        return Err(vm.attribute_error_text("object"));
    }
    let order = vm.call(this.compare.get(), &[a, b])?;
    vm.rich_compare(order, Value::small(0), op)
}

#[py_type(name = "KeyWrapper", module = "functools", id = ids::CMP_KEY)]
impl CmpKey {
    #[method(sig = "($self, obj)")]
    fn __call__(vm: &mut Vm, this: Gc<CmpKey>, obj: Value) -> PyResult {
        make(vm, this.compare.get(), obj)
    }
    /// Value wrapped by a key function.
    #[getter]
    fn obj(vm: &mut Vm, this: Gc<CmpKey>) -> PyResult {
        match this.object.get().bound() {
            Some(v) => Ok(v),
            None => Err(vm.attribute_error_text("obj")),
        }
    }
    #[setter]
    fn set_obj(vm: &mut Vm, this: Gc<CmpKey>, v: Value) {
        this.object.set(&mut vm.heap, this.header(), v);
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<CmpKey>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<CmpKey>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Le)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<CmpKey>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<CmpKey>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<CmpKey>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<CmpKey>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Ge)
    }
}
