//! `operator.index`: any object as an integer, and integers as sizes.

use super::as_int;
use crate::object::Special;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

impl Vm {
    /// `operator.index(v)` as an exact int.
    #[inline]
    pub fn index_value(&mut self, v: Value) -> PyResult {
        match as_int(self, v) {
            Some(n) => Ok(n),
            None => self.index_slow(v),
        }
    }

    fn index_slow(&mut self, v: Value) -> PyResult {
        let Some(n) = self.call_special(v, Special::Index, &[])? else {
            let got = self.type_name(v);
            return Err(self.type_error(format!("'{got}' object cannot be interpreted as an integer")));
        };
        match as_int(self, n) {
            Some(n) => Ok(n),
            None => {
                let got = self.type_name(n);
                Err(self.type_error(format!("__index__ returned non-int (type {got})")))
            }
        }
    }

    /// `operator.index(v)` as a machine integer: OverflowError when it does not fit.
    #[inline]
    pub fn index(&mut self, v: Value) -> PyResult<i64> {
        if let Some(n) = v.as_small() {
            return Ok(n);
        }
        let n = self.index_value(v)?;
        match super::to_i64(n) {
            Some(n) => Ok(n),
            None => {
                let got = self.type_name(v);
                Err(self.overflow_error(format!("cannot fit '{got}' into an index-sized integer")))
            }
        }
    }
}
