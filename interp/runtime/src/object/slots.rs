//! `__slots__`: declared slots become the first inline slots of instances, reached by member descriptors.

use super::class::{Type, flags};
use super::ids;
use crate::heap::Gc;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::vm::{PyResult, Vm};

/// Handles the `__slots__` of a class being made from base `best`; sets `HAS_DICT`, `WEAKREF` and `slot_count`.
pub fn declare(vm: &mut Vm, cls: Gc<Type>, best: Gc<Type>, dict: Gc<Dict>) -> PyResult<()> {
    let key = vm.names.slots;
    // Instances whose length varies have no place for weak references, as in CPython.
    let variable_length = matches!(best.layout.get(), ids::INT | ids::TUPLE | ids::BYTES);
    let Some(slots) = vm.dict_get_str(dict, key) else {
        let weakref = if variable_length { 0 } else { flags::WEAKREF };
        cls.flags.set(cls.flags.get() | flags::HAS_DICT | weakref);
        return Ok(());
    };
    let mut names = vm.rooted_vec();
    if vm.downcast::<Str>(slots).is_some() {
        names.push(slots);
    } else {
        let items = vm.collect(slots)?;
        names.extend_from_slice(&items);
    }
    let variable = variable_length && best.slot_count.get() == 0;
    if variable && names.iter().any(|n| vm.downcast::<Str>(*n).is_some_and(|n| !n.is("__dict__"))) {
        let base = vm.class_name(best);
        return Err(vm.type_error(format!("nonempty __slots__ not supported for subtype of '{base}'")));
    }
    let mut count = best.slot_count.get();
    for i in 0..names.len() {
        let Some(name) = vm.downcast::<Str>(names[i]) else {
            let type_name = vm.type_name(names[i]);
            return Err(vm.type_error(format!("__slots__ items must be strings, not '{type_name}'")));
        };
        let text = name.to_message();
        match text.as_str() {
            "__dict__" => {
                if best.has(flags::HAS_DICT) {
                    return Err(vm.type_error("__dict__ slot disallowed: we already got one"));
                }
                cls.flags.set(cls.flags.get() | flags::HAS_DICT);
            }
            "__weakref__" => {
                if best.has(flags::WEAKREF) {
                    return Err(vm.type_error("__weakref__ slot disallowed: we already got one"));
                }
                cls.flags.set(cls.flags.get() | flags::WEAKREF);
            }
            _ => {
                if !is_identifier(&text) {
                    return Err(vm.type_error("__slots__ must be identifiers"));
                }
                let class_name = vm.class_name(cls);
                let mangled = vm.intern(&mangle(&class_name, &text));
                if vm.dict_get_str(dict, mangled).is_some() {
                    return Err(
                        vm.value_error(format!("'{text}' in __slots__ conflicts with class variable"))
                    );
                }
                let offset = cls.payload.get() as usize + 8 + count as usize * 8;
                let member = crate::types::descriptor::new_member(vm, cls, mangled, offset)?;
                vm.dict_set_str(dict, mangled, member)?;
                count += 1;
            }
        }
    }
    cls.slot_count.set(count);
    Ok(())
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

/// Private name mangling: `__x` in class `C` is `_C__x`.
pub fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || class.is_empty() {
        return name.to_owned();
    }
    format!("_{class}{name}")
}
