//! `mappingproxy`: a read-only view of any mapping.

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::class::flags;
use crate::object::{Special, Type, ids};
use crate::protocol::{BinaryOp, CmpOp};
use crate::types::class_getitem::class_getitem;
use crate::types::str::{Str, StrBuilder};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::ptr::NonNull;

/// Cell of a `mappingproxy`.
#[repr(C)]
pub struct MappingProxy {
    pub header: Header,
    pub mapping: Field,
}

// SAFETY: the mapping is its only reference.
unsafe impl Layout for MappingProxy {
    const ID: ShapeId = ids::MAPPING_PROXY;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for mapping proxies.
    tracer.value(unsafe { p.cast::<MappingProxy>().as_ref() }.mapping.get());
}

impl Vm {
    /// A read-only view of a mapping.
    pub fn mapping_proxy(&mut self, mapping: Value) -> PyResult<Value> {
        let proxy = self.alloc::<MappingProxy>(ids::MAPPING_PROXY)?;
        proxy.mapping.init(mapping);
        Ok(Value::from_gc(proxy))
    }
}

/// The mapping behind a proxy; anything else as it is.
fn unwrap(v: Value) -> Value {
    v.exact::<MappingProxy>().map_or(v, |proxy| proxy.mapping.get())
}

/// Read-only proxy of a mapping.
#[py_type(name = "mappingproxy", id = ids::MAPPING_PROXY, mapping)]
impl MappingProxy {
    #[new(sig = "(mapping)")]
    fn __new__(vm: &mut Vm, _cls: Gc<Type>, mapping: Value) -> PyResult<Value> {
        let cls = vm.class_of(mapping);
        if cls.has(flags::SEQUENCE) || vm.lookup_special(mapping, Special::GetItem).is_none() {
            let name = vm.type_name(mapping);
            return Err(vm.type_error(format!("mappingproxy() argument must be a mapping, not {name}")));
        }
        vm.mapping_proxy(mapping)
    }
    #[method]
    fn __len__(vm: &mut Vm, this: Gc<MappingProxy>) -> PyResult<usize> {
        vm.len(this.mapping.get())
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<MappingProxy>, key: Value) -> PyResult<Value> {
        vm.get_item(this.mapping.get(), key)
    }
    #[method]
    fn __contains__(vm: &mut Vm, this: Gc<MappingProxy>, key: Value) -> PyResult<bool> {
        vm.contains(this.mapping.get(), key)
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<MappingProxy>) -> PyResult<Value> {
        vm.get_iter(this.mapping.get())
    }
    /// A reverse iterator over the mapping's keys.
    #[method]
    fn __reversed__(vm: &mut Vm, this: Gc<MappingProxy>) -> PyResult<Value> {
        vm.call_method(this.mapping.get(), "__reversed__", &[])
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<MappingProxy>) -> PyResult<i64> {
        vm.hash(this.mapping.get())
    }
    #[method]
    fn __str__(vm: &mut Vm, this: Gc<MappingProxy>) -> PyResult<Gc<Str>> {
        vm.to_str(this.mapping.get())
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<MappingProxy>) -> PyResult<Gc<Str>> {
        let mapping = vm.repr(this.mapping.get())?;
        let mut text = StrBuilder::new();
        text.push_str("mappingproxy(");
        text.push_py(mapping);
        text.push_str(")");
        text.finish(vm)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<MappingProxy>, value: Value) -> PyResult<Value> {
        vm.rich_compare(this.mapping.get(), value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<MappingProxy>, value: Value) -> PyResult<Value> {
        vm.rich_compare(this.mapping.get(), value, CmpOp::Ne)
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<MappingProxy>, value: Value) -> PyResult<Value> {
        vm.rich_compare(this.mapping.get(), value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<MappingProxy>, value: Value) -> PyResult<Value> {
        vm.rich_compare(this.mapping.get(), value, CmpOp::Le)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<MappingProxy>, value: Value) -> PyResult<Value> {
        vm.rich_compare(this.mapping.get(), value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<MappingProxy>, value: Value) -> PyResult<Value> {
        vm.rich_compare(this.mapping.get(), value, CmpOp::Ge)
    }
    #[method]
    fn __or__(vm: &mut Vm, this: Gc<MappingProxy>, value: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::Or, this.mapping.get(), unwrap(value))
    }
    #[method]
    fn __ror__(vm: &mut Vm, this: Gc<MappingProxy>, value: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::Or, unwrap(value), this.mapping.get())
    }
    #[method]
    fn __ior__(vm: &mut Vm, _this: Gc<MappingProxy>, _value: Value) -> PyResult<Value> {
        Err(vm.type_error("'|=' is not supported by mappingproxy; use '|' instead"))
    }
    /// The value of a key, or a default.
    #[method(sig = "(key, default=None, /)")]
    fn get(vm: &mut Vm, this: Gc<MappingProxy>, key: Value, default: Value) -> PyResult<Value> {
        vm.call_method(this.mapping.get(), "get", &[key, default])
    }
    /// The mapping's keys.
    #[method]
    fn keys(vm: &mut Vm, this: Gc<MappingProxy>) -> PyResult<Value> {
        vm.call_method(this.mapping.get(), "keys", &[])
    }
    /// The mapping's values.
    #[method]
    fn values(vm: &mut Vm, this: Gc<MappingProxy>) -> PyResult<Value> {
        vm.call_method(this.mapping.get(), "values", &[])
    }
    /// The mapping's entries.
    #[method]
    fn items(vm: &mut Vm, this: Gc<MappingProxy>) -> PyResult<Value> {
        vm.call_method(this.mapping.get(), "items", &[])
    }
    /// A shallow copy of the mapping.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<MappingProxy>) -> PyResult<Value> {
        vm.call_method(this.mapping.get(), "copy", &[])
    }
    /// A generic alias: `mappingproxy[str, int]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult<Value> {
        class_getitem(vm, cls, object)
    }
}
