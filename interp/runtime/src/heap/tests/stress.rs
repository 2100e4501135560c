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

/// A world and what is known about its cells: nodes hold their own number twice, so a reused
/// cell, or a freed one, gives itself away.
struct Player {
    w: World,
    random: Random,
    table: Value,
    step: i64,
    weak: usize,
    destroyed: Box<Cell<u32>>,
    resources: u32,
    finalizers: u32,
    finalized: u32,
}

/// Roots: this many nodes, then the table, then leaf cells, then weak references.
const NODES: usize = 40;
const LEAVES: usize = 20;
const WEAKS: usize = 20;

impl Player {
    fn new(seed: u64, every: u32) -> Player {
        let mut w = World::new();
        w.heap.set_stress(every);
        let table = w.cell(if seed.is_multiple_of(2) { 20_000 } else { 400 }, ARRAY);
        w.roots.borrow_mut().resize(NODES, Value::NONE);
        w.roots.borrow_mut().push(table);
        w.roots.borrow_mut().resize(NODES + 1 + LEAVES + WEAKS, Value::NONE);
        Player {
            w,
            random: Random(0x9e37_79b9_7f4a_7c15 + seed),
            table,
            step: 0,
            weak: NODES + 1 + LEAVES,
            destroyed: Box::default(),
            resources: 0,
            finalizers: 0,
            finalized: 0,
        }
    }

    fn root(&self, index: usize) -> Value {
        self.w.roots.borrow()[index]
    }

    fn set_root(&mut self, index: usize, v: Value) {
        self.w.roots.borrow_mut()[index] = v;
    }

    fn play(&mut self) {
        self.step += 1;
        let (i, picked) = (self.random.below(NODES), self.root(self.random.0 as usize % NODES));
        match self.random.below(12) {
            0..3 => {
                let v = self.w.node(picked, Value::small(self.step));
                node(v).n.set(self.step as u64);
                self.set_root(i, v);
            }
            3 | 4 => {
                let owner = self.root(i);
                if owner.is_pointer() {
                    self.w.set_a(owner, picked);
                }
            }
            5 | 6 => {
                let slots = elements(cell(self.table));
                let slot = &slots[self.random.below(slots.len())];
                slot.set(picked);
                self.w.heap.barrier_slot(cell(self.table), slot as *const _ as usize);
            }
            7 => {
                let v = elements(cell(self.table))[self.random.below(NODES)].get();
                self.set_root(i, v);
            }
            8 if picked.is_pointer() => {
                let v = self.w.cell(size_of::<Node>(), WEAK);
                node(v).a.set(picked);
                self.w.heap.weak_register(cell(picked), cell(v));
                self.set_root(self.weak + i % WEAKS, v);
            }
            9 => {
                let v = self.w.cell(size_of::<Node>(), RESOURCE);
                node(v).n.set(&raw const *self.destroyed as u64);
                self.resources += 1;
            }
            10 => {
                let v = self.w.node(picked, Value::small(0));
                self.w.heap.finalizer_register(cell(v));
                self.set_root(i, v);
                self.finalizers += 1;
            }
            _ => self.leaf(),
        }
        self.check(self.root(self.random.0 as usize % NODES));
        let weak = self.root(self.weak + self.random.0 as usize % WEAKS);
        if weak.is_pointer() {
            self.check(node(weak).a.get());
        }
        while self.step % 16 == 0
            && let Some(p) = self.w.heap.next_finalizable()
        {
            self.check(Value::from_header(p));
            self.finalized += 1;
        }
        self.w.heap.take_dead_weakrefs();
    }

    /// Replaces a leaf cell of any size, after a look whether it holds what it was filled with.
    fn leaf(&mut self) {
        let index = NODES + 1 + self.random.below(LEAVES);
        let old = self.root(index);
        if old.is_pointer() {
            let bytes = contents(old);
            assert!(bytes.iter().all(|&b| b == bytes[0]), "step {}", self.step);
            if bytes.len() > 9000 && self.random.below(2) == 0 {
                self.set_root(index, Value::NONE);
                self.w.heap.free_sole(cell(old));
            }
        }
        let size = 1 << self.random.below(17);
        let v = self.w.cell(size + self.random.below(size), LEAF);
        contents(v).fill(self.step as u8 | 1);
        self.set_root(index, v);
    }

    fn check(&self, mut v: Value) {
        for _ in 0..20 {
            if !v.is_pointer() {
                break;
            }
            assert_eq!(node(v).b.get(), Value::small(node(v).n.get() as i64), "step {}", self.step);
            v = node(v).a.get();
        }
    }
}

/// The bytes of a leaf cell behind its header (and at least one).
fn contents<'a>(v: Value) -> &'a mut [u8] {
    let p = cell(v);
    // SAFETY: a leaf cell, of which tests hold one such slice at a time.
    unsafe { std::slice::from_raw_parts_mut(p.as_ptr().add(1).cast(), Heap::cell_size(p) - 8) }
}

#[test]
fn random_graphs_stay_intact() {
    for (seed, every, steps) in [(1, 1, 1500), (2, 7, 6000), (3, 100, 30_000), (4, 0, 400_000)] {
        let mut p = Player::new(seed, every);
        for _ in 0..steps {
            p.play();
        }
        p.w.full();
        assert_eq!(p.destroyed.get(), p.resources);
        p.w.roots.borrow_mut().clear();
        // Twice: what waits in the queue keeps others alive.
        for _ in 0..2 {
            p.finalized += p.w.heap.take_finalizable().len() as u32;
            p.w.full();
        }
        p.finalized += p.w.heap.take_finalizable().len() as u32;
        p.w.heap.take_dead_weakrefs();
        assert_eq!(p.finalized, p.finalizers, "seed {seed}");
        assert!(p.finalizers > 0);
        p.w.full();
        assert_eq!(p.w.count(), 0);
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
