//! `_blake2`: BLAKE2 with all its parameters.

use super::object::hex;
use super::state::Hash;
use super::{GIL_MINSIZE, data_of, initial};
use crate::layout;
use crate::support::{add_type, set_int};
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::int;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// What a constructor is given besides data.
struct Parameters {
    digest_size: usize,
    key: Option<Buffer>,
    salt: Option<Buffer>,
    person: Option<Buffer>,
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
    last_node: bool,
}

/// Sizes of a variant.
struct Limits {
    name: &'static str,
    digest: i64,
    key: usize,
    salt: usize,
    node_offset: u64,
}

const B: Limits = Limits { name: "Blake2b", digest: 64, key: 64, salt: 16, node_offset: u64::MAX };
const S: Limits = Limits { name: "Blake2s", digest: 32, key: 32, salt: 8, node_offset: (1 << 48) - 1 };

fn unsigned(vm: &mut Vm, v: Value) -> PyResult<u64> {
    let n = vm.index_value(v)?;
    let n = int::as_int(vm, n).unwrap_or(n);
    if int::is_negative(n) {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    match int::to_u64(n) {
        Some(n) => Ok(n),
        None => Err(vm.overflow_error("Python int too large for C unsigned long long")),
    }
}

/// Checks `args`: digest_size, key, salt, person, fanout, depth, leaf_size, node_offset, node_depth, inner_size, last_node.
fn parameters(vm: &mut Vm, limits: &Limits, args: &[Value]) -> PyResult<Parameters> {
    let &[
        digest_size,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size,
        last,
    ] = args
    else {
        return Err(vm.system_error("bad call of a BLAKE2 constructor"));
    };
    let digest = if digest_size.is_unbound() { limits.digest } else { vm.index(digest_size)? };
    if !(1..=limits.digest).contains(&digest) {
        let (name, most) = (limits.name, limits.digest);
        return Err(vm.value_error(format!(
            "digest_size for {name} must be between 1 and {most} bytes, here it is {digest}"
        )));
    }
    let mut buffer = |v: Value, what: &str, most: usize| -> PyResult<Option<Buffer>> {
        if v.is_unbound() {
            return Ok(None);
        }
        let buffer = vm.buffer(v)?;
        if buffer.len() > most {
            return Err(vm.value_error(format!("maximum {what} length is {most} bytes")));
        }
        Ok(Some(buffer))
    };
    let salt = buffer(salt, "salt", limits.salt)?;
    let person = buffer(person, "person", limits.salt)?;
    let fanout = vm.index(fanout)?;
    let Ok(fanout) = u8::try_from(fanout) else {
        return Err(vm.value_error("fanout must be between 0 and 255"));
    };
    let depth = vm.index(depth)?;
    let Some(depth) = u8::try_from(depth).ok().filter(|d| *d > 0) else {
        return Err(vm.value_error("depth must be between 1 and 255"));
    };
    let leaf = unsigned(vm, leaf_size)?;
    let Ok(leaf_size) = u32::try_from(leaf) else { return Err(vm.overflow_error("leaf_size is too large")) };
    let node_offset = unsigned(vm, node_offset)?;
    if node_offset > limits.node_offset {
        return Err(vm.overflow_error("node_offset is too large"));
    }
    let node_depth = vm.index(node_depth)?;
    let Ok(node_depth) = u8::try_from(node_depth) else {
        return Err(vm.value_error("node_depth must be between 0 and 255"));
    };
    let inner = vm.index(inner_size)?;
    if !(0..=limits.digest).contains(&inner) {
        return Err(vm.value_error(format!("inner_size must be between 0 and is {}", limits.digest)));
    }
    let key = if key.is_unbound() {
        None
    } else {
        let buffer = vm.buffer(key)?;
        if buffer.len() > limits.key {
            return Err(vm.value_error(format!("maximum key length is {} bytes", limits.key)));
        }
        Some(buffer)
    };
    Ok(Parameters {
        digest_size: digest as usize,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size: inner as usize,
        last_node: vm.truth(last)?,
    })
}

macro_rules! with_parameters {
    ($krate:ident, $variant:ident, $p:expr) => {{
        let p = $p;
        let mut params = $krate::Params::new();
        params.hash_length(p.digest_size).fanout(p.fanout).max_depth(p.depth).max_leaf_length(p.leaf_size);
        params.node_offset(p.node_offset).node_depth(p.node_depth).inner_hash_length(p.inner_size);
        params.last_node(p.last_node);
        if let Some(key) = p.key {
            params.key(key.as_slice());
        }
        if let Some(salt) = p.salt {
            params.salt(salt.as_slice());
        }
        if let Some(person) = p.person {
            params.personal(person.as_slice());
        }
        Hash::$variant(Box::new(params.to_state()), p.digest_size)
    }};
}

macro_rules! blake2_type {
    ($name:ident, $py:tt, $id:expr, $limits:expr, $krate:ident, $variant:ident) => {
        layout! {
            /// Cell of a hash object.
            $name($id) {} boxed { hash: Hash }
        }

        /// Return a new BLAKE2 hash object.
        #[py_type(name = $py, module = "_blake2", id = $id)]
        impl $name {
            #[new(
                sig = "(data=<unrepresentable>, /, *, digest_size=<unrepresentable>, key=<unrepresentable>, salt=<unrepresentable>, person=<unrepresentable>, fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=<unrepresentable>)"
            )]
            fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<$name>> {
                let given = |v: Value| v.bound();
                let data = initial(vm, given(args[1]), given(args[14]))?;
                let parameters = parameters(vm, &$limits, &args[2..13])?;
                let mut hash = with_parameters!($krate, $variant, parameters);
                if let Some(data) = data {
                    hash.update(data.as_slice());
                }
                let cls = vm.expect_class(args[0]);
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
        }
    };
}

blake2_type!(Blake2b, "blake2b", ids::HASH_BLAKE2B, B, blake2b_simd, Blake2b);
blake2_type!(Blake2s, "blake2s", ids::HASH_BLAKE2S, S, blake2s_simd, Blake2s);

/// _blake2b provides BLAKE2b for hashlib
#[native_module(name = "_blake2")]
pub mod module {
    use super::*;

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        for (decl, letter, limits) in [(Blake2b::DECL, "B", B), (Blake2s::DECL, "S", S)] {
            let cls = add_type(vm, module, decl)?;
            let dict = cls.dict.get().expect("classes have a dict");
            let sizes = [
                ("SALT_SIZE", limits.salt),
                ("PERSON_SIZE", limits.salt),
                ("MAX_KEY_SIZE", limits.key),
                ("MAX_DIGEST_SIZE", limits.digest as usize),
            ];
            for (name, n) in sizes {
                let key = vm.intern(name);
                vm.dict_set_str(dict, key, Value::small(n as i64))?;
                set_int(vm, module, &format!("BLAKE2{letter}_{name}"), n as i64)?;
            }
            vm.class_changed(cls);
        }
        set_int(vm, module, "_GIL_MINSIZE", GIL_MINSIZE)
    }
}
