//! Prints the tree or the tokens of files; `check` compares whole folders of recorded dumps.

use habu_syntax::{ParseOptions, SourceText, dump, parse_bytes};
use std::io::Write;
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (mode, files) = match args.split_first() {
        Some((mode, files)) if !files.is_empty() => (mode.as_str(), files),
        _ => {
            eprintln!("usage: dump ast|tokens|errors|time FILE...");
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
        let text = match mode {
            "ast" => parse_bytes(&source, ParseOptions::default()).map(|parsed| dump::dump_ast(&parsed)),
            "tokens" => SourceText::from_bytes(&source).and_then(|source| dump::dump_tokens(&source)),
            _ => parse_bytes(&source, ParseOptions::default()).map(|_| String::new()),
        };
        let text = text.unwrap_or_else(|e| {
            format!("{file}: {}: {} {:?}\n", e.kind.name(), e.msg, (e.line, e.col, e.end_line, e.end_col))
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
