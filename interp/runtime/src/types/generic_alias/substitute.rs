//! Type variables in type arguments, and putting arguments in their place.

use crate::heap::Gc;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, RootedVec, Vm};

/// The distinct type variables in the arguments, in order of appearance.
pub fn parameters_of(vm: &mut Vm, args: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    let mut found: RootedVec = vm.rooted_vec();
    let subst = vm.intern("__typing_subst__");
    let parameters = vm.intern("__parameters__");
    for arg in args.items() {
        // Classes have `__parameters__` of their own, which does not count here.
        if vm.as_class(*arg).is_some() {
            continue;
        }
        if vm.get_attr_opt(*arg, subst)?.is_some() {
            add(vm, &mut found, *arg)?;
        } else if let Some(inner) = vm.get_attr_opt(*arg, parameters)?
            && let Some(inner) = vm.downcast::<Tuple>(inner)
        {
            for one in inner.items() {
                add(vm, &mut found, *one)?;
            }
        }
    }
    vm.tuple(&found)
}

fn add(vm: &mut Vm, found: &mut RootedVec, v: Value) -> PyResult<()> {
    for i in 0..found.len() {
        if vm.eq(found[i], v)? {
            return Ok(());
        }
    }
    found.push(v);
    Ok(())
}

/// The arguments with `key` (one type or a tuple) in place of the parameters.
pub fn substitute(
    vm: &mut Vm,
    generic: Value,
    args: Gc<Tuple>,
    parameters: Gc<Tuple>,
    key: Value,
) -> PyResult<Gc<Tuple>> {
    if parameters.is_empty() {
        let text = vm.repr(generic)?.to_message();
        return Err(vm.type_error(format!("{text} is not a generic class")));
    }
    let mut given = match vm.downcast::<Tuple>(key) {
        Some(given) => given,
        None => vm.tuple(&[key])?,
    };
    let prepare = vm.intern("__typing_prepare_subst__");
    for parameter in parameters.items() {
        if let Some(f) = vm.get_attr_opt(*parameter, prepare)? {
            let prepared = vm.call(f, &[generic, Value::from_gc(given)])?;
            given = match vm.downcast::<Tuple>(prepared) {
                Some(tuple) => tuple,
                None => vm.tuple(&[prepared])?,
            };
        }
    }
    if given.len() != parameters.len() {
        let text = vm.repr(generic)?.to_message();
        let few = if given.len() > parameters.len() { "many" } else { "few" };
        let (n, wanted) = (given.len(), parameters.len());
        return Err(vm.type_error(format!("Too {few} arguments for {text}; actual {n}, expected {wanted}")));
    }
    let mut out = vm.rooted_vec();
    let subst = vm.intern("__typing_subst__");
    let own_parameters = vm.intern("__parameters__");
    for arg in args.items() {
        if vm.as_class(*arg).is_some() {
            out.push(*arg);
            continue;
        }
        if let Some(f) = vm.get_attr_opt(*arg, subst)? {
            let at = position(vm, parameters, *arg)?;
            let made = vm.call(f, &[given.items()[at]])?;
            // A TypeVarTuple is replaced by several types.
            match vm.downcast::<Tuple>(made).filter(|_| unpacks(vm, *arg)) {
                Some(several) => out.extend_from_slice(several.items()),
                None => out.push(made),
            }
            continue;
        }
        let inner = vm.get_attr_opt(*arg, own_parameters)?.and_then(|v| vm.downcast::<Tuple>(v));
        match inner.filter(|t| !t.is_empty()) {
            Some(inner) => {
                let mut picked = vm.rooted_vec();
                for one in inner.items() {
                    let at = position(vm, parameters, *one)?;
                    picked.push(given.items()[at]);
                }
                let key = vm.tuple(&picked)?;
                let made = vm.get_item(*arg, Value::from_gc(key))?;
                out.push(made);
            }
            None => out.push(*arg),
        }
    }
    vm.tuple(&out)
}

fn unpacks(vm: &mut Vm, v: Value) -> bool {
    vm.type_name(v) == "TypeVarTuple"
}

fn position(vm: &mut Vm, parameters: Gc<Tuple>, v: Value) -> PyResult<usize> {
    for (i, one) in parameters.items().iter().enumerate() {
        if vm.eq(*one, v)? {
            return Ok(i);
        }
    }
    Err(vm.type_error("type variable is not among the parameters"))
}
