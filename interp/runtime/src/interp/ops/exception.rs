//! Raising and handling exceptions.

use super::*;
use crate::interp::unwind;
use crate::types::exception;
use crate::vm::{Exc, PyResult};

pub fn RAISE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    if pc.x() == 0 {
        let handled = vm.ctx.handled;
        if handled.is_none() {
            let raised = vm.runtime_error("No active exception to reraise");
            return unwind::raise(vm, pc, base, raised);
        }
        let raised = vm.raise_again(handled);
        return unwind::reraise(vm, pc, base, raised);
    }
    let cause = if pc.x() == 2 { base.get(pc.b()) } else { Value::UNBOUND };
    let raised = exception::raise_statement(vm, base.get(pc.a()), cause);
    unwind::raise(vm, pc, base, raised)
}

pub fn RERAISE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let raised = vm.raise_again(base.get(pc.a()));
    unwind::reraise(vm, pc, base, raised)
}

stepped!(PUSH_HANDLED, push_handled);
pub fn push_handled(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let before = std::mem::replace(&mut vm.ctx.handled, base.get(pc.b()));
    base.set(pc.a(), before);
    Ok(())
}

stepped!(POP_HANDLED, pop_handled);
pub fn pop_handled(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    vm.ctx.handled = base.get(pc.a());
    Ok(())
}

stepped!(EXC_MATCH, exc_match);
pub fn exc_match(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let found = matches(vm, base.get(pc.b()), base.get(pc.c()))?;
    base.set(pc.a(), Value::bool(found));
    Ok(())
}

/// Whether an exception matches the class or classes of an `except` clause.
pub fn matches(vm: &mut Vm, exc: Value, class: Value) -> PyResult<bool> {
    const TEXT: &str = "catching classes that do not inherit from BaseException is not allowed";
    let base = vm.exc_class(Exc::BaseException);
    let own = vm.class_of(exc);
    if let Some(class) = vm.as_class(class) {
        return if class.is_subtype(base) { Ok(own.is_subtype(class)) } else { Err(vm.type_error(TEXT)) };
    }
    let Some(tuple) = vm.downcast::<crate::types::tuple::Tuple>(class) else {
        return Err(vm.type_error(TEXT));
    };
    let mut found = false;
    for item in tuple.items() {
        match vm.as_class(*item) {
            Some(class) if class.is_subtype(base) => found |= own.is_subtype(class),
            _ => return Err(vm.type_error(TEXT)),
        }
    }
    Ok(found)
}

stepped!(EXC_GROUP_MATCH, match_group);
pub fn match_group(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let (matched, rest) = exception::group::match_star(vm, base.get(pc.b()), base.get(pc.c()))?;
    base.set(pc.a(), matched);
    base.set(pc.a() + 1, rest);
    Ok(())
}

stepped!(EXC_GROUP_RERAISE, reraise_group);
pub fn reraise_group(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let v = exception::group::reraise_star(vm, base.get(pc.b()), base.get(pc.c()))?;
    base.set(pc.a(), v);
    Ok(())
}

stepped!(LOAD_ASSERTION_ERROR, load_assertion_error);
pub fn load_assertion_error(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let class = Value::from_gc(vm.exc_class(Exc::AssertionError));
    base.set(pc.a(), class);
    Ok(())
}
