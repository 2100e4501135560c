//! Saving functions and classes: by where they are found.

use super::globals::{self, pickling_error, pickling_error_from};
use super::op;
use super::pickler::{Pickler, Writing};
use super::reduce::save_reduce;
use super::save::{attribute, save};
use habu_runtime::codecs::{Codec, Errors};
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::int;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// Classes; those of the three lone values have no name to be found by.
pub fn save_type(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    for (id, lone) in [
        (ids::NONE, Value::NONE),
        (ids::ELLIPSIS, Value::ELLIPSIS),
        (ids::NOT_IMPLEMENTED, Value::NOT_IMPLEMENTED),
    ] {
        if v == Value::from_gc(vm.builtin(id)) {
            let args = Value::from_gc(vm.tuple(&[lone])?);
            let meta = Value::from_gc(vm.builtin(ids::TYPE));
            return save_reduce(vm, p, &[meta, args], Some(v));
        }
    }
    save_global(vm, p, v, None)
}

/// The names that a dotted one is made of.
fn parts(vm: &mut Vm, path: Gc<Str>) -> PyResult<Vec<Gc<Str>>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in 0..=path.len() {
        if at == path.len() || path.code_point(at) == u32::from('.') {
            let part = vm.str_slice(path, start, at)?;
            // Interned texts stay.
            parts.push(vm.intern_str(part)?);
            start = at + 1;
        }
    }
    Ok(parts)
}

/// What a dotted name leads to.
pub fn follow(vm: &mut Vm, start: Value, path: Gc<Str>) -> PyResult {
    let mut at = start;
    for name in parts(vm, path)? {
        at = vm.get_attr(at, name)?;
    }
    Ok(at)
}

/// The module among those loaded that has the object under its name.
fn search_modules(vm: &mut Vm, object: Value, path: Gc<Str>) -> PyResult {
    if let Some(modules) = habu_runtime::import::sys_attr(vm, "modules") {
        // Looking attributes up may import more.
        let copy = vm.call_method(modules, "copy", &[])?;
        if let Some(copy) = vm.downcast::<Dict>(copy) {
            let mut pos = 0;
            while let Some((name, module)) = vm.dict_next(copy, &mut pos) {
                let own = vm.downcast::<Str>(name);
                if module.is_none() || own.is_some_and(|n| n.is("__main__") || n.is("__mp_main__")) {
                    continue;
                }
                let found = follow(vm, module, path);
                if vm.catch(found, Exc::AttributeError)? == Some(object) {
                    return Ok(name);
                }
            }
        }
    }
    Ok(vm.intern_value("__main__"))
}

/// The name of the module that has the object, which is checked.
fn module_of(vm: &mut Vm, object: Value, name: Gc<Str>) -> PyResult {
    let path = name.to_message();
    let mut module_name = attribute(vm, object, "__module__")?.unwrap_or(Value::NONE);
    if path.split('.').any(|part| part == "<locals>") {
        let shown = vm.repr(object)?.to_message();
        return Err(pickling_error(vm, format!("Can't pickle local object {shown}")));
    }
    if module_name.is_none() {
        module_name = search_modules(vm, object, name)?;
    }
    let module = match import(vm, module_name) {
        Ok(module) => module,
        Err(raised) => {
            let e = vm.take_exception(raised);
            if ![Exc::ImportError, Exc::ValueError, Exc::KeyError].iter().any(|c| vm.exception_matches(e, *c))
            {
                return Err(vm.raise_again(e));
            }
            let (shown, why) = (vm.repr(object)?.to_message(), vm.to_str(e)?.to_message());
            return Err(pickling_error_from(vm, format!("Can't pickle {shown}: {why}"), e));
        }
    };
    let place = |vm: &mut Vm| -> PyResult<String> {
        let module = vm.to_str(module_name)?.to_message();
        Ok(format!("{module}.{path}"))
    };
    match follow(vm, module, name) {
        Ok(found) if found == object => Ok(module_name),
        Ok(_) => {
            let (shown, place) = (vm.repr(object)?.to_message(), place(vm)?);
            Err(pickling_error(vm, format!("Can't pickle {shown}: it's not the same object as {place}")))
        }
        Err(raised) => {
            let e = vm.take_exception(raised);
            if !vm.exception_matches(e, Exc::AttributeError) {
                return Err(vm.raise_again(e));
            }
            let (shown, place) = (vm.repr(object)?.to_message(), place(vm)?);
            Err(pickling_error_from(vm, format!("Can't pickle {shown}: it's not found as {place}"), e))
        }
    }
}

/// `sys.modules[name]`, imported if it is not there.
pub fn import(vm: &mut Vm, name: Value) -> PyResult {
    let Some(name) = vm.downcast::<Str>(name) else {
        let got = vm.type_name(name);
        return Err(vm.type_error(format!("module name must be a string, not {got}")));
    };
    if let Some(module) = habu_runtime::import::loaded(vm, name)? {
        return Ok(module);
    }
    let builtins = habu_runtime::import::import_module(vm, "builtins")?;
    vm.call_method(builtins, "__import__", &[Value::from_gc(name)])?;
    match habu_runtime::import::loaded(vm, name)? {
        Some(module) => Ok(module),
        None => Err(vm.key_error(Value::from_gc(name))),
    }
}

/// Saves an object by its name in its module.
pub fn save_global(vm: &mut Vm, p: Gc<Pickler>, v: Value, name: Option<Gc<Str>>) -> PyResult<()> {
    let name = match name {
        Some(name) => Value::from_gc(name),
        None => match attribute(vm, v, "__qualname__")? {
            Some(name) => name,
            None => vm.get_attr_str(v, "__name__")?,
        },
    };
    let Some(name) = vm.downcast::<Str>(name) else {
        let got = vm.type_name(name);
        return Err(vm.type_error(format!("a global's name must be a string, not {got}")));
    };
    let module_name = module_of(vm, v, name)?;
    let proto = p.proto.get();
    if proto >= 2 && save_extension(vm, p, module_name, name)? {
        return Ok(());
    }
    if proto >= 4 {
        save(vm, p, module_name, true)?;
        save(vm, p, Value::from_gc(name), true)?;
        p.write(&[op::STACK_GLOBAL]);
        return p.memoize(vm, v);
    }
    let names = parts(vm, name)?;
    let Some((top, rest)) = names.split_first() else { return Ok(()) };
    let getattr = globals::get(vm)?.getattr;
    for _ in rest {
        save(vm, p, getattr, true)?;
        if proto < 2 {
            p.write(&[op::MARK]);
        }
    }
    save_top_level(vm, p, module_name, if rest.is_empty() { name } else { *top })?;
    for part in rest {
        save(vm, p, Value::from_gc(*part), true)?;
        p.write(&[if proto < 2 { op::TUPLE } else { op::TUPLE2 }, op::REDUCE]);
    }
    p.memoize(vm, v)
}

/// Objects registered with `copyreg.add_extension`.
fn save_extension(vm: &mut Vm, p: Gc<Pickler>, module_name: Value, name: Gc<Str>) -> PyResult<bool> {
    let registry = globals::get(vm)?.extension_registry;
    if registry.is_empty() {
        return Ok(false);
    }
    let key = Value::from_gc(vm.tuple(&[module_name, Value::from_gc(name)])?);
    let Some(code) = vm.dict_get(registry, key)? else { return Ok(false) };
    let Some(code) = int::as_int(vm, code) else {
        let (shown, got) = (vm.repr(key)?.to_message(), vm.type_name(code));
        return Err(pickling_error(
            vm,
            format!("Can't pickle {shown}: extension code {got} isn't an integer"),
        ));
    };
    match int::to_i64(code).and_then(|n| u32::try_from(n).ok()).filter(|n| (1..=0x7fff_ffff).contains(n)) {
        Some(n @ 0..=0xff) => p.write(&[op::EXT1, n as u8]),
        Some(n @ 0..=0xffff) => p.write_op(op::EXT2, &(n as u16).to_le_bytes()),
        Some(n) => p.write_op(op::EXT4, &n.to_le_bytes()),
        None => {
            let shown = vm.repr(code)?.to_message();
            return Err(vm.runtime_error(format!("extension code {shown} is out of range")));
        }
    }
    Ok(true)
}

/// The names that Python 2 had.
fn old_names(vm: &mut Vm, module: Value, name: Value) -> PyResult<(Value, Value)> {
    let tables = globals::get(vm)?;
    let key = Value::from_gc(vm.tuple(&[module, name])?);
    if let Some(found) = vm.dict_get(tables.reverse_name_mapping, key)? {
        return match vm.downcast::<Tuple>(found).as_deref().map(Tuple::items) {
            Some(&[module, name]) => Ok((module, name)),
            _ => Err(vm.runtime_error("_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples")),
        };
    }
    Ok((vm.dict_get(tables.reverse_import_mapping, module)?.unwrap_or(module), name))
}

fn save_top_level(vm: &mut Vm, p: Gc<Pickler>, module: Value, name: Gc<Str>) -> PyResult<()> {
    let (mut module, mut name) = (module, Value::from_gc(name));
    let proto = p.proto.get();
    if proto < 3 && p.fix_imports.get() {
        (module, name) = old_names(vm, module, name)?;
    }
    let codec = if proto >= 3 { Codec::Utf8 } else { Codec::Ascii };
    let mut lines = [Vec::new(), Vec::new()];
    for ((line, text), kind) in lines.iter_mut().zip([module, name]).zip(["module", "global"]) {
        let text = vm.to_str(text)?;
        *line = match vm.encode_with(text, codec, &Errors::Strict) {
            Ok(line) => line,
            Err(raised) => {
                let e = vm.take_exception(raised);
                if !vm.exception_matches(e, Exc::UnicodeEncodeError) {
                    return Err(vm.raise_again(e));
                }
                let shown = vm.repr(Value::from_gc(text))?.to_message();
                let text = format!("can't pickle {kind} identifier {shown} using pickle protocol {proto}");
                return Err(pickling_error_from(vm, text, e));
            }
        };
    }
    let [module, name] = lines;
    p.write_line(op::GLOBAL, &module);
    p.write(&name);
    p.write(b"\n");
    Ok(())
}
