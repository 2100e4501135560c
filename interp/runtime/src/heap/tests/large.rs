//! Large and huge cells, cards, early freeing.

use super::*;

const SIZES: [usize; 4] = [9_000, 100_000, 1 << 20, 20 << 20];

fn set(w: &mut World, array: Value, index: usize, v: Value) {
    let slot = &elements(cell(array))[index];
    slot.set(v);
    w.heap.barrier_slot(cell(array), slot as *const _ as usize);
}

#[test]
fn large_cells_live_and_die() {
    let mut w = World::new();
    for size in SIZES {
        let v = w.cell(size, ARRAY);
        w.roots.borrow_mut().push(v);
        let child = w.node(Value::NONE, Value::NONE);
        let last = elements(cell(v)).len() - 1;
        set(&mut w, v, last, child);
        w.minor();
        assert!(w.lives(v) && w.lives(child), "{size}");
        w.full();
        assert!(w.lives(v) && w.lives(child), "{size}");
        w.roots.borrow_mut().clear();
        w.full();
        assert_eq!(w.count(), 0, "{size}");
        w.cell(size, ARRAY);
        w.minor();
        assert_eq!(w.count(), 0, "{size}");
    }
    assert!(w.heap.stats().mapped_bytes <= 4 << 20);
}

#[test]
fn cards_keep_what_was_stored_into_large_arrays() {
    for size in [600, 9_000, 100_000, 20 << 20] {
        let mut w = World::new();
        let v = w.cell(size, ARRAY);
        w.roots.borrow_mut().push(v);
        w.minor();
        let last = elements(cell(v)).len() - 1;
        for round in 0..3 {
            let mut children = Vec::new();
            for index in [0, 1, 62, last / 2, last - 1, last] {
                let child = w.node(Value::small(index as i64), Value::NONE);
                set(&mut w, v, index, child);
                children.push((index, child));
            }
            w.minor();
            for (index, child) in children {
                assert!(w.lives(child), "size {size}, round {round}, index {index}");
            }
        }
    }
}

/// Only the dirty cards of a large array are looked at: a store without barrier elsewhere in it
/// goes unnoticed, but the plain barrier remembers the whole cell even when cards are dirty.
#[test]
fn cards_are_no_more_than_asked_for() {
    let mut w = World::new();
    let v = w.cell(100_000, ARRAY);
    w.roots.borrow_mut().push(v);
    w.minor();
    let (far, near) = (w.node(Value::NONE, Value::NONE), w.node(Value::NONE, Value::NONE));
    elements(cell(v))[9000].set(far);
    set(&mut w, v, 0, near);
    w.heap.collect(Collection::Minor);
    assert!(w.heap.verify().is_err() && w.lives(near));
    elements(cell(v))[9000].set(Value::NONE);

    let (far, near) = (w.node(Value::NONE, Value::NONE), w.node(Value::NONE, Value::NONE));
    set(&mut w, v, 0, near);
    elements(cell(v))[9000].set(far);
    w.heap.barrier(cell(v));
    w.minor();
    assert!(w.lives(near) && w.lives(far));
}

#[test]
fn sole_owners_free_at_once() {
    let mut w = World::new();
    for size in SIZES {
        for state in 0..4 {
            let v = w.cell(size, ARRAY);
            w.roots.borrow_mut().push(v);
            if state > 0 {
                w.minor();
            }
            let child = w.node(Value::NONE, Value::NONE);
            match state {
                2 => set(&mut w, v, 3, child),
                3 => {
                    elements(cell(v))[0].set(child);
                    w.heap.barrier(cell(v));
                }
                _ => {}
            }
            w.roots.borrow_mut().clear();
            w.heap.free_sole(cell(v));
            assert!(!w.lives(v));
            w.minor();
        }
    }
    w.full();
    assert_eq!(w.count(), 0);
    let small = w.rooted(Value::NONE, Value::NONE);
    w.heap.free_sole(cell(small));
    assert!(w.lives(small), "small cells are left to the collector");
}

#[test]
fn runs_of_blocks_are_reused_between_live_ones() {
    let mut w = World::new();
    for i in 0..2000 {
        let v = w.cell(20_000 + i % 7 * 16_000, ARRAY);
        if i % 10 == 0 {
            w.roots.borrow_mut().push(v);
        }
    }
    w.full();
    assert_eq!(w.count(), 200);
    assert!(w.heap.stats().mapped_bytes < 60 << 20, "{:?}", w.heap.stats());
}
