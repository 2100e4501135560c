//! Printing exceptions: CPython's traceback text on standard error, without the help of Python code.
//!
//! | file | content |
//! | --- | --- |
//! | `chain` | causes, contexts and groups, in order and indented |
//! | `frames` | the entries of a traceback, with their source lines |
//! | `anchors` | which part of an underlined expression failed |
//! | `final_line` | class and message, notes, syntax errors |
//! | `keyword` | misspelt keywords behind syntax errors |
//! | `suggest` | "Did you mean" |

mod anchors;
mod chain;
mod final_line;
mod frames;
mod keyword;
mod suggest;

use super::attributes::CODE;
use super::{Exception, native_get};
use crate::object::ids;
use crate::types::native_function;
use crate::value::Value;
use crate::vm::{Exc, Vm, id_of};
use std::io::Write;

/// The text that an uncaught exception is shown by.
pub fn format_exception(vm: &mut Vm, exc: Value) -> String {
    chain::format(vm, exc)
}

/// Prints an exception to standard error, as `sys.excepthook` does.
pub fn print_exception(vm: &mut Vm, exc: Value) {
    let text = format_exception(vm, exc);
    write_error(vm, &text);
}

/// Prints an exception that was raised where nobody can catch it: without carets, causes and hints.
pub fn print_unraisable(vm: &mut Vm, exc: Value) {
    let mut sources = frames::Sources::default();
    sources.plain = true;
    let stack = frames::format(vm, exc, &mut sources);
    let mut text = String::new();
    if !stack.is_empty() {
        text.push_str("Traceback (most recent call last):\n");
        text.push_str(&stack);
    }
    text.push_str(&final_line::plain(vm, exc));
    write_error(vm, &text);
}

/// Writes to `sys.stderr`, or to the system's standard error when that is not to be had.
pub fn write_error(vm: &mut Vm, text: &str) {
    if let Some(stream) = crate::import::sys_attr(vm, "stderr") {
        if stream.is_none() {
            return;
        }
        let written = vm
            .str(text)
            .and_then(|text| vm.call_method(stream, "write", &[Value::from_gc(text)]))
            .and_then(|_| vm.call_method(stream, "flush", &[]));
        match written {
            Ok(_) => return,
            Err(raised) => {
                vm.take_exception(raised);
            }
        }
    }
    // Nobody may be reading it.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Shows an exception that ends the program, through `sys.excepthook` if that was replaced; the exit status.
pub fn print_uncaught(vm: &mut Vm, exc: Value) -> u8 {
    if vm.exception_matches(exc, Exc::SystemExit) {
        return exit_status(vm, exc);
    }
    let hook = crate::import::sys_attr(vm, "excepthook").filter(|hook| !is_own_hook(*hook));
    match hook {
        None => print_exception(vm, exc),
        Some(hook) => {
            let class = Value::from_gc(vm.class_of(exc));
            let args = [class, exc, super::traceback_of(exc)];
            if let Err(raised) = vm.call(hook, &args) {
                let other = vm.take_exception(raised);
                if vm.exception_matches(other, Exc::SystemExit) {
                    return exit_status(vm, other);
                }
                write_error(vm, "Error in sys.excepthook:\n");
                print_exception(vm, other);
                write_error(vm, "\nOriginal exception was:\n");
                print_exception(vm, exc);
            }
        }
    }
    if !vm.exception_matches(exc, Exc::KeyboardInterrupt) {
        return 1;
    }
    // SAFETY: registers a function that is safe to run at exit.
    unsafe { libc::atexit(die_by_interrupt) };
    130
}

/// Runs last: whoever waits for the process is to see that a signal ended it.
extern "C" fn die_by_interrupt() {
    // SAFETY: plain system calls.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::raise(libc::SIGINT);
    }
}

fn is_own_hook(hook: Value) -> bool {
    id_of(hook) == ids::NATIVE_FUNCTION
        && native_function::of(hook)
            .decl
            .get()
            .is_some_and(|d| d.name == "excepthook" || d.name == "__excepthook__")
}

/// What `SystemExit` says: a number, nothing, or a message to print.
fn exit_status(vm: &mut Vm, exc: Value) -> u8 {
    let code = vm.downcast::<Exception>(exc).map_or(Value::NONE, |e| native_get(&e, CODE));
    if code.is_none() {
        return 0;
    }
    if code.is_bool() {
        return u8::from(code == Value::TRUE);
    }
    if let Some(n) = code.as_small() {
        return n as u8;
    }
    if crate::types::int::as_int(vm, code).is_some() {
        return match vm.index(code) {
            Ok(n) => n as u8,
            Err(raised) => {
                vm.take_exception(raised);
                255
            }
        };
    }
    let text = match vm.to_str(code) {
        Ok(text) => text.to_message(),
        Err(raised) => {
            vm.take_exception(raised);
            String::new()
        }
    };
    write_error(vm, &format!("{text}\n"));
    1
}
