//! Lists against a `Vec` that does the same, in every element kind.

use super::{Elements, List};
use crate::heap::Gc;
use crate::types::slice::RawSlice;
use crate::value::Value;
use crate::vm::{Options, Vm};

fn vm() -> Box<Vm> {
    Vm::new(Options::default()).expect("memory for a virtual machine")
}

fn random(seed: &mut u64, below: usize) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    (*seed % below.max(1) as u64) as usize
}

fn content(vm: &mut Vm, list: Gc<List>) -> Vec<Value> {
    (0..list.len()).map(|i| vm.list_get(list, i).unwrap().unwrap()).collect()
}

/// A small integer, a float or a constant, all of which need no heap cell.
fn value(kind: usize, n: usize) -> Value {
    match kind {
        0 => Value::small(n as i64),
        1 => Value::try_float(n as f64 / 2.0).unwrap(),
        _ => [Value::NONE, Value::TRUE, Value::small(7), Value::try_float(0.5).unwrap()][n % 4],
    }
}

#[test]
fn random_operations() {
    let mut vm = vm();
    for kind in 0..3 {
        let mut seed = 88172645463325252 + kind as u64;
        let (list, mut model) = (vm.list_new().unwrap(), Vec::new());
        for step in 0..3000 {
            let len = model.len();
            let (at, n) = (random(&mut seed, len + 1), random(&mut seed, 50));
            let v = value(if step > 2500 { 2 } else { kind }, n);
            match random(&mut seed, 8) {
                0..=2 => {
                    vm.list_push(list, v).unwrap();
                    model.push(v);
                }
                3 => {
                    vm.list_insert(list, at, v).unwrap();
                    model.insert(at, v);
                }
                4 => assert_eq!(vm.list_pop(list).unwrap(), model.pop()),
                5 if at < len => assert_eq!(vm.list_remove(list, at).unwrap(), Some(model.remove(at))),
                6 if at < len => {
                    assert!(vm.list_set(list, at, v).unwrap());
                    model[at] = v;
                }
                _ => {
                    let stop = at + random(&mut seed, len - at + 1);
                    let source = vm.list_from(&[v, v][..n % 3 % 2]).unwrap();
                    vm.list_splice(list, at, stop, source).unwrap();
                    model.splice(at..stop, vec![v; n % 3 % 2]);
                }
            }
            assert_eq!(list.len(), model.len());
        }
        assert_eq!(content(&mut vm, list), model);
        vm.list_reverse(list);
        model.reverse();
        assert_eq!(content(&mut vm, list), model);
    }
}

#[test]
fn kinds_follow_the_content() {
    let mut vm = vm();
    let (one, half) = (Value::small(1), Value::try_float(0.5).unwrap());
    let list = vm.list_new().unwrap();
    assert_eq!(list.elements(), Elements::Int);
    vm.list_push(list, half).unwrap();
    assert_eq!(list.elements(), Elements::F64);
    let huge = vm.float(f64::INFINITY).unwrap();
    vm.list_push(list, huge).unwrap();
    assert_eq!(list.elements(), Elements::F64);
    let nan = vm.float(f64::NAN).unwrap();
    vm.list_push(list, nan).unwrap();
    assert_eq!(list.elements(), Elements::Any);
    assert_eq!(vm.list_get(list, 0).unwrap(), Some(half));
    assert_eq!(vm.list_get(list, 2).unwrap(), Some(nan));
    vm.list_clear(list);
    assert_eq!(list.elements(), Elements::Int);
    let ints = vm.list_from(&[one, one]).unwrap();
    assert_eq!(ints.elements(), Elements::Int);
    vm.list_push(ints, Value::NONE).unwrap();
    assert_eq!(content(&mut vm, ints), [one, one, Value::NONE]);
    let floats = vm.list_from(&[half, half]).unwrap();
    assert_eq!(floats.elements(), Elements::F64);
    vm.list_set(floats, 0, one).unwrap();
    assert_eq!(content(&mut vm, floats), [one, half]);
}

#[test]
fn slices_as_positions_say() {
    let mut vm = vm();
    let items: Vec<Value> = (0..10).map(Value::small).collect();
    let list = vm.list_from(&items).unwrap();
    for start in -11..12 {
        for stop in -11..12 {
            for step in [-11, -3, -2, -1, 1, 2, 3, 11] {
                let span = RawSlice { start, stop, step }.fit(10);
                let expected: Vec<Value> = span.positions().map(|at| items[at]).collect();
                let slice = vm.list_slice(list, span).unwrap();
                assert_eq!(content(&mut vm, slice), expected);
                let copy = vm.list_copy(list).unwrap();
                vm.list_delete_span(copy, span);
                let rest: Vec<Value> = items.iter().copied().filter(|v| !expected.contains(v)).collect();
                assert_eq!(content(&mut vm, copy), rest);
            }
        }
    }
}

#[test]
fn repeat_concat_extend_self() {
    let mut vm = vm();
    let list = vm.list_from(&[Value::small(1), Value::NONE]).unwrap();
    let repeated = vm.list_repeat(list, 3).unwrap();
    assert_eq!(content(&mut vm, repeated), [Value::small(1), Value::NONE].repeat(3));
    vm.list_extend_list(list, list).unwrap();
    assert_eq!(content(&mut vm, list), [Value::small(1), Value::NONE].repeat(2));
    vm.list_repeat_in_place(list, 2).unwrap();
    assert_eq!(list.len(), 8);
    vm.list_repeat_in_place(list, -1).unwrap();
    assert!(list.is_empty());
    assert!(vm.list_repeat(repeated, i64::MAX).is_err());
}

#[test]
fn storage_shrinks() {
    let mut vm = vm();
    let list = vm.list_new().unwrap();
    for i in 0..10_000 {
        vm.list_push(list, Value::small(i)).unwrap();
    }
    assert!(list.capacity() >= 10_000 && list.capacity() < 17_000);
    for i in (0..10_000).rev() {
        assert_eq!(vm.list_pop(list).unwrap(), Some(Value::small(i)));
    }
    assert!(list.capacity() < 200);
}

#[test]
fn huge_lists_grow_in_place_or_move_whole() {
    let mut vm = vm();
    for mixed in [false, true] {
        let list = vm.list_new().unwrap();
        if mixed {
            vm.list_push(list, Value::NONE).unwrap();
        }
        for i in 0..600_000 {
            vm.list_push(list, Value::small(i)).unwrap();
        }
        let first = usize::from(mixed);
        for i in (0..600_000).step_by(1009) {
            assert_eq!(vm.list_get(list, i + first).unwrap(), Some(Value::small(i as i64)));
        }
        assert_eq!(list.len(), 600_000 + first);
    }
}
