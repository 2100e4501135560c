//! The Python types of native attributes and declared slots: `getset_descriptor` and `member_descriptor`.

use super::{GetSet, Member, get, set};
use crate::heap::Gc;
use crate::object::ids;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// `descriptor.__get__(instance, owner)`
fn bind(vm: &mut Vm, this: Value, owner_of: Value, instance: Value) -> PyResult {
    if instance.is_none() {
        return Ok(this);
    }
    let owner = vm.expect_class(owner_of);
    get(vm, this, instance, owner)
}

/// `Class.name`, for `__qualname__`.
fn qualified(vm: &mut Vm, owner: Value, name: &str) -> String {
    let owner = vm.expect_class(owner);
    let class = owner.qualname.get().map_or_else(String::new, |n| n.to_message());
    format!("{class}.{name}")
}

pub struct GetSetMethods;

#[py_type(name = "getset_descriptor", id = ids::GETSET_DESCRIPTOR, payload = GetSet)]
impl GetSetMethods {
    #[method]
    fn __get__(vm: &mut Vm, this: Gc<GetSet>, instance: Value, _owner: Value) -> PyResult {
        bind(vm, Value::from_gc(this), this.owner.get(), instance)
    }

    #[method]
    fn __set__(vm: &mut Vm, this: Gc<GetSet>, instance: Value, value: Value) -> PyResult<()> {
        let name = vm.intern(name_of(this));
        set(vm, Value::from_gc(this), instance, name, value)
    }

    #[method]
    fn __delete__(vm: &mut Vm, this: Gc<GetSet>, instance: Value) -> PyResult<()> {
        let name = vm.intern(name_of(this));
        set(vm, Value::from_gc(this), instance, name, Value::UNBOUND)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<GetSet>) -> String {
        let class = vm.class_name(vm.expect_class(this.owner.get()));
        format!("<attribute '{}' of '{class}' objects>", name_of(this))
    }

    #[getter]
    fn __objclass__(_vm: &mut Vm, this: Gc<GetSet>) -> Value {
        this.owner.get()
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Gc<GetSet>) -> &'static str {
        name_of(this)
    }

    #[getter]
    fn __qualname__(vm: &mut Vm, this: Gc<GetSet>) -> String {
        qualified(vm, this.owner.get(), name_of(this))
    }

    #[getter]
    fn __doc__(_vm: &mut Vm, this: Gc<GetSet>) -> Option<&'static str> {
        this.decl.get().and_then(|d| d.doc)
    }
}

fn name_of(this: Gc<GetSet>) -> &'static str {
    this.decl.get().map_or("?", |d| d.name)
}

pub struct MemberMethods;

fn member_name(vm: &Vm, this: Gc<Member>) -> Gc<Str> {
    vm.downcast::<Str>(this.name.get()).expect("members have names")
}

#[py_type(name = "member_descriptor", id = ids::MEMBER_DESCRIPTOR, payload = Member)]
impl MemberMethods {
    #[method]
    fn __get__(vm: &mut Vm, this: Gc<Member>, instance: Value, _owner: Value) -> PyResult {
        bind(vm, Value::from_gc(this), this.owner.get(), instance)
    }

    #[method]
    fn __set__(vm: &mut Vm, this: Gc<Member>, instance: Value, value: Value) -> PyResult<()> {
        let name = member_name(vm, this);
        set(vm, Value::from_gc(this), instance, name, value)
    }

    #[method]
    fn __delete__(vm: &mut Vm, this: Gc<Member>, instance: Value) -> PyResult<()> {
        let name = member_name(vm, this);
        set(vm, Value::from_gc(this), instance, name, Value::UNBOUND)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Member>) -> String {
        let class = vm.class_name(vm.expect_class(this.owner.get()));
        format!("<member '{}' of '{class}' objects>", member_name(vm, this).to_message())
    }

    /// A declared slot is pickled by name, like a global.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Member>) -> PyResult {
        let getattr = vm.intern("getattr");
        let f = vm.builtins.and_then(|b| vm.dict_get_str(b, getattr)).unwrap_or(Value::NONE);
        let args = vm.tuple(&[this.owner.get(), this.name.get()])?;
        Ok(Value::from_gc(vm.tuple(&[f, Value::from_gc(args)])?))
    }

    #[getter]
    fn __objclass__(_vm: &mut Vm, this: Gc<Member>) -> Value {
        this.owner.get()
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Gc<Member>) -> Value {
        this.name.get()
    }

    #[getter]
    fn __qualname__(vm: &mut Vm, this: Gc<Member>) -> String {
        let name = member_name(vm, this).to_message();
        qualified(vm, this.owner.get(), &name)
    }

    #[getter]
    fn __doc__(_vm: &mut Vm, _this: Gc<Member>) -> Value {
        Value::NONE
    }
}
