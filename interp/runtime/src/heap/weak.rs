//! Weak references: a side table from targets to their weak-reference cells, and the queue of
//! those whose target died.

use super::Heap;
use super::header::Header;
use super::mark::Tracer;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::ptr::NonNull;

/// Clears the target field of a weak-reference cell.
pub type WeakClearFn = unsafe fn(*mut Header);

/// The weak references to one target, oldest first: nearly always it is one.
#[derive(Default)]
struct Refs {
    first: Option<NonNull<Header>>,
    more: Vec<NonNull<Header>>,
}

impl Refs {
    fn push(&mut self, r: NonNull<Header>) {
        match self.first {
            None => self.first = Some(r),
            Some(_) => self.more.push(r),
        }
    }

    fn retain(&mut self, keep: impl Fn(NonNull<Header>) -> bool) {
        self.more.retain(|&r| keep(r));
        if !self.first.is_some_and(&keep) {
            self.first = (!self.more.is_empty()).then(|| self.more.remove(0));
        }
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = NonNull<Header>> {
        self.first.into_iter().chain(self.more.iter().copied())
    }
}

#[derive(Default)]
pub struct WeakTable {
    refs: FxHashMap<NonNull<Header>, Refs>,
    /// Targets registered since the last collection: only there can either side be young.
    recent: Vec<NonNull<Header>>,
    clear: Option<WeakClearFn>,
    /// Cleared, their callbacks not yet run. Roots.
    pub dead: VecDeque<NonNull<Header>>,
}

impl WeakTable {
    /// After marking: drops dead weak references, clears those of dead targets.
    pub fn process(&mut self, tracer: &Tracer<'_>) {
        let mut targets = std::mem::take(&mut self.recent);
        if tracer.is_full() {
            targets.clear();
            targets.extend(self.refs.keys());
        }
        for target in targets.drain(..) {
            let Some(refs) = self.refs.get_mut(&target) else { continue };
            refs.retain(|r| tracer.is_marked(r));
            if !tracer.is_marked(target) {
                // The latest first, as CPython runs their callbacks.
                for weak in refs.iter().rev() {
                    if let Some(clear) = self.clear {
                        // SAFETY: a live weak-reference cell, which is what was registered.
                        unsafe { clear(weak.as_ptr()) };
                    }
                    self.dead.push_back(weak);
                }
                *refs = Refs::default();
            }
            if refs.first.is_none() {
                self.refs.remove(&target);
            }
        }
        if targets.capacity() <= 1 << 16 {
            self.recent = targets;
        }
    }
}

impl Heap {
    /// `weakref` refers to `target` weakly, and is told through [`Heap::set_weak_clear`]'s
    /// function when that dies. Its trace function must not report the target.
    pub fn weak_register(&mut self, target: NonNull<Header>, weakref: NonNull<Header>) {
        self.weak.refs.entry(target).or_default().push(weakref);
        self.weak.recent.push(target);
    }

    /// The weak references of a live object, oldest first. Those not yet collected although
    /// unreachable are among them.
    pub fn weak_refs_of(
        &self,
        target: NonNull<Header>,
    ) -> impl DoubleEndedIterator<Item = NonNull<Header>> + '_ {
        self.weak.refs.get(&target).into_iter().flat_map(Refs::iter)
    }

    pub fn set_weak_clear(&mut self, f: WeakClearFn) {
        self.weak.clear = Some(f);
    }

    /// The next weak reference whose target died. The queue keeps its members alive; from here on
    /// that is up to the caller.
    pub fn next_dead_weakref(&mut self) -> Option<NonNull<Header>> {
        self.weak.dead.pop_front()
    }

    /// All of them at once. The result is not traced: the caller has to root its members if it
    /// allocates before it is done with them; [`Heap::next_dead_weakref`] spares that.
    pub fn take_dead_weakrefs(&mut self) -> Vec<NonNull<Header>> {
        std::mem::take(&mut self.weak.dead).into()
    }
}
