//! Operators on exact strings without looking up special methods.

use super::Str;
use crate::format::percent;
use crate::heap::Gc;
use crate::object::class::flags;
use crate::object::ids;
use crate::protocol::BinaryOp;
use crate::types::int;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};

/// The operator, when the left operand is an exact string and nothing of the right one could have its say.
#[inline]
pub fn binary(vm: &mut Vm, op: BinaryOp, a: Value, b: Value) -> Option<PyResult> {
    let left = vm.exact::<Str>(a)?;
    match op {
        BinaryOp::Add => {
            let right = vm.exact::<Str>(b)?;
            Some(vm.str_concat(left, right).map(Value::from_gc))
        }
        BinaryOp::Mul => Some(vm.str_repeat(left, b.as_small()?).map(Value::from_gc)),
        // A Python object may have a `__rmod__`, if it derives from str.
        BinaryOp::Mod if !vm.class_of(b).has(flags::HEAP) => {
            Some(percent::format_str(vm, left, b).map(Value::from_gc))
        }
        _ => None,
    }
}

impl Vm {
    /// `s[i]` for an exact string; `None`: something else, or an error to be raised.
    #[inline]
    pub fn str_item_quick(&self, s: Value, i: i64) -> Option<Value> {
        let s = self.exact::<Str>(s)?;
        let len = s.len();
        let at = usize::try_from(if i < 0 { i + len as i64 } else { i }).ok().filter(|at| *at < len)?;
        match s.code_point(at) {
            c @ 0..=0xff => Some(Value::from_gc(self.strings.latin1(c as u8))),
            _ => None,
        }
    }

    /// `format(v, '')` of what needs no `__format__`: exact strings, small integers and floats.
    #[inline]
    pub fn format_plain_quick(&mut self, v: Value) -> Option<PyResult<Gc<Str>>> {
        if v.is_small() {
            return Some(int::to_text(self, v));
        }
        match id_of(v) {
            ids::STR => self.exact::<Str>(v).map(Ok),
            ids::FLOAT => {
                let f = crate::types::float::as_f64(self, v)?;
                let text = crate::format::float_repr(f);
                Some(self.str_ascii(text.as_bytes()))
            }
            _ => None,
        }
    }
}
