//! Frames of native code that somebody looks at: they get headers, and leave native code when control comes back to them, or go
//! on natively when only a traceback shows them.

use crate::deopt::{push_inlined, write_header};
use crate::frames::Found;
use crate::thunks;
use crate::tier::JitTier;
use habu_runtime::Value;
use habu_runtime::interp::frame::GENERATOR;
use habu_runtime::interp::regs::{Base, Pc};
use habu_runtime::types::frame;
use habu_runtime::vm::Vm;

/// Bases of frames, oldest first. Few frames have objects, and the newest come and go.
#[derive(Default)]
pub struct Bases(Vec<usize>);

impl Bases {
    fn contains(&self, base: usize) -> bool {
        self.0.binary_search(&base).is_ok()
    }

    fn insert(&mut self, base: usize) {
        if let Err(at) = self.0.binary_search(&base) {
            self.0.insert(at, base);
        }
    }

    fn remove(&mut self, base: usize) -> bool {
        self.0.binary_search(&base).map(|at| self.0.remove(at)).is_ok()
    }

    /// The newest of one register stack.
    fn newest_in(&self, stack: std::ops::Range<usize>) -> Option<usize> {
        let end = self.0.partition_point(|base| *base < stack.end);
        self.0[..end].last().copied().filter(|base| *base >= stack.start)
    }
}

impl JitTier {
    /// Whether the exception that is pending may go to its handler in native code: the newest native frame, which catches it,
    /// gets what a traceback needs of it. No: an invalidated frame was returned to.
    pub(crate) fn may_catch(&self, vm: &mut Vm) -> bool {
        if self.lazy_result.get().is_some() {
            return false;
        }
        let base = vm.ctx.base;
        if vm.ctx.observed == base {
            return true;
        }
        let registry = self.registry.borrow();
        let Some(unit) = registry.find(vm.ctx.exit_pc) else { return false };
        // SAFETY: native code runs in an activation.
        let entered = unsafe { (*vm.ctx.activation).entry_base } == base;
        if !entered && write_header(&registry, &unit, Base(base), vm.ctx.exit_fp).is_none() {
            return false;
        }
        self.materialized.borrow_mut().insert(base as usize);
        self.note_observed(vm, base);
        true
    }

    /// Remembers that the frame at `base`, which goes on natively, has a frame object.
    pub(crate) fn note_observed(&self, vm: &mut Vm, base: *mut Value) {
        self.observed.borrow_mut().insert(base as usize);
        self.find_newest_observed(vm);
    }

    /// Other threads have frames elsewhere.
    fn find_newest_observed(&self, vm: &mut Vm) {
        let own = vm.registers.start() as usize..vm.ctx.register_limit as usize;
        let newest = self.observed.borrow().newest_in(own).unwrap_or(0);
        vm.ctx.observed = newest as *mut Value;
    }

    /// A native frame goes on in the interpreter.
    pub(crate) fn frame_leaves(&self, vm: &mut Vm, base: *mut Value) {
        // None is newer than that.
        if base <= vm.ctx.observed && self.observed.borrow_mut().remove(base as usize) {
            self.find_newest_observed(vm);
        }
    }

    /// A frame object is made of a caller, for tracebacks: code that handles exceptions itself goes on.
    pub(crate) fn observe(&self, vm: &mut Vm, base: *mut Value) {
        if self.observed.borrow().contains(base as usize) {
            return;
        }
        if let Some((frame, caller)) = self.near(vm, base) {
            return self.observe_found(vm, base, &frame, caller.as_ref());
        }
        let (mut pc, mut fp) = (vm.ctx.exit_pc, vm.ctx.exit_fp);
        let mut next = vm.ctx.activation;
        while !next.is_null() {
            // SAFETY: as in `swap_returns`.
            let activation = unsafe { &*next };
            let frames = self.registry.borrow().walk(activation, pc, fp, 0);
            if let Some(i) = frames.iter().position(|f| f.contains(Base(base))) {
                return self.observe_found(vm, base, &frames[i], frames.get(i + 1));
            }
            (pc, fp) = (activation.previous_exit_pc, activation.previous_exit_fp);
            next = activation.previous;
        }
    }

    /// The frame at `base` and its native caller, without a walk over all frames: if it is one of the newest.
    fn near(&self, vm: &Vm, base: *mut Value) -> Option<(Found, Option<Found>)> {
        let (fp, newest) = vm.ctx.newest;
        if fp == 0 || fp != vm.ctx.exit_fp {
            return None;
        }
        // SAFETY: as in `swap_returns`.
        let activation = unsafe { vm.ctx.activation.as_ref() }?;
        let exit = (vm.ctx.exit_pc, fp, vm.ctx.exit_sp);
        self.registry.borrow().near(activation, exit, Base(newest), Base(base))
    }

    fn observe_found(&self, vm: &mut Vm, base: *mut Value, frame: &Found, caller: Option<&Found>) {
        if !frame.unit.code.observable || frame.unit.dead.get() || frame.maps().len() > 1 {
            self.materialize(vm, Some(base));
            return self.learn_observed(vm, &frame.unit);
        }
        if self.materialized.borrow_mut().insert(base as usize)
            && let Some(caller) = caller
        {
            push_header(frame, caller);
        }
        self.note_observed(vm, base);
    }

    /// The newest native frame, which has a frame object, is about to return.
    pub(crate) fn detach(&self, vm: &mut Vm) {
        let base = vm.ctx.base;
        let outer = std::mem::replace(&mut vm.ctx.newest, (vm.ctx.exit_fp, base));
        frame::detach(vm, Base(base));
        vm.ctx.newest = outer;
        self.materialized.borrow_mut().remove(&(base as usize));
        self.frame_leaves(vm, base);
    }

    /// Frames of the chosen units leave to the interpreter when the call they wait for returns.
    pub(crate) fn swap_returns(&self, vm: &Vm, chosen: impl Fn(&Found) -> bool) {
        let stub = thunks::lazy_deopt as *const () as usize;
        let (mut pc, mut fp, mut sp) = (vm.ctx.exit_pc, vm.ctx.exit_fp, vm.ctx.exit_sp);
        let mut next = vm.ctx.activation;
        while !next.is_null() {
            // SAFETY: activations live on the stacks of the functions that entered native code.
            let activation = unsafe { &*next };
            let frames = self.registry.borrow().walk(activation, pc, fp, sp);
            for frame in frames.iter() {
                let slot = frame.return_slot;
                if slot == 0
                    || !chosen(frame)
                    || frame.site.exit.is_none()
                    || self.swapped.borrow().contains_key(&slot)
                {
                    continue;
                }
                self.swapped.borrow_mut().insert(slot, frame.return_pc);
                // SAFETY: the slot holds the return address of a call that is under way.
                unsafe { *(slot as *mut usize) = stub };
            }
            (pc, fp, sp) =
                (activation.previous_exit_pc, activation.previous_exit_fp, activation.previous_exit_sp);
            next = activation.previous;
        }
    }

    // Whoever looks at a frame may keep it or change what it sees, so the frames leave native code.
    pub(crate) fn materialize(&self, vm: &mut Vm, only: Option<*mut Value>) {
        let wanted = |frame: &Found| only.is_none_or(|o| frame.contains(Base(o)));
        let (mut pc, mut fp, mut sp) = (vm.ctx.exit_pc, vm.ctx.exit_fp, vm.ctx.exit_sp);
        let mut next = vm.ctx.activation;
        while !next.is_null() {
            // SAFETY: as in `swap_returns`.
            let activation = unsafe { &*next };
            let frames = self.registry.borrow().walk(activation, pc, fp, sp);
            for (i, frame) in frames.iter().enumerate() {
                if !wanted(frame) {
                    continue;
                }
                push_inlined(&frame.unit, frame.maps(), frame.base);
                let fresh = {
                    let mut known = self.materialized.borrow_mut();
                    let fresh = known.insert(frame.base.0 as usize);
                    known.extend(frame.native_frames().map(|f| f.base as usize));
                    fresh
                };
                if !fresh {
                    continue;
                }
                // The oldest frame's header was written by the interpreter, which entered it.
                if let Some(caller) = frames.get(i + 1) {
                    push_header(frame, caller);
                }
            }
            (pc, fp, sp) =
                (activation.previous_exit_pc, activation.previous_exit_fp, activation.previous_exit_sp);
            next = activation.previous;
        }
        self.swap_returns(vm, wanted);
    }
}

/// Writes the header of a native frame that another one has called.
fn push_header(frame: &Found, caller: &Found) {
    let (Some(own), Some(caller)) = (frame.native_frames().last(), caller.native_frames().next()) else {
        return;
    };
    let flags = if frame.unit.code.resumes() { GENERATOR } else { 0 };
    frame.base.push(own.function, Pc(caller.pc).skip(1), 0, Base(caller.base), flags);
}
