//! Warnings and unraisable exceptions: what the runtime reports without raising.

use super::{Exc, PyResult, Vm};
use crate::value::Value;

impl Vm {
    /// `warnings.warn(text, category, stacklevel)`. An exception means that the program's filters turn it into an error.
    pub fn warn(&mut self, category: Exc, text: impl AsRef<str>, stacklevel: i64) -> PyResult<()> {
        let warnings = crate::import::import_module(self, "warnings")?;
        let text = self.str(text.as_ref())?;
        let category = Value::from_gc(self.exc_class(category));
        self.call_method(warnings, "warn", &[Value::from_gc(text), category, Value::small(stacklevel)])?;
        Ok(())
    }

    /// Reports an exception that nobody can catch (in `__del__`, a callback, a thread) through `sys.unraisablehook`.
    /// `what` says where it came from, and may name `object` by its repr.
    pub fn unraisable(&mut self, exc: Value, what: &str, object: Value) {
        let text = match self.repr(object) {
            Ok(shown) => format!("{what} {}", shown.to_message()),
            Err(raised) => {
                self.take_exception(raised);
                format!("{what} <object repr() failed>")
            }
        };
        if let Err(raised) = self.call_unraisable_hook(exc, &text) {
            let other = self.take_exception(raised);
            crate::types::exception::print::write_error(self, "Exception ignored in sys.unraisablehook:\n");
            crate::types::exception::print::print_unraisable(self, other);
        }
    }

    fn call_unraisable_hook(&mut self, exc: Value, text: &str) -> PyResult<()> {
        let hook = crate::import::sys_attr(self, "unraisablehook").filter(|hook| !hook.is_none());
        let (Some(hook), Some(class)) = (hook, self.hooks.unraisable_args.bound()) else {
            crate::types::exception::print::write_error(self, &format!("{text}:\n"));
            crate::types::exception::print::print_unraisable(self, exc);
            return Ok(());
        };
        let kind = Value::from_gc(self.class_of(exc));
        let text = Value::from_gc(self.str(text)?);
        let traceback = crate::types::exception::traceback_of(exc);
        let items = self.tuple(&[kind, exc, traceback, text, Value::NONE])?;
        let args = self.call(class, &[Value::from_gc(items)])?;
        self.call(hook, &[args])?;
        Ok(())
    }

    /// Imports a module by its full name.
    pub fn import_module(&mut self, name: &str) -> PyResult {
        crate::import::import_module(self, name)
    }
}
