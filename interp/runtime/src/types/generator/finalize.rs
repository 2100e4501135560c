//! What happens to generators, coroutines and async generators that die before their bodies have ended.

use super::{Generator, State, cell, close, finish};
use crate::heap::Gc;
use crate::object::ids;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};

/// Bit of a generator's header `aux`: the collector will report its death.
const REGISTERED: u8 = 4;

/// Whether the collector will report its death already.
#[inline(always)]
pub fn is_registered(g: Gc<Generator>) -> bool {
    g.header.aux.get() & REGISTERED != 0
}

/// Has the collector report the death of this one.
pub fn register(vm: &mut Vm, g: Gc<Generator>) {
    if g.header.aux.get() & REGISTERED == 0 {
        g.header.aux.set(g.header.aux.get() | REGISTERED);
        vm.heap.finalizer_register(g.header());
    }
}

/// Ends a body that nobody can resume any more; exceptions are reported only.
pub fn finalize(vm: &mut Vm, v: Value) {
    let g = cell(v);
    g.header.aux.set(g.header.aux.get() & !REGISTERED);
    let id = id_of(v);
    match g.state.get() {
        State::Done | State::Running => {}
        State::Created => {
            if id == ids::COROUTINE {
                if let Err(raised) = never_awaited(vm, v) {
                    let exc = vm.take_exception(raised);
                    vm.unraisable(exc, "Exception ignored while finalizing coroutine", v);
                }
                finish(vm, g);
            }
        }
        State::Suspended => {
            let hook = g.origin.get();
            let (result, what) = if id == ids::ASYNC_GENERATOR && !hook.is_none() {
                let result = vm.call(hook, &[v]).map(|_| ());
                (result, "Exception ignored while closing generator")
            } else {
                (close(vm, g).map(|_| ()), "Exception ignored while closing generator")
            };
            if let Err(raised) = result {
                let exc = vm.take_exception(raised);
                vm.unraisable(exc, what, v);
            }
        }
    }
}

/// RuntimeWarning for a coroutine that dies unstarted.
fn never_awaited(vm: &mut Vm, v: Value) -> PyResult<()> {
    let warnings = vm.import_module("warnings")?;
    vm.call_method(warnings, "_warn_unawaited_coroutine", &[v])?;
    Ok(())
}

/// File, line and function of the frames that a coroutine is being made in, innermost first.
pub fn origin(vm: &mut Vm) -> PyResult {
    let depth = vm.hooks.origin_depth as usize;
    let mut entries = vm.rooted_vec();
    // The newest frame is the coroutine's own.
    for at in 1..=depth {
        let Some(frame) = crate::types::frame::at_depth(vm, at)? else { break };
        let frame = Value::from_gc(frame);
        let code = vm.get_attr_str(frame, "f_code")?;
        let parts = [
            vm.get_attr_str(code, "co_filename")?,
            vm.get_attr_str(frame, "f_lineno")?,
            vm.get_attr_str(code, "co_name")?,
        ];
        let entry = vm.tuple(&parts)?;
        entries.push(Value::from_gc(entry));
    }
    vm.tuple(&entries).map(Value::from_gc)
}
