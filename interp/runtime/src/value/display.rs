//! Debug form of a word, for dumps and assertion messages (never what Python prints).

use super::Value;
use std::fmt;

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(n) = self.as_small() {
            return write!(f, "int({n})");
        }
        if self.is_inline_float() {
            return write!(f, "float({:?})", self.inline_float_unchecked());
        }
        if let Some(p) = self.as_header() {
            return write!(f, "ptr({p:p})");
        }
        let name = match *self {
            Value::NONE => "None",
            Value::TRUE => "True",
            Value::FALSE => "False",
            Value::ELLIPSIS => "Ellipsis",
            Value::NOT_IMPLEMENTED => "NotImplemented",
            Value::UNBOUND => "<unbound>",
            Value::DEOPT => "<deopt>",
            Value::EXCEPTION => "<exception>",
            other => return write!(f, "word({:#x})", other.0),
        };
        f.write_str(name)
    }
}
