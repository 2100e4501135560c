//! The order of values that needs no Python code to tell: numbers, strings, and tuples of these.

use crate::heap::Gc;
use crate::object::ids;
use crate::protocol::CmpOp;
use crate::types::list::float_of;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Vm, id_of};
use std::cmp::Ordering;

/// Tuples nested deeper are left to the general way, which guards the machine stack.
const MAX_DEPTH: u32 = 8;

/// How two values of one plain type compare. `None`: they are of other types, or have no order (NaN).
#[inline]
pub fn order_known(a: Value, b: Value) -> Option<Ordering> {
    order_at(a, b, MAX_DEPTH, None)
}

/// As `order_known`, also for instances of tuple's subclasses whose `op` is a tuple's own.
#[inline]
pub fn order_alike(vm: &Vm, a: Value, b: Value, op: CmpOp) -> Option<Ordering> {
    order_at(a, b, MAX_DEPTH, Some((vm, op)))
}

fn order_at(a: Value, b: Value, depth: u32, alike: Option<(&Vm, CmpOp)>) -> Option<Ordering> {
    if Value::both_small(a, b) {
        // A tag of zero bits keeps the order of what it tags.
        return Some((a.0 as i64).cmp(&(b.0 as i64)));
    }
    if let (Some(a), Some(b)) = (int_word(a), int_word(b)) {
        return Some(a.cmp(&b));
    }
    if a.is_pointer() && b.is_pointer() {
        match (id_of(a), id_of(b)) {
            (ids::STR, ids::STR) => return Some(a.exact::<Str>()?.order(&*b.exact::<Str>()?)),
            (ids::TUPLE, ids::TUPLE) => {
                return tuple_order(a.exact::<Tuple>()?, b.exact::<Tuple>()?, depth, alike);
            }
            _ => {
                if let Some((vm, op)) = alike
                    && let Some((a, b)) = vm.tuples_alike(a, b, op)
                {
                    return tuple_order(a, b, depth, alike);
                }
            }
        }
    }
    float_of(a)?.partial_cmp(&float_of(b)?)
}

/// The tagged word of a small integer, or of the integer that a bool is.
#[inline(always)]
pub fn int_word(v: Value) -> Option<i64> {
    match v {
        Value::FALSE => Some(Value::small(0).0 as i64),
        Value::TRUE => Some(Value::small(1).0 as i64),
        _ => v.is_small().then_some(v.0 as i64),
    }
}

/// By the first items that differ, else by length.
fn tuple_order(a: Gc<Tuple>, b: Gc<Tuple>, depth: u32, alike: Option<(&Vm, CmpOp)>) -> Option<Ordering> {
    let depth = depth.checked_sub(1)?;
    for (&x, &y) in a.items().iter().zip(b.items()) {
        // What is identical counts as equal, whatever it is.
        if x == y {
            continue;
        }
        match order_at(x, y, depth, alike)? {
            Ordering::Equal => {}
            order => return Some(order),
        }
    }
    Some(a.len().cmp(&b.len()))
}
