//! Sets against a model, and the order of iteration against CPython's.

use super::Set;
use crate::heap::Gc;
use crate::object::ids;
use crate::value::Value;
use crate::vm::{Options, Vm};
use std::collections::BTreeSet;

fn vm() -> Box<Vm> {
    Vm::new(Options::default()).expect("memory for a virtual machine")
}

fn content(set: Gc<Set>) -> Vec<i64> {
    let mut pos = 0;
    std::iter::from_fn(|| set.next_entry(&mut pos)).map(|(key, _)| key.as_small().unwrap()).collect()
}

fn set_of(vm: &mut Vm, items: impl IntoIterator<Item = i64>) -> Gc<Set> {
    let set = vm.set_new(ids::SET).unwrap();
    for item in items {
        vm.set_add(set, Value::small(item)).unwrap();
    }
    set
}

#[test]
fn order_is_cpythons() {
    let mut vm = vm();
    let set = vm.set_new(ids::SET).unwrap();
    let mut model = BTreeSet::new();
    let mut state: u64 = 7;
    for _ in 0..300 {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        let key = (state >> 8) as i64 % 400;
        if state >> 20 & 3 != 0 {
            assert_eq!(vm.set_add(set, Value::small(key)).unwrap(), model.insert(key));
        } else {
            assert_eq!(vm.set_discard(set, Value::small(key)).unwrap(), model.remove(&key));
        }
        assert_eq!(set.len(), model.len());
    }
    let order = content(set);
    assert_eq!(order.iter().copied().collect::<BTreeSet<_>>(), model);
    // What CPython 3.14 computes for the same operations.
    assert_eq!(order.iter().fold(0, |h, k| (h * 31 + k) % 1_000_003), 94_432);
}

#[test]
fn algebra() {
    let mut vm = vm();
    let (a, b) = (set_of(&mut vm, 0..40), set_of(&mut vm, 20..60));
    let other = Value::from_gc(b);
    let sorted = |set: Gc<Set>| {
        let mut items = content(set);
        items.sort_unstable();
        items
    };
    let both = vm.set_intersection(a, other, ids::SET).unwrap();
    assert!(sorted(both).into_iter().eq(20..40));
    let only = vm.set_difference(a, other, ids::SET).unwrap();
    assert!(sorted(only).into_iter().eq(0..20));
    let one = vm.set_symmetric_difference(a, other, ids::SET).unwrap();
    assert!(sorted(one).into_iter().eq((0..20).chain(40..60)));
    vm.set_update(a, other).unwrap();
    assert!(sorted(a).into_iter().eq(0..60));
    assert!(vm.set_is_subset(b, a).unwrap() && !vm.set_is_subset(a, b).unwrap());
    assert!(vm.set_is_disjoint(only, other).unwrap() && !vm.set_is_disjoint(a, other).unwrap());
}

#[test]
fn pop_takes_everything_once() {
    let mut vm = vm();
    let set = set_of(&mut vm, (0..100).map(|i| i * 37));
    let mut seen = BTreeSet::new();
    while let Some(key) = vm.set_pop(set) {
        assert!(seen.insert(key.as_small().unwrap()));
    }
    assert_eq!(seen.len(), 100);
    assert!(set.is_empty());
}
