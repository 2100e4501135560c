//! Import statements.

use super::names::name_operand;
use super::*;
use crate::import;
use crate::vm::PyResult;

stepped!(IMPORT_NAME, import_name);
pub fn import_name(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let name = name_operand(base, pc);
    let function = base.function();
    let v = import::statement(vm, function, name, base.get(pc.b()), base.get(pc.b() + 1))?;
    base.set(pc.a(), v);
    Ok(())
}

stepped!(IMPORT_FROM, import_from);
pub fn import_from(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let v = import::from(vm, base.get(pc.b()), name_operand(base, pc))?;
    base.set(pc.a(), v);
    Ok(())
}

stepped!(IMPORT_STAR, import_star);
pub fn import_star(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let namespace = match base.get(pc.b()).bound() {
        Some(v) => v,
        None => Value::from_gc(base.function().globals.get().expect("functions have globals")),
    };
    import::star(vm, base.get(pc.a()), namespace)
}
