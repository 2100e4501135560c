//! `super().name`: without a super object when `super` is the builtin, through the instruction's cache.

use super::attr::{KIND, OFFSET, SHAPE, VALUE, VERSION};
use super::names::name_operand;
use super::*;
use crate::heap::{Gc, ShapeId};
use crate::object::{Type, ids};
use crate::types::str::Str;
use crate::vm::{PyResult, id_of};
use habu_bytecode::feedback::AttrKind;

pub fn LOAD_SUPER_ATTR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some((f, receiver)) = cached(vm, pc, base) {
        base.set(pc.a(), f);
        base.set(pc.a() + 3, receiver);
        next!(vm, pc, base, LOAD_SUPER_ATTR)
    }
    load_super_slow(vm, pc, base)
}

/// The cached method and its receiver, for calls. The cache holds for receivers of its shape and version, and for the
/// class whose version is in `OFFSET` (versions are unique among classes).
#[inline(always)]
fn cached(vm: &Vm, pc: Pc, base: Base) -> Option<(Value, Value)> {
    let (class, receiver) = (base.get(pc.b() + 1), base.get(pc.b() + 2));
    if base.get(pc.b()) != vm.super_class {
        return None;
    }
    if pc.word(KIND) as u8 != AttrKind::Method as u8 {
        return cached_of_class(vm, pc, class, receiver);
    }
    let shape = ShapeId(pc.word(SHAPE));
    let class = vm.as_class(class)?;
    (id_of(receiver) == shape
        && vm.shapes.class(shape).version.get() == pc.word(VERSION)
        && class.version.get() == pc.word(OFFSET))
    .then(|| (Value(pc.word64(VALUE)), receiver))
}

/// The same for a receiver that is a class: what is cached is not bound. The class's version is where the shape's is otherwise.
#[inline(never)]
fn cached_of_class(vm: &Vm, pc: Pc, class: Value, receiver: Value) -> Option<(Value, Value)> {
    if pc.word(KIND) as u8 != AttrKind::TypeAttr as u8 {
        return None;
    }
    let (class, own) = (vm.as_class(class)?, vm.as_class(receiver)?);
    (own.version.get() == pc.word(VERSION) && class.version.get() == pc.word(OFFSET))
        .then(|| (Value(pc.word64(VALUE)), Value::UNBOUND))
}

#[inline(never)]
fn load_super_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, load_super_attr(vm, pc, base));
    next!(vm, pc, base, LOAD_SUPER_ATTR)
}

/// Apart from its handler: a pair comes back through memory, whose address would keep the handler's
/// jump to the next instruction from being one.
#[inline(never)]
fn load_super_attr(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let b = pc.b();
    let (callee, class, receiver) = (base.get(b), base.get(b + 1), base.get(b + 2));
    let name = name_operand(base, pc);
    let for_call = pc.x() & 2 != 0;
    let (f, bound_to) = super_attr(vm, callee, class, receiver, name, pc.x() & 1 != 0, for_call)?;
    base.set(pc.a(), f);
    if for_call {
        base.set(pc.a() + 3, bound_to);
        if !bound_to.is_unbound()
            && bound_to.is_pointer()
            && let Some(class) = vm.as_class(class)
        {
            pc.set_word(SHAPE, id_of(bound_to).0);
            pc.set_word(KIND, AttrKind::Method as u32);
            pc.set_word(OFFSET, class.version.get());
            pc.set_word(VERSION, vm.class_of(bound_to).version.get());
            pc.set_word64(VALUE, f.0);
        } else if bound_to.is_unbound()
            && callee == vm.super_class
            && id_of(f) == ids::NATIVE_FUNCTION
            && let (Some(class), Some(own)) = (vm.as_class(class), vm.as_class(receiver))
            && vm.found_behind(own, class, name) == Some(f)
        {
            pc.set_word(KIND, AttrKind::TypeAttr as u32);
            pc.set_word(OFFSET, class.version.get());
            pc.set_word(VERSION, own.version.get());
            pc.set_word64(VALUE, f.0);
        }
    }
    Ok(())
}

/// `super(class, receiver).name`, without making the super object when `super` is the builtin.
pub fn super_attr(
    vm: &mut Vm,
    callee: Value,
    class: Value,
    receiver: Value,
    name: Gc<Str>,
    implicit: bool,
    for_call: bool,
) -> PyResult<(Value, Value)> {
    let is_builtin = callee == Value::from_gc(vm.builtin(ids::SUPER));
    if is_builtin
        && let (Some(class), Some(own)) = (vm.as_class(class), vm.as_class(receiver))
        && name != vm.names.class
        && own.is_subtype(class)
        && let Some(found) = vm.lookup_after(own, class, name)
    {
        return Ok((vm.bind_found(found, Value::UNBOUND, own)?, Value::UNBOUND));
    }
    if is_builtin
        && let Some(class) = vm.as_class(class)
        && name != vm.names.class
        && let own = vm.class_of(receiver)
        && own.is_subtype(class)
        && let Some(found) = vm.lookup_after(own, class, name)
    {
        if matches!(id_of(found), ids::FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR) {
            return if for_call {
                Ok((found, receiver))
            } else {
                Ok((vm.bind_method(found, receiver)?, Value::UNBOUND))
            };
        }
        return Ok((vm.bind_found(found, receiver, own)?, Value::UNBOUND));
    }
    let object =
        if implicit && !is_builtin { vm.call(callee, &[])? } else { vm.call(callee, &[class, receiver])? };
    Ok((vm.get_attr(object, name)?, Value::UNBOUND))
}

/// The plain function or method descriptor that `super(class, …).name` gives receivers of `shape`, unbound.
pub fn method_after(vm: &mut Vm, shape: ShapeId, class: Value, name: Gc<Str>) -> Option<Value> {
    let own = vm.shapes.class(shape);
    let class = vm.as_class(class)?;
    if name == vm.names.class || !own.is_subtype(class) {
        return None;
    }
    let found = vm.lookup_after(own, class, name)?;
    matches!(id_of(found), ids::FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR).then_some(found)
}

impl Vm {
    /// What `super(class, own).name` finds for a class, if it is one behind `class`; before it is bound.
    fn found_behind(&mut self, own: Gc<Type>, class: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        if name == self.names.class || !own.is_subtype(class) {
            return None;
        }
        self.lookup_after(own, class, name)
    }

    /// Attribute `name` along the resolution order of `own`, behind class `after`: not bound.
    pub fn lookup_after(&mut self, own: Gc<Type>, after: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        let mut items = own.mro_items().iter();
        items.find(|c| **c == Value::from_gc(after))?;
        for class in items {
            let dict = self.expect_class(*class).dict.get()?;
            if let Some(v) = self.dict_get_str(dict, name) {
                return Some(v);
            }
        }
        None
    }
}
