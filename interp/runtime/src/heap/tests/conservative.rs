//! Words that may be references: on the machine stack, into the middle of cells.

use super::*;

#[test]
fn interior_addresses_find_the_cell() {
    let mut w = World::new();
    for size in [16, 48, 2336, 8192, 10_000, 300_000, 9 << 20] {
        let v = w.cell(size, LEAF);
        let (start, bytes) = (cell(v).as_ptr() as usize, Heap::cell_size(cell(v)));
        for offset in [0, 1, 8, bytes / 2, bytes - 1] {
            assert_eq!(w.heap.is_live_object(start + offset), v.as_header(), "{size} + {offset}");
        }
        assert_ne!(w.heap.is_live_object(start.wrapping_sub(1)), v.as_header());
        assert_ne!(w.heap.is_live_object(start + bytes), v.as_header());
    }
    for word in [0, 1, 42, usize::MAX, &raw const w as usize] {
        assert_eq!(w.heap.is_live_object(word), None);
    }
}

#[test]
fn free_cells_are_not_found() {
    let mut w = World::new();
    let v = w.node(Value::NONE, Value::NONE);
    assert!(w.heap.is_live_object(v.0 as usize + 32).is_none(), "the next cell is not made yet");
    let keep = w.rooted(Value::NONE, Value::NONE);
    w.minor();
    assert!(!w.lives(v) && w.lives(keep), "dead in a block not yet swept");
    w.roots.borrow_mut().clear();
    w.full();
    assert!(!w.lives(keep), "dead in a freed block");
}

/// The only reference is an interior pointer in this frame.
#[test]
fn the_machine_stack_is_a_root() {
    let mut w = World::new();
    w.heap.set_stack_base(stack_top());
    #[inline(never)]
    fn make(w: &mut World) -> usize {
        let child = w.node(Value::small(5), Value::NONE);
        let v = w.node(child, Value::NONE);
        cell(v).as_ptr() as usize + 17
    }
    let interior = std::hint::black_box(make(&mut w));
    w.minor();
    w.full();
    let v = Value::from_header(w.heap.is_live_object(interior).expect("kept"));
    assert_eq!(node(node(v).a.get()).a.get(), Value::small(5));
}

/// A cell is found before its first field is stored.
#[test]
fn unfinished_cells_are_traced() {
    let mut w = World::new();
    w.heap.set_stack_base(stack_top());
    w.heap.set_stress(1);
    let p = w.heap.alloc_fixed::<Node>(NODE).expect("memory");
    let child = w.node(Value::small(1), Value::NONE);
    p.a.set(child);
    w.heap.barrier(p.header());
    w.node(Value::NONE, Value::NONE);
    w.node(Value::NONE, Value::NONE);
    assert_eq!(node(p.a.get()).a.get(), Value::small(1));
}

/// Cells of an id that nobody described keep what they may refer to.
#[test]
fn unknown_kinds_are_traced_conservatively() {
    let mut w = World::new();
    let child = w.node(Value::NONE, Value::NONE);
    let v = w.cell(32, ShapeId(900));
    w.roots.borrow_mut().push(v);
    node(v).b.set(child);
    w.full();
    assert!(w.lives(v) && w.lives(child));
}
