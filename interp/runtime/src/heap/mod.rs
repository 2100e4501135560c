//! The heap: cells, headers and the tracing collector.
//!
//! Non-moving, generational by sticky marks: a cell that survives a collection keeps its mark and
//! is old from then on; a minor collection traces from the roots and the remembered old cells, and
//! stops at marks. A full collection changes the value that counts as the mark (1 and 2 in turn),
//! so nothing has to be cleared. Memory: 16 KiB blocks of one cell size each in 4 MiB chunks,
//! swept when allocation needs them; large cells apart. Machine stacks and registers are roots,
//! read conservatively, so Rust code may hold a `Value` or `Gc<T>` in locals.

mod alloc;
mod barrier;
mod chunk;
mod collect;
mod drain;
mod field;
mod finalize;
mod grow;
mod header;
mod kinds;
mod large;
mod layout;
mod lookup;
mod mark;
mod os;
mod policy;
mod roots;
mod size;
mod space;
mod stats;
mod stress;
mod sweep;
#[cfg(test)]
mod tests;
mod verify;
mod weak;

pub use field::{Field, GcField};
pub use header::{Gc, Header, ShapeId};
pub use kinds::{CellKind, InstanceKind, SlotMap, TraceFn};
pub use layout::Layout;
pub use mark::Tracer;
pub use os::stack_bottom;
pub use policy::Collection;
pub use roots::{ForgetFn, Forgotten, RootsFn, scrub_stack, stack_top, with_registers};
pub use size::{MAX_SMALL, N_CLASSES, class_bytes, size_class};
pub use stats::HeapStats;
pub use sweep::Bump;
pub use weak::WeakClearFn;

use std::sync::atomic::AtomicU32;

/// A heap and its collector. Native code reads and writes `alloc` inline, at fixed offsets.
#[repr(C)]
pub struct Heap {
    pub alloc: [Bump; N_CLASSES],
    /// Ids that must not be allocated inline, as a filter of 64 bits by `id % 64`: those with
    /// destructors (and a few innocent ones).
    slow_ids: u64,
    /// Mark of live old cells now: 1 or 2.
    mark: i8,
    collecting: bool,
    space: space::Space,
    sweeper: sweep::Sweeper,
    kinds: kinds::Kinds,
    roots: roots::Roots,
    mark_stack: mark::MarkStack,
    remembered: barrier::Remembered,
    finalizers: finalize::Finalizers,
    destroyables: finalize::Destroyables,
    weak: weak::WeakTable,
    policy: policy::Policy,
    stress: stress::Stress,
    counters: HeapStats,
    poll_flag: Option<(*const AtomicU32, u32)>,
}

impl Default for Heap {
    fn default() -> Heap {
        Heap::new()
    }
}

impl Heap {
    pub fn new() -> Heap {
        Heap {
            alloc: [Bump::default(); N_CLASSES],
            slow_ids: 0,
            mark: 1,
            collecting: false,
            space: space::Space::new(),
            sweeper: sweep::Sweeper::new(),
            kinds: kinds::Kinds::new(),
            roots: roots::Roots::new(),
            mark_stack: mark::MarkStack::default(),
            remembered: barrier::Remembered::default(),
            finalizers: finalize::Finalizers::default(),
            destroyables: finalize::Destroyables::default(),
            weak: weak::WeakTable::default(),
            policy: policy::Policy::new(),
            stress: stress::Stress::default(),
            counters: HeapStats::default(),
            poll_flag: None,
        }
    }

    /// How cells of `id` behave. Ids are dense: the table grows to the highest. Set it before the
    /// first such cell is made.
    pub fn set_kind(&mut self, id: ShapeId, kind: CellKind) {
        self.kinds.set(id, kind);
        if kind.destroy.is_some() {
            self.slow_ids |= alloc::id_bit(id);
        }
    }

    /// The same for a shape of a class made at run time.
    pub fn set_instance_kind(&mut self, id: ShapeId, of: InstanceKind) {
        if of.kind.destroy.is_some() {
            self.slow_ids |= alloc::id_bit(id);
        }
        self.kinds.set_instance(id, of);
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.destroyables.finish(&self.kinds);
        self.space.unmap_all();
    }
}
