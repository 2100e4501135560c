//! Iterating over a template: strings that are not empty, and interpolations, in order.

use super::{Template, items, string};
use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of an iterator over a template.
#[repr(C)]
pub struct TemplateIter {
    pub header: Header,
    pub template: Field,
    /// Twice the number of the part, plus one at its interpolation.
    pub at: Cell<usize>,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    t.value(unsafe { cell.cast::<TemplateIter>().as_ref() }.template.get());
}

// SAFETY: `trace` names the one reference.
unsafe impl Layout for TemplateIter {
    const ID: ShapeId = ids::TEMPLATE_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// `iter(template)`
pub fn over(vm: &mut Vm, template: Gc<Template>) -> PyResult {
    let cls = vm.native_class(TemplateIter::DECL)?;
    let it = vm.alloc_instance::<TemplateIter>(cls)?;
    it.template.init(Value::from_gc(template));
    it.at.set(0);
    Ok(Value::from_gc(it))
}

/// Iterator over the parts of a template.
#[py_type(name = "TemplateIter", module = "string.templatelib", id = ids::TEMPLATE_ITERATOR)]
impl TemplateIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<TemplateIter>) -> Value {
        Value::from_gc(this)
    }

    #[method]
    fn __next__(vm: &mut Vm, this: Gc<TemplateIter>) -> PyResult {
        if let Some(template) = vm.exact::<Template>(this.template.get()) {
            loop {
                let at = this.at.get();
                this.at.set(at + 1);
                if at % 2 == 1 {
                    match items(vm, template.interpolations.get()).get(at / 2) {
                        Some(v) => return Ok(*v),
                        None => break,
                    }
                }
                match items(vm, template.strings.get()).get(at / 2).copied() {
                    Some(v) if string(vm, v).is_empty() => {}
                    Some(v) => return Ok(v),
                    None => break,
                }
            }
        }
        Err(vm.stop_iteration(Value::NONE))
    }
}
