//! Sources of any size take work in proportion to it: the work of four times the source is counted, not timed.
//!
//! What is counted is what a pass asks of the allocator, in calls and in bytes: a copy for each step of a long chain, a
//! list that is built anew for each name, a scan that collects all shows as growth by the square.

use habu_bytecode::{CompileOptions, Mode, compile_source};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static CALLS: Cell<u64> = const { Cell::new(0) };
    static BYTES: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting what each thread asks of it.
struct Counting;

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        BYTES.set(BYTES.get() + layout.size() as u64);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What compiling a source asks of the allocator; whether it compiles is another matter.
fn work(source: &str) -> (u64, u64) {
    let before = (CALLS.get(), BYTES.get());
    let _ = compile_source(source, "growth.py", Mode::Exec, CompileOptions::default());
    (CALLS.get() - before.0, BYTES.get() - before.1)
}

/// Checks that the work grows as the source does when it has four times as many parts.
fn check(name: &str, make: impl Fn(usize) -> String, n: usize) {
    let (small, large) = (make(n), make(4 * n));
    let (a, b) = (work(&small), work(&large));
    let growth = large.len() as f64 / small.len() as f64;
    for (what, a, b) in [("calls", a.0, b.0), ("bytes", a.1, b.1)] {
        let limit = 1.8 * growth * a as f64 + 100_000.0;
        assert!(
            b as f64 <= limit,
            "{name}: {what} grow from {a} to {b} when the source grows {growth:.1}-fold"
        );
    }
}

fn joined(n: usize, separator: &str, item: impl Fn(usize) -> String) -> String {
    (0..n).map(item).collect::<Vec<_>>().join(separator)
}

/// Runs on a stack of the size that a main thread has.
fn on_big_stack(f: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(f).expect("a thread should start");
    thread.join().expect("no panic");
}

type Make = fn(usize) -> String;

/// Each kind of source that can be long, by a number of parts.
const LONG: &[(&str, Make)] = &[
    ("statements", |n| "x = y\n".repeat(n)),
    ("statements of a line", |n| "x = y;".repeat(n)),
    ("blank lines", |n| "\n".repeat(8 * n)),
    ("comments", |n| "# a comment\n".repeat(n)),
    ("joined lines", |n| format!("x = {} 1\n", "\\\n".repeat(n))),
    ("lines in a bracket", |n| format!("x = [{}]\n", "1,\n".repeat(n))),
    ("names", |n| joined(n, "\n", |i| format!("name{i} = name{i}"))),
    ("locals", |n| format!("def f():\n{}", joined(n, "\n", |i| format!(" a{i} = b{i} = a{i}")))),
    ("checks of locals", |n| {
        format!("def f():\n{}", joined(n, "\n", |i| format!(" if c: a{i} = 1\n print(a{i})")))
    }),
    ("constants", |n| joined(n, "\n", |i| format!("x = {i}.5, 'text {i}', b'{i}'"))),
    ("list", |n| format!("x = [{}]", joined(n, ", ", |i| format!("a{}", i % 10)))),
    ("constant tuple", |n| format!("x = ({},)", joined(n, ", ", |i| i.to_string()))),
    ("set", |n| format!("x = {{{}}}", joined(n, ", ", |i| format!("a{}", i % 10)))),
    ("dictionary", |n| format!("x = {{{}}}", joined(n, ", ", |i| format!("'k{i}': {i}")))),
    ("unpackings", |n| format!("x = [{}]", "*a, ".repeat(n))),
    ("arguments", |n| format!("f({})", "a, ".repeat(n))),
    ("keywords", |n| format!("f({})", joined(n, ", ", |i| format!("k{i}={i}")))),
    ("parameters", |n| format!("def f({}): pass", joined(n, ", ", |i| format!("p{i}: int = {i}")))),
    ("lambda parameters", |n| format!("x = lambda {}: 1", joined(n, ", ", |i| format!("p{i}")))),
    ("type parameters", |n| format!("def f[{}](): pass", joined(n, ", ", |i| format!("T{i}: int")))),
    ("sum", |n| vec!["x"; n].join(" + ")),
    ("sum of constants", |n| format!("x = {}", vec!["1"; n].join(" + "))),
    ("sum of texts", |n| format!("x = {}", vec!["'as long as any constant text may be'"; n].join(" + "))),
    ("comparison", |n| vec!["x"; n].join(" < ")),
    ("conjunction", |n| format!("if {}: pass", vec!["x"; n].join(" and "))),
    ("mixed conditions", |n| format!("if {}: pass", vec!["x or y"; n].join(" and "))),
    ("attributes", |n| format!("x{}", ".a".repeat(n))),
    ("calls of calls", |n| format!("x{}", "()".repeat(n))),
    ("methods of methods", |n| format!("x{}", ".a(b)".repeat(n))),
    ("subscripts", |n| format!("x{}", "[y]".repeat(n))),
    ("constant subscripts", |n| format!("x = (1, 2){}", "[0]".repeat(n))),
    ("slices", |n| format!("x[{}]", "a:b, ".repeat(n))),
    ("targets", |n| format!("{}1", "x = ".repeat(n))),
    ("tuple of targets", |n| format!("{}= y", "x, ".repeat(n))),
    ("deleted", |n| format!("del {}", joined(n, ", ", |i| format!("a{i}")))),
    ("global names", |n| format!("def f():\n global {}", joined(n, ", ", |i| format!("a{i}")))),
    ("imports", |n| joined(n, "\n", |i| format!("import a{i}.b as c{i}"))),
    ("imported names", |n| format!("from a import {}", joined(n, ", ", |i| format!("b{i} as c{i}")))),
    ("elif", |n| format!("if x:\n pass\n{}else:\n pass\n", "elif y:\n z\n".repeat(n))),
    ("handlers", |n| format!("try:\n x\n{}", "except E as e:\n y\n".repeat(n))),
    ("with items", |n| format!("with {}: pass", joined(n, ", ", |i| format!("a{i} as b{i}")))),
    ("decorators", |n| format!("{}def f(): pass\n", "@d\n".repeat(n))),
    ("bases", |n| format!("class C({}): pass", joined(n, ", ", |i| format!("B{i}")))),
    ("functions", |n| joined(n, "\n", |i| format!("def f{i}(a, b=1):\n  'text'\n  return a + b"))),
    ("methods", |n| format!("class C:\n{}", joined(n, "\n", |i| format!(" def f{i}(self): self.a{i} = 1")))),
    ("annotations", |n| joined(n, "\n", |i| format!("a{i}: int = {i}"))),
    ("closures", |n| {
        let inner = joined(n, "\n", |i| format!("  a{i}"));
        format!("def f():\n{}\n def g():\n{inner}", joined(n, "\n", |i| format!(" a{i} = 1")))
    }),
    ("comprehensions", |n| format!("def f():\n{}", " x = [y for y in z if y]\n".repeat(n))),
    ("comprehensions with lambdas", |n| {
        format!("def f():\n{}", joined(n, "", |i| format!(" x = [lambda: y{i} for y{i} in z]\n")))
    }),
    ("clauses of a comprehension", |n| format!("x = [y {}]", "for y in z if y ".repeat(n))),
    ("cases", |n| format!("match x:\n{}", joined(n, "\n", |i| format!(" case {i} | 'a{i}': y")))),
    ("captures of cases", |n| {
        format!("match x:\n{}", joined(n, "\n", |i| format!(" case [a{i}, *b{i}] if a{i}: y")))
    }),
    ("alternatives", |n| format!("match x:\n case {}: y", joined(n, " | ", |i| i.to_string()))),
    ("sequence pattern", |n| format!("match x:\n case [{}]: y", joined(n, ", ", |i| format!("a{i}")))),
    ("mapping pattern", |n| {
        format!("match x:\n case {{{}}}: y", joined(n, ", ", |i| format!("'k{i}': a{i}")))
    }),
    ("class pattern", |n| format!("match x:\n case C({}): y", joined(n, ", ", |i| format!("k{i}=a{i}")))),
    ("long text", |n| format!("x = '{}'", "text \\n \u{e9}".repeat(n))),
    ("long docstring", |n| format!("'''{}'''", "    line\n".repeat(n))),
    ("joined texts", |n| format!("x = ({})", "'text' ".repeat(n))),
    ("joined f-strings", |n| format!("x = ({})", "'a' f'b{c}' ".repeat(n))),
    ("f-string", |n| format!("x = f'{}'", "text {x!r:>{w}}".repeat(n))),
    ("t-string", |n| format!("x = t'{}'", "text {x}".repeat(n))),
    ("text in an f-string", |n| format!("x = f'{}{{x}}'", "text {{ ".repeat(n))),
    ("formatted text", |n| format!("x = '{}' % ({})", "%s ".repeat(n), "y, ".repeat(n))),
    ("digits", |n| format!("x = 0x{}", "f0".repeat(n))),
    ("a long name", |n| format!("{} = 1", "long".repeat(n))),
    ("names beyond ASCII", |n| joined(n, "\n", |i| format!("\u{e9}{i} = \u{ff21}{i}"))),
    ("private names", |n| format!("class C:\n{}", joined(n, "\n", |i| format!(" __a{i} = __b{i}")))),
    ("assertions", |n| "assert x, y\n".repeat(n)),
    ("loops", |n| "while x:\n if y: break\n continue\nfor x in y: pass\n".repeat(n)),
    ("jumps", |n| format!("while x:\n{}", " if y: continue\n".repeat(n))),
    ("returns through finally", |n| {
        format!("def f():\n try:\n{}\n finally: z\n", "  if x: return y\n".repeat(n))
    }),
    ("yields", |n| format!("def f():\n{}", " x = yield y\n".repeat(n))),
    ("awaits", |n| format!("async def f():\n{}", " async with x as y: await z\n".repeat(n))),
];

#[test]
fn long_sources_take_linear_work() {
    on_big_stack(|| {
        for (name, make) in LONG {
            check(name, make, 500);
        }
    });
}

#[test]
fn mistakes_in_long_sources_take_linear_work() {
    on_big_stack(|| {
        for (name, make) in LONG {
            check(&format!("{name}, then a mistake"), |n| format!("{}\nx y\n", make(n)), 300);
            check(&format!("{name}, then a bracket"), |n| format!("{})", make(n)), 300);
            check(&format!("{name} behind an open bracket"), |n| format!("f(\n{}", make(n)), 300);
            check(&format!("{name} in a block"), |n| format!("if x:\n{}\n  y z", make(n)), 300);
        }
    });
}

#[test]
fn nesting_takes_linear_work_or_ends_in_an_error() {
    on_big_stack(|| {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{", "}"),
            ("{1: ", "}"),
            ("f(", ")"),
            ("f(a=", ")"),
            ("x[", "]"),
            ("(x, ", ")"),
            ("[x for x in ", "]"),
            ("(yield ", ")"),
            ("(lambda: ", ")"),
            ("(x := ", ")"),
            ("not (", ")"),
            ("(*", ",)"),
            ("(await ", ")"),
            ("{**", "}"),
            ("f'{", "}'"),
            ("f'{x:{", "}}'"),
            ("t'{", "}'"),
        ] {
            let nested = |n: usize| format!("x = {}y{}", open.repeat(n), close.repeat(n));
            check(&format!("{open}{close}"), nested, 30);
            check(&format!("{open}{close} beyond every limit"), nested, 400);
            check(&format!("{open}, never closed"), |n| format!("x = {}y", open.repeat(n)), 30);
            check(&format!("{open}{close} around a mistake"), |n| nested(n).replace('y', "y z w"), 30);
        }
        for prefix in
            ["not ", "-", "~", "lambda: ", "x if y else ", "await ", "x ** ", "*", "x = yield ", "-x ** "]
        {
            // The qualified names of nested functions grow by the square, as CPython's do.
            let n = if prefix == "lambda: " { 12 } else { 100 };
            check(prefix, |n| format!("{}x", prefix.repeat(n)), n);
            check(&format!("{prefix}beyond every limit"), |n| format!("{}x", prefix.repeat(n)), 5000);
        }
        for header in [
            "if x:",
            "while x:",
            "for x in y:",
            "with x:",
            "def f():",
            "class C:",
            "try:",
            "async def f():",
            "match x:",
        ] {
            let nested = |n: usize| {
                let mut source = String::new();
                for depth in 0..n {
                    source += &format!("{}{header}\n", " ".repeat(depth));
                    if header == "match x:" && depth + 1 < n {
                        source.truncate(source.len() - header.len() - 1);
                        source += "if x:\n";
                    }
                }
                source + &" ".repeat(n) + "pass\n"
            };
            // Indentation makes the source itself grow by the square.
            check(header, nested, 20);
            check(&format!("{header} beyond the limit"), nested, 110);
        }
        for pattern in [("[", "]"), ("(", ",)"), ("{'k': ", "}"), ("C(", ")"), ("C(k=", ")")] {
            let (open, close) = pattern;
            check(open, |n| format!("match x:\n case {}y{}: z", open.repeat(n), close.repeat(n)), 30);
        }
    });
}
