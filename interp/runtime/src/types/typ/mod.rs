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
    let name = full_name(vm, cls)?;
    Ok(name.strip_prefix("__main__.").map_or_else(|| name.clone(), str::to_owned))
}

/// `__qualname__`, with the module in front unless that is `builtins`.
pub fn full_name(vm: &mut Vm, cls: Gc<Type>) -> PyResult<String> {
    let name = cls.qualname.get().map_or_else(String::new, |n| n.to_message());
    let module = module_of(vm, cls)?;
    Ok(match vm.downcast::<Str>(module) {
        Some(module) if !module.is("builtins") => format!("{}.{name}", module.to_message()),
        _ => name,
    })
}

/// Names of classes can be encoded.
pub fn check_text(vm: &mut Vm, text: Gc<Str>) -> PyResult<()> {
    if !text.is_ascii() {
        vm.encode_with(text, crate::codecs::Codec::Utf8, &crate::codecs::Errors::Strict)?;
    }
    Ok(())
}
