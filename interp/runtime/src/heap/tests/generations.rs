//! What minor and full collections keep and free; the write barrier.

use super::*;

#[test]
fn minor_keeps_what_roots_reach_and_frees_the_rest() {
    let mut w = World::new();
    let child = w.node(Value::small(1), Value::NONE);
    let root = w.rooted(child, Value::TRUE);
    let dead = w.node(child, root);
    w.minor();
    assert!(w.lives(root) && w.lives(child) && !w.lives(dead));
    assert_eq!(node(root).a.get(), child);
    assert_eq!(w.count(), 2);
}

#[test]
fn survivors_are_old_and_only_a_full_collection_frees_them() {
    let mut w = World::new();
    let v = w.rooted(Value::NONE, Value::NONE);
    assert_eq!(gc_byte(v), 0);
    w.minor();
    assert!(gc_byte(v) > 0);
    w.roots.borrow_mut().clear();
    w.minor();
    assert!(w.lives(v));
    w.full();
    assert!(!w.lives(v));
    assert_eq!(w.count(), 0);
}

#[test]
fn the_barrier_keeps_young_cells_of_old_owners() {
    let mut w = World::new();
    let owner = w.rooted(Value::NONE, Value::NONE);
    for round in 0..6 {
        if round % 3 == 2 {
            w.full()
        } else {
            w.minor()
        }
        let kept = w.node(Value::small(7), Value::NONE);
        let chained = w.node(kept, Value::NONE);
        w.set_a(owner, chained);
        assert!(gc_byte(owner) < 0);
        w.set_a(owner, chained);
        w.minor();
        assert!(w.lives(chained) && w.lives(kept), "round {round}");
        assert!(gc_byte(owner) > 0);
    }
}

/// The owner is itself only reachable through old cells, which a minor collection does not visit.
#[test]
fn remembered_cells_are_remembered_again() {
    let mut w = World::new();
    let owner = w.node(Value::NONE, Value::NONE);
    w.rooted(owner, Value::NONE);
    let dead = w.node(Value::NONE, Value::NONE);
    w.minor();
    assert!(!w.lives(dead));
    for _ in 0..3 {
        let kept = w.node(Value::NONE, Value::NONE);
        w.set_a(owner, kept);
        assert!(gc_byte(owner) < 0 && w.lives(owner));
        w.minor();
        assert!(gc_byte(owner) > 0 && w.lives(kept));
    }
}

/// A remembered cell in a block that was not swept since the collection is a live one.
#[test]
fn remembered_cells_are_live_before_the_sweep() {
    let mut w = World::new();
    let owner = w.rooted(Value::NONE, Value::NONE);
    w.node(Value::NONE, Value::NONE);
    w.minor();
    w.set_a(owner, Value::NONE);
    assert!(gc_byte(owner) < 0 && w.lives(owner));
    assert_eq!(w.count(), 1);
}

#[test]
fn the_verifier_notices_a_missing_barrier() {
    let mut w = World::new();
    let owner = w.rooted(Value::NONE, Value::NONE);
    w.minor();
    let lost = w.node(Value::NONE, Value::NONE);
    node(owner).a.set(lost);
    w.heap.collect(Collection::Minor);
    assert!(w.heap.verify().is_err());
    node(owner).a.set(Value::NONE);
    assert_eq!(w.heap.verify(), Ok(()));
}

#[test]
fn cycles_die() {
    let mut w = World::new();
    let a = w.node(Value::NONE, Value::NONE);
    let b = w.node(a, Value::NONE);
    node(a).a.set(b);
    w.minor();
    assert_eq!(w.count(), 0);
    let (a, b) = (w.rooted(Value::NONE, Value::NONE), w.rooted(Value::NONE, Value::NONE));
    w.minor();
    w.set_a(a, b);
    w.set_a(b, a);
    w.roots.borrow_mut().clear();
    w.full();
    assert_eq!(w.count(), 0);
}

#[test]
fn freed_cells_are_used_again() {
    let mut w = World::new();
    for i in 0..200_000 {
        let v = w.node(Value::small(i), Value::NONE);
        if i % 100 == 0 {
            w.roots.borrow_mut().push(v);
        }
    }
    let mapped = w.heap.stats().mapped_bytes;
    for i in 0..1_000_000 {
        w.node(Value::small(i), Value::NONE);
    }
    assert_eq!(w.heap.stats().mapped_bytes, mapped);
    assert!(w.heap.stats().minor_collections > 10);
    for (i, &v) in w.roots.borrow().iter().enumerate() {
        assert_eq!(node(v).a.get(), Value::small(100 * i as i64));
    }
    w.heap.verify().expect_err("young cells are no old ones");
    w.full();
    assert_eq!(w.count(), 2000);
}

#[test]
fn memory_goes_back_to_the_system() {
    let mut w = World::new();
    let mut list = Value::NONE;
    w.roots.borrow_mut().push(Value::NONE);
    for _ in 0..1_500_000 {
        list = w.node(list, Value::NONE);
        w.roots.borrow_mut()[0] = list;
    }
    let full = w.heap.stats().mapped_bytes;
    assert!(full > 45 << 20);
    w.roots.borrow_mut().clear();
    w.full();
    w.full();
    assert!(w.heap.stats().mapped_bytes <= 40 << 20, "{:?}", w.heap.stats());
    assert_eq!(w.count(), 0);
}

#[test]
fn external_bytes_bring_collections() {
    let mut w = World::new();
    for _ in 0..100 {
        w.node(Value::NONE, Value::NONE);
        w.heap.add_external(1 << 20);
    }
    let stats = w.heap.stats();
    assert!(stats.minor_collections >= 10 && stats.full_collections >= 1, "{stats:?}");
    w.heap.add_external(-(100 << 20));
    assert_eq!(w.heap.stats().external_bytes, 0);
}
