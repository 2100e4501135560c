//! The native module `_weakref`.

use habu_macros::native_module;

/// Weak-reference support module.
#[native_module(name = "_weakref")]
pub mod module {
    use crate::heap::Gc;
    use crate::object::ids;
    use crate::types::dict::Dict;
    use crate::types::module::ModuleRef;
    use crate::types::weakref::{WeakRef, make, target};
    use crate::value::Value;
    use crate::vm::{PyResult, Vm};

    /// Return the number of weak references to 'object'.
    #[function(sig = "($module, object, /)")]
    fn getweakrefcount(vm: &mut Vm, object: Value) -> usize {
        object.as_header().map_or(0, |h| vm.heap.weak_refs_of(h).count())
    }

    /// Return a list of all weak reference objects pointing to 'object'.
    #[function(sig = "($module, object, /)")]
    fn getweakrefs(vm: &mut Vm, object: Value) -> PyResult {
        let mut list = vm.rooted_vec();
        if let Some(header) = object.as_header() {
            list.extend(vm.heap.weak_refs_of(header).map(Value::from_header));
        }
        Ok(Value::from_gc(vm.list_from(&list)?))
    }

    /// Create a proxy object that weakly references 'object'.
    ///
    /// 'callback', if given, is called with a reference to the
    /// proxy when 'object' is about to be finalized.
    #[function(sig = "($module, object, callback=None, /)")]
    fn proxy(vm: &mut Vm, object: Value, callback: Value) -> PyResult {
        let id = if vm.is_callable(object) { ids::WEAK_CALLABLE_PROXY } else { ids::WEAK_PROXY };
        let cls = vm.builtin(id);
        make(vm, cls, object, callback)
    }

    /// Atomically remove key from dict if it points to a dead weakref.
    #[function(sig = "($module, dct, key, /)")]
    fn _remove_dead_weakref(vm: &mut Vm, dct: Gc<Dict>, key: Value) -> PyResult<()> {
        let Some(v) = vm.dict_get(dct, key)? else { return Ok(()) };
        let dead = match vm.downcast::<WeakRef>(v) {
            Some(weak) => target(weak).is_none(),
            None => return Err(vm.type_error("not a weakref")),
        };
        if dead {
            vm.dict_del(dct, key)?;
        }
        Ok(())
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let Some(dict) = module.dict.get() else { return Ok(()) };
        for (name, id) in [
            ("ref", ids::WEAKREF),
            ("ReferenceType", ids::WEAKREF),
            ("ProxyType", ids::WEAK_PROXY),
            ("CallableProxyType", ids::WEAK_CALLABLE_PROXY),
        ] {
            let (name, cls) = (vm.intern(name), vm.builtin(id));
            vm.dict_set_str(dict, name, Value::from_gc(cls))?;
        }
        Ok(())
    }
}
