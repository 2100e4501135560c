//! Import statements.

use super::names::name_operand;
use super::*;
use crate::import;

pub fn IMPORT_NAME(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let name = name_operand(base, pc);
    let function = base.function();
    let result = import::statement(vm, function, name, base.get(pc.b()), base.get(pc.b() + 1));
    finish!(vm, pc, base, const { Op::IMPORT_NAME.words() }, pc.a(), result)
}

pub fn IMPORT_FROM(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = import::from(vm, base.get(pc.b()), name_operand(base, pc));
    finish!(vm, pc, base, const { Op::IMPORT_FROM.words() }, pc.a(), result)
}

pub fn IMPORT_STAR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let namespace = match base.get(pc.b()).bound() {
        Some(v) => v,
        None => Value::from_gc(base.function().globals.get().expect("functions have globals")),
    };
    tri!(vm, pc, base, import::star(vm, base.get(pc.a()), namespace));
    next!(vm, pc, base, IMPORT_STAR)
}
