//! Binding of call arguments to the parameters of a native function, and calling it.

use super::{Default, NativeDecl, NativeKind, Owner, Param, ParamKind, errors};
use crate::heap::Gc;
use crate::interp::bind::Keywords;
use crate::object::{Special, Type, ids};
use crate::types::dict::Dict;
use crate::types::native_function;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// Most parameters a native function may declare (checked by the macros).
pub const MAX_PARAMS: usize = 24;

/// Calls a native function; the receiver, if it has one, is the first argument.
#[inline]
pub fn call(vm: &mut Vm, decl: &NativeDecl, args: &[Value], keywords: Keywords<'_>) -> PyResult {
    if keywords.names.is_empty() && takes_as_are(decl, args.len()) {
        return (decl.entry)(vm, args);
    }
    if keywords.names.is_empty()
        && let Some(entry) = decl.positional
    {
        return entry(vm, args);
    }
    call_bound(vm, decl, args, keywords)
}

/// Whether the entry takes this many positional arguments as they are.
#[inline(always)]
pub fn takes_as_are(decl: &NativeDecl, count: usize) -> bool {
    count.wrapping_sub(decl.sig.direct_least) < decl.sig.direct_counts
}

/// As `call`, without keywords.
#[inline(always)]
pub fn call_positional(vm: &mut Vm, decl: &NativeDecl, args: &[Value]) -> PyResult {
    if takes_as_are(decl, args.len()) {
        return (decl.entry)(vm, args);
    }
    if let Some(entry) = decl.positional {
        return entry(vm, args);
    }
    call_made(vm, decl, args)
}

/// Most parameters of a function for which little room is cleared.
const FEW: usize = 4;

/// A call whose parameters have to be made, or cannot be.
#[inline(never)]
fn call_made(vm: &mut Vm, decl: &NativeDecl, args: &[Value]) -> PyResult {
    if decl.sig.params.len() > FEW {
        return call(vm, decl, args, Keywords::default());
    }
    let mut values = [Value::UNBOUND; FEW];
    let bound = &mut values[..decl.sig.params.len()];
    if !bind_positional(vm, decl, args, bound)? {
        bind(vm, decl, args, Keywords::default(), bound)?;
    }
    (decl.entry)(vm, bound)
}

/// The call of a function whose parameters have to be made.
#[inline(never)]
pub fn call_bound(vm: &mut Vm, decl: &NativeDecl, args: &[Value], keywords: Keywords<'_>) -> PyResult {
    // Few functions have many parameters: most calls need not clear room for them.
    if decl.sig.params.len() <= 6 {
        call_in::<6>(vm, decl, args, keywords)
    } else {
        call_in::<MAX_PARAMS>(vm, decl, args, keywords)
    }
}

/// The bound values live on the machine stack, where the collector sees them.
fn call_in<const ROOM: usize>(
    vm: &mut Vm,
    decl: &NativeDecl,
    args: &[Value],
    keywords: Keywords<'_>,
) -> PyResult {
    let mut values = [Value::UNBOUND; ROOM];
    let bound = &mut values[..decl.sig.params.len()];
    let done = match keywords.names.is_empty() {
        true => bind_positional(vm, decl, args, bound)?,
        false => bind_keywords(vm, decl, args, keywords, bound)?,
    };
    if !done {
        bind(vm, decl, args, keywords, bound)?;
    }
    (decl.entry)(vm, bound)
}

/// Whether the parameters are `*args` and `**kwargs` at which nobody looks.
#[inline]
fn ignores_all(params: &[Param]) -> bool {
    let unseen = |p: &Param, kind| p.kind == kind && p.default == Default::None;
    matches!(params, [a, k] if unseen(a, ParamKind::VarArgs) && unseen(k, ParamKind::VarKeywords))
}

/// Binds a call with keywords, which all name parameters, in one pass. False: it cannot be bound so, `bind` does it or
/// says why not. `bound` holds no values yet.
#[inline]
fn bind_keywords(
    vm: &mut Vm,
    decl: &NativeDecl,
    args: &[Value],
    keywords: Keywords<'_>,
    bound: &mut [Value],
) -> PyResult<bool> {
    let params = decl.sig.params;
    if let [_, rest @ ..] = params
        && !args.is_empty()
        && ignores_all(rest)
    {
        bound.fill(Value::NONE);
        bound[0] = args[0];
        return Ok(true);
    }
    if let [fixed @ .., rest, options] = params
        && rest.kind == ParamKind::VarArgs
        && options.kind == ParamKind::VarKeywords
        && args.len() >= fixed.len()
        && fixed.iter().all(|p| p.kind == ParamKind::PositionalOnly)
    {
        let (first, others) = args.split_at(fixed.len());
        bound[..first.len()].copy_from_slice(first);
        let unseen = |p: &Param| p.default == Default::None;
        bound[first.len()] = if unseen(rest) { Value::NONE } else { Value::from_gc(vm.tuple(others)?) };
        bound[first.len() + 1] = if unseen(options) { Value::NONE } else { keywords_dict(vm, keywords)? };
        return Ok(true);
    }
    if args.len() > decl.sig.max || decl.sig.max == usize::MAX {
        return Ok(false);
    }
    bound[..args.len()].copy_from_slice(args);
    for (name, value) in keywords.names.iter().zip(keywords.values) {
        let nameable = |p: &Param| matches!(p.kind, ParamKind::Positional | ParamKind::KeywordOnly);
        match params.iter().position(|p| nameable(p) && is_name(vm, *name, p.name)) {
            Some(at) if bound[at].is_unbound() => bound[at] = *value,
            _ => return Ok(false),
        }
    }
    for (param, slot) in params.iter().zip(bound).skip(args.len()) {
        if slot.is_unbound() {
            *slot = match param.default {
                _ if param.kind == ParamKind::VarKeywords => return Ok(false),
                Default::Required => return Ok(false),
                Default::None => Value::NONE,
                other => default_value(vm, other)?,
            };
        }
    }
    Ok(true)
}

/// What `**kwargs` of a function without named parameters gets.
pub(crate) fn keywords_dict(vm: &mut Vm, keywords: Keywords<'_>) -> PyResult {
    let dict = vm.dict_with_capacity(keywords.names.len())?;
    for (name, value) in keywords.names.iter().zip(keywords.values) {
        vm.dict_set(dict, *name, *value)?;
    }
    Ok(Value::from_gc(dict))
}

/// Binds a call without keywords in one pass. False: it cannot be bound, `bind` will say why.
#[inline]
fn bind_positional(vm: &mut Vm, decl: &NativeDecl, args: &[Value], bound: &mut [Value]) -> PyResult<bool> {
    let sig = &decl.sig;
    if sig.max != usize::MAX && (sig.min..=sig.max).contains(&args.len()) {
        // The arguments are the first parameters; the others have defaults or are optional keywords.
        let (given, rest) = bound.split_at_mut(args.len());
        given.copy_from_slice(args);
        for (param, slot) in sig.params[args.len()..].iter().zip(rest) {
            *slot = match param.default {
                Default::Omitted => Value::UNBOUND,
                Default::None => Value::NONE,
                _ if param.kind == ParamKind::VarKeywords => Value::from_gc(vm.dict_new()?),
                Default::Required => return Ok(false),
                other => default_value(vm, other)?,
            };
        }
        return Ok(true);
    }
    let mut next = 0;
    for (param, slot) in decl.sig.params.iter().zip(bound) {
        *slot = match param.kind {
            ParamKind::PositionalOnly | ParamKind::Positional if next < args.len() => {
                next += 1;
                args[next - 1]
            }
            ParamKind::VarArgs => {
                let rest = &args[next..];
                next = args.len();
                if param.default == Default::None { Value::NONE } else { Value::from_gc(vm.tuple(rest)?) }
            }
            ParamKind::VarKeywords if param.default == Default::None => Value::NONE,
            ParamKind::VarKeywords if param.default == Default::Omitted => Value::UNBOUND,
            ParamKind::VarKeywords => Value::from_gc(vm.dict_new()?),
            _ if param.default == Default::Required => return Ok(false),
            _ => match param.default {
                Default::Omitted => Value::UNBOUND,
                Default::None => Value::NONE,
                other => default_value(vm, other)?,
            },
        };
    }
    Ok(next == args.len())
}

/// The class that `T.__new__(cls, …)` got, if it may be made by it.
#[inline]
pub fn check_new(vm: &mut Vm, owner: Owner, cls: Value) -> PyResult<Gc<Type>> {
    if let Owner::Type { id, .. } = owner {
        let own = vm.builtin(id);
        if cls == Value::from_gc(own) {
            return Ok(own);
        }
    }
    check_subtype(vm, owner, cls)
}

fn check_subtype(vm: &mut Vm, owner: Owner, cls: Value) -> PyResult<Gc<Type>> {
    let name = owner.full_name();
    let Some(class) = vm.downcast::<Type>(cls) else {
        let got = vm.type_name(cls);
        return Err(vm.type_error(format!("{name}.__new__(X): X is not a type object ({got})")));
    };
    let Owner::Type { id, .. } = owner else { return Ok(class) };
    let own = vm.builtin(id);
    if !class.is_subtype(own) {
        let class = vm.full_class_name(class);
        return Err(vm.type_error(format!("{name}.__new__({class}): {class} is not a subtype of {name}")));
    }
    // Instances must be made by the `__new__` of the nearest native class, which knows their layout.
    let native = class.mro_items().iter().map(|c| vm.expect_class(*c)).find(|c| c.decl.get().is_some());
    let native = native.unwrap_or(own);
    let maker = vm.class_special(native, Special::New).filter(|f| vm.is_exact(*f, ids::NATIVE_FUNCTION));
    let maker = maker.and_then(|f| native_function::of(f).decl.get()).map(|d| d.owner);
    if !matches!(maker, Some(Owner::Type { id: maker, .. }) if maker == id) {
        let (class, safe) = (vm.class_name(class), vm.class_name(native));
        return Err(vm.type_error(format!("{name}.__new__({class}) is not safe, use {safe}.__new__()")));
    }
    Ok(class)
}

/// Gives every parameter its value: passed, default, tuple of the rest or dict of the other keywords.
///
/// `bound` has one slot per parameter.
pub fn bind(
    vm: &mut Vm,
    decl: &NativeDecl,
    positional: &[Value],
    keywords: Keywords<'_>,
    bound: &mut [Value],
) -> PyResult<()> {
    let sig = &decl.sig;
    let params = sig.params;
    bound.fill(Value::UNBOUND);
    if errors::has_receiver(decl) && positional.is_empty() {
        return Err(errors::no_receiver(vm, decl));
    }
    let named = params.iter().any(|p| !matches!(p.kind, ParamKind::PositionalOnly | ParamKind::VarArgs));
    if !keywords.names.is_empty() && !named {
        return Err(errors::no_keywords(vm, decl, positional.first().copied()));
    }
    if positional.len() > sig.max {
        return Err(errors::arity(vm, decl, positional, keywords.names.len()));
    }
    let fixed =
        params.iter().take_while(|p| matches!(p.kind, ParamKind::PositionalOnly | ParamKind::Positional));
    let slots = fixed.count();
    let direct = positional.len().min(slots);
    bound[..direct].copy_from_slice(&positional[..direct]);

    let open = params.iter().any(|p| p.kind == ParamKind::VarKeywords);
    if named && !open && sig.max != usize::MAX && positional.len() + keywords.names.len() > params.len() {
        return Err(errors::arity(vm, decl, positional, keywords.names.len()));
    }
    let only = params[..slots].iter().filter(|p| required_positional(p)).count();
    if positional.len() < if named { only } else { sig.min } {
        return Err(errors::arity(vm, decl, positional, keywords.names.len()));
    }

    // In CPython's order: what is missing is reported before what is too much.
    let mut used = 0;
    for (index, param) in params.iter().enumerate().skip(direct) {
        if !matches!(param.kind, ParamKind::Positional | ParamKind::KeywordOnly) {
            continue;
        }
        if let Some(at) = keywords.names.iter().position(|k| is_name(vm, *k, param.name)) {
            bound[index] = keywords.values[at];
            used += 1;
        } else if param.default == Default::Required {
            return Err(errors::missing(vm, decl, index));
        }
    }
    if params.iter().any(|p| p.kind == ParamKind::VarKeywords && p.default == Default::None) {
        // They are taken, but nobody looks at them.
        used = keywords.names.len();
    }
    let wanted = |p: &Param| p.kind == ParamKind::VarKeywords && p.default == Default::Required;
    let make = open && (used < keywords.names.len() || params.iter().any(wanted));
    let extra = if make { Some(vm.dict_new()?) } else { None };
    if used < keywords.names.len() {
        surplus_keywords(vm, decl, direct, keywords, extra)?;
    }
    for (index, param) in params.iter().enumerate().skip(direct) {
        if bound[index].is_unbound() {
            bound[index] = match param.kind {
                ParamKind::VarArgs | ParamKind::VarKeywords if param.default == Default::None => Value::NONE,
                ParamKind::VarArgs => Value::from_gc(vm.tuple(&positional[direct..])?),
                ParamKind::VarKeywords => extra.map_or(Value::UNBOUND, Value::from_gc),
                _ => default_value(vm, param.default)?,
            };
        }
    }
    Ok(())
}

fn is_name(vm: &Vm, keyword: Value, name: &str) -> bool {
    vm.downcast::<Str>(keyword).is_some_and(|k| k.is(name))
}

fn required_positional(p: &Param) -> bool {
    p.kind == ParamKind::PositionalOnly && p.default == Default::Required
}

/// Keywords that name no open parameter: collected by `**kwargs`, or an error.
fn surplus_keywords(
    vm: &mut Vm,
    decl: &NativeDecl,
    direct: usize,
    keywords: Keywords<'_>,
    extra: Option<Gc<Dict>>,
) -> PyResult<()> {
    let params = decl.sig.params;
    for (name, value) in keywords.names.iter().zip(keywords.values) {
        let nameable = |p: &Param| matches!(p.kind, ParamKind::Positional | ParamKind::KeywordOnly);
        match params.iter().position(|p| nameable(p) && is_name(vm, *name, p.name)) {
            Some(at) if at < direct => return Err(errors::given_twice(vm, decl, at)),
            Some(_) => {}
            None => match extra {
                Some(dict) => vm.dict_set(dict, *name, *value)?,
                None => return Err(errors::unexpected_keyword(vm, decl, *name)),
            },
        }
    }
    Ok(())
}

/// The value of a declared default.
pub fn default_value(vm: &mut Vm, default: Default) -> PyResult<Value> {
    Ok(match default {
        Default::Required | Default::Omitted => Value::UNBOUND,
        Default::None => Value::NONE,
        Default::True => Value::TRUE,
        Default::False => Value::FALSE,
        Default::Ellipsis => Value::ELLIPSIS,
        Default::Int(n) => vm.int(n)?,
        Default::Float(f) => vm.float(f)?,
        Default::Str("") => Value::from_gc(vm.strings.empty()),
        Default::Str(text) if text.len() == 1 => Value::from_gc(vm.strings.latin1(text.as_bytes()[0])),
        Default::Str(text) => Value::from_gc(vm.intern_fixed(text)),
        Default::Bytes(bytes) => Value::from_gc(vm.bytes(bytes)?),
        Default::EmptyTuple => Value::from_gc(vm.tuple(&[])?),
    })
}

/// Whether calling with exactly these counts needs no binding at all.
#[inline]
pub fn binds_directly(decl: &NativeDecl, args: usize) -> bool {
    decl.sig.simple && args == decl.sig.max && decl.kind != NativeKind::New
}
