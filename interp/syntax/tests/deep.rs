//! Deep and long sources: limits are errors, long chains are fine, and nothing overflows the native stack.

use habu_syntax::ast::Arena;
use habu_syntax::symtable::{SymtableOptions, build};
use habu_syntax::{ErrKind, ParseOptions, SyntaxErr, dump, parse};

/// Parses, builds the symbol table and drops.
fn run(source: &str) -> Result<(), SyntaxErr> {
    let arena = Arena::new();
    let mut parsed = parse(&arena, source, ParseOptions::default())?;
    build(&parsed.module, &mut parsed.interner, &parsed.source.lines, SymtableOptions::default())?;
    Ok(())
}

/// Runs on a stack of the size that a main thread has.
fn on_big_stack(f: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(f).expect("a thread should start");
    thread.join().expect("the thread should not panic");
}

#[test]
fn long_chains_parse() {
    on_big_stack(|| {
        let n = 100_000;
        run(&vec!["1"; n].join("+")).expect("a long sum");
        run(&format!("x{}", ".a".repeat(n))).expect("a long attribute chain");
        run(&format!("x{}", "()".repeat(n))).expect("a long chain of calls");
        run(&format!("x{}", "[0]".repeat(n))).expect("a long chain of subscripts");
        run(&vec!["x"; n].join(" and ")).expect("a long conjunction");
        run(&vec!["x"; n].join(" < ")).expect("a long comparison");
        run(&format!("{}1", "x=".repeat(n))).expect("a long chain of targets");
        run(&format!("if x:\n pass\n{}", "elif y:\n pass\n".repeat(n))).expect("a long elif chain");
        run(&format!("({}", "+".repeat(10))).expect_err("an error in a bracket");
    });
}

#[test]
fn long_chains_that_end_in_an_error_are_dropped_well() {
    on_big_stack(|| {
        let chain = vec!["x"; 20_000].join("+");
        let error = run(&format!("{chain} y")).expect_err("two expressions");
        assert_eq!(error.msg, "invalid syntax");
    });
}

#[test]
fn too_deep_nesting_is_refused() {
    on_big_stack(|| {
        for (open, close) in
            [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("x[", "]"), ("[x for x in ", "]")]
        {
            run(&format!("{}1{}", open.repeat(100), close.repeat(100))).expect("100 brackets are fine");
            let error = run(&format!("{}1{}", open.repeat(201), close.repeat(201))).expect_err("201 are not");
            assert_eq!(error.msg, "too many nested parentheses", "{open}");
        }
        for prefix in ["not ", "-", "~", "lambda:", "x if y else ", "await ", "x**"] {
            if prefix != "await " {
                run(&format!("{}1", prefix.repeat(900))).expect("some nesting is fine");
            }
            let error = run(&format!("{}1", prefix.repeat(100_000))).expect_err("a lot is not");
            let limit = "Parser stack overflowed - Python source too complex to parse";
            assert!(
                error.kind == ErrKind::MemoryError && error.msg == limit || prefix == "await ",
                "{prefix}"
            );
        }
        let nested: String = (0..100).map(|i| format!("{}if x:\n", " ".repeat(i))).collect();
        let error = run(&format!("{nested}{}pass\n", " ".repeat(100))).expect_err("100 levels");
        assert_eq!(error.kind, ErrKind::IndentationError);
        assert_eq!(error.msg, "too many levels of indentation");
        let nested: String = (0..99).map(|i| format!("{}if x:\n", " ".repeat(i))).collect();
        run(&format!("{nested}{}pass\n", " ".repeat(99))).expect("99 levels");
        let error =
            run(&format!("{}1{}", "f'{".repeat(160), "}'".repeat(160))).expect_err("nested f-strings");
        assert_eq!(error.msg, "too many nested f-strings or t-strings");
    });
}

#[test]
fn nested_errors_take_no_exponential_time() {
    on_big_stack(|| {
        for open in ["(", "[", "{", "f(", "x[", "{1:", "(x, ", "lambda: (", "f(a=", "f'{", "not (", "(yield "]
        {
            let source = format!("{}x y z", open.repeat(90));
            let _ = run(&source).expect_err("unclosed");
            let close: String = open
                .chars()
                .rev()
                .filter_map(|c| match c {
                    '(' => Some(')'),
                    '[' => Some(']'),
                    '{' => Some('}'),
                    '\'' => Some('\''),
                    _ => None,
                })
                .collect();
            let _ =
                run(&format!("{}x y z{}", open.repeat(90), close.repeat(90))).expect_err("a mistake inside");
        }
        let blocks: String = (0..90).map(|i| format!("{}try:\n", " ".repeat(i))).collect();
        let _ = run(&format!("{blocks}{}x y\n", " ".repeat(90))).expect_err("a mistake in nested blocks");
        let defs: String = (0..90).map(|i| format!("{}def f(a=(1, 2), *b):\n", " ".repeat(i))).collect();
        let _ =
            run(&format!("{defs}{}x = = y\n", " ".repeat(90))).expect_err("a mistake in nested functions");
    });
}

#[test]
fn a_long_tree_is_dumped() {
    on_big_stack(|| {
        let arena = Arena::new();
        let parsed = parse(&arena, &vec!["1"; 500].join("+"), ParseOptions::default()).expect("a sum");
        assert!(dump::dump_ast(&parsed).lines().count() > 500);
    });
}
