//! Generators, coroutines and async generators: suspension and delegation.

use super::*;
use crate::interp::unwind;
use crate::types::generator::{self, Resumed};

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
    generator::suspend(vm, pc, base);
    crate::interp::dispatch::leave(base.get(pc.b()))
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
    let result = generator::send_to(vm, base.get(pc.b()), base.get(pc.c()));
    delegated(vm, pc, base, result, Op::SEND)
}

pub fn SEND_THROW(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = generator::throw_to(vm, base.get(pc.b()), base.get(pc.c()));
    delegated(vm, pc, base, result, Op::SEND_THROW)
}

#[inline(always)]
fn delegated(vm: &mut Vm, pc: Pc, base: Base, result: crate::vm::PyResult<Resumed>, op: Op) -> Flow {
    match result {
        Ok(Resumed::Yielded(v)) => {
            base.set(pc.a(), v);
            crate::interp::dispatch::go(vm, pc.skip(op.words()), base)
        }
        Ok(Resumed::Returned(v)) => {
            base.set(pc.a(), v);
            crate::interp::dispatch::go(vm, pc.target(op), base)
        }
        Err(raised) => unwind::raise(vm, pc, base, raised),
    }
}

pub fn GET_AITER(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = generator::get_aiter(vm, base.get(pc.b()));
    finish!(vm, pc, base, const { Op::GET_AITER.words() }, pc.a(), result)
}

pub fn GET_ANEXT(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = generator::get_anext(vm, base.get(pc.b()));
    finish!(vm, pc, base, const { Op::GET_ANEXT.words() }, pc.a(), result)
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

pub fn ASYNC_GEN_WRAP(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = generator::wrap_async(vm, base.get(pc.b()));
    finish!(vm, pc, base, const { Op::ASYNC_GEN_WRAP.words() }, pc.a(), result)
}
