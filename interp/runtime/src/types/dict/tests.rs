//! Dicts against an ordered model, and dicts with cells.

use super::Dict;
use crate::heap::Gc;
use crate::value::Value;
use crate::vm::{Options, Vm};

fn vm() -> Box<Vm> {
    Vm::new(Options::default()).expect("memory for a virtual machine")
}

fn random(seed: &mut u64, below: usize) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    (*seed % below as u64) as usize
}

fn content(dict: Gc<Dict>) -> Vec<(Value, Value)> {
    let mut pos = 0;
    std::iter::from_fn(|| dict.next_entry(&mut pos)).collect()
}

#[test]
fn random_operations_keep_order() {
    let mut vm = vm();
    for cells in [false, true] {
        let dict = if cells { vm.dict_new_cells() } else { vm.dict_new() }.unwrap();
        let mut model: Vec<(Value, Value)> = Vec::new();
        let mut seed = 2463534242;
        for step in 0..20_000 {
            let key = Value::small(random(&mut seed, 300) as i64 * (1 << 20));
            let value = Value::small(step);
            let at = model.iter().position(|(k, _)| *k == key);
            match random(&mut seed, 5) {
                0..=2 => {
                    vm.dict_set(dict, key, value).unwrap();
                    match at {
                        Some(at) => model[at].1 = value,
                        None => model.push((key, value)),
                    }
                }
                3 => {
                    let removed = at.map(|at| model.remove(at).1);
                    assert_eq!(vm.dict_pop(dict, key).unwrap(), removed);
                }
                _ => {
                    assert_eq!(vm.dict_get(dict, key).unwrap(), at.map(|at| model[at].1));
                    if step % 64 == 0 {
                        assert_eq!(vm.dict_pop_last(dict).unwrap(), model.pop());
                    }
                }
            }
            assert_eq!(dict.len(), model.len());
        }
        assert_eq!(content(dict), model);
        let copy = vm.dict_copy(dict).unwrap();
        assert!(!copy.has_cells());
        assert_eq!(content(copy), model);
        let (mut pos, mut backwards) = (dict.used(), Vec::new());
        while let Some(entry) = dict.previous_entry(&mut pos) {
            backwards.push(entry);
        }
        backwards.reverse();
        assert_eq!(backwards, model);
        vm.dict_clear(dict).unwrap();
        assert!(content(dict).is_empty());
    }
}

#[test]
fn index_widths() {
    let mut vm = vm();
    let dict = vm.dict_new().unwrap();
    for i in 0..70_000 {
        vm.dict_set(dict, Value::small(i), Value::small(-i)).unwrap();
    }
    for i in (0..70_000).step_by(997) {
        assert_eq!(vm.dict_get(dict, Value::small(i)).unwrap(), Some(Value::small(-i)));
    }
    assert_eq!(vm.dict_get(dict, Value::small(70_000)).unwrap(), None);
}

#[test]
fn strings_by_text() {
    let mut vm = vm();
    let dict = vm.dict_new().unwrap();
    for i in 0..200 {
        let key = vm.str(&format!("key{i}")).unwrap();
        vm.dict_set_str(dict, key, Value::small(i)).unwrap();
    }
    let again = vm.str("key77").unwrap();
    assert_eq!(vm.dict_get_str(dict, again), Some(Value::small(77)));
    vm.dict_set(dict, Value::small(1), Value::NONE).unwrap();
    assert_eq!(vm.dict_get_str(dict, again), Some(Value::small(77)));
    let missing = vm.str("key200").unwrap();
    assert_eq!(vm.dict_get_str(dict, missing), None);
    assert_eq!(vm.dict_get(dict, Value::from_gc(missing)).unwrap(), None);
}

#[test]
fn cells_stay_with_their_names() {
    let mut vm = vm();
    let dict = vm.dict_new_cells().unwrap();
    let name = vm.intern("x");
    let cell = vm.dict_cell(dict, name).unwrap();
    assert!(cell.value.get().is_unbound());
    assert_eq!(dict.len(), 0);
    vm.dict_set_str(dict, name, Value::small(1)).unwrap();
    assert_eq!(cell.value.get(), Value::small(1));
    assert!(vm.dict_del(dict, Value::from_gc(name)).unwrap());
    assert!(cell.value.get().is_unbound());
    assert_eq!(vm.dict_get_str(dict, name), None);
    vm.dict_set_str(dict, name, Value::small(2)).unwrap();
    assert_eq!(cell.value.get(), Value::small(2));
    assert!(vm.dict_cell(dict, name).unwrap() == cell);
    vm.dict_clear(dict).unwrap();
    assert!(cell.value.get().is_unbound());
    assert!(vm.dict_cell(dict, name).unwrap() == cell);
}

#[test]
fn an_ordinary_dict_gets_cells_when_asked() {
    let mut vm = vm();
    let dict = vm.dict_new().unwrap();
    let (x, y) = (vm.intern("x"), vm.intern("y"));
    vm.dict_set_str(dict, x, Value::small(1)).unwrap();
    vm.dict_set_str(dict, y, Value::small(2)).unwrap();
    vm.dict_del(dict, Value::from_gc(x)).unwrap();
    let cell = vm.dict_cell(dict, y).unwrap();
    assert!(dict.has_cells() && dict.is_exact());
    assert_eq!(cell.value.get(), Value::small(2));
    assert_eq!(content(dict), [(Value::from_gc(y), Value::small(2))]);
}
