//! What is done at a poll: signals, finalizers, weak reference callbacks, the tier's installs.

use super::{PyResult, Vm, poll};
use crate::object::Special;
use crate::value::Value;
use std::sync::atomic::Ordering;

impl Vm {
    /// Does what the poll word asks for.
    pub fn poll(&mut self) -> PyResult<()> {
        let bits = self.ctx.poll.swap(0, Ordering::AcqRel);
        if bits & poll::TIER != 0
            && let Some(tier) = self.tier.clone()
        {
            tier.poll(self);
        }
        if bits & poll::FINALIZE != 0 {
            self.run_finalizers();
        }
        if bits & poll::SWITCH != 0 {
            self.switch_threads();
        }
        if bits & poll::SIGNAL != 0
            && self.takes_signals()
            && let Some(handle) = self.signal_handler
        {
            handle(self)?;
        }
        Ok(())
    }

    /// Runs queued `__del__` methods and weak reference callbacks; their exceptions are reported, not raised. How many
    /// there were.
    pub fn run_finalizers(&mut self) -> usize {
        let mut count = 0;
        let pending = std::mem::replace(&mut self.ctx.exception, Value::UNBOUND);
        while let Some(weak) = self.heap.next_dead_weakref() {
            count += 1;
            crate::types::weakref::run_callback(self, Value::from_header(weak));
        }
        while let Some(obj) = self.heap.next_finalizable() {
            count += 1;
            self.finalize(Value::from_header(obj));
        }
        self.ctx.exception = pending;
        count
    }

    fn finalize(&mut self, v: Value) {
        if crate::types::generator::is_generator_like(v) {
            crate::types::generator::finalize(self, v);
            return;
        }
        let Some(f) = self.lookup_special(v, Special::Del) else { return };
        if let Err(raised) = self.call_found(f, v, &[]) {
            let exc = self.take_exception(raised);
            self.unraisable(exc, "Exception ignored while calling deallocator", f);
        }
    }

    /// The program has ended: runs the finalizers of all objects but those in `kept`, the program's own in the order
    /// the objects were made, then native ones, owners (made last) before what they own.
    pub fn finalize_living(&mut self, kept: &[Value]) {
        self.run_finalizers();
        self.heap.finalize_living();
        let (mut own, mut native) = (self.rooted_vec(), self.rooted_vec());
        while let Some(obj) = self.heap.next_finalizable() {
            let v = Value::from_header(obj);
            let found = self.lookup_special(v, Special::Del);
            match found {
                Some(f) if self.is_native_descriptor(f) => native.push(v),
                _ => own.push(v),
            }
        }
        for v in own.iter().chain(native.iter().rev()) {
            if !kept.contains(v) {
                self.finalize(*v);
            }
        }
    }
}
