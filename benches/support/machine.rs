//! A virtual machine in this process, in which a kernel can be called again and again.

use habu_jit::{Config, JitTier};
use habu_runtime::heap::Gc;
use habu_runtime::types::module::Module;
use habu_runtime::value::Value;
use habu_runtime::vm::{Options, PyResult, Vm};
use std::path::Path;
use std::rc::Rc;

/// As the command's own thread has: Python programs may nest deep.
const STACK: usize = 256 << 20;

/// How a kernel is run; the names are those in the report.
#[derive(Clone, Copy)]
pub enum Tier {
    Interpreted,
    Native,
}

impl Tier {
    pub const ALL: [Tier; 2] = [Tier::Interpreted, Tier::Native];

    pub fn name(self) -> &'static str {
        match self {
            Tier::Interpreted => "interpreted",
            Tier::Native => "native",
        }
    }
}

/// Runs `measure` on a thread with a fresh virtual machine in which the kernel's file has run. It gets a function that
/// calls `kernel()` once and checks the result.
pub fn with_kernel(kernel: &Path, tier: Tier, measure: impl FnOnce(&mut dyn FnMut()) + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let run = || {
            let mut vm = Vm::new(Options::default()).expect("memory for a virtual machine");
            if matches!(tier, Tier::Native) {
                let native = JitTier::new(Config::default());
                vm.threshold = native.threshold();
                vm.tier = Some(Rc::new(native));
            }
            let (function, expected) = load(&mut vm, kernel).unwrap_or_else(|raised| fail(&mut vm, raised));
            measure(&mut || {
                let result = vm.call(function, &[]).and_then(|value| vm.eq(value, expected));
                assert!(
                    result.unwrap_or_else(|raised| fail(&mut vm, raised)),
                    "{}: a wrong result",
                    kernel.display()
                );
            });
        };
        let thread = thread.spawn_scoped(scope, run).expect("a thread for the virtual machine");
        thread.join().expect("the kernel works");
    });
}

/// The kernel's function and the result it must have; `__main__` keeps both alive.
fn load(vm: &mut Vm, kernel: &Path) -> PyResult<(Value, Value)> {
    habu_stdlib::install(vm)?;
    let source = std::fs::read(kernel).expect("a readable kernel");
    habu_stdlib::run_source(vm, &source, &kernel.display().to_string(), None)?;
    let main = vm.names.main;
    let main = habu_runtime::import::loaded(vm, main)?.and_then(|module| vm.downcast::<Module>(module));
    let main = Value::from_gc::<Module>(main.expect("the program ran as __main__") as Gc<Module>);
    Ok((vm.get_attr_str(main, "kernel")?, vm.get_attr_str(main, "EXPECTED")?))
}

/// A kernel that raises is a broken benchmark.
fn fail(vm: &mut Vm, raised: habu_runtime::vm::Raised) -> ! {
    let exc = vm.take_exception(raised);
    habu_runtime::types::exception::print::print_uncaught(vm, exc);
    panic!("the kernel raised");
}
