//! Calls with keywords and with `*args` and `**keywords`.

use super::call::{note_callee, plain_init, push_with, start_pushed};
use super::*;
use crate::heap::Gc;
use crate::interp::bind::{self, FEW, Keywords};
use crate::interp::frame::INIT;
use crate::object::{Special, ids};
use crate::types::code::call_flags;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::tuple::Tuple;
use crate::vm::{PyResult, Raised, id_of};
use habu_bytecode::feedback::{CallKind, call};

/// Offset of CALL_KW's `call` extension.
const KW_EXT: usize = 5;

pub fn CALL_KW(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let callee = base.get(pc.b());
    if id_of(callee) == ids::FUNCTION {
        if pc.word64(KW_EXT + call::CALLEE) != callee.0 {
            pc.set_word(PLAN, 0);
        }
        note_callee(pc, KW_EXT, callee, CallKind::Function);
        let pushed = push_keywords(vm, pc, base);
        return start_pushed(vm, pc, base, pushed);
    }
    let is_class = vm.as_class(callee).is_some();
    note_callee(pc, KW_EXT, callee, if is_class { CallKind::Class } else { CallKind::Poly });
    if is_class && let Some(init) = plain_init(vm, callee) {
        let pushed = push_init_keywords(vm, pc, base, init);
        return start_pushed(vm, pc, base, pushed);
    }
    let result = call_keywords(vm, pc, base);
    finish!(vm, pc, base, const { Op::CALL_KW.words() }, pc.a(), result)
}

/// Positional and keyword arguments of a CALL_KW.
#[inline(always)]
fn keyword_arguments<'a>(vm: &Vm, pc: Pc, base: Base) -> (&'a [Value], Keywords<'a>) {
    let shift = usize::from(pc.x() == 1 && base.get(pc.b() + 3).is_unbound());
    let (first, count) = (pc.b() + 3 + shift, pc.c() - shift);
    let names = vm.exact::<Tuple>(Value(pc.word64(3))).expect("keyword names are a tuple");
    // SAFETY: the code object keeps the tuple, which is immutable, alive.
    let names = unsafe { std::slice::from_raw_parts(names.items().as_ptr(), names.len()) };
    let positional = count - names.len();
    let keywords = Keywords { names, values: base.slice(first + positional, names.len()) };
    (base.slice(first, positional), keywords)
}

/// Once code is linked, the `extra` word of a CALL_KW says which registers of the callee its keywords are for, as of the
/// code that the `call` extension names: their count (3 bits), whether the window has a receiver that is none (1 bit), a
/// register for each (7 bits). 0: not known, or not to be said like that.
const PLAN: usize = 2;
/// Most keywords of a plan.
const PLANNED: usize = 4;

/// The frame begins where the positional arguments stand; the others are taken out of its way first.
#[inline(never)]
fn push_keywords(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<Base> {
    let callee = base.get(pc.b());
    let shift = usize::from(pc.x() == 1 && base.get(pc.b() + 3).is_unbound());
    let window = base.offset((pc.b() + 3 + shift) as isize);
    let (plan, f) = (pc.word(PLAN) as usize, super::call::function(callee));
    let code = super::call::code_of(f);
    let planned = plan != 0
        && plan >> 3 & 1 == shift
        && code.serial.get() == pc.word(KW_EXT + call::CODE)
        && window.offset(code.registers.get() as isize).0 <= vm.ctx.register_limit
        && vm.ctx.depth < vm.ctx.recursion_limit;
    if planned {
        let named = plan & 7;
        let given = pc.c() - shift - named;
        let mut values = [Value::UNBOUND; PLANNED];
        for (i, v) in values[..named].iter_mut().enumerate() {
            *v = window.get(given + i);
        }
        bind::clear_locals(code, window, given);
        for (i, v) in values[..named].iter().enumerate() {
            window.set(plan >> (4 + 7 * i) & 0x7f, *v);
        }
        if bind::fill_quickly(vm, f, code, window, given) {
            window.push(callee, pc.skip(const { Op::CALL_KW.words() }), pc.a(), base, 0);
            vm.ctx.depth += 1;
            return Ok(window);
        }
        for (i, v) in values[..named].iter().enumerate() {
            window.set(given + i, *v);
        }
    }
    push_unplanned(vm, pc, base)
}

/// The same by the names; makes a plan for the next time.
#[inline(never)]
fn push_unplanned(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<Base> {
    let (args, keywords) = keyword_arguments(vm, pc, base);
    let (place, callee) = ((pc, base, Op::CALL_KW.words()), base.get(pc.b()));
    if keywords.values.len() > FEW {
        let window = Base(vm.register_top()).offset(3);
        return push_with(vm, place, callee, window, args, &keywords);
    }
    let mut values = [Value::UNBOUND; FEW];
    for (v, from) in values.iter_mut().zip(keywords.values) {
        *v = *from;
    }
    let keywords = Keywords { values: &values[..keywords.values.len()], ..keywords };
    let window = Base(args.as_ptr().cast_mut());
    let pushed = push_with(vm, place, callee, window, args, &keywords)?;
    let shift = usize::from(pc.x() == 1 && base.get(pc.b() + 3).is_unbound());
    make_plan(pc, super::call::function(callee), args.len(), keywords.names, shift);
    Ok(pushed)
}

/// Notes where the keywords of a call that has just been bound go, if that can be said in a plan.
fn make_plan(pc: Pc, f: Gc<Function>, given: usize, keywords: &[Value], shift: usize) {
    let code = super::call::code_of(f);
    let named = (code.arg_count.get() + code.kwonly_count.get()) as usize;
    let first = given.max(code.posonly_count.get() as usize);
    let gathers = code.call_flags.get() & (call_flags::VARARGS | call_flags::VARKEYWORDS) != 0;
    let Some(names) = code.var_names.get() else { return };
    if gathers || keywords.len() > PLANNED || code.serial.get() != pc.word(KW_EXT + call::CODE) {
        return;
    }
    let mut plan = keywords.len() | shift << 3;
    for (i, keyword) in keywords.iter().enumerate() {
        match names.items()[..named].iter().position(|name| name == keyword) {
            Some(at) if at >= first && at < 0x80 => plan |= at << (4 + 7 * i),
            _ => return,
        }
    }
    pc.set_word(PLAN, plan as u32);
}

/// As `call::push_init`, with keywords.
#[inline(never)]
fn push_init_keywords(vm: &mut Vm, pc: Pc, base: Base, init: Value) -> PyResult<Base> {
    let cls = vm.expect_class(base.get(pc.b()));
    let (args, keywords) = keyword_arguments(vm, pc, base);
    let window = Base(vm.register_top()).offset(4);
    if window.offset(args.len() as isize + 1).0 > vm.ctx.register_limit {
        return Err(vm.recursion_error());
    }
    let object = Value::from_header(vm.alloc_object(cls)?);
    window.set_header(4, object.0);
    window.set(0, object);
    for (i, v) in args.iter().enumerate() {
        window.set(i + 1, *v);
    }
    let (place, args) = ((pc, base, Op::CALL_KW.words()), window.slice(0, args.len() + 1));
    let window = push_with(vm, place, init, window, args, &keywords)?;
    window.add_flags(INIT);
    Ok(window)
}

#[inline(never)]
fn call_keywords(vm: &mut Vm, pc: Pc, base: Base) -> PyResult {
    let (args, keywords) = keyword_arguments(vm, pc, base);
    vm.call_with(base.get(pc.b()), args, keywords)
}

pub fn CALL_EX(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    if id_of(base.get(pc.b())) == ids::FUNCTION {
        let pushed = push_spread(vm, pc, base);
        return start_pushed(vm, pc, base, pushed);
    }
    let result = call_ex(vm, base.get(pc.b()), base.get(pc.b() + 3), base.get(pc.b() + 4));
    finish!(vm, pc, base, const { Op::CALL_EX.words() }, pc.a(), result)
}

#[inline(never)]
fn push_spread(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<Base> {
    let (callee, args, keywords) = (base.get(pc.b()), base.get(pc.b() + 3), base.get(pc.b() + 4));
    let words = Op::CALL_EX.words();
    spread(vm, callee, args, keywords, &mut |vm, args, keywords| {
        let window = Base(vm.register_top()).offset(3);
        push_with(vm, (pc, base, words), callee, window, args, &keywords)
    })
}

/// `f(*args, **keywords)`; `keywords` may be `UNBOUND`.
#[inline(never)]
pub fn call_ex(vm: &mut Vm, callee: Value, args: Value, keywords: Value) -> PyResult {
    spread(vm, callee, args, keywords, &mut |vm, args, keywords| vm.call_with(callee, args, keywords))
}

/// What is to be done with the arguments.
type SpreadCall<'a, T> = dyn FnMut(&mut Vm, &[Value], Keywords<'_>) -> PyResult<T> + 'a;

/// Hands the arguments that `*args` and `**keywords` stand for to `call`.
fn spread<T>(
    vm: &mut Vm,
    callee: Value,
    args: Value,
    keywords: Value,
    call: &mut SpreadCall<'_, T>,
) -> PyResult<T> {
    let args = match vm.exact::<Tuple>(args) {
        Some(tuple) => tuple,
        None => {
            let result = vm.collect(args);
            let items = match result {
                Ok(items) => items,
                Err(raised) => return Err(star_error(vm, callee, args, raised)),
            };
            vm.tuple(&items)?
        }
    };
    if keywords.is_unbound() {
        return call(vm, args.items(), Keywords::default());
    }
    let dict = match vm.exact_dict(keywords) {
        Some(dict) => dict,
        None => {
            let dict = vm.dict_new()?;
            super::build::merge_keywords(vm, dict, keywords, callee)?;
            dict
        }
    };
    if dict.len() > FEW {
        let (mut names, mut values) = (vm.rooted_vec(), vm.rooted_vec());
        names.resize(dict.len(), Value::NONE);
        values.resize(dict.len(), Value::NONE);
        spread_dict(vm, dict, &mut names, &mut values)?;
        return call(vm, args.items(), Keywords { names: &names, values: &values });
    }
    let (mut names, mut values) = ([Value::NONE; FEW], [Value::NONE; FEW]);
    let (names, values) = (&mut names[..dict.len()], &mut values[..dict.len()]);
    spread_dict(vm, dict, names, values)?;
    call(vm, args.items(), Keywords { names, values })
}

/// Writes a dict's keys and values, as many as the slices hold.
fn spread_dict(vm: &mut Vm, dict: Gc<Dict>, names: &mut [Value], values: &mut [Value]) -> PyResult<()> {
    let mut at = 0;
    for (name, value) in names.iter_mut().zip(values) {
        let Some((k, v)) = vm.dict_next(dict, &mut at) else { break };
        if vm.downcast::<crate::types::str::Str>(k).is_none() {
            return Err(vm.type_error("keywords must be strings"));
        }
        (*name, *value) = (k, v);
    }
    Ok(())
}

#[cold]
fn star_error(vm: &mut Vm, callee: Value, args: Value, raised: Raised) -> Raised {
    let not_iterable = vm.lookup_special(args, Special::Iter).is_none()
        && vm.lookup_special(args, Special::GetItem).is_none();
    if !not_iterable {
        return raised;
    }
    vm.take_exception(raised);
    let (callee, name) = (crate::interp::callee_text(vm, callee), vm.type_name(args));
    vm.type_error(format!("{callee} argument after * must be an iterable, not {name}"))
}
