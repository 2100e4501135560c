//! Small HIR texts compiled and run on this machine.

use super::{Context, compile, host_isa, isa_for};
use crate::code::CodeMemory;
use crate::hir::{parse, verify};
use crate::thunks;
use crate::unit::Symbol;
use habu_runtime::Value;

/// What a fake shared exit returns, with the number of the exit.
extern "C" fn exited(_ctx: usize, _base: *mut Value, _depth: u32, number: u32) -> Value {
    Value::small(-1000 - number as i64)
}

/// Compiles a text and calls it with the words given; exits show as -1000 and below.
fn run(text: &str, args: &[Value]) -> Value {
    let f = parse(text).expect("the test's HIR parses");
    verify(&f).expect("the test's HIR is well-formed");
    let isa = host_isa(true).expect("this machine is supported");
    let count = if text == FIB { 1 } else { 4 };
    let cx = Context {
        isa: &*isa,
        stream: 0,
        function: 0,
        has_free: false,
        args: count,
        texts: Default::default(),
        stress: false,
    };
    let unit = compile(&f, &cx).expect("compiles");
    let mut memory = CodeMemory::default();
    let at = memory
        .install(&unit, |symbol| match symbol {
            Symbol::Helper(_) => exited as *const () as u64,
            _ => 0,
        })
        .expect("installs");
    let mut ctx = [0u64; 64];
    let mut window = vec![Value::UNBOUND; 64];
    window[8..8 + args.len()].copy_from_slice(args);
    let mut activation = [0u64; 16];
    // SAFETY: fresh code with the unit's own signature; context and window are larger than what it touches.
    unsafe {
        thunks::enter(
            ctx.as_mut_ptr() as usize,
            at,
            window.as_mut_ptr().add(8),
            1,
            activation.as_mut_ptr() as usize,
        )
    }
}

fn int(n: i64) -> Value {
    Value::small(n)
}

const ADD: &str = "
function add
code 0 add registers 2
b0():
  v0: Any = Arg#0
  v1: Any = Arg#1
  v2: Int = GuardInt v0 [f0]
  v3: Int = GuardInt v1 [f0]
  v4: Int = IAdd v2, v3 [f0]
  Return v4
f0: code 0 pc 0 base 0 {r0=v0, r1=v1}
";

#[test]
fn adds_and_exits() {
    assert_eq!(run(ADD, &[int(40), int(2)]), int(42));
    assert_eq!(run(ADD, &[int(-40), int(2)]), int(-38));
    assert_eq!(run(ADD, &[int((1 << 61) - 1), int(1)]), int(-1002));
    assert_eq!(run(ADD, &[Value::NONE, int(1)]), int(-1000));
}

const SUM: &str = "
function sum
code 0 sum registers 3
b0():
  v0: Any = Arg#0
  v1: Int = GuardInt v0 [f0]
  v2: Int = Word#0
  v3: Int = Word#4
  Jump b1(v2, v2)
b1(v4: Int, v5: Int):
  v6: Cond = ICmp.lt v4, v1
  Branch v6, b2(), b3()
b2():
  v7: Int = IAdd v5, v4 [f1]
  v8: Int = IAddFast v4, v3
  Jump b1(v8, v7)
b3():
  Return v5
f0: code 0 pc 0 base 0 {r0=v0}
f1: code 0 pc 8 base 0 {r0=v1, r1=v4, r2=v5}
";

#[test]
fn loops() {
    assert_eq!(run(SUM, &[int(1000)]), int(499_500));
    assert_eq!(run(SUM, &[int(-5)]), int(0));
}

const FLOATS: &str = "
function floats
code 0 floats registers 2
b0():
  v0: Any = Arg#0
  v1: Any = Arg#1
  v2: F64 = Unbox v0 [f0]
  v3: F64 = UnboxNumber v1 [f0]
  v4: F64 = FMul v2, v3
  v5: F64 = Float#0.5
  v6: F64 = FAdd v4, v5
  v7: Float = BoxFloat v6
  Return v7
f0: code 0 pc 0 base 0 {r0=v0, r1=v1}
";

#[test]
fn floats_are_decoded_and_encoded() {
    let f = |x: f64| Value::try_float(x).expect("fits the word");
    for x in [0.0, -0.0, 1.0, -2.5, 1e-300, 3.75e10, f64::MIN_POSITIVE / 8.0] {
        for y in [1.0, -1.0, 0.25, 7.0] {
            if let Some(want) = Value::try_float(x * y + 0.5) {
                assert_eq!(run(FLOATS, &[f(x), f(y)]), want, "{x} * {y}");
            }
        }
        assert_eq!(run(FLOATS, &[f(x), int(3)]), f(x * 3.0 + 0.5));
    }
    assert!(run(FLOATS, &[int(3), f(1.0)]).as_small().is_some_and(|n| n <= -1000));
}

fn division(op: &str, divisor: &str) -> String {
    format!(
        "function d\ncode 0 d registers 2\nb0():\n  v0: Any = Arg#0\n  v1: Any = Arg#1\n  v2: Int = GuardInt v0 [f0]\n  \
         v3: Int = {divisor}\n  v4: Int = {op} v2, v3 [f0]\n  Return v4\nf0: code 0 pc 0 base 0 {{r0=v0, r1=v1}}\n"
    )
}

#[test]
fn division_floors() {
    let xs = [
        0,
        1,
        2,
        5,
        6,
        7,
        8,
        99,
        100,
        -1,
        -2,
        -6,
        -7,
        -8,
        -100,
        123_456_789_012,
        -123_456_789_012,
        (1 << 61) - 1,
        -(1 << 61),
    ];
    for d in [1, 2, 3, 7, 8, 10, 1000] {
        for x in xs {
            let word = format!("Word#{}", d * 4);
            assert_eq!(run(&division("IFloorDiv", &word), &[int(x)]), int(x.div_euclid(d)), "{x} // {d}");
            assert_eq!(run(&division("IMod", &word), &[int(x)]), int(x.rem_euclid(d)), "{x} % {d}");
            let dynamic = "GuardInt v1 [f0]";
            assert_eq!(
                run(&division("IFloorDiv", dynamic), &[int(x), int(d)]),
                int(x.div_euclid(d)),
                "{x} // {d}"
            );
            assert_eq!(run(&division("IMod", dynamic), &[int(x), int(d)]), int(x.rem_euclid(d)), "{x} % {d}");
            let (q, r) = (
                -(x.div_euclid(d)) - i64::from(x.rem_euclid(d) != 0),
                x.rem_euclid(d) - if x.rem_euclid(d) != 0 { d } else { 0 },
            );
            if d != 1 {
                assert_eq!(run(&division("IFloorDiv", dynamic), &[int(x), int(-d)]), int(q), "{x} // -{d}");
                assert_eq!(run(&division("IMod", dynamic), &[int(x), int(-d)]), int(r), "{x} % -{d}");
            }
        }
    }
    assert!(
        run(&division("IMod", "GuardInt v1 [f0]"), &[int(1), int(0)]).as_small().is_some_and(|n| n <= -1000)
    );
}

/// fib by direct recursion.
const FIB: &str = "
function fib
code 0 fib registers 6
const k0 entry
b0():
  v0: Any = Arg#0
  v1: Int = GuardInt v0 [f0]
  v2: Int = Word#8
  v3: Cond = ICmp.lt v1, v2
  Branch v3, b1(), b2()
b1():
  Return v1
b2():
  v4: Int = Word#4
  v5: Int = ISub v1, v4 [f0]
  v6: Any = CallDirect#k0@5 v5 [f0]
  v7: Int = GuardInt v6 [f0]
  v8: Int = ISub v1, v2 [f0]
  v9: Any = CallDirect#k0@5 v8 [f0]
  v10: Int = GuardInt v9 [f0]
  v11: Int = IAdd v7, v10 [f0]
  Return v11
f0: code 0 pc 0 base 0 {r0=v0}
";

#[test]
fn calls_itself() {
    // The window is never written here, so it may overlap beyond its end.
    assert_eq!(run(FIB, &[int(20)]), int(6765));
}

#[test]
fn compiles_for_aarch64() {
    let isa = isa_for("aarch64-unknown-linux-gnu".parse().expect("a triple")).expect("supported");
    for text in [ADD, SUM, FLOATS, FIB] {
        let f = parse(text).expect("parses");
        let count = if text == FIB { 1 } else { 4 };
        let cx = Context {
            isa: &*isa,
            stream: 0,
            function: 0,
            has_free: false,
            args: count,
            texts: Default::default(),
            stress: false,
        };
        let unit = compile(&f, &cx).expect("compiles");
        assert!(unit.bytes.len() > 32);
    }
}
