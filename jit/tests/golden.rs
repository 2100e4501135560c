//! From Python source to HIR and to numbers: functions compiled without a heap, their HIR compared with blessed texts
//! (`HABU_BLESS=1` writes them), their native code run in a bare context.

use habu_bytecode::op::Op;
use habu_bytecode::{Code, Const};
use habu_jit::build::build;
use habu_jit::code::CodeMemory;
use habu_jit::lower::{self, Context};
use habu_jit::passes;
use habu_jit::snapshot::{Callee, Fact, Snapshot};
use habu_jit::thunks;
use habu_jit::unit::Symbol;
use habu_runtime::Value;

/// The first function of a module.
fn function(source: &str) -> Code {
    let compiled = habu_bytecode::compile_source(source, "test", habu_syntax::Mode::Exec, Default::default())
        .expect("compiles");
    let inner = compiled.code.consts.into_iter().find_map(|c| match c {
        Const::Code(code) => Some((*code).clone()),
        _ => None,
    });
    inner.expect("the source defines a function")
}

/// A word that stands for the builtin `range`.
const RANGE: u64 = 0x1001;

/// A job without heap: constants are numbers, every call site of `range` calls it, `kinds` is what all arithmetic saw.
fn snapshot(code: &Code, kinds: u32) -> Snapshot {
    let mut words = code.words.clone();
    let mut facts = std::collections::HashMap::new();
    let mut pc = 0;
    while pc < words.len() {
        let instr = code.instr(pc);
        let op = Op::from_byte(instr.op).expect("an opcode");
        if op == Op::LOAD_CONST {
            let word = match &code.consts[instr.c as usize] {
                Const::Int(n) => Value::small(*n),
                Const::Float(x) => Value::try_float(*x).expect("fits"),
                Const::None => Value::NONE,
                _ => Value::UNBOUND,
            };
            words[pc + 2] = word.0 as u32;
            words[pc + 3] = (word.0 >> 32) as u32;
        }
        if let Some(at) = op.info().ext_offset(habu_bytecode::op::Ext::Kinds) {
            words[pc + at] = kinds;
        }
        if op == Op::RANGE_PREP {
            facts.insert(pc as u32, Fact::Call(Callee::Range { class: RANGE }));
        }
        if op == Op::LOAD_GLOBAL {
            let fact =
                habu_jit::snapshot::GlobalFact { cell: 0x2001, value: RANGE, id: 0, watch: true, shadow: 0 };
            facts.insert(pc as u32, Fact::Global(fact));
        }
        pc += op.words();
    }
    Snapshot {
        name: code.qualname.to_string(),
        words,
        handlers: code.handlers.clone(),
        loops: code.loops.clone(),
        registers: code.registers as u32,
        params: code.param_count() as u32,
        locals: code.vars.len() as u32,
        facts,
        ..Snapshot::default()
    }
}

fn hir(source: &str, kinds: u32) -> habu_jit::hir::Function {
    let snap = snapshot(&function(source), kinds);
    let mut f = build(&snap).expect("builds").hir;
    passes::run(&mut f, true, |_, _| {}).expect("passes keep the form valid");
    f
}

extern "C" fn exited(_ctx: usize, _base: *mut Value, _depth: u32, number: u32) -> Value {
    Value::small(-1000 - number as i64)
}

fn run(f: &habu_jit::hir::Function, args: &[Value]) -> Value {
    let isa = lower::host_isa(true).expect("this machine is supported");
    let cx = Context {
        isa: &*isa,
        stream: 0,
        function: 0,
        has_free: false,
        args: 4,
        texts: Default::default(),
        stress: false,
    };
    let unit = lower::compile(f, &cx).expect("compiles");
    let mut memory = CodeMemory::default();
    let resolve = |symbol| match symbol {
        Symbol::Helper(i)
            if habu_jit::helpers::Helper::from_index(i as usize) == habu_jit::helpers::Helper::Exit =>
        {
            exited as *const () as u64
        }
        Symbol::Helper(i) => habu_jit::helpers::Helper::from_index(i as usize).address() as u64,
        _ => 0,
    };
    let at = memory.install(&unit, resolve).expect("installs");
    // Limits that nothing exceeds: the context's fields are all zero or all ones where it matters.
    let mut ctx = std::mem::MaybeUninit::<habu_runtime::vm::ThreadCtx>::zeroed();
    let fields = ctx.as_mut_ptr();
    // SAFETY: native code without helpers reads its few plain fields only, for which zero and open limits do.
    unsafe {
        (&raw mut (*fields).register_limit).write(usize::MAX as *mut Value);
        (&raw mut (*fields).recursion_limit).write(1000);
    }
    let mut window = vec![Value::UNBOUND; 256];
    window[8..8 + args.len()].copy_from_slice(args);
    let mut activation = [0u64; 16];
    // SAFETY: fresh code with the unit's own signature.
    unsafe {
        thunks::enter(fields as usize, at, window.as_mut_ptr().add(8), 1, activation.as_mut_ptr() as usize)
    }
}

fn golden(name: &str, text: &str) {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.hir"));
    if std::env::var_os("HABU_BLESS").is_some() {
        std::fs::write(&path, text).expect("writable");
        return;
    }
    let want = std::fs::read_to_string(&path).expect("a blessed text (HABU_BLESS=1 writes it)");
    assert!(text == want, "HIR of {name} changed:\n{text}");
}

const INT: u32 = 0;
const FLOAT: u32 = habu_bytecode::feedback::Kinds::FLOAT;

fn int(n: i64) -> Value {
    Value::small(n)
}

fn float(x: f64) -> Value {
    Value::try_float(x).expect("fits the word")
}

#[test]
fn while_loop() {
    let f = hir(
        "def f(n):\n    s = 0\n    i = 0\n    while i < n:\n        s += i\n        i += 1\n    return s\n",
        INT,
    );
    golden("while_loop", &f.to_string());
    assert_eq!(run(&f, &[int(1000)]), int(499_500));
    assert_eq!(run(&f, &[int(-1)]), int(0));
    assert!(run(&f, &[Value::NONE]).as_small().is_some_and(|n| n <= -1000));
}

#[test]
fn range_loop() {
    let f = hir(
        "def f(n):\n    s = 0\n    for i in range(n):\n        if i % 3 == 0:\n            s += i // 2\n    return s\n",
        INT,
    );
    golden("range_loop", &f.to_string());
    let want = (0..1000).filter(|i| i % 3 == 0).map(|i| i / 2).sum();
    assert_eq!(run(&f, &[int(1000)]), int(want));
    assert_eq!(run(&f, &[int(0)]), int(0));
}

#[test]
fn range_with_step() {
    let f = hir(
        "def f(a, b):\n    s = 0\n    for i in range(a, b, -3):\n        s = s * 2 + i\n    return s\n",
        INT,
    );
    let mut want = 0;
    for i in (1..=20).rev().step_by(3).filter(|i| *i > 0) {
        want = want * 2 + i;
    }
    assert_eq!(run(&f, &[int(20), int(0)]), int(want));
}

#[test]
fn float_loop() {
    let f = hir(
        "def f(x, n):\n    s = 0.0\n    while x < n:\n        s = s + x * x\n        x = x + 0.5\n    return s\n",
        FLOAT,
    );
    golden("float_loop", &f.to_string());
    let (mut s, mut x) = (0.0, 1.5);
    while x < 100.0 {
        s += x * x;
        x += 0.5;
    }
    assert_eq!(run(&f, &[float(1.5), float(100.0)]), float(s));
    let text = f.to_string();
    assert!(
        !text.contains("BoxFloat") || text.matches("BoxFloat").count() == 1,
        "only the result is boxed:\n{text}"
    );
}

#[test]
fn nested_loops_and_branches() {
    let source = "def f(n):\n    c = 0\n    for i in range(2, n):\n        j = 2\n        while j * j <= i:\n            if i % j == 0:\n                break\n            j += 1\n        else:\n            c += 1\n    return c\n";
    let f = hir(source, INT);
    assert_eq!(run(&f, &[int(100)]), int(25));
    assert_eq!(run(&f, &[int(1000)]), int(168));
}

#[test]
fn overflow_leaves() {
    let f = hir("def f(a, b):\n    return a * b + a\n", INT);
    golden("overflow", &f.to_string());
    assert_eq!(run(&f, &[int(6), int(7)]), int(48));
    assert!(run(&f, &[int(1 << 40), int(1 << 40)]).as_small().is_some_and(|n| n <= -1000));
}

#[test]
fn bit_operations() {
    let f = hir("def f(a, b):\n    return ((a & b) | (a ^ b)) + (~a) - (a << 3) + (b >> 2)\n", INT);
    for (a, b) in [(12i64, 10i64), (-5, 3), (1 << 40, -1)] {
        assert_eq!(run(&f, &[int(a), int(b)]), int(((a & b) | (a ^ b)) + !a - (a << 3) + (b >> 2)));
    }
}

#[test]
fn boolean_logic() {
    let f = hir(
        "def f(a, b):\n    if a < b and not a == 3 or b is None:\n        return 1\n    return a if a else b\n",
        INT,
    );
    assert_eq!(run(&f, &[int(1), int(2)]), int(1));
    assert_eq!(run(&f, &[int(3), int(4)]), int(3));
    assert_eq!(run(&f, &[int(0), int(-2)]), int(-2));
}

/// A point is made, asked for its coordinates and dropped; the division may leave while it lives.
const POINT: &str = "function f
code 0 f registers 4
b0():
  v0: Any = Arg#0
  v1: Int = GuardInt v0 [f0]
  v2: Object = NewObject#300@32 [f0]
  StoreFieldInt#16 v2, v1
  SetShape#301 v2
  v5: Object = Reshaped#301 v2
  v6: Int = IFloorDiv v1, v1 [f1]
  Jump b1()
b1():
  StoreFieldInt#24 v5, v6
  SetShape#302 v5
  v10: Object = Reshaped#302 v5
  v11: Int = LoadFieldInt#16 v10
  v12: Int = LoadFieldInt#24 v10
  v13: Int = IAdd v11, v12 [f2]
  Return v13
f0: code 0 pc 0 base 0 {r0=v0}
f1: code 0 pc 4 base 0 {r0=v1, r1=v5}
f2: code 0 pc 8 base 0 {r1=v10}
";

#[test]
fn objects_that_nobody_sees() {
    let pass = passes::find("replace objects that nobody sees by their attributes").expect("a pass");
    let mut f = habu_jit::hir::parse(POINT).expect("parses");
    pass(&mut f);
    habu_jit::hir::verify(&f).expect("stays well-formed");
    golden("escape", &f.to_string());
    assert!(!f.to_string().contains("NewObject"));
    // Who returns it shows it.
    let mut seen = habu_jit::hir::parse(&POINT.replace("Return v13", "Return v10")).expect("parses");
    pass(&mut seen);
    assert!(seen.to_string().contains("NewObject"));
}
