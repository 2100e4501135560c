//! `frame`: the object form of a running or finished frame.
//!
//! A frame object exists only for frames that somebody looked at. While the frame runs, the object names its base on
//! the register stack and `vm.frames` finds the object by that base; when the frame ends, `detach` copies its variables
//! into the object. A suspended generator's variables stay in the generator.

mod live;
mod locals;
mod methods;
mod proxy;

pub use live::LiveFrames;
pub use locals::{Variable, find_variable, locals_dict, set_variable, variables};
pub use proxy::FrameLocals;

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::interp::frame::{GENERATOR, OBSERVED};
use crate::interp::regs::{Base, Pc};
use crate::interp::tracing::{Stage, Told};
use crate::object::ids;
use crate::object::instance::field_at;
use crate::tier::NativeFrame;
use crate::types::code::{CodeObj, call_flags};
use crate::types::function::Function;
use crate::types::generator::{self, Generator, State};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a frame object; its variables follow once the frame has ended.
#[repr(C)]
pub struct Frame {
    pub header: Header,
    /// The function that ran: code, globals, builtins and closure are its.
    pub function: Field,
    /// The generator whose body this is, or `None`.
    pub generator: Field,
    /// Calling frame, known once this one has ended: frame or `None`.
    pub back: Field,
    /// Variables added through `f_locals` that the code does not have: dict or `None`.
    pub extra: Field,
    /// Per-frame trace function, or `None`.
    pub trace: Field,
    /// Register 0 while the frame runs, else null.
    pub base: Cell<*mut Value>,
    /// Word offset of the last instruction, once the frame has ended.
    pub last: Cell<u32>,
    /// Variables that follow.
    pub saved: Cell<u16>,
    pub capacity: Cell<u16>,
    pub trace_lines: Cell<bool>,
    pub trace_opcodes: Cell<bool>,
    /// Where a trace function has jumped to: word offset and 1, or 0.
    pub jump: Cell<u32>,
    /// What trace functions were told of it.
    pub told: Cell<Told>,
    /// The native function that it calls, if a profile function was told of that, or `None`.
    pub c_call: Field,
}

impl Frame {
    fn slot(&self, i: usize) -> &Field {
        debug_assert!(i < self.capacity.get() as usize);
        // SAFETY: `capacity` values follow the struct in its cell.
        unsafe { field_at(NonNull::from(&self.header), size_of::<Frame>() + i * 8) }
    }

    pub fn function(&self) -> Gc<Function> {
        // SAFETY: set to a function when the cell was made.
        unsafe { Gc::from_header(self.function.get().as_header().expect("frames run functions")) }
    }

    pub fn code(&self) -> Gc<CodeObj> {
        self.function().code.get().expect("functions have code")
    }

    /// Where its variables are now.
    fn generator(&self) -> Option<Gc<Generator>> {
        let v = self.generator.get();
        (!v.is_none()).then(|| generator::cell(v))
    }

    pub fn is_running(&self) -> bool {
        !self.base.get().is_null()
    }
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let f = unsafe { cell.cast::<Frame>().as_ref() };
    for field in [&f.function, &f.generator, &f.back, &f.extra, &f.trace, &f.c_call] {
        t.value(field.get());
    }
    for i in 0..f.saved.get() as usize {
        t.value(f.slot(i).get());
    }
}

// SAFETY: `trace` names every reference; `saved` is 0 in a zeroed cell.
unsafe impl Layout for Frame {
    const ID: ShapeId = ids::FRAME;
    const KIND: CellKind = CellKind::new(trace);
}

/// Whether the code's variables are in a namespace (a module's or class body's).
pub fn has_namespace(code: Gc<CodeObj>) -> bool {
    code.call_flags.get() & call_flags::NAMESPACE != 0
}

/// The running frame, at an event, is to go on at the instruction at a word offset, which is the first of a line.
pub fn jump_to(frame: Gc<Frame>, at: u32, line: i32) {
    frame.jump.set(at + 1);
    frame.told.set(Told { stage: Stage::Started, at, line, placed: at, ..Told::default() });
}

/// How many registers hold variables (a namespace body: the namespace).
fn variable_registers(code: Gc<CodeObj>) -> usize {
    if has_namespace(code) { 1 } else { code.unit().vars.len() }
}

/// The object of the live frame at `base`, which executes the instruction at `pc`: made when first asked for.
pub fn of(vm: &mut Vm, base: Base, _pc: Pc) -> PyResult<Gc<Frame>> {
    if base.flags() & OBSERVED != 0
        && let Some(frame) = vm.frames.find(base)
    {
        return Ok(frame);
    }
    let body = (base.flags() & GENERATOR != 0).then(|| generator::cell(Value(base.header(4))));
    let frame = match body.and_then(|g| vm.exact::<Frame>(g.frame.get())) {
        Some(frame) => frame,
        None => make(vm, base.function(), body)?,
    };
    attach(vm, base, frame);
    Ok(frame)
}

/// The object of the live frame at `base`, if there is one.
pub fn existing(vm: &mut Vm, base: Base) -> Option<Gc<Frame>> {
    if base.flags() & OBSERVED != 0
        && let Some(frame) = vm.frames.find(base)
    {
        return Some(frame);
    }
    let body = (base.flags() & GENERATOR != 0).then(|| generator::cell(Value(base.header(4))))?;
    let frame = vm.exact::<Frame>(body.frame.get())?;
    attach(vm, base, frame);
    Some(frame)
}

/// Says of which live frame an object is.
fn attach(vm: &mut Vm, base: Base, frame: Gc<Frame>) {
    frame.base.set(base.0);
    vm.frames.insert(base, frame);
    base.add_flags(OBSERVED);
}

/// `gi_frame`: the frame object of a generator that has not ended.
pub fn of_generator(vm: &mut Vm, g: Gc<Generator>) -> PyResult {
    if g.state.get() == State::Done {
        return Ok(Value::NONE);
    }
    if let Some(frame) = vm.exact::<Frame>(g.frame.get()) {
        return Ok(Value::from_gc(frame));
    }
    if g.state.get() == State::Running
        && let Some((base, pc)) = frames(vm)
            .find(|(base, _)| base.flags() & GENERATOR != 0 && Value(base.header(4)) == Value::from_gc(g))
    {
        return Ok(Value::from_gc(of(vm, base, pc)?));
    }
    // SAFETY: a generator that has not ended names its function.
    let function = unsafe { Gc::from_header(g.function.get().as_header().expect("functions are cells")) };
    Ok(Value::from_gc(make(vm, function, Some(g))?))
}

fn make(vm: &mut Vm, function: Gc<Function>, body: Option<Gc<Generator>>) -> PyResult<Gc<Frame>> {
    let count = variable_registers(function.code.get().expect("functions have code"));
    let frame = vm.alloc_sized::<Frame>(ids::FRAME, count * 8)?;
    frame.function.init(Value::from_gc(function));
    frame.generator.init(body.map_or(Value::NONE, Value::from_gc));
    for field in [&frame.back, &frame.extra, &frame.trace, &frame.c_call] {
        field.init(Value::NONE);
    }
    frame.capacity.set(count as u16);
    frame.trace_lines.set(true);
    if let Some(g) = body {
        g.frame.set(&mut vm.heap, g.header(), Value::from_gc(frame));
    }
    Ok(frame)
}

/// The frame at `base` ends or its generator is suspended: what its object needs is copied now.
#[cold]
#[inline(never)]
pub fn detach(vm: &mut Vm, base: Base) {
    let Some(frame) = vm.frames.remove(base) else { return };
    let code = base.code();
    // A return does not publish its place.
    let here = vm.ctx.pc as usize;
    let start = code.words.get() as usize;
    let last = if (start..start + code.word_count.get() as usize * 4).contains(&here) {
        code.offset_of(Pc(vm.ctx.pc))
    } else {
        0
    };
    frame.base.set(std::ptr::null_mut());
    frame.last.set(last);
    if frame.generator().is_some_and(|g| g.state.get() == State::Suspended) {
        return;
    }
    let count = frame.capacity.get();
    for i in 0..count as usize {
        frame.slot(i).init(base.get(i));
    }
    frame.saved.set(count);
    vm.heap.barrier(frame.header());
    let caller = base.caller();
    if caller.0.is_null() || frame.generator().is_some() {
        return;
    }
    vm.ctx.pc = code.entry().skip(last as usize).0;
    vm.ctx.base = base.0;
    vm.observe(caller);
    // Tracebacks show callers after the fact; without memory they do without.
    match of(vm, caller, base.return_pc().before()) {
        Ok(back) => frame.back.set(&mut vm.heap, frame.header(), Value::from_gc(back)),
        Err(raised) => {
            vm.take_exception(raised);
        }
    }
}

impl Vm {
    /// Before a frame gets an object: a native one gets a header.
    fn observe(&mut self, base: Base) {
        if !self.ctx.activation.is_null()
            && let Some(tier) = self.tier.clone()
        {
            tier.observe(self, base.0);
        }
    }

    /// Before frames are walked or made objects: native ones get headers.
    fn materialize(&mut self, only: Option<Base>) {
        if !self.ctx.activation.is_null()
            && let Some(tier) = self.tier.clone()
        {
            tier.materialize(self, only.map(|base| base.0));
        }
    }
}

impl Pc {
    /// Inside of the instruction before a return address.
    fn before(self) -> Pc {
        Pc(self.0.wrapping_sub(1))
    }
}

/// The live frames, newest first, each with the instruction it executes.
pub fn frames(vm: &mut Vm) -> impl Iterator<Item = (Base, Pc)> + use<> {
    vm.materialize(None);
    let newest = (!vm.ctx.base.is_null()).then_some((Base(vm.ctx.base), Pc(vm.ctx.pc)));
    std::iter::successors(newest, |(base, _)| {
        let caller = base.caller();
        (!caller.0.is_null()).then(|| (caller, base.return_pc().before()))
    })
}

/// The first of the live frames that `wanted` takes, newest first. Native frames stay as they are, so those may have no
/// headers.
fn undisturbed(vm: &mut Vm, mut wanted: impl FnMut(Base) -> bool) -> Option<(Base, Pc)> {
    let tier = vm.tier.clone();
    let (mut exit_pc, mut exit_fp, mut next) = (vm.ctx.exit_pc, vm.ctx.exit_fp, vm.ctx.activation);
    // Native frames of what entered native code last, among those that are not behind yet.
    let mut native: Vec<NativeFrame> = Vec::new();
    let (mut base, mut pc) = (Base(vm.ctx.base), Pc(vm.ctx.pc));
    while !base.0.is_null() {
        while native.is_empty()
            && !next.is_null()
            && let Some(tier) = &tier
        {
            // SAFETY: activations live on the stacks of the functions that entered native code.
            let activation = unsafe { &*next };
            tier.walk(activation, exit_pc, exit_fp, &mut |frame| native.push(frame));
            (exit_pc, exit_fp) = (activation.previous_exit_pc, activation.previous_exit_fp);
            next = activation.previous;
        }
        if wanted(base) {
            return Some((base, pc));
        }
        if native.first().is_some_and(|newest| newest.base == base.0) {
            for frame in &native[1..] {
                base = Base(frame.base);
                if wanted(base) {
                    return Some((base, Pc(frame.pc)));
                }
            }
            // The interpreter entered the oldest one, so that has a header.
            native.clear();
        }
        (base, pc) = (base.caller(), base.return_pc().before());
    }
    None
}

/// The object of a frame that `undisturbed` gave.
fn of_undisturbed(vm: &mut Vm, (base, pc): (Base, Pc)) -> PyResult<Gc<Frame>> {
    vm.observe(base);
    of(vm, base, pc)
}

/// The frame object `depth` calls up from the newest frame (`sys._getframe`).
pub fn at_depth(vm: &mut Vm, depth: usize) -> PyResult<Option<Gc<Frame>>> {
    let mut left = depth;
    let found = undisturbed(vm, |_| {
        let last = left == 0;
        left = left.wrapping_sub(1);
        last
    });
    found.map(|found| of_undisturbed(vm, found)).transpose()
}

/// Word offset of the instruction it executes, or executed last.
pub fn offset(vm: &mut Vm, frame: Gc<Frame>) -> u32 {
    let code = frame.code();
    if frame.is_running() {
        let at = frame.base.get();
        let found = vm.as_thread_of(at, |vm| undisturbed(vm, |base| base.0 == at));
        return found.map_or(0, |(_, pc)| code.offset_of(pc));
    }
    match frame.generator() {
        Some(g) if g.state.get() != State::Done && !g.pc.get().is_null() => code.offset_of(Pc(g.pc.get())),
        _ => frame.last.get(),
    }
}

/// `f_back`
pub fn back(vm: &mut Vm, frame: Gc<Frame>) -> PyResult {
    if !frame.is_running() {
        return Ok(frame.back.get());
    }
    let at = frame.base.get();
    vm.as_thread_of(at, |vm| {
        let mut behind = false;
        let caller = undisturbed(vm, |base| std::mem::replace(&mut behind, base.0 == at));
        match caller {
            Some(found) => of_undisturbed(vm, found).map(Value::from_gc),
            None => Ok(Value::NONE),
        }
    })
}

/// `f_lasti` and `tb_lasti` of a word offset: they index the bytes of `co_code`, whose first word stands for a call which has not come to its first instruction.
pub fn lasti(offset: u32) -> i32 {
    (offset as i32 + 1) * 4
}

/// The word offset behind an `f_lasti`.
pub fn offset_of_lasti(lasti: i32) -> Option<u32> {
    u32::try_from(lasti / 4 - 1).ok()
}

/// The line that a call has before its first instruction: that of the definition.
pub fn start_line(code: Gc<CodeObj>) -> i32 {
    let unit = code.unit();
    if &*unit.name == "<module>" { 0 } else { unit.first_line as i32 }
}

/// `f_lasti`
pub fn last_instruction(vm: &mut Vm, frame: Gc<Frame>) -> i32 {
    let told = frame.told.get();
    match told.stage {
        Stage::Starting => 0,
        Stage::Resuming => lasti(told.at),
        _ if frame.jump.get() != 0 => lasti(told.at),
        _ if frame.generator().is_some_and(|g| g.state.get() == State::Created) => 0,
        _ => {
            let at = offset(vm, frame);
            // What the compiler added belongs to the line before it.
            let added = line_at(frame.code(), at) == 0 && told.line != 0;
            lasti(if added { told.placed } else { at })
        }
    }
}

/// Source line of the instruction at a word offset; 0: none.
pub fn line_at(code: Gc<CodeObj>, offset: u32) -> i32 {
    code.unit().position(offset).map_or(0, |p| p.line as i32)
}

/// Source line of a `tb_lasti` in a frame's code.
pub fn line_of_lasti(frame: &Frame, lasti: i32) -> i32 {
    offset_of_lasti(lasti).map_or_else(|| start_line(frame.code()), |at| line_at(frame.code(), at))
}

/// `f_lineno`
pub fn line(vm: &mut Vm, frame: Gc<Frame>) -> i32 {
    if frame.told.get().stage == Stage::Resuming || frame.jump.get() != 0 {
        return frame.told.get().line;
    }
    let starting = frame.told.get().stage == Stage::Starting;
    if starting || frame.generator().is_some_and(|g| g.state.get() == State::Created) {
        return start_line(frame.code());
    }
    let at = offset(vm, frame);
    match (line_at(frame.code(), at), frame.told.get().line) {
        (0, 0) => start_line(frame.code()),
        // What the compiler added belongs to the line before it.
        (0, told) => told,
        (line, _) => line,
    }
}
