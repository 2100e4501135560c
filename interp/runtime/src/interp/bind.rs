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
    if code.call_flags.get() & call_flags::PARTIAL == 0 && bind_named(vm, f, code, base, args, keywords) {
        return Ok(());
    }
    bind_slow(vm, f, code, base, args, keywords)
}

/// Binds defaults and keywords of a function that gathers neither `*args` nor `**kwargs`. False: it is a case for
/// `bind_slow`, which finds the arguments where they were.
#[inline(never)]
fn bind_named(
    vm: &mut Vm,
    f: Gc<Function>,
    code: Gc<CodeObj>,
    base: Base,
    args: &[Value],
    keywords: &Keywords<'_>,
) -> bool {
    let unit = code.unit();
    let (given, positional) = (args.len(), unit.arg_count as usize);
    let named = positional + unit.kwonly_count as usize;
    if given > positional || unit.flags.intersects(CodeFlags::VARARGS.with(CodeFlags::VARKEYWORDS)) {
        return false;
    }
    if args.as_ptr() != base.0.cast_const() {
        for (i, v) in args.iter().enumerate() {
            base.set(i, *v);
        }
    }
    clear_locals(code, base, given);
    if !keywords.names.is_empty() {
        let Some(names) = code.var_names.get() else { return false };
        let names = &names.items()[..named];
        let first = given.max(unit.posonly_count as usize);
        for (name, v) in keywords.names.iter().zip(keywords.values) {
            // Names are interned nearly always.
            match names[first..].iter().position(|n| n == name) {
                Some(i) if base.get(first + i).is_unbound() => base.set(first + i, *v),
                _ => return false,
            }
        }
    }
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
    for i in positional..named {
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
