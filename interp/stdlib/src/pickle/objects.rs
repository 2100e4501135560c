//! Loading: making objects.

use super::globals::{self, unpickling_error};
use super::input::array;
use super::load::wrong;
use super::op;
use super::save::attribute;
use super::unpickler::{Unpickler, find};
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};

#[cold]
pub fn no_persistent_load(vm: &mut Vm) -> Raised {
    unpickling_error(
        vm,
        "A load persistent id instruction was encountered, but no persistent_load function was specified.",
    )
}

/// `f(*args)`
pub fn reduce(vm: &mut Vm, f: Value, args: Value) -> PyResult {
    match vm.downcast::<Tuple>(args) {
        Some(args) => vm.call(f, args.items()),
        None => {
            let got = vm.type_name(args);
            Err(vm.type_error(format!("argument list must be a tuple, not {got}")))
        }
    }
}

/// `cls.__new__(cls, *args, **kwargs)`
pub fn new(vm: &mut Vm, code: &str, cls: Value, args: Value, kwargs: Option<Value>) -> PyResult {
    if vm.as_class(cls).is_none() {
        return Err(wrong(vm, &format!("{code} class argument"), "a type", cls));
    }
    let Some(positional) = vm.downcast::<Tuple>(args) else {
        return Err(wrong(vm, &format!("{code} args argument"), "a tuple", args));
    };
    let keywords = match kwargs {
        None => Vec::new(),
        Some(kwargs) => match vm.downcast::<Dict>(kwargs) {
            Some(kwargs) => crate::support::keywords(vm, kwargs),
            None => return Err(wrong(vm, &format!("{code} kwargs argument"), "a dict", kwargs)),
        },
    };
    let mut all = vm.rooted_vec();
    all.push(cls);
    all.extend_from_slice(positional.items());
    let make = vm.get_attr_str(cls, "__new__")?;
    vm.call_kw(make, &all, &keywords)
}

/// Instances of what may be a class of Python 2's old kind: without arguments `__init__` is not called.
pub fn instantiate(vm: &mut Vm, cls: Value, args: &[Value]) -> PyResult {
    if args.is_empty() && vm.as_class(cls).is_some() && attribute(vm, cls, "__getinitargs__")?.is_none() {
        let make = vm.get_attr_str(cls, "__new__")?;
        return vm.call(make, &[cls]);
    }
    vm.call(cls, args)
}

/// What `copyreg.add_extension` registered under the code that is read.
pub fn extension(vm: &mut Vm, this: Gc<Unpickler>, opcode: u8) -> PyResult {
    let code: i64 = match opcode {
        op::EXT1 => {
            let [code] = array(vm, this)?;
            code.into()
        }
        op::EXT2 => u16::from_le_bytes(array(vm, this)?).into(),
        _ => i32::from_le_bytes(array(vm, this)?).into(),
    };
    if code <= 0 {
        return Err(unpickling_error(vm, "EXT specifies code <= 0"));
    }
    let tables = globals::get(vm)?;
    let key = Value::small(code);
    if let Some(found) = vm.dict_get(tables.extension_cache, key)? {
        return Ok(found);
    }
    let Some(entry) = vm.dict_get(tables.inverted_registry, key)? else {
        return Err(vm.value_error(format!("unregistered extension code {code}")));
    };
    let Some(&[module, name]) = vm.downcast::<Tuple>(entry).as_deref().map(Tuple::items) else {
        return Err(vm.value_error(format!("_inverted_registry[{code}] isn't a 2-tuple of strings")));
    };
    let found = find(vm, this, module, name)?;
    vm.dict_set(tables.extension_cache, key, found)?;
    Ok(found)
}
