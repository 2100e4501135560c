//! The thread context: what native code reaches at fixed offsets from the `Vm` pointer.

use crate::value::Value;
use std::sync::atomic::AtomicU32;

/// Recursion limit at start, CPython's.
const RECURSION_LIMIT: u32 = 1000;

/// First field of `Vm`. `repr(C)`: the JIT takes field offsets with `offset_of!`.
#[repr(C)]
pub struct ThreadCtx {
    /// The exception on its way up, or `UNBOUND`.
    pub exception: Value,
    /// The exception being handled (`sys.exception()`), or `None`.
    pub handled: Value,
    /// Nonzero: something to do at the next poll (see `poll`).
    pub poll: AtomicU32,
    /// Frames now on the stack, and the limit (`sys.setrecursionlimit`).
    pub depth: u32,
    pub recursion_limit: u32,
    /// Published before anything that may collect, raise or look at frames: instruction being executed and its frame.
    pub pc: *const u32,
    pub base: *mut Value,
    /// First register that no frame uses, when above the published frame's end (arguments of calls made by native functions).
    pub top: *mut Value,
    /// End of the usable register stack.
    pub register_limit: *mut Value,
    /// Machine stack address below which native code and nested Rust calls are refused.
    pub stack_limit: usize,
    /// Where the interpreter goes on after native code returned `DEOPT`.
    pub resume_pc: *const u32,
    pub resume_base: *mut Value,
    /// Return address and frame pointer of the newest native frame when it called into Rust (0: none since entry).
    pub exit_pc: usize,
    pub exit_fp: usize,
    /// Where that return address is stored (0: not known).
    pub exit_sp: usize,
    /// Newest entry from Rust into native code: chain of `tier::Activation`.
    pub activation: *mut crate::tier::Activation,
    /// Set by the tier: scratch for exits.
    pub exit_id: u64,
    /// Stress mode of the tier: checks until one is forced to fail.
    pub stress: u32,
    /// Base of the newest native frame that has a frame object although it goes on natively: it must not return without
    /// telling.
    pub observed: *mut Value,
    /// Set by the tier: frame pointer and base of the newest native frame, while what that has called runs.
    pub newest: (usize, *mut Value),
    /// What `sys.settrace` and `sys.setprofile` set, or `None`.
    pub trace: Value,
    pub profile: Value,
    /// The event that the trace function being called is told of, empty if none is; and the base of its frame.
    pub hook_event: &'static str,
    pub hook_base: *mut Value,
}

impl ThreadCtx {
    /// The context of a thread that has not begun.
    pub(super) fn new(registers: &super::RegisterStack) -> ThreadCtx {
        ThreadCtx {
            exception: Value::UNBOUND,
            handled: Value::NONE,
            poll: AtomicU32::new(0),
            depth: 0,
            recursion_limit: RECURSION_LIMIT,
            pc: std::ptr::null(),
            base: std::ptr::null_mut(),
            top: registers.start(),
            register_limit: registers.limit(),
            stack_limit: 0,
            resume_pc: std::ptr::null(),
            resume_base: std::ptr::null_mut(),
            exit_pc: 0,
            exit_fp: 0,
            exit_sp: 0,
            activation: std::ptr::null_mut(),
            exit_id: 0,
            stress: 0,
            observed: std::ptr::null_mut(),
            newest: (0, std::ptr::null_mut()),
            trace: Value::NONE,
            profile: Value::NONE,
            hook_event: "",
            hook_base: std::ptr::null_mut(),
        }
    }

    /// Whether a function that is told of events is running: there are none from within it.
    pub fn in_hook(&self) -> bool {
        !self.hook_event.is_empty()
    }

    /// Whether events are to be told.
    pub fn traces(&self) -> bool {
        !self.trace.is_none() || !self.profile.is_none()
    }

    /// Exchanges what belongs to a thread: all but the poll word and the recursion limit, which are the process's.
    pub(super) fn exchange(&mut self, other: &mut ThreadCtx) {
        macro_rules! swap {
            ($($field:ident)*) => { $(std::mem::swap(&mut self.$field, &mut other.$field);)* };
        }
        swap!(exception handled depth pc base top register_limit stack_limit resume_pc resume_base);
        swap!(exit_pc exit_fp exit_sp activation exit_id stress observed newest);
        swap!(trace profile hook_event hook_base);
    }
}

/// Bits of `ThreadCtx::poll`.
pub mod poll {
    pub const SIGNAL: u32 = 1 << 0;
    /// Finalizers or weakref callbacks are queued.
    pub const FINALIZE: u32 = 1 << 1;
    /// The tier has code to install.
    pub const TIER: u32 = 1 << 2;
    /// Another thread waits for the lock.
    pub const SWITCH: u32 = 1 << 3;
    pub const PENDING_CALL: u32 = 1 << 4;
}
