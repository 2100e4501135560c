//! Generators, coroutines and async generators: suspended frames as objects.

mod anext;
mod async_gen;
pub mod chain;
mod delegate;
mod finalize;
mod methods;

pub use anext::{AnextAwaitable, anext_or};
pub use async_gen::{AsendMethods, AsyncGeneratorMethods, AthrowMethods, asend_step, wrap_async};
pub use methods::{CoroutineMethods, CoroutineWrapper, GeneratorMethods};

use delegate::call_result;
pub use delegate::{awaitable, get_aiter, get_anext, send_to, throw_to, yield_from_iter};
pub use finalize::finalize;

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::interp::frame::{ENTRY, GENERATOR, IN_LOOP, IN_PLACE};
use crate::interp::hot;
use crate::interp::regs::{Base, Pc};
use crate::object::ids;
use crate::object::instance::field_at;
use crate::tier::Left;
use crate::types::code::{CodeObj, call_flags};
use crate::types::function::Function;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm, id_of};
use habu_bytecode::Suspension;
use habu_bytecode::feedback::resume;
use habu_bytecode::op::{Ext, Instr, Op};
use std::cell::Cell;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

/// Where a generator stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    Created = 0,
    Suspended,
    Running,
    Done,
}

/// Cell of a generator, coroutine or async generator; its registers follow.
#[repr(C)]
pub struct Generator {
    pub header: Header,
    /// The function whose body runs; `None` once done.
    pub function: Field,
    pub name: Field,
    pub qualname: Field,
    /// The exception its body was handling when it was suspended, or `None`.
    pub handled: Field,
    /// What the code object was made from, for `gi_code` after the end.
    pub code: Field,
    /// Its frame object, if anybody asked for it.
    pub frame: Field,
    /// A coroutine's `cr_origin`; the finalizer hook of an async generator; or `None`.
    pub origin: Field,
    /// Instruction to go on at.
    pub pc: Cell<*const u32>,
    pub state: Cell<State>,
    /// Whether its death while suspended is always an event: asynchronous generators have hooks for it.
    watched: Cell<bool>,
    /// Registers saved: the live ones.
    pub saved: Cell<u16>,
    /// Registers there is room for.
    pub capacity: Cell<u16>,
}

impl Generator {
    /// Byte offset of the first saved register.
    pub const REGISTERS: usize = size_of::<Generator>();

    fn register(&self, i: usize) -> &Field {
        // SAFETY: `capacity` registers follow the struct in its cell.
        unsafe { field_at(NonNull::from(&self.header), Self::REGISTERS + i * 8) }
    }

    /// What it waits for when it is suspended in a `yield from` or `await`, or `None`.
    pub fn delegate(&self) -> Value {
        if self.state.get() != State::Suspended {
            return Value::NONE;
        }
        // The YIELD of a delegation is followed by the JUMP back to its SEND.
        let next = Pc(self.pc.get()).skip(habu_bytecode::Op::YIELD.words());
        if next.op() != habu_bytecode::Op::JUMP as u8 {
            return Value::NONE;
        }
        let send = next.target(habu_bytecode::Op::JUMP);
        if send.op() != habu_bytecode::Op::SEND as u8 {
            return Value::NONE;
        }
        self.saved_register(send.b()).map_or(Value::NONE, Field::get)
    }

    /// Register `i` of the suspended frame, if it is live.
    pub fn saved_register(&self, i: usize) -> Option<&Field> {
        (i < self.saved.get() as usize).then(|| self.register(i))
    }
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let g = unsafe { cell.cast::<Generator>().as_ref() };
    for field in [&g.function, &g.name, &g.qualname, &g.handled, &g.code, &g.frame, &g.origin] {
        t.value(field.get());
    }
    if g.state.get() != State::Done {
        // Temporaries may be reserved but not yet written, so what they hold need not be a live cell.
        let first = (&raw const *g.register(0)).cast::<u64>();
        // SAFETY: `saved` words follow the struct in its cell.
        unsafe { t.conservative(first, first.add(g.saved.get() as usize)) };
    }
}

// SAFETY: `trace` names every reference.
unsafe impl Layout for Generator {
    const ID: ShapeId = ids::GENERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// How a resumed generator came back.
#[derive(Clone, Copy, Debug)]
pub enum Resumed {
    Yielded(Value),
    Returned(Value),
}

/// A value known to be a generator, coroutine or async generator.
pub fn cell(v: Value) -> Gc<Generator> {
    debug_assert!(is_generator_like(v));
    // SAFETY: the three types share this layout.
    unsafe { Gc::from_header(v.as_header().expect("generators are cells")) }
}

/// Generator, coroutine or async generator object.
pub fn is_generator_like(v: Value) -> bool {
    matches!(id_of(v), ids::GENERATOR | ids::COROUTINE | ids::ASYNC_GENERATOR)
}

/// Length of the instructions at which a generator is suspended, and where their cache is.
const WORDS: usize = Op::YIELD.words();
const CACHE: usize = Op::YIELD.info().ext_offset(Ext::Resume).expect("it has a cache");
const _: () = assert!(Op::MAKE_GENERATOR.words() == WORDS);
const _: () = assert!(matches!(Op::MAKE_GENERATOR.info().ext_offset(Ext::Resume), Some(CACHE)));

/// Words from `Generator::pc` to the address of the native code that goes on there: of a body that has begun, of one that
/// has not.
pub const ENTRY_AFTER: [isize; 2] =
    [(CACHE + resume::ENTRY) as isize, (CACHE + resume::ENTRY) as isize - WORDS as isize];

impl Generator {
    /// The instruction that suspended it.
    pub fn suspended_by(&self) -> Pc {
        let pc = self.pc.get();
        Pc(if self.state.get() == State::Created { pc.wrapping_sub(WORDS) } else { pc })
    }

    /// The registers of the suspended frame.
    pub fn registers(&self) -> Base {
        Base((&raw const *self.register(0)).cast_mut().cast())
    }
}

/// Address of the native code that goes on where a generator is suspended, or 0. Counts how often that was asked.
#[inline]
fn native_entry(vm: &mut Vm, g: Gc<Generator>) -> usize {
    let at = g.suspended_by();
    let entry = at.word64(CACHE + resume::ENTRY) & !resume::DELEGATES;
    if entry != 0 {
        return entry as usize;
    }
    let heat = at.word(CACHE + resume::HEAT).wrapping_add(1);
    at.set_word(CACHE + resume::HEAT, heat);
    if heat >= vm.threshold || heat.is_multiple_of(RESUMPTIONS_PER_LOOK) {
        report_heat(vm, g, at, heat);
    }
    0
}

/// How a generator goes on: natively at an address other than 0, or with those that it waits for, or neither.
#[inline(always)]
fn native_or_chained(vm: &mut Vm, g: Gc<Generator>) -> (usize, bool) {
    if Pc(g.pc.get()).skip(WORDS).op() != Op::JUMP as u8 {
        return (native_entry(vm, g), false);
    }
    delegating(vm, g)
}

/// `native_or_chained` for one that looks as if it were waiting.
#[inline(never)]
fn delegating(vm: &mut Vm, g: Gc<Generator>) -> (usize, bool) {
    if chain::is_chained(g, true) {
        return (0, true);
    }
    let entry = native_entry(vm, g);
    if chain::is_chained(g, false) {
        // Native code asks here before it resumes such a one.
        let at = g.suspended_by();
        at.set_word64(CACHE + resume::ENTRY, at.word64(CACHE + resume::ENTRY) | resume::DELEGATES);
        return (entry, entry == 0);
    }
    (entry, false)
}

/// Resumptions at one place between two looks for finished code.
const RESUMPTIONS_PER_LOOK: u32 = 256;

#[cold]
#[inline(never)]
fn report_heat(vm: &mut Vm, g: Gc<Generator>, at: Pc, heat: u32) {
    let Some(tier) = vm.tier.clone() else { return };
    if heat >= vm.threshold {
        // Soon again, in case that the code is taken back.
        at.set_word(CACHE + resume::HEAT, vm.threshold - vm.threshold.div_ceil(8));
        if let Some(code) = g.code.get().exact::<CodeObj>() {
            tier.hot_suspension(vm, g, code.offset_of(at));
        }
    }
    if vm.ctx.poll.load(Ordering::Relaxed) & crate::vm::poll::TIER != 0 {
        tier.poll(vm);
    }
}

/// Whether the frame at `base` is that of a generator that has been suspended.
#[inline]
pub fn is_suspended_frame(base: Base) -> bool {
    base.flags() & GENERATOR != 0 && of_frame(base).state.get() == State::Suspended
}

/// Puts the registers of a suspended generator, and the value sent, which is in register 0, into its frame; where it goes
/// on, told where it was suspended.
#[inline(always)]
pub fn unpack(base: Base, pc: Pc) -> Pc {
    let sent = base.get(0);
    if fill(base) == State::Created {
        return pc;
    }
    // Suspended at a YIELD: its destination gets the value sent.
    base.set(pc.a(), sent);
    pc.skip(WORDS)
}

/// Puts the registers of a suspended generator into its frame; how it stood before it runs.
fn fill(base: Base) -> State {
    let g = of_frame(base);
    copy_pairs(g.registers().0, base.0, g.saved.get() as usize);
    g.state.replace(State::Running)
}

/// How a generator goes on that was resumed by an instruction.
#[derive(Clone, Copy)]
pub enum InPlace {
    Interpreted,
    /// In native code, at this address.
    Native(usize),
}

/// Makes the object for a frame that has just begun; it will go on at `pc`.
pub fn from_frame(vm: &mut Vm, pc: Pc, base: Base) -> PyResult {
    let code = base.code();
    let id = match code.call_flags.get() {
        f if f & call_flags::COROUTINE != 0 => ids::COROUTINE,
        f if f & call_flags::ASYNC_GENERATOR != 0 => ids::ASYNC_GENERATOR,
        _ => ids::GENERATOR,
    };
    let registers = code.registers.get();
    let g = vm.alloc_sized::<Generator>(id, (registers as usize).next_multiple_of(2) * 8)?;
    let function = base.function();
    g.function.init(Value::from_gc(function));
    g.name.init(function.name.get());
    g.qualname.init(function.qualname.get());
    g.handled.init(Value::NONE);
    g.frame.init(Value::NONE);
    g.origin.init(Value::NONE);
    g.code.init(Value::from_gc(code));
    g.capacity.set(registers);
    let begin = Pc(pc.0.wrapping_sub(const { habu_bytecode::Op::MAKE_GENERATOR.words() }));
    save(vm, g, code, pc, begin, base);
    g.state.set(State::Created);
    g.watched.set(id == ids::ASYNC_GENERATOR);
    if id == ids::COROUTINE {
        // One that is never awaited is reported when it dies.
        finalize::register(vm, g);
        if vm.tracks_origin() {
            let origin = finalize::origin(vm)?;
            g.origin.set(&mut vm.heap, g.header(), origin);
        }
    }
    Ok(Value::from_gc(g))
}

/// Copies the registers that are live at `pc` into the object. How many there are, and one, is kept in the free operand
/// of the instruction `by` that suspends it.
fn save(vm: &mut Vm, g: Gc<Generator>, code: Gc<CodeObj>, pc: Pc, by: Pc, base: Base) {
    let live = match by.c() {
        0 => {
            let live = code.live_at(code.offset_of(pc)).min(g.capacity.get() as usize);
            by.set_c(u16::try_from(live + 1).unwrap_or(0));
            live
        }
        known => known - 1,
    };
    copy_few(base.0, g.registers().0, live);
    g.saved.set(live as u16);
    g.pc.set(pc.0);
    vm.heap.barrier(g.header());
}

/// Copies the registers of a generator to or from its frame: they are few, and a loop of words is cheaper than a call.
#[inline(always)]
fn copy_few(from: *const Value, to: *mut Value, count: usize) {
    for i in 0..count {
        // SAFETY: the callers have room for as many in both places. Volatile keeps the loop from becoming a call.
        unsafe { to.add(i).write_volatile(from.add(i).read()) };
    }
}

/// As `copy_few`, and one more register if they are odd: the cell has room for it, and the frame is the topmost.
#[inline(always)]
fn copy_pairs(from: *const Value, to: *mut Value, count: usize) {
    for i in 0..count.div_ceil(2) {
        // SAFETY: as in `copy_few`; what a pair copies in vain is a word of the register stack or of the cell.
        unsafe {
            to.add(2 * i).write_volatile(from.add(2 * i).read());
            to.add(2 * i + 1).write_volatile(from.add(2 * i + 1).read());
        }
    }
}

/// Has the collector report the death of a generator that has just been suspended, if something has to happen then.
pub fn watch(vm: &mut Vm, g: Gc<Generator>) {
    let pc = Pc(g.pc.get());
    if pc.x() == 0
        && let Some(code) = g.code.get().exact::<CodeObj>()
    {
        let first = |at: u32| {
            let pc = code.entry().skip(at as usize);
            Instr::new(pc.decode(), pc.x(), 0, 0, 0)
        };
        let kind = Suspension::of(&code.unit().handlers, code.offset_of(pc), first);
        pc.set_x(kind as u8);
    }
    if g.watched.get() || !dies_quietly(pc, g.registers()) {
        finalize::register(vm, g);
    }
}

/// Whether nothing has to happen when nobody refers any more to the body that the YIELD at `pc` suspends. That keeps in
/// its free operand what its place says about it; 0: not known yet.
#[inline(always)]
fn dies_quietly(pc: Pc, registers: Base) -> bool {
    const QUIET: u8 = Suspension::Quiet as u8;
    const DELEGATING: u8 = Suspension::Delegating as u8;
    match pc.x() {
        QUIET => true,
        // A generator that it waits for sees to itself.
        DELEGATING => {
            let next = pc.skip(WORDS);
            if next.op() != Op::JUMP as u8 {
                return false;
            }
            let send = next.target(Op::JUMP);
            send.op() == Op::SEND as u8
                && matches!(id_of(registers.get(send.b())), ids::GENERATOR | ids::COROUTINE)
        }
        _ => false,
    }
}

/// As `suspend`, and `left` if it was resumed in place, for a generator about which there is nothing special; false, with
/// nothing done, if there is.
#[inline(always)]
pub fn suspend_plain(vm: &mut Vm, pc: Pc, base: Base) -> bool {
    let g = of_frame(base);
    let (live, in_place) = (pc.c(), base.flags() & IN_PLACE != 0);
    let special = live == 0
        || !finalize::is_registered(g) && (g.watched.get() || !dies_quietly(pc, base))
        || in_place && (vm.ctx.handled != Value(base.header(5)) || !g.handled.get().is_none())
        || base.flags() & crate::interp::frame::OBSERVED != 0
        || g.header.gc.get() > 0;
    if special {
        return false;
    }
    copy_pairs(base.0, g.registers().0, live - 1);
    g.saved.set((live - 1) as u16);
    g.pc.set(pc.0);
    g.state.set(State::Suspended);
    vm.ctx.depth -= in_place as u32;
    true
}

/// The generator that a frame flagged `GENERATOR` runs.
pub fn of_frame(base: Base) -> Gc<Generator> {
    cell(Value(base.header(4)))
}

/// YIELD at `pc`: saves the frame.
pub fn suspend(vm: &mut Vm, pc: Pc, base: Base) {
    let g = of_frame(base);
    save(vm, g, base.code(), pc, pc, base);
    g.state.set(State::Suspended);
    watch(vm, g);
    if base.flags() & crate::interp::frame::OBSERVED != 0 {
        crate::types::frame::detach(vm, base);
    }
}

/// The body has returned or raised.
pub fn finished(vm: &mut Vm, base: Base) {
    finish(vm, of_frame(base));
}

/// The body of a generator has ended.
pub fn finish(vm: &mut Vm, g: Gc<Generator>) {
    g.state.set(State::Done);
    g.header.flags.set(g.header.flags.get() | Header::SETTLED);
    g.saved.set(0);
    g.function.set(&mut vm.heap, g.header(), Value::NONE);
}

/// What a generator is resumed with.
enum Input {
    Send(Value),
    Throw(Value),
}

/// `send(v)`: runs to the next yield or the end.
pub fn send(vm: &mut Vm, g: Gc<Generator>, v: Value) -> PyResult<Resumed> {
    match g.state.get() {
        State::Done if g.header.id.get() == ids::COROUTINE => return Err(awaited(vm)),
        State::Done => return Ok(Resumed::Returned(Value::NONE)),
        State::Running => return Err(already(vm, g)),
        State::Created if !v.is_none() => {
            let kind = kind_name(g);
            return Err(vm.type_error(format!("can't send non-None value to a just-started {kind}")));
        }
        _ => {}
    }
    go_on(vm, g, Input::Send(v))
}

/// `throw(exc)`: raises it where the generator is suspended.
pub fn throw(vm: &mut Vm, g: Gc<Generator>, exc: Value) -> PyResult<Resumed> {
    match g.state.get() {
        State::Running => Err(already(vm, g)),
        State::Done if g.header.id.get() == ids::COROUTINE => Err(awaited(vm)),
        State::Done => Err(vm.raise_again(exc)),
        State::Created => {
            finish(vm, g);
            Err(vm.raise_again(exc))
        }
        State::Suspended => go_on(vm, g, Input::Throw(exc)),
    }
}

#[cold]
fn awaited(vm: &mut Vm) -> crate::vm::Raised {
    vm.runtime_error("cannot reuse already awaited coroutine")
}

#[cold]
fn already(vm: &mut Vm, g: Gc<Generator>) -> crate::vm::Raised {
    let kind = kind_name(g);
    vm.value_error(format!("{kind} already executing"))
}

fn kind_name(g: Gc<Generator>) -> &'static str {
    match g.header.id.get() {
        ids::COROUTINE => "coroutine",
        ids::ASYNC_GENERATOR => "async generator",
        _ => "generator",
    }
}

#[inline(always)]
fn go_on(vm: &mut Vm, g: Gc<Generator>, input: Input) -> PyResult<Resumed> {
    vm.enter_call()?;
    let function = g.function.get();
    // SAFETY: a generator that is not done names its function.
    let f: Gc<Function> = unsafe { Gc::from_header(function.as_header().expect("functions are cells")) };
    let code = f.code.get().expect("functions have code");
    let (entry, chained) = match input {
        Input::Send(_) => native_or_chained(vm, g),
        Input::Throw(_) => (0, false),
    };
    let base = vm.frame_above(4);
    if base.offset(code.registers.get() as isize).0 > vm.ctx.register_limit
        || vm.ctx.depth >= vm.ctx.recursion_limit
    {
        return Err(vm.recursion_error());
    }
    base.set_header(4, Value::from_gc(g).0);
    // The resumer's place, as a return address: walkers look one word before it.
    base.push(function, Pc(vm.ctx.pc).skip(1), 0, Base(vm.ctx.base), ENTRY | GENERATOR);
    let pc = Pc(g.pc.get());
    let outer = vm.ctx.handled;
    let own = g.handled.get();
    // Thrown by the handler of the same exception: when the body handles it, it is the body's own.
    let handed_on = matches!(input, Input::Throw(exc) if exc == outer);
    if !own.is_none() || handed_on {
        vm.ctx.handled = own;
    }
    let (from_pc, from_base) = (vm.ctx.pc, vm.ctx.base);
    let top = std::mem::replace(&mut vm.ctx.top, std::ptr::null_mut());
    vm.ctx.depth += 1;
    let word = match input {
        Input::Send(v) => {
            base.set(0, v);
            if chained {
                let how = chain::descend(vm, base, g, v);
                let flow = crate::interp::go_resumed(vm, how);
                crate::interp::drive(vm, flow)
            } else {
                run(vm, g, pc, base, entry)
            }
        }
        Input::Throw(exc) => {
            // The traceback of what goes on to a delegate begins there.
            let delegates = !g.delegate().is_none();
            fill(base);
            vm.ctx.pc = pc.0;
            vm.ctx.base = base.0;
            if !own.is_none() {
                crate::types::exception::set_context(vm, exc);
            }
            let raised = vm.raise_again(exc);
            crate::interp::run_raise(vm, pc, base, raised, !delegates)
        }
    };
    vm.ctx.depth -= 1;
    vm.ctx.top = top;
    vm.ctx.pc = from_pc;
    vm.ctx.base = from_base;
    // What the body is handling now stays with it; the resumer's own comes back.
    let now = std::mem::replace(&mut vm.ctx.handled, outer);
    let kept = if now == outer && own != outer && !handed_on { Value::NONE } else { now };
    if g.handled.get() != kept {
        g.handled.set(&mut vm.heap, g.header(), kept);
    }
    let v = vm.word_result(word)?;
    Ok(if g.state.get() == State::Suspended { Resumed::Yielded(v) } else { Resumed::Returned(v) })
}

/// Runs a resumed body to its next yield or its end; the value sent is in register 0.
fn run(vm: &mut Vm, g: Gc<Generator>, pc: Pc, base: Base, entry: usize) -> Value {
    if entry != 0 {
        base.set(1, Value::from_gc(g));
        match hot::enter_suspended(vm, entry, base) {
            Left::Returned(v) => {
                if base.flags() & crate::interp::frame::OBSERVED != 0 {
                    crate::types::frame::detach(vm, base);
                }
                return v;
            }
            Left::Resume => {
                let flow = hot::resume(vm);
                return crate::interp::drive(vm, flow);
            }
            Left::Refused => {}
        }
    }
    let pc = unpack(base, pc);
    crate::interp::run(vm, pc, base)
}

/// Puts the frame of a suspended generator above that of the FOR_ITER or SEND whose end is `behind`; it goes on at
/// `ctx.resume_pc`, `ctx.resume_base`. None: only the general way will do.
#[inline(always)]
pub fn resume_in_place(vm: &mut Vm, behind: Pc, base: Base, flag: u64) -> Option<InPlace> {
    let in_loop = flag == IN_LOOP;
    let op = if in_loop { habu_bytecode::Op::FOR_ITER } else { habu_bytecode::Op::SEND };
    let pc = Pc(behind.0.wrapping_sub(op.words()));
    let (it, sent) = (base.get(pc.b()), if in_loop { Value::NONE } else { base.get(pc.c()) });
    let g = cell(it);
    match g.state.get() {
        State::Created if !sent.is_none() => return None,
        State::Created | State::Suspended => {}
        _ => return None,
    }
    let (entry, chained) = native_or_chained(vm, g);
    let window = vm.frame_above(5);
    if window.offset(g.capacity.get() as isize).0 > vm.ctx.register_limit
        || vm.ctx.depth >= vm.ctx.recursion_limit
    {
        return None;
    }
    window.set_header(5, vm.ctx.handled.0);
    window.set_header(4, it.0);
    window.push(g.function.get(), behind, pc.a(), base, GENERATOR | flag);
    window.set(0, sent);
    let own = g.handled.get();
    if !own.is_none() {
        vm.ctx.handled = own;
    }
    vm.ctx.depth += 1;
    if chained {
        return Some(chain::descend(vm, window, g, sent));
    }
    vm.ctx.resume_base = window.0;
    let pc = Pc(g.pc.get());
    if entry != 0 {
        window.set(1, it);
        vm.ctx.resume_pc = pc.0;
        return Some(InPlace::Native(entry));
    }
    vm.ctx.resume_pc = unpack(window, pc).0;
    Some(InPlace::Interpreted)
}

/// A generator resumed in place has been suspended or has ended.
#[inline]
pub fn left(vm: &mut Vm, base: Base) {
    restore_handled(vm, base);
    vm.ctx.depth -= 1;
}

/// What the body is handling now stays with it; the resumer's own comes back.
pub fn restore_handled(vm: &mut Vm, base: Base) {
    let outer = Value(base.header(5));
    let now = std::mem::replace(&mut vm.ctx.handled, outer);
    let g = of_frame(base);
    let kept = if now == outer && g.handled.get() != outer { Value::NONE } else { now };
    if g.handled.get() != kept {
        g.handled.set(&mut vm.heap, g.header(), kept);
    }
}

/// `next()` for the loop: the next value, `None` at the end.
pub fn next(vm: &mut Vm, v: Value) -> PyResult<Option<Value>> {
    match send(vm, cell(v), Value::NONE)? {
        Resumed::Yielded(v) => Ok(Some(v)),
        Resumed::Returned(_) => Ok(None),
    }
}

/// As a Python call: a return becomes StopIteration.
pub fn as_call(vm: &mut Vm, resumed: Resumed) -> PyResult {
    match resumed {
        Resumed::Yielded(v) => Ok(v),
        Resumed::Returned(v) => Err(vm.stop_iteration(v)),
    }
}

/// `close()`: GeneratorExit inside; the return value of the body, or None.
pub fn close(vm: &mut Vm, g: Gc<Generator>) -> PyResult {
    if g.state.get() == State::Done {
        return Ok(Value::NONE);
    }
    if g.state.get() == State::Created {
        finish(vm, g);
        return Ok(Value::NONE);
    }
    let exit = vm.make_exception(vm.exc_class(Exc::GeneratorExit), &[])?;
    match throw(vm, g, Value::from_gc(exit)) {
        Ok(Resumed::Yielded(_)) => {
            let kind = kind_name(g);
            Err(vm.runtime_error(format!("{kind} ignored GeneratorExit")))
        }
        Ok(Resumed::Returned(v)) => Ok(v),
        Err(raised) => {
            let exc = vm.ctx.exception;
            if vm.exception_matches(exc, Exc::GeneratorExit) || vm.exception_matches(exc, Exc::StopIteration)
            {
                vm.take_exception(raised);
                return Ok(Value::NONE);
            }
            Err(raised)
        }
    }
}

/// What replaces an exception that leaves a generator's body: RuntimeError for StopIteration (PEP 479), else itself.
pub fn stop_iteration_error(vm: &mut Vm, exc: Value) -> PyResult {
    let base = Base(vm.ctx.base);
    let flags = base.code().call_flags.get();
    let (kind, name) = if vm.exception_matches(exc, Exc::StopIteration) {
        let kind = match flags {
            f if f & call_flags::COROUTINE != 0 => "coroutine",
            f if f & call_flags::ASYNC_GENERATOR != 0 => "async generator",
            _ => "generator",
        };
        (kind, "StopIteration")
    } else if flags & call_flags::ASYNC_GENERATOR != 0 && vm.exception_matches(exc, Exc::StopAsyncIteration) {
        ("async generator", "StopAsyncIteration")
    } else {
        return Ok(exc);
    };
    let text: Gc<Str> = vm.str(&format!("{kind} raised {name}"))?;
    let error = vm.make_exception(vm.exc_class(Exc::RuntimeError), &[Value::from_gc(text)])?;
    error.cause.set(&mut vm.heap, error.header(), exc);
    error.context.set(&mut vm.heap, error.header(), exc);
    error.suppress_context.init(Value::TRUE);
    Ok(Value::from_gc(error))
}
