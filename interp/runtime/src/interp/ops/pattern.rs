//! Structural pattern matching (PEP 634).

use super::*;
use crate::object::class::flags;
use crate::object::ids;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::vm::{Exc, PyResult, id_of};

pub fn MATCH_LEN(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = base.get(pc.b());
    if let Some(tuple) = v.exact::<Tuple>() {
        base.set(pc.a(), Value::small(tuple.len() as i64));
        next!(vm, pc, base, MATCH_LEN)
    }
    match_len_slow(vm, pc, base)
}

#[inline(never)]
fn match_len_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, match_len(vm, pc, base));
    next!(vm, pc, base, MATCH_LEN)
}

pub fn match_len(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let n = vm.len(base.get(pc.b()))?;
    base.set(pc.a(), Value::small(n as i64));
    Ok(())
}

stepped!(MATCH_MAPPING, match_mapping);
pub fn match_mapping(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let is = vm.class_of(base.get(pc.b())).has(flags::MAPPING);
    base.set(pc.a(), Value::bool(is));
    Ok(())
}

pub fn MATCH_SEQUENCE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let id = id_of(base.get(pc.b()));
    let known = id == ids::TUPLE || ids::is_list(id);
    if known || ids::is_dict(id) || id == ids::STR {
        base.set(pc.a(), Value::bool(known));
        next!(vm, pc, base, MATCH_SEQUENCE)
    }
    match_sequence_slow(vm, pc, base)
}

#[inline(never)]
fn match_sequence_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, match_sequence(vm, pc, base));
    next!(vm, pc, base, MATCH_SEQUENCE)
}

pub fn match_sequence(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let is = vm.class_of(base.get(pc.b())).has(flags::SEQUENCE);
    base.set(pc.a(), Value::bool(is));
    Ok(())
}

stepped!(MATCH_KEYS, match_keys_step);
pub fn match_keys_step(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let v = match_keys(vm, base.get(pc.b()), base.get(pc.c()))?;
    base.set(pc.a(), v);
    Ok(())
}

#[inline(never)]
fn match_keys(vm: &mut Vm, subject: Value, keys: Value) -> PyResult {
    let keys = vm.exact::<Tuple>(keys).expect("pattern keys are a tuple");
    let mut found = vm.rooted_vec();
    for (i, key) in keys.items().iter().enumerate() {
        for earlier in &keys.items()[..i] {
            if vm.eq(*earlier, *key)? {
                let text = vm.repr(*key)?.to_message();
                return Err(vm.value_error(format!("mapping pattern checks duplicate key ({text})")));
            }
        }
        let v = match vm.exact_dict(subject) {
            Some(dict) => vm.dict_get(dict, *key)?,
            None => {
                let missing = Value::from_gc(vm.alloc::<crate::types::cell::Cell>(ids::CELL)?);
                let v = vm.call_method(subject, "get", &[*key, missing])?;
                (v != missing).then_some(v)
            }
        };
        match v {
            Some(v) => found.push(v),
            None => return Ok(Value::NONE),
        }
    }
    vm.tuple(&found).map(Value::from_gc)
}

stepped!(MATCH_CLASS, match_class_step);
pub fn match_class_step(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let positional = pc.word(2) as usize;
    let v = match_class(vm, base.get(pc.b()), base.get(pc.c()), base.get(pc.c() + 1), positional)?;
    base.set(pc.a(), v);
    Ok(())
}

#[inline(never)]
fn match_class(vm: &mut Vm, subject: Value, class: Value, names: Value, positional: usize) -> PyResult {
    let Some(cls) = vm.as_class(class) else {
        return Err(vm.type_error("called match pattern must be a class"));
    };
    if !vm.is_instance(subject, class)? {
        return Ok(Value::NONE);
    }
    let plain = id_of(class) == ids::TYPE && !cls.has(flags::HEAP);
    if plain
        && positional == 1
        && vm.exact::<Tuple>(names).is_some_and(|t| t.is_empty())
        && matches_itself(vm, cls)
    {
        return vm.tuple(&[subject]).map(Value::from_gc);
    }
    let class_name = vm.class_name(cls);
    let mut found = vm.rooted_vec();
    let mut seen = vm.rooted_vec();
    if positional > 0 {
        let key = vm.names.match_args;
        let (args, given) = match vm.get_attr_opt(class, key)? {
            Some(v) => match vm.exact::<Tuple>(v) {
                Some(tuple) => (Some(tuple), tuple.len()),
                None => {
                    let name = vm.type_name(v);
                    return Err(
                        vm.type_error(format!("{class_name}.__match_args__ must be a tuple (got {name})"))
                    );
                }
            },
            None if matches_itself(vm, cls) => (None, 1),
            None => (None, 0),
        };
        if given < positional {
            let plural = if given == 1 { "" } else { "s" };
            return Err(vm.type_error(format!(
                "{class_name}() accepts {given} positional sub-pattern{plural} ({positional} given)"
            )));
        }
        match args {
            None => found.push(subject),
            Some(args) => {
                for name in &args.items()[..positional] {
                    if vm.downcast::<Str>(*name).is_none() {
                        let name = vm.type_name(*name);
                        return Err(
                            vm.type_error(format!("__match_args__ elements must be strings (got {name})"))
                        );
                    }
                    match match_attr(vm, subject, *name, &mut seen, &class_name)? {
                        Some(v) => found.push(v),
                        None => return Ok(Value::NONE),
                    }
                }
            }
        }
    }
    let names = vm.exact::<Tuple>(names).expect("keyword pattern names are a tuple");
    for name in names.items() {
        match match_attr(vm, subject, *name, &mut seen, &class_name)? {
            Some(v) => found.push(v),
            None => return Ok(Value::NONE),
        }
    }
    vm.tuple(&found).map(Value::from_gc)
}

/// The classes whose one positional sub-pattern matches the subject itself.
fn matches_itself(vm: &Vm, cls: crate::heap::Gc<crate::object::Type>) -> bool {
    const SELF: [crate::heap::ShapeId; 11] = [
        ids::INT,
        ids::STR,
        ids::BOOL,
        ids::BYTEARRAY,
        ids::BYTES,
        ids::DICT,
        ids::FLOAT,
        ids::FROZENSET,
        ids::LIST,
        ids::SET,
        ids::TUPLE,
    ];
    SELF.iter().any(|id| cls.is_subtype(vm.builtin(*id)))
}

fn match_attr(
    vm: &mut Vm,
    subject: Value,
    name: Value,
    seen: &mut crate::vm::RootedVec,
    class_name: &str,
) -> PyResult<Option<Value>> {
    let name = vm.downcast::<Str>(name).expect("checked");
    let name = vm.intern_str(name)?;
    if seen.contains(&Value::from_gc(name)) {
        let text = name.to_message();
        return Err(vm.type_error(format!("{class_name}() got multiple sub-patterns for attribute '{text}'")));
    }
    seen.push(Value::from_gc(name));
    let result = vm.get_attr(subject, name);
    vm.catch(result, Exc::AttributeError)
}
