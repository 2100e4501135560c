//! The seam to native code: what the runtime asks of a compiler tier, without naming one.

use crate::heap::{Gc, Tracer};
use crate::types::code::CodeObj;
use crate::types::generator::Generator;
use crate::value::Value;
use crate::vm::{ThreadCtx, Vm};

/// One entry from Rust into native code; lives on the machine stack of the entering function.
#[repr(C)]
pub struct Activation {
    pub previous: *mut Activation,
    /// `exit_pc` and `exit_fp` of the activation before, to be restored.
    pub previous_exit_pc: usize,
    pub previous_exit_fp: usize,
    pub previous_exit_sp: usize,
    /// Frame pointer of the entry stub: the walk over native frames ends there.
    pub entry_fp: usize,
    /// The interpreter frame from which native code was entered.
    pub pc: *const u32,
    pub base: *mut Value,
    /// Register base of the first native frame.
    pub entry_base: *mut Value,
}

/// How native code was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The entered frame returned this value.
    Returned(Value),
    /// The entered frame (and frames inlined in it, now real) goes on in the interpreter at `ctx.resume_pc`, `ctx.resume_base`;
    /// with an exception pending, at its handler.
    Resume,
    /// Refused (stack limit, code gone): nothing has run.
    Refused,
}

/// A frame of native code, as walkers see it.
#[derive(Clone, Copy, Debug)]
pub struct NativeFrame {
    pub function: Value,
    pub pc: *const u32,
    pub base: *mut Value,
}

/// What a dependency of native code is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Watched {
    /// A global's cell was stored to.
    Cell(usize),
    /// A class changed (its version was bumped).
    Class(usize),
    /// A function's code or defaults were replaced.
    Function(usize),
}

/// A compiler tier. The runtime calls it at counters, polls and mutations; it owns all native code. Calls nest (native code
/// calls back into the runtime), so implementations keep their state in cells and hold no borrow across entering code.
pub trait Tier {
    /// Heat at which `hot_function` and `hot_loop` are called.
    fn threshold(&self) -> u32;
    /// A code object's heat has crossed the threshold at a call. May compile now or later.
    fn hot_function(&self, vm: &mut Vm, function: Value);
    /// A loop header (word offset) of the running frame is hot. True: `enter_loop` may be tried now.
    fn hot_loop(&self, vm: &mut Vm, function: Value, header: u32) -> bool;
    /// Runs the native code of `code` on the frame at `base`, whose header is filled in.
    fn enter(&self, vm: &mut Vm, code: Gc<CodeObj>, base: *mut Value) -> Left;
    /// Enters at a loop header of the running frame.
    fn enter_loop(&self, vm: &mut Vm, code: Gc<CodeObj>, header: u32, base: *mut Value) -> Left;
    /// A suspended generator (whose code has heat there) is resumed often where it stands, at the instruction at word `at`.
    fn hot_suspension(&self, vm: &mut Vm, g: Gc<Generator>, at: u32);
    /// Runs the native code of a suspension point on the frame at `base`, whose header is filled in; registers 0 and 1 hold
    /// the value sent and the generator, all others are still in the generator.
    fn enter_suspended(&self, vm: &mut Vm, entry: usize, base: *mut Value) -> Left;
    /// Installs what the compile thread has finished. Called at polls.
    fn poll(&self, vm: &mut Vm);
    /// Something native code relied on has changed.
    fn invalidate(&self, vm: &mut Vm, what: Watched);
    /// Native frames of one activation, newest first; `exit_pc`/`exit_fp` say where it was left.
    fn walk(
        &self,
        activation: &Activation,
        exit_pc: usize,
        exit_fp: usize,
        each: &mut dyn FnMut(NativeFrame),
    );
    /// Gives native frames (all, or the one with this base) headers like the interpreter's, and lets them go on in the
    /// interpreter when control comes back to them. Called before anybody walks frames or makes a frame object of one.
    fn materialize(&self, vm: &mut Vm, only: Option<*mut Value>);
    /// As `materialize` of one frame that is about to get a frame object which nobody has looked at yet: native code that
    /// can cope goes on.
    fn observe(&self, vm: &mut Vm, base: *mut Value);
    /// Precise roots that compile jobs and native code hold.
    fn trace(&self, tracer: &mut Tracer<'_>);
    /// Around fork(): park the compile thread; go on in parent or child.
    fn before_fork(&self);
    fn after_fork(&self, child: bool);
    /// A code object died.
    fn forget(&self, code: Gc<CodeObj>);
    /// Text of `--jit-summary`.
    fn summary(&self) -> String;
}

/// For offsets in native code.
pub fn ctx_of(vm: &mut Vm) -> *mut ThreadCtx {
    &raw mut vm.ctx
}
