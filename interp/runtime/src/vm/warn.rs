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

    /// Reports an exception that nobody can catch (in `__del__`, a callback, a thread): `sys.unraisablehook`'s default.
    pub fn unraisable(&mut self, exc: Value, object: Value) {
        let what = self.repr(object).map(|s| s.to_message());
        let what = match what {
            Ok(what) => what,
            Err(raised) => {
                self.take_exception(raised);
                "<object repr() failed>".to_owned()
            }
        };
        eprintln!("Exception ignored while calling deallocator {what}:");
        crate::types::exception::print::print_exception(self, exc);
    }

    /// Imports a module by its full name.
    pub fn import_module(&mut self, name: &str) -> PyResult {
        crate::import::import_module(self, name)
    }
}
