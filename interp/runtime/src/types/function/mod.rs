//! `function`: layout.

mod methods;

use crate::heap::{CellKind, Field, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::code::CodeObj;
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a Python function.
#[repr(C)]
pub struct Function {
    pub header: Header,
    pub code: GcField<CodeObj>,
    pub globals: GcField<Dict>,
    pub builtins: GcField<Dict>,
    /// Tuple of cells, or nothing.
    pub closure: GcField<Tuple>,
    /// Tuple, or nothing.
    pub defaults: GcField<Tuple>,
    pub kwdefaults: GcField<Dict>,
    /// Changes when code, defaults or kwdefaults are replaced.
    pub version: Cell<u32>,
    pub name: Field,
    pub qualname: Field,
    pub module: Field,
    pub doc: Field,
    pub annotations: Field,
    pub annotate: Field,
    pub type_params: Field,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let f = unsafe { cell.cast::<Function>().as_ref() };
    if let Some(code) = f.code.get() {
        t.gc(code);
    }
    for dict in [&f.globals, &f.builtins, &f.kwdefaults] {
        if let Some(dict) = dict.get() {
            t.gc(dict);
        }
    }
    for tuple in [&f.closure, &f.defaults] {
        if let Some(tuple) = tuple.get() {
            t.gc(tuple);
        }
    }
    for field in [&f.name, &f.qualname, &f.module, &f.doc, &f.annotations, &f.annotate, &f.type_params] {
        t.value(field.get());
    }
}

// SAFETY: `trace` names every reference of the payload.
unsafe impl Layout for Function {
    const ID: ShapeId = ids::FUNCTION;
    const KIND: CellKind = CellKind::new(trace);
}

/// A function of `code` with these globals.
pub fn new(
    vm: &mut Vm,
    code: Gc<CodeObj>,
    globals: Gc<Dict>,
    builtins: Option<Gc<Dict>>,
    closure: Option<Gc<Tuple>>,
) -> PyResult<Gc<Function>> {
    let code = crate::types::code::at_home(vm, code, globals)?;
    let cls = vm.builtin(ids::FUNCTION);
    let f = vm.alloc_instance::<Function>(cls)?;
    f.code.init(Some(code));
    f.globals.init(Some(globals));
    f.builtins.init(builtins.or(vm.builtins));
    f.closure.init(closure);
    let (name, qualname) = (code.name.get(), code.qualname.get());
    f.name.init(name.map_or(Value::NONE, Value::from_gc));
    f.qualname.init(qualname.map_or(Value::NONE, Value::from_gc));
    for field in [&f.annotations, &f.annotate, &f.type_params] {
        field.init(Value::UNBOUND);
    }
    let documented = code.unit().flags.contains(habu_bytecode::CodeFlags::HAS_DOCSTRING);
    // Taken from the code when somebody asks.
    f.doc.init(if documented { Value::UNBOUND } else { Value::NONE });
    let key = vm.names.name;
    let module = vm.dict_get_str(globals, key).unwrap_or(Value::NONE);
    f.module.set(&mut vm.heap, f.header(), module);
    Ok(f)
}
