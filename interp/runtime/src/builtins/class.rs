//! `__build_class__`: the class statement.

use habu_macros::native_module;

#[native_module(name = "builtins")]
pub mod functions {
    use crate::heap::Gc;
    use crate::types::dict::Dict;
    use crate::types::tuple::Tuple;
    use crate::value::Value;
    use crate::vm::{PyResult, Vm};

    /// Runs a class body and calls the metaclass.
    #[function(sig = "(func, name, /, *bases, metaclass=<unrepresentable>, **kwds)")]
    fn __build_class__(
        vm: &mut Vm,
        func: Value,
        name: Value,
        bases: Gc<Tuple>,
        metaclass: Option<Value>,
        kwds: Gc<Dict>,
    ) -> PyResult {
        super::build(vm, func, name, bases, metaclass, kwds)
    }
}

use crate::heap::Gc;
use crate::interp::bind::Keywords;
use crate::object::ids;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::typ::calculate_metaclass;
use crate::value::Value;
use crate::vm::{PyResult, RootedVec, Vm};

fn build(
    vm: &mut Vm,
    func: Value,
    name: Value,
    written_bases: Gc<Tuple>,
    metaclass: Option<Value>,
    kwds: Gc<Dict>,
) -> PyResult {
    let Some(body) = vm.exact::<Function>(func) else {
        return Err(vm.type_error("__build_class__: func must be a function"));
    };
    if vm.downcast::<Str>(name).is_none() {
        return Err(vm.type_error("__build_class__: name is not a string"));
    }
    let bases = resolve_bases(vm, written_bases)?;
    let explicit = metaclass.is_some();
    let type_class = Value::from_gc(vm.builtin(ids::TYPE));
    let mut meta = match metaclass {
        Some(meta) => meta,
        None => match bases.items().first() {
            Some(base) => Value::from_gc(vm.class_of(*base)),
            None => type_class,
        },
    };
    if let Some(given) = vm.as_class(meta) {
        meta = Value::from_gc(calculate_metaclass(vm, given, bases.items())?);
    }
    let (names, values) = split(vm, kwds);
    let prepare = vm.intern("__prepare__");
    let namespace = match vm.get_attr_opt(meta, prepare)? {
        Some(f) => {
            let keywords = Keywords { names: &names, values: &values };
            let ns = vm.call_with(f, &[name, Value::from_gc(bases)], keywords)?;
            if vm.lookup_special(ns, crate::object::Special::GetItem).is_none() {
                let (given, of) = (
                    vm.type_name(ns),
                    if vm.as_class(meta).is_some() && explicit {
                        meta_name(vm, meta)
                    } else {
                        "<metaclass>".to_owned()
                    },
                );
                return Err(vm.type_error(format!("{of}.__prepare__() must return a mapping, not {given}")));
            }
            ns
        }
        None => Value::from_gc(vm.dict_new()?),
    };
    let cell = vm.call_namespace(body, namespace)?;
    if bases != written_bases {
        let key = Value::from_gc(vm.names.orig_bases);
        vm.set_item(namespace, key, Value::from_gc(written_bases))?;
    }
    let keywords = Keywords { names: &names, values: &values };
    let cls = vm.call_with(meta, &[name, Value::from_gc(bases), namespace], keywords)?;
    if vm.as_class(cls).is_some()
        && let Some(cell) = vm.exact::<crate::types::cell::Cell>(cell)
    {
        let held = cell.value.get();
        if held.is_unbound() {
            let text = vm.to_str(name)?.to_message();
            return Err(vm.runtime_error(format!(
                "__class__ not set defining '{text}' as <class '{text}'>. Was __classcell__ propagated to type.__new__?"
            )));
        }
        if held != cls {
            let (text, a, b) =
                (vm.to_str(name)?.to_message(), vm.repr(held)?.to_message(), vm.repr(cls)?.to_message());
            return Err(vm.type_error(format!("__class__ set to {a} defining '{text}' as {b}")));
        }
    }
    Ok(cls)
}

fn meta_name(vm: &Vm, meta: Value) -> String {
    vm.as_class(meta).map_or_else(String::new, |m| vm.class_name(m))
}

/// Keyword arguments as parallel vectors.
fn split(vm: &mut Vm, kwds: Gc<Dict>) -> (RootedVec, RootedVec) {
    let (mut names, mut values) = (vm.rooted_vec(), vm.rooted_vec());
    let mut at = 0;
    while let Some((k, v)) = vm.dict_next(kwds, &mut at) {
        names.push(k);
        values.push(v);
    }
    (names, values)
}

/// The bases with `__mro_entries__` of those that are no classes.
pub fn resolve_bases(vm: &mut Vm, bases: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    if bases.items().iter().all(|b| vm.as_class(*b).is_some()) {
        return Ok(bases);
    }
    let mut resolved = vm.rooted_vec();
    let entries_name = vm.intern("__mro_entries__");
    for base in bases.items() {
        let entries = if vm.as_class(*base).is_some() { None } else { vm.get_attr_opt(*base, entries_name)? };
        match entries {
            None => resolved.push(*base),
            Some(f) => {
                let entries = vm.call(f, &[Value::from_gc(bases)])?;
                match vm.downcast::<Tuple>(entries) {
                    Some(entries) => resolved.extend_from_slice(entries.items()),
                    None => return Err(vm.type_error("__mro_entries__ must return a tuple")),
                }
            }
        }
    }
    vm.tuple(&resolved)
}
