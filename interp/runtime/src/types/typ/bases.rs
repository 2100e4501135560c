//! Assignment to `__bases__`.

use crate::heap::Gc;
use crate::object::Type;
use crate::object::class::flags;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// Gives a class other bases of the same layout.
pub fn assign(vm: &mut Vm, cls: Gc<Type>, value: Value) -> PyResult<()> {
    let name = vm.class_name(cls);
    if !cls.has(flags::HEAP) {
        return Err(vm.type_error(format!("cannot set '__bases__' attribute of immutable type '{name}'")));
    }
    let Some(bases) = vm.downcast::<Tuple>(value) else {
        let got = vm.type_name(value);
        return Err(vm.type_error(format!("can only assign tuple to {name}.__bases__, not {got}")));
    };
    if bases.is_empty() {
        return Err(vm.type_error(format!("can only assign non-empty tuple to {name}.__bases__, not ()")));
    }
    for base in bases.items() {
        let Some(base) = vm.as_class(*base) else {
            let got = vm.type_name(*base);
            return Err(vm.type_error(format!("{name}.__bases__ must be tuple of classes, not '{got}'")));
        };
        if base.is_subtype(cls) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let best = vm.best_base(bases.items())?;
    let old = cls.base.get().expect("only object has no base");
    if best.layout.get() != old.layout.get()
        || best.payload.get() != old.payload.get()
        || best.slot_count.get() != old.slot_count.get()
        || (best.flags.get() ^ old.flags.get()) & flags::HAS_DICT != 0 && !cls.has(flags::HAS_DICT)
    {
        let (new, old) = (vm.class_name(best), vm.class_name(old));
        return Err(
            vm.type_error(format!("__bases__ assignment: '{new}' object layout differs from '{old}'"))
        );
    }
    let before = (cls.bases.get(), cls.mro.get());
    cls.bases.set(&mut vm.heap, cls.header(), Some(bases));
    cls.base.set(&mut vm.heap, cls.header(), Some(best));
    if let Err(raised) = reorder(vm, cls) {
        cls.bases.set(&mut vm.heap, cls.header(), before.0);
        cls.base.set(&mut vm.heap, cls.header(), Some(old));
        cls.mro.set(&mut vm.heap, cls.header(), before.1);
        return Err(raised);
    }
    for base in before.0.iter().flat_map(|t| t.items()) {
        let base = vm.expect_class(*base);
        if let Some(list) = vm.subclasses.get_mut(&base.addr()) {
            list.retain(|c| *c != cls);
        }
    }
    for base in bases.items() {
        let base = vm.expect_class(*base);
        vm.subclasses.entry(base.addr()).or_default().push(cls);
    }
    vm.class_changed(cls);
    Ok(())
}

/// Recomputes the resolution orders of a class and all that derive from it.
fn reorder(vm: &mut Vm, cls: Gc<Type>) -> PyResult<()> {
    let order = crate::object::linearize(vm, cls)?;
    let order = vm.tuple(&order)?;
    cls.mro.set(&mut vm.heap, cls.header(), Some(order));
    for sub in vm.subclasses.get(&cls.addr()).cloned().unwrap_or_default() {
        reorder(vm, sub)?;
    }
    Ok(())
}
