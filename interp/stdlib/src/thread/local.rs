//! `_thread._local`: attributes that each thread has for itself.
//!
//! The object holds one dict a thread. A thread that ends takes its dicts away: it keeps weak references to the objects.

use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Special, Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::list::List;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::types::weakref::{self, WeakRef};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

layout! {
    /// Cell of thread-local storage: dicts by thread, and what `__init__` is called with in each.
    Local(ids::THREAD_LOCAL) { dicts, args, kwargs }
}

/// Key of a thread's list of weak references to the objects that have a dict for it.
struct Known;

fn dicts(vm: &Vm, this: Gc<Local>) -> Gc<Dict> {
    vm.exact::<Dict>(this.dicts.get()).expect("set when the object was made")
}

/// Notes that the running thread has a dict in `this`.
fn remember(vm: &mut Vm, this: Gc<Local>) -> PyResult<()> {
    let weakrefs = habu_runtime::import::import_module(vm, "_weakref")?;
    let weak = vm.call_method(weakrefs, "ref", &[Value::from_gc(this)])?;
    let key = TypeId::of::<Known>();
    let list = match vm.threads.current().values.get(&key).copied() {
        Some(list) => vm.exact_list(list).expect("entered as a list"),
        None => {
            let list = vm.list_new()?;
            vm.threads.current().values.insert(key, Value::from_gc(list));
            list
        }
    };
    if list.len() >= 64 && list.len().is_power_of_two() {
        drop_dead(vm, list)?;
    }
    vm.list_push(list, weak)
}

fn drop_dead(vm: &mut Vm, list: Gc<List>) -> PyResult<()> {
    let mut at = 0;
    while let Some(weak) = vm.list_get(list, at)? {
        let alive = vm.exact::<WeakRef>(weak).is_some_and(|w| weakref::target(w).is_some());
        if alive {
            at += 1;
        } else {
            vm.list_remove(list, at)?;
        }
    }
    Ok(())
}

/// The running thread ends: its dicts go.
pub fn forget_thread(vm: &mut Vm) -> PyResult<()> {
    let (key, id) = (TypeId::of::<Known>(), vm.threads.current().id);
    let Some(list) = vm.threads.current().values.remove(&key).and_then(|v| vm.exact_list(v)) else {
        return Ok(());
    };
    while let Some(weak) = vm.list_pop(list)? {
        let target = vm.exact::<WeakRef>(weak).and_then(weakref::target);
        if let Some(this) = target.and_then(|v| vm.downcast::<Local>(v)) {
            let dicts = dicts(vm, this);
            vm.dict_del(dicts, Value::small(id as i64))?;
        }
    }
    Ok(())
}

/// The running thread's dict; made, and `__init__` called, when the thread comes here first.
fn own_dict(vm: &mut Vm, this: Gc<Local>) -> PyResult<Gc<Dict>> {
    let (all, key) = (dicts(vm, this), Value::small(vm.threads.current().id as i64));
    if let Some(dict) = vm.dict_get(all, key)?.and_then(|v| vm.exact::<Dict>(v)) {
        return Ok(dict);
    }
    let dict = vm.dict_new()?;
    vm.dict_set(all, key, Value::from_gc(dict))?;
    remember(vm, this)?;
    let cls = vm.class_of(Value::from_gc(this));
    if cls != vm.native_class(Local::DECL)?
        && let Some(init) = vm.class_special(cls, Special::Init)
    {
        let called = call_init(vm, this, init);
        if called.is_err() {
            // The next access tries again.
            let raised = called.err();
            let exc = raised.map(|r| vm.take_exception(r));
            vm.dict_del(all, key)?;
            if let Some(exc) = exc {
                return Err(vm.raise_again(exc));
            }
        }
    }
    Ok(dict)
}

fn call_init(vm: &mut Vm, this: Gc<Local>, init: Value) -> PyResult<()> {
    let this_value = Value::from_gc(this);
    let owner = vm.class_of(this_value);
    let bound = vm.bind_found(init, this_value, owner)?;
    let args = vm.exact::<Tuple>(this.args.get());
    let keywords = match vm.exact::<Dict>(this.kwargs.get()) {
        Some(kwargs) => crate::support::keywords(vm, kwargs),
        None => Vec::new(),
    };
    vm.call_kw(bound, args.as_ref().map_or(&[], |a| a.items()), &keywords)?;
    Ok(())
}

fn name_of(vm: &mut Vm, name: Value) -> PyResult<Gc<Str>> {
    match vm.downcast::<Str>(name) {
        Some(name) => vm.intern_str(name),
        None => {
            let got = vm.type_name(name);
            Err(vm.type_error(format!("attribute name must be string, not '{got}'")))
        }
    }
}

fn set_or_delete(vm: &mut Vm, this: Gc<Local>, name: Value, value: Value) -> PyResult<()> {
    let name = name_of(vm, name)?;
    let dict = own_dict(vm, this)?;
    let v = Value::from_gc(this);
    let cls = vm.class_of(v);
    if name.as_str().as_deref() == Some("__dict__") {
        let class = vm.class_name(cls);
        return Err(vm.attribute_error(
            format!("'{class}' object attribute '__dict__' is read-only"),
            v,
            name,
        ));
    }
    if let Some(found) = vm.type_lookup(cls, name)
        && vm.is_data_descriptor(found)
    {
        return vm.generic_set_attr(v, name, value);
    }
    if !value.is_unbound() {
        return vm.dict_set(dict, Value::from_gc(name), value);
    }
    if vm.dict_del(dict, Value::from_gc(name))? { Ok(()) } else { Err(vm.no_attribute(v, name)) }
}

/// Thread-local data
#[py_type(name = "_local", module = "_thread", id = ids::THREAD_LOCAL, subclassable)]
impl Local {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<Gc<Local>> {
        let object = vm.builtin(ids::OBJECT);
        let takes_nothing = vm.class_special(cls, Special::Init) == vm.class_special(object, Special::Init);
        if takes_nothing && (!args.is_empty() || !kwargs.is_empty()) {
            return Err(vm.type_error("Initialization arguments are not supported"));
        }
        let this = vm.alloc_instance::<Local>(cls)?;
        this.args.init(Value::from_gc(args));
        this.kwargs.init(Value::from_gc(kwargs));
        let (all, own) = (vm.dict_new()?, vm.dict_new()?);
        this.dicts.set(&mut vm.heap, this.header(), Value::from_gc(all));
        // `__init__` is called by the class for the thread that makes the object.
        let key = Value::small(vm.threads.current().id as i64);
        vm.dict_set(all, key, Value::from_gc(own))?;
        remember(vm, this)?;
        Ok(this)
    }
    #[method]
    fn __getattribute__(vm: &mut Vm, this: Gc<Local>, name: Value) -> PyResult {
        let name = name_of(vm, name)?;
        let dict = own_dict(vm, this)?;
        let v = Value::from_gc(this);
        if name.as_str().as_deref() == Some("__dict__") {
            return Ok(Value::from_gc(dict));
        }
        let cls = vm.class_of(v);
        let found = vm.type_lookup(cls, name);
        if let Some(descriptor) = found
            && vm.is_data_descriptor(descriptor)
        {
            return vm.bind_found(descriptor, v, cls);
        }
        if let Some(value) = vm.dict_get(dict, Value::from_gc(name))? {
            return Ok(value);
        }
        match found {
            Some(found) => vm.bind_found(found, v, cls),
            None => Err(vm.no_attribute(v, name)),
        }
    }
    #[method]
    fn __setattr__(vm: &mut Vm, this: Gc<Local>, name: Value, value: Value) -> PyResult<()> {
        set_or_delete(vm, this, name, value)
    }
    #[method]
    fn __delattr__(vm: &mut Vm, this: Gc<Local>, name: Value) -> PyResult<()> {
        set_or_delete(vm, this, name, Value::UNBOUND)
    }
}
