//! Allocation and pause figures of the collector beside the system's malloc, in one run:
//! `cargo run --release -p habu-runtime --example heap_bench`.

use habu_runtime::heap::{CellKind, Collection, Gc, Header, Heap, ShapeId, Tracer};
use habu_runtime::value::Value;
use std::cell::Cell;
use std::hint::black_box;
use std::ptr::NonNull;
use std::time::Instant;

const NODE: ShapeId = ShapeId(1);
const ARRAY: ShapeId = ShapeId(2);

#[repr(C)]
struct Node {
    header: Header,
    left: Cell<Value>,
    right: Cell<Value>,
    n: Cell<u64>,
}

unsafe fn trace_node(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: cells of this kind are laid out as `Node`.
    let node = unsafe { p.cast::<Node>().as_ref() };
    tracer.value(node.left.get());
    tracer.value(node.right.get());
}

unsafe fn trace_array(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: cells of this kind are a header and then values to their end.
    unsafe { tracer.slots(p.as_ptr().add(1).cast(), Heap::cell_size(p) / 8 - 1) };
}

fn heap() -> Heap {
    let mut heap = Heap::new();
    heap.set_kind(NODE, CellKind::new(trace_node));
    heap.set_kind(ARRAY, CellKind::new(trace_array));
    heap
}

fn node(heap: &mut Heap, left: Value, right: Value) -> Gc<Node> {
    let p = heap.alloc_fixed::<Node>(NODE).expect("memory");
    p.left.set(left);
    p.right.set(right);
    p
}

fn tree(heap: &mut Heap, depth: u32) -> Gc<Node> {
    if depth == 0 {
        return node(heap, Value::NONE, Value::NONE);
    }
    let left = tree(heap, depth - 1);
    let right = tree(heap, depth - 1);
    node(heap, Value::from_gc(left), Value::from_gc(right))
}

fn count(p: Value) -> u64 {
    match p.as_header() {
        None => 0,
        // SAFETY: trees are made of nodes.
        Some(p) => {
            let p: Gc<Node> = unsafe { Gc::from_header(p) };
            1 + count(p.left.get()) + count(p.right.get())
        }
    }
}

struct Boxed {
    _header: u64,
    left: Option<Box<Boxed>>,
    right: Option<Box<Boxed>>,
    _n: u64,
}

fn boxed(depth: u32) -> Box<Boxed> {
    let (left, right) =
        if depth == 0 { (None, None) } else { (Some(boxed(depth - 1)), Some(boxed(depth - 1))) };
    Box::new(Boxed { _header: 1, left, right, _n: 0 })
}

fn count_boxed(b: &Boxed) -> u64 {
    1 + b.left.as_deref().map_or(0, count_boxed) + b.right.as_deref().map_or(0, count_boxed)
}

/// The benchmark game's binary trees.
fn trees<T>(depth: u32, mut make: impl FnMut(u32) -> T, count: impl Fn(&T) -> u64) -> u64 {
    let mut sum = count(&make(depth + 1));
    let long_lived = make(depth);
    for d in (4..=depth).step_by(4) {
        for _ in 0..1 << (depth - d + 4) {
            sum += count(&make(d));
        }
    }
    sum + count(&long_lived)
}

fn timed<T>(what: &str, f: impl FnOnce() -> T) -> T {
    let since = Instant::now();
    let result = f();
    println!("{what:44} {:8.1} ms", since.elapsed().as_secs_f64() * 1e3);
    result
}

fn report(heap: &Heap) {
    let s = heap.stats();
    println!(
        "    {} minor, mean {:.0} us, max {:.0} us; {} full, mean {:.2} ms, max {:.2} ms; nursery {} KiB, promoted {} MiB of {}, mapped {} MiB",
        s.minor_collections,
        s.minor_ns_total as f64 / 1e3 / s.minor_collections.max(1) as f64,
        s.minor_ns_max as f64 / 1e3,
        s.full_collections,
        s.full_ns_total as f64 / 1e6 / s.full_collections.max(1) as f64,
        s.full_ns_max as f64 / 1e6,
        s.nursery_bytes >> 10,
        s.promoted_bytes >> 20,
        s.allocated_bytes >> 20,
        s.mapped_bytes >> 20,
    );
}

fn main() {
    for _ in 0..2 {
        let mut h = heap();
        timed("50 million short-lived cells of 32 bytes", || {
            for i in 0..50_000_000 {
                black_box(node(&mut h, Value::small(i), Value::NONE));
            }
        });
        report(&h);
        timed("    malloc and free", || {
            for i in 0..50_000_000 {
                black_box(Box::new([i as u64, 1, 2, 3]));
            }
        });

        let mut h = heap();
        timed("binary trees, depth 18", || trees(18, |d| tree(&mut h, d), |t| count(Value::from_gc(*t))));
        report(&h);
        timed("    malloc and free", || trees(18, boxed, |t| count_boxed(t)));

        let mut h = heap();
        let list = timed("list of 5 million, all kept", || {
            let mut list = Value::NONE;
            for i in 0..5_000_000 {
                list = Value::from_gc(node(&mut h, list, Value::small(i)));
            }
            list
        });
        report(&h);
        timed("    one full collection", || h.collect(Collection::Full));
        black_box(list);

        let mut h = heap();
        timed("scattered graph of 4 million, full", || {
            let table = h.alloc(32 << 20, ARRAY).expect("memory");
            let slots = table.as_ptr() as *mut Value;
            let mut random = 88_172_645_463_325_252u64;
            for _ in 0..4_000_000 {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let i = 1 + (random % ((32 << 17) - 1)) as usize;
                // SAFETY: an index inside of the array cell.
                unsafe {
                    let slot = slots.add(i);
                    let v = Value::from_gc(node(&mut h, *slot, Value::NONE));
                    *slot = v;
                    h.barrier_slot(table, slot as usize);
                }
            }
            let since = Instant::now();
            h.collect(Collection::Full);
            println!("    the full collection alone: {:.1} ms", since.elapsed().as_secs_f64() * 1e3);
        });
        report(&h);
    }
}
