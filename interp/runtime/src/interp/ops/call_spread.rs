//! Calls with keywords and with `*args` and `**keywords`.

use super::call::{note_callee, push_with, start_pushed};
use super::*;
use crate::heap::Gc;
use crate::interp::bind::Keywords;
use crate::object::{Special, ids};
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::vm::{PyResult, Raised, id_of};
use habu_bytecode::feedback::CallKind;

/// Offset of CALL_KW's `call` extension.
const KW_EXT: usize = 5;

pub fn CALL_KW(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let callee = base.get(pc.b());
    if id_of(callee) == ids::FUNCTION {
        note_callee(pc, KW_EXT, callee, CallKind::Function);
        let pushed = push_keywords(vm, pc, base);
        return start_pushed(vm, pc, base, pushed);
    }
    let kind = if vm.as_class(callee).is_some() { CallKind::Class } else { CallKind::Poly };
    note_callee(pc, KW_EXT, callee, kind);
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

#[inline(never)]
fn push_keywords(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<Base> {
    let window = Base(vm.register_top()).offset(3);
    let (args, keywords) = keyword_arguments(vm, pc, base);
    push_with(vm, (pc, base, Op::CALL_KW.words()), base.get(pc.b()), window, args, &keywords)
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

/// Keyword arguments up to this many are gathered on the machine stack.
const FEW: usize = 8;

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
