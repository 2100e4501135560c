//! Making functions and classes.

use super::*;
use crate::heap::Gc;
use crate::types::code::CodeObj;
use crate::types::function::Function;
use crate::types::tuple::Tuple;
use habu_bytecode::NOREG;

pub fn MAKE_FUNCTION(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let code = Value(pc.word64(2));
    // SAFETY: the linked constant of MAKE_FUNCTION is a code object.
    let code: Gc<CodeObj> = unsafe { Gc::from_header(code.as_header().expect("code objects are cells")) };
    let closure = if pc.b() == NOREG as usize { None } else { vm.exact::<Tuple>(base.get(pc.b())) };
    let parent = base.function();
    let globals = parent.globals.get().expect("functions have globals");
    let f =
        tri!(vm, pc, base, crate::types::function::new(vm, code, globals, parent.builtins.get(), closure));
    base.set(pc.a(), Value::from_gc(f));
    next!(vm, pc, base, MAKE_FUNCTION)
}

pub fn SET_FUNCTION_ATTR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    // SAFETY: R[a] is the function that MAKE_FUNCTION has just made.
    let f: Gc<Function> =
        unsafe { Gc::from_header(base.get(pc.a()).as_header().expect("functions are cells")) };
    let v = base.get(pc.b());
    let owner = f.header();
    match pc.x() {
        0 => f.defaults.set(&mut vm.heap, owner, v.exact::<Tuple>()),
        1 => f.kwdefaults.set(&mut vm.heap, owner, v.exact_dict()),
        2 => f.annotate.set(&mut vm.heap, owner, v),
        3 => f.type_params.set(&mut vm.heap, owner, v),
        _ => f.annotations.set(&mut vm.heap, owner, v),
    }
    next!(vm, pc, base, SET_FUNCTION_ATTR)
}

pub fn LOAD_BUILD_CLASS(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = build_class(vm, base);
    finish!(vm, pc, base, const { Op::LOAD_BUILD_CLASS.words() }, pc.a(), result)
}

#[inline(never)]
fn build_class(vm: &mut Vm, base: Base) -> crate::vm::PyResult {
    let name = vm.intern("__build_class__");
    let builtins = base.function().builtins.get().expect("functions have builtins");
    match vm.dict_get(builtins, Value::from_gc(name))? {
        Some(f) => Ok(f),
        None => Err(vm.name_error(crate::vm::Exc::NameError, "__build_class__ not found".to_owned(), name)),
    }
}
