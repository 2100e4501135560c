//! Printing an uncaught exception.

use crate::value::Value;
use crate::vm::Vm;

/// Prints an exception to standard error.
pub fn print_exception(vm: &mut Vm, exc: Value) {
    let name = vm.type_name(exc);
    match vm.to_str(exc) {
        Ok(text) => eprintln!("{name}: {}", text.to_message()),
        Err(raised) => {
            vm.take_exception(raised);
            eprintln!("{name}");
        }
    }
}

/// Prints an uncaught exception; the process's exit status.
pub fn print_uncaught(vm: &mut Vm, exc: Value) -> u8 {
    print_exception(vm, exc);
    1
}
