//! `_sha2`: SHA-2 hashes.

use crate::layout;
use crate::support::{add_type, set_int};
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

/// A hash being computed.
#[derive(Clone)]
pub enum Hash {
    Sha224(Sha224),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

macro_rules! each {
    ($hash:expr, $h:ident => $body:expr) => {
        match $hash {
            Hash::Sha224($h) => $body,
            Hash::Sha256($h) => $body,
            Hash::Sha384($h) => $body,
            Hash::Sha512($h) => $body,
        }
    };
}

impl Hash {
    fn digest(&self) -> Vec<u8> {
        each!(self, h => h.clone().finalize().to_vec())
    }
    fn name(&self) -> &'static str {
        match self {
            Hash::Sha224(_) => "sha224",
            Hash::Sha256(_) => "sha256",
            Hash::Sha384(_) => "sha384",
            Hash::Sha512(_) => "sha512",
        }
    }
    fn block_size(&self) -> usize {
        match self {
            Hash::Sha224(_) | Hash::Sha256(_) => 64,
            Hash::Sha384(_) | Hash::Sha512(_) => 128,
        }
    }
}

layout! {
    /// Cell of a hash object.
    HashObject(ids::HASH_OBJECT) {} boxed { hash: Hash }
}

fn make(vm: &mut Vm, hash: Hash, data: Option<Buffer>) -> PyResult {
    let mut hash = hash;
    if let Some(data) = data {
        each!(&mut hash, h => h.update(data.as_slice()));
    }
    let cls = vm.native_class(HashObject::DECL)?;
    let this = vm.alloc_instance::<HashObject>(cls)?;
    this.hash.init(hash);
    Ok(Value::from_gc(this))
}

#[py_type(name = "SHA2Type", module = "_sha2", id = ids::HASH_OBJECT)]
impl HashObject {
    /// Update this hash object's state with the provided string.
    #[method(sig = "($self, obj, /)")]
    fn update(_vm: &mut Vm, this: Gc<HashObject>, obj: Buffer) {
        each!(&mut *this.hash.cell().borrow_mut(), h => h.update(obj.as_slice()));
    }
    /// Return the digest value as a bytes object.
    #[method]
    fn digest(vm: &mut Vm, this: Gc<HashObject>) -> PyResult {
        let digest = this.hash.cell().borrow().digest();
        vm.bytes(&digest).map(Value::from_gc)
    }
    /// Return the digest value as a string of hexadecimal digits.
    #[method]
    fn hexdigest(_vm: &mut Vm, this: Gc<HashObject>) -> String {
        this.hash.cell().borrow().digest().iter().map(|b| format!("{b:02x}")).collect()
    }
    /// Return a copy of the hash object.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<HashObject>) -> PyResult {
        let hash = this.hash.cell().borrow().clone();
        make(vm, hash, None)
    }
    #[getter]
    fn name(_vm: &mut Vm, this: Gc<HashObject>) -> &'static str {
        this.hash.cell().borrow().name()
    }
    #[getter]
    fn digest_size(_vm: &mut Vm, this: Gc<HashObject>) -> usize {
        this.hash.cell().borrow().digest().len()
    }
    #[getter]
    fn block_size(_vm: &mut Vm, this: Gc<HashObject>) -> usize {
        this.hash.cell().borrow().block_size()
    }
}

/// SHA-2 hash functions.
#[native_module(name = "_sha2")]
pub mod module {
    use super::*;

    /// Return a new SHA-224 hash object; optionally initialized with a string.
    #[function(sig = "(data=<unrepresentable>, *, usedforsecurity=True, string=<unrepresentable>)")]
    fn sha224(vm: &mut Vm, data: Option<Buffer>, _secure: bool, string: Option<Buffer>) -> PyResult {
        make(vm, Hash::Sha224(Sha224::new()), data.or(string))
    }
    /// Return a new SHA-256 hash object; optionally initialized with a string.
    #[function(sig = "(data=<unrepresentable>, *, usedforsecurity=True, string=<unrepresentable>)")]
    fn sha256(vm: &mut Vm, data: Option<Buffer>, _secure: bool, string: Option<Buffer>) -> PyResult {
        make(vm, Hash::Sha256(Sha256::new()), data.or(string))
    }
    /// Return a new SHA-384 hash object; optionally initialized with a string.
    #[function(sig = "(data=<unrepresentable>, *, usedforsecurity=True, string=<unrepresentable>)")]
    fn sha384(vm: &mut Vm, data: Option<Buffer>, _secure: bool, string: Option<Buffer>) -> PyResult {
        make(vm, Hash::Sha384(Sha384::new()), data.or(string))
    }
    /// Return a new SHA-512 hash object; optionally initialized with a string.
    #[function(sig = "(data=<unrepresentable>, *, usedforsecurity=True, string=<unrepresentable>)")]
    fn sha512(vm: &mut Vm, data: Option<Buffer>, _secure: bool, string: Option<Buffer>) -> PyResult {
        make(vm, Hash::Sha512(Sha512::new()), data.or(string))
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        add_type(vm, module, HashObject::DECL)?;
        set_int(vm, module, "_GIL_MINSIZE", 2048)
    }
}
