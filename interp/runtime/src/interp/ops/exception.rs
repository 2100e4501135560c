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

pub fn PUSH_HANDLED(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let before = std::mem::replace(&mut vm.ctx.handled, base.get(pc.b()));
    base.set(pc.a(), before);
    next!(vm, pc, base, PUSH_HANDLED)
}

pub fn POP_HANDLED(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    vm.ctx.handled = base.get(pc.a());
    next!(vm, pc, base, POP_HANDLED)
}

pub fn EXC_MATCH(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = matches(vm, base.get(pc.b()), base.get(pc.c())).map(Value::bool);
    finish!(vm, pc, base, const { Op::EXC_MATCH.words() }, pc.a(), result)
}

/// Whether an exception matches the class or classes of an `except` clause.
fn matches(vm: &mut Vm, exc: Value, class: Value) -> PyResult<bool> {
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

pub fn EXC_GROUP_MATCH(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, match_group(vm, pc, base));
    next!(vm, pc, base, EXC_GROUP_MATCH)
}

/// Apart from its handler, as the pair comes back through memory.
#[inline(never)]
fn match_group(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let (matched, rest) = exception::group::match_star(vm, base.get(pc.b()), base.get(pc.c()))?;
    base.set(pc.a(), matched);
    base.set(pc.a() + 1, rest);
    Ok(())
}

pub fn EXC_GROUP_RERAISE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = exception::group::reraise_star(vm, base.get(pc.b()), base.get(pc.c()));
    finish!(vm, pc, base, const { Op::EXC_GROUP_RERAISE.words() }, pc.a(), result)
}

pub fn LOAD_ASSERTION_ERROR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let class = Value::from_gc(vm.exc_class(Exc::AssertionError));
    base.set(pc.a(), class);
    next!(vm, pc, base, LOAD_ASSERTION_ERROR)
}
