//! Syntax errors: class, text and place, as recorded from CPython 3.14.
//!
//! Each line of `data/errors.txt` is a source (newlines, tabs and backslashes escaped), a tab, and what CPython says:
//! `ok`, or class, text and the four numbers of its place. `data/interactive.txt` has one more field, the way to
//! parse: `single` and `exec` allow incomplete input and leave blocks open, as `codeop` asks for; `plain` and `eval`
//! are the modes of `compile` as they are.

use habu_syntax::ast::Arena;
use habu_syntax::symtable::{SymtableOptions, build};
use habu_syntax::{Mode, ParseOptions, SyntaxErr, parse};

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => out.push(match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some('f') => '\x0C',
                _ => '\\',
            }),
            (c, _) => out.push(c),
        }
    }
    out
}

fn outcome(source: &str) -> String {
    let arena = Arena::new();
    let result = parse(&arena, source, ParseOptions::default()).and_then(|mut parsed| {
        build(&parsed.module, &mut parsed.interner, &parsed.source.lines, SymtableOptions::default())
            .map(|_| ())
    });
    describe(result)
}

fn describe(result: Result<(), SyntaxErr>) -> String {
    match result {
        Ok(()) => "ok".into(),
        Err(e) => format!("{}\t{}\t{} {} {} {}", e.kind.name(), e.msg, e.line, e.col, e.end_line, e.end_col),
    }
}

fn check(recorded: &str, outcome: impl Fn(&str, &str) -> (String, String)) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in recorded.lines() {
        let Some((source, rest)) = line.split_once('\t') else { continue };
        count += 1;
        let (actual, expected) = outcome(&unescape(source), rest);
        if actual != expected {
            wrong.push(format!("{source}\n    CPython: {expected}\n    here:    {actual}"));
        }
    }
    assert!(count > 0, "no record was read");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn errors_are_cpythons() {
    check(include_str!("data/errors.txt"), |source, expected| (outcome(source), expected.into()));
}

#[test]
fn interactive_input_is_judged_as_by_cpython() {
    check(include_str!("data/interactive.txt"), |source, rest| {
        let (how, expected) = rest.split_once('\t').expect("three fields");
        let (mode, codeop) = match how {
            "single" => (Mode::Single, true),
            "exec" => (Mode::Exec, true),
            "plain" => (Mode::Single, false),
            _ => (Mode::Eval, false),
        };
        let options = ParseOptions {
            mode,
            allow_incomplete: codeop,
            dont_imply_dedent: codeop,
            ..ParseOptions::default()
        };
        let arena = Arena::new();
        let actual = describe(parse(&arena, source, options).map(|_| ()));
        (format!("{how}\t{actual}"), format!("{how}\t{expected}"))
    });
}

/// For comparing with records that are not part of the repository.
#[test]
fn errors_of_an_extra_file() {
    if let Ok(path) = std::env::var("HABU_ERRORS") {
        let recorded = std::fs::read_to_string(path).expect("the file should be readable");
        check(&recorded, |source, expected| (outcome(source), expected.into()));
    }
}
