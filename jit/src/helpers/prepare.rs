//! Helpers that prepare calls of Python functions: find the function, bind its arguments in a window, and give the address of
//! its native code. 0: there is none, and nothing has happened.

use habu_runtime::interp::bind::{Keywords, bind};
use habu_runtime::interp::regs::Base;
use habu_runtime::object::{Special, ids};
use habu_runtime::types::code::call_flags;
use habu_runtime::types::function::Function;
use habu_runtime::types::method::Method;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::vm::{Vm, id_of};
use habu_runtime::{Gc, Value};

/// No native code.
const NONE: Value = Value::small(0);

/// The Python function that a call of `callee` comes to, and what it gets in front of the arguments.
fn target(vm: &mut Vm, callee: Value) -> Option<(Value, Option<Value>)> {
    let (f, first) = match id_of(callee) {
        ids::FUNCTION => return Some((callee, None)),
        ids::METHOD => {
            let m = vm.exact::<Method>(callee)?;
            (m.function.get(), m.receiver.get())
        }
        _ if vm.as_class(callee).is_some() => return None,
        _ => (vm.lookup_special(callee, Special::Call)?, callee),
    };
    (id_of(f) == ids::FUNCTION).then_some((f, Some(first)))
}

fn prepare(
    vm: &mut Vm,
    window: *mut Value,
    function: Value,
    first: Option<Value>,
    args: &[Value],
    keywords: &Keywords<'_>,
) -> Value {
    let Some(f) = vm.exact::<Function>(function) else { return NONE };
    let Some(code) = f.code.get() else { return NONE };
    let entry = code.tier_data.get();
    let base = Base(window);
    let end = base.offset((code.registers.get() as usize + args.len() + 1) as isize);
    if entry == 0 || code.call_flags.get() & call_flags::PARTIAL != 0 || end.0 > vm.ctx.register_limit {
        return NONE;
    }
    let reserved = vm.reserve_to(end);
    let bound = match first {
        Some(first) => {
            base.set(0, first);
            for (i, v) in args.iter().enumerate() {
                base.set(i + 1, *v);
            }
            bind(vm, f, base, base.slice(0, args.len() + 1), keywords)
        }
        None => bind(vm, f, base, args, keywords),
    };
    vm.unreserve(reserved);
    if bound.is_err() {
        return Value::EXCEPTION;
    }
    base.set_header(3, function.0);
    Value(entry as u64)
}

/// The operands that native code put into consecutive registers.
fn operands<'a>(at: *const Value, n: u64) -> &'a [Value] {
    // SAFETY: native code passes the address of registers it has stored; they stay until the call returns.
    unsafe { std::slice::from_raw_parts(at, n as usize) }
}

pub extern "C" fn prepare_call(
    vm: &mut Vm,
    window: *mut Value,
    at: *const Value,
    count: u64,
    method: u64,
) -> Value {
    let all = operands(at, count.max(method) + 3);
    let shift = usize::from(method != 0 && all[3].is_unbound());
    let Some((f, first)) = target(vm, all[0]) else { return NONE };
    prepare(vm, window, f, first, &all[3 + shift..3 + count as usize], &Keywords::default())
}

pub extern "C" fn prepare_keywords(
    vm: &mut Vm,
    window: *mut Value,
    at: *const Value,
    count: u64,
    method: u64,
    names: Value,
) -> Value {
    let all = operands(at, count.max(method) + 3);
    let shift = usize::from(method != 0 && all[3].is_unbound());
    let (Some((f, first)), Some(names)) = (target(vm, all[0]), vm.exact::<Tuple>(names)) else { return NONE };
    let args = &all[3 + shift..3 + count as usize];
    let positional = args.len() - names.len();
    let keywords = Keywords { names: names.items(), values: &args[positional..] };
    prepare(vm, window, f, first, &args[..positional], &keywords)
}

/// Keyword arguments up to this many are gathered on the machine stack.
const FEW: usize = 8;

pub extern "C" fn prepare_star(
    vm: &mut Vm,
    window: *mut Value,
    callee: Value,
    args: Value,
    keywords: Value,
) -> Value {
    // Nothing here may run Python, which might take the caller's code back before the call has begun.
    let (Some((f, first)), Some(args)) = (target(vm, callee), vm.exact::<Tuple>(args)) else { return NONE };
    if keywords.is_unbound() {
        return prepare(vm, window, f, first, args.items(), &Keywords::default());
    }
    let Some(dict) = vm.exact_dict(keywords).filter(|d| d.len() <= FEW) else { return NONE };
    let (mut names, mut values) = ([Value::NONE; FEW], [Value::NONE; FEW]);
    let mut at = 0;
    for (to_name, to_value) in names.iter_mut().zip(&mut values).take(dict.len()) {
        let Some((name, v)) = vm.dict_next(dict, &mut at) else { return NONE };
        if vm.exact::<Str>(name).is_none() {
            return NONE;
        }
        (*to_name, *to_value) = (name, v);
    }
    let keywords = Keywords { names: &names[..dict.len()], values: &values[..dict.len()] };
    prepare(vm, window, f, first, args.items(), &keywords)
}

pub extern "C" fn prepare_item(vm: &mut Vm, window: *mut Value, v: Value, key: Value) -> Value {
    match vm.lookup_special(v, Special::GetItem) {
        Some(f) if id_of(f) == ids::FUNCTION => prepare(vm, window, f, Some(v), &[key], &Keywords::default()),
        _ => NONE,
    }
}

pub extern "C" fn keyword_default(vm: &mut Vm, function: Value, name: Value) -> Value {
    let (f, name): (Option<Gc<Function>>, Option<Gc<Str>>) = (vm.exact(function), vm.exact(name));
    let default = f.and_then(|f| f.kwdefaults.get()).zip(name).and_then(|(d, name)| vm.dict_get_str(d, name));
    default.unwrap_or(Value::UNBOUND)
}
