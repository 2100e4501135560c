//! Assignment to `__class__`.

use crate::heap::Gc;
use crate::object::class::flags;
use crate::object::instance::shape_of;
use crate::object::{Type, ids};
use crate::types::module::Module;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// Makes `v` an instance of another class of the same layout; its attributes stay.
pub fn assign(vm: &mut Vm, v: Value, class: Value) -> PyResult<()> {
    let Some(new) = vm.as_class(class) else {
        let got = vm.type_name(class);
        return Err(vm.type_error(format!("__class__ must be set to a class, not '{got}' object")));
    };
    let old = vm.class_of(v);
    if old == new {
        return Ok(());
    }
    let is_module = vm.downcast::<Module>(v).is_some();
    if !is_module && (old.has(flags::IMMUTABLE) || new.has(flags::IMMUTABLE)) {
        return Err(
            vm.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses")
        );
    }
    if !compatible(vm, old, new) {
        let (new, old) = (vm.class_name(new), vm.class_name(old));
        return Err(
            vm.type_error(format!("__class__ assignment: '{new}' object layout differs from '{old}'"))
        );
    }
    let header = v.as_header().expect("instances of classes that can change are cells");
    let own = old.has(flags::HAS_DICT) && !is_module;
    if own {
        vm.instance_dict(header)?;
    }
    let from = shape_of(header);
    let to = vm.shapes.sibling(&mut vm.heap, from, new, own);
    // SAFETY: the cell is live, and both shapes have the same layout.
    unsafe { header.as_ref() }.id.set(to);
    if new.has(flags::HAS_DEL) && !old.has(flags::HAS_DEL) {
        vm.heap.finalizer_register(header);
    }
    Ok(())
}

/// Same native layout, same declared slots, both with or both without a dict.
fn compatible(vm: &mut Vm, a: Gc<Type>, b: Gc<Type>) -> bool {
    if a.layout.get() != b.layout.get() || a.payload.get() != b.payload.get() {
        return false;
    }
    // A module's attributes are in its globals: the object itself has no more than declared slots.
    if a.layout.get() == ids::MODULE && a.slot_count.get() == 0 && b.slot_count.get() == 0 {
        return true;
    }
    let same = flags::HAS_DICT | flags::SLOTTED;
    if a.flags.get() & same != b.flags.get() & same || a.slot_count.get() != b.slot_count.get() {
        return false;
    }
    a.slot_count.get() == 0 || declared(vm, a) == declared(vm, b)
}

/// Names of the declared slots, by offset.
fn declared(vm: &mut Vm, cls: Gc<Type>) -> Vec<(usize, String)> {
    let mut slots = Vec::new();
    for class in cls.mro_items() {
        let class = vm.expect_class(*class);
        let Some(dict) = class.dict.get() else { continue };
        let mut at = 0;
        while let Some((_, v)) = vm.dict_next(dict, &mut at) {
            if let Some(member) = vm.exact::<crate::types::descriptor::Member>(v)
                && let Some(name) = vm.downcast::<crate::types::str::Str>(member.name.get())
            {
                slots.push((member.offset.get(), name.to_message()));
            }
        }
    }
    slots.sort();
    slots
}
