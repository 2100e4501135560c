//! Saving what `__reduce__` gives: a function to call, and what to do with the object it makes.

use super::containers::{save_appends, save_set_items};
use super::globals::{self, full_type_name, noted, pickling_error};
use super::op;
use super::pickler::{Pickler, Writing};
use super::save::{attribute, save};
use super::save_global::save_global;
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Saves the result of a reduction of `object`: a name, or a tuple.
pub fn save_reduced(vm: &mut Vm, p: Gc<Pickler>, reduced: Value, object: Value) -> PyResult<()> {
    if let Some(name) = vm.downcast::<Str>(reduced) {
        return save_global(vm, p, object, Some(name));
    }
    let result = match vm.downcast::<Tuple>(reduced) {
        Some(parts) => save_reduce(vm, p, parts.items(), Some(object)),
        None => {
            let got = full_type_name(vm, reduced);
            let text = format!("__reduce__ must return a string or tuple, not {got}");
            Err(pickling_error(vm, text))
        }
    };
    noted(vm, result, |vm| Ok(format!("when serializing {} object", full_type_name(vm, object))))
}

/// Saves a part of a reduction, with a note that names it when that fails.
fn save_part(vm: &mut Vm, p: Gc<Pickler>, v: Value, object: Option<Value>, what: &str) -> PyResult<()> {
    let result = save(vm, p, v, true);
    match object {
        Some(object) => {
            noted(vm, result, |vm| Ok(format!("when serializing {} {what}", full_type_name(vm, object))))
        }
        None => result,
    }
}

fn wrong_part(vm: &mut Vm, which: &str, wanted: &str, got: Value) -> habu_runtime::vm::Raised {
    let got = full_type_name(vm, got);
    pickling_error(
        vm,
        format!("{which} item of the tuple returned by __reduce__ must be {wanted}, not {got}"),
    )
}

/// Which way of making objects a reduction's function stands for.
#[derive(PartialEq, Eq)]
enum Maker {
    Call,
    New,
    NewEx,
}

fn maker(vm: &mut Vm, p: Gc<Pickler>, function: Value) -> PyResult<Maker> {
    if p.proto.get() < 2 {
        return Ok(Maker::Call);
    }
    let name = attribute(vm, function, "__name__")?.and_then(|name| vm.downcast::<Str>(name));
    Ok(match name {
        Some(name) if name.is("__newobj_ex__") => Maker::NewEx,
        Some(name) if name.is("__newobj__") => Maker::New,
        _ => Maker::Call,
    })
}

/// Saves a reduction: function, arguments, state, list items, dict items, state setter.
pub fn save_reduce(vm: &mut Vm, p: Gc<Pickler>, parts: &[Value], object: Option<Value>) -> PyResult<()> {
    if !(2..=6).contains(&parts.len()) {
        return Err(pickling_error(vm, "tuple returned by __reduce__ must contain 2 through 6 elements"));
    }
    let part = |at: usize| parts.get(at).copied().filter(|v| !v.is_none());
    let (function, args) = (parts[0], parts[1]);
    if !vm.is_callable(function) {
        return Err(wrong_part(vm, "first", "callable", function));
    }
    let Some(arguments) = vm.downcast::<Tuple>(args) else {
        return Err(wrong_part(vm, "second", "a tuple", args));
    };
    for (at, which) in [(3, "fourth"), (4, "fifth")] {
        if let Some(items) = part(at)
            && vm.lookup_special(items, habu_runtime::object::Special::Next).is_none()
        {
            return Err(wrong_part(vm, which, "an iterator", items));
        }
    }
    if let Some(setter) = part(5)
        && !vm.is_callable(setter)
    {
        return Err(wrong_part(vm, "sixth", "callable", setter));
    }
    match maker(vm, p, function)? {
        Maker::NewEx => save_new_ex(vm, p, arguments, object)?,
        Maker::New => save_new(vm, p, arguments, object)?,
        Maker::Call => {
            save_part(vm, p, function, object, "reconstructor")?;
            save_part(vm, p, args, object, "reconstructor arguments")?;
            p.write(&[op::REDUCE]);
        }
    }
    if let Some(object) = object {
        match p.memo_index(object) {
            // It holds itself: the one that was made meanwhile is taken.
            Some(at) => {
                p.write(&[op::POP]);
                p.write_get(at);
            }
            None => p.memoize(vm, object)?,
        }
    }
    let of = object.unwrap_or(Value::NONE);
    if let Some(items) = part(3) {
        save_appends(vm, p, items, of)?;
    }
    if let Some(items) = part(4) {
        save_set_items(vm, p, items, of)?;
    }
    let Some(state) = part(2) else { return Ok(()) };
    match part(5) {
        None => {
            save_part(vm, p, state, object, "state")?;
            p.write(&[op::BUILD]);
        }
        Some(setter) => {
            save_part(vm, p, setter, object, "state setter")?;
            save(vm, p, of, true)?;
            save_part(vm, p, state, object, "state")?;
            p.write(&[op::TUPLE2, op::REDUCE, op::POP]);
        }
    }
    Ok(())
}

/// The class that `__newobj__` and its like are told: of the object itself.
fn check_class(vm: &mut Vm, function: &str, cls: Value, object: Option<Value>) -> PyResult<()> {
    if vm.as_class(cls).is_none() {
        let got = full_type_name(vm, cls);
        let text = format!("first argument to {function}() must be a class, not {got}");
        return Err(pickling_error(vm, text));
    }
    let Some(object) = object else { return Ok(()) };
    let own = vm.get_attr_str(object, "__class__")?;
    if own != cls {
        let (own, cls) = (vm.repr(own)?.to_message(), vm.repr(cls)?.to_message());
        let text = format!("first argument to {function}() must be {own}, not {cls}");
        return Err(pickling_error(vm, text));
    }
    Ok(())
}

fn save_new(vm: &mut Vm, p: Gc<Pickler>, arguments: Gc<Tuple>, object: Option<Value>) -> PyResult<()> {
    let Some((cls, rest)) = arguments.items().split_first() else {
        return Err(pickling_error(vm, "__newobj__ expected at least 1 argument, got 0"));
    };
    check_class(vm, "__newobj__", *cls, object)?;
    save_part(vm, p, *cls, object, "class")?;
    let rest = Value::from_gc(vm.tuple(rest)?);
    save_part(vm, p, rest, object, "__new__ arguments")?;
    p.write(&[op::NEWOBJ]);
    Ok(())
}

fn save_new_ex(vm: &mut Vm, p: Gc<Pickler>, arguments: Gc<Tuple>, object: Option<Value>) -> PyResult<()> {
    let &[cls, args, kwargs] = arguments.items() else {
        let text = format!("__newobj_ex__ expected 3 arguments, got {}", arguments.len());
        return Err(pickling_error(vm, text));
    };
    check_class(vm, "__newobj_ex__", cls, object)?;
    let Some(positional) = vm.downcast::<Tuple>(args) else {
        let got = full_type_name(vm, args);
        let text = format!("second argument to __newobj_ex__() must be a tuple, not {got}");
        return Err(pickling_error(vm, text));
    };
    let Some(keywords) = vm.downcast::<Dict>(kwargs) else {
        let got = full_type_name(vm, kwargs);
        let text = format!("third argument to __newobj_ex__() must be a dict, not {got}");
        return Err(pickling_error(vm, text));
    };
    if p.proto.get() >= 4 {
        save_part(vm, p, cls, object, "class")?;
        save_part(vm, p, args, object, "__new__ arguments")?;
        save_part(vm, p, kwargs, object, "__new__ arguments")?;
        p.write(&[op::NEWOBJ_EX]);
        return Ok(());
    }
    // No opcode passes keywords: a function that has them already does.
    let new = vm.get_attr_str(cls, "__new__")?;
    let mut bound = vm.rooted_vec();
    bound.push(new);
    bound.push(cls);
    bound.extend_from_slice(positional.items());
    let partial = globals::get(vm)?.partial;
    let keywords = crate::support::keywords(vm, keywords);
    let maker = vm.call_kw(partial, &bound, &keywords)?;
    save_part(vm, p, maker, object, "reconstructor")?;
    let empty = Value::from_gc(vm.tuple(&[])?);
    save(vm, p, empty, true)?;
    p.write(&[op::REDUCE]);
    Ok(())
}
