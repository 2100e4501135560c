//! Tests of integer arithmetic against the bigint crate and machine integers, around the limits of each form.

use super::*;
use crate::vm::Options;

fn vm() -> Box<Vm> {
    Vm::new(Options::default()).expect("memory for a test")
}

fn make(vm: &mut Vm, text: &str) -> Value {
    let n: IBig = text.parse().expect("an integer");
    from_ibig(vm, &n).expect("room")
}

fn big(v: Value) -> IBig {
    Digits::of(v).ibig()
}

/// Integers around every limit of the representations, and some long ones.
fn samples() -> Vec<IBig> {
    let mut all = vec![IBig::ZERO];
    for bits in [0, 1, 2, 30, 31, 52, 53, 60, 61, 62, 63, 64, 65, 126, 127, 128, 129, 192, 1000, 4000] {
        let power = IBig::ONE << bits;
        for n in [&power - 1, power.clone(), &power + 1, &power / IBig::from(3)] {
            all.push(-n.clone());
            all.push(n);
        }
    }
    all
}

#[test]
fn results_are_normalised() {
    let vm = &mut *vm();
    let max = vm.int(SMALL_MAX).unwrap();
    let over = add(vm, max, Value::small(1)).unwrap();
    assert!(!over.is_small());
    assert_eq!(sub(vm, over, Value::small(1)).unwrap(), max);
    let min = Value::small(SMALL_MIN);
    let under = sub(vm, min, Value::small(1)).unwrap();
    assert!(!under.is_small());
    assert_eq!(add(vm, under, Value::small(1)).unwrap(), min);
    assert_eq!(neg(vm, over).unwrap(), min);
}

#[test]
fn arithmetic_agrees_with_the_bigint_crate() {
    let vm = &mut *vm();
    let samples = samples();
    for x in &samples {
        for y in &samples {
            let (a, b) = (from_ibig(vm, x).unwrap(), from_ibig(vm, y).unwrap());
            assert_eq!(big(add(vm, a, b).unwrap()), x + y, "{x} + {y}");
            assert_eq!(big(sub(vm, a, b).unwrap()), x - y, "{x} - {y}");
            assert_eq!(big(mul(vm, a, b).unwrap()), x * y, "{x} * {y}");
            assert_eq!(big(and(vm, a, b).unwrap()), x & y, "{x} & {y}");
            assert_eq!(big(or(vm, a, b).unwrap()), x | y, "{x} | {y}");
            assert_eq!(big(xor(vm, a, b).unwrap()), x ^ y, "{x} ^ {y}");
            assert_eq!(cmp(a, b), x.cmp(y), "{x} <=> {y}");
            assert_eq!(eq(a, b), x == y);
            if *y != IBig::ZERO {
                let (q, r) = divmod(vm, a, b).unwrap();
                let (q, r) = (big(q), big(r));
                assert_eq!(&q * y + &r, *x, "divmod({x}, {y})");
                assert!(r == IBig::ZERO || (r < IBig::ZERO) == (*y < IBig::ZERO), "{x} % {y} = {r}");
                assert!(r.clone() * r.signum() < y * y.signum(), "{x} % {y} = {r}");
            }
        }
    }
}

#[test]
fn shifts_round_down() {
    let vm = &mut *vm();
    for x in samples() {
        let a = from_ibig(vm, &x).unwrap();
        for shift in [0usize, 1, 3, 61, 62, 63, 64, 65, 127, 128, 200, 5000] {
            let s = Value::small(shift as i64);
            assert_eq!(big(lshift(vm, a, s).unwrap()), &x << shift, "{x} << {shift}");
            assert_eq!(big(rshift(vm, a, s).unwrap()), &x >> shift, "{x} >> {shift}");
        }
        assert_eq!(big(invert(vm, a).unwrap()), !x);
    }
}

#[test]
fn powers() {
    let vm = &mut *vm();
    for (base, exponent) in
        [(2, 61), (2, 62), (-2, 61), (-2, 63), (3, 500), (-7, 333), (10, 1000), (1, 5), (0, 0), (-1, 7)]
    {
        let got = pow(vm, Value::small(base), Value::small(exponent)).unwrap();
        assert_eq!(big(got), IBig::from(base).pow(exponent as usize), "{base} ** {exponent}");
    }
    let modulus = make(vm, "1000000000000000000000000000057");
    let got = pow_mod(vm, Value::small(3), Value::small(-5), modulus).unwrap();
    assert_eq!(big(got).to_string(), "82304526748971193415637860087");
    let got = pow_mod(vm, Value::small(-3), Value::small(3), Value::small(-10)).unwrap();
    assert_eq!(got, Value::small(-7));
}

#[test]
fn sizes_that_cannot_be_had_raise() {
    let vm = &mut *vm();
    for shift in ["1000000000000", "1000000000000000000000000000000"] {
        let shift = make(vm, shift);
        let raised = lshift(vm, Value::small(1), shift).unwrap_err();
        vm.take_exception(raised);
    }
    let huge = make(vm, "10000000000");
    let raised = pow(vm, Value::small(10), huge).unwrap_err();
    vm.take_exception(raised);
}

#[test]
fn texts() {
    let vm = &mut *vm();
    for x in samples() {
        let v = from_ibig(vm, &x).unwrap();
        assert_eq!(to_decimal(vm, v).unwrap(), x.to_string());
        for radix in [2, 8, 16, 36] {
            let text = to_radix(vm, v, radix).unwrap();
            let (negative, magnitude) = parse(&text, radix, 0).unwrap();
            assert_eq!(
                IBig::from_parts(if negative { Sign::Negative } else { Sign::Positive }, magnitude),
                x
            );
        }
    }
    for (text, base, value) in [
        ("0x1F", 16, 31),
        ("0x_1f", 0, 31),
        ("-0b101", 0, -5),
        ("1_000", 10, 1000),
        ("00", 0, 0),
        ("z", 36, 35),
        ("+7", 10, 7),
    ] {
        let (negative, magnitude) = parse(text, base, 0).unwrap();
        let n = IBig::from(magnitude);
        assert_eq!(if negative { -n } else { n }, IBig::from(value), "{text}");
    }
    for (text, base) in [
        ("", 10),
        ("_1", 10),
        ("1_", 10),
        ("1__0", 10),
        ("010", 0),
        ("0x", 16),
        ("-", 10),
        ("8", 8),
        ("0b2", 0),
    ] {
        assert_eq!(parse(text, base, 0), Err(text::ParseError::Malformed), "{text}");
    }
    assert_eq!(parse(&"1".repeat(700), 10, 699), Err(text::ParseError::TooLong(700)));
    assert!(parse(&"1".repeat(640), 10, 100).is_ok(), "below the threshold no limit counts");
}

#[test]
fn floats_round_correctly() {
    let vm = &mut *vm();
    for x in samples() {
        let v = from_ibig(vm, &x).unwrap();
        match x.to_string().parse::<f64>().unwrap() {
            f if f.is_infinite() => assert!(to_f64(vm, v).is_err()),
            f => {
                assert_eq!(to_f64(vm, v).unwrap(), f, "{x}");
                // Exact order: the float's own integer is compared, nothing is rounded.
                let exact = from_f64(vm, f).unwrap();
                assert_eq!(cmp_f64(v, f), Some(cmp(v, exact)), "{x} <=> {f}");
            }
        }
    }
    assert_eq!(cmp_f64(Value::small(1), 1.5), Some(Ordering::Less));
    assert_eq!(cmp_f64(Value::small(-1), -1.5), Some(Ordering::Greater));
    assert_eq!(cmp_f64(Value::small(1), f64::NAN), None);
}

#[test]
fn true_division_rounds_correctly() {
    let vm = &mut *vm();
    for (a, b, text) in [
        ("10000000000000000000000", "1000", "1e19"),
        ("123456789012345678901234567890", "987654321", "1.249999988734375e20"),
        ("9007199254740993", "1", "9007199254740992"),
        ("9007199254740995", "-1", "-9007199254740996"),
    ] {
        let (x, y) = (make(vm, a), make(vm, b));
        assert_eq!(truediv(vm, x, y).unwrap(), text.parse::<f64>().unwrap(), "{a} / {b}");
    }
    let one = Value::small(1);
    for (numerator, power, result) in [
        (1i64, 1074, 5e-324),
        (3, 1075, 1e-323),
        (1, 1075, 0.0),
        (3, 1076, 5e-324),
        (1 << 53 | 1, 1100, 6.63123685e-316),
    ] {
        let b = lshift(vm, one, Value::small(power)).unwrap();
        assert_eq!(truediv(vm, Value::small(numerator), b).unwrap(), result, "{numerator} / 2**{power}");
    }
}

#[test]
fn hashes_agree_across_types() {
    let vm = &mut *vm();
    for (text, hashed) in
        [("2305843009213693952", 1), ("2305843009213693951", 0), ("-2305843009213693952", -2), ("-1", -2)]
    {
        let v = make(vm, text);
        assert_eq!(hash(v), hashed, "{text}");
    }
    for x in samples() {
        let v = from_ibig(vm, &x).unwrap();
        if let Ok(f) = to_f64(vm, v) {
            let exact = from_f64(vm, f).unwrap();
            assert_eq!(hash_f64(f), Some(hash(exact)), "{f}");
        }
    }
    assert_eq!(hash_f64(0.1), Some(230584300921369408));
    assert_eq!(hash_f64(1e-320), Some(33957085184));
    assert_eq!(hash_small(-1), -2);
}

#[test]
fn bytes_both_ways() {
    let vm = &mut *vm();
    for x in samples() {
        let v = from_ibig(vm, &x).unwrap();
        let length = bit_length(v) as usize / 8 + 1;
        for little in [false, true] {
            let bytes = to_bytes(vm, v, length, little, true).unwrap();
            let back = from_bytes(vm, &bytes, little, true).unwrap();
            assert_eq!(big(back), x);
        }
    }
    assert_eq!(to_bytes(vm, Value::small(-128), 1, true, true).unwrap(), [0x80]);
    for (n, length, signed) in [(128, 1, true), (-129, 1, true), (256, 1, false), (-1, 1, false)] {
        let raised = to_bytes(vm, Value::small(n), length, true, signed).unwrap_err();
        vm.take_exception(raised);
    }
}

#[test]
fn rounding_to_powers_of_ten() {
    let vm = &mut *vm();
    for (n, digits, rounded) in
        [(15, -1, 20), (25, -1, 20), (-15, -1, -20), (5, -1, 0), (123456, -2, 123500), (7, -30, 0), (7, 5, 7)]
    {
        let got = round_to(vm, Value::small(n), Value::small(digits)).unwrap();
        assert_eq!(got, Value::small(rounded), "round({n}, {digits})");
    }
}
