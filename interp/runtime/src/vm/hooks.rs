//! Hooks that programs set through `sys` and that the runtime calls.

use super::Vm;
use crate::heap::Tracer;
use crate::value::Value;

/// `None`: not set.
pub struct Hooks {
    /// `sys.set_asyncgen_hooks`: called when an async generator is first iterated, and when it dies unfinished.
    pub asyncgen_firstiter: Value,
    pub asyncgen_finalizer: Value,
    /// `sys.set_coroutine_origin_tracking_depth`: frames to note in a new coroutine.
    pub origin_depth: u32,
    /// Class of what `sys.unraisablehook` gets; `UNBOUND` before `sys` is there.
    pub unraisable_args: Value,
    /// List of `sys.addaudithook`'s functions; `UNBOUND` while there are none.
    pub audit: Value,
}

impl Default for Hooks {
    fn default() -> Hooks {
        Hooks {
            asyncgen_firstiter: Value::NONE,
            asyncgen_finalizer: Value::NONE,
            origin_depth: 0,
            unraisable_args: Value::UNBOUND,
            audit: Value::UNBOUND,
        }
    }
}

impl Hooks {
    pub(super) fn trace(&self, t: &mut Tracer<'_>) {
        for v in [self.asyncgen_firstiter, self.asyncgen_finalizer, self.unraisable_args, self.audit] {
            t.value(v);
        }
    }
}

impl Vm {
    /// Whether a new coroutine has anything to note.
    pub fn tracks_origin(&self) -> bool {
        self.hooks.origin_depth != 0
    }
}
