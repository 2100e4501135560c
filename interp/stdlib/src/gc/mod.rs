//! `gc`: the collector as programs see it. It traces, so it has no generations to count in and knows no uncollectable
//! objects; numbers that CPython defines through its reference counts are as near as that allows.

mod graph;

use crate::support::{set, set_int};
use habu_macros::native_module;
use habu_runtime::heap::{Collection, Gc};
use habu_runtime::native::{ArgAt, FromArg, Owner};
use habu_runtime::types::list::List;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

/// What the module keeps for the process.
struct State {
    enabled: bool,
    debug: i32,
    threshold: [i32; 3],
    frozen: usize,
    /// Minor collections up to the last full one.
    minors_at_full: u64,
}

fn state(vm: &mut Vm) -> &mut State {
    let make = || {
        Box::new(State { enabled: true, debug: 0, threshold: [2000, 10, 10], frozen: 0, minors_at_full: 0 })
    };
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| make());
    state.downcast_mut().expect("entered under its own type")
}

/// Bytes of an average object, for guessing how many there are.
const AVERAGE: usize = 48;

/// Calls `gc.callbacks`.
fn notify(vm: &mut Vm, phase: &str, generation: i64, collected: i64) -> PyResult<()> {
    let Some(module) = habu_runtime::import::sys_attr(vm, "modules") else { return Ok(()) };
    let key = Value::from_gc(vm.intern("gc"));
    let Ok(module) = vm.get_item(module, key) else {
        let raised = vm.pending();
        vm.take_exception(raised);
        return Ok(());
    };
    let name = vm.intern("callbacks");
    let Some(callbacks) = vm.get_attr_opt(module, name)?.and_then(|c| vm.exact::<List>(c)) else {
        return Ok(());
    };
    if callbacks.is_empty() {
        return Ok(());
    }
    let info = vm.dict_new()?;
    for (key, n) in [("generation", generation), ("collected", collected), ("uncollectable", 0)] {
        let key = vm.intern(key);
        vm.dict_set_str(info, key, Value::small(n))?;
    }
    let phase = Value::from_gc(vm.intern(phase));
    let mut at = 0;
    while let Some(callback) = vm.list_get(callbacks, at)? {
        at += 1;
        if let Err(raised) = vm.call(callback, &[phase, Value::from_gc(info)]) {
            let exc = vm.take_exception(raised);
            vm.unraisable(exc, "Exception ignored while calling GC callback", callback);
        }
    }
    Ok(())
}

/// How many objects there are, as far as the collector knows.
fn objects(vm: &Vm) -> i64 {
    let mut count = 0;
    vm.heap.each_object(&mut |_| count += 1);
    count
}

/// Collects and tells the callbacks. Apart from the function that programs call, so that its frame is made where that
/// has cleared the machine stack.
#[inline(never)]
fn collect(vm: &mut Vm, generation: Value) -> PyResult<i64> {
    const AT: &ArgAt = &ArgAt {
        function: "collect",
        owner: Owner::Module("gc"),
        what: "argument 'generation'",
        none_is_absent: false,
    };
    let generation = i32::from_arg(vm, generation, AT)?;
    let which = match generation {
        0 => Collection::Minor,
        1 | 2 => Collection::Full,
        _ => return Err(vm.value_error("invalid generation")),
    };
    notify(vm, "start", generation.into(), 0)?;
    habu_runtime::heap::scrub_stack();
    let before = objects(vm);
    vm.heap.collect(which);
    let found = before - objects(vm);
    vm.run_finalizers();
    if which == Collection::Full {
        let minors = vm.heap.stats().minor_collections;
        state(vm).minors_at_full = minors;
    }
    notify(vm, "stop", generation.into(), found)?;
    Ok(found)
}

/// This module provides access to the garbage collector for reference cycles.
#[native_module(name = "gc")]
pub mod module {
    use super::*;

    /// Enable automatic garbage collection.
    #[function]
    fn enable(vm: &mut Vm) {
        state(vm).enabled = true;
    }
    /// Note that the program wants no automatic garbage collection. Memory is reclaimed by nothing else, so it goes on.
    #[function]
    fn disable(vm: &mut Vm) {
        state(vm).enabled = false;
    }
    /// Returns true if automatic garbage collection is enabled.
    #[function]
    fn isenabled(vm: &mut Vm) -> bool {
        state(vm).enabled
    }

    /// Run the garbage collector. The number of unreachable objects is returned.
    #[function(sig = "(generation=2)")]
    fn collect(vm: &mut Vm, generation: Value) -> PyResult<i64> {
        // What calls left behind on the machine stack looks like references, in unused slots of the frames to come too.
        // (This one has none: it only passes on what it gets.)
        habu_runtime::heap::scrub_stack();
        super::collect(vm, generation)
    }

    /// Set the garbage collection debugging flags; they are kept, and nothing is printed.
    #[function(sig = "(flags, /)")]
    fn set_debug(vm: &mut Vm, flags: i32) {
        state(vm).debug = flags;
    }
    /// Get the garbage collection debugging flags.
    #[function]
    fn get_debug(vm: &mut Vm) -> i32 {
        state(vm).debug
    }
    /// Set the collection thresholds; they are kept, the collector has its own.
    #[function(sig = "(threshold0, threshold1=<unrepresentable>, threshold2=<unrepresentable>, /)")]
    fn set_threshold(vm: &mut Vm, threshold0: i32, threshold1: Option<i32>, threshold2: Option<i32>) {
        let threshold = &mut state(vm).threshold;
        threshold[0] = threshold0;
        threshold[1] = threshold1.unwrap_or(threshold[1]);
        threshold[2] = threshold2.unwrap_or(threshold[2]);
    }
    /// Return the current collection thresholds.
    #[function]
    fn get_threshold(vm: &mut Vm) -> (i32, i32, i32) {
        let [a, b, c] = state(vm).threshold;
        (a, b, c)
    }
    /// Return a three-tuple of the current collection counts: a guess at new objects, young collections since the last
    /// full one, and 0.
    #[function]
    fn get_count(vm: &mut Vm) -> (usize, u64, i64) {
        let stats = vm.heap.stats();
        let minors = stats.minor_collections - state(vm).minors_at_full.min(stats.minor_collections);
        let young =
            stats.allocated_bytes.saturating_sub(stats.promoted_bytes) as usize % stats.nursery_bytes.max(1);
        (young / AVERAGE, minors, 0)
    }
    /// Return a list of dictionaries containing per-generation statistics.
    #[function]
    fn get_stats(vm: &mut Vm) -> PyResult {
        let stats = vm.heap.stats();
        let list = vm.list_new()?;
        for collections in [stats.minor_collections, 0, stats.full_collections] {
            let entry = vm.dict_new()?;
            for (key, n) in [("collections", collections as i64), ("collected", 0), ("uncollectable", 0)] {
                let key = vm.intern(key);
                vm.dict_set_str(entry, key, Value::small(n))?;
            }
            vm.list_push(list, Value::from_gc(entry))?;
        }
        Ok(Value::from_gc(list))
    }

    /// Return a list of objects tracked by the collector (excluding the list returned).
    #[function(sig = "(generation=None)")]
    fn get_objects(vm: &mut Vm, generation: Value) -> PyResult {
        if !generation.is_none() {
            let n = vm.index(generation)?;
            if n < 0 {
                return Err(vm.value_error("generation parameter cannot be negative"));
            }
            if n > 2 {
                return Err(vm.value_error(
                    "generation parameter must be less than the number of available generations (3)",
                ));
            }
            if n < 2 {
                return vm.list_new().map(Value::from_gc);
            }
        }
        // Only what can still be reached is there for Python code.
        vm.heap.collect(Collection::Full);
        graph::list_of(vm, |_, _| true)
    }
    /// Return the list of objects that directly refer to any of 'objs'.
    #[function(sig = "(*objs)")]
    fn get_referrers(vm: &mut Vm, objs: Gc<Tuple>) -> PyResult {
        vm.heap.collect(Collection::Full);
        graph::list_of(vm, |vm, object| {
            object != Value::from_gc(objs)
                && graph::referents(vm, object).iter().any(|found| objs.items().contains(found))
        })
    }
    /// Return the list of objects that are directly referred to by 'objs'.
    #[function(sig = "(*objs)")]
    fn get_referents(vm: &mut Vm, objs: Gc<Tuple>) -> PyResult {
        let list = vm.list_new()?;
        for object in objs.items() {
            for found in graph::shown_referents(vm, *object)? {
                vm.list_push(list, found)?;
            }
        }
        Ok(Value::from_gc(list))
    }
    /// Returns true if the object is tracked by the garbage collector.
    #[function(sig = "(obj, /)")]
    fn is_tracked(vm: &mut Vm, obj: Value) -> bool {
        graph::is_container(vm, obj)
    }
    /// Returns true if the object has been already finalized by the GC.
    #[function(sig = "(obj, /)")]
    fn is_finalized(vm: &mut Vm, obj: Value) -> bool {
        let has_finalizer = vm.lookup_special(obj, habu_runtime::object::Special::Del).is_some();
        has_finalizer && obj.as_header().is_some_and(|h| !vm.heap.finalizer_waits(h))
    }

    /// Freeze all current tracked objects: they are counted, and collected like others.
    #[function]
    fn freeze(vm: &mut Vm) -> PyResult<()> {
        let mut count = 0;
        graph::each_container(vm, &mut |_| count += 1);
        state(vm).frozen = count;
        Ok(())
    }
    /// Unfreeze all objects in the permanent generation.
    #[function]
    fn unfreeze(vm: &mut Vm) {
        state(vm).frozen = 0;
    }
    /// Return the number of objects in the permanent generation.
    #[function]
    fn get_freeze_count(vm: &mut Vm) -> usize {
        state(vm).frozen
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        for name in ["garbage", "callbacks"] {
            let list = Value::from_gc(vm.list_new()?);
            set(vm, module, name, list)?;
        }
        let flags = [
            ("DEBUG_STATS", 1),
            ("DEBUG_COLLECTABLE", 2),
            ("DEBUG_UNCOLLECTABLE", 4),
            ("DEBUG_SAVEALL", 32),
            ("DEBUG_LEAK", 38),
        ];
        for (name, flag) in flags {
            set_int(vm, module, name, flag)?;
        }
        Ok(())
    }
}
