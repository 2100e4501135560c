//! Arithmetic: tagged small integers and self-tagged floats here, everything else by the general protocol.

use super::*;
use crate::interp::unwind;
use crate::protocol::arith::{self, BinaryOp, UnaryOp};
use crate::types::str::Str;
use crate::vm::PyResult;

/// Classifies operands for the `kinds` feedback word.
#[inline]
pub fn kinds_of(a: Value, b: Value) -> u32 {
    let bits = |v: Value| {
        if v.is_small() {
            0
        } else if v.is_inline_float() {
            Kinds::FLOAT
        } else if v.is_bool() {
            Kinds::BOOL
        } else {
            match crate::vm::id_of(v) {
                crate::object::ids::FLOAT => Kinds::FLOAT,
                crate::object::ids::INT => Kinds::BIGINT,
                crate::object::ids::STR => Kinds::STR,
                _ => Kinds::OTHER,
            }
        }
    };
    let (x, y) = (bits(a), bits(b));
    let mixed = if (x == Kinds::FLOAT) != (y == Kinds::FLOAT) && (x | y) & !Kinds::FLOAT == 0 {
        Kinds::MIXED
    } else {
        0
    };
    let overflow = if x | y == 0 { Kinds::BIGINT } else { 0 };
    x | y | mixed | overflow
}

/// Feedback for operands that `float_pair` took.
#[inline(always)]
pub fn float_kinds(a: Value, b: Value) -> u32 {
    if a.is_small() || b.is_small() { Kinds::FLOAT | Kinds::MIXED } else { Kinds::FLOAT }
}

/// Both operands as floats if at least one is an inline float and the other a float or small integer.
#[inline(always)]
pub fn float_pair(a: Value, b: Value) -> Option<(f64, f64)> {
    if a.is_inline_float() {
        let x = a.inline_float_unchecked();
        if b.is_inline_float() {
            return Some((x, b.inline_float_unchecked()));
        }
        if b.is_small() {
            return Some((x, b.small_unchecked() as f64));
        }
    } else if b.is_inline_float() && a.is_small() {
        return Some((a.small_unchecked() as f64, b.inline_float_unchecked()));
    }
    None
}

/// The arithmetic instruction at `pc`, once the left operand's method has said that it is not for it.
#[cold]
pub fn not_implemented(vm: &mut Vm, pc: Pc, base: Base) -> PyResult {
    let op = BinaryOp::ALL[(pc.decode() as u8 - habu_bytecode::Op::ADD as u8) as usize];
    arith::reflected(vm, op, base.get(pc.b()), base.get(pc.c()), pc.x() & 1 != 0)
}

/// Feedback for operators that classes define: the shape of the left operand.
fn note_instances(pc: Pc, a: Value, b: Value) {
    const WORD: usize = match habu_bytecode::Op::ADD.info().ext_offset(habu_bytecode::op::Ext::Kinds) {
        Some(at) => at,
        None => unreachable!(),
    };
    let (left, right) = (crate::vm::id_of(a).0, crate::vm::id_of(b).0);
    let old = pc.word(WORD);
    let mut word = old;
    if right >= crate::object::ids::FIRST_DYNAMIC {
        word |= Kinds::RIGHT_INSTANCE;
    }
    let known = (old & Kinds::LEFT_SHAPE) >> Kinds::LEFT_SHIFT;
    if known == 0 && left <= Kinds::LEFT_SHAPE >> Kinds::LEFT_SHIFT {
        word |= left << Kinds::LEFT_SHIFT;
    } else if known != left {
        word |= Kinds::LEFT_SHAPES;
    }
    if word != old {
        pc.set_word(WORD, word);
    }
}

/// The operation on two objects of one class by that class's own native method: neither operand has a say besides it.
#[inline(always)]
fn by_own_method(vm: &mut Vm, op: BinaryOp, inplace: bool, a: Value, b: Value) -> Option<PyResult> {
    if !a.is_pointer() || !b.is_pointer() || crate::vm::id_of(a) != crate::vm::id_of(b) {
        return None;
    }
    let class = vm.class_of(a);
    if inplace && vm.class_special(class, op.inplace()).is_some() {
        return None;
    }
    let entry = super::item::native_entry(vm.class_special(class, op.special())?, 2)?;
    Some(match vm.enter_call().and_then(|()| entry(vm, &[a, b])) {
        Ok(Value::NOT_IMPLEMENTED) => arith::reflected(vm, op, a, b, inplace),
        result => result,
    })
}

/// The general operation, out of the hot handlers' way.
#[cold]
#[inline(never)]
fn slow(vm: &mut Vm, pc: Pc, base: Base, op: BinaryOp, a: Value, b: Value) -> PyResult {
    publish(vm, pc, base);
    if op == BinaryOp::Add
        && let (Some(a), Some(b)) = (a.exact::<Str>(), b.exact::<Str>())
    {
        note!(pc, ADD, Kinds::STR);
        return vm.str_concat(a, b).map(Value::from_gc);
    }
    // Every arithmetic row has its `kinds` word in the same place.
    let kinds = kinds_of(a, b);
    note!(pc, ADD, kinds);
    if kinds & !Kinds::BIGINT == 0
        && let Some(result) = crate::types::int::quick::ints(vm, op, a, b)
    {
        return result;
    }
    if kinds & Kinds::OTHER != 0 {
        note_instances(pc, a, b);
        if let Some(result) = crate::types::complex::quick(vm, op, a, b) {
            return result;
        }
        if let Some(result) = by_own_method(vm, op, pc.x() & 1 != 0, a, b) {
            return result;
        }
    }
    if pc.x() & 1 != 0 { arith::inplace(vm, op, a, b) } else { arith::binary(vm, op, a, b) }
}

/// `a op b` (or `a op= b`) for native code, the commonest operands first.
pub fn operate(vm: &mut Vm, op: BinaryOp, a: Value, b: Value, in_place: bool) -> PyResult {
    if op == BinaryOp::Add
        && let (Some(a), Some(b)) = (a.exact::<Str>(), b.exact::<Str>())
    {
        return vm.str_concat(a, b).map(Value::from_gc);
    }
    if kinds_of(a, b) & !Kinds::BIGINT == 0
        && let Some(result) = crate::types::int::quick::ints(vm, op, a, b)
    {
        return result;
    }
    if in_place { arith::inplace(vm, op, a, b) } else { arith::binary(vm, op, a, b) }
}

macro_rules! binary {
    ($name:ident, $imm:ident, $mixed:ident, $slow:ident, $slow_imm:ident, $op:expr, |$a:ident, $b:ident| $int:expr, |$x:ident, $y:ident| $float:expr) => {
        pub fn $name(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let ($a, $b) = (base.get(pc.b()), base.get(pc.c()));
            if Value::both_small($a, $b) {
                if let Some(v) = $int {
                    base.set(pc.a(), v);
                    next!(vm, pc, base, $name)
                }
            } else if $a.is_inline_float() && $b.is_inline_float() {
                let ($x, $y) = ($a.inline_float_unchecked(), $b.inline_float_unchecked());
                if let Some(f) = $float
                    && let Some(v) = Value::try_float(f)
                {
                    note!(pc, $name, Kinds::FLOAT);
                    base.set(pc.a(), v);
                    next!(vm, pc, base, $name)
                }
            }
            $mixed(vm, pc, base)
        }
        /// A float and a small integer.
        #[inline(never)]
        fn $mixed(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let (a, b) = (base.get(pc.b()), base.get(pc.c()));
            if let Some(($x, $y)) = float_pair(a, b)
                && let Some(f) = $float
                && let Some(v) = Value::try_float(f)
            {
                note!(pc, $name, float_kinds(a, b));
                base.set(pc.a(), v);
                next!(vm, pc, base, $name)
            }
            $slow(vm, pc, base)
        }
        #[cold]
        #[inline(never)]
        fn $slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let result = slow(vm, pc, base, $op, base.get(pc.b()), base.get(pc.c()));
            finish!(vm, pc, base, const { Op::$name.words() }, pc.a(), result)
        }
        binary!(imm $imm, $slow_imm, $op, |$a, $b| $int, |$x, $y| $float);
    };
    (imm none, $slow_imm:ident, $op:expr, |$a:ident, $b:ident| $int:expr, |$x:ident, $y:ident| $float:expr) => {};
    (imm $imm:ident, $slow_imm:ident, $op:expr, |$a:ident, $b:ident| $int:expr, |$x:ident, $y:ident| $float:expr) => {
        pub fn $imm(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let ($a, $b) = (base.get(pc.b()), Value::small(pc.imm_c()));
            if $a.is_small() {
                if let Some(v) = $int {
                    base.set(pc.a(), v);
                    next!(vm, pc, base, $imm)
                }
            } else if $a.is_inline_float() {
                let ($x, $y) = ($a.inline_float_unchecked(), pc.imm_c() as f64);
                if let Some(f) = $float
                    && let Some(v) = Value::try_float(f)
                {
                    note!(pc, $imm, Kinds::FLOAT | Kinds::MIXED);
                    base.set(pc.a(), v);
                    next!(vm, pc, base, $imm)
                }
            }
            $slow_imm(vm, pc, base)
        }
        #[cold]
        #[inline(never)]
        fn $slow_imm(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let result = slow(vm, pc, base, $op, base.get(pc.b()), Value::small(pc.imm_c()));
            finish!(vm, pc, base, const { Op::$imm.words() }, pc.a(), result)
        }
    };
}

/// Tagged results: the tag bits of small integers are zero, so sums and differences of words are words.
#[inline(always)]
fn add(a: Value, b: Value) -> Option<Value> {
    (a.0 as i64).checked_add(b.0 as i64).map(|w| Value(w as u64))
}
#[inline(always)]
fn sub(a: Value, b: Value) -> Option<Value> {
    (a.0 as i64).checked_sub(b.0 as i64).map(|w| Value(w as u64))
}
#[inline(always)]
fn mul(a: Value, b: Value) -> Option<Value> {
    a.small_unchecked().checked_mul(b.0 as i64).map(|w| Value(w as u64))
}
#[inline(always)]
fn floordiv(a: Value, b: Value) -> Option<Value> {
    let (x, y) = (a.small_unchecked(), b.small_unchecked());
    if y == 0 {
        return None;
    }
    // Only SMALL_MIN / -1 leaves the range, and that by one.
    let q = x / y;
    Value::try_small(if (x % y != 0) && ((x < 0) != (y < 0)) { q - 1 } else { q })
}
#[inline(always)]
fn modulo(a: Value, b: Value) -> Option<Value> {
    let (x, y) = (a.small_unchecked(), b.small_unchecked());
    if y == 0 {
        return None;
    }
    let r = x % y;
    Some(Value::small(if r != 0 && (r < 0) != (y < 0) { r + y } else { r }))
}
#[inline(always)]
fn truediv(a: Value, b: Value) -> Option<Value> {
    const EXACT: i64 = 1 << 53;
    let (x, y) = (a.small_unchecked(), b.small_unchecked());
    if y == 0 || !(-EXACT..=EXACT).contains(&x) || !(-EXACT..=EXACT).contains(&y) {
        return None;
    }
    Value::try_float(x as f64 / y as f64)
}
#[inline(always)]
fn lshift(a: Value, b: Value) -> Option<Value> {
    let (x, n) = (a.small_unchecked(), b.small_unchecked());
    if !(0..62).contains(&n) {
        return None;
    }
    let r = x << n;
    if r >> n == x { Value::try_small(r) } else { None }
}
#[inline(always)]
fn rshift(a: Value, b: Value) -> Option<Value> {
    let n = b.small_unchecked();
    if n < 0 {
        return None;
    }
    Some(Value::small(a.small_unchecked() >> n.min(63)))
}
#[inline(always)]
fn float_div(x: f64, y: f64) -> Option<f64> {
    if y == 0.0 { None } else { Some(x / y) }
}

binary!(ADD, ADD_IMM, add_mixed, add_slow, add_imm_slow, BinaryOp::Add, |a, b| add(a, b), |x, y| Some(x + y));
binary!(SUB, SUB_IMM, sub_mixed, sub_slow, sub_imm_slow, BinaryOp::Sub, |a, b| sub(a, b), |x, y| Some(x - y));
binary!(MUL, MUL_IMM, mul_mixed, mul_slow, mul_imm_slow, BinaryOp::Mul, |a, b| mul(a, b), |x, y| Some(x * y));
binary!(
    TRUEDIV,
    none,
    truediv_mixed,
    truediv_slow,
    unused,
    BinaryOp::TrueDiv,
    |a, b| truediv(a, b),
    |x, y| float_div(x, y)
);
binary!(
    FLOORDIV,
    FLOORDIV_IMM,
    floordiv_mixed,
    floordiv_slow,
    floordiv_imm_slow,
    BinaryOp::FloorDiv,
    |a, b| floordiv(a, b),
    |_x, _y| None::<f64>
);
binary!(
    MOD,
    MOD_IMM,
    mod_mixed,
    mod_slow,
    mod_imm_slow,
    BinaryOp::Mod,
    |a, b| modulo(a, b),
    |_x, _y| None::<f64>
);
binary!(POW, none, pow_mixed, pow_slow, unused, BinaryOp::Pow, |_a, _b| None::<Value>, |_x, _y| None::<f64>);
binary!(
    MATMUL,
    none,
    matmul_mixed,
    matmul_slow,
    unused,
    BinaryOp::MatMul,
    |_a, _b| None::<Value>,
    |_x, _y| None::<f64>
);
binary!(
    LSHIFT,
    LSHIFT_IMM,
    lshift_mixed,
    lshift_slow,
    lshift_imm_slow,
    BinaryOp::LShift,
    |a, b| lshift(a, b),
    |_x, _y| { None::<f64> }
);
binary!(
    RSHIFT,
    RSHIFT_IMM,
    rshift_mixed,
    rshift_slow,
    rshift_imm_slow,
    BinaryOp::RShift,
    |a, b| rshift(a, b),
    |_x, _y| { None::<f64> }
);
binary!(
    AND,
    AND_IMM,
    and_mixed,
    and_slow,
    and_imm_slow,
    BinaryOp::And,
    |a, b| Some(Value(a.0 & b.0)),
    |_x, _y| None::<f64>
);
binary!(
    OR,
    none,
    or_mixed,
    or_slow,
    unused,
    BinaryOp::Or,
    |a, b| Some(Value(a.0 | b.0)),
    |_x, _y| None::<f64>
);
binary!(
    XOR,
    none,
    xor_mixed,
    xor_slow,
    unused,
    BinaryOp::Xor,
    |a, b| Some(Value(a.0 ^ b.0)),
    |_x, _y| None::<f64>
);

macro_rules! unary {
    ($name:ident, $slow:ident, $op:expr, |$a:ident| $int:expr, |$x:ident| $float:expr) => {
        pub fn $name(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            let $a = base.get(pc.b());
            if $a.is_small() {
                if let Some(v) = $int {
                    base.set(pc.a(), v);
                    next!(vm, pc, base, $name)
                }
            } else if $a.is_inline_float() {
                let $x = $a.inline_float_unchecked();
                if let Some(f) = $float
                    && let Some(v) = Value::try_float(f)
                {
                    note!(pc, $name, Kinds::FLOAT);
                    base.set(pc.a(), v);
                    next!(vm, pc, base, $name)
                }
            }
            $slow(vm, pc, base)
        }
        #[cold]
        #[inline(never)]
        fn $slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
            publish(vm, pc, base);
            let v = base.get(pc.b());
            note!(pc, $name, kinds_of(v, v));
            let result = arith::unary(vm, $op, v);
            finish!(vm, pc, base, const { Op::$name.words() }, pc.a(), result)
        }
    };
}

unary!(NEG, neg_slow, UnaryOp::Neg, |a| (a.0 as i64).checked_neg().map(|w| Value(w as u64)), |x| Some(-x));
unary!(POS, pos_slow, UnaryOp::Pos, |a| Some(a), |x| Some(x));
unary!(INVERT, invert_slow, UnaryOp::Invert, |a| Some(Value::small(!a.small_unchecked())), |_x| None::<f64>);

pub fn NOT(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = base.get(pc.b());
    let truth = if v.is_bool() {
        v == Value::TRUE
    } else if v.is_none() {
        false
    } else if v.is_small() {
        v != Value::small(0)
    } else {
        publish(vm, pc, base);
        note!(pc, NOT, Kinds::OTHER);
        match vm.truth(v) {
            Ok(t) => t,
            Err(raised) => return unwind::raise(vm, pc, base, raised),
        }
    };
    base.set(pc.a(), Value::bool(!truth));
    next!(vm, pc, base, NOT)
}
