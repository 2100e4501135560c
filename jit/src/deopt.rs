//! From native frames back to interpreter frames: the shared exit, calls of code without native form, invalidated callers.

use crate::exits::Reason;
use crate::frames::{Registry, Unit};
use crate::hir::Konst;
use crate::tier::JitTier;
use crate::unit::{FrameMap, Place};
use habu_bytecode::op::{Instr, Op};
use habu_runtime::interp::frame::{ENTRY, GENERATOR, HEADER, INIT, OPERATOR};
use habu_runtime::interp::regs::{Base, Pc};
use habu_runtime::types::generator::{self, State};
use habu_runtime::vm::Vm;
use habu_runtime::{Gc, Value};
use smallvec::{SmallVec, smallvec};

/// Start of a code object's instruction stream.
fn stream(code: u64) -> *const u32 {
    code_object(code).words.get()
}

/// The code object at an address that a unit keeps alive.
pub fn code_object(code: u64) -> Gc<habu_runtime::types::code::CodeObj> {
    let header = std::ptr::NonNull::new(code as *mut habu_runtime::Header).expect("units name code objects");
    // SAFETY: units and records keep their code objects alive (see `JitTier::trace`).
    unsafe { Gc::from_header(header) }
}

/// Writes what a frame map says into the frame's window; everything else becomes unbound. `above`: where the frame that it has
/// called lies, over registers that hold nothing of its own. `ends`: an exception leaves the frame, of which only a frame
/// object's variables stay.
fn rebuild(vm: &mut Vm, unit: &Unit, map: &FrameMap, base: Base, above: Option<u32>, ends: bool) {
    let code = code_object(unit.code.codes[map.code as usize]);
    let registers = code.registers.get() as usize;
    let registers = above.map_or(registers, |above| registers.min((above - map.base) as usize - HEADER));
    let cleared = if ends { code.unit().vars.len().min(registers) } else { registers };
    let mut held: SmallVec<[u64; 4]> = smallvec![0; cleared.div_ceil(64)];
    for &(r, place) in &map.regs {
        let r = r as usize;
        if r >= registers {
            continue;
        }
        if let Some(word) = held.get_mut(r / 64) {
            *word |= 1 << (r % 64);
        }
        let v = match place {
            Place::Word => continue,
            Place::F64 => match Value::try_float(f64::from_bits(base.get(r).0)) {
                Some(v) => v,
                None => vm.float(f64::from_bits(base.get(r).0)).unwrap_or(Value::NONE),
            },
            Place::Cond => Value::bool(base.get(r).0 != 0),
            Place::Known(word) => Value(word),
            Place::Const(k) => match unit.code.consts[k as usize] {
                Konst::Value(word) => Value(word),
                _ => Value::UNBOUND,
            },
        };
        base.set(r, v);
    }
    for r in 0..cleared {
        if held[r / 64] >> (r % 64) & 1 == 0 && map.result != Some(r as u32) {
            base.set(r, Value::UNBOUND);
        }
    }
}

/// Where the interpreter goes on when the call that the instruction at `pc` made has given `result`: applies it as the
/// instruction would.
fn complete(pc: Pc, base: Base, result: Value) -> Pc {
    let op = pc.decode();
    let next = pc.skip(op.words());
    // SAFETY: `pc` is at an instruction.
    let ins = unsafe { *pc.0.cast::<Instr>() };
    if op.info().ext_offset(habu_bytecode::op::Ext::Label).is_some() {
        let has_ended = || {
            let it = base.get(ins.b as usize);
            generator::is_generator_like(it) && generator::cell(it).state.get() == State::Done
        };
        return match op {
            // The delegate was resumed in its native code.
            Op::SEND => {
                base.set(ins.a as usize, result);
                if has_ended() { pc.target(op) } else { next }
            }
            Op::FOR_ITER if has_ended() => next,
            Op::FOR_ITER | Op::FOR_RANGE if result.is_unbound() => next,
            Op::FOR_ITER | Op::FOR_RANGE => {
                base.set(ins.a as usize, result);
                pc.target(op)
            }
            // Comparisons have looked at their negation in the opcode: the helper gives the plain comparison.
            _ if (result == Value::TRUE) == jumps_when_true(op) => pc.target(op),
            _ => next,
        };
    }
    match op {
        // The helper is that of a plain load here.
        Op::LOAD_METHOD => {
            base.set(ins.a as usize, result);
            base.set(ins.a as usize + 3, Value::UNBOUND);
        }
        _ => {
            if let Some(field) = destination(op) {
                base.set(ins.field(field) as usize, result);
            }
        }
    }
    next
}

fn jumps_when_true(op: Op) -> bool {
    !op.info().name.starts_with("JUMP_NOT_") && op != Op::JUMP_FALSE
}

/// The function that an inlined frame runs, or the unit's own.
pub fn function_of(unit: &Unit, map: &FrameMap, base: Base) -> Value {
    match map.code {
        0 if unit.has_free => Value(base.header(3)),
        0 => unit.function,
        code => Value(unit.code.functions[code as usize]),
    }
}

/// The call instruction of a frame.
pub fn place_of(unit: &Unit, map: &FrameMap) -> Pc {
    Pc(stream(unit.code.codes[map.code as usize])).skip(map.pc as usize)
}

/// Flags that a header got when the frame was looked at.
fn flags_of(base: Base) -> u64 {
    if JitTier::current().materialized.borrow().contains(&(base.0 as usize)) { base.flags() } else { 0 }
}

/// Writes the headers of the frames that are inlined in the one at `base`, as if calls had pushed them.
pub fn push_inlined(unit: &Unit, frames: &[FrameMap], base: Base) {
    for pair in frames.windows(2).rev() {
        let (own, caller) = (base.offset(pair[0].base as isize), base.offset(pair[1].base as isize));
        let call = place_of(unit, &pair[1]);
        // SAFETY: `call` is at an instruction.
        let ins = unsafe { *call.0.cast::<Instr>() };
        let op = call.decode();
        // A setter's result goes to a register that nobody reads.
        let spare = code_object(unit.code.codes[pair[1].code as usize]).registers.get();
        let dst = destination(op).map_or(spare, |field| ins.field(field));
        let init = match pair[1].result {
            Some(r) => {
                own.set_header(4, caller.get(r as usize).0);
                INIT
            }
            None => 0,
        };
        let operator = if is_operator(op) { OPERATOR } else { 0 };
        let flags = flags_of(own) | init | operator;
        own.push(function_of(unit, &pair[0], own), call.skip(op.words()), dst as usize, caller, flags);
    }
}

fn is_operator(op: Op) -> bool {
    (Op::ADD as u8..=Op::XOR as u8).contains(&(op as u8))
}

/// The operand that names the register for the result.
fn destination(op: Op) -> Option<habu_bytecode::op::Field> {
    use habu_bytecode::op::OperandKind;
    let found = op.info().operands.iter().find(|(_, k)| matches!(k, OperandKind::Dst | OperandKind::Mod));
    found.map(|(field, _)| *field)
}

/// Writes the header of a native frame that becomes real: it returns to Rust, so that native code gets its result.
pub fn write_header(registry: &Registry, unit: &Unit, base: Base, fp: usize) -> Option<()> {
    let (caller, site) = registry.caller(fp)?;
    let exit = &caller.code.exits[site.exit? as usize];
    let caller_base = base.offset(exit.frames[0].base as isize - site.callee_base as isize);
    let call = place_of(&caller, &exit.frames[0]);
    let function = if unit.has_free { Value(base.header(3)) } else { unit.function };
    // A frame object may have been made of it.
    let kind = if unit.code.resumes() { GENERATOR } else { 0 };
    base.push(function, call.skip(1), 0, caller_base, flags_of(base) | kind | ENTRY);
    Some(())
}

/// Runs what `resume_pc`/`resume_base` name to the end of its frame, and puts the context back.
fn run_on(vm: &mut Vm) -> Value {
    let saved = (vm.ctx.pc, vm.ctx.base, std::mem::replace(&mut vm.ctx.top, std::ptr::null_mut()));
    let native = (vm.ctx.exit_pc, vm.ctx.exit_fp, vm.ctx.exit_sp);
    let depth = vm.ctx.depth;
    let result = habu_runtime::interp::run_resumed(vm);
    (vm.ctx.pc, vm.ctx.base, vm.ctx.top) = saved;
    (vm.ctx.exit_pc, vm.ctx.exit_fp, vm.ctx.exit_sp) = native;
    vm.ctx.depth = depth;
    result
}

/// The shared exit of all native code.
pub extern "C" fn exit(vm: &mut Vm, base: *mut Value, depth: u32, number: u32) -> Value {
    let tier = JitTier::current();
    let outer = std::mem::replace(&mut vm.ctx.newest, (vm.ctx.exit_fp, base));
    let result = leave(tier, vm, base, depth, number);
    vm.ctx.newest = outer;
    result
}

fn leave(tier: &'static JitTier, vm: &mut Vm, base: *mut Value, depth: u32, number: u32) -> Value {
    let (pc, fp) = (vm.ctx.exit_pc, vm.ctx.exit_fp);
    let Some(unit) = tier.registry.borrow().find(pc) else {
        eprintln!("habu: internal error: exit from unknown native code");
        std::process::abort();
    };
    let base = Base(base);
    let map = &unit.code.exits[number as usize];
    // SAFETY: native code runs only between `enter` and its return, which set the activation.
    let entered = unsafe { (*vm.ctx.activation).entry_base } == base.0;
    vm.ctx.depth = depth;
    if map.reason == Reason::Entry && !entered && depth > vm.ctx.recursion_limit {
        // The call itself is refused: its caller gets the exception.
        let _raised = vm.recursion_error();
        return Value::EXCEPTION;
    }
    let body = unit.code.resumes().then_some(base);
    if let Some(body) = body {
        generator::of_frame(body).state.set(State::Running);
    }
    let lazy = if map.reason == Reason::Raised { tier.lazy_result.take() } else { None };
    tier.count_exit(vm, &unit, number, lazy.is_some_and(|v| v != Value::EXCEPTION));
    if !unit.has_free {
        base.set_header(3, unit.function.0);
    }
    let frame = &map.frames[0];
    let own = base.offset(frame.base as isize);
    let lost = tier.out_of_memory.take();
    if lost {
        // What could not be made nobody will see: the exception is on its way before anything runs.
        for frame in &map.frames {
            let window = base.offset(frame.base as isize);
            for (r, _) in frame.regs.iter().filter(|(r, _)| window.get(*r as usize).0 == tier.nowhere) {
                window.set(*r as usize, Value::NONE);
            }
        }
    }
    own.set_header(3, function_of(&unit, frame, own).0);
    // Outside of the code: the collector then takes all registers for live.
    vm.ctx.base = own.0;
    vm.ctx.pc = stream(unit.code.codes[frame.code as usize]).wrapping_sub(1);
    let filled: Vec<(usize, Value)> = match lazy {
        Some(_) => map.filled.iter().map(|r| (*r as usize, own.get(*r as usize))).collect(),
        None => Vec::new(),
    };
    let passes =
        matches!(map.reason, Reason::Raise | Reason::Raised) && lazy.is_none() && !map.hooked && !lost;
    let ends = passes && !unit.catches[number as usize] && body.is_none();
    for (k, frame) in map.frames.iter().enumerate().rev() {
        let above = k.checked_sub(1).map(|k| map.frames[k].base);
        rebuild(vm, &unit, frame, base.offset(frame.base as isize), above, ends);
    }
    if !entered && write_header(&tier.registry.borrow(), &unit, base, fp).is_none() {
        eprintln!("habu: internal error: native frame without caller");
        std::process::abort();
    }
    push_inlined(&unit, &map.frames, base);
    for frame in &map.frames {
        tier.materialized.borrow_mut().remove(&(base.offset(frame.base as isize).0 as usize));
    }
    tier.frame_leaves(vm, base.0);
    let mut pc = place_of(&unit, frame);
    vm.ctx.depth = depth + map.frames.len() as u32 - 1;
    if map.reason == Reason::WrongShape {
        tier.learn_shape(unit.code.codes[frame.code as usize], frame.pc, pc, own);
    }
    if let Some(result) = lazy
        && result != Value::EXCEPTION
    {
        let result = frame.result.map_or(result, |r| own.get(r as usize));
        if is_operator(pc.decode()) && result == Value::NOT_IMPLEMENTED {
            let pc = match habu_runtime::interp::not_implemented(vm, pc, own) {
                Ok(v) => complete(pc, own, v),
                Err(_raised) => pc,
            };
            return go_on(vm, pc, own, entered, body);
        }
        let kept = pc.decode() == Op::FOR_ITER && result != Value::TRUE;
        pc = match pc.decode() {
            _ if map.filled.is_empty() => complete(pc, own, result),
            op @ Op::SEND if result == Value::TRUE => pc.target(op),
            // The parts of the item are there: on behind the UNPACK of them. None: nothing has happened yet.
            op @ Op::FOR_ITER if result == Value::TRUE => pc.target(op).skip(Op::UNPACK.words()),
            Op::FOR_ITER if result == Value::NONE => pc,
            op => pc.skip(op.words()),
        };
        for (r, v) in filled.into_iter().filter(|_| !kept) {
            own.set(r, v);
        }
    }
    if lost {
        let _raised = vm.memory_error();
    }
    if map.hooked && lazy == Some(Value::EXCEPTION) {
        // SAFETY: `pc` is at an instruction that loads an attribute.
        let ins = unsafe { *pc.0.cast::<Instr>() };
        (vm.ctx.pc, vm.ctx.base) = (pc.0, own.0);
        let v = ask_class(
            vm,
            own.get(ins.b as usize),
            own.code().names.get().and_then(|n| n.get(ins.c as usize)),
        );
        if v != Value::EXCEPTION {
            pc = complete(pc, own, v);
        }
    }
    go_on(vm, pc, own, entered, body)
}

/// What the `__getattr__` of an object's class says when an AttributeError is pending for the attribute.
fn ask_class(vm: &mut Vm, object: Value, name: Option<Value>) -> Value {
    let (Some(name), class) = (name, vm.class_of(object)) else { return Value::EXCEPTION };
    match vm.class_special(class, habu_runtime::object::Special::GetAttr) {
        Some(hook) => crate::helpers::runtime::ask_hook(vm, object, name, hook),
        None => Value::EXCEPTION,
    }
}

/// Leaves to the interpreter, which the entered frame came from, or which is called for others. `body`: the frame is that
/// of a generator, which begins there.
fn go_on(vm: &mut Vm, pc: Pc, base: Base, entered: bool, body: Option<Base>) -> Value {
    vm.ctx.resume_pc = pc.0;
    vm.ctx.resume_base = base.0;
    if entered {
        return Value::DEOPT;
    }
    let v = run_on(vm);
    if let Some(body) = body {
        generator::restore_handled(vm, body);
    }
    v
}

/// Called in place of native code that a callee doesn't have: runs its frame in the interpreter.
pub extern "C" fn interpret(vm: &mut Vm, base: *mut Value, depth: u32) -> Value {
    let tier = JitTier::current();
    let base = Base(base);
    let (code, function, args, call, caller_base, newest) = {
        let registry = tier.registry.borrow();
        let found = registry.site(vm.ctx.exit_pc).and_then(|(unit, site)| {
            let (k, args) = site.callee?;
            let Konst::Entry(code) = unit.code.consts[k as usize] else { return None };
            let exit = &unit.code.exits[site.exit? as usize];
            let caller = &exit.frames[0];
            let caller_base = base.offset(caller.base as isize - site.callee_base as isize);
            // What runs must be known of a frame when something is allocated.
            caller_base.set_header(3, function_of(&unit, caller, caller_base).0);
            let function = if !code_object(code).is_particular() {
                tier.function_of(code)?
            } else {
                Value(base.header(3))
            };
            let newest = base.offset(-(site.callee_base as isize));
            Some((code, function, args, place_of(&unit, caller), caller_base, newest))
        });
        match found {
            Some(found) => found,
            None => {
                eprintln!("habu: internal error: call from unknown native code");
                std::process::abort();
            }
        }
    };
    let code = code_object(code);
    vm.ctx.pc = call.0;
    vm.ctx.base = caller_base.0;
    let end = base.offset(code.registers.get() as isize);
    if depth > vm.ctx.recursion_limit || end.0 > vm.ctx.register_limit {
        let _raised = vm.recursion_error();
        return Value::EXCEPTION;
    }
    let params = code.unit().param_count().max(args as usize);
    base.push(function, call.skip(1), 0, caller_base, ENTRY);
    habu_runtime::interp::bind::clear_locals(code, base, params);
    let saved = (vm.ctx.pc, vm.ctx.base, std::mem::replace(&mut vm.ctx.top, std::ptr::null_mut()));
    let native = (vm.ctx.exit_pc, vm.ctx.exit_fp, vm.ctx.exit_sp);
    vm.ctx.depth = depth;
    vm.ctx.pc = code.entry().0;
    vm.ctx.base = base.0;
    let outer = std::mem::replace(&mut vm.ctx.newest, (vm.ctx.exit_fp, newest.0));
    let result = habu_runtime::interp::run_entry(vm, code, base);
    vm.ctx.newest = outer;
    (vm.ctx.pc, vm.ctx.base, vm.ctx.top) = saved;
    (vm.ctx.exit_pc, vm.ctx.exit_fp, vm.ctx.exit_sp) = native;
    vm.ctx.depth = depth - 1;
    result
}

/// A callee has returned to an invalidated frame: keeps the result for that call's exit. The address it should return to.
pub extern "C" fn returned_to_invalid(_vm: &mut Vm, result: Value, slot: usize) -> usize {
    let tier = JitTier::current();
    tier.lazy_result.set(Some(result));
    match tier.swapped.borrow_mut().remove(&slot) {
        Some(original) => original,
        None => {
            eprintln!("habu: internal error: return to an unknown invalidated frame");
            std::process::abort();
        }
    }
}
