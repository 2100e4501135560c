//! Events for `sys.settrace`, `sys.setprofile` and `sys.monitoring`: which there are, and telling them.
//!
//! While some thread traces, the dispatch table leads every instruction through [`step`] first; otherwise nothing of
//! this runs. Native code is not entered meanwhile (`hot`), and what of it was running goes on in the interpreter.

use super::dispatch;
use super::frame::GENERATOR;
use super::monitoring::{self, event};
use super::regs::{Base, Pc};
use crate::heap::Gc;
use crate::object::ids;
use crate::types::code::CodeObj;
use crate::types::frame::{self, Frame};
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use habu_bytecode::CodeFlags;
use habu_bytecode::op::{Ext, Op};

/// How far a frame is, as trace functions were told.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Of this frame nothing was told.
    #[default]
    Untold,
    /// Its call is being told: it is on its first line still.
    Starting,
    Started,
    /// A generator's body that has yielded: its next instruction is told as a call.
    Suspended,
    /// That call is being told: it is on the line of its yield still.
    Resuming,
}

/// What a frame remembers for its events.
#[derive(Clone, Copy, Default)]
pub struct Told {
    pub stage: Stage,
    /// Word offset of the last instruction, and the last line.
    pub at: u32,
    pub line: i32,
    /// Word offset of the last one that has a line.
    pub placed: u32,
    /// The last instruction may have jumped.
    pub branches: bool,
}

/// Which of a thread's two functions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hook {
    Trace,
    Profile,
}

impl Vm {
    /// `sys.gettrace()`, `sys.getprofile()`
    pub fn hook(&self, hook: Hook) -> Value {
        match hook {
            Hook::Trace => self.ctx.trace,
            Hook::Profile => self.ctx.profile,
        }
    }

    /// Sets this thread's function (None: no longer one).
    pub fn set_hook(&mut self, hook: Hook, function: Value) {
        let before = self.ctx.traces();
        match hook {
            Hook::Trace => self.ctx.trace = function,
            Hook::Profile => self.ctx.profile = function,
        }
        let now = self.ctx.traces();
        if before != now {
            dispatch::count_tracing(now);
        }
        if now {
            self.leave_native();
        }
    }

    /// What runs in native code goes on in the interpreter, where events are told.
    pub(super) fn leave_native(&mut self) {
        if !self.ctx.activation.is_null()
            && let Some(tier) = self.tier.clone()
        {
            tier.materialize(self, None);
        }
    }
}

/// The first instruction that belongs to a call: a generator's body begins behind the making of the generator.
fn is_start(code: Gc<CodeObj>, pc: Pc, base: Base) -> bool {
    if base.flags() & GENERATOR == 0 {
        return pc.0 == code.entry().0;
    }
    let before = pc.0.wrapping_sub(const { Op::MAKE_GENERATOR.words() });
    before >= code.entry().0 && Pc(before).op() == Op::MAKE_GENERATOR as u8
}

/// Whether the frame's instructions only make the generator whose body the code is.
fn makes_generator(code: Gc<CodeObj>, base: Base) -> bool {
    let kinds = CodeFlags::GENERATOR.with(CodeFlags::COROUTINE).with(CodeFlags::ASYNC_GENERATOR);
    base.flags() & GENERATOR == 0 && code.unit().flags.intersects(kinds)
}

/// Tells what is to be told before the instruction at `pc` is executed. Gives what to execute: another instruction if a
/// trace function has jumped.
#[inline(never)]
pub fn step(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<Pc> {
    if vm.ctx.in_hook() {
        return Ok(pc);
    }
    let code = base.code();
    let wanted = vm.monitoring.wanted(code);
    if (wanted == 0 && !vm.ctx.traces()) || makes_generator(code, base) {
        return Ok(pc);
    }
    let told = tell_step(vm, pc, base, code, wanted);
    // A function that jumps and then raises has not jumped.
    let jump = frame::existing(vm, base).map_or(0, |frame| frame.jump.take());
    told?;
    match jump {
        0 => Ok(pc),
        at => Ok(code.entry().skip(at as usize - 1)),
    }
}

fn tell_step(vm: &mut Vm, pc: Pc, base: Base, code: Gc<CodeObj>, wanted: u32) -> PyResult<()> {
    dispatch::publish(vm, pc, base);
    let known = frame::existing(vm, base);
    let frame = match known {
        Some(frame) if frame.told.get().stage != Stage::Untold || !frame.trace.get().is_none() => frame,
        // A frame that runs since before, and that nobody asked for.
        _ if !is_start(code, pc, base) && wanted == 0 => return profile_call(vm, pc, base, None),
        Some(frame) => frame,
        None => frame::of(vm, base, pc)?,
    };
    let told = frame.told.get();
    match told.stage {
        Stage::Untold if is_start(code, pc, base) => {
            frame.told.set(Told { stage: Stage::Starting, ..told });
            let called = tell_call(vm, frame);
            frame.told.set(Told { stage: Stage::Started, ..frame.told.get() });
            called?;
        }
        Stage::Suspended => {
            tell_resumption(vm, frame)?;
            if frame.jump.get() != 0 {
                return Ok(());
            }
        }
        Stage::Untold => frame.told.set(Told { stage: Stage::Started, ..told }),
        _ => {}
    }
    // Instructions may be dispatched twice.
    let told = frame.told.get();
    let again = told.line != 0 && told.at == code.offset_of(pc);
    if !again {
        native_ended(vm, frame, true)?;
        tell_branch(vm, frame, code, pc)?;
    }
    tell_line(vm, frame, code, pc)?;
    if frame.jump.get() != 0 {
        return Ok(());
    }
    if frame.trace_opcodes.get() {
        tell_local(vm, frame, "opcode", Value::NONE)?;
    }
    let at = code.offset_of(pc);
    let place = Value::small(frame::lasti(at).into());
    if !again {
        monitoring::tell(vm, code, at, event::INSTRUCTION, &[place])?;
    }
    match pc.decode() {
        Op::RETURN => tell_return(vm, frame, pc, event::PY_RETURN, base.get(pc.a())),
        Op::RETURN_NONE => tell_return(vm, frame, pc, event::PY_RETURN, Value::NONE),
        Op::YIELD => {
            frame.told.set(Told { stage: Stage::Suspended, ..frame.told.get() });
            tell_return(vm, frame, pc, event::PY_YIELD, base.get(pc.b()))
        }
        op @ (Op::LOOP | Op::JUMP) => {
            let to = Value::small(frame::lasti(code.offset_of(pc.target(op))).into());
            monitoring::tell(vm, code, at, event::JUMP, &[place, to])
        }
        op if branches(op) => {
            frame.told.set(Told { branches: true, ..frame.told.get() });
            Ok(())
        }
        _ if again => Ok(()),
        _ => tell_native_call(vm, pc, base, frame),
    }
}

/// Instructions that are one of two ways of a program. (Those of an `await` are not.)
fn branches(op: Op) -> bool {
    op.info().ext_offset(Ext::Label).is_some() && !matches!(op, Op::SEND | Op::SEND_THROW | Op::JUMP_BOUND)
}

/// Which way the last instruction has gone: left is into what a condition or a loop guards.
fn tell_branch(vm: &mut Vm, frame: Gc<Frame>, code: Gc<CodeObj>, pc: Pc) -> PyResult<()> {
    let told = frame.told.get();
    if !told.branches {
        return Ok(());
    }
    frame.told.set(Told { branches: false, ..told });
    let branch = code.entry().skip(told.at as usize);
    let op = branch.decode();
    // Loops test at their end: going back is going into them.
    let target = branch.target(op);
    let (jumped, loops) = (pc.0 == target.0, target.0 <= branch.0);
    let way = if jumped == loops { event::BRANCH_LEFT } else { event::BRANCH_RIGHT };
    let places = [told.at, code.offset_of(pc)].map(|at| Value::small(frame::lasti(at).into()));
    monitoring::tell(vm, code, told.at, way, &places)
}

/// A line is told when execution comes to another one, or goes back.
fn tell_line(vm: &mut Vm, frame: Gc<Frame>, code: Gc<CodeObj>, pc: Pc) -> PyResult<()> {
    let told = frame.told.get();
    let at = code.offset_of(pc);
    let line = frame::line_at(code, at);
    let op = pc.decode();
    // The jump that closes a loop carries the line of what it jumps to.
    let closes =
        matches!(op, Op::LOOP | Op::JUMP) && frame::line_at(code, code.offset_of(pc.target(op))) == line;
    // A source without statements has one instruction, on line 0.
    let alone = op == Op::RETURN_NONE && code.unit().positions.iter().all(|p| p.line == 0);
    if (line == 0 && !alone) || closes {
        frame.told.set(Told { at, ..told });
        return Ok(());
    }
    frame.told.set(Told { at, line, placed: at, ..told });
    // Instructions may be dispatched twice; of those that jump only these jump to themselves.
    let again = matches!(op, Op::FOR_ITER | Op::FOR_RANGE);
    let back = at < told.at || (at == told.at && again);
    if line == told.line && !back && !alone {
        return Ok(());
    }
    if frame.trace_lines.get() {
        tell_local(vm, frame, "line", Value::NONE)?;
    }
    monitoring::tell(vm, code, at, event::LINE, &[Value::small(line.into())])
}

fn tell_call(vm: &mut Vm, frame: Gc<Frame>) -> PyResult<()> {
    tell_hooks_call(vm, frame)?;
    let bit = if frame.told.get().stage == Stage::Starting { event::PY_START } else { event::PY_RESUME };
    tell_at(vm, frame.code(), bit, &[])
}

fn tell_hooks_call(vm: &mut Vm, frame: Gc<Frame>) -> PyResult<()> {
    if !vm.ctx.trace.is_none() {
        let function = vm.ctx.trace;
        let local = call_hook(vm, Hook::Trace, function, frame, "call", Value::NONE)?;
        if !local.is_none() {
            frame.trace.set(&mut vm.heap, frame.header(), local);
        }
    }
    tell_profile(vm, frame, "call", Value::NONE)
}

/// Tells monitoring tools of an event of the newest frame, where it is.
fn tell_at(vm: &mut Vm, code: Gc<CodeObj>, bit: u32, more: &[Value]) -> PyResult<()> {
    let at = code.offset_of(Pc(vm.ctx.pc));
    let mut args = [Value::small(frame::lasti(at).into()); 2];
    args[1..=more.len()].copy_from_slice(more);
    monitoring::tell(vm, code, at, bit, &args[..=more.len()])
}

/// A generator's body goes on: a call on the line of its yield.
fn tell_resumption(vm: &mut Vm, frame: Gc<Frame>) -> PyResult<()> {
    frame.told.set(Told { stage: Stage::Resuming, ..frame.told.get() });
    let called = tell_call(vm, frame);
    frame.told.set(Told { stage: Stage::Started, ..frame.told.get() });
    called
}

/// An exception is thrown into a suspended body.
fn tell_thrown(vm: &mut Vm, frame: Gc<Frame>, exc: Value) -> PyResult<()> {
    frame.told.set(Told { stage: Stage::Resuming, ..frame.told.get() });
    let called = tell_hooks_call(vm, frame);
    frame.told.set(Told { stage: Stage::Started, ..frame.told.get() });
    called?;
    tell_at(vm, frame.code(), event::PY_THROW, &[exc])
}

fn tell_return(vm: &mut Vm, frame: Gc<Frame>, pc: Pc, bit: u32, value: Value) -> PyResult<()> {
    tell_local(vm, frame, "return", value)?;
    tell_profile(vm, frame, "return", value)?;
    vm.ctx.pc = pc.0;
    tell_at(vm, frame.code(), bit, &[value])
}

/// An event for the frame's own trace function, which may name its successor.
fn tell_local(vm: &mut Vm, frame: Gc<Frame>, event: &'static str, arg: Value) -> PyResult<()> {
    let function = frame.trace.get();
    if function.is_none() || vm.ctx.trace.is_none() {
        return Ok(());
    }
    let local = call_hook(vm, Hook::Trace, function, frame, event, arg)?;
    if !local.is_none() {
        frame.trace.set(&mut vm.heap, frame.header(), local);
    }
    Ok(())
}

fn tell_profile(vm: &mut Vm, frame: Gc<Frame>, event: &'static str, arg: Value) -> PyResult<()> {
    let function = vm.ctx.profile;
    if !function.is_none() {
        call_hook(vm, Hook::Profile, function, frame, event, arg)?;
    }
    Ok(())
}

/// Calls one of the two functions; no events come from within. One that raises is unset.
fn call_hook(
    vm: &mut Vm,
    hook: Hook,
    function: Value,
    frame: Gc<Frame>,
    name: &'static str,
    arg: Value,
) -> PyResult {
    let event = Value::from_gc(vm.intern(name));
    (vm.ctx.hook_event, vm.ctx.hook_base) = (name, frame.base.get());
    let result = vm.call(function, &[Value::from_gc(frame), event, arg]);
    vm.ctx.hook_event = "";
    if result.is_err() {
        vm.set_hook(hook, Value::NONE);
        frame.trace.set(&mut vm.heap, frame.header(), Value::NONE);
    }
    result
}

/// A call that is about to happen: what is called, and its first argument if it has one.
fn call_at(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<Option<(Value, Option<Value>)>> {
    let (callee, first) = (base.get(pc.b()), pc.b() + 3);
    let plain = |count: usize| (count > 0).then(|| base.get(first));
    let method = |count: usize| {
        // The place of a receiver, which may be empty, then the arguments.
        let receiver = base.get(first);
        if receiver.is_unbound() { (count > 1).then(|| base.get(first + 1)) } else { Some(receiver) }
    };
    let argument = match pc.decode() {
        Op::CALL => plain(pc.c()),
        Op::CALL_METHOD => method(pc.c()),
        Op::CALL_KW if pc.x() != 0 => method(pc.c()),
        Op::CALL_KW => plain(pc.c()),
        Op::CALL_EX => {
            let args = base.get(first);
            match args.exact_list() {
                Some(list) => vm.list_get(list, 0)?,
                None => args.exact::<crate::types::tuple::Tuple>().and_then(|a| a.items().first().copied()),
            }
        }
        _ => return Ok(None),
    };
    Ok(Some((callee, argument)))
}

/// Before an instruction that calls: `CALL`, and `c_call` if a native function is called.
fn tell_native_call(vm: &mut Vm, pc: Pc, base: Base, frame: Gc<Frame>) -> PyResult<()> {
    let Some((callee, argument)) = call_at(vm, pc, base)? else { return Ok(()) };
    let code = base.code();
    if vm.monitoring.wants_any(code, event::CALL) {
        let (mut function, mut argument) = (callee, argument.unwrap_or(vm.monitoring.missing()));
        if let Some(method) = callee.exact::<crate::types::method::Method>() {
            (function, argument) = (method.function.get(), method.receiver.get());
        }
        let at = code.offset_of(pc);
        let place = Value::small(frame::lasti(at).into());
        monitoring::tell(vm, code, at, event::CALL, &[place, function, argument])?;
        if id_of(function) != ids::FUNCTION {
            let call = vm.tuple(&[place, function, argument])?;
            frame.c_call.set(&mut vm.heap, frame.header(), Value::from_gc(call));
        }
    }
    profile_call(vm, pc, base, Some(frame))
}

/// The native function that the frame has called, if that was told, has returned or raised.
fn native_ended(vm: &mut Vm, frame: Gc<Frame>, returned: bool) -> PyResult<()> {
    let call = frame.c_call.get();
    if call.is_none() {
        return Ok(());
    }
    frame.c_call.set(&mut vm.heap, frame.header(), Value::NONE);
    let (event, bit) = if returned { ("c_return", event::C_RETURN) } else { ("c_exception", event::C_RAISE) };
    let Some(call) = call.exact::<crate::types::tuple::Tuple>() else {
        return tell_profile(vm, frame, event, call);
    };
    let &[place, function, argument] = call.items() else { return Ok(()) };
    if matches!(id_of(function), ids::NATIVE_FUNCTION | ids::METHOD_DESCRIPTOR) {
        tell_profile(vm, frame, event, function)?;
    }
    let at = place.as_small().and_then(|at| frame::offset_of_lasti(at as i32)).unwrap_or(0);
    monitoring::tell(vm, frame.code(), at, bit, &[place, function, argument])
}

/// `c_call` before an instruction that calls a native function.
fn profile_call(vm: &mut Vm, pc: Pc, base: Base, frame: Option<Gc<Frame>>) -> PyResult<()> {
    if vm.ctx.profile.is_none() {
        return Ok(());
    }
    let Some((callee, _)) = call_at(vm, pc, base)? else { return Ok(()) };
    if !matches!(id_of(callee), ids::NATIVE_FUNCTION | ids::METHOD_DESCRIPTOR) {
        return Ok(());
    }
    let frame = match frame {
        Some(frame) => frame,
        None => frame::of(vm, base, pc)?,
    };
    tell_profile(vm, frame, "c_call", callee)?;
    let told = frame.told.get();
    if told.stage == Stage::Untold {
        frame.told.set(Told { stage: Stage::Started, ..told });
    }
    if frame.c_call.get().is_none() {
        frame.c_call.set(&mut vm.heap, frame.header(), callee);
    }
    Ok(())
}

/// An exception has come to the frame at `base`: the one that goes on, which a trace function may have replaced.
pub fn raised(vm: &mut Vm, base: Base, exc: Value) -> Value {
    told_frame(vm, base, exc, |vm, frame, exc| {
        if frame.told.get().stage == Stage::Suspended {
            tell_thrown(vm, frame, exc)?;
        }
        frame.told.set(Told { branches: false, ..frame.told.get() });
        native_ended(vm, frame, false)?;
        let class = Value::from_gc(vm.class_of(exc));
        let traceback = crate::types::exception::traceback_of(exc);
        let arg = vm.tuple(&[class, exc, traceback])?;
        tell_local(vm, frame, "exception", Value::from_gc(arg))?;
        tell_at(vm, frame.code(), event::RAISE, &[exc])
    })
}

/// An exception is raised again, or has found its handler: for monitoring tools only.
pub fn passed(vm: &mut Vm, pc: Pc, base: Base, bit: u32, exc: Value) -> Value {
    if vm.ctx.in_hook() {
        return exc;
    }
    dispatch::publish(vm, pc, base);
    match tell_at(vm, base.code(), bit, &[exc]) {
        Ok(()) => exc,
        Err(raised) => vm.take_exception(raised),
    }
}

/// The frame at `base` ends by an exception.
pub fn unwound(vm: &mut Vm, base: Base, exc: Value) -> Value {
    told_frame(vm, base, exc, |vm, frame, exc| {
        tell_local(vm, frame, "return", Value::NONE)?;
        tell_profile(vm, frame, "return", Value::NONE)?;
        tell_at(vm, frame.code(), event::PY_UNWIND, &[exc])
    })
}

fn told_frame(
    vm: &mut Vm,
    base: Base,
    exc: Value,
    tell: impl FnOnce(&mut Vm, Gc<Frame>, Value) -> PyResult<()>,
) -> Value {
    let wanted = vm.monitoring.wanted(base.code());
    if vm.ctx.in_hook() || (wanted == 0 && !vm.ctx.traces()) {
        return exc;
    }
    let found = match frame::existing(vm, base) {
        None if wanted != 0 => frame::of(vm, base, Pc(vm.ctx.pc)).map(Some),
        found => Ok(found),
    };
    let frame = match found {
        Ok(Some(frame)) => frame,
        Ok(None) => return exc,
        Err(raised) => return vm.take_exception(raised),
    };
    if frame.told.get().stage == Stage::Untold && frame.trace.get().is_none() && wanted == 0 {
        return exc;
    }
    match tell(vm, frame, exc) {
        Ok(()) => exc,
        Err(raised) => vm.take_exception(raised),
    }
}
