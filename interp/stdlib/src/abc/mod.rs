//! `_abc`: abstract base classes. Caches hold their classes for good.

use crate::layout;
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::class::flags;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::set::Set;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

layout! {
    /// Cell of what an abstract class keeps: `_abc_impl`.
    AbcData(ids::ABC_DATA) { registry, cache, negative } plain { version: u64 }
}

#[habu_macros::py_type(name = "_abc_data", module = "_abc", id = ids::ABC_DATA)]
impl AbcData {}

/// Number of registrations so far: negative caches from before are void.
#[derive(Default)]
struct State {
    registrations: u64,
}

fn state(vm: &mut Vm) -> &mut State {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    state.downcast_mut().expect("entered under its own type")
}

fn new_set(vm: &mut Vm) -> PyResult {
    vm.set_new(ids::SET).map(Value::from_gc)
}

fn data(vm: &mut Vm, cls: Value) -> PyResult<Gc<AbcData>> {
    let data = vm.get_attr_str(cls, "_abc_impl")?;
    match vm.exact::<AbcData>(data) {
        Some(data) => Ok(data),
        None => Err(vm.type_error("_abc_impl is set to a wrong type")),
    }
}

fn set_of(vm: &Vm, v: Value) -> Gc<Set> {
    vm.exact::<Set>(v).expect("made as a set")
}

fn expect_class(vm: &mut Vm, v: Value, text: &str) -> PyResult<Gc<Type>> {
    match vm.as_class(v) {
        Some(cls) => Ok(cls),
        None => Err(vm.type_error(text)),
    }
}

fn drop_negative(vm: &mut Vm, data: Gc<AbcData>) -> PyResult<()> {
    let now = state(vm).registrations;
    if data.version.get() < now {
        let empty = new_set(vm)?;
        data.negative.set(&mut vm.heap, data.header(), empty);
        data.version.set(now);
    }
    Ok(())
}

fn remember(vm: &mut Vm, set: Value, cls: Value) -> PyResult<()> {
    let set = set_of(vm, set);
    vm.set_add(set, cls).map(|_| ())
}

fn subclass_check(vm: &mut Vm, cls: Value, sub: Value) -> PyResult<bool> {
    let sub_class = expect_class(vm, sub, "issubclass() arg 1 must be a class")?;
    let data = data(vm, cls)?;
    let cache = set_of(vm, data.cache.get());
    if vm.set_contains(cache, sub)? {
        return Ok(true);
    }
    drop_negative(vm, data)?;
    let negative = set_of(vm, data.negative.get());
    if vm.set_contains(negative, sub)? {
        return Ok(false);
    }
    let answer = vm.call_method(cls, "__subclasshook__", &[sub])?;
    if answer == Value::TRUE || answer == Value::FALSE {
        let set = if answer == Value::TRUE { data.cache.get() } else { data.negative.get() };
        remember(vm, set, sub)?;
        return Ok(answer == Value::TRUE);
    }
    if answer != Value::NOT_IMPLEMENTED {
        return Err(vm.assertion_error("__subclasshook__ must return either False, True, or NotImplemented"));
    }
    let class = expect_class(vm, cls, "not a class")?;
    let mut found = sub_class.is_subtype(class);
    if !found {
        let registered = vm.collect(data.registry.get())?;
        for i in 0..registered.len() {
            if vm.is_subclass(sub, registered[i])? {
                found = true;
                break;
            }
        }
    }
    if !found {
        let subclasses = vm.call_method(cls, "__subclasses__", &[])?;
        let subclasses = vm.collect(subclasses)?;
        for i in 0..subclasses.len() {
            if vm.is_subclass(sub, subclasses[i])? {
                found = true;
                break;
            }
        }
    }
    let set = if found { data.cache.get() } else { data.negative.get() };
    remember(vm, set, sub)?;
    Ok(found)
}

/// Names of abstract methods: own ones, and inherited ones not overridden.
fn abstract_names(vm: &mut Vm, cls: Value) -> PyResult {
    let class = expect_class(vm, cls, "not a class")?;
    let names = vm.set_new(ids::FROZENSET)?;
    let mark = vm.names.isabstract;
    let dict = class.dict.get().expect("classes have a dict");
    let mut at = 0;
    while let Some((name, v)) = vm.dict_next(dict, &mut at) {
        if v.is_pointer()
            && let Some(flag) = vm.get_attr_opt(v, mark)?
            && vm.truth(flag)?
        {
            vm.set_add(names, name)?;
        }
    }
    let bases = class.bases.get().map_or(Value::NONE, Value::from_gc);
    let bases = vm.collect(bases)?;
    let key = vm.names.abstractmethods;
    for i in 0..bases.len() {
        let Some(inherited) = vm.get_attr_opt(bases[i], key)? else { continue };
        let inherited = vm.collect(inherited)?;
        for j in 0..inherited.len() {
            let Some(name) = vm.downcast::<habu_runtime::types::str::Str>(inherited[j]) else { continue };
            let name = vm.intern_str(name)?;
            if let Some(v) = vm.get_attr_opt(cls, name)?
                && let Some(flag) = vm.get_attr_opt(v, mark)?
                && vm.truth(flag)?
            {
                vm.set_add(names, Value::from_gc(name))?;
            }
        }
    }
    Ok(Value::from_gc(names))
}

/// An abstract class may say that its instances match sequence or mapping patterns: `__abc_tpflags__`.
fn adopt_kind(vm: &mut Vm, cls: Value) -> PyResult<()> {
    let class = expect_class(vm, cls, "not a class")?;
    let key = vm.intern("__abc_tpflags__");
    let Some(dict) = class.dict.get() else { return Ok(()) };
    let Some(bits) = vm.dict_get_str(dict, key).and_then(Value::as_small) else { return Ok(()) };
    let kind = match bits & (1 << 5 | 1 << 6) {
        0x20 => flags::SEQUENCE,
        0x40 => flags::MAPPING,
        0 => return Ok(()),
        _ => {
            return Err(
                vm.type_error("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING")
            );
        }
    };
    class.flags.set(class.flags.get() & !flags::COLLECTION | kind);
    vm.dict_del(dict, Value::from_gc(key))?;
    vm.class_changed(class);
    Ok(())
}

/// Registered classes and their subclasses are of the abstract class's kind.
fn set_kind(vm: &mut Vm, class: Gc<Type>, kind: u32) {
    if class.has(flags::IMMUTABLE) || class.flags.get() & flags::COLLECTION == kind {
        return;
    }
    class.flags.set(class.flags.get() & !flags::COLLECTION | kind);
    for sub in vm.subclasses.get(&class.addr()).cloned().unwrap_or_default() {
        set_kind(vm, sub, kind);
    }
}

/// Module contains faster C implementation of abc.ABCMeta
#[native_module(name = "_abc")]
pub mod module {
    use super::*;

    /// Internal ABC helper for class set-up.
    #[function(name = "_abc_init", sig = "(self, /)")]
    fn abc_init(vm: &mut Vm, cls: Value) -> PyResult<()> {
        let names = abstract_names(vm, cls)?;
        let key = vm.names.abstractmethods;
        vm.set_attr(cls, key, names)?;
        let class = vm.native_class(AbcData::DECL)?;
        let data = vm.alloc_instance::<AbcData>(class)?;
        for field in [&data.registry, &data.cache, &data.negative] {
            let set = new_set(vm)?;
            field.set(&mut vm.heap, data.header(), set);
        }
        let now = state(vm).registrations;
        data.version.set(now);
        let key = vm.intern("_abc_impl");
        vm.set_attr(cls, key, Value::from_gc(data))?;
        adopt_kind(vm, cls)
    }

    /// Internal ABC helper for subclass registration.
    #[function(name = "_abc_register", sig = "(self, subclass, /)")]
    fn abc_register(vm: &mut Vm, cls: Value, subclass: Value) -> PyResult {
        expect_class(vm, subclass, "Can only register classes")?;
        if vm.is_subclass(subclass, cls)? {
            return Ok(subclass);
        }
        if vm.is_subclass(cls, subclass)? {
            return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
        }
        let data = data(vm, cls)?;
        remember(vm, data.registry.get(), subclass)?;
        state(vm).registrations += 1;
        if let (Some(abstract_class), Some(class)) = (vm.as_class(cls), vm.as_class(subclass)) {
            let kind = abstract_class.flags.get() & flags::COLLECTION;
            if kind != 0 {
                set_kind(vm, class, kind);
            }
        }
        Ok(subclass)
    }

    /// Internal ABC helper for instance checks.
    #[function(name = "_abc_instancecheck", sig = "(self, instance, /)")]
    fn abc_instancecheck(vm: &mut Vm, cls: Value, instance: Value) -> PyResult {
        let data = data(vm, cls)?;
        let key = vm.names.class;
        let subclass = vm.get_attr(instance, key)?;
        let cache = set_of(vm, data.cache.get());
        if vm.set_contains(cache, subclass)? {
            return Ok(Value::TRUE);
        }
        let subtype = Value::from_gc(vm.class_of(instance));
        if subtype == subclass {
            drop_negative(vm, data)?;
            let negative = set_of(vm, data.negative.get());
            if vm.set_contains(negative, subclass)? {
                return Ok(Value::FALSE);
            }
            return vm.call_method(cls, "__subclasscheck__", &[subclass]);
        }
        let first = vm.call_method(cls, "__subclasscheck__", &[subclass])?;
        if vm.truth(first)? {
            return Ok(first);
        }
        vm.call_method(cls, "__subclasscheck__", &[subtype])
    }

    /// Internal ABC helper for subclass checks.
    #[function(name = "_abc_subclasscheck", sig = "(self, subclass, /)")]
    fn abc_subclasscheck(vm: &mut Vm, cls: Value, subclass: Value) -> PyResult<bool> {
        subclass_check(vm, cls, subclass)
    }

    /// Returns the current ABC cache token.
    #[function]
    fn get_cache_token(vm: &mut Vm) -> u64 {
        state(vm).registrations
    }

    /// Internal ABC helper to reset registry of a given class.
    #[function(name = "_reset_registry", sig = "(self, /)")]
    fn reset_registry(vm: &mut Vm, cls: Value) -> PyResult<()> {
        let data = data(vm, cls)?;
        let empty = new_set(vm)?;
        data.registry.set(&mut vm.heap, data.header(), empty);
        Ok(())
    }

    /// Internal ABC helper to reset both caches of a given class.
    #[function(name = "_reset_caches", sig = "(self, /)")]
    fn reset_caches(vm: &mut Vm, cls: Value) -> PyResult<()> {
        let data = data(vm, cls)?;
        let (cache, negative) = (new_set(vm)?, new_set(vm)?);
        data.cache.set(&mut vm.heap, data.header(), cache);
        data.negative.set(&mut vm.heap, data.header(), negative);
        Ok(())
    }

    /// Internal ABC helper for cache and registry debugging.
    #[function(name = "_get_dump", sig = "(self, /)")]
    fn get_dump(vm: &mut Vm, cls: Value) -> PyResult<(Value, Value, Value, u64)> {
        let data = data(vm, cls)?;
        Ok((data.registry.get(), data.cache.get(), data.negative.get(), data.version.get()))
    }
}
