//! Small integers: kept tagged, so that boxing is nothing and comparing needs no decoding.

use super::Lower;
use crate::exits::Reason;
use crate::hir::{Cmp, Op, Type, Val};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use habu_runtime::Value as Word;
use habu_runtime::value::SMALL_MIN;

fn signed(cmp: Cmp) -> IntCC {
    match cmp {
        Cmp::Lt => IntCC::SignedLessThan,
        Cmp::Le => IntCC::SignedLessThanOrEqual,
        Cmp::Eq => IntCC::Equal,
        Cmp::Ne => IntCC::NotEqual,
        Cmp::Gt => IntCC::SignedGreaterThan,
        Cmp::Ge => IntCC::SignedGreaterThanOrEqual,
    }
}

impl Lower<'_, '_> {
    fn known_int(&self, v: Val) -> Option<i64> {
        let inst = self.f.inst(v);
        (inst.op == Op::Word).then(|| Word(inst.imm as u64).as_small()).flatten()
    }

    fn shift_right(&mut self, x: Value, n: i64) -> Value {
        let n = self.k(n);
        self.b.ins().sshr(x, n)
    }

    fn shift_left(&mut self, x: Value, n: i64) -> Value {
        let n = self.k(n);
        self.b.ins().ishl(x, n)
    }

    pub(super) fn untag(&mut self, x: Value) -> Value {
        self.shift_right(x, 2)
    }

    pub(super) fn int_op(&mut self, v: Val) -> Value {
        let inst = self.f.inst(v);
        let x = self.arg(v, 0);
        let y = if inst.args.len() > 1 { self.arg(v, 1) } else { x };
        match inst.op {
            Op::GuardInt => {
                if !self.f.ty(inst.args[0]).may_be(Type::INT) {
                    // Known to fail: leave at once, in a form that still defines the value.
                    let never = self.b.ins().iconst(types::I8, 0);
                    self.guard(v, never, true, Reason::NotInt);
                    return x;
                }
                let low = self.b.ins().band_imm_s(x, 3);
                let cond = self.compare(IntCC::Equal, low, 0);
                self.guard(v, cond, true, Reason::NotInt);
                x
            }
            Op::RangeItem => x,
            Op::IAddFast | Op::RAdd => self.b.ins().iadd(x, y),
            Op::RShift => {
                let n = self.k(inst.imm.abs());
                if inst.imm < 0 { self.b.ins().ushr(x, n) } else { self.b.ins().ishl(x, n) }
            }
            Op::ISubFast => self.b.ins().isub(x, y),
            Op::IMulFast => {
                let x = self.untag(x);
                self.b.ins().imul(x, y)
            }
            Op::IAdd => self.add(v, x, y),
            Op::ISub => self.sub(v, x, y),
            Op::IMul => {
                let x = self.untag(x);
                let (product, overflow) = self.b.ins().smul_overflow(x, y);
                self.guard(v, overflow, false, Reason::Overflow);
                product
            }
            Op::INeg => {
                let cond = self.compare(IntCC::NotEqual, x, Word::small(SMALL_MIN).0 as i64);
                self.guard(v, cond, true, Reason::Overflow);
                self.b.ins().ineg(x)
            }
            Op::IInvert => self.b.ins().bxor_imm_s(x, !3),
            Op::IAnd => self.b.ins().band(x, y),
            Op::IOr => self.b.ins().bor(x, y),
            Op::IXor => self.b.ins().bxor(x, y),
            Op::IShl => self.shl(v, x, y),
            Op::IShr => self.shr(v, x, y),
            Op::IFloorDiv | Op::IFloorDivFast => self.floor_div(v, x, y),
            Op::IMod | Op::IModFast => self.modulo(v, x, y),
            Op::IMax => {
                let more = self.b.ins().icmp(IntCC::SignedGreaterThan, x, y);
                self.b.ins().select(more, x, y)
            }
            Op::ICmp | Op::RCmp => self.b.ins().icmp(signed(Cmp::from_imm(inst.imm)), x, y),
            Op::RBelow => self.b.ins().icmp(IntCC::UnsignedLessThan, x, y),
            Op::Untag => self.untag(x),
            Op::Tag => self.shift_left(x, 2),
            _ => unreachable!("dispatched here for integers only"),
        }
    }

    // With a constant operand overflow is one comparison of result and operand; `sadd_overflow` never becomes a jump on
    // the overflow flag.
    fn add(&mut self, v: Val, x: Value, y: Value) -> Value {
        let args = &self.f.inst(v).args;
        let (x, y, known) = match (self.known_int(args[0]), self.known_int(args[1])) {
            (_, Some(n)) => (x, y, Some(n)),
            (Some(n), None) => (y, x, Some(n)),
            _ => (x, y, None),
        };
        match known {
            Some(n) => {
                let sum = self.b.ins().iadd(x, y);
                let cc = if n >= 0 { IntCC::SignedGreaterThanOrEqual } else { IntCC::SignedLessThan };
                let fine = self.b.ins().icmp(cc, sum, x);
                self.guard(v, fine, true, Reason::Overflow);
                sum
            }
            None => {
                let (sum, overflow) = self.b.ins().sadd_overflow(x, y);
                self.guard(v, overflow, false, Reason::Overflow);
                sum
            }
        }
    }

    fn sub(&mut self, v: Val, x: Value, y: Value) -> Value {
        match self.known_int(self.f.inst(v).args[1]) {
            Some(n) => {
                let difference = self.b.ins().isub(x, y);
                let cc = if n >= 0 { IntCC::SignedLessThanOrEqual } else { IntCC::SignedGreaterThan };
                let fine = self.b.ins().icmp(cc, difference, x);
                self.guard(v, fine, true, Reason::Overflow);
                difference
            }
            None => {
                let (difference, overflow) = self.b.ins().ssub_overflow(x, y);
                self.guard(v, overflow, false, Reason::Overflow);
                difference
            }
        }
    }

    fn shl(&mut self, v: Val, x: Value, y: Value) -> Value {
        let n = self.untag(y);
        let small = self.compare(IntCC::UnsignedLessThan, n, 61);
        self.guard(v, small, true, Reason::BadShift);
        let shifted = self.b.ins().ishl(x, n);
        let back = self.b.ins().sshr(shifted, n);
        let fine = self.b.ins().icmp(IntCC::Equal, back, x);
        self.guard(v, fine, true, Reason::Overflow);
        shifted
    }

    fn shr(&mut self, v: Val, x: Value, y: Value) -> Value {
        let n = self.untag(y);
        let n = match self.known_int(self.f.inst(v).args[1]) {
            Some(n) if (0..63).contains(&n) => self.k(n),
            _ => {
                let fine = self.compare(IntCC::SignedGreaterThanOrEqual, n, 0);
                self.guard(v, fine, true, Reason::BadShift);
                let most = self.k(63);
                let more = self.b.ins().icmp(IntCC::SignedGreaterThan, n, most);
                self.b.ins().select(more, most, n)
            }
        };
        let shifted = self.b.ins().sshr(x, n);
        self.b.ins().band_imm_s(shifted, !3)
    }

    /// Guards a divisor that isn't known to be positive. The machine's division would trap on 0 and -1.
    fn check_divisor(&mut self, v: Val, y: Value) {
        let nonzero = self.compare(IntCC::NotEqual, y, 0);
        self.guard(v, nonzero, true, Reason::DivisionByZero);
        let minus_one = Word::small(-1).0 as i64;
        let fine = self.compare(IntCC::NotEqual, y, minus_one);
        self.guard(v, fine, true, Reason::RareCase);
    }

    fn floor_div(&mut self, v: Val, x: Value, y: Value) -> Value {
        let inst = self.f.inst(v);
        if let Some(n) = self.known_int(inst.args[1]).filter(|n| *n > 0) {
            let n = n as u64;
            if n.is_power_of_two() {
                let shifted = self.shift_right(x, n.trailing_zeros() as i64);
                return self.b.ins().band_imm_s(shifted, !3);
            }
            let quotient = self.divide_by(x, n as i64);
            return self.shift_left(quotient, 2);
        }
        if inst.op == Op::IFloorDiv {
            self.check_divisor(v, y);
        }
        // The tags cancel in the quotient and stay in the remainder.
        let quotient = self.b.ins().sdiv(x, y);
        let product = self.b.ins().imul(quotient, y);
        let rest = self.b.ins().isub(x, product);
        let signs = self.b.ins().bxor(rest, y);
        let sign = self.shift_right(signs, 63);
        let inexact = self.compare(IntCC::NotEqual, rest, 0);
        let inexact = self.b.ins().uextend(types::I64, inexact);
        let correction = self.b.ins().band(sign, inexact);
        let floored = self.b.ins().isub(quotient, correction);
        self.shift_left(floored, 2)
    }

    fn modulo(&mut self, v: Val, x: Value, y: Value) -> Value {
        let inst = self.f.inst(v);
        if let Some(n) = self.known_int(inst.args[1]).filter(|n| *n > 0) {
            if (n as u64).is_power_of_two() {
                return self.b.ins().band_imm_s(x, (n - 1) << 2);
            }
            let quotient = self.divide_by(x, n);
            let product = self.b.ins().imul(quotient, y);
            return self.b.ins().isub(x, product);
        }
        if inst.op == Op::IMod {
            self.check_divisor(v, y);
        }
        let rest = self.b.ins().srem(x, y);
        let signs = self.b.ins().bxor(rest, y);
        let sign = self.shift_right(signs, 63);
        let nonzero = self.compare(IntCC::NotEqual, rest, 0);
        let all = self.b.ins().bmask(types::I64, nonzero);
        let mask = self.b.ins().band(sign, all);
        let correction = self.b.ins().band(mask, y);
        self.b.ins().iadd(rest, correction)
    }

    /// Floor of a tagged integer divided by a positive constant, untagged: by multiplication, since Cranelift keeps the
    /// division instruction (Granlund and Montgomery; Hacker's Delight, 10-1).
    fn divide_by(&mut self, x: Value, n: i64) -> Value {
        let (magic, shift) = magic(n);
        let x = self.untag(x);
        // Negative numbers go through their complement: floor(x / n) is ~(~x / n).
        let sign = self.shift_right(x, 63);
        let positive = self.b.ins().bxor(x, sign);
        let m = self.k(magic);
        let high = self.b.ins().smulhi(positive, m);
        let high = if magic < 0 { self.b.ins().iadd(high, positive) } else { high };
        let quotient = self.shift_right(high, shift);
        self.b.ins().bxor(quotient, sign)
    }
}

/// Multiplier and shift for signed division by `d >= 2`.
fn magic(d: i64) -> (i64, i64) {
    let two63 = 1u64 << 63;
    let ad = d.unsigned_abs();
    let t = two63;
    let anc = t - 1 - t % ad;
    let mut p = 63;
    let (mut q1, mut r1) = (two63 / anc, two63 % anc);
    let (mut q2, mut r2) = (two63 / ad, two63 % ad);
    loop {
        p += 1;
        q1 = q1.wrapping_mul(2);
        r1 = r1.wrapping_mul(2);
        if r1 >= anc {
            q1 = q1.wrapping_add(1);
            r1 = r1.wrapping_sub(anc);
        }
        q2 = q2.wrapping_mul(2);
        r2 = r2.wrapping_mul(2);
        if r2 >= ad {
            q2 = q2.wrapping_add(1);
            r2 = r2.wrapping_sub(ad);
        }
        let delta = ad - r2;
        if !(q1 < delta || q1 == delta && r1 == 0) {
            break;
        }
    }
    (q2.wrapping_add(1) as i64, p - 64)
}

#[cfg(test)]
mod tests {
    /// What the emitted sequence computes.
    fn floor_by_magic(x: i64, d: i64) -> i64 {
        let (m, s) = super::magic(d);
        let sign = x >> 63;
        let positive = x ^ sign;
        let high = ((positive as i128 * m as i128) >> 64) as i64;
        let high = if m < 0 { high.wrapping_add(positive) } else { high };
        high >> s ^ sign
    }

    #[test]
    fn multiplication_divides() {
        let xs = [0, 1, 2, 3, 5, 6, 7, 99, 100, 101, 12345678901, (1 << 61) - 1];
        for d in
            [3, 5, 6, 7, 9, 10, 11, 12, 25, 100, 125, 625, 641, 1000, 65537, 1_000_000_007, (1 << 40) + 1]
        {
            for x in xs.iter().flat_map(|x| [*x, -*x, x * 3 % (1 << 60)]) {
                assert_eq!(floor_by_magic(x, d), x.div_euclid(d), "{x} // {d}");
            }
            for q in -50..50i64 {
                for r in [-1, 0, 1] {
                    let x = q * d + r;
                    assert_eq!(floor_by_magic(x, d), x.div_euclid(d), "{x} // {d}");
                }
            }
        }
    }
}
