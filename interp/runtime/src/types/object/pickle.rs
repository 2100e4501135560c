//! `__reduce_ex__` and `__getstate__` of ordinary objects, with the help of module `copyreg`.

use crate::heap::Gc;
use crate::object::class::flags;
use crate::object::{Special, ids};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

fn copyreg(vm: &mut Vm, name: &str) -> PyResult {
    let module = crate::import::import_module(vm, "copyreg")?;
    vm.get_attr_str(module, name)
}

/// `object.__reduce_ex__`: the class's own `__reduce__` if it has one.
pub fn reduce_ex(vm: &mut Vm, v: Value, protocol: i32) -> PyResult {
    let cls = vm.class_of(v);
    let object = vm.builtin(ids::OBJECT);
    let own = vm.class_special(cls, Special::Reduce);
    if own != vm.class_special(object, Special::Reduce) {
        let name = vm.names.special(Special::Reduce);
        return vm.call_method_name(v, name, &[]);
    }
    reduce(vm, v, protocol)
}

pub fn reduce(vm: &mut Vm, v: Value, protocol: i32) -> PyResult {
    if protocol >= 2 {
        return reduce_new(vm, v);
    }
    let f = copyreg(vm, "_reduce_ex")?;
    vm.call(f, &[v, Value::small(protocol.into())])
}

/// `(copyreg.__newobj__, (class, *args), state, list items, dict items)`
fn reduce_new(vm: &mut Vm, v: Value) -> PyResult {
    let cls = vm.class_of(v);
    if vm.class_special(cls, Special::New).is_none() {
        let name = vm.class_name(cls);
        return Err(vm.type_error(format!("cannot pickle '{name}' object")));
    }
    let (args, kwargs) = new_arguments(vm, v)?;
    let has_args = args.is_some();
    let class = Value::from_gc(cls);
    let (make, arguments) = match kwargs {
        Some(kwargs) if !kwargs.is_empty() => {
            let args = match args {
                Some(args) => args,
                None => vm.tuple(&[])?,
            };
            let make = copyreg(vm, "__newobj_ex__")?;
            (make, vm.tuple(&[class, Value::from_gc(args), Value::from_gc(kwargs)])?)
        }
        _ => {
            let mut all = vm.rooted_vec();
            all.push(class);
            if let Some(args) = args {
                all.extend_from_slice(args.items());
            }
            let make = copyreg(vm, "__newobj__")?;
            (make, vm.tuple(&all)?)
        }
    };
    let (is_list, is_dict) = (vm.downcast::<List>(v).is_some(), vm.downcast::<Dict>(v).is_some());
    let state = state_of(vm, v, !(has_args || is_list || is_dict))?;
    let items = if is_list { vm.get_iter(v)? } else { Value::NONE };
    let pairs = if is_dict {
        let pairs = vm.call_method(v, "items", &[])?;
        vm.get_iter(pairs)?
    } else {
        Value::NONE
    };
    Ok(Value::from_gc(vm.tuple(&[make, Value::from_gc(arguments), state, items, pairs])?))
}

/// Positional and keyword arguments for `__new__`.
type NewArguments = (Option<Gc<Tuple>>, Option<Gc<Dict>>);

/// What `__getnewargs_ex__` or `__getnewargs__` says.
fn new_arguments(vm: &mut Vm, v: Value) -> PyResult<NewArguments> {
    let cls = vm.class_of(v);
    let name = vm.intern("__getnewargs_ex__");
    if let Some(f) = vm.type_lookup(cls, name) {
        let result = vm.call_found(f, v, &[])?;
        let Some(pair) = vm.downcast::<Tuple>(result) else {
            let got = vm.type_name(result);
            return Err(vm.type_error(format!("__getnewargs_ex__ should return a tuple, not '{got}'")));
        };
        let [args, kwargs] = *pair.items() else {
            let n = pair.len();
            return Err(
                vm.value_error(format!("__getnewargs_ex__ should return a tuple of length 2, not {n}"))
            );
        };
        let Some(args) = vm.downcast::<Tuple>(args) else {
            let got = vm.type_name(args);
            let text =
                format!("first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{got}'");
            return Err(vm.type_error(text));
        };
        let Some(kwargs) = vm.downcast::<Dict>(kwargs) else {
            let got = vm.type_name(kwargs);
            let text =
                format!("second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{got}'");
            return Err(vm.type_error(text));
        };
        return Ok((Some(args), Some(kwargs)));
    }
    let name = vm.intern("__getnewargs__");
    if let Some(f) = vm.type_lookup(cls, name) {
        let result = vm.call_found(f, v, &[])?;
        let Some(args) = vm.downcast::<Tuple>(result) else {
            let got = vm.type_name(result);
            return Err(vm.type_error(format!("__getnewargs__ should return a tuple, not '{got}'")));
        };
        return Ok((Some(args), None));
    }
    Ok((None, None))
}

fn state_of(vm: &mut Vm, v: Value, required: bool) -> PyResult {
    let cls = vm.class_of(v);
    let object = vm.builtin(ids::OBJECT);
    if vm.class_special(cls, Special::GetState) == vm.class_special(object, Special::GetState) {
        return default_state(vm, v, required);
    }
    let name = vm.names.special(Special::GetState);
    vm.call_method_name(v, name, &[])
}

/// `object.__getstate__`: the instance dict, with declared slots as second part of a pair.
pub fn default_state(vm: &mut Vm, v: Value, required: bool) -> PyResult {
    let cls = vm.class_of(v);
    if required && cls.layout.get() != ids::OBJECT {
        let name = vm.class_name(cls);
        return Err(vm.type_error(format!("cannot pickle '{name}' object")));
    }
    let mut state = Value::NONE;
    if cls.has(flags::HAS_DICT)
        && let Some(header) = v.as_header()
    {
        let dict = super::dict::get_dict(vm, Value::from_header(header))?;
        if vm.downcast::<Dict>(dict).is_some_and(|d| !d.is_empty()) {
            state = dict;
        }
    }
    if cls.slot_count.get() == 0 {
        return Ok(state);
    }
    let find = copyreg(vm, "_slotnames")?;
    let names = vm.call(find, &[Value::from_gc(cls)])?;
    let names = vm.collect(names)?;
    let slots = vm.dict_new()?;
    for name in names.iter() {
        let Some(name) = vm.downcast::<Str>(*name) else { continue };
        let name = vm.intern_str(name)?;
        if let Some(value) = vm.get_attr_opt(v, name)? {
            vm.dict_set_str(slots, name, value)?;
        }
    }
    if slots.is_empty() {
        return Ok(state);
    }
    Ok(Value::from_gc(vm.tuple(&[state, Value::from_gc(slots)])?))
}
