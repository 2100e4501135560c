//! The tier as the runtime sees it: what it is asked goes on to `JitTier`.

use crate::tier::Handle;
use habu_runtime::heap::Tracer;
use habu_runtime::tier::{Activation, Left, NativeFrame, Tier, Watched};
use habu_runtime::types::code::CodeObj;
use habu_runtime::types::generator::Generator;
use habu_runtime::vm::Vm;
use habu_runtime::{Gc, Value};

impl Handle {
    /// Heat at which code is reported.
    pub fn threshold(&self) -> u32 {
        self.0.threshold()
    }
}

impl Tier for Handle {
    fn threshold(&self) -> u32 {
        self.0.threshold()
    }
    fn hot_function(&self, vm: &mut Vm, function: Value) {
        self.0.hot_function(vm, function);
    }
    fn hot_loop(&self, vm: &mut Vm, function: Value, header: u32) -> bool {
        self.0.hot_loop(vm, function, header)
    }
    fn enter(&self, vm: &mut Vm, code: Gc<CodeObj>, base: *mut Value) -> Left {
        self.0.enter(vm, code, base)
    }
    fn enter_loop(&self, vm: &mut Vm, code: Gc<CodeObj>, header: u32, base: *mut Value) -> Left {
        self.0.enter_loop(vm, code, header, base)
    }
    fn hot_suspension(&self, vm: &mut Vm, g: Gc<Generator>, at: u32) {
        self.0.hot_suspension(vm, g, at);
    }
    fn enter_suspended(&self, vm: &mut Vm, entry: usize, base: *mut Value) -> Left {
        self.0.run(vm, entry, base)
    }
    fn poll(&self, vm: &mut Vm) {
        self.0.poll(vm);
    }
    fn invalidate(&self, vm: &mut Vm, what: Watched) {
        self.0.invalidate(vm, what);
    }
    fn walk(
        &self,
        activation: &Activation,
        exit_pc: usize,
        exit_fp: usize,
        each: &mut dyn FnMut(NativeFrame),
    ) {
        self.0.walk(activation, exit_pc, exit_fp, each);
    }
    fn materialize(&self, vm: &mut Vm, only: Option<*mut Value>) {
        self.0.materialize(vm, only);
    }
    fn observe(&self, vm: &mut Vm, base: *mut Value) {
        self.0.observe(vm, base);
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.0.trace(tracer);
    }
    fn before_fork(&self) {
        self.0.before_fork();
    }
    fn after_fork(&self, child: bool) {
        self.0.after_fork(child);
    }
    fn forget(&self, code: Gc<CodeObj>) {
        self.0.forget(code);
    }
    fn summary(&self) -> String {
        self.0.summary()
    }
}
