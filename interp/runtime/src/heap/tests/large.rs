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

/// Blocks start over when they change their use.
#[test]
fn small_cells_take_the_place_of_large_ones() {
    let mut w = World::new();
    let mut large = Vec::new();
    for _ in 0..4 {
        large.push(w.cell(63 << 14, ARRAY));
        w.roots.borrow_mut().push(large[large.len() - 1]);
    }
    w.minor();
    w.roots.borrow_mut().clear();
    large.into_iter().for_each(|v| w.heap.free_sole(cell(v)));
    w.heap.policy.nursery = 1 << 40;
    for _ in 0..240 << 9 {
        w.node(Value::NONE, Value::NONE);
    }
    w.minor();
    assert_eq!(w.count(), 0);
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

#[test]
fn huge_storage_grows_without_being_copied() {
    for old in [false, true] {
        let mut w = World::new();
        w.heap.policy.nursery = 1 << 40;
        let mut v = w.cell(2 << 20, ARRAY);
        w.roots.borrow_mut().push(v);
        let mut moved = 0;
        for size in [5 << 20, 6 << 20, 7 << 20] {
            if old {
                w.minor();
            }
            let last = elements(cell(v)).len() - 1;
            let kept = w.node(Value::small(size as i64), Value::NONE);
            set(&mut w, v, last, kept);
            if old && size == 6 << 20 {
                w.heap.barrier(cell(v));
                assert!(gc_byte(v) < 0);
            }
            // In the way of growing in place.
            let end = cell(v).as_ptr() as usize + Heap::cell_size(cell(v));
            if size != 7 << 20 {
                os::map_aligned(4096, 1, end);
            }
            let Some(p) = w.heap.grow_sole(cell(v), size) else { panic!("not grown to {size}") };
            moved += u32::from(p != cell(v));
            if p != cell(v) {
                assert!(!w.lives(v));
            }
            v = Value::from_header(p);
            w.roots.borrow_mut()[0] = v;
            assert!(Heap::cell_size(p) >= size);
            assert_eq!(gc_byte(v) < 0, gc_byte(v) != 0, "an old one is remembered whole now");
            assert_eq!(elements(p)[last].get(), kept);
            assert!(elements(p)[last + 1..].iter().all(|v| *v == Cell::new(Value(0))));
            let end = elements(p).len() - 1;
            let fresh = w.node(Value::NONE, Value::NONE);
            set(&mut w, v, end, fresh);
            w.minor();
            assert!(w.lives(kept) && w.lives(fresh));
        }
        assert!(moved > 0 || cfg!(not(target_os = "linux")));
        // Beyond what its card table was made for, and what has no mapping of its own.
        assert!(w.heap.grow_sole(cell(v), 1 << 30).is_none());
        w.full();
        let run = w.cell(100_000, ARRAY);
        assert!(w.heap.grow_sole(cell(run), 200_000).is_none());
        assert_eq!(w.heap.grow_sole(cell(run), 90_000), run.as_header());
    }
}

/// Entries of three words, of which cards cut some in two.
#[test]
fn cards_cover_entries_that_they_cut() {
    unsafe fn trace(p: Cells, tracer: &mut Tracer<'_>) {
        let (entries, _) = elements(p).as_chunks::<3>();
        for [_, key, value] in tracer.clip(entries) {
            tracer.value(key.get());
            tracer.value(value.get());
        }
    }
    let mut w = World::new();
    w.heap.set_kind(ShapeId(6), CellKind::new(trace));
    let v = w.cell(100_000, ShapeId(6));
    w.roots.borrow_mut().push(v);
    w.minor();
    for index in 0..1000 {
        let (index, field) = (index / 2, 1 + index % 2);
        let (entries, _) = elements(cell(v)).as_chunks::<3>();
        let child = w.node(Value::small(index as i64), Value::NONE);
        entries[index][0].set(child);
        let slot = &entries[index][field];
        slot.set(child);
        w.heap.barrier_slot(cell(v), slot as *const _ as usize);
        w.minor();
        assert!(w.lives(child), "{index}");
    }
}

#[test]
fn dead_remembered_cells_are_forgotten() {
    for size in [9_000, 20 << 20] {
        let mut w = World::new();
        let by_card = w.cell(size, ARRAY);
        w.roots.borrow_mut().push(by_card);
        let whole = w.cell(9_000, ARRAY);
        w.roots.borrow_mut().push(whole);
        let small = w.rooted(Value::NONE, Value::NONE);
        w.minor();
        let child = w.node(Value::NONE, Value::NONE);
        set(&mut w, by_card, 0, child);
        w.heap.barrier(cell(whole));
        w.set_a(small, child);
        w.roots.borrow_mut().clear();
        w.full();
        w.cell(size, LEAF);
        w.minor();
        assert_eq!(w.count(), 0);
    }
}

#[test]
fn what_is_left_of_a_chunk_serves_smaller_runs() {
    let mut w = World::new();
    w.heap.policy.nursery = 1 << 40;
    let chunk = |v: Value| v.0 >> 22;
    let first = w.cell(60 << 14, LEAF);
    for _ in 0..3 {
        assert_eq!(chunk(w.cell(60 << 14, LEAF)), chunk(first));
    }
    assert_ne!(chunk(w.cell(60 << 14, LEAF)), chunk(first));
    assert_eq!(chunk(w.cell(10 << 14, LEAF)), chunk(first));
}
