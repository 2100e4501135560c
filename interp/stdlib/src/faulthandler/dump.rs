//! Tracebacks as the fault handler writes them: no Python code runs, and little memory is needed.

use habu_runtime::heap::Gc;
use habu_runtime::types::frame::{frames, line_at};
use habu_runtime::types::str::Str;
use habu_runtime::vm::Vm;
use std::io::Write;

/// Frames shown of a thread.
const MOST_FRAMES: usize = 100;

/// Writes to a descriptor; what cannot be written is lost.
pub fn write(fd: i32, text: &[u8]) {
    let mut rest = text;
    while !rest.is_empty() {
        // SAFETY: the bytes are there.
        let n = unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) };
        match usize::try_from(n) {
            Ok(n) if n > 0 => rest = rest.get(n..).unwrap_or_default(),
            _ if std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => {}
            _ => return,
        }
    }
}

/// A text in ASCII; other characters are escaped.
fn push_escaped(out: &mut Vec<u8>, text: Option<Gc<Str>>) {
    const LONGEST: usize = 500;
    let Some(text) = text else {
        out.extend_from_slice(b"???");
        return;
    };
    for c in text.iter().take(LONGEST) {
        let escaped = match c {
            0x20..=0x7e => {
                out.push(c as u8);
                continue;
            }
            0..0x20 | 0x7f..=0xff => write!(out, "\\x{c:02x}"),
            0x100..=0xffff => write!(out, "\\u{c:04x}"),
            _ => write!(out, "\\U{c:08x}"),
        };
        // A vector takes whatever is written.
        escaped.unwrap_or_default();
    }
    if text.len() > LONGEST {
        out.extend_from_slice(b"...");
    }
}

/// The frames of the thread whose state the machine holds, newest first.
fn push_frames(vm: &mut Vm, out: &mut Vec<u8>) {
    let mut count = 0;
    for (base, pc) in frames(vm) {
        if count == MOST_FRAMES {
            out.extend_from_slice(b"  ...\n");
            return;
        }
        count += 1;
        let code = base.code();
        let line = line_at(code, code.offset_of(pc));
        out.extend_from_slice(b"  File \"");
        push_escaped(out, code.filename.get());
        out.extend_from_slice(b"\", line ");
        push_line(out, line);
        out.extend_from_slice(b" in ");
        push_escaped(out, code.name.get());
        out.push(b'\n');
    }
    if count == 0 {
        out.extend_from_slice(b"  <no Python frame>\n");
    }
}

fn push_line(out: &mut Vec<u8>, line: i32) {
    let shown = if line > 0 { write!(out, "{line}") } else { write!(out, "???") };
    shown.unwrap_or_default();
}

/// The system's name of a thread, in brackets.
fn push_name(out: &mut Vec<u8>, ident: usize) {
    let mut name = [0u8; 32];
    // SAFETY: the thread exists, and the call writes no more than it is told.
    let failed =
        unsafe { libc::pthread_getname_np(ident as libc::pthread_t, name.as_mut_ptr().cast(), name.len()) };
    let len = name.iter().position(|b| *b == 0).unwrap_or(0);
    if failed == 0 && len > 0 {
        out.extend_from_slice(b" [");
        out.extend_from_slice(&name[..len]);
        out.push(b']');
    }
}

/// This thread's traceback.
pub fn one(vm: &mut Vm, fd: i32) {
    let mut out = b"Stack (most recent call first):\n".to_vec();
    push_frames(vm, &mut out);
    write(fd, &out);
}

/// Every thread's traceback but that of thread `skipped`; `current` comes as the current one.
pub fn all(vm: &mut Vm, fd: i32, current: Option<usize>, skipped: Option<usize>) {
    let mut out = Vec::new();
    let mut later = Vec::new();
    let done: Result<(), ()> = vm.each_thread(|vm, ident| {
        if Some(ident) == skipped {
            return Ok(());
        }
        let mut text = Vec::new();
        let is_current = Some(ident) == current;
        if !is_current && frames(vm).next().is_none() {
            // It has not begun, or is at its end.
            return Ok(());
        }
        let head = if is_current { "Current thread" } else { "Thread" };
        write!(text, "{head} {ident:#018x}").unwrap_or_default();
        push_name(&mut text, ident);
        text.extend_from_slice(b" (most recent call first):\n");
        push_frames(vm, &mut text);
        // The newest thread comes first.
        later.push(text);
        Ok(())
    });
    done.unwrap_or_default();
    for (i, text) in later.iter().rev().enumerate() {
        if i > 0 {
            out.push(b'\n');
        }
        out.extend_from_slice(text);
    }
    write(fd, &out);
}

/// The calling thread's number.
pub fn own_ident() -> usize {
    // SAFETY: no conditions.
    unsafe { libc::pthread_self() as usize }
}
