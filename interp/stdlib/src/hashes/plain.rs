//! `_md5`, `_sha1` and `_sha2`: constructors that take data alone.

use super::object::{Md5, Sha1, Sha224, Sha256, Sha384, Sha512};
use super::{GIL_MINSIZE, initial, state};
use crate::support::{set, set_int};
use habu_macros::native_module;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

fn started(vm: &mut Vm, name: &str, data: Option<Value>, string: Option<Value>) -> PyResult<state::Hash> {
    let mut hash = state::start(name);
    if let Some(data) = initial(vm, data, string)? {
        hash.update(data.as_slice());
    }
    Ok(hash)
}

macro_rules! constructor_modules {
    ($($mod:ident = $py:tt { $($function:ident: $type:ident as $entry:tt, $doc:tt;)* })*) => {$(
        #[doc = "Hash functions."]
        #[native_module(name = $py)]
        pub mod $mod {
            use super::*;

            $(
                #[doc = $doc]
                #[function(
                    sig = "(data=<unrepresentable>, *, usedforsecurity=True, string=<unrepresentable>)",
                    text = "(data=b'', *, usedforsecurity=True, string=None)"
                )]
                fn $function(
                    vm: &mut Vm,
                    data: Option<Value>,
                    _secure: Value,
                    string: Option<Value>,
                ) -> PyResult {
                    let hash = started(vm, stringify!($function), data, string)?;
                    $type::make(vm, hash)
                }
            )*

            #[init]
            fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
                $(
                    let cls = vm.native_class($type::DECL)?;
                    set(vm, module, $entry, Value::from_gc(cls))?;
                )*
                set_int(vm, module, "_GIL_MINSIZE", GIL_MINSIZE)
            }
        }
    )*};
}

constructor_modules! {
    md5_module = "_md5" {
        md5: Md5 as "MD5Type", "Return a new MD5 hash object; optionally initialized with a string.";
    }
    sha1_module = "_sha1" {
        sha1: Sha1 as "SHA1Type", "Return a new SHA1 hash object; optionally initialized with a string.";
    }
    sha2_module = "_sha2" {
        sha224: Sha224 as "SHA224Type", "Return a new SHA-224 hash object; optionally initialized with a string.";
        sha256: Sha256 as "SHA256Type", "Return a new SHA-256 hash object; optionally initialized with a string.";
        sha384: Sha384 as "SHA384Type", "Return a new SHA-384 hash object; optionally initialized with a string.";
        sha512: Sha512 as "SHA512Type", "Return a new SHA-512 hash object; optionally initialized with a string.";
    }
}
