//! Binding the arguments of a call to a Python function's parameters, with CPython's error texts.

use super::regs::Base;
use crate::heap::Gc;
use crate::types::code::{CodeObj, call_flags};
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use habu_bytecode::CodeFlags;

/// Keyword arguments of a call: names and values, pairwise.
#[derive(Clone, Copy, Default)]
pub struct Keywords<'a> {
    pub names: &'a [Value],
    pub values: &'a [Value],
}

/// Fills registers `0..` of a new frame: parameters from the arguments, other variables unbound. The arguments may
/// already stand in the frame's first registers.
#[inline]
pub fn bind(
    vm: &mut Vm,
    f: Gc<Function>,
    base: Base,
    args: &[Value],
    keywords: &Keywords<'_>,
) -> PyResult<()> {
    let code = f.code.get().expect("functions have code");
    if code.call_flags.get() & call_flags::SIMPLE != 0
        && args.len() == code.arg_count.get() as usize
        && keywords.names.is_empty()
    {
        if args.as_ptr() != base.0.cast_const() {
            for (i, v) in args.iter().enumerate() {
                base.set(i, *v);
            }
        }
        clear_locals(code, base, args.len());
        return Ok(());
    }
    if code.call_flags.get() & call_flags::PARTIAL == 0 && bind_named(vm, f, code, base, args, keywords)? {
        return Ok(());
    }
    bind_slow(vm, f, code, base, args, keywords)
}

/// Keyword arguments up to this many are gathered on the machine stack, and bound in one go.
pub const FEW: usize = 8;

/// Binds a call in one go, if it is one that goes well. False: it is a case for `bind_slow`, which finds the arguments
/// where they were.
#[inline(never)]
fn bind_named(
    vm: &mut Vm,
    f: Gc<Function>,
    code: Gc<CodeObj>,
    base: Base,
    args: &[Value],
    keywords: &Keywords<'_>,
) -> PyResult<bool> {
    let flags = code.call_flags.get();
    let (given, positional) = (args.len(), code.arg_count.get() as usize);
    let named = positional + code.kwonly_count.get() as usize;
    let direct = given.min(positional);
    if given > positional && flags & call_flags::VARARGS == 0 || keywords.names.len() > FEW {
        return Ok(false);
    }
    // Which parameters the keywords are for; nothing is written before all is known to go well.
    let mut places = [u16::MAX; FEW];
    let mut surplus = 0;
    if !keywords.names.is_empty() {
        let Some(names) = code.var_names.get() else { return Ok(false) };
        let first = direct.max(code.posonly_count.get() as usize);
        let open = &names.items()[first..named];
        for (name, place) in keywords.names.iter().zip(&mut places) {
            // Names are interned nearly always.
            match open.iter().position(|n| n == name) {
                Some(i) => *place = (first + i) as u16,
                // Names one of the first parameters, perhaps: an error unless that is for positions only.
                None if flags & call_flags::VARKEYWORDS == 0
                    || names.items()[..first].contains(name)
                    || !name.exact::<Str>().is_some_and(|n| n.is_interned()) =>
                {
                    return Ok(false);
                }
                None => surplus += 1,
            }
        }
    }
    // What is made here is held by locals, as is what it is made of.
    let rest = if flags & call_flags::VARARGS != 0 { Some(vm.tuple(&args[direct..])?) } else { None };
    let options =
        if flags & call_flags::VARKEYWORDS != 0 { Some(vm.dict_with_capacity(surplus)?) } else { None };
    let in_place = args.as_ptr() == base.0.cast_const();
    if !in_place {
        for (i, v) in args[..direct].iter().enumerate() {
            base.set(i, *v);
        }
    }
    clear_locals(code, base, direct);
    let mut behind = named;
    if let Some(rest) = rest {
        base.set(behind, Value::from_gc(rest));
        behind += 1;
    }
    if let Some(options) = options {
        base.set(behind, Value::from_gc(options));
    }
    for ((name, v), place) in keywords.names.iter().zip(keywords.values).zip(places) {
        if place != u16::MAX {
            base.set(place as usize, *v);
        } else if let (Some(options), Some(name)) = (options, name.exact::<Str>()) {
            vm.dict_set_str(options, name, *v)?;
        }
    }
    if fill_quickly(vm, f, code, base, given) {
        return Ok(true);
    }
    if in_place && let Some(rest) = rest {
        for (i, v) in rest.items().iter().enumerate() {
            base.set(direct + i, *v);
        }
    }
    Ok(false)
}

/// Gives the parameters from `given` on that are unbound their defaults; false: one has none.
#[inline(always)]
pub fn fill_quickly(vm: &Vm, f: Gc<Function>, code: Gc<CodeObj>, base: Base, given: usize) -> bool {
    let positional = code.arg_count.get() as usize;
    if given < positional {
        let defaults = f.defaults.get();
        let defaults = defaults.as_ref().map_or(&[][..], |d| d.items());
        for i in given..positional {
            if base.get(i).is_unbound() {
                match (i + defaults.len()).checked_sub(positional) {
                    Some(at) => base.set(i, defaults[at]),
                    None => return false,
                }
            }
        }
    }
    for i in positional..positional + code.kwonly_count.get() as usize {
        if base.get(i).is_unbound() {
            let name = code.var_names.get().and_then(|names| names.items()[i].exact::<Str>());
            match f.kwdefaults.get().zip(name).and_then(|(d, name)| vm.dict_get_str(d, name)) {
                Some(v) => base.set(i, v),
                None => return false,
            }
        }
    }
    true
}

/// Makes the variables behind the parameters unbound.
#[inline(always)]
pub fn clear_locals(code: Gc<CodeObj>, base: Base, from: usize) {
    for i in from..code.var_count.get() as usize {
        // There are few: a loop that the compiler unrolls costs every call more than it saves.
        // SAFETY: a register of the frame.
        unsafe { base.0.add(i).write_volatile(Value::UNBOUND) };
    }
}

#[inline(never)]
fn bind_slow(
    vm: &mut Vm,
    f: Gc<Function>,
    code: Gc<CodeObj>,
    base: Base,
    args: &[Value],
    keywords: &Keywords<'_>,
) -> PyResult<()> {
    if code.call_flags.get() & call_flags::PARTIAL != 0 {
        crate::types::code::complete(vm, code)?;
        return bind(vm, f, base, args, keywords);
    }
    let unit = code.unit();
    let positional = unit.arg_count as usize;
    let named = positional + unit.kwonly_count as usize;
    let has_args = unit.flags.contains(CodeFlags::VARARGS);
    let has_kwargs = unit.flags.contains(CodeFlags::VARKEYWORDS);
    // The arguments may stand in the registers, so those behind the parameters are looked at before these are cleared.
    let (given, direct) = (args.len(), args.len().min(positional));
    let extra = if has_args { Some(vm.tuple(&args[direct..])?) } else { None };
    if args.as_ptr() != base.0.cast_const() {
        for (i, v) in args[..direct].iter().enumerate() {
            base.set(i, *v);
        }
    }
    for i in direct..(code.var_count.get() as usize).max(unit.param_count()) {
        base.set(i, Value::UNBOUND);
    }
    let rest = match extra {
        Some(extra) => {
            base.set(named, Value::from_gc(extra));
            named + 1
        }
        None => named,
    };
    let mut extra_kw: Option<Gc<Dict>> = None;
    if has_kwargs {
        let dict = vm.dict_with_capacity(keywords.names.len())?;
        base.set(rest, Value::from_gc(dict));
        extra_kw = Some(dict);
    }
    let mut positional_only_named: Vec<String> = Vec::new();
    for (name, v) in keywords.names.iter().zip(keywords.values) {
        let Some(name) = vm.downcast::<Str>(*name) else {
            return Err(vm.type_error("keywords must be strings"));
        };
        match parameter(code, named, name) {
            Some(i) if i >= unit.posonly_count as usize => {
                if !base.get(i).is_unbound() {
                    let (q, text) = (qualname(f), name.to_message());
                    return Err(vm.type_error(format!("{q}() got multiple values for argument '{text}'")));
                }
                base.set(i, *v);
            }
            found => match extra_kw {
                Some(dict) => vm.dict_set(dict, Value::from_gc(name), *v)?,
                None if found.is_some() => positional_only_named.push(name.to_message()),
                None => return Err(unexpected_keyword(vm, f, code, name)),
            },
        }
    }
    if !positional_only_named.is_empty() {
        let (q, names) = (qualname(f), positional_only_named.join(", "));
        return Err(vm.type_error(format!(
            "{q}() got some positional-only arguments passed as keyword arguments: '{names}'"
        )));
    }
    if given > positional && !has_args {
        return Err(too_many(vm, f, code, base, given));
    }
    fill_defaults(vm, f, code, base, given)
}

/// Which of the first `named` parameters has this name. Names are interned nearly always.
fn parameter(code: Gc<CodeObj>, named: usize, name: Gc<Str>) -> Option<usize> {
    let names = code.var_names.get()?;
    let names = &names.items()[..named];
    let word = Value::from_gc(name);
    if let Some(i) = names.iter().position(|n| *n == word) {
        return Some(i);
    }
    if name.is_interned() {
        return None;
    }
    names.iter().position(|n| n.exact::<Str>().is_some_and(|n| n.same(&name)))
}

fn fill_defaults(vm: &mut Vm, f: Gc<Function>, code: Gc<CodeObj>, base: Base, given: usize) -> PyResult<()> {
    let unit = code.unit();
    let positional = unit.arg_count as usize;
    if given < positional {
        let defaults = f.defaults.get();
        let count = defaults.map_or(0, |d| d.len());
        let first_default = positional.saturating_sub(count);
        let missing: Vec<&str> =
            (given..first_default).filter(|i| base.get(*i).is_unbound()).map(|i| &*unit.vars[i].0).collect();
        if !missing.is_empty() {
            return Err(missing_arguments(vm, f, "positional", &missing));
        }
        for i in given.max(first_default)..positional {
            if base.get(i).is_unbound() {
                let defaults = defaults.expect("counted");
                base.set(i, defaults.items()[i + count - positional]);
            }
        }
    }
    let mut missing = Vec::new();
    for i in positional..positional + unit.kwonly_count as usize {
        if base.get(i).is_unbound() {
            let name = code.var_names.get().and_then(|names| names.items()[i].exact::<Str>());
            let default = f.kwdefaults.get().zip(name).and_then(|(d, name)| vm.dict_get_str(d, name));
            match default {
                Some(v) => base.set(i, v),
                None => missing.push(&*unit.vars[i].0),
            }
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(missing_arguments(vm, f, "keyword-only", &missing)) }
}

/// Errors name the function as its `__qualname__` says now.
fn qualname(f: Gc<Function>) -> String {
    f.qualname.get().exact::<Str>().map_or_else(String::new, |q| q.to_message())
}

#[cold]
fn unexpected_keyword(vm: &mut Vm, f: Gc<Function>, code: Gc<CodeObj>, name: Gc<Str>) -> Raised {
    let unit = code.unit();
    let text = name.to_message();
    let named = unit.arg_count as usize + unit.kwonly_count as usize;
    let candidates: Vec<&str> =
        unit.vars[unit.posonly_count as usize..named].iter().map(|(n, _)| &**n).collect();
    let hint = match crate::types::exception::closest_name(&text, &candidates) {
        Some(best) => format!(". Did you mean '{best}'?"),
        None => String::new(),
    };
    let q = qualname(f);
    vm.type_error(format!("{q}() got an unexpected keyword argument '{text}'{hint}"))
}

#[cold]
fn missing_arguments(vm: &mut Vm, f: Gc<Function>, kind: &str, names: &[&str]) -> Raised {
    let quoted: Vec<String> = names.iter().map(|n| format!("'{n}'")).collect();
    let list = match &quoted[..] {
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [head @ .., last] => format!("{}, and {last}", head.join(", ")),
        [] => String::new(),
    };
    let (q, n) = (qualname(f), names.len());
    let plural = if n == 1 { "" } else { "s" };
    vm.type_error(format!("{q}() missing {n} required {kind} argument{plural}: {list}"))
}

#[cold]
fn too_many(vm: &mut Vm, f: Gc<Function>, code: Gc<CodeObj>, base: Base, given: usize) -> Raised {
    let unit = code.unit();
    let most = unit.arg_count as usize;
    let defaults = f.defaults.get().map_or(0, |d| d.len());
    let takes = if defaults > 0 { format!("from {} to {most}", most - defaults) } else { most.to_string() };
    let plural = if most == 1 && defaults == 0 { "" } else { "s" };
    let kwonly = (most..most + unit.kwonly_count as usize).filter(|i| !base.get(*i).is_unbound()).count();
    let given_text = if kwonly > 0 {
        let (p, k) = (if given == 1 { "" } else { "s" }, if kwonly == 1 { "" } else { "s" });
        format!("{given} positional argument{p} (and {kwonly} keyword-only argument{k}) were")
    } else if given == 1 {
        "1 was".to_owned()
    } else {
        format!("{given} were")
    };
    let q = qualname(f);
    vm.type_error(format!("{q}() takes {takes} positional argument{plural} but {given_text} given"))
}
