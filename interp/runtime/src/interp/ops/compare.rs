//! Comparisons to a value. Their jumping forms are in `jump`.

use super::*;
use crate::protocol::CmpOp;
use crate::types::set;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
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

/// `a op b` for what is compared often besides numbers: exact strings, tuples of these and of numbers, sets of the like, and None or a bool
/// with anything else that has no methods of its own.
#[inline]
pub fn known(vm: &Vm, op: CmpOp, a: Value, b: Value) -> Option<bool> {
    if let Some(result) = strings(op, a, b) {
        return Some(result);
    }
    if a.is_exact::<Tuple>() && b.is_exact::<Tuple>() {
        return crate::types::known::order_alike(vm, a, b, op).map(|order| op.of(order));
    }
    if let (Some(a), Some(b)) = (set::exact(a), set::exact(b)) {
        return set::compare_plain(&a, &b, op);
    }
    let equal = matches!(op, CmpOp::Eq | CmpOp::Ne) && a == b && (a.is_none() || a.is_bool());
    equal.then_some(op == CmpOp::Eq)
}

/// `a op b` for exact strings.
#[inline(always)]
pub fn strings(op: CmpOp, a: Value, b: Value) -> Option<bool> {
    let (x, y) = (a.exact::<Str>()?, b.exact::<Str>()?);
    Some(match op {
        CmpOp::Eq => x.same(&y),
        CmpOp::Ne => !x.same(&y),
        _ => op.of(x.order(&y)),
    })
}

/// `a op b` by the general protocol.
#[inline(never)]
pub fn slow(vm: &mut Vm, pc: Pc, base: Base, op: CmpOp, a: Value, b: Value) -> PyResult {
    publish(vm, pc, base);
    match known(vm, op, a, b) {
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
            if let Some(result) = strings($op, a, b) {
                note!(pc, $name, Kinds::STR);
                base.set(pc.a(), Value::bool(result));
                next!(vm, pc, base, $name)
            }
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

/// `item in v` for a string or a small integer and a dict or set, if no Python code can have a say in it.
#[inline(always)]
pub fn contains_plain(v: Value, item: Value) -> Option<bool> {
    if let Some(dict) = v.exact_dict() {
        return dict.contains_plain(item);
    }
    set::exact(v)?.contains_plain(item)
}

pub fn IN(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    note!(pc, IN, Kinds::RAN);
    if let Some(found) = contains_plain(base.get(pc.c()), base.get(pc.b())) {
        base.set(pc.a(), Value::bool(found));
        next!(vm, pc, base, IN)
    }
    in_slow(vm, pc, base)
}

#[inline(never)]
fn in_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = vm.contains(base.get(pc.c()), base.get(pc.b())).map(Value::bool);
    finish!(vm, pc, base, const { Op::IN.words() }, pc.a(), result)
}

pub fn NOT_IN(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    note!(pc, NOT_IN, Kinds::RAN);
    if let Some(found) = contains_plain(base.get(pc.c()), base.get(pc.b())) {
        base.set(pc.a(), Value::bool(!found));
        next!(vm, pc, base, NOT_IN)
    }
    not_in_slow(vm, pc, base)
}

#[inline(never)]
fn not_in_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = vm.contains(base.get(pc.c()), base.get(pc.b())).map(|found| Value::bool(!found));
    finish!(vm, pc, base, const { Op::NOT_IN.words() }, pc.a(), result)
}
