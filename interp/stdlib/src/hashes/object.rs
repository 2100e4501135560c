//! The types of hash objects: one a module function, all over the same state.

use super::data_of;
use super::state::Hash;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Digits of a digest.
pub fn hex(digest: &[u8]) -> String {
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

macro_rules! hash_type {
    ($name:ident, $py:tt, $module:tt, $id:expr) => {
        layout! {
            /// Cell of a hash object.
            $name($id) {} boxed { hash: Hash }
        }

        impl $name {
            /// A hash object that goes on with this state.
            pub fn make(vm: &mut Vm, hash: Hash) -> PyResult {
                let cls = vm.native_class($name::DECL)?;
                let this = vm.alloc_instance::<$name>(cls)?;
                this.hash.init(hash);
                Ok(Value::from_gc(this))
            }
        }

        #[py_type(name = $py, module = $module, id = $id)]
        impl $name {
            /// Update this hash object's state with the provided string.
            #[method(sig = "($self, obj, /)")]
            fn update(vm: &mut Vm, this: Gc<$name>, obj: Value) -> PyResult<()> {
                let data = data_of(vm, obj)?;
                this.hash.cell().borrow_mut().update(data.as_slice());
                Ok(())
            }
            /// Return the digest value as a bytes object.
            #[method]
            fn digest(vm: &mut Vm, this: Gc<$name>) -> PyResult {
                let digest = this.hash.cell().borrow().digest(0);
                vm.bytes_value(&digest)
            }
            /// Return the digest value as a string of hexadecimal digits.
            #[method]
            fn hexdigest(_vm: &mut Vm, this: Gc<$name>) -> String {
                hex(&this.hash.cell().borrow().digest(0))
            }
            /// Return a copy of the hash object.
            #[method]
            fn copy(vm: &mut Vm, this: Gc<$name>) -> PyResult {
                let hash = this.hash.cell().borrow().clone();
                $name::make(vm, hash)
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
        }
    };
}

hash_type!(Md5, "md5", "_md5", ids::HASH_MD5);
hash_type!(Sha1, "sha1", "_sha1", ids::HASH_SHA1);
hash_type!(Sha224, "SHA224Type", "_sha2", ids::HASH_SHA224);
hash_type!(Sha256, "SHA256Type", "_sha2", ids::HASH_SHA256);
hash_type!(Sha384, "SHA384Type", "_sha2", ids::HASH_SHA384);
hash_type!(Sha512, "SHA512Type", "_sha2", ids::HASH_SHA512);
