//! Saving containers: their items in batches, and those that hold themselves.

use super::globals::{full_type_name, noted};
use super::op;
use super::pickler::{Pickler, Writing};
use super::reduce::save_reduce;
use super::save::{save, save_object};
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::list::List;
use habu_runtime::types::set::Set;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Saves the item of a sequence.
fn save_item(vm: &mut Vm, p: Gc<Pickler>, of: Value, at: usize, item: Value) -> PyResult<()> {
    let result = save(vm, p, item, true);
    noted(vm, result, |vm| Ok(format!("when serializing {} item {at}", full_type_name(vm, of))))
}

/// Saves the value of a key.
fn save_keyed(vm: &mut Vm, p: Gc<Pickler>, of: Value, key: Value, item: Value) -> PyResult<()> {
    save(vm, p, key, true)?;
    let result = save(vm, p, item, true);
    noted(vm, result, |vm| {
        let key = vm.repr(key)?.to_message();
        Ok(format!("when serializing {} item {key}", full_type_name(vm, of)))
    })
}

/// Saves the element of a set.
fn save_element(vm: &mut Vm, p: Gc<Pickler>, of: Value, item: Value) -> PyResult<()> {
    let result = save(vm, p, item, true);
    noted(vm, result, |vm| Ok(format!("when serializing {} element", full_type_name(vm, of))))
}

pub fn save_tuple(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let tuple = v.exact::<Tuple>().expect("a tuple by its id");
    let len = tuple.len();
    if len == 0 {
        p.write(if p.is_binary() { &[op::EMPTY_TUPLE] } else { &[op::MARK, op::TUPLE] });
        return Ok(());
    }
    let short = len <= 3 && p.proto.get() >= 2;
    if !short {
        p.write(&[op::MARK]);
    }
    for (at, item) in tuple.items().iter().enumerate() {
        save_item(vm, p, v, at, *item)?;
    }
    if let Some(at) = p.memo_index(v) {
        // It holds itself: what was written goes away, and the tuple that was made meanwhile is taken.
        if short {
            p.write(&[op::POP; 3][..len]);
        } else if p.is_binary() {
            p.write(&[op::POP_MARK]);
        } else {
            p.write(&vec![op::POP; len + 1]);
        }
        p.write_get(at);
        return Ok(());
    }
    p.write(&[if short { [op::TUPLE1, op::TUPLE2, op::TUPLE3][len - 1] } else { op::TUPLE }]);
    p.memoize(vm, v)
}

/// In fast mode nothing is memoized: cycles are found by depth.
pub fn fast_guarded(
    vm: &mut Vm,
    p: Gc<Pickler>,
    v: Value,
    save: fn(&mut Vm, Gc<Pickler>, Value) -> PyResult<()>,
) -> PyResult<()> {
    const DEEPEST: usize = 50;
    if p.fast.get() == 0 {
        return save(vm, p, v);
    }
    let entered = {
        let mut nested = p.nested();
        let cyclic = nested.len() >= DEEPEST && nested.contains(&v.0);
        nested.push(v.0);
        !cyclic
    };
    let result = if entered {
        save(vm, p, v)
    } else {
        let got = vm.type_name(v);
        let text =
            format!("fast mode: can't pickle cyclic objects including object type {got} at {:#x}", v.0);
        Err(vm.value_error(text))
    };
    p.nested().pop();
    result
}

pub fn save_list(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let Some(list) = vm.exact_list(v) else { return save_object(vm, p, v) };
    p.write(if p.is_binary() { &[op::EMPTY_LIST] } else { &[op::MARK, op::LIST] });
    p.memoize(vm, v)?;
    if list.is_empty() {
        return Ok(());
    }
    if !p.is_binary() {
        let items = vm.get_iter(v)?;
        return save_appends(vm, p, items, v);
    }
    save_list_items(vm, p, v, list)
}

fn save_list_items(vm: &mut Vm, p: Gc<Pickler>, v: Value, list: Gc<List>) -> PyResult<()> {
    if list.len() == 1
        && let Some(item) = vm.list_get(list, 0)?
    {
        save_item(vm, p, v, 0, item)?;
        p.write(&[op::APPEND]);
        return Ok(());
    }
    let mut at = 0;
    loop {
        p.write(&[op::MARK]);
        let end = at + op::BATCH;
        while at < end
            && let Some(item) = vm.list_get(list, at)?
        {
            save_item(vm, p, v, at, item)?;
            at += 1;
        }
        p.write(&[op::APPENDS]);
        if at >= list.len() {
            return Ok(());
        }
    }
}

/// Items that an iterator gives, to be appended to what is on the stack.
pub fn save_appends(vm: &mut Vm, p: Gc<Pickler>, items: Value, of: Value) -> PyResult<()> {
    let mut at = 0;
    if !p.is_binary() {
        while let Some(item) = vm.iter_next(items)? {
            save_item(vm, p, of, at, item)?;
            p.write(&[op::APPEND]);
            at += 1;
        }
        return Ok(());
    }
    loop {
        let Some(first) = vm.iter_next(items)? else { return Ok(()) };
        let Some(second) = vm.iter_next(items)? else {
            save_item(vm, p, of, at, first)?;
            p.write(&[op::APPEND]);
            return Ok(());
        };
        p.write(&[op::MARK]);
        save_item(vm, p, of, at, first)?;
        let (end, mut next) = (at + op::BATCH, Some(second));
        at += 1;
        while let Some(item) = next {
            save_item(vm, p, of, at, item)?;
            at += 1;
            next = if at < end { vm.iter_next(items)? } else { None };
        }
        p.write(&[op::APPENDS]);
        if at < end {
            return Ok(());
        }
    }
}

pub fn save_dict(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let Some(dict) = vm.exact_dict(v) else { return save_object(vm, p, v) };
    p.write(if p.is_binary() { &[op::EMPTY_DICT] } else { &[op::MARK, op::DICT] });
    p.memoize(vm, v)?;
    if dict.is_empty() {
        return Ok(());
    }
    if !p.is_binary() {
        let items = vm.call_method(v, "items", &[])?;
        let items = vm.get_iter(items)?;
        return save_set_items(vm, p, items, v);
    }
    save_dict_items(vm, p, v, dict)
}

fn save_dict_items(vm: &mut Vm, p: Gc<Pickler>, v: Value, dict: Gc<Dict>) -> PyResult<()> {
    let len = dict.len();
    let mut pos = 0;
    if len == 1
        && let Some((key, item)) = vm.dict_next(dict, &mut pos)
    {
        save_keyed(vm, p, v, key, item)?;
        p.write(&[op::SETITEM]);
        return Ok(());
    }
    loop {
        p.write(&[op::MARK]);
        let mut count = 0;
        while count < op::BATCH
            && let Some((key, item)) = vm.dict_next(dict, &mut pos)
        {
            save_keyed(vm, p, v, key, item)?;
            if dict.len() != len {
                return Err(vm.runtime_error("dictionary changed size during iteration"));
            }
            count += 1;
        }
        p.write(&[op::SETITEMS]);
        if count < op::BATCH {
            return Ok(());
        }
    }
}

/// A pair that an iterator of items gave.
fn pair(vm: &mut Vm, v: Value) -> PyResult<(Value, Value)> {
    match vm.downcast::<Tuple>(v).as_deref().map(Tuple::items) {
        Some(&[key, item]) => Ok((key, item)),
        _ => Err(vm.type_error("dict items iterator must return 2-tuples")),
    }
}

/// Items that an iterator gives as pairs, to be set in what is on the stack.
pub fn save_set_items(vm: &mut Vm, p: Gc<Pickler>, items: Value, of: Value) -> PyResult<()> {
    if !p.is_binary() {
        while let Some(item) = vm.iter_next(items)? {
            let (key, item) = pair(vm, item)?;
            save_keyed(vm, p, of, key, item)?;
            p.write(&[op::SETITEM]);
        }
        return Ok(());
    }
    loop {
        let Some(first) = vm.iter_next(items)? else { return Ok(()) };
        let (key, item) = pair(vm, first)?;
        let Some(second) = vm.iter_next(items)? else {
            save_keyed(vm, p, of, key, item)?;
            p.write(&[op::SETITEM]);
            return Ok(());
        };
        p.write(&[op::MARK]);
        save_keyed(vm, p, of, key, item)?;
        let (mut count, mut next) = (1, Some(second));
        while let Some(item) = next {
            let (key, item) = pair(vm, item)?;
            save_keyed(vm, p, of, key, item)?;
            count += 1;
            next = if count < op::BATCH { vm.iter_next(items)? } else { None };
        }
        p.write(&[op::SETITEMS]);
        if count < op::BATCH {
            return Ok(());
        }
    }
}

/// Sets before they had opcodes: made from a list.
fn save_old_set(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let items = Value::from_gc(vm.list_from_iterable(v)?);
    let args = Value::from_gc(vm.tuple(&[items])?);
    let cls = Value::from_gc(vm.class_of(v));
    save_reduce(vm, p, &[cls, args], Some(v))
}

pub fn save_set(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let set = v.exact::<Set>();
    let Some(set) = set.filter(|_| p.proto.get() >= 4) else { return save_old_set(vm, p, v) };
    p.write(&[op::EMPTY_SET]);
    p.memoize(vm, v)?;
    let len = set.len();
    if len == 0 {
        return Ok(());
    }
    let mut pos = 0;
    loop {
        p.write(&[op::MARK]);
        let mut count = 0;
        while count < op::BATCH
            && let Some((item, _)) = set.next_entry(&mut pos)
        {
            save_element(vm, p, v, item)?;
            if set.len() != len {
                return Err(vm.runtime_error("set changed size during iteration"));
            }
            count += 1;
        }
        p.write(&[op::ADDITEMS]);
        if count < op::BATCH {
            return Ok(());
        }
    }
}

pub fn save_frozenset(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    if p.proto.get() < 4 {
        return save_old_set(vm, p, v);
    }
    p.write(&[op::MARK]);
    let items = vm.get_iter(v)?;
    while let Some(item) = vm.iter_next(items)? {
        save_element(vm, p, v, item)?;
    }
    if let Some(at) = p.memo_index(v) {
        p.write(&[op::POP_MARK]);
        p.write_get(at);
        return Ok(());
    }
    p.write(&[op::FROZENSET]);
    p.memoize(vm, v)
}
