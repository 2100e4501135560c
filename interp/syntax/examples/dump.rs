//! Prints the tree, the tokens, the scopes or the errors of files, for comparing with CPython; or times parsing.

use habu_syntax::ast::Arena;
use habu_syntax::symtable::{ScopeId, SymbolTable, SymtableOptions, build};
use habu_syntax::{ParseOptions, Parsed, SourceText, SyntaxErr, dump, parse_bytes};
use std::fmt::Write as _;
use std::io::Write;
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (mode, files) = match args.split_first() {
        Some((mode, files)) if !files.is_empty() => (mode.as_str(), files),
        _ => {
            eprintln!("usage: dump ast|tokens|symtable|errors|time FILE...");
            std::process::exit(2);
        }
    };
    let mut out = std::io::stdout().lock();
    let (mut bytes, start) = (0, Instant::now());
    for file in files {
        let source = match std::fs::read(file) {
            Ok(source) => source,
            Err(error) => {
                eprintln!("{file}: {error}");
                continue;
            }
        };
        bytes += source.len();
        let arena = Arena::new();
        let parse = || parse_bytes(&arena, &source, ParseOptions::default());
        let text = match mode {
            "ast" => {
                let options = ParseOptions { type_comments: true, ..ParseOptions::default() };
                parse_bytes(&arena, &source, options).map(|parsed| dump::dump_ast(&parsed))
            }
            "tokens" => SourceText::from_bytes(&source).and_then(|source| dump::dump_tokens(&source)),
            "symtable" => parse().and_then(symtable),
            "errors" => parse().and_then(|parsed| symtable(parsed).map(|_| String::new())),
            _ => parse().map(|_| String::new()),
        };
        let text = text.unwrap_or_else(|e| {
            let place = (e.line, e.col, e.end_line, e.end_col);
            format!("{file}: {}: {} {place:?}\n", e.kind.name(), e.msg)
        });
        if out.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
    if mode == "time" {
        let seconds = start.elapsed().as_secs_f64();
        eprintln!(
            "{} files, {bytes} bytes, {seconds:.3} s, {:.1} MB/s",
            files.len(),
            bytes as f64 / 1e6 / seconds
        );
    }
}

fn symtable(mut parsed: Parsed) -> Result<String, SyntaxErr> {
    let options = SymtableOptions { shown: true, ..SymtableOptions::default() };
    let table = build(&parsed.module, &mut parsed.interner, &parsed.source.lines, options)?;
    let mut out = String::new();
    print_scope(&table, &parsed, ScopeId::TOP, 0, &mut out);
    Ok(out)
}

fn print_scope(table: &SymbolTable, parsed: &Parsed, id: ScopeId, depth: usize, out: &mut String) {
    let scope = table.scope(id);
    let name = |symbol| parsed.interner.resolve(symbol);
    let varnames: Vec<_> = scope.varnames.iter().map(|&v| name(v)).collect();
    let _ = write!(
        out,
        "{:depth$}{:?} {} {} {varnames:?}",
        "",
        scope.kind,
        name(scope.name).trim_matches(['<', '>']),
        scope.nested
    );
    let mut entries: Vec<_> =
        scope.entries().map(|e| (name(e.name), e.flags.0 as u32 | ((e.binding as u32) << 12))).collect();
    entries.sort_unstable();
    for (name, flags) in entries {
        let _ = write!(out, " {name}:{flags}");
    }
    out.push('\n');
    for &child in &scope.children {
        print_scope(table, parsed, child, depth + 1, out);
    }
}
