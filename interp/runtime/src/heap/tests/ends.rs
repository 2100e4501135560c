//! Weak references, finalizers, destructors.

use super::*;
use std::sync::atomic::{AtomicU32, Ordering};

fn weak(w: &mut World, target: Value) -> Value {
    let v = w.cell(size_of::<Node>(), WEAK);
    node(v).a.set(target);
    w.heap.weak_register(cell(target), cell(v));
    v
}

#[test]
fn weak_references_are_cleared_when_the_target_dies() {
    for old in [false, true] {
        let mut w = World::new();
        let target = w.rooted(Value::NONE, Value::NONE);
        let (first, second) = (weak(&mut w, target), weak(&mut w, target));
        let dropped = weak(&mut w, target);
        w.roots.borrow_mut().extend([first, second]);
        assert!(w.heap.weak_refs_of(cell(target)).eq([first, second, dropped].map(cell)));
        if old {
            w.minor();
            assert!(w.heap.weak_refs_of(cell(target)).eq([first, second].map(cell)));
            assert_eq!(node(first).a.get(), target);
        }
        w.roots.borrow_mut().remove(0);
        if old {
            w.full()
        } else {
            w.minor()
        }
        assert!(!w.lives(target));
        assert_eq!([node(first).a.get(), node(second).a.get()], [Value::NONE; 2]);
        assert!(w.heap.has_pending());
        w.roots.borrow_mut().clear();
        w.full();
        assert!(w.lives(first), "the queue keeps it");
        assert_eq!(w.heap.next_dead_weakref(), second.as_header());
        assert_eq!(w.heap.take_dead_weakrefs(), [cell(first)]);
        assert!(!w.heap.has_pending());
        assert!(w.heap.weak_refs_of(cell(target)).next().is_none());
    }
}

#[test]
fn a_weak_reference_that_dies_with_its_target_is_not_queued() {
    let mut w = World::new();
    let target = w.node(Value::NONE, Value::NONE);
    weak(&mut w, target);
    w.minor();
    assert!(!w.heap.has_pending());
    assert_eq!(w.count(), 0);
}

#[test]
fn finalizers_resurrect_once() {
    for old in [false, true] {
        let mut w = World::new();
        let flag = AtomicU32::new(1);
        w.heap.set_poll_flag(&flag, 4);
        let child = w.node(Value::small(3), Value::NONE);
        let v = w.rooted(child, Value::NONE);
        let seen = weak(&mut w, v);
        w.roots.borrow_mut().push(seen);
        w.heap.finalizer_register(cell(v));
        if old {
            w.minor();
        }
        assert_eq!(flag.load(Ordering::Relaxed), 1);
        w.roots.borrow_mut().remove(0);
        if old {
            w.full()
        } else {
            w.minor()
        }
        assert_eq!(flag.load(Ordering::Relaxed), 5);
        assert!(w.lives(v) && w.lives(child));
        assert_eq!(node(seen).a.get(), v, "its weak references see it until it is really gone");
        w.full();
        assert_eq!(w.heap.next_finalizable(), v.as_header());
        assert_eq!(node(node(v).a.get()).a.get(), Value::small(3));
        w.full();
        assert!(!w.lives(v) && w.heap.take_finalizable().is_empty());
        assert_eq!(node(seen).a.get(), Value::NONE);
    }
}

#[test]
fn owners_are_finalized_before_what_they_own() {
    for limit in [None, Some(0)] {
        let mut w = World::new();
        w.heap.mark_stack.limit = limit;
        let first = w.node(Value::NONE, Value::NONE);
        let inner = w.node(Value::NONE, Value::NONE);
        let between = w.node(inner, Value::NONE);
        let middle = w.node(between, Value::NONE);
        let outer = w.node(middle, inner);
        let last = w.node(Value::NONE, Value::NONE);
        let (a, b) = (w.node(Value::NONE, Value::NONE), w.node(Value::NONE, Value::NONE));
        node(a).a.set(b);
        node(b).a.set(a);
        for v in [first, inner, outer, middle, last, a, b] {
            w.heap.finalizer_register(cell(v));
        }
        w.minor();
        let order = w.heap.take_finalizable();
        if limit.is_none() {
            assert_eq!(order[..5], [first, outer, middle, inner, last].map(cell));
        }
        assert_eq!(order.len(), 7);
        assert!([first, inner, outer, middle, last, a, b].iter().all(|v| order.contains(&cell(*v))));
        assert_eq!(w.count(), 8);
    }
}

#[test]
fn destructors_run_at_the_collection_and_at_the_end() {
    let count = Cell::new(0u32);
    let mut w = World::new();
    let make = |w: &mut World| {
        let v = w.cell(size_of::<Node>(), RESOURCE);
        node(v).n.set(&raw const count as u64);
        v
    };
    let kept = make(&mut w);
    make(&mut w);
    // The same bit in the filter, no destructor.
    w.cell(32, ShapeId(RESOURCE.0 + 64));
    w.roots.borrow_mut().push(kept);
    w.minor();
    assert_eq!(count.get(), 1);
    w.minor();
    w.full();
    assert_eq!(count.get(), 1);
    w.roots.borrow_mut().clear();
    make(&mut w);
    w.full();
    assert_eq!(count.get(), 3);
    let last = make(&mut w);
    w.roots.borrow_mut().push(last);
    drop(w);
    assert_eq!(count.get(), 4);
}

#[test]
fn a_settled_finalizer_is_not_queued() {
    let mut w = World::new();
    let v = w.node(Value::NONE, Value::NONE);
    w.heap.finalizer_register(cell(v));
    // SAFETY: a live cell.
    unsafe { cell(v).as_ref() }.flags.set(Header::SETTLED);
    w.minor();
    assert!(!w.heap.has_pending());
    assert_eq!(w.count(), 0);
}
