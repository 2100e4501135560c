//! Warnings that native code gives.

use super::{Exc, PyResult, Vm};
use crate::value::Value;

impl Vm {
    /// `warnings.warn(text, category, stacklevel)`; an error when a filter says so.
    pub fn warn(&mut self, category: Exc, text: &str, stacklevel: i64) -> PyResult<()> {
        let warnings = crate::import::import_module(self, "warnings")?;
        let text = Value::from_gc(self.str(text)?);
        let class = Value::from_gc(self.exc_class(category));
        self.call_method(warnings, "warn", &[text, class, Value::small(stacklevel)])?;
        Ok(())
    }
}
