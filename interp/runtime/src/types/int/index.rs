//! `operator.index`: any object as an integer, and integers as sizes.

use super::as_int;
use crate::object::Special;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};

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
        expect_int(self, n, Special::Index)
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

/// What `__int__` or `__index__` returned, as an exact int; anything but an exact int is refused or deprecated.
pub fn expect_int(vm: &mut Vm, v: Value, method: Special) -> PyResult {
    let Some(n) = as_int(vm, v) else {
        let (method, got) = (method.py_name(), vm.type_name(v));
        return Err(vm.type_error(format!("{method} returned non-int (type {got})")));
    };
    if n != v {
        strict_subclass(vm, method.py_name(), v, "int")?;
    }
    Ok(n)
}

/// Warns that a conversion method returned an instance of a subclass.
#[cold]
pub fn strict_subclass(vm: &mut Vm, method: &str, v: Value, base: &str) -> PyResult<()> {
    let got = vm.type_name(v);
    let text = format!(
        "{method} returned non-{base} (type {got}).  The ability to return an instance of a strict subclass of {base} \
         is deprecated, and may be removed in a future version of Python."
    );
    vm.warn(Exc::DeprecationWarning, text, 1)
}
