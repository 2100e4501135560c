//! `type.__new__`: from name, bases and namespace to a class, with all hooks that run on the way.

use super::call::DictKeywords;
use crate::heap::Gc;
use crate::interp::regs::Base;
use crate::object::class::flags;
use crate::object::{Special, Type, ids};
use crate::types::cell::Cell;
use crate::types::descriptor;
use crate::types::dict::Dict;
use crate::types::object::{INSTANCE_DICT, WEAKREFS};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm, id_of};

/// The most derived of a metaclass and those of the bases.
pub fn calculate_metaclass(vm: &mut Vm, meta: Gc<Type>, bases: &[Value]) -> PyResult<Gc<Type>> {
    let mut winner = meta;
    for base in bases {
        let own = vm.class_of(*base);
        if winner.is_subtype(own) {
            continue;
        }
        if own.is_subtype(winner) {
            winner = own;
            continue;
        }
        return Err(vm.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses \
             of all its bases",
        ));
    }
    Ok(winner)
}

/// `type.__new__(meta, name, bases, namespace, **kwargs)`
pub fn class_new(vm: &mut Vm, meta: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
    let [name_arg, bases_arg, namespace_arg] = *args.items() else {
        let n = args.len();
        return Err(vm.type_error(format!("type.__new__() takes exactly 3 arguments ({n} given)")));
    };
    let Some(name) = vm.downcast::<Str>(name_arg) else { return Err(bad_argument(vm, 1, "str", name_arg)) };
    let Some(bases) = vm.downcast::<Tuple>(bases_arg) else {
        return Err(bad_argument(vm, 2, "tuple", bases_arg));
    };
    let Some(namespace) = vm.downcast::<Dict>(namespace_arg) else {
        return Err(bad_argument(vm, 3, "dict", namespace_arg));
    };
    for base in bases.items() {
        let entries = vm.names.special(Special::MroEntries);
        if vm.as_class(*base).is_none() && vm.get_attr_opt(*base, entries)?.is_some() {
            return Err(vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()"));
        }
    }
    let winner = calculate_metaclass(vm, meta, bases.items())?;
    if winner != meta {
        let own = vm.builtin(ids::TYPE);
        let new = vm.class_special(winner, Special::New);
        if new != vm.class_special(own, Special::New)
            && let Some(new) = new
        {
            let f = vm.bind_found(new, Value::UNBOUND, winner)?;
            return vm.call_dict(f, &[Value::from_gc(winner), name_arg, bases_arg, namespace_arg], kwargs);
        }
    }
    super::check_text(vm, name)?;
    if name.iter().any(|c| c == 0) {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    let name = vm.intern_str(name)?;
    let cls = vm.make_class(winner, name, bases.items(), namespace)?;
    let dict = cls.dict.get().expect("classes have a dict");
    fill_dict(vm, cls, dict)?;
    custom_order(vm, winner, cls)?;
    vm.class_changed(cls);
    set_names(vm, cls, dict)?;
    init_subclass(vm, cls, kwargs)?;
    Ok(Value::from_gc(cls))
}

#[cold]
fn bad_argument(vm: &mut Vm, which: u8, wanted: &str, v: Value) -> Raised {
    let got = vm.type_name(v);
    vm.type_error(format!("type.__new__() argument {which} must be {wanted}, not {got}"))
}

/// What every class's dict has, and what a class statement leaves there for `type`.
fn fill_dict(vm: &mut Vm, cls: Gc<Type>, dict: Gc<Dict>) -> PyResult<()> {
    let key = vm.names.module;
    if vm.dict_get_str(dict, key).is_none()
        && !vm.ctx.base.is_null()
        && let Some(globals) = Base(vm.ctx.base).function().globals.get()
    {
        let name = vm.names.name;
        if let Some(module) = vm.dict_get_str(globals, name) {
            vm.dict_set_str(dict, key, module)?;
        }
    }
    let key = vm.names.qualname;
    if let Some(qualname) = vm.dict_get_str(dict, key) {
        let Some(text) = vm.downcast::<Str>(qualname) else {
            let got = vm.type_name(qualname);
            return Err(vm.type_error(format!("type __qualname__ must be a str, not {got}")));
        };
        cls.qualname.set(&mut vm.heap, cls.header(), Some(text));
        vm.dict_del(dict, Value::from_gc(key))?;
    }
    wrap_functions(vm, dict)?;
    let (eq, hash) = (vm.names.special(Special::Eq), vm.names.special(Special::Hash));
    if vm.dict_get_str(dict, eq).is_some() && vm.dict_get_str(dict, hash).is_none() {
        vm.dict_set_str(dict, hash, Value::NONE)?;
    }
    add_descriptors(vm, cls, dict)?;
    let doc = vm.names.doc;
    if vm.dict_get_str(dict, doc).is_none() {
        vm.dict_set_str(dict, doc, Value::NONE)?;
    }
    let (class_cell, dict_cell) = (vm.names.classcell, vm.names.classdictcell);
    for (key, content) in [(class_cell, Value::from_gc(cls)), (dict_cell, Value::from_gc(dict))] {
        let Some(v) = vm.dict_get_str(dict, key) else { continue };
        if id_of(v) != ids::CELL {
            let got = Value::from_gc(vm.class_of(v));
            let (name, got) = (key.to_message(), vm.repr(got)?.to_message());
            return Err(vm.type_error(format!("{name} must be a nonlocal cell, not {got}")));
        }
        // SAFETY: the id says that it is a cell.
        let cell: Gc<Cell> = unsafe { Gc::from_header(v.as_header().expect("cells are cells")) };
        cell.value.set(&mut vm.heap, cell.header(), content);
        vm.dict_del(dict, Value::from_gc(key))?;
    }
    Ok(())
}

/// `__new__` is static; `__init_subclass__` and `__class_getitem__` are class methods, whether decorated or not.
fn wrap_functions(vm: &mut Vm, dict: Gc<Dict>) -> PyResult<()> {
    let (new, init, item) = (Special::New, Special::InitSubclass, Special::ClassGetItem);
    for special in [new, init, item] {
        let key = vm.names.special(special);
        let Some(f) = vm.dict_get_str(dict, key).filter(|f| id_of(*f) == ids::FUNCTION) else { continue };
        let wrapped = if special == new {
            descriptor::new_staticmethod(vm, f)?
        } else {
            descriptor::new_classmethod(vm, f)?
        };
        vm.dict_set_str(dict, key, wrapped)?;
    }
    Ok(())
}

/// `__dict__` and `__weakref__` where this class is the first to have them.
fn add_descriptors(vm: &mut Vm, cls: Gc<Type>, dict: Gc<Dict>) -> PyResult<()> {
    let Some(base) = cls.base.get() else { return Ok(()) };
    // Classes and modules have a namespace of their own in place of an instance dict.
    if cls.has(flags::METACLASS) || cls.layout.get() == ids::MODULE {
        return Ok(());
    }
    for (flag, decl) in [(flags::HAS_DICT, &INSTANCE_DICT), (flags::WEAKREF, &WEAKREFS)] {
        if cls.has(flag) && !base.has(flag) {
            let key = vm.intern(decl.name);
            if vm.dict_get_str(dict, key).is_none() {
                let descriptor = descriptor::new_getset(vm, cls, decl)?;
                vm.dict_set_str(dict, key, descriptor)?;
            }
        }
    }
    Ok(())
}

/// A metaclass's own `mro` method decides the resolution order.
fn custom_order(vm: &mut Vm, meta: Gc<Type>, cls: Gc<Type>) -> PyResult<()> {
    let name = vm.intern("mro");
    let Some(f) = vm.type_lookup(meta, name) else { return Ok(()) };
    if vm.is_native_descriptor(f) {
        return Ok(());
    }
    let order = vm.call_found(f, Value::from_gc(cls), &[])?;
    let order = vm.collect(order)?;
    if order.is_empty() {
        return Err(vm.type_error("type MRO must not be empty"));
    }
    for class in order.iter() {
        let Some(base) = vm.as_class(*class) else {
            let got = vm.type_name(*class);
            return Err(vm.type_error(format!("mro() returned a non-class ('{got}')")));
        };
        // Its methods would take instances for what they are not.
        if !vm.has_layout_of(cls, base) {
            let got = vm.class_name(base);
            return Err(vm.type_error(format!("mro() returned base with unsuitable layout ('{got}')")));
        }
    }
    let usual: Vec<Value> = cls.mro_items().to_vec();
    let order = vm.tuple(&order)?;
    cls.mro.set(&mut vm.heap, cls.header(), Some(order));
    // Classes that are no bases: their changes concern this one too.
    for class in order.items().iter().filter(|class| !usual.contains(class)) {
        let class = vm.expect_class(*class);
        vm.subclasses.entry(class.addr()).or_default().push(cls);
    }
    Ok(())
}

/// Calls `__set_name__` of what the namespace holds.
fn set_names(vm: &mut Vm, cls: Gc<Type>, dict: Gc<Dict>) -> PyResult<()> {
    let mut entries = vm.rooted_vec();
    let mut at = 0;
    while let Some((k, v)) = vm.dict_next(dict, &mut at) {
        // Functions are most of what classes hold, and have no such method.
        if v.is_pointer() && id_of(v) != ids::FUNCTION {
            entries.push(k);
            entries.push(v);
        }
    }
    for i in (0..entries.len()).step_by(2) {
        let (name, v) = (entries[i], entries[i + 1]);
        let Some(f) = vm.lookup_special(v, Special::SetName) else { continue };
        if let Err(raised) = vm.call_found(f, v, &[Value::from_gc(cls), name]) {
            return Err(note_set_name(vm, raised, cls, name, v));
        }
    }
    Ok(())
}

#[cold]
fn note_set_name(vm: &mut Vm, raised: Raised, cls: Gc<Type>, name: Value, v: Value) -> Raised {
    let exc = vm.take_exception(raised);
    let kind = vm.type_name(v);
    let class = vm.class_name(cls);
    let added = vm.repr(name).and_then(|name| {
        let text =
            format!("Error calling __set_name__ on '{kind}' instance {} in '{class}'", name.to_message());
        let text = vm.str(&text)?;
        vm.call_method(exc, "add_note", &[Value::from_gc(text)])
    });
    match added {
        Ok(_) => vm.raise_again(exc),
        Err(other) => other,
    }
}

/// `super(cls, cls).__init_subclass__(**kwargs)`
fn init_subclass(vm: &mut Vm, cls: Gc<Type>, kwargs: Gc<Dict>) -> PyResult<()> {
    let key = vm.names.special(Special::InitSubclass);
    let order = cls.mro_items();
    for class in order.iter().skip_while(|class| **class != Value::from_gc(cls)).skip(1) {
        let class = vm.expect_class(*class);
        let Some(found) = class.dict.get().and_then(|d| vm.dict_get_str(d, key)) else { continue };
        if class == vm.builtin(ids::OBJECT) && kwargs.is_empty() {
            return Ok(());
        }
        if class == vm.builtin(ids::OBJECT) {
            let name = vm.class_name(cls);
            return Err(vm.type_error(format!("{name}.__init_subclass__() takes no keyword arguments")));
        }
        let f = vm.bind_found(found, Value::UNBOUND, cls)?;
        let keywords = DictKeywords::of(vm, kwargs);
        vm.call_with(f, &[], keywords.get())?;
        return Ok(());
    }
    Ok(())
}
