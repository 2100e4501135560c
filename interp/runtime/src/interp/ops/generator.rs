//! Generators, coroutines and async generators: suspension and delegation.

use super::*;
use crate::interp::frame::{IN_PLACE, IN_SEND, PASSING};
use crate::interp::{hot, unwind};
use crate::object::ids;
use crate::tier::Left;
use crate::types::generator::{self, InPlace, Resumed};
use crate::vm::{PyResult, id_of};

/// Leaves the new frame with the generator object that now holds its registers.
pub fn MAKE_GENERATOR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    match generator::from_frame(vm, pc.skip(const { Op::MAKE_GENERATOR.words() }), base) {
        Ok(v) => super::call::return_from(vm, base, v),
        Err(raised) => unwind::raise(vm, pc, base, raised),
    }
}

/// Saves the frame's registers in its generator and leaves the run that resumed it.
pub fn YIELD(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = base.get(pc.b());
    if generator::suspend_plain(vm, pc, base) {
        if base.flags() & IN_PLACE != 0 {
            return hand_over(vm, base, v);
        }
        return crate::interp::dispatch::leave(v);
    }
    yield_watched(vm, pc, base)
}

/// The other cases.
#[inline(never)]
fn yield_watched(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    generator::suspend(vm, pc, base);
    yielded(vm, base, base.get(pc.b()))
}

/// Hands what a suspended body has yielded to whoever resumed it.
#[inline(always)]
pub fn yielded(vm: &mut Vm, base: Base, v: Value) -> Flow {
    if base.flags() & IN_PLACE != 0 {
        generator::left(vm, base);
        return hand_over(vm, base, v);
    }
    crate::interp::dispatch::leave(v)
}

/// Goes on behind the FOR_ITER or SEND that resumed the body in place.
#[inline(always)]
fn hand_over(vm: &mut Vm, base: Base, v: Value) -> Flow {
    if base.flags() & PASSING != 0 {
        return hand_on(vm, base, v);
    }
    give(vm, base, v)
}

/// `hand_over` for a body that others wait for.
#[inline(never)]
fn hand_on(vm: &mut Vm, base: Base, v: Value) -> Flow {
    let base = generator::chain::ascend(vm, base);
    if base.flags() & IN_PLACE == 0 {
        return crate::interp::dispatch::leave(v);
    }
    give(vm, base, v)
}

#[inline(always)]
fn give(vm: &mut Vm, base: Base, v: Value) -> Flow {
    let (behind, caller) = (base.return_pc(), base.caller());
    caller.set(base.return_register(), v);
    if base.flags() & IN_SEND != 0 {
        return crate::interp::dispatch::go(vm, behind, caller);
    }
    let pc = Pc(behind.0.wrapping_sub(const { Op::FOR_ITER.words() }));
    crate::interp::dispatch::go(vm, target!(pc, FOR_ITER), caller)
}

/// Goes on with a body that was resumed in place.
#[inline(always)]
pub fn go_resumed(vm: &mut Vm, how: InPlace) -> Flow {
    if let InPlace::Native(entry) = how {
        return start_suspended(vm, entry);
    }
    let (from, window) = (Pc(vm.ctx.resume_pc), Base(vm.ctx.resume_base));
    crate::interp::dispatch::go(vm, from, window)
}

#[inline(never)]
fn start_suspended(vm: &mut Vm, entry: usize) -> Flow {
    let (from, window) = (Pc(vm.ctx.resume_pc), Base(vm.ctx.resume_base));
    match hot::enter_suspended(vm, entry, window) {
        Left::Returned(v) if generator::is_suspended_frame(window) => yielded(vm, window, v),
        Left::Returned(v) => super::call::return_from(vm, window, v),
        Left::Resume => hot::resume(vm),
        Left::Refused => {
            let from = generator::unpack(window, from);
            crate::interp::dispatch::go(vm, from, window)
        }
    }
}

pub fn GET_YIELD_FROM_ITER(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let coroutine = base.code().call_flags.get();
    let result = generator::yield_from_iter(vm, base.get(pc.b()), coroutine);
    finish!(vm, pc, base, const { Op::GET_YIELD_FROM_ITER.words() }, pc.a(), result)
}

pub fn GET_AWAITABLE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = generator::awaitable(vm, base.get(pc.b()), pc.x());
    finish!(vm, pc, base, const { Op::GET_AWAITABLE.words() }, pc.a(), result)
}

pub fn SEND(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    if matches!(id_of(base.get(pc.b())), ids::GENERATOR | ids::COROUTINE)
        && let Some(how) = generator::resume_in_place(vm, pc.skip(const { Op::SEND.words() }), base, IN_SEND)
    {
        return go_resumed(vm, how);
    }
    if id_of(base.get(pc.b())) == ids::ASYNC_GEN_ASEND {
        return send_to_async(vm, pc, base);
    }
    let result = send(vm, pc, base);
    delegated(vm, pc, base, result, Op::SEND)
}

/// How a step of an async generator's awaitable came out; what it gave is in its register.
enum Sent {
    Yielded,
    Returned,
    /// The generator has ended.
    Ended,
    Raised,
}

#[inline(never)]
fn send_async(vm: &mut Vm, pc: Pc, base: Base) -> Sent {
    match generator::asend_step(vm, base.get(pc.b()), base.get(pc.c())) {
        Ok(Some(resumed)) => {
            if take(pc, base, resumed) {
                Sent::Returned
            } else {
                Sent::Yielded
            }
        }
        Ok(None) => Sent::Ended,
        Err(_) => Sent::Raised,
    }
}

/// A SEND to what `__anext__()` of an async generator gave. At the generator's end an `async for` goes on behind its
/// loop at once, without the exception that it would handle.
#[inline(never)]
fn send_to_async(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let raised = match send_async(vm, pc, base) {
        Sent::Yielded => next!(vm, pc, base, SEND),
        Sent::Returned => return crate::interp::dispatch::go(vm, target!(pc, SEND), base),
        Sent::Ended => {
            let end = unwind::handler_target(pc, base).filter(|at| at.op() == Op::END_ASYNC_FOR as u8);
            if let Some(end) = end
                && !crate::interp::dispatch::is_tracing()
            {
                next!(vm, end, base, END_ASYNC_FOR)
            }
            vm.raise_with(crate::vm::Exc::StopAsyncIteration, &[])
        }
        Sent::Raised => vm.pending(),
    };
    unwind::raise(vm, pc, base, raised)
}

pub fn SEND_THROW(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = send_throw(vm, pc, base);
    delegated(vm, pc, base, result, Op::SEND_THROW)
}

// Apart from their handlers: what comes back takes more than two words. True: the delegate has returned.

#[inline(never)]
fn send(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<bool> {
    let resumed = generator::send_to(vm, base.get(pc.b()), base.get(pc.c()))?;
    Ok(take(pc, base, resumed))
}

#[inline(never)]
fn send_throw(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<bool> {
    let resumed = generator::throw_to(vm, base.get(pc.b()), base.get(pc.c()))?;
    Ok(take(pc, base, resumed))
}

fn take(pc: Pc, base: Base, resumed: Resumed) -> bool {
    let (Resumed::Yielded(v) | Resumed::Returned(v)) = resumed;
    base.set(pc.a(), v);
    matches!(resumed, Resumed::Returned(_))
}

#[inline(always)]
fn delegated(vm: &mut Vm, pc: Pc, base: Base, result: PyResult<bool>, op: Op) -> Flow {
    match result {
        Ok(false) => crate::interp::dispatch::go(vm, pc.skip(op.words()), base),
        Ok(true) => crate::interp::dispatch::go(vm, pc.target(op), base),
        Err(raised) => unwind::raise(vm, pc, base, raised),
    }
}

stepped!(GET_AITER, get_aiter);
pub fn get_aiter(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let v = generator::get_aiter(vm, base.get(pc.b()))?;
    base.set(pc.a(), v);
    Ok(())
}

stepped!(GET_ANEXT, get_anext);
pub fn get_anext(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let v = generator::get_anext(vm, base.get(pc.b()))?;
    base.set(pc.a(), v);
    Ok(())
}

pub fn END_ASYNC_FOR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let exc = base.get(pc.a());
    if vm.exception_matches(exc, crate::vm::Exc::StopAsyncIteration) {
        next!(vm, pc, base, END_ASYNC_FOR)
    }
    let raised = vm.raise_again(exc);
    unwind::reraise(vm, pc, base, raised)
}

stepped!(ASYNC_GEN_WRAP, async_gen_wrap);
pub fn async_gen_wrap(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let v = generator::wrap_async(vm, base.get(pc.b()))?;
    base.set(pc.a(), v);
    Ok(())
}
