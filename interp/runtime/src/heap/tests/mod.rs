//! Tests of the collector, on plain cells: a `World` is a heap with a list of precise roots.

mod conservative;
mod ends;
mod generations;
mod large;
mod limits;
mod marking;
mod sizes;
mod stress;

use super::*;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

/// Two references and a number.
const NODE: ShapeId = ShapeId(1);
/// An array of values that fills its cell.
const ARRAY: ShapeId = ShapeId(2);
/// Bytes.
const LEAF: ShapeId = ShapeId(3);
/// A `Node` whose `a` is weak.
const WEAK: ShapeId = ShapeId(4);
/// A `Node` with a destructor that counts in the cell that `n` points to.
const RESOURCE: ShapeId = ShapeId(5);

#[repr(C)]
struct Node {
    header: Header,
    a: Cell<Value>,
    b: Cell<Value>,
    n: Cell<u64>,
}

type Cells = NonNull<Header>;

unsafe fn trace_node(p: Cells, tracer: &mut Tracer<'_>) {
    // SAFETY: cells of this kind are laid out as `Node`.
    let node = unsafe { p.cast::<Node>().as_ref() };
    tracer.value(node.a.get());
    tracer.value(node.b.get());
}

unsafe fn trace_array(p: Cells, tracer: &mut Tracer<'_>) {
    tracer.cells(elements(p));
}

unsafe fn trace_weak(p: Cells, tracer: &mut Tracer<'_>) {
    // SAFETY: cells of this kind are laid out as `Node`.
    tracer.value(unsafe { p.cast::<Node>().as_ref() }.b.get());
}

unsafe fn clear_weak(p: *mut Header) {
    // SAFETY: as above.
    unsafe { &*p.cast::<Node>() }.a.set(Value::NONE);
}

unsafe fn count_destroyed(p: *mut Header) {
    // SAFETY: as above; `n` is the address of a counter that outlives the heap.
    unsafe { &*((*p.cast::<Node>()).n.get() as *const Cell<u32>) }.update(|n| n + 1);
}

unsafe fn trace_roots(data: *mut (), tracer: &mut Tracer<'_>) {
    // SAFETY: `World::new` passes its list.
    tracer.values(&unsafe { &*data.cast::<RefCell<Vec<Value>>>() }.borrow());
}

/// The values of an array cell.
fn elements<'a>(p: Cells) -> &'a [Cell<Value>] {
    // SAFETY: an array cell is a header and then values; zeroed ones are the int 0.
    unsafe { std::slice::from_raw_parts(p.as_ptr().add(1).cast::<Cell<Value>>(), Heap::cell_size(p) / 8 - 1) }
}

fn node<'a>(v: Value) -> &'a Node {
    let p = v.as_header().expect("a pointer");
    // SAFETY: tests pass only nodes.
    unsafe { p.cast::<Node>().as_ref() }
}

fn cell(v: Value) -> Cells {
    v.as_header().expect("a pointer")
}

fn gc_byte(v: Value) -> i8 {
    // SAFETY: a live cell.
    unsafe { cell(v).as_ref() }.gc.get()
}

struct World {
    heap: Heap,
    roots: Box<RefCell<Vec<Value>>>,
}

impl World {
    /// A heap that does not look at the machine stack, so that what lives is exact.
    fn new() -> World {
        let mut heap = Heap::new();
        heap.set_kind(NODE, CellKind::new(trace_node));
        heap.set_kind(ARRAY, CellKind::new(trace_array));
        heap.set_kind(LEAF, CellKind::leaf());
        heap.set_kind(WEAK, CellKind::new(trace_weak));
        heap.set_kind(RESOURCE, CellKind::new(trace_node).with_destroy(count_destroyed));
        heap.set_weak_clear(clear_weak);
        heap.set_stack_base(0);
        let roots: Box<RefCell<Vec<Value>>> = Box::default();
        heap.set_roots(&raw const *roots as *mut (), trace_roots);
        World { heap, roots }
    }

    fn cell(&mut self, size: usize, id: ShapeId) -> Value {
        Value::from_header(self.heap.alloc(size, id).expect("memory"))
    }

    fn node(&mut self, a: Value, b: Value) -> Value {
        let p = self.heap.alloc_fixed::<Node>(NODE).expect("memory");
        p.a.set(a);
        p.b.set(b);
        Value::from_gc(p)
    }

    /// A node that stays.
    fn rooted(&mut self, a: Value, b: Value) -> Value {
        let v = self.node(a, b);
        self.roots.borrow_mut().push(v);
        v
    }

    fn set_a(&mut self, owner: Value, v: Value) {
        node(owner).a.set(v);
        self.heap.barrier(cell(owner));
    }

    fn minor(&mut self) {
        self.heap.collect(Collection::Minor);
        self.heap.verify().expect("sound after a minor collection");
    }

    fn full(&mut self) {
        self.heap.collect(Collection::Full);
        self.heap.verify().expect("sound after a full collection");
    }

    fn lives(&self, v: Value) -> bool {
        self.heap.is_live_object(v.0 as usize) == v.as_header()
    }

    fn count(&self) -> usize {
        let mut count = 0;
        self.heap.each_object(&mut |_| count += 1);
        count
    }
}
