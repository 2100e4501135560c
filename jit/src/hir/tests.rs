//! The text form reads back as it was written; the verifier rejects what passes must never make.

use super::{parse, verify};

const LOOP: &str = "function f osr 12
code 0 f registers 3
const k0 value
b0():
  v0: Any = LoadWindow#0
  v1: Const = Const#k0
  Jump b1(v0)
";

const GOOD: &str = "function f osr 12
code 0 f registers 3
const k0 value
b0():
  v0: Any = LoadWindow#0
  v1: Any = Const#k0
  Jump b1(v0)
b1(v2: Any): header [f0]
  v3: Int = GuardInt v2 [f0]
  v4: Int = Word#4
  v5: Int = IAdd v3, v4 [f1]
  v6: Cond = ICmp.lt v5, v4
  Branch v6, b1(v5), b2()
b2():
  v7: Any = CallHelper.GetItem v1, v5 [f1]
  v8: F64 = Float#1.5
  v9: Float = BoxFloat v8
  Return v9
f0: code 0 pc 12 base 0 {r0=v2}
f1: code 0 pc 16 base 0 {r0=v3, r2=v1}
";

#[test]
fn text_round_trip() {
    let f = parse(GOOD).expect("parses");
    verify(&f).expect("is well-formed");
    // Values without result are not named, so only the text has to be the same.
    assert_eq!(f.to_string(), GOOD);
    assert_eq!(parse(&f.to_string()).expect("parses again").to_string(), f.to_string());
}

#[test]
fn parse_errors_name_the_line() {
    let e = parse(LOOP).expect_err("Const is no type");
    assert!(e.starts_with("line 6: unknown type"), "{e}");
    assert!(
        parse("b0():\n  v0: Int = Frobnicate v1\n")
            .expect_err("no such operation")
            .contains("unknown operation")
    );
}

/// The good text with one line changed must be rejected with a reason that contains `why`.
fn rejected(from: &str, to: &str, why: &str) {
    assert!(GOOD.contains(from), "the test's line is there");
    let f = parse(&GOOD.replace(from, to)).expect("still parses");
    let e = verify(&f).expect_err("must be rejected");
    assert!(e.contains(why), "{e}");
}

#[test]
fn verifier_rejects() {
    rejected("GuardInt v2 [f0]", "GuardInt v2", "no frame state");
    rejected("IAdd v3, v4 [f1]", "IAdd v2, v4 [f1]", "wants Int");
    rejected("IAdd v3, v4 [f1]", "IAdd v3 [f1]", "operands");
    rejected("  Jump b1(v0)\n", "  Jump b1()\n", "passes 0 values");
    rejected("  Jump b1(v0)\n", "  v20: Int = Word#4\n", "terminator");
    rejected("BoxFloat v8", "BoxFloat v5", "wants F64");
    rejected("Branch v6, b1(v5), b2()", "Branch v6, b1(v5), b7()", "");
    rejected("r2=v1}", "r2=v9}", "not defined there");
    rejected("b1(v5)", "b1(v8)", "");
}

/// An exit in an inlined frame, with an object that only the exit makes.
const INLINED: &str = "function f
code 0 f registers 4
code 1 g registers 2
b0():
  v0: Any = Arg#0
  v1: Int = GuardInt v0 [f0]
  v2: Raw = Raw#0
  v3: Object(300) = Virtual#300@32 v1, v2
  v4: Int = IAdd v1, v1 [f2]
  Return v4
f0: code 0 pc 0 base 0 {r0=v0}
f1: code 0 pc 8 base 0 result r2 {r0=v1, r2=v3}
f2: code 1 pc 4 base 7 caller f1 {r0=v3, r1=v1}
";

#[test]
fn states_of_inlined_frames() {
    let f = parse(INLINED).expect("parses");
    verify(&f).expect("is well-formed");
    assert_eq!(f.to_string(), INLINED);
    // The caller's registers count as uses.
    let broken = INLINED.replace("{r0=v1, r2=v3}", "{r0=v4, r2=v3}");
    let e = verify(&parse(&broken).expect("still parses")).expect_err("v4 is what the guard makes");
    assert!(e.contains("not defined there"), "{e}");
    assert_eq!(f.window_end(), 13);
}
