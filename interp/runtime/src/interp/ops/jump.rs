//! Jumps: unconditional, by truth, by comparison; and back-edges.

use super::*;
use crate::interp::hot;
use crate::interp::unwind;
use crate::protocol::CmpOp;
use crate::types::str::Str;

pub fn JUMP(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    crate::interp::dispatch::go(vm, target!(pc, JUMP), base)
}

/// Word of a LOOP's or FOR_ITER's heat counter.
pub const COUNTER: usize = 3;

pub fn LOOP(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let heat = pc.word(COUNTER).wrapping_add(1);
    pc.set_word(COUNTER, heat);
    if hot::must_stop(vm, heat) {
        return hot::back_edge(vm, pc, base);
    }
    crate::interp::dispatch::go(vm, target!(pc, LOOP), base)
}

/// Truth of words whose truth is known at once.
#[inline(always)]
fn fast_truth(v: Value) -> Option<bool> {
    if v.is_bool() {
        Some(v == Value::TRUE)
    } else if v.is_small() {
        Some(v != Value::small(0))
    } else if v.is_none() {
        Some(false)
    } else {
        None
    }
}

macro_rules! by_truth {
    ($name:ident, $slow:ident, $when:expr) => {
        pub fn $name(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let v = base.get(pc.a());
            match fast_truth(v) {
                Some(t) if t == $when => crate::interp::dispatch::go(vm, target!(pc, $name), base),
                Some(_) => next!(vm, pc, base, $name),
                None => $slow(vm, pc, base),
            }
        }
        #[inline(never)]
        fn $slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let v = base.get(pc.a());
            // The length of builtin containers.
            if let Some(len) = crate::types::known::len_known(v) {
                note!(pc, $name, if v.is_exact::<Str>() { Kinds::STR } else { Kinds::OTHER });
                if (len != 0) == $when {
                    return crate::interp::dispatch::go(vm, target!(pc, $name), base);
                }
                next!(vm, pc, base, $name)
            }
            publish(vm, pc, base);
            note!(pc, $name, super::arith::kinds_of(v, v));
            if vm.is_plainly_true(v) {
                if $when {
                    return crate::interp::dispatch::go(vm, target!(pc, $name), base);
                }
                next!(vm, pc, base, $name)
            }
            match vm.truth(v) {
                Ok(t) if t == $when => crate::interp::dispatch::go(vm, target!(pc, $name), base),
                Ok(_) => next!(vm, pc, base, $name),
                Err(raised) => unwind::raise(vm, pc, base, raised),
            }
        }
    };
}

by_truth!(JUMP_TRUE, jump_true_slow, true);
by_truth!(JUMP_FALSE, jump_false_slow, false);

macro_rules! by_test {
    ($name:ident, |$pc:ident, $base:ident| $test:expr) => {
        pub fn $name(vm: &mut Vm, $pc: Pc, $base: Base) -> Flow {
            if $test {
                return crate::interp::dispatch::go(vm, target!($pc, $name), $base);
            }
            next!(vm, $pc, $base, $name)
        }
    };
}

by_test!(JUMP_NONE, |pc, base| base.get(pc.a()).is_none());
by_test!(JUMP_NOT_NONE, |pc, base| !base.get(pc.a()).is_none());
by_test!(JUMP_IS, |pc, base| base.get(pc.a()) == base.get(pc.b()));
by_test!(JUMP_IS_NOT, |pc, base| base.get(pc.a()) != base.get(pc.b()));
by_test!(JUMP_BOUND, |pc, base| !base.get(pc.a()).is_unbound());

/// Truth of `a op b` by the general protocol.
#[inline(never)]
fn slow_test(vm: &mut Vm, pc: Pc, base: Base, op: CmpOp, a: Value, b: Value) -> crate::vm::PyResult<bool> {
    if let Some(result) = super::compare::known(vm, op, a, b) {
        return Ok(result);
    }
    let result = super::compare::slow(vm, pc, base, op, a, b)?;
    vm.truth(result)
}

macro_rules! by_comparison {
    ($name:ident, $imm:ident, $slow:ident, $slow_imm:ident, $op:expr, $when:expr) => {
        pub fn $name(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let (a, b) = (base.get(pc.a()), base.get(pc.b()));
            match super::compare::fast($op, a, b) {
                Some(t) => {
                    if !a.is_small() {
                        note!(pc, $name, Kinds::FLOAT);
                    }
                    if t == $when {
                        return crate::interp::dispatch::go(vm, target!(pc, $name), base);
                    }
                    next!(vm, pc, base, $name)
                }
                None => $slow(vm, pc, base),
            }
        }
        #[inline(never)]
        fn $slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let (a, b) = (base.get(pc.a()), base.get(pc.b()));
            if let Some(t) = super::compare::strings($op, a, b) {
                note!(pc, $name, Kinds::STR);
                if t == $when {
                    return crate::interp::dispatch::go(vm, target!(pc, $name), base);
                }
                next!(vm, pc, base, $name)
            }
            note!(pc, $name, super::arith::kinds_of(a, b));
            match slow_test(vm, pc, base, $op, a, b) {
                Ok(t) if t == $when => crate::interp::dispatch::go(vm, target!(pc, $name), base),
                Ok(_) => next!(vm, pc, base, $name),
                Err(raised) => unwind::raise(vm, pc, base, raised),
            }
        }
        pub fn $imm(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let (a, b) = (base.get(pc.a()), Value::small(pc.imm_b()));
            if a.is_small() {
                if $op.of((a.0 as i64).cmp(&(b.0 as i64))) == $when {
                    return crate::interp::dispatch::go(vm, target!(pc, $imm), base);
                }
                next!(vm, pc, base, $imm)
            }
            $slow_imm(vm, pc, base)
        }
        #[inline(never)]
        fn $slow_imm(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let (a, b) = (base.get(pc.a()), Value::small(pc.imm_b()));
            let truth = if a.is_inline_float() {
                note!(pc, $imm, Kinds::FLOAT | Kinds::MIXED);
                Ok($op.floats(a.inline_float_unchecked(), pc.imm_b() as f64))
            } else {
                note!(pc, $imm, super::arith::kinds_of(a, b));
                slow_test(vm, pc, base, $op, a, b)
            };
            match truth {
                Ok(t) if t == $when => crate::interp::dispatch::go(vm, target!(pc, $imm), base),
                Ok(_) => next!(vm, pc, base, $imm),
                Err(raised) => unwind::raise(vm, pc, base, raised),
            }
        }
    };
}

by_comparison!(JUMP_LT, JUMP_LT_IMM, jump_lt_slow, jump_lt_imm_slow, CmpOp::Lt, true);
by_comparison!(JUMP_LE, JUMP_LE_IMM, jump_le_slow, jump_le_imm_slow, CmpOp::Le, true);
by_comparison!(JUMP_EQ, JUMP_EQ_IMM, jump_eq_slow, jump_eq_imm_slow, CmpOp::Eq, true);
by_comparison!(JUMP_NE, JUMP_NE_IMM, jump_ne_slow, jump_ne_imm_slow, CmpOp::Ne, true);
by_comparison!(JUMP_GT, JUMP_GT_IMM, jump_gt_slow, jump_gt_imm_slow, CmpOp::Gt, true);
by_comparison!(JUMP_GE, JUMP_GE_IMM, jump_ge_slow, jump_ge_imm_slow, CmpOp::Ge, true);
by_comparison!(JUMP_NOT_LT, JUMP_NOT_LT_IMM, jump_not_lt_slow, jump_not_lt_imm_slow, CmpOp::Lt, false);
by_comparison!(JUMP_NOT_LE, JUMP_NOT_LE_IMM, jump_not_le_slow, jump_not_le_imm_slow, CmpOp::Le, false);
by_comparison!(JUMP_NOT_EQ, JUMP_NOT_EQ_IMM, jump_not_eq_slow, jump_not_eq_imm_slow, CmpOp::Eq, false);
by_comparison!(JUMP_NOT_NE, JUMP_NOT_NE_IMM, jump_not_ne_slow, jump_not_ne_imm_slow, CmpOp::Ne, false);
by_comparison!(JUMP_NOT_GT, JUMP_NOT_GT_IMM, jump_not_gt_slow, jump_not_gt_imm_slow, CmpOp::Gt, false);
by_comparison!(JUMP_NOT_GE, JUMP_NOT_GE_IMM, jump_not_ge_slow, jump_not_ge_imm_slow, CmpOp::Ge, false);
