//! Random programs under stress mode, compared with a model.

use super::*;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// Slots hold nodes numbered in `n`; the model knows the number and the links of each.
#[test]
fn random_graphs_stay_intact() {
    for (seed, every, steps) in [(1, 1, 1500), (2, 7, 6000), (3, 100, 30_000), (4, 0, 400_000)] {
        let mut random = Random(0x9e37_79b9_7f4a_7c15 + seed);
        let mut w = World::new();
        w.heap.set_stress(every);
        w.roots.borrow_mut().resize(40, Value::NONE);
        let table = w.cell(if seed % 2 == 0 { 20_000 } else { 400 }, ARRAY);
        w.roots.borrow_mut().push(table);
        for step in 0..steps {
            let (i, j) = (random.below(40), random.below(40));
            let picked = w.roots.borrow()[j];
            match random.below(5) {
                0 | 1 => {
                    let v = w.node(picked, Value::small(step));
                    node(v).n.set(step as u64);
                    w.roots.borrow_mut()[i] = v;
                }
                2 => {
                    let owner = w.roots.borrow()[i];
                    if owner.is_pointer() {
                        w.set_a(owner, picked);
                    }
                }
                3 => {
                    let slots = elements(cell(table));
                    let slot = &slots[random.below(slots.len())];
                    slot.set(picked);
                    w.heap.barrier_slot(cell(table), slot as *const _ as usize);
                }
                _ => w.roots.borrow_mut()[i] = elements(cell(table))[random.below(40)].get(),
            }
            let mut v = w.roots.borrow()[random.below(40)];
            for _ in 0..20 {
                if !v.is_pointer() {
                    break;
                }
                // A reused cell would not hold its own number twice.
                assert_eq!(node(v).b.get(), Value::small(node(v).n.get() as i64), "step {step}");
                v = node(v).a.get();
            }
        }
        w.full();
    }
}

#[test]
#[should_panic(expected = "heap broken")]
fn stress_mode_panics_on_a_missing_barrier() {
    let mut w = World::new();
    w.heap.set_stress(1);
    let owner = w.rooted(Value::NONE, Value::NONE);
    w.minor();
    for _ in 0..4 {
        let v = w.node(Value::NONE, Value::NONE);
        node(owner).a.set(v);
    }
}

#[test]
fn stress_mode_collects_in_turn() {
    let mut w = World::new();
    w.heap.set_stress(3);
    for _ in 0..30 {
        w.node(Value::NONE, Value::NONE);
    }
    let stats = w.heap.stats();
    assert_eq!((stats.minor_collections, stats.full_collections), (5, 5));
    assert_eq!(w.heap.alloc[size_class(32)], Bump::default(), "nothing for the inline path");
    w.heap.set_stress(0);
    w.node(Value::NONE, Value::NONE);
    assert_ne!(w.heap.alloc[size_class(32)], Bump::default());
}
