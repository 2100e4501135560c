//! Class and message of an exception, its notes, and where a syntax error is.

use super::frames::Sources;
use super::{keyword, suggest};
use crate::object::class::flags;
use crate::types::exception::Exception;
use crate::types::exception::attributes::{
    END_LINENO, END_OFFSET, LINENO, MSG, Native, OFFSET, SYNTAX_FILENAME, TEXT, native_get,
};
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// Everything behind the stack entries.
pub fn format(vm: &mut Vm, exc: Value, sources: &mut Sources) -> String {
    let class = class_name(vm, exc);
    let syntax = vm.downcast::<Exception>(exc).filter(|e| Native::of(vm, *e) == Native::Syntax);
    let mut text = match syntax {
        Some(e) => syntax_error(vm, &e, &class, sources),
        None => {
            let mut message = safe(vm, "exception", "str", |vm| vm.to_str(exc).map(|s| s.to_message()));
            message.push_str(&suggest::hint(vm, exc));
            if message.is_empty() { format!("{class}\n") } else { format!("{class}: {message}\n") }
        }
    };
    text.push_str(&notes(vm, exc));
    text
}

/// Class and message only.
pub fn plain(vm: &mut Vm, exc: Value) -> String {
    let class = class_name(vm, exc);
    let message = safe(vm, "exception", "str", |vm| vm.to_str(exc).map(|s| s.to_message()));
    if message.is_empty() { format!("{class}\n") } else { format!("{class}: {message}\n") }
}

/// The text, or that it could not be made.
fn safe(vm: &mut Vm, what: &str, function: &str, f: impl FnOnce(&mut Vm) -> PyResult<String>) -> String {
    match f(vm) {
        Ok(text) => text,
        Err(raised) => {
            vm.take_exception(raised);
            format!("<{what} {function}() failed>")
        }
    }
}

/// The class, with its module unless that goes without saying.
fn class_name(vm: &mut Vm, exc: Value) -> String {
    let cls = vm.class_of(exc);
    let name = cls.qualname.get().map_or_else(String::new, |n| n.to_message());
    let module = match crate::types::typ::module_of(vm, cls) {
        Ok(module) => module,
        Err(raised) => {
            vm.take_exception(raised);
            Value::NONE
        }
    };
    match vm.downcast::<Str>(module) {
        Some(module) if module.is("__main__") || module.is("builtins") => name,
        Some(module) => format!("{}.{name}", module.to_message()),
        None => format!("<unknown>.{name}"),
    }
}

fn notes(vm: &mut Vm, exc: Value) -> String {
    let key = vm.names.notes;
    let notes = match vm.get_attr_opt(exc, key) {
        Ok(Some(notes)) if !notes.is_none() => notes,
        Ok(_) => return String::new(),
        Err(raised) => {
            let other = vm.take_exception(raised);
            let text = safe(vm, "__notes__", "repr", |vm| vm.repr(other).map(|s| s.to_message()));
            return format!("Ignored error getting __notes__: {text}\n");
        }
    };
    let is_sequence = vm.class_of(notes).has(flags::SEQUENCE) && vm.downcast::<Str>(notes).is_none();
    if !is_sequence {
        let text = safe(vm, "__notes__", "repr", |vm| vm.repr(notes).map(|s| s.to_message()));
        return format!("{text}\n");
    }
    let items = match vm.collect(notes) {
        Ok(items) => items,
        Err(raised) => {
            vm.take_exception(raised);
            return String::new();
        }
    };
    let mut out = String::new();
    for note in items.iter() {
        let text = safe(vm, "note", "str", |vm| vm.to_str(*note).map(|s| s.to_message()));
        for line in text.split('\n') {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn text_of(vm: &mut Vm, v: Value) -> Option<String> {
    if v.is_none() {
        return None;
    }
    Some(safe(vm, "exception", "str", |vm| vm.to_str(v).map(|s| s.to_message())))
}

fn syntax_error(vm: &mut Vm, e: &Exception, class: &str, sources: &mut Sources) -> String {
    let mut out = String::new();
    let file = text_of(vm, native_get(e, SYNTAX_FILENAME));
    let line = text_of(vm, native_get(e, LINENO));
    let mut suffix = String::new();
    match (&line, &file) {
        (Some(line), _) => {
            let file = file.filter(|f| !f.is_empty()).unwrap_or_else(|| "<string>".to_owned());
            out.push_str(&format!("  File \"{file}\", line {line}\n"));
            let plain = vm.downcast::<Str>(native_get(e, MSG)).is_some_and(|m| {
                m.is("invalid syntax") || m.is("invalid syntax. Perhaps you forgot a comma?")
            });
            if plain
                && let Some(number) = native_get(e, LINENO).as_small().and_then(|n| usize::try_from(n).ok())
                && let source = sources.lines(vm, &file)
                && let Some(typo) = keyword::find(source, number)
            {
                out.push_str(&typo_line(&source[number - 1], &typo));
                out.push_str(&format!("{class}: invalid syntax. Did you mean '{}'?\n", typo.keyword));
                return out;
            }
        }
        (None, Some(file)) => suffix = format!(" ({file})"),
        (None, None) => {}
    }
    if let Some(text) = vm.downcast::<Str>(native_get(e, TEXT)) {
        source_line(e, &text.to_message(), &mut out);
    }
    let msg = text_of(vm, native_get(e, MSG)).filter(|m| !m.is_empty());
    let msg = match msg {
        Some(msg) => msg,
        None => "<no detail available>".to_owned(),
    };
    out.push_str(&format!("{class}: {msg}{suffix}\n"));
    out
}

/// The line of source with a misspelt keyword marked.
fn typo_line(line: &str, typo: &keyword::Typo) -> String {
    let spaces = line.chars().take_while(|c| c.is_whitespace()).count();
    let padding = " ".repeat(typo.start.saturating_sub(spaces));
    format!("    {}\n    {padding}{}\n", line.trim(), "^".repeat(typo.end - typo.start))
}

/// The line of source and carets under the wrong part.
fn source_line(e: &Exception, text: &str, out: &mut String) {
    let right: Vec<char> = text.trim_end_matches('\n').chars().collect();
    let spaces = right.iter().take_while(|c| matches!(c, ' ' | '\n' | '\x0c')).count();
    let left: String = right[spaces..].iter().collect();
    out.push_str(&format!("    {left}\n"));
    let Some(mut offset) = native_get(e, OFFSET).as_small() else { return };
    let (width, length) = (right.len() as i64, text.chars().count() as i64);
    let same_line = native_get(e, LINENO) == native_get(e, END_LINENO);
    let mut end = if same_line {
        native_get(e, END_OFFSET).as_small().filter(|n| *n != 0).unwrap_or(offset)
    } else {
        width + 1
    };
    if length > 0 && offset > length {
        offset = width + 1;
    }
    if length > 0 && end > length {
        end = width + 1;
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let start = offset - 1 - spaces as i64;
    let stop = end - 1 - spaces as i64;
    if start < 0 {
        return;
    }
    // Tabs stay, so that the carets stand where they should.
    let padding: String =
        left.chars().take(start as usize).map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
    out.push_str(&format!("    {padding}{}\n", "^".repeat((stop - start).max(0) as usize)));
}
