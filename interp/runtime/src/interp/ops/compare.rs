//! Comparisons to a value. Their jumping forms are in `jump`.

use super::*;
use crate::protocol::CmpOp;
use crate::types::str::Str;
use crate::vm::PyResult;

/// `a op b` when both are small integers or inline floats.
#[inline(always)]
pub fn fast(op: CmpOp, a: Value, b: Value) -> Option<bool> {
    if Value::both_small(a, b) {
        return Some(op.of((a.0 as i64).cmp(&(b.0 as i64))));
    }
    if a.is_inline_float() && b.is_inline_float() {
        return Some(op.floats(a.inline_float_unchecked(), b.inline_float_unchecked()));
    }
    None
}

/// `a op b` for what is compared often besides numbers: exact strings, and None or a bool with anything else that has no
/// methods of its own.
#[inline]
pub fn known(op: CmpOp, a: Value, b: Value) -> Option<bool> {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        let (x, y) = (a.exact::<Str>()?, b.exact::<Str>()?);
        return Some(op.of(x.order(&y)));
    }
    let equal = match (a.exact::<Str>(), b.exact::<Str>()) {
        (Some(x), Some(y)) => x.same(&y),
        _ if a == b && (a.is_none() || a.is_bool()) => true,
        _ => return None,
    };
    Some(equal == (op == CmpOp::Eq))
}

/// `a op b` by the general protocol.
#[inline(never)]
pub fn slow(vm: &mut Vm, pc: Pc, base: Base, op: CmpOp, a: Value, b: Value) -> PyResult {
    publish(vm, pc, base);
    match known(op, a, b) {
        Some(result) => Ok(Value::bool(result)),
        None => vm.rich_compare(a, b, op),
    }
}

macro_rules! comparison {
    ($name:ident, $slow:ident, $op:expr) => {
        pub fn $name(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let (a, b) = (base.get(pc.b()), base.get(pc.c()));
            if let Some(result) = fast($op, a, b) {
                if !a.is_small() {
                    note!(pc, $name, Kinds::FLOAT);
                }
                base.set(pc.a(), Value::bool(result));
                next!(vm, pc, base, $name)
            }
            $slow(vm, pc, base)
        }
        #[inline(never)]
        fn $slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let (a, b) = (base.get(pc.b()), base.get(pc.c()));
            note!(pc, $name, super::arith::kinds_of(a, b));
            let result = slow(vm, pc, base, $op, a, b);
            finish!(vm, pc, base, const { Op::$name.words() }, pc.a(), result)
        }
    };
}

comparison!(LT, lt_slow, CmpOp::Lt);
comparison!(LE, le_slow, CmpOp::Le);
comparison!(EQ, eq_slow, CmpOp::Eq);
comparison!(NE, ne_slow, CmpOp::Ne);
comparison!(GT, gt_slow, CmpOp::Gt);
comparison!(GE, ge_slow, CmpOp::Ge);

/// `a is b`. Equal words are the same object; heap numbers have an identity of their own.
pub fn IS(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    base.set(pc.a(), Value::bool(base.get(pc.b()) == base.get(pc.c())));
    next!(vm, pc, base, IS)
}

pub fn IS_NOT(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    base.set(pc.a(), Value::bool(base.get(pc.b()) != base.get(pc.c())));
    next!(vm, pc, base, IS_NOT)
}

pub fn IN(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    note!(pc, IN, Kinds::RAN);
    let result = vm.contains(base.get(pc.c()), base.get(pc.b())).map(Value::bool);
    finish!(vm, pc, base, const { Op::IN.words() }, pc.a(), result)
}

pub fn NOT_IN(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    note!(pc, NOT_IN, Kinds::RAN);
    let result = vm.contains(base.get(pc.c()), base.get(pc.b())).map(|found| Value::bool(!found));
    finish!(vm, pc, base, const { Op::NOT_IN.words() }, pc.a(), result)
}
