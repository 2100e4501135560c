//! Displays: tuples, lists, sets, dicts, strings, slices.

use super::*;
use crate::heap::Gc;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::str::Str;
use crate::vm::PyResult;

/// The list, set or dict a display or comprehension is filling: exact by construction.
fn list(vm: &Vm, v: Value) -> Gc<List> {
    vm.exact_list(v).expect("a list under construction")
}
fn dict(vm: &Vm, v: Value) -> Gc<Dict> {
    vm.exact_dict(v).expect("a dict under construction")
}
fn set(vm: &Vm, v: Value) -> Gc<Set> {
    vm.exact::<Set>(v).expect("a set under construction")
}

macro_rules! builder {
    ($name:ident, |$vm:ident, $pc:ident, $base:ident| $make:expr) => {
        pub fn $name(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            publish(vm, pc, base);
            fn make($vm: &mut Vm, $pc: Pc, $base: Base) -> PyResult {
                $make
            }
            let result = make(vm, pc, base);
            finish!(vm, pc, base, const { Op::$name.words() }, pc.a(), result)
        }
    };
}

builder!(BUILD_TUPLE, |vm, pc, base| vm.tuple(base.slice(pc.b(), pc.c())).map(Value::from_gc));
builder!(BUILD_LIST, |vm, pc, base| vm.list_from(base.slice(pc.b(), pc.c())).map(Value::from_gc));
builder!(BUILD_SET, |vm, pc, base| {
    let set = vm.set_new(crate::object::ids::SET)?;
    for v in base.slice(pc.b(), pc.c()) {
        vm.set_add(set, *v)?;
    }
    Ok(Value::from_gc(set))
});
builder!(BUILD_MAP, |vm, pc, base| {
    let dict = vm.dict_with_capacity(pc.c())?;
    for pair in base.slice(pc.b(), pc.c() * 2).chunks_exact(2) {
        vm.dict_set(dict, pair[0], pair[1])?;
    }
    Ok(Value::from_gc(dict))
});
builder!(BUILD_STRING, |vm, pc, base| build_string(vm, base.slice(pc.b(), pc.c())));
/// Apart from its handler, which must not have anything to drop when it goes on.
#[inline(never)]
pub fn build_string(vm: &mut Vm, pieces: &[Value]) -> PyResult {
    let empty = vm.strings.empty();
    if let Some(joined) = vm.str_join_values(empty, pieces.len(), |i| pieces[i]) {
        return joined.map(Value::from_gc);
    }
    let mut strings: Vec<Gc<Str>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match vm.downcast::<Str>(*piece) {
            Some(s) => strings.push(s),
            None => return Err(vm.system_error("BUILD_STRING of a non-string")),
        }
    }
    vm.str_join(empty, &strings).map(Value::from_gc)
}
builder!(BUILD_SLICE, |vm, pc, base| {
    let b = pc.b();
    vm.slice_new(base.get(b), base.get(b + 1), base.get(b + 2)).map(Value::from_gc)
});
builder!(LIST_TO_TUPLE, |vm, pc, base| list_to_tuple(vm, base.get(pc.b())));
#[inline(never)]
pub fn list_to_tuple(vm: &mut Vm, list: Value) -> PyResult {
    if let Some(tuple) = vm.exact_list(list).map(|list| vm.list_to_tuple(list)) {
        return tuple.map(Value::from_gc);
    }
    let items = vm.collect(list)?;
    vm.tuple(&items).map(Value::from_gc)
}

macro_rules! filler {
    ($name:ident, |$vm:ident, $pc:ident, $base:ident| $fill:expr) => {
        pub fn $name(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            publish(vm, pc, base);
            fn fill($vm: &mut Vm, $pc: Pc, $base: Base) -> PyResult<()> {
                $fill
            }
            tri!(vm, pc, base, fill(vm, pc, base));
            next!(vm, pc, base, $name)
        }
    };
}

filler!(LIST_APPEND, |vm, pc, base| {
    let target = list(vm, base.get(pc.a()));
    vm.list_push(target, base.get(pc.b()))
});
filler!(LIST_EXTEND, |vm, pc, base| extend_display(vm, base.get(pc.a()), base.get(pc.b())));
filler!(SET_ADD, |vm, pc, base| vm.set_add_to(base.get(pc.a()), base.get(pc.b())));
stepped!(SET_UPDATE, set_update);
pub fn set_update(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let target = set(vm, base.get(pc.a()));
    vm.set_update(target, base.get(pc.b()))
}
filler!(MAP_ADD, |vm, pc, base| {
    let target = dict(vm, base.get(pc.a()));
    vm.dict_set(target, base.get(pc.b()), base.get(pc.c()))
});
stepped!(DICT_UPDATE, dict_update);
pub fn dict_update(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let target = dict(vm, base.get(pc.a()));
    update_display(vm, target, base.get(pc.b()))
}

/// `{**v}`
fn update_display(vm: &mut Vm, target: Gc<Dict>, v: Value) -> PyResult<()> {
    if vm.exact_dict(v).is_none() {
        let keys = vm.names.keys;
        if vm.get_attr_opt(v, keys)?.is_none() {
            let name = vm.type_name(v);
            return Err(vm.type_error(format!("'{name}' object is not a mapping")));
        }
    }
    vm.dict_update(target, v)
}
stepped!(DICT_MERGE, dict_merge);
pub fn dict_merge(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let target = dict(vm, base.get(pc.a()));
    let callee = base.get(pc.c());
    merge_keywords(vm, target, base.get(pc.b()), callee)
}

/// `[*v]`: extends the list under construction.
pub fn extend_display(vm: &mut Vm, target: Value, v: Value) -> PyResult<()> {
    let target = list(vm, target);
    let result = vm.list_extend(target, v);
    explain_star(vm, v, result)
}

/// `*v` in a display: TypeError names the value when it is not iterable.
fn explain_star(vm: &mut Vm, v: Value, result: PyResult<()>) -> PyResult<()> {
    let Err(raised) = result else { return Ok(()) };
    let not_iterable = vm.lookup_special(v, crate::object::Special::Iter).is_none()
        && vm.lookup_special(v, crate::object::Special::GetItem).is_none();
    if !not_iterable {
        return Err(raised);
    }
    vm.take_exception(raised);
    let name = vm.type_name(v);
    Err(vm.type_error(format!("Value after * must be an iterable, not {name}")))
}

/// `f(**mapping)`: a repeated or non-string key is a TypeError that names the callee.
pub fn merge_keywords(vm: &mut Vm, target: Gc<Dict>, mapping: Value, callee: Value) -> PyResult<()> {
    if let Some(source) = vm.exact_dict(mapping) {
        let mut at = 0;
        while let Some((key, v)) = vm.dict_next(source, &mut at) {
            merge_keyword(vm, target, key, v, callee)?;
        }
        return Ok(());
    }
    let keys_name = vm.names.keys;
    if vm.get_attr_opt(mapping, keys_name)?.is_none() {
        let (callee, name) = (crate::interp::callee_text(vm, callee), vm.type_name(mapping));
        return Err(vm.type_error(format!("{callee} argument after ** must be a mapping, not {name}")));
    }
    let keys = vm.call_method_name(mapping, keys_name, &[])?;
    let keys = vm.collect(keys)?;
    for key in keys.iter() {
        let v = vm.get_item(mapping, *key)?;
        merge_keyword(vm, target, *key, v, callee)?;
    }
    Ok(())
}

fn merge_keyword(vm: &mut Vm, target: Gc<Dict>, key: Value, v: Value, callee: Value) -> PyResult<()> {
    if vm.dict_contains(target, key)? {
        let callee = crate::interp::callee_text(vm, callee);
        let key = vm.to_str(key)?.to_message();
        return Err(vm.type_error(format!("{callee} got multiple values for keyword argument '{key}'")));
    }
    vm.dict_set(target, key, v)
}
