//! "Did you mean" behind the message of NameError, AttributeError and ImportError.

use crate::heap::Gc;
use crate::object::Special;
use crate::types::exception::attributes::{NAME, NAME_FROM, NAME_OF_MODULE, Native, OBJ, native_get};
use crate::types::exception::{Exception, closest_name};
use crate::types::frame::{Frame, locals_dict};
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// What follows the message; empty when there is nothing to suggest.
pub fn hint(vm: &mut Vm, exc: Value) -> String {
    let Some(e) = vm.downcast::<Exception>(exc) else { return String::new() };
    let native = Native::of(vm, e);
    let wrong = match native {
        Native::Name | Native::Attribute => native_get(&e, NAME),
        Native::Import => native_get(&e, NAME_FROM),
        _ => return String::new(),
    };
    let Some(name) = vm.downcast::<Str>(wrong) else { return String::new() };
    let name = name.to_message();
    let found = candidates(vm, e, native, &name);
    let suggestion = match found {
        Ok(Found::Names(names)) => closest_name(&name, &names),
        Ok(Found::Exactly(text)) => Some(text),
        Err(raised) => {
            vm.take_exception(raised);
            None
        }
    };
    let mut text = suggestion.as_ref().map_or_else(String::new, |s| format!(". Did you mean: '{s}'?"));
    if native == Native::Name && is_library_module(vm, wrong) {
        let start = if suggestion.is_some() { " Or did" } else { ". Did" };
        text.push_str(&format!("{start} you forget to import '{name}'?"));
    }
    text
}

enum Found {
    Names(Vec<String>),
    /// No need to search.
    Exactly(String),
}

fn candidates(vm: &mut Vm, e: Gc<Exception>, native: Native, wrong: &str) -> PyResult<Found> {
    let frame = last_frame(vm, e);
    match native {
        Native::Attribute => {
            let obj = native_get(&e, OBJ);
            let mut names = dir(vm, obj)?;
            if !wrong.starts_with('_') && !is_own_self(vm, frame, obj)? {
                names.retain(|n| !n.starts_with('_'));
            }
            Ok(Found::Names(names))
        }
        Native::Import => {
            let module = match vm.downcast::<Str>(native_get(&e, NAME_OF_MODULE)) {
                Some(name) => crate::import::import(vm, name, Value::NONE, Value::NONE, 0)?,
                None => return Ok(Found::Names(Vec::new())),
            };
            let mut names = dir(vm, module)?;
            if !wrong.starts_with('_') {
                names.retain(|n| !n.starts_with('_'));
            }
            Ok(Found::Names(names))
        }
        _ => {
            let Some(frame) = frame else { return Ok(Found::Names(Vec::new())) };
            if let Some(this) = self_of(vm, frame)? {
                let name = vm.intern(wrong);
                if vm.get_attr_opt(this, name)?.is_some() {
                    return Ok(Found::Exactly(format!("self.{wrong}")));
                }
            }
            let mut names = Vec::new();
            let locals = locals_dict(vm, frame)?;
            let globals = frame.function().globals.get().map_or(Value::NONE, Value::from_gc);
            let builtins = frame.function().builtins.get().map_or(Value::NONE, Value::from_gc);
            for space in [locals, globals, builtins] {
                if !space.is_none() {
                    push_names(vm, space, &mut names)?;
                }
            }
            Ok(Found::Names(names))
        }
    }
}

fn push_names(vm: &mut Vm, iterable: Value, into: &mut Vec<String>) -> PyResult<()> {
    for name in vm.collect(iterable)?.iter() {
        if let Some(name) = vm.downcast::<Str>(*name) {
            into.push(name.to_message());
        }
    }
    Ok(())
}

/// `sorted(obj.__dir__())`
fn dir(vm: &mut Vm, obj: Value) -> PyResult<Vec<String>> {
    let mut names = Vec::new();
    if let Some(list) = vm.call_special(obj, Special::Dir, &[])? {
        push_names(vm, list, &mut names)?;
    }
    names.sort();
    Ok(names)
}

/// The frame that raised.
fn last_frame(vm: &Vm, e: Gc<Exception>) -> Option<Gc<Frame>> {
    let mut tb = vm.exact::<Traceback>(e.traceback.get())?;
    while let Some(next) = tb.next_entry(vm) {
        tb = next;
    }
    tb.frame_object(vm)
}

/// The local variable `self`.
fn self_of(vm: &mut Vm, frame: Gc<Frame>) -> PyResult<Option<Value>> {
    let locals = locals_dict(vm, frame)?;
    let name = vm.names.self_;
    match vm.exact_dict(locals) {
        Some(locals) => vm.dict_get(locals, Value::from_gc(name)),
        None => Ok(None),
    }
}

/// In a method of the very object its private names may be meant.
fn is_own_self(vm: &mut Vm, frame: Option<Gc<Frame>>, obj: Value) -> PyResult<bool> {
    match frame {
        Some(frame) => Ok(self_of(vm, frame)? == Some(obj)),
        None => Ok(false),
    }
}

fn is_library_module(vm: &mut Vm, name: Value) -> bool {
    let Some(names) = crate::import::sys_attr(vm, "stdlib_module_names") else { return false };
    match vm.contains(names, name) {
        Ok(found) => found,
        Err(raised) => {
            vm.take_exception(raised);
            false
        }
    }
}
