//! The stations of the road that need no execution: `--dump=tokens|ast|bytecode`.

use crate::options::{DumpKind, Options, Program};
use habu_runtime::vm::Vm;
use habu_syntax::source::Declared;
use habu_syntax::{ParseOptions, SourceText, SyntaxErr};
use std::io::Read;

/// The program's source: its bytes and the file name that errors show.
pub fn read_program(program: &Program) -> Result<(Vec<u8>, String), String> {
    match program {
        Program::Code(text) => Ok((text.clone().into_bytes(), "<string>".to_owned())),
        Program::Stdin => {
            let mut bytes = Vec::new();
            match std::io::stdin().read_to_end(&mut bytes) {
                Ok(_) => Ok((bytes, "<stdin>".to_owned())),
                Err(e) => Err(format!("habu: can't read standard input: {e}\n")),
            }
        }
        Program::File(path) => {
            let shown = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            match std::fs::read(path) {
                Ok(bytes) => Ok((bytes, shown.display().to_string())),
                Err(e) => {
                    let text = habu_stdlib::os_error_text(&e);
                    Err(format!("habu: can't open file '{}': {text}\n", shown.display()))
                }
            }
        }
        Program::Module(name) => Err(format!("habu: --dump shows files and -c CODE, not module {name}\n")),
    }
}

/// Prints the view; the process's exit status.
pub fn show(kind: DumpKind, function: Option<&str>, options: &Options) -> u8 {
    let (bytes, filename) = match read_program(&options.program) {
        Ok(source) => source,
        Err(text) => {
            eprint!("{text}");
            return 2;
        }
    };
    match render(kind, function, &bytes, &filename, options) {
        Ok(text) => {
            print!("{text}");
            0
        }
        Err(error) => {
            eprint!("{}", syntax_error_text(&error, &filename));
            1
        }
    }
}

fn render(
    kind: DumpKind,
    function: Option<&str>,
    bytes: &[u8],
    filename: &str,
    options: &Options,
) -> Result<String, SyntaxErr> {
    let source = source_text(bytes, filename, options)?;
    if kind == DumpKind::Tokens {
        return habu_syntax::dump::dump_tokens(&source);
    }
    let text = source.text.to_string();
    // As `python -m ast` has it.
    let type_comments = kind == DumpKind::Ast;
    let arena = habu_syntax::ast::Arena::new();
    let parse = ParseOptions { type_comments, ..ParseOptions::default() };
    let mut parsed = habu_syntax::parse_source(&arena, source, parse)?;
    if kind == DumpKind::Ast {
        return Ok(habu_syntax::dump::dump_ast(&parsed));
    }
    let compile = habu_bytecode::CompileOptions { optimize: options.python.optimize, ..Default::default() };
    let compiled = habu_bytecode::compile::compile_parsed(&mut parsed, filename, compile)?;
    Ok(match function {
        None => habu_bytecode::dis::dump(&compiled.code, Some(&text)),
        Some(name) => {
            let mut out = String::new();
            dump_named(&compiled.code, name, &text, &mut out);
            out
        }
    })
}

/// The source as text. Encodings that the front end does not know are decoded by the library's codecs, which need a
/// machine.
fn source_text(bytes: &[u8], filename: &str, options: &Options) -> Result<SourceText, SyntaxErr> {
    let plain = SourceText::from_bytes(bytes);
    let Ok(declared) = Declared::of(bytes) else { return plain };
    if plain.is_ok() || declared.codec().is_none() {
        return plain;
    }
    let Some(mut vm) = Vm::new(options.python.clone()) else { return plain };
    let decoded = habu_stdlib::install(&mut vm)
        .and_then(|()| habu_runtime::import::decode(&mut vm, bytes, filename).map(|text| text.into_owned()));
    match decoded {
        Ok(text) => SourceText::decoded(&text, &declared),
        Err(raised) => {
            let exc = vm.take_exception(raised);
            let text = vm.to_str(exc).map_or_else(|_| String::new(), |text| text.to_message());
            plain.map_err(|e| SyntaxErr { msg: text, ..e })
        }
    }
}

/// Dumps the functions of one name or qualified name, wherever they are nested.
fn dump_named(code: &habu_bytecode::Code, name: &str, source: &str, out: &mut String) {
    if *code.name == *name || *code.qualname == *name {
        out.push_str(&habu_bytecode::dis::dump(code, Some(source)));
        return;
    }
    for constant in &code.consts {
        if let habu_bytecode::Const::Code(inner) = constant {
            dump_named(inner, name, source, out);
        }
    }
}

/// A syntax error as CPython prints it.
fn syntax_error_text(error: &SyntaxErr, filename: &str) -> String {
    let mut out = format!("  File \"{filename}\", line {}\n", error.line);
    if let Some(text) = &error.text {
        let shown = text.trim_start();
        out.push_str(&format!("    {}\n", shown.trim_end()));
    }
    out.push_str(&format!("{}: {}\n", error.kind.name(), error.msg));
    out
}
