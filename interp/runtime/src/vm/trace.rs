//! The precise roots of the virtual machine.

use super::Vm;
use crate::heap::{Forgotten, Tracer};
use crate::value::Value;

/// Root function registered with the heap; `data` is the `Vm`.
///
/// # Safety
/// `data` is the `Vm` that owns the heap being collected.
pub(super) unsafe fn trace_roots(data: *mut (), t: &mut Tracer<'_>) {
    // SAFETY: the caller says so; only shared access to parts other than the heap.
    let vm = unsafe { &*data.cast::<Vm>() };
    t.value(vm.ctx.exception);
    t.value(vm.ctx.handled);
    t.value(vm.ctx.trace);
    vm.monitoring.trace(t);
    t.value(vm.ctx.profile);
    for class in vm.classes.iter().chain(&vm.exceptions).flatten() {
        t.gc(*class);
    }
    vm.names.trace(t);
    vm.strings.trace(t);
    vm.shapes.trace(t);
    for v in &vm.permanent {
        t.value(*v);
    }
    for bytes in vm.short_bytes.iter().flatten() {
        t.gc(*bytes);
    }
    for root in [
        vm.modules.map(Value::from_gc),
        vm.builtins.map(Value::from_gc),
        vm.sys.map(Value::from_gc),
        vm.empty_tuple.map(Value::from_gc),
    ] {
        t.value(root.unwrap_or(Value::NONE));
    }
    for v in [vm.spare_memory_error, vm.object_new, vm.object_init] {
        t.value(v.unwrap_or(Value::NONE));
    }
    vm.rooted.trace(t);
    vm.hooks.trace(t);
    vm.frames.trace(t);
    vm.threads.trace(t);
    crate::interp::trace_stack(vm, t);
    if let Some(tier) = &vm.tier {
        tier.trace(t);
    }
}

/// Forgets the classes that a full collection found dead: whatever names them without keeping them alive.
///
/// # Safety
/// `data` is the `Vm` that owns the heap being collected; all that lives is marked.
pub(super) unsafe fn forget_dead(data: *mut (), t: &Tracer<'_>) -> Forgotten {
    // SAFETY: the caller says so; only fields other than the heap, which no allocation borrows.
    let (shapes, subclasses) = unsafe {
        let vm = data.cast::<Vm>();
        (&mut (*vm).shapes, &mut (*vm).subclasses)
    };
    let gone = shapes.forget_dead(t);
    // A class without a shape of its own does not exist: nothing else can have died.
    if !gone.ids.is_empty() {
        subclasses.retain(|_, list| {
            list.retain(|class| t.is_marked(class.header()));
            !list.is_empty()
        });
    }
    gone
}
