//! Copies of elements, and what pickles keep of them.

use super::{Element, attributes, children, empty, expect_element, make};
use crate::support::VmExt;
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::object::address;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// A copy that shares attributes and children with the original.
pub fn shallow(vm: &mut Vm, this: Gc<Element>) -> PyResult<Gc<Element>> {
    let copy = make(vm, this.tag.get(), this.attrib.get())?;
    copy.text.init(this.text.get());
    copy.tail.init(this.tail.get());
    if let Some(list) = this.list() {
        let list = vm.list_copy(list)?;
        copy.children.set(&mut vm.heap, copy.header(), Value::from_gc(list));
    }
    Ok(copy)
}

fn deep_value(vm: &mut Vm, v: Value, memo: Gc<Dict>) -> PyResult {
    if v.is_none() || v.is_exact::<habu_runtime::types::str::Str>() {
        return Ok(v);
    }
    let own = vm.native_class(Element::DECL)?;
    if let Some(element) = vm.downcast::<Element>(v).filter(|_| vm.class_of(v) == own) {
        return deep(vm, element, memo).map(Value::from_gc);
    }
    let deepcopy = vm.module_attr("copy", "deepcopy")?;
    vm.call(deepcopy, &[v, Value::from_gc(memo)])
}

/// A copy of the whole tree.
pub fn deep(vm: &mut Vm, this: Gc<Element>, memo: Gc<Dict>) -> PyResult<Gc<Element>> {
    vm.enter_call()?;
    let (tag, attrib) = (this.tag.get(), this.attrib.get());
    let tag = deep_value(vm, tag, memo)?;
    let attrib = deep_value(vm, attrib, memo)?;
    let copy = make(vm, tag, attrib)?;
    let text = deep_value(vm, this.text.get(), memo)?;
    copy.text.set(&mut vm.heap, copy.header(), text);
    let tail = deep_value(vm, this.tail.get(), memo)?;
    copy.tail.set(&mut vm.heap, copy.header(), tail);
    let mut at = 0;
    while let Some(list) = this.list()
        && let Some(child) = vm.list_get(list, at)?
    {
        at += 1;
        let child = deep_value(vm, child, memo)?;
        let child = expect_element(vm, child)?;
        super::append(vm, copy, child)?;
    }
    let key = vm.int_u64(address(Value::from_gc(this)) as u64)?;
    vm.dict_set(memo, key, Value::from_gc(copy))?;
    Ok(copy)
}

pub fn state(vm: &mut Vm, this: Gc<Element>) -> PyResult<Gc<Dict>> {
    let list = match this.list() {
        Some(list) => vm.list_copy(list)?,
        None => vm.list_new()?,
    };
    let attrib = attributes(vm, this)?;
    let dict = vm.dict_new()?;
    for (name, v) in [
        ("tag", this.tag.get()),
        ("_children", Value::from_gc(list)),
        ("attrib", Value::from_gc(attrib)),
        ("text", this.text.get()),
        ("tail", this.tail.get()),
    ] {
        let name = vm.intern(name);
        vm.dict_set_str(dict, name, v)?;
    }
    Ok(dict)
}

/// Becomes what a state says.
pub fn set_state(vm: &mut Vm, this: Gc<Element>, state: Value) -> PyResult<()> {
    let Some(state) = vm.downcast::<Dict>(state) else {
        let shown = vm.repr(state)?.to_message();
        return Err(vm.type_error(format!("Don't know how to unpickle \"{shown}\" as an Element")));
    };
    let entry = |vm: &mut Vm, name: &str| {
        let name = vm.intern(name);
        vm.dict_get_str(state, name)
    };
    let Some(tag) = entry(vm, "tag") else { return Err(vm.type_error("tag may not be NULL")) };
    let attrib = entry(vm, "attrib").unwrap_or(Value::NONE);
    if !attrib.is_none() && vm.downcast::<Dict>(attrib).is_none() {
        let got = vm.type_name(attrib);
        return Err(vm.type_error(format!("attrib must be dict, not {got}")));
    }
    let (text, tail) = (entry(vm, "text").unwrap_or(Value::NONE), entry(vm, "tail").unwrap_or(Value::NONE));
    let given = entry(vm, "_children").unwrap_or(Value::NONE);
    let mut kept = vm.rooted_vec();
    if !given.is_none() {
        let Some(given) = vm.exact_list(given) else {
            return Err(vm.type_error("'_children' is not a list"));
        };
        let mut at = 0;
        while let Some(child) = vm.list_get(given, at)? {
            kept.push(Value::from_gc(expect_element(vm, child)?));
            at += 1;
        }
    }
    let blank = {
        let cls = vm.native_class(Element::DECL)?;
        empty(vm, cls)?
    };
    let list = children(vm, blank)?;
    vm.list_extend_slice(list, &kept)?;
    for (field, v) in [
        (&this.tag, tag),
        (&this.text, text),
        (&this.tail, tail),
        (&this.attrib, attrib),
        (&this.children, Value::from_gc(list)),
    ] {
        field.set(&mut vm.heap, this.header(), v);
    }
    Ok(())
}
