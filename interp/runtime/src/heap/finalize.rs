//! End of life: objects with `__del__`, resurrected once and queued; cells with destructors.

use super::Heap;
use super::header::{Header, ShapeId};
use super::kinds::Kinds;
use super::mark::Tracer;
use std::collections::VecDeque;
use std::ptr::NonNull;

/// Cells in a list, of which those from `young` on were added since the last collection: a minor
/// collection looks only at these.
#[derive(Default)]
struct Watched {
    cells: Vec<NonNull<Header>>,
    young: usize,
}

impl Watched {
    /// Takes out the unmarked ones.
    fn take_dead(&mut self, tracer: &Tracer<'_>) -> Vec<NonNull<Header>> {
        let from = if tracer.is_full() { 0 } else { self.young };
        let mut dead = Vec::new();
        let mut kept = from;
        for at in from..self.cells.len() {
            let p = self.cells[at];
            if tracer.is_marked(p) {
                self.cells[kept] = p;
                kept += 1;
            } else {
                dead.push(p);
            }
        }
        self.cells.truncate(kept);
        self.young = kept;
        dead
    }
}

#[derive(Default)]
pub struct Finalizers {
    watched: Watched,
    /// Found unreachable, finalizer not yet run. Roots.
    pub queue: VecDeque<NonNull<Header>>,
}

impl Finalizers {
    /// After marking: queues unreachable objects and marks them again, with all they reach.
    /// Owners come before what they own, as reference counting would have it.
    pub fn process(&mut self, tracer: &mut Tracer<'_>) {
        let mut dead = self.watched.take_dead(tracer);
        // SAFETY: dead cells are not swept before this.
        dead.retain(|p| unsafe { p.as_ref() }.flags.get() & Header::SETTLED == 0);
        if !dead.is_empty() {
            self.queue.extend(tracer.drain_in_order(&dead));
        }
    }
}

/// Live cells whose type has a destructor.
#[derive(Default)]
pub struct Destroyables {
    watched: Watched,
}

impl Destroyables {
    /// Room to note one more cell, so that [`Destroyables::note`] cannot fail.
    pub fn reserve(&mut self, kinds: &Kinds, id: ShapeId) -> Option<()> {
        if kinds.get(id).destroy.is_some() {
            self.watched.cells.try_reserve(1).ok()?;
        }
        Some(())
    }

    pub fn note(&mut self, kinds: &Kinds, p: NonNull<Header>, id: ShapeId) {
        if kinds.get(id).destroy.is_some() {
            self.watched.cells.push(p);
        }
    }

    pub fn contains(&self, p: NonNull<Header>) -> bool {
        self.watched.cells.contains(&p)
    }

    /// After marking: runs the destructors of the dead.
    pub fn process(&mut self, tracer: &Tracer<'_>, kinds: &Kinds) {
        for p in self.watched.take_dead(tracer) {
            kinds.destroy(p);
        }
    }

    /// The heap ends: runs all destructors.
    pub fn finish(&mut self, kinds: &Kinds) {
        for p in std::mem::take(&mut self.watched.cells) {
            kinds.destroy(p);
        }
    }
}

impl Heap {
    /// `obj` has a finalizer: when found unreachable it is resurrected, once, and queued. To have
    /// it finalized again, register it again.
    pub fn finalizer_register(&mut self, obj: NonNull<Header>) {
        self.finalizers.watched.cells.push(obj);
    }

    /// Queues all objects with a finalizer, the oldest first, though they are alive: the program has ended.
    pub fn finalize_living(&mut self) {
        self.finalizers.watched.young = 0;
        let mut cells = std::mem::take(&mut self.finalizers.watched.cells);
        // SAFETY: watched cells are live ones.
        cells.retain(|p| unsafe { p.as_ref() }.flags.get() & Header::SETTLED == 0);
        self.finalizers.queue.extend(cells);
    }

    /// The objects with a finalizer that is still to run and that no collection has found dead.
    pub fn finalizable(&self) -> impl Iterator<Item = NonNull<Header>> {
        self.finalizers.watched.cells.iter().copied()
    }

    /// Whether the object's finalizer is still to run.
    pub fn finalizer_waits(&self, obj: NonNull<Header>) -> bool {
        self.finalizers.watched.cells.contains(&obj) || self.finalizers.queue.contains(&obj)
    }

    /// The next object to finalize. The queue keeps its members alive; from here on that is up to
    /// the caller.
    pub fn next_finalizable(&mut self) -> Option<NonNull<Header>> {
        self.finalizers.queue.pop_front()
    }

    /// All of them at once. The result is not traced: the caller has to root its members if it
    /// allocates before it is done with them; [`Heap::next_finalizable`] spares that.
    pub fn take_finalizable(&mut self) -> Vec<NonNull<Header>> {
        std::mem::take(&mut self.finalizers.queue).into()
    }
}
