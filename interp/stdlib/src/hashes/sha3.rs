//! `_sha3`: SHA-3 and SHAKE classes.

use super::object::hex;
use super::state::{self, Hash};
use super::{GIL_MINSIZE, data_of, initial};
use crate::layout;
use crate::support::{add_type, set_int, set_str};
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::int;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

fn length_of(vm: &mut Vm, v: Value) -> PyResult<usize> {
    /// Longest digest that is given.
    const LIMIT: i64 = 1 << 29;
    let n = vm.index_value(v)?;
    let n = int::as_int(vm, n).unwrap_or(n);
    if int::is_negative(n) {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    if int::to_u64(n).is_none() {
        return Err(vm.overflow_error("Python int too large for C unsigned long"));
    }
    match int::to_i64(n) {
        Some(n) if n < LIMIT => Ok(n as usize),
        _ => Err(vm.value_error("length is too large")),
    }
}

macro_rules! sha3_type {
    ($name:ident, $py:tt, $id:expr, $suffix:expr $(, ($length:ident: $length_type:ty))?) => {
        layout! {
            /// Cell of a hash object.
            $name($id) {} boxed { hash: Hash }
        }

        #[py_type(name = $py, module = "_sha3", id = $id)]
        impl $name {
            #[new(
                sig = "(data=<unrepresentable>, *, usedforsecurity=True, string=<unrepresentable>)",
                text = "(data=b'', *, usedforsecurity=True, string=None)"
            )]
            fn new(
                vm: &mut Vm,
                cls: Gc<Type>,
                data: Option<Value>,
                _secure: Value,
                string: Option<Value>,
            ) -> PyResult<Gc<$name>> {
                let mut hash = state::start($py);
                if let Some(data) = initial(vm, data, string)? {
                    hash.update(data.as_slice());
                }
                let this = vm.alloc_instance::<$name>(cls)?;
                this.hash.init(hash);
                Ok(this)
            }
            /// Update this hash object's state with the provided bytes-like object.
            #[method(sig = "($self, data, /)")]
            fn update(vm: &mut Vm, this: Gc<$name>, data: Value) -> PyResult<()> {
                let data = data_of(vm, data)?;
                this.hash.cell().borrow_mut().update(data.as_slice());
                Ok(())
            }
            /// Return the digest value as a bytes object.
            #[method]
            fn digest(vm: &mut Vm, this: Gc<$name> $(, $length: $length_type)?) -> PyResult {
                #[allow(unused_mut, unused_assignments, reason = "only some digests have a length")]
                let mut wanted = 0;
                $(wanted = length_of(vm, $length)?;)?
                let digest = this.hash.cell().borrow().digest(wanted);
                vm.bytes_value(&digest)
            }
            /// Return the digest value as a string of hexadecimal digits.
            #[method]
            fn hexdigest(vm: &mut Vm, this: Gc<$name> $(, $length: $length_type)?) -> PyResult {
                #[allow(unused_mut, unused_assignments, reason = "only some digests have a length")]
                let mut wanted = 0;
                $(wanted = length_of(vm, $length)?;)?
                let text = hex(&this.hash.cell().borrow().digest(wanted));
                vm.str(&text).map(Value::from_gc)
            }
            /// Return a copy of the hash object.
            #[method]
            fn copy(vm: &mut Vm, this: Gc<$name>) -> PyResult<Gc<$name>> {
                let hash = this.hash.cell().borrow().clone();
                let cls = vm.native_class($name::DECL)?;
                let made = vm.alloc_instance::<$name>(cls)?;
                made.hash.init(hash);
                Ok(made)
            }
            #[getter]
            fn name(_vm: &mut Vm, this: Gc<$name>) -> &'static str {
                this.hash.cell().borrow().facts().0
            }
            #[getter]
            fn digest_size(_vm: &mut Vm, this: Gc<$name>) -> usize {
                this.hash.cell().borrow().facts().1
            }
            #[getter]
            fn block_size(_vm: &mut Vm, this: Gc<$name>) -> usize {
                this.hash.cell().borrow().facts().2
            }
            #[getter(name = "_rate_bits")]
            fn rate_bits(_vm: &mut Vm, this: Gc<$name>) -> usize {
                this.hash.cell().borrow().facts().2 * 8
            }
            #[getter(name = "_capacity_bits")]
            fn capacity_bits(_vm: &mut Vm, this: Gc<$name>) -> usize {
                1600 - this.hash.cell().borrow().facts().2 * 8
            }
            #[getter(name = "_suffix")]
            fn suffix(vm: &mut Vm, _this: Gc<$name>) -> PyResult {
                vm.bytes_value(&[$suffix])
            }
        }
    };
}

sha3_type!(Sha3x224, "sha3_224", ids::HASH_SHA3_224, 6);
sha3_type!(Sha3x256, "sha3_256", ids::HASH_SHA3_256, 6);
sha3_type!(Sha3x384, "sha3_384", ids::HASH_SHA3_384, 6);
sha3_type!(Sha3x512, "sha3_512", ids::HASH_SHA3_512, 6);
sha3_type!(Shake128, "shake_128", ids::HASH_SHAKE_128, 0x1f, (length: Value));
sha3_type!(Shake256, "shake_256", ids::HASH_SHAKE_256, 0x1f, (length: Value));

/// SHA-3 hash functions.
#[native_module(name = "_sha3")]
pub mod module {
    use super::*;

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        for decl in
            [Sha3x224::DECL, Sha3x256::DECL, Sha3x384::DECL, Sha3x512::DECL, Shake128::DECL, Shake256::DECL]
        {
            add_type(vm, module, decl)?;
        }
        set_int(vm, module, "_GIL_MINSIZE", GIL_MINSIZE)?;
        set_str(vm, module, "implementation", "RustCrypto")
    }
}
