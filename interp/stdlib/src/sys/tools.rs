//! `sys`: hooks and switches for tools: audit hooks, async generator hooks, what CPython shows of its inner state.

use habu_macros::native_module;

#[native_module(name = "sys")]
pub mod functions {
    use crate::structseq::{self, Spec};
    use habu_runtime::heap::Gc;
    use habu_runtime::types::list::List;
    use habu_runtime::types::str::Str;
    use habu_runtime::types::tuple::Tuple;
    use habu_runtime::value::Value;
    use habu_runtime::vm::{Exc, PyResult, Vm};

    /// Pass an event to the hooks that addaudithook() was given.
    #[function(sig = "(event, /, *args)")]
    fn audit(vm: &mut Vm, event: Gc<Str>, args: Gc<Tuple>) -> PyResult<()> {
        let Some(hooks) = vm.hooks.audit.bound() else { return Ok(()) };
        let hooks = vm.collect(hooks)?;
        for hook in hooks.iter() {
            vm.call(*hook, &[Value::from_gc(event), Value::from_gc(args)])?;
        }
        Ok(())
    }

    /// Adds a new audit hook callback.
    #[function(sig = "(hook)")]
    fn addaudithook(vm: &mut Vm, hook: Value) -> PyResult<()> {
        let event = vm.str("sys.addaudithook")?;
        let none = vm.tuple(&[])?;
        // A hook that is there may refuse, silently, by an Exception.
        let allowed = audit(vm, event, none);
        if vm.catch(allowed, Exc::Exception)?.is_none() {
            return Ok(());
        }
        let list: Gc<List> = match vm.exact_list(vm.hooks.audit) {
            Some(list) => list,
            None => {
                let list = vm.list_new()?;
                vm.hooks.audit = Value::from_gc(list);
                list
            }
        };
        vm.list_push(list, hook)
    }

    /// Call func(*args), while tracing is enabled.
    #[function(sig = "(func, args, /)")]
    fn call_tracing(vm: &mut Vm, func: Value, args: Gc<Tuple>) -> PyResult {
        let args = args.items().to_vec();
        vm.call(func, &args)
    }

    /// Return the installed asynchronous generators hooks.
    #[function]
    fn get_asyncgen_hooks(vm: &mut Vm) -> PyResult {
        let key = "asyncgen_hooks class";
        let items = [vm.hooks.asyncgen_firstiter, vm.hooks.asyncgen_finalizer];
        let cls = match super::state_class(vm, key) {
            Some(cls) => cls,
            None => {
                let spec = Spec {
                    module: "sys",
                    name: "asyncgen_hooks",
                    doc: "Named tuple of the asynchronous generators hooks.",
                    fields: &["firstiter", "finalizer"],
                    hidden: &[],
                };
                let cls = structseq::make_class(vm, &spec)?;
                super::keep_class(vm, key, cls);
                cls
            }
        };
        structseq::instance(vm, cls, &items, &[])
    }

    /// Set a finalizer for async generators objects.
    #[function(sig = "(firstiter=<unrepresentable>, finalizer=<unrepresentable>)")]
    fn set_asyncgen_hooks(vm: &mut Vm, firstiter: Option<Value>, finalizer: Option<Value>) -> PyResult<()> {
        for (name, hook) in [("finalizer", finalizer), ("firstiter", firstiter)] {
            if let Some(hook) = hook
                && !hook.is_none()
                && !vm.is_callable(hook)
            {
                let got = vm.type_name(hook);
                return Err(vm.type_error(format!("callable {name} expected, got {got}")));
            }
        }
        if let Some(hook) = finalizer {
            vm.hooks.asyncgen_finalizer = hook;
        }
        if let Some(hook) = firstiter {
            vm.hooks.asyncgen_firstiter = hook;
        }
        Ok(())
    }

    /// Check status of origin tracking for coroutine objects in this thread.
    #[function]
    fn get_coroutine_origin_tracking_depth(vm: &mut Vm) -> u32 {
        vm.hooks.origin_depth
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    #[function(sig = "(depth)")]
    fn set_coroutine_origin_tracking_depth(vm: &mut Vm, depth: i32) -> PyResult<()> {
        if depth < 0 {
            return Err(vm.value_error("depth must be >= 0"));
        }
        vm.hooks.origin_depth = depth as u32;
        Ok(())
    }

    /// Whether the object lives as long as the process: constants and small numbers do.
    #[function(sig = "(op, /)")]
    fn _is_immortal(_vm: &mut Vm, op: Value) -> bool {
        op.as_header().is_none()
    }

    /// Drops caches: there are none to drop.
    #[function]
    fn _clear_internal_caches(_vm: &mut Vm) {}

    /// Takes the weak reference and dict descriptors off a class that is about to be replaced.
    #[function(sig = "(type, /)")]
    fn _clear_type_descriptors(vm: &mut Vm, class: Value) -> PyResult<()> {
        let Some(cls) = vm.as_class(class) else {
            let got = vm.type_name(class);
            return Err(vm.type_error(format!("argument must be a type, not {got}")));
        };
        for name in ["__dict__", "__weakref__"] {
            let name = vm.intern(name);
            if let Some(dict) = cls.dict.get()
                && vm.dict_get_str(dict, name).is_some()
            {
                vm.dict_del(dict, Value::from_gc(name))?;
                vm.class_changed(cls);
            }
        }
        Ok(())
    }

    /// The flags used for dlopen().
    #[function]
    fn getdlopenflags(vm: &mut Vm) -> i32 {
        super::super::info::state(vm).dlopen_flags
    }

    /// Set the flags used by the interpreter for dlopen calls.
    #[function(sig = "(flags, /)")]
    fn setdlopenflags(vm: &mut Vm, flags: i32) {
        super::super::info::state(vm).dlopen_flags = flags;
    }

    /// Return the reference count of an object: that of one that is never freed by counting, since nothing is counted.
    ///
    /// As for CPython's immortal objects the number does not say how many references there are.
    #[function(sig = "(object, /)")]
    fn getrefcount(_vm: &mut Vm, _object: Value) -> i64 {
        super::IMMORTAL_REFERENCES
    }

    /// Return the number of interned strings.
    #[function(sig = "(*, _only_immortal=False)")]
    fn getunicodeinternedsize(vm: &mut Vm, _only_immortal: bool) -> usize {
        vm.strings.interned_count()
    }

    /// Return the number of memory blocks currently allocated: live cells of the heap.
    #[function]
    fn getallocatedblocks(vm: &mut Vm) -> usize {
        vm.heap.stats().live_bytes / 16
    }

    /// Whether the program may be debugged from outside: it may not.
    #[function]
    fn is_remote_debug_enabled(_vm: &mut Vm) -> bool {
        false
    }

    /// Executes a file in another process: not there.
    #[function(sig = "(pid, script)")]
    fn remote_exec(vm: &mut Vm, _pid: Value, _script: Value) -> PyResult<()> {
        Err(vm.runtime_error("Remote debugging is not enabled"))
    }

    /// Activate stack profiler trampoline: there is none.
    #[function(sig = "(backend, /)")]
    fn activate_stack_trampoline(vm: &mut Vm, _backend: Gc<Str>) -> PyResult<()> {
        Err(vm.value_error("perf trampoline not available"))
    }

    /// Deactivate the current stack profiler trampoline backend.
    #[function]
    fn deactivate_stack_trampoline(_vm: &mut Vm) {}

    /// Whether a stack profiler trampoline is active: there is none.
    #[function]
    fn is_stack_trampoline_active(_vm: &mut Vm) -> bool {
        false
    }
}

/// What CPython shows for objects whose references it does not count.
const IMMORTAL_REFERENCES: i64 = 3 << 30;

use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// A class made once, kept among the machine's permanent values.
fn state_class(vm: &mut Vm, key: &'static str) -> Option<Gc<Type>> {
    let at = super::info::state(vm).classes.iter().find(|(name, _)| *name == key).map(|(_, at)| *at)?;
    vm.as_class(vm.permanent[at])
}

fn keep_class(vm: &mut Vm, key: &'static str, cls: Gc<Type>) {
    let at = vm.permanent.len();
    vm.permanent.push(Value::from_gc(cls));
    super::info::state(vm).classes.push((key, at));
}

/// Enters these functions and the classes that hooks need.
pub fn fill(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
    for decl in functions::MODULE.functions {
        let f = habu_runtime::types::native_function::new_function(vm, decl, Value::from_gc(module))?;
        crate::support::set(vm, module, decl.name, f)?;
    }
    let spec = crate::structseq::Spec {
        module: "",
        name: "UnraisableHookArgs",
        doc: "Type used to pass arguments to sys.unraisablehook.",
        fields: &["exc_type", "exc_value", "exc_traceback", "err_msg", "object"],
        hidden: &[],
    };
    let cls = crate::structseq::make_class(vm, &spec)?;
    vm.hooks.unraisable_args = Value::from_gc(cls);
    let jit = habu_runtime::import::make_native(vm, &super::jit::module::MODULE)?;
    crate::support::set(vm, module, "_jit", Value::from_gc(jit))?;
    let monitoring = habu_runtime::import::make_native(vm, &super::monitoring::module::MODULE)?;
    crate::support::set(vm, module, "monitoring", Value::from_gc(monitoring))?;
    for name in ["abiflags", "_framework"] {
        crate::support::set_str(vm, module, name, "")?;
    }
    crate::support::set(vm, module, "_home", Value::NONE)
}
