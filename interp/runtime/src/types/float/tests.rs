//! Tests of float text, rounding and division.

use super::*;
use crate::vm::Options;

#[test]
fn hexadecimal_text_both_ways() {
    for (text, value) in [
        ("0x1.8p3", 12.0),
        ("-0x.8p0", -0.5),
        ("0x1p-1074", 5e-324),
        ("0x1p-1075", 0.0),
        ("0x1.8p-1075", 5e-324),
        ("0x1.00000000000008p0", 1.0),
        ("0x1.00000000000018p0", 1.0000000000000004),
        ("0x1.fffffffffffff7p1023", f64::MAX),
        (" 0xAp2 ", 40.0),
        ("+INFINITY", f64::INFINITY),
        ("0x0p99999999999999999999", 0.0),
        ("1p", f64::NAN),
    ] {
        match hex::from_hex(text) {
            Ok(f) => assert_eq!(f, value, "{text}"),
            Err(error) => assert!(value.is_nan(), "{text}: {error:?}"),
        }
    }
    assert_eq!(hex::from_hex("0x1.fffffffffffff8p1023"), Err(hex::HexError::TooLarge));
    for f in [1.5, -0.1, 5e-324, f64::MAX, f64::MIN_POSITIVE, 1e22, -0.0] {
        let text = hex::to_hex(f);
        assert_eq!(hex::from_hex(&text).unwrap().to_bits(), f.to_bits(), "{text}");
    }
    assert_eq!(hex::to_hex(5e-324), "0x0.0000000000001p-1022");
}

#[test]
fn decimal_text() {
    for (text, value) in [
        ("1_0.0_1", 10.01),
        (" 1e5 ", 1e5),
        (".5", 0.5),
        ("5.", 5.0),
        ("+inf", f64::INFINITY),
        ("1e400", f64::INFINITY),
    ] {
        assert_eq!(parse(text), Some(value), "{text}");
    }
    assert!(parse("-nan").is_some_and(f64::is_nan));
    for text in ["", ".", "1__0", "_1", "1_", "1_.0", "1e", "++1", "+-1", "0x10", "infinit", "1 2", "e5"] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn rounding() {
    let vm = &mut *Vm::new(Options::default()).expect("memory for a test");
    for (f, digits, rounded) in [
        (2.675, 2, 2.67),
        (0.125, 2, 0.12),
        (15.5, -1, 20.0),
        (25.0, -1, 20.0),
        (5.0, -1, 0.0),
        (5.0000001, -1, 10.0),
        (1234.5678, -2, 1200.0),
        (6e22, -23, 1e23),
        (5e22, -23, 0.0),
        (1.5, 400, 1.5),
        (1.5, -400, 0.0),
    ] {
        assert_eq!(round_to(vm, f, digits).unwrap(), rounded, "round({f}, {digits})");
    }
    let raised = round_to(vm, 1.7e308, -308).unwrap_err();
    vm.take_exception(raised);
}

#[test]
fn division_rounds_down() {
    let vm = &mut *Vm::new(Options::default()).expect("memory for a test");
    for (a, b, q, r) in [
        (-7.5, 2.0, -4.0, 0.5),
        (7.5, -2.0, -4.0, -0.5),
        (-1.0, f64::INFINITY, -1.0, f64::INFINITY),
        (1.0, f64::INFINITY, 0.0, 1.0),
        (1e300, 1e-300, f64::INFINITY, 1e300 % 1e-300),
    ] {
        assert_eq!(divmod(vm, a, b).unwrap(), (q, r), "divmod({a}, {b})");
    }
    let (q, r) = divmod(vm, -0.0, 1.0).unwrap();
    assert!(q.is_sign_negative() && r.is_sign_positive());
    let raised = divmod(vm, 1.0, 0.0).unwrap_err();
    vm.take_exception(raised);
}
