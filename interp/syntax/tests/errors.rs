//! Syntax errors: class, text and place, as recorded from CPython 3.14.
//!
//! Each line of `data/errors.txt` is a source (newlines, tabs and backslashes escaped), a tab, and what CPython says:
//! `ok`, or class, text and the four numbers of its place.

use habu_syntax::symtable::{SymtableOptions, build};
use habu_syntax::{ParseOptions, parse};

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
    let result = parse(source, ParseOptions::default()).and_then(|mut parsed| {
        build(&parsed.module, &mut parsed.interner, &parsed.source, SymtableOptions::default()).map(|_| ())
    });
    match result {
        Ok(()) => "ok".into(),
        Err(e) => format!("{}\t{}\t{} {} {} {}", e.kind.name(), e.msg, e.line, e.col, e.end_line, e.end_col),
    }
}

fn check(recorded: &str) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in recorded.lines() {
        let Some((source, expected)) = line.split_once('\t') else { continue };
        count += 1;
        if std::env::var_os("HABU_ERRORS_SHOW").is_some() {
            eprintln!("{source}");
        }
        let actual = outcome(&unescape(source));
        if actual != expected {
            wrong.push(format!("{source}\n    CPython: {expected}\n    here:    {actual}"));
        }
    }
    assert!(count > 0, "no record was read");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn errors_are_cpythons() {
    check(include_str!("data/errors.txt"));
}

/// For comparing with records that are not part of the repository.
#[test]
fn errors_of_an_extra_file() {
    if let Ok(path) = std::env::var("HABU_ERRORS") {
        check(&std::fs::read_to_string(path).expect("the file should be readable"));
    }
}
