//! `print` and `input`, `open`.

use habu_macros::native_module;

#[native_module(name = "builtins")]
pub mod functions {
    use crate::heap::Gc;
    use crate::types::str::Str;
    use crate::types::tuple::Tuple;
    use crate::value::Value;
    use crate::vm::{PyResult, Vm};

    /// Writes values to a stream, separated and ended by given texts.
    #[function(sig = "(*args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(vm: &mut Vm, args: Gc<Tuple>, sep: Value, end: Value, file: Value, flush: bool) -> PyResult<()> {
        let file = if file.is_none() {
            match super::stream(vm, "stdout")? {
                Some(file) => file,
                None => return Ok(()),
            }
        } else {
            file
        };
        let sep = super::separator(vm, sep, "sep", " ")?;
        let end = super::separator(vm, end, "end", "\n")?;
        let write = vm.names.write;
        let write = vm.get_attr(file, write)?;
        for (i, v) in args.items().iter().enumerate() {
            if i > 0 {
                vm.call(write, &[sep])?;
            }
            let text = vm.to_str(*v)?;
            vm.call(write, &[Value::from_gc(text)])?;
        }
        vm.call(write, &[end])?;
        if flush {
            vm.call_method(file, "flush", &[])?;
        }
        Ok(())
    }

    /// Reads a line from standard input, after printing a prompt.
    #[function(sig = "(prompt='', /)")]
    fn input(vm: &mut Vm, prompt: Value) -> PyResult<Gc<Str>> {
        let Some(stdin) = super::stream(vm, "stdin")? else {
            return Err(vm.runtime_error("input(): lost sys.stdin"));
        };
        let Some(stdout) = super::stream(vm, "stdout")? else {
            return Err(vm.runtime_error("input(): lost sys.stdout"));
        };
        let prompt = vm.to_str(prompt)?;
        vm.call_method(stdout, "write", &[Value::from_gc(prompt)])?;
        vm.call_method(stdout, "flush", &[])?;
        let line = vm.call_method(stdin, "readline", &[])?;
        let Some(line) = vm.downcast::<Str>(line) else {
            return Err(vm.type_error("object.readline() returned non-string"));
        };
        if line.is_empty() {
            return Err(vm.eof_error("EOF when reading a line"));
        }
        if line.code_point(line.len() - 1) == u32::from(b'\n') {
            vm.str_slice(line, 0, line.len() - 1)
        } else {
            Ok(line)
        }
    }

    /// Opens a file: `io.open`.
    #[function(
        sig = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "the signature is Python's")]
    fn open(
        vm: &mut Vm,
        file: Value,
        mode: Value,
        buffering: Value,
        encoding: Value,
        errors: Value,
        newline: Value,
        closefd: Value,
        opener: Value,
    ) -> PyResult {
        let io = vm.import_module("_io")?;
        vm.call_method(io, "open", &[file, mode, buffering, encoding, errors, newline, closefd, opener])
    }
}

use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// `sys.stdout` and the like; `None`: it is None.
fn stream(vm: &mut Vm, name: &str) -> PyResult<Option<Value>> {
    let sys = vm.sys.map_or(Value::NONE, Value::from_gc);
    let key = vm.intern(name);
    match vm.get_attr_opt(sys, key)? {
        Some(v) => Ok((!v.is_none()).then_some(v)),
        None => Err(vm.runtime_error(format!("lost sys.{name}"))),
    }
}

/// The text of `sep` or `end`.
fn separator(vm: &mut Vm, v: Value, what: &str, default: &str) -> PyResult<Value> {
    if v.is_none() {
        return Ok(Value::from_gc(vm.intern(default)));
    }
    if vm.downcast::<Str>(v).is_none() {
        let name = vm.type_name(v);
        return Err(vm.type_error(format!("{what} must be None or a string, not {name}")));
    }
    Ok(v)
}
