//! Generated programs: whatever compiles must verify and survive the road through bytes.

use habu_bytecode::{Code, CompileOptions, Mode, compile_source, verify};

/// A small deterministic generator of random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }
}

/// Where a statement stands: what may be written there.
#[derive(Clone, Copy)]
struct Place {
    in_loop: bool,
    is_async: bool,
    depth: u32,
}

const NAMES: &[&str] = &["a", "b", "c", "d", "e"];

fn expr(r: &mut Random, depth: u32) -> String {
    if depth == 0 {
        return match r.below(6) {
            0 => r.below(100_000).to_string(),
            1 => "'s'".into(),
            2 => "None".into(),
            _ => r.pick(NAMES).into(),
        };
    }
    let mut e = || expr(r, depth - 1);
    let (x, y, z) = (e(), e(), e());
    match r.below(22) {
        0 => format!("({x} {} {y})", r.pick(&["+", "-", "*", "//", "**", "<<", "&", "@"])),
        1 => format!("({x} {} {y})", r.pick(&["<", "==", "is", "in", "not in", "is not", ">="])),
        2 => format!("({x} < {y} <= {z})"),
        3 => format!("({x} {} {y} {} {z})", r.pick(&["and", "or"]), r.pick(&["and", "or"])),
        4 => format!("({x} if {y} else {z})"),
        5 => format!("f({x}, {y}, k={z})"),
        6 => format!("f(*{x}, {y}, **{z})"),
        7 => format!("({x}).m({y})"),
        8 => format!("({x}).attr[{y}]"),
        9 => format!("({x})[{y}:{z}]"),
        10 => format!("[{x}, *{y}]"),
        11 => format!("{{{x}: {y}, **{z}}}"),
        12 => format!("[{x} for {} in {y} if {z}]", r.pick(NAMES)),
        13 => format!("{{{x}: {y} for {}, {} in {z}}}", NAMES[0], NAMES[1]),
        14 => format!("sum({x} for {} in {y})", r.pick(NAMES)),
        15 => format!("(lambda {}, k={y}: {x})", r.pick(NAMES)),
        16 => format!("(w := {x})"),
        17 => format!("f\"{{{}!r:>{{{}}}}}x\"", r.pick(NAMES), r.pick(NAMES)),
        18 => format!("(not {x})"),
        19 => format!("(-{x}, {y})"),
        20 => format!("[[{x} for a in {y}] for b in range({z})]"),
        _ => x,
    }
}

fn block(r: &mut Random, out: &mut String, place: Place, indent: usize) {
    for _ in 0..=r.below(3) {
        stmt(r, out, place, indent);
    }
}

fn stmt(r: &mut Random, out: &mut String, place: Place, indent: usize) {
    let pad = "    ".repeat(indent);
    let e = expr(r, 2);
    let name = r.pick(NAMES);
    if place.depth == 0 {
        let line = match r.below(12) {
            0 => format!("{name} = {e}"),
            1 => format!("{name} += {e}"),
            2 => format!("{name}, *{} = {e}", r.pick(NAMES)),
            3 => format!("{name}.x = {name}[{e}] = {e}"),
            4 => format!("del {name}"),
            5 => format!("return {e}"),
            6 if place.in_loop => "break".into(),
            7 if place.in_loop => "continue".into(),
            8 => format!("raise {e} from {name}"),
            9 => format!("assert {e}, {name}"),
            10 if place.is_async => format!("await {name}"),
            _ => e,
        };
        out.push_str(&format!("{pad}{line}\n"));
        return;
    }
    let inner = Place { depth: place.depth - 1, ..place };
    let in_loop = Place { in_loop: true, ..inner };
    let asynchronous = if place.is_async && r.below(2) == 0 { "async " } else { "" };
    match r.below(10) {
        0 => {
            out.push_str(&format!("{pad}if {e}:\n"));
            block(r, out, inner, indent + 1);
            out.push_str(&format!("{pad}else:\n"));
            block(r, out, inner, indent + 1);
        }
        1 => {
            out.push_str(&format!("{pad}while {e}:\n"));
            block(r, out, in_loop, indent + 1);
        }
        2 => {
            out.push_str(&format!("{pad}{asynchronous}for {name} in {e}:\n"));
            block(r, out, in_loop, indent + 1);
            out.push_str(&format!("{pad}else:\n"));
            block(r, out, inner, indent + 1);
        }
        3 => {
            out.push_str(&format!("{pad}for {name}, z in range({e}):\n"));
            block(r, out, in_loop, indent + 1);
        }
        4 => {
            out.push_str(&format!("{pad}try:\n"));
            block(r, out, inner, indent + 1);
            out.push_str(&format!("{pad}except E as {name}:\n"));
            block(r, out, inner, indent + 1);
            out.push_str(&format!("{pad}finally:\n"));
            block(r, out, inner, indent + 1);
        }
        5 => {
            out.push_str(&format!("{pad}{asynchronous}with {e} as {name}, {name}:\n"));
            block(r, out, inner, indent + 1);
        }
        6 => {
            out.push_str(&format!("{pad}match {e}:\n{pad}    case [{name}, *_] if {name}:\n"));
            block(r, out, inner, indent + 2);
            out.push_str(&format!("{pad}    case {{'k': 1 | 2, **rest}} | C(rest):\n"));
            block(r, out, inner, indent + 2);
        }
        7 => {
            out.push_str(&format!("{pad}def g({name}, *v):\n{pad}    nonlocal w\n"));
            block(r, out, Place { in_loop: false, is_async: false, ..inner }, indent + 1);
        }
        8 => {
            let depth = inner.depth;
            out.push_str(&format!("{pad}async def h():\n"));
            block(r, out, Place { in_loop: false, is_async: true, depth }, indent + 1);
        }
        _ => stmt(r, out, inner, indent),
    }
}

#[test]
fn generated_programs_verify() {
    let mut compiled = 0;
    for seed in 0..400 {
        let mut r = Random(seed);
        let mut source = String::from("def f(a, b):\n    w = 1\n");
        let place = Place { in_loop: false, is_async: false, depth: 3 };
        for _ in 0..3 {
            block(&mut r, &mut source, place, 1);
        }
        // Some are refused (a walrus where none may stand, say); none may break the compiler.
        let result = match compile_source(&source, "test.py", Mode::Exec, CompileOptions::default()) {
            Ok(result) => result,
            Err(e) if e.kind == habu_syntax::ErrKind::SyntaxError => continue,
            Err(e) => panic!("seed {seed}: {e}\n{source}"),
        };
        compiled += 1;
        if let Err(e) = verify::verify(&result.code) {
            panic!("seed {seed}: {e}\n{source}");
        }
        assert_eq!(Code::from_bytes(&result.code.to_bytes()).as_ref(), Ok(&result.code), "seed {seed}");
    }
    assert!(compiled > 100, "only {compiled} of the generated programs compile");
}
