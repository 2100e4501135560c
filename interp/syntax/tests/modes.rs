//! The modes of parsing beside whole modules.

use habu_syntax::ast::Arena;
use habu_syntax::{Mode, ParseOptions, dump, parse};

fn dumped(source: &str, mode: Mode) -> String {
    let options = ParseOptions { mode, ..ParseOptions::default() };
    let arena = Arena::new();
    match parse(&arena, source, options) {
        Ok(parsed) => {
            let tree = dump::dump_ast(&parsed);
            let no_places =
                tree.lines().map(str::trim).filter(|l| !l.contains("lineno=") && !l.contains("offset="));
            no_places.collect::<String>()
        }
        Err(error) => error.msg,
    }
}

#[test]
fn a_signature_comment_is_parsed() {
    let name = |name: &str| format!("Name(id='{name}',ctx=Load(),");
    let expected =
        format!("FunctionType(argtypes=[{}{}{}returns={}", name("a"), name("b"), name("c"), name("d"));
    assert_eq!(dumped("(a, *b, **c) -> d", Mode::FuncType), expected);
    assert!(dumped("() -> d", Mode::FuncType).starts_with("FunctionType(returns=Name("));
    assert_eq!(dumped("(a", Mode::FuncType), "'(' was never closed");
    assert_eq!(dumped("(a) -> b c", Mode::FuncType), "invalid syntax");
}

#[test]
fn one_expression_is_parsed() {
    assert!(dumped("a, b\n\n", Mode::Eval).starts_with("Expression(body=Tuple("));
    assert_eq!(dumped("a = 1", Mode::Eval), "invalid syntax");
    assert_eq!(dumped("a\nb", Mode::Eval), "invalid syntax");
}

#[test]
fn one_interactive_statement_is_parsed() {
    assert!(dumped("a; b", Mode::Single).starts_with("Interactive(body=[Expr("));
    assert!(dumped("if a:\n  b\n", Mode::Single).starts_with("Interactive(body=[If("));
    assert_eq!(dumped("a\nb", Mode::Single), "multiple statements found while compiling a single statement");
}

#[test]
fn the_flufl_has_his_way() {
    let friendly = "from __future__ import barry_as_FLUFL\n1 <> 2\n";
    assert!(dumped(friendly, Mode::Exec).contains("NotEq()"));
    let msg = "with Barry as BDFL, use '<>' instead of '!='";
    assert_eq!(dumped("from __future__ import barry_as_FLUFL\n1 != 2\n", Mode::Exec), msg);
    assert_eq!(dumped("1 <> 2", Mode::Exec), "invalid syntax.  Maybe you meant '!=' instead of '<>'?");
}

#[test]
fn huge_decimals_are_refused() {
    assert!(dumped(&"9".repeat(4300), Mode::Eval).contains("99999"));
    assert!(dumped(&"9".repeat(4301), Mode::Eval).starts_with("Exceeds the limit (4300 digits)"));
    assert!(dumped(&format!("0x{}", "f".repeat(5000)), Mode::Eval).contains("Constant(value="));
}
