//! Module `sys._jit`: whether code is compiled to native code.

use habu_macros::native_module;

/// Utilities for observing just-in-time compilation.
#[native_module(name = "sys._jit")]
pub mod module {
    use habu_runtime::vm::Vm;

    /// Whether this build can compile.
    #[function]
    fn is_available(_vm: &mut Vm) -> bool {
        true
    }

    /// Whether it does so in this process.
    #[function]
    fn is_enabled(vm: &mut Vm) -> bool {
        vm.tier.is_some()
    }

    /// Whether the caller runs as native code: frames that are looked at are the interpreter's.
    #[function]
    fn is_active(_vm: &mut Vm) -> bool {
        false
    }
}
