//! The mark loop: long lists, wide arrays, a stack that cannot grow.

use super::*;

fn list_of_trees(w: &mut World, count: i64) -> Value {
    w.roots.borrow_mut().push(Value::NONE);
    for i in 0..count {
        let leaf = w.node(Value::small(i), Value::NONE);
        let rest = w.roots.borrow()[0];
        let twig = w.node(leaf, Value::NONE);
        let v = w.node(rest, twig);
        w.roots.borrow_mut()[0] = v;
    }
    w.roots.borrow()[0]
}

#[test]
fn deep_structures_do_not_recurse() {
    let mut w = World::new();
    w.heap.policy.nursery = 1 << 40;
    list_of_trees(&mut w, 300_000);
    w.full();
    assert_eq!(w.count(), 900_000);
}

#[test]
fn marking_survives_a_stack_that_cannot_grow() {
    for full in [false, true] {
        let mut w = World::new();
        w.heap.mark_stack.limit = Some(0);
        w.heap.policy.nursery = 1 << 40;
        let v = w.cell(8000, ARRAY);
        for i in 0..900 {
            let inner = w.cell(160, ARRAY);
            for slot in &elements(cell(inner))[..15] {
                slot.set(w.node(Value::small(i), Value::NONE));
            }
            elements(cell(v))[i as usize].set(inner);
        }
        w.roots.borrow_mut().push(v);
        if full {
            w.full()
        } else {
            w.minor()
        }
        assert_eq!(w.count(), 1 + 900 + 900 * 15);
    }
}

#[test]
fn referents_are_the_direct_ones() {
    let mut w = World::new();
    let a = w.node(Value::NONE, Value::NONE);
    let b = w.node(a, Value::NONE);
    let c = w.node(b, b);
    assert_eq!(w.heap.referents(cell(c)), [cell(b), cell(b)]);
    assert!(w.heap.referents(cell(a)).is_empty());
}
