//! `module`: layout.

mod methods;

use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Raised, Vm};
use std::ptr::NonNull;

/// Cell of a module: its globals are a DICT_CELLS dict.
#[repr(C)]
pub struct Module {
    pub header: Header,
    pub dict: GcField<Dict>,
}

/// Handle to a module.
pub type ModuleRef = Gc<Module>;

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let this = unsafe { cell.cast::<Module>().as_ref() };
    if let Some(dict) = this.dict.get() {
        t.gc(dict);
    }
}

// SAFETY: `trace` names the one reference.
unsafe impl Layout for Module {
    const ID: ShapeId = ids::MODULE;
    const KIND: CellKind = CellKind::new(trace);
}

/// AttributeError for a name that a module lacks: its own `__getattr__` was asked before.
#[cold]
pub fn no_attribute(vm: &mut Vm, module: Gc<Module>, name: Gc<Str>) -> Raised {
    let dict = module.dict.get().expect("modules have a dict");
    let key = vm.names.name;
    let own_name = vm.dict_get_str(dict, key).and_then(|v| vm.downcast::<Str>(v));
    let text = match own_name {
        Some(own) => crate::import::lacking_text(vm, module, own, name),
        None => format!("module has no attribute '{}'", name.to_message()),
    };
    vm.attribute_error(text, Value::from_gc(module), name)
}
