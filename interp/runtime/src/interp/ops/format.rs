//! f-strings and template strings.

use super::*;
use crate::types::str::Str;
use crate::vm::PyResult;
use habu_bytecode::NOREG;

pub fn FORMAT(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let spec = if pc.c() == NOREG as usize { None } else { Some(base.get(pc.c())) };
    let result = format(vm, base.get(pc.b()), pc.x(), spec);
    finish!(vm, pc, base, const { Op::FORMAT.words() }, pc.a(), result)
}

fn format(vm: &mut Vm, v: Value, conversion: u8, spec: Option<Value>) -> PyResult {
    let v = if conversion == 0 { v } else { convert(vm, v, conversion)? };
    let spec = match spec {
        Some(spec) => vm.downcast::<Str>(spec).expect("format specs are strings"),
        None => {
            if vm.exact::<Str>(v).is_some() {
                return Ok(v);
            }
            vm.names.empty
        }
    };
    vm.format(v, spec).map(Value::from_gc)
}

fn convert(vm: &mut Vm, v: Value, conversion: u8) -> PyResult {
    match conversion {
        1 => vm.to_str(v),
        2 => vm.repr(v),
        _ => vm.ascii(v),
    }
    .map(Value::from_gc)
}

pub fn CONVERT(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = convert(vm, base.get(pc.b()), pc.x());
    finish!(vm, pc, base, const { Op::CONVERT.words() }, pc.a(), result)
}

stepped!(BUILD_INTERPOLATION, build_interpolation);
pub fn build_interpolation(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let parts = [0, 1, 2, 3].map(|i| base.get(pc.b() + i));
    let v = crate::types::template::interpolation(vm, parts)?;
    base.set(pc.a(), v);
    Ok(())
}

stepped!(BUILD_TEMPLATE, build_template);
pub fn build_template(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let v = crate::types::template::template(vm, base.get(pc.b()), base.get(pc.b() + 1))?;
    base.set(pc.a(), v);
    Ok(())
}
