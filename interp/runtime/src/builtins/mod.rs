//! Module `builtins`: its functions, by family. Types and exceptions are added by `install`.

mod class;
mod code;
pub mod compile;
mod iterate;
mod numbers;
mod objects;
mod output;

use crate::heap::Gc;
use crate::native::ModuleDecl;
use crate::object::ids;
use crate::types::dict::Dict;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};

/// The families' declarations: together they are the module's functions.
const FAMILIES: &[&ModuleDecl] = &[
    &class::functions::MODULE,
    &code::functions::MODULE,
    &iterate::functions::MODULE,
    &numbers::functions::MODULE,
    &objects::functions::MODULE,
    &output::functions::MODULE,
];

/// Builtin types that are names in `builtins`.
const TYPES: &[crate::heap::ShapeId] = &[
    ids::OBJECT,
    ids::TYPE,
    ids::BOOL,
    ids::INT,
    ids::FLOAT,
    ids::COMPLEX,
    ids::STR,
    ids::BYTES,
    ids::BYTEARRAY,
    ids::MEMORYVIEW,
    ids::TUPLE,
    ids::LIST,
    ids::DICT,
    ids::SET,
    ids::FROZENSET,
    ids::SLICE,
    ids::RANGE,
    ids::PROPERTY,
    ids::CLASSMETHOD,
    ids::STATICMETHOD,
    ids::SUPER,
    ids::ENUMERATE,
    ids::ZIP,
    ids::MAP,
    ids::FILTER,
    ids::REVERSED,
];

/// Fills the globals of module `builtins`.
pub fn install(vm: &mut Vm, globals: Gc<Dict>, module: Value) -> PyResult<()> {
    for family in FAMILIES {
        for decl in family.functions {
            let f = crate::types::native_function::new_function(vm, decl, module)?;
            let name = vm.intern(decl.name);
            vm.dict_set_str(globals, name, f)?;
        }
    }
    for id in TYPES {
        let cls = vm.builtin(*id);
        let name = vm.intern(ids::NAMES[id.0 as usize]);
        vm.dict_set_str(globals, name, Value::from_gc(cls))?;
    }
    for exc in Exc::ALL {
        let cls = vm.exc_class(*exc);
        let name = vm.intern(exc.name());
        vm.dict_set_str(globals, name, Value::from_gc(cls))?;
    }
    let aliases = [("EnvironmentError", Exc::OSError), ("IOError", Exc::OSError)];
    for (name, exc) in aliases {
        let (name, cls) = (vm.intern(name), vm.exc_class(exc));
        vm.dict_set_str(globals, name, Value::from_gc(cls))?;
    }
    let debug = Value::bool(vm.options.optimize == 0);
    let constants = [
        ("None", Value::NONE),
        ("True", Value::TRUE),
        ("False", Value::FALSE),
        ("Ellipsis", Value::ELLIPSIS),
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("__debug__", debug),
    ];
    for (name, v) in constants {
        let name = vm.intern(name);
        vm.dict_set_str(globals, name, v)?;
    }
    Ok(())
}
