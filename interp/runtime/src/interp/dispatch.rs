//! Dispatch: from one instruction's handler to the next, generated from the opcode table.
//!
//! A handler is one small function `(vm, pc, base) -> Flow`. Optimised builds pass control by calls in tail position,
//! which become jumps; others return to a driver loop. Slow paths are cold functions of the same shape, so that the
//! hot handlers need no stack frame.

use super::ops;
use super::regs::{Base, Pc};
use crate::value::Value;
use crate::vm::Vm;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// Executes the instruction at `pc` and passes control on.
pub type Handler = fn(&mut Vm, Pc, Base) -> Flow;

/// What a handler returns: with tail calls, the result of the whole run.
#[cfg(habu_tail_calls)]
pub type Flow = Value;

/// What a handler returns: where to go on.
#[cfg(not(habu_tail_calls))]
pub enum Flow {
    Go(Pc, Base),
    Leave(Value),
}

macro_rules! handlers {
    ($($(#[doc = $doc:literal])* $name:ident ( $($kind:tt $field:ident),* ) [ $($ext:ident),* ] $effects:ident ;)*) => {
        const KNOWN: &[Handler] = &[$(ops::$name),*];
    };
}
habu_bytecode::opcodes!(handlers);

/// Indexed by opcode byte; unused bytes can't be reached from verified code.
static PLAIN: [Handler; 256] = {
    let mut table = [ops::invalid as Handler; 256];
    let mut i = 0;
    while i < KNOWN.len() {
        table[i] = KNOWN[i];
        i += 1;
    }
    table
};

/// The table that is in force: of plain handlers, or of `traced` at every place.
static HANDLERS: [AtomicPtr<()>; 256] = {
    let mut table = [const { AtomicPtr::new(std::ptr::null_mut()) }; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = AtomicPtr::new(PLAIN[i] as *mut ());
        i += 1;
    }
    table
};

/// Threads that trace.
static TRACING: AtomicUsize = AtomicUsize::new(0);

#[inline(always)]
fn handler(op: u8) -> Handler {
    let handler = HANDLERS[op as usize].load(Ordering::Relaxed);
    // SAFETY: the table holds nothing but handlers.
    unsafe { std::mem::transmute::<*mut (), Handler>(handler) }
}

/// Whether instructions are led through `traced`, and native code must not be entered.
#[inline]
pub fn is_tracing() -> bool {
    TRACING.load(Ordering::Relaxed) != 0
}

/// A thread begins or ends to trace.
pub fn count_tracing(begins: bool) {
    let before = if begins {
        TRACING.fetch_add(1, Ordering::Relaxed)
    } else {
        TRACING.fetch_sub(1, Ordering::Relaxed)
    };
    if before == usize::from(!begins) {
        for (entry, plain) in HANDLERS.iter().zip(PLAIN) {
            let handler = if begins { traced as Handler } else { plain };
            entry.store(handler as *mut (), Ordering::Relaxed);
        }
    }
}

/// Tells trace functions of an instruction, then executes it, or the one that they have jumped to.
fn traced(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    match super::tracing::step(vm, pc, base) {
        Ok(pc) => PLAIN[pc.op() as usize](vm, pc, base),
        Err(raised) => super::unwind::raise(vm, pc, base, raised),
    }
}

/// Goes on with the instruction at `pc`.
#[cfg(habu_tail_calls)]
#[inline(always)]
pub fn go(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    handler(pc.op())(vm, pc, base)
}

/// Goes on with the instruction at `pc`.
#[cfg(not(habu_tail_calls))]
#[inline(always)]
pub fn go(_vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    Flow::Go(pc, base)
}

/// Leaves the run with its result (`Value::EXCEPTION`: an exception is pending).
#[inline(always)]
pub fn leave(v: Value) -> Flow {
    #[cfg(habu_tail_calls)]
    return v;
    #[cfg(not(habu_tail_calls))]
    Flow::Leave(v)
}

/// Runs from `pc` until a frame flagged `ENTRY` returns. The result word may be `Value::EXCEPTION`.
pub fn run(vm: &mut Vm, pc: Pc, base: Base) -> Value {
    let flow = go(vm, pc, base);
    drive(vm, flow)
}

/// Carries a handler's outcome on to the end of the run.
#[cfg(habu_tail_calls)]
#[inline(always)]
pub fn drive(_vm: &mut Vm, flow: Flow) -> Value {
    flow
}

/// Carries a handler's outcome on to the end of the run.
#[cfg(not(habu_tail_calls))]
pub fn drive(vm: &mut Vm, mut flow: Flow) -> Value {
    loop {
        match flow {
            Flow::Go(pc, base) => flow = handler(pc.op())(vm, pc, base),
            Flow::Leave(v) => return v,
        }
    }
}

/// Publishes where execution is, before anything that may collect, raise or look at frames.
#[inline(always)]
pub fn publish(vm: &mut Vm, pc: Pc, base: Base) {
    vm.ctx.pc = pc.0;
    vm.ctx.base = base.0;
}

/// Goes on behind the instruction at `$pc`, whose opcode is named.
macro_rules! next {
    ($vm:expr, $pc:expr, $base:expr, $op:ident) => {
        return $crate::interp::dispatch::go($vm, $pc.skip(const { habu_bytecode::Op::$op.words() }), $base)
    };
}
pub(super) use next;

/// Stores an operation's result in register `$dst` and goes on, or unwinds.
macro_rules! finish {
    ($vm:expr, $pc:expr, $base:expr, $words:expr, $dst:expr, $result:expr) => {
        match $result {
            Ok(v) => {
                $base.set($dst, v);
                return $crate::interp::dispatch::go($vm, $pc.skip($words), $base);
            }
            Err(raised) => return $crate::interp::unwind::raise($vm, $pc, $base, raised),
        }
    };
}
pub(super) use finish;

/// A handler whose body is a function `(vm, pc, base) -> PyResult<()>` that native code calls too (`perform`).
macro_rules! stepped {
    ($name:ident, $step:ident) => {
        pub fn $name(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            // Apart from the handler, which must not have anything to drop when it goes on.
            #[inline(never)]
            fn step(vm: &mut Vm, pc: Pc, base: Base) -> crate::vm::PyResult<()> {
                $step(vm, pc, base)
            }
            publish(vm, pc, base);
            tri!(vm, pc, base, step(vm, pc, base));
            next!(vm, pc, base, $name)
        }
    };
}
pub(super) use stepped;

/// The value of a `PyResult`, or unwinds.
macro_rules! tri {
    ($vm:expr, $pc:expr, $base:expr, $result:expr) => {
        match $result {
            Ok(v) => v,
            Err(raised) => return $crate::interp::unwind::raise($vm, $pc, $base, raised),
        }
    };
}
pub(super) use tri;

/// Where the jump instruction at `$pc`, whose opcode is named, goes.
macro_rules! target {
    ($pc:expr, $op:ident) => {
        $pc.target_behind(const { habu_bytecode::Op::$op.words() })
    };
}
pub(super) use target;

/// Sets bits of the feedback word of the instruction at `$pc`, whose opcode is named.
macro_rules! note {
    ($pc:expr, $op:ident, $bits:expr) => {
        $pc.note_at(
            const {
                habu_bytecode::Op::$op
                    .info()
                    .ext_offset(habu_bytecode::op::Ext::Kinds)
                    .expect("the opcode has a feedback word")
            },
            $bits,
        )
    };
}
pub(super) use note;
