//! Source text of modules: read, decoded (PEP 263) and compiled.

use super::{cache, raise_import, state};
use crate::heap::Gc;
use crate::types::code::{self, CodeObj};
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};
use habu_bytecode::{CompileOptions, Mode};
use habu_syntax::ast::{Arena, LineIndex};
use habu_syntax::error::ESCAPE_FUTURE;
use habu_syntax::source::{Declared, utf8};
use habu_syntax::{ErrKind, ParseOptions, SyntaxErr, Warning, WarningKind};
use std::borrow::Cow;
use std::os::unix::fs::MetadataExt;

/// The code of a library module.
pub fn library_code(vm: &mut Vm, key: &str, file: &str) -> PyResult<Gc<CodeObj>> {
    let library = state(vm).library;
    if vm.options.optimize == 0
        && let Some(unit) = library.and_then(|l| l.code(key, file))
    {
        return code::link(vm, unit);
    }
    let source = library.and_then(|l| l.source(key));
    match source {
        Some(source) => compile_bytes(vm, &source, file),
        None => Err(raise_import(vm, Exc::ImportError, format!("cannot read library module '{key}'"), &[])),
    }
}

/// The code of a source file, from its bytecode file if that is up to date.
pub fn file_code(vm: &mut Vm, file: &str) -> PyResult<Gc<CodeObj>> {
    let read = |file: &str| -> std::io::Result<(Vec<u8>, std::fs::Metadata)> {
        let meta = std::fs::metadata(file)?;
        Ok((std::fs::read(file)?, meta))
    };
    let (source, meta) = match read(file) {
        Ok(read) => read,
        Err(e) => {
            let name = Value::from_gc(vm.str(file)?);
            return Err(vm.os_error(e.raw_os_error().unwrap_or(libc::EIO), Some(name)));
        }
    };
    let (stamp, cached) = (cache::stamp(&meta), super::cached_path(vm, file));
    if let Some(cached) = &cached
        && let Some(unit) = cache::read(vm, cached, &source, stamp, file)
    {
        return code::link(vm, unit);
    }
    let code = compile_bytes(vm, &source, file)?;
    if let Some(cached) = cached
        && !super::sys_attr(vm, "dont_write_bytecode").is_some_and(|v| v == Value::TRUE)
        && let Ok(unit) = code.unit().complete_all()
    {
        cache::write(vm, &cached, &unit, stamp, meta.mode());
    }
    Ok(code)
}

fn compile_bytes(vm: &mut Vm, source: &[u8], file: &str) -> PyResult<Gc<CodeObj>> {
    let text = decode(vm, source, file)?;
    let options = CompileOptions { optimize: vm.options.optimize, ..CompileOptions::default() };
    compile_text(vm, &text, file, Mode::Exec, options)
}

/// Text of a library module by its `__file__`, for tracebacks.
pub fn library_source(vm: &mut Vm, file: &str) -> Option<String> {
    let state = state(vm);
    let key = state.library_key(file)?;
    let source = state.library?.source(&key)?;
    String::from_utf8(source).ok()
}

/// Compiles and links source text; a mistake in it becomes SyntaxError.
pub fn compile_text(
    vm: &mut Vm,
    text: &str,
    file: &str,
    mode: Mode,
    options: CompileOptions,
) -> PyResult<Gc<CodeObj>> {
    compile_with(vm, text, file, ParseOptions { mode, ..ParseOptions::default() }, options)
}

/// As `compile_text`, saying how to parse.
pub fn compile_with(
    vm: &mut Vm,
    text: &str,
    file: &str,
    how: ParseOptions,
    options: CompileOptions,
) -> PyResult<Gc<CodeObj>> {
    let arena = Arena::new();
    let mut parsed = match habu_syntax::parse(&arena, text, how) {
        Ok(parsed) => parsed,
        Err(e) => {
            let lines = LineIndex::new(text);
            give_warnings(vm, file, &lines, text, &e.warnings)?;
            return Err(syntax_error(vm, file, &e));
        }
    };
    give_warnings(vm, file, &parsed.source.lines, &parsed.source.text, &parsed.warnings)?;
    match habu_bytecode::compile::compile_parsed(&mut parsed, file, options) {
        Ok(compiled) => {
            give_warnings(vm, file, &parsed.source.lines, &parsed.source.text, &compiled.warnings)?;
            code::link(vm, compiled.code)
        }
        Err(e) => Err(syntax_error(vm, file, &e)),
    }
}

/// Issues what the front end warns of; where the filters make an error of a warning, it is a SyntaxError.
pub fn give_warnings(
    vm: &mut Vm,
    file: &str,
    lines: &LineIndex,
    source: &str,
    warnings: &[Warning],
) -> PyResult<()> {
    for w in warnings {
        let category = match w.kind {
            WarningKind::SyntaxWarning => Exc::SyntaxWarning,
            WarningKind::DeprecationWarning => Exc::DeprecationWarning,
        };
        let module = vm.import_module("warnings")?;
        let text = Value::from_gc(vm.str(&w.msg)?);
        let class = Value::from_gc(vm.exc_class(category));
        let file_name = Value::from_gc(vm.str(file)?);
        let args = [text, class, file_name, Value::small(w.line.into())];
        let given = vm.call_method(module, "warn_explicit", &args);
        if vm.catch(given, category)?.is_none() {
            let msg = w.msg.replace(ESCAPE_FUTURE, "");
            let e = SyntaxErr::at(ErrKind::SyntaxError, msg, w.span, source, lines);
            return Err(syntax_error(vm, file, &e));
        }
    }
    Ok(())
}

/// Source bytes as text: UTF-8 unless a byte order mark or coding comment says otherwise.
pub fn decode<'a>(vm: &mut Vm, source: &'a [u8], file: &str) -> PyResult<Cow<'a, str>> {
    let declared = match Declared::of(source) {
        Ok(declared) => declared,
        Err(e) => return Err(syntax_error(vm, file, &e)),
    };
    let wrong = match declared.encoding.as_str() {
        "utf-8" => match utf8(declared.body) {
            Ok(text) => return Ok(Cow::Borrowed(text)),
            Err(e) => e,
        },
        "iso-8859-1" => return Ok(Cow::Owned(declared.body.iter().map(|b| char::from(*b)).collect())),
        _ => SyntaxErr::of_source(String::new()),
    };
    let e = match declared.codec() {
        Some(codec) => match by_codec(vm, declared.body, codec)? {
            Ok(text) => return Ok(Cow::Owned(text)),
            Err(msg) => SyntaxErr::of_source(msg),
        },
        None => wrong,
    };
    Err(syntax_error(vm, file, &e))
}

/// What a codec makes of some bytes; the text of the error if it refuses them.
fn by_codec(vm: &mut Vm, bytes: &[u8], codec: &str) -> PyResult<Result<String, String>> {
    let (bytes, name) = (vm.bytes(bytes)?, vm.str(codec)?);
    match vm.call_method(Value::from_gc(bytes), "decode", &[Value::from_gc(name)]) {
        Ok(text) => match vm.downcast::<crate::types::str::Str>(text) {
            Some(text) => Ok(Ok(text.to_message())),
            None => Err(vm.type_error("decoder should return a string result")),
        },
        Err(raised) => {
            let exc = vm.ctx.exception;
            if !vm.exception_matches(exc, Exc::LookupError) && !vm.exception_matches(exc, Exc::UnicodeError) {
                return Err(raised);
            }
            let exc = vm.take_exception(raised);
            Ok(Err(vm.to_str(exc)?.to_message()))
        }
    }
}

/// The text of a program's file. What is wrong with it is said as CPython's reader of files says it, which differs from
/// what `compile()` says of the same bytes.
pub fn decode_file<'a>(vm: &mut Vm, source: &'a [u8], file: &str) -> PyResult<Cow<'a, str>> {
    let Ok(declared) = Declared::of(source) else { return decode(vm, source, file) };
    let mut e = match utf8(declared.body) {
        _ if declared.codec().is_some() => {
            let codec = declared.codec().unwrap_or_default();
            match by_codec(vm, declared.behind_cookie(), codec)? {
                Ok(_) => {
                    let text = decode(vm, source, file)?;
                    return without_nulls(vm, text, file);
                }
                Err(msg) => {
                    let msg = msg.split("; use codecs.decode()").next().unwrap_or(&msg);
                    SyntaxErr::of_source(msg.to_owned())
                }
            }
        }
        Err(e) if declared.encoding == "utf-8" => {
            // Lines are read one after the other: a null byte in an earlier one is met first.
            let valid = declared.body.utf8_chunks().next().map_or("", |c| c.valid());
            let before = valid.rsplit_once('\n').map_or("", |(lines, _)| lines);
            without_nulls(vm, Cow::Borrowed(before), file)?;
            e
        }
        _ => {
            let text = decode(vm, source, file)?;
            return without_nulls(vm, text, file);
        }
    };
    if e.line > 0 && declared.says_utf8() {
        let line =
            declared.body.split_inclusive(|b| *b == b'\n').nth(e.line as usize - 1).unwrap_or_default();
        if let Err(msg) = by_codec(vm, line, "utf-8")? {
            e = SyntaxErr { msg: format!("(unicode error) {msg}"), col: 0, end_col: 0, ..e };
        }
    } else if e.line > 0 {
        e.msg = e.msg.replacen(" on line", &format!(" in file {file} on line"), 1);
    }
    Err(syntax_error(vm, file, &e))
}

/// Refuses a file with a null byte, at its line.
fn without_nulls<'a>(vm: &mut Vm, text: Cow<'a, str>, file: &str) -> PyResult<Cow<'a, str>> {
    let Some((before, _)) = text.split_once('\0') else { return Ok(text) };
    let line = before.matches('\n').count() as u32 + 1;
    let shown = before.rsplit('\n').next().unwrap_or_default().to_owned();
    let msg = "source code cannot contain null bytes".to_owned();
    let e = SyntaxErr {
        line,
        end_line: line,
        col: 0,
        end_col: 0,
        text: Some(shown),
        ..SyntaxErr::of_source(msg)
    };
    Err(syntax_error(vm, file, &e))
}

/// A line of a file, if it can be read: what a SyntaxError of the compiler shows.
fn line_of_file(vm: &mut Vm, file: &str, line: u32) -> Option<String> {
    let source = std::fs::read(file).ok()?;
    let text = match decode(vm, &source, file) {
        Ok(text) => text,
        Err(raised) => {
            vm.take_exception(raised);
            return None;
        }
    };
    text.split_inclusive('\n').nth(line as usize - 1).map(str::to_owned)
}

/// Raises what the front end found wrong.
pub fn syntax_error(vm: &mut Vm, file: &str, e: &SyntaxErr) -> Raised {
    let class = match e.kind {
        ErrKind::SyntaxError => Exc::SyntaxError,
        ErrKind::IndentationError => Exc::IndentationError,
        ErrKind::TabError => Exc::TabError,
        ErrKind::IncompleteInput => Exc::_IncompleteInputError,
        ErrKind::MemoryError => return vm.raise(Exc::MemoryError, &e.msg),
        ErrKind::UnicodeError => return vm.raise(Exc::UnicodeError, &e.msg),
        ErrKind::ValueError => return vm.value_error(&e.msg),
        ErrKind::RecursionError => return vm.raise(Exc::RecursionError, &e.msg),
        ErrKind::NotImplementedError => return vm.not_implemented_error(&e.msg),
    };
    if (e.line, e.col) == (0, 0) {
        // Null bytes: CPython's error has no place at all.
        return vm.raise(class, &e.msg);
    }
    let make = |vm: &mut Vm| -> PyResult {
        let text = match &e.text {
            Some(text) => Some(text.clone()),
            None if e.line > 0 && e.end_col != SyntaxErr::NO_COLUMN => line_of_file(vm, file, e.line),
            None => None,
        };
        let file = Value::from_gc(vm.str(file)?);
        let text = match text {
            Some(text) => Value::from_gc(vm.str(&text)?),
            None => Value::NONE,
        };
        let number = |n: i64| Value::try_small(n).unwrap_or(Value::NONE);
        let end_line = if e.end_line == 0 { Value::NONE } else { Value::small(e.end_line.into()) };
        let place = [file, number(e.line.into()), number(e.col), text, end_line, number(e.end_col)];
        let place = vm.tuple(&place)?;
        let msg = vm.str(&e.msg)?;
        let class = Value::from_gc(vm.exc_class(class));
        vm.call(class, &[Value::from_gc(msg), Value::from_gc(place)])
    };
    match make(vm) {
        Ok(exc) => vm.raise_value(exc),
        Err(raised) => raised,
    }
}
