//! The Python types of weak proxies: every operation goes to the object, while it lives.

use super::{WeakRef, target};
use crate::heap::Gc;
use crate::object::ids;
use crate::protocol::{BinaryOp, CmpOp, UnaryOp};
use crate::types::dict::Dict;
use crate::types::object::{address, attribute_name};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use habu_macros::py_type;

/// The object behind a proxy: ReferenceError once it is dead. `None`: `v` is no proxy.
pub fn target_of(vm: &mut Vm, v: Value) -> PyResult<Option<Value>> {
    if !matches!(id_of(v), ids::WEAK_PROXY | ids::WEAK_CALLABLE_PROXY) {
        return Ok(None);
    }
    // SAFETY: both ids are laid out as `WeakRef`.
    let weak: Gc<WeakRef> = unsafe { Gc::from_header(v.as_header().expect("proxies are cells")) };
    match target(weak) {
        Some(v) => Ok(Some(v)),
        None => Err(vm.reference_error("weakly-referenced object no longer exists")),
    }
}

/// The object behind `v`, or `v` itself.
fn live(vm: &mut Vm, v: Value) -> PyResult {
    Ok(target_of(vm, v)?.unwrap_or(v))
}

fn binary(vm: &mut Vm, op: BinaryOp, a: Value, b: Value) -> PyResult {
    let (a, b) = (live(vm, a)?, live(vm, b)?);
    vm.binary(op, a, b)
}

fn inplace(vm: &mut Vm, op: BinaryOp, a: Value, b: Value) -> PyResult {
    let (a, b) = (live(vm, a)?, live(vm, b)?);
    vm.inplace(op, a, b)
}

macro_rules! proxy_type {
    ($name:ident, $py:tt, $id:expr, { $($more:tt)* }) => {
        pub struct $name;

        #[py_type(name = $py, module = "weakref", id = $id, payload = WeakRef)]
        impl $name {
            $($more)*

            #[method]
            fn __getattribute__(vm: &mut Vm, this: Value, name: Value) -> PyResult {
                let name = attribute_name(vm, name)?;
                let v = live(vm, this)?;
                vm.get_attr(v, name)
            }

            #[method]
            fn __setattr__(vm: &mut Vm, this: Value, name: Value, value: Value) -> PyResult<()> {
                let name = attribute_name(vm, name)?;
                let v = live(vm, this)?;
                vm.set_attr(v, name, value)
            }

            #[method]
            fn __delattr__(vm: &mut Vm, this: Value, name: Value) -> PyResult<()> {
                let name = attribute_name(vm, name)?;
                let v = live(vm, this)?;
                vm.del_attr(v, name)
            }

            #[method]
            fn __str__(vm: &mut Vm, this: Value) -> PyResult<Gc<Str>> {
                let v = live(vm, this)?;
                vm.to_str(v)
            }

            #[method]
            fn __repr__(vm: &mut Vm, this: Value) -> String {
                // SAFETY: the receiver is a proxy.
                let weak: Gc<WeakRef> = unsafe { Gc::from_header(this.as_header().expect("proxies are cells")) };
                match target(weak) {
                    Some(v) => {
                        let class = vm.type_name(v);
                        format!("<weakproxy at {:#x}; to '{class}' at {:#x}>", address(this), address(v))
                    }
                    None => format!("<weakproxy at {:#x}; dead>", address(this)),
                }
            }

            #[method]
            fn __bool__(vm: &mut Vm, this: Value) -> PyResult<bool> {
                let v = live(vm, this)?;
                vm.truth(v)
            }

            #[method]
            fn __len__(vm: &mut Vm, this: Value) -> PyResult<usize> {
                let v = live(vm, this)?;
                vm.len(v)
            }

            #[method]
            fn __getitem__(vm: &mut Vm, this: Value, key: Value) -> PyResult {
                let v = live(vm, this)?;
                vm.get_item(v, key)
            }

            #[method]
            fn __setitem__(vm: &mut Vm, this: Value, key: Value, value: Value) -> PyResult<()> {
                let v = live(vm, this)?;
                vm.set_item(v, key, value)
            }

            #[method]
            fn __delitem__(vm: &mut Vm, this: Value, key: Value) -> PyResult<()> {
                let v = live(vm, this)?;
                vm.del_item(v, key)
            }

            #[method]
            fn __contains__(vm: &mut Vm, this: Value, key: Value) -> PyResult<bool> {
                let v = live(vm, this)?;
                vm.contains(v, key)
            }

            #[method]
            fn __iter__(vm: &mut Vm, this: Value) -> PyResult {
                let v = live(vm, this)?;
                vm.get_iter(v)
            }

            #[method]
            fn __next__(vm: &mut Vm, this: Value) -> PyResult {
                let v = live(vm, this)?;
                match vm.iter_next(v)? {
                    Some(item) => Ok(item),
                    None => Err(vm.stop_iteration(Value::NONE)),
                }
            }

            #[method]
            fn __reversed__(vm: &mut Vm, this: Value) -> PyResult {
                let v = live(vm, this)?;
                vm.call_method(v, "__reversed__", &[])
            }

            #[method]
            fn __bytes__(vm: &mut Vm, this: Value) -> PyResult {
                let v = live(vm, this)?;
                vm.call_method(v, "__bytes__", &[])
            }

            #[method]
            fn __int__(vm: &mut Vm, this: Value) -> PyResult {
                let v = live(vm, this)?;
                vm.call_method(v, "__int__", &[])
            }

            #[method]
            fn __float__(vm: &mut Vm, this: Value) -> PyResult {
                let v = live(vm, this)?;
                vm.call_method(v, "__float__", &[])
            }

            #[method]
            fn __index__(vm: &mut Vm, this: Value) -> PyResult {
                let v = live(vm, this)?;
                vm.index_value(v)
            }


            #[method]
            fn __add__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Add, this, value)
            }

            #[method]
            fn __radd__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Add, value, this)
            }

            #[method]
            fn __sub__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Sub, this, value)
            }

            #[method]
            fn __rsub__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Sub, value, this)
            }

            #[method]
            fn __mul__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Mul, this, value)
            }

            #[method]
            fn __rmul__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Mul, value, this)
            }

            #[method]
            fn __truediv__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::TrueDiv, this, value)
            }

            #[method]
            fn __rtruediv__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::TrueDiv, value, this)
            }

            #[method]
            fn __floordiv__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::FloorDiv, this, value)
            }

            #[method]
            fn __rfloordiv__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::FloorDiv, value, this)
            }

            #[method]
            fn __mod__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Mod, this, value)
            }

            #[method]
            fn __rmod__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Mod, value, this)
            }

            #[method]
            fn __pow__(vm: &mut Vm, this: Value, value: Value, _mod: Value) -> PyResult {
                binary(vm, BinaryOp::Pow, this, value)
            }

            #[method]
            fn __rpow__(vm: &mut Vm, this: Value, value: Value, _mod: Value) -> PyResult {
                binary(vm, BinaryOp::Pow, value, this)
            }

            #[method]
            fn __matmul__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::MatMul, this, value)
            }

            #[method]
            fn __rmatmul__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::MatMul, value, this)
            }

            #[method]
            fn __lshift__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::LShift, this, value)
            }

            #[method]
            fn __rlshift__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::LShift, value, this)
            }

            #[method]
            fn __rshift__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::RShift, this, value)
            }

            #[method]
            fn __rrshift__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::RShift, value, this)
            }

            #[method]
            fn __and__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::And, this, value)
            }

            #[method]
            fn __rand__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::And, value, this)
            }

            #[method]
            fn __or__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Or, this, value)
            }

            #[method]
            fn __ror__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Or, value, this)
            }

            #[method]
            fn __xor__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Xor, this, value)
            }

            #[method]
            fn __rxor__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::Xor, value, this)
            }

            #[method]
            fn __divmod__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::DivMod, this, value)
            }

            #[method]
            fn __rdivmod__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                binary(vm, BinaryOp::DivMod, value, this)
            }

            #[method]
            fn __iadd__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::Add, this, value)
            }

            #[method]
            fn __isub__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::Sub, this, value)
            }

            #[method]
            fn __imul__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::Mul, this, value)
            }

            #[method]
            fn __itruediv__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::TrueDiv, this, value)
            }

            #[method]
            fn __ifloordiv__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::FloorDiv, this, value)
            }

            #[method]
            fn __imod__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::Mod, this, value)
            }

            #[method]
            fn __ipow__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::Pow, this, value)
            }

            #[method]
            fn __imatmul__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::MatMul, this, value)
            }

            #[method]
            fn __ilshift__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::LShift, this, value)
            }

            #[method]
            fn __irshift__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::RShift, this, value)
            }

            #[method]
            fn __iand__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::And, this, value)
            }

            #[method]
            fn __ior__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::Or, this, value)
            }

            #[method]
            fn __ixor__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                inplace(vm, BinaryOp::Xor, this, value)
            }

            #[method]
            fn __neg__(vm: &mut Vm, this: Value) -> PyResult {
                let v = live(vm, this)?;
                vm.unary(UnaryOp::Neg, v)
            }

            #[method]
            fn __pos__(vm: &mut Vm, this: Value) -> PyResult {
                let v = live(vm, this)?;
                vm.unary(UnaryOp::Pos, v)
            }

            #[method]
            fn __invert__(vm: &mut Vm, this: Value) -> PyResult {
                let v = live(vm, this)?;
                vm.unary(UnaryOp::Invert, v)
            }

            #[method]
            fn __abs__(vm: &mut Vm, this: Value) -> PyResult {
                let v = live(vm, this)?;
                vm.unary(UnaryOp::Abs, v)
            }

            #[method]
            fn __lt__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                let (a, b) = (live(vm, this)?, live(vm, value)?);
                vm.rich_compare(a, b, CmpOp::Lt)
            }

            #[method]
            fn __le__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                let (a, b) = (live(vm, this)?, live(vm, value)?);
                vm.rich_compare(a, b, CmpOp::Le)
            }

            #[method]
            fn __eq__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                let (a, b) = (live(vm, this)?, live(vm, value)?);
                vm.rich_compare(a, b, CmpOp::Eq)
            }

            #[method]
            fn __ne__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                let (a, b) = (live(vm, this)?, live(vm, value)?);
                vm.rich_compare(a, b, CmpOp::Ne)
            }

            #[method]
            fn __gt__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                let (a, b) = (live(vm, this)?, live(vm, value)?);
                vm.rich_compare(a, b, CmpOp::Gt)
            }

            #[method]
            fn __ge__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                let (a, b) = (live(vm, this)?, live(vm, value)?);
                vm.rich_compare(a, b, CmpOp::Ge)
            }
        }
    };
}

proxy_type!(Proxies, "ProxyType", ids::WEAK_PROXY, {});
proxy_type!(CallableProxies, "CallableProxyType", ids::WEAK_CALLABLE_PROXY, {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(vm: &mut Vm, this: Value, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        let v = live(vm, this)?;
        vm.call_dict(v, args.items(), kwargs)
    }
});
