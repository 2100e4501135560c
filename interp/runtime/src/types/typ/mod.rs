//! `type`: making classes, and what Python sees of them.

mod attributes;
mod bases;
mod call;
mod methods;
mod new;

pub use new::{calculate_metaclass, class_new};

use crate::heap::Gc;
use crate::object::Type;
use crate::object::class::flags;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// `__module__` of a class: `None` if it has none.
pub fn module_of(vm: &mut Vm, cls: Gc<Type>) -> PyResult {
    if cls.has(flags::HEAP) {
        let key = vm.names.module;
        let found = cls.dict.get().and_then(|d| vm.dict_get_str(d, key));
        return Ok(found.unwrap_or(Value::NONE));
    }
    let module = cls.decl.get().map_or("builtins", |d| d.module);
    Ok(Value::from_gc(vm.intern(module)))
}

/// As `full_name`, without the module `__main__`: how messages name a class in full.
pub fn message_name(vm: &mut Vm, cls: Gc<Type>) -> PyResult<String> {
    full_name_but_in(vm, cls, "__main__")
}

/// `__qualname__`, with the module in front unless that is `builtins`.
pub fn full_name(vm: &mut Vm, cls: Gc<Type>) -> PyResult<String> {
    full_name_but_in(vm, cls, "builtins")
}

/// The same with a second module that is not told.
fn full_name_but_in(vm: &mut Vm, cls: Gc<Type>, silent: &str) -> PyResult<String> {
    let module = module_of(vm, cls)?;
    let name = cls.qualname.get();
    let mut full = match vm.downcast::<Str>(module) {
        Some(module) if !module.is("builtins") && !module.is(silent) => {
            let mut full = String::with_capacity(module.len() + name.map_or(0, |n| n.len()) + 1);
            full.push_str(&module.to_message());
            full.push('.');
            full
        }
        _ => String::new(),
    };
    if let Some(name) = name {
        name.units().push_escaped(&mut full);
    }
    Ok(full)
}

/// Names of classes can be encoded.
pub fn check_text(vm: &mut Vm, text: Gc<Str>) -> PyResult<()> {
    if !text.is_ascii() {
        vm.encode_with(text, crate::codecs::Codec::Utf8, &crate::codecs::Errors::Strict)?;
    }
    Ok(())
}
