//! Rich comparison, equality and order.

use crate::object::{Special, ids};
use crate::types::known;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm, id_of};

/// A comparison operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CmpOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl CmpOp {
    pub const fn special(self) -> Special {
        match self {
            CmpOp::Lt => Special::Lt,
            CmpOp::Le => Special::Le,
            CmpOp::Eq => Special::Eq,
            CmpOp::Ne => Special::Ne,
            CmpOp::Gt => Special::Gt,
            CmpOp::Ge => Special::Ge,
        }
    }
    /// The operator with operands exchanged.
    pub const fn swapped(self) -> CmpOp {
        match self {
            CmpOp::Lt => CmpOp::Gt,
            CmpOp::Le => CmpOp::Ge,
            CmpOp::Gt => CmpOp::Lt,
            CmpOp::Ge => CmpOp::Le,
            other => other,
        }
    }
    pub const fn symbol(self) -> &'static str {
        match self {
            CmpOp::Lt => "<",
            CmpOp::Le => "<=",
            CmpOp::Eq => "==",
            CmpOp::Ne => "!=",
            CmpOp::Gt => ">",
            CmpOp::Ge => ">=",
        }
    }
    /// Applies it to an ordering.
    #[inline(always)]
    pub const fn of(self, order: std::cmp::Ordering) -> bool {
        match self {
            CmpOp::Lt => order.is_lt(),
            CmpOp::Le => order.is_le(),
            CmpOp::Eq => order.is_eq(),
            CmpOp::Ne => order.is_ne(),
            CmpOp::Gt => order.is_gt(),
            CmpOp::Ge => order.is_ge(),
        }
    }
    /// Applies it to two floats (all but `!=` are false with a NaN).
    #[inline(always)]
    pub fn floats(self, a: f64, b: f64) -> bool {
        match self {
            CmpOp::Lt => a < b,
            CmpOp::Le => a <= b,
            CmpOp::Eq => a == b,
            CmpOp::Ne => a != b,
            CmpOp::Gt => a > b,
            CmpOp::Ge => a >= b,
        }
    }
}

impl Vm {
    /// Calls a comparison found on `receiver`'s class. One that cannot be bound is as good as none.
    #[inline(always)]
    pub(crate) fn call_comparison(&mut self, f: Value, receiver: Value, arg: Value) -> PyResult {
        if matches!(id_of(f), ids::FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR) {
            return self.call_found(f, receiver, &[arg]);
        }
        let owner = self.class_of(receiver);
        match self.bind_found(f, receiver, owner) {
            Ok(bound) => self.call(bound, &[arg]),
            Err(raised) => {
                let caught = self.catch::<Value>(Err(raised), Exc::AttributeError)?;
                Ok(caught.unwrap_or(Value::NOT_IMPLEMENTED))
            }
        }
    }

    /// `object.__eq__`
    fn object_equality(&mut self) -> Option<Value> {
        let object = self.builtin(ids::OBJECT);
        self.class_special(object, Special::Eq)
    }

    /// `a op b`, whatever it gives.
    pub fn rich_compare(&mut self, a: Value, b: Value, op: CmpOp) -> PyResult {
        if Value::both_small(a, b) {
            return Ok(Value::bool(op.of(a.small_unchecked().cmp(&b.small_unchecked()))));
        }
        if let Some(result) = crate::types::int::quick::compare(self, op, a, b) {
            return Ok(Value::bool(result));
        }
        self.enter_call()?;
        if let Some(result) = known::compare_known(self, a, b, op) {
            return result;
        }
        let (left, right) = (self.class_of(a), self.class_of(b));
        if op == CmpOp::Eq
            && left == right
            && self.class_special(left, Special::Eq).is_some_and(known::is_identity_eq)
        {
            return Ok(Value::bool(a == b));
        }
        let mut reflected = true;
        if left != right
            && right.is_subtype(left)
            && let Some(f) = self.class_special(right, op.swapped().special())
        {
            reflected = false;
            let result = self.call_comparison(f, b, a)?;
            if result != Value::NOT_IMPLEMENTED {
                return Ok(result);
            }
        }
        // What `object` has for `==` knows identity only.
        let identity = if op == CmpOp::Eq { self.object_equality() } else { None };
        if let Some(f) = self.class_special(left, op.special()) {
            if identity == Some(f) {
                if a == b {
                    return Ok(Value::TRUE);
                }
            } else {
                let result = self.call_comparison(f, a, b)?;
                if result != Value::NOT_IMPLEMENTED {
                    return Ok(result);
                }
            }
        }
        if reflected
            && let Some(f) = self.class_special(right, op.swapped().special())
            && identity != Some(f)
        {
            let result = self.call_comparison(f, b, a)?;
            if result != Value::NOT_IMPLEMENTED {
                return Ok(result);
            }
        }
        match op {
            CmpOp::Eq => Ok(Value::bool(a == b)),
            CmpOp::Ne => Ok(Value::bool(a != b)),
            _ => {
                let (left, right, symbol) = (self.type_name(a), self.type_name(b), op.symbol());
                Err(self.type_error(format!(
                    "'{symbol}' not supported between instances of '{left}' and '{right}'"
                )))
            }
        }
    }

    /// Truth of `a op b`.
    pub fn compare(&mut self, a: Value, b: Value, op: CmpOp) -> PyResult<bool> {
        let result = self.rich_compare(a, b, op)?;
        self.truth(result)
    }

    /// `a is b or a == b`
    #[inline]
    pub fn eq(&mut self, a: Value, b: Value) -> PyResult<bool> {
        if a == b {
            return Ok(true);
        }
        if Value::both_small(a, b) {
            return Ok(false);
        }
        if let (Some(a), Some(b)) = (self.exact::<Str>(a), self.exact::<Str>(b)) {
            return Ok(a.same(&b));
        }
        self.compare(a, b, CmpOp::Eq)
    }

    /// `a < b`
    #[inline]
    pub fn lt(&mut self, a: Value, b: Value) -> PyResult<bool> {
        if let Some(order) = known::order_alike(self, a, b, CmpOp::Lt) {
            return Ok(order.is_lt());
        }
        self.compare(a, b, CmpOp::Lt)
    }
}
