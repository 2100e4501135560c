//! `open()`, and the standard streams.

use super::text::{self, Setup};
use super::{BUFFER_SIZE, buffered, file};
use file::FileIo;
use habu_runtime::heap::Gc;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// The optional arguments of `open()`.
pub struct How {
    pub buffering: i32,
    pub encoding: Option<Gc<Str>>,
    pub errors: Option<Gc<Str>>,
    pub newline: Option<Gc<Str>>,
    pub closefd: bool,
    pub opener: Value,
}

impl Default for How {
    fn default() -> How {
        How { buffering: -1, encoding: None, errors: None, newline: None, closefd: true, opener: Value::NONE }
    }
}

/// The letters of `open()`'s mode, checked: raw mode, binary.
fn parse_mode(vm: &mut Vm, mode: &str) -> PyResult<(String, bool)> {
    let (mut text, mut binary, mut kinds) = (false, false, 0);
    let mut raw = String::new();
    for (i, c) in mode.char_indices() {
        if !"rwxabt+".contains(c) || mode[..i].contains(c) {
            return Err(vm.value_error(format!("invalid mode: '{mode}'")));
        }
        match c {
            'b' => binary = true,
            't' => text = true,
            '+' => raw.push(c),
            _ => {
                kinds += 1;
                raw.push(c);
            }
        }
    }
    if text && binary {
        return Err(vm.value_error("can't have text and binary mode at once"));
    }
    if kinds > 1 {
        return Err(vm.value_error("must have exactly one of create/read/write/append mode"));
    }
    Ok((raw, binary))
}

pub fn open(vm: &mut Vm, name: Value, mode: &str, how: How) -> PyResult {
    let name = if habu_runtime::types::int::as_int(vm, name).is_some() {
        name
    } else {
        crate::support::fspath(vm, name)?
    };
    let (raw_mode, binary) = parse_mode(vm, mode)?;
    if binary {
        for (given, what) in
            [(how.encoding, "an encoding"), (how.errors, "an errors"), (how.newline, "a newline")]
        {
            if given.is_some() {
                return Err(vm.value_error(format!("binary mode doesn't take {what} argument")));
            }
        }
        if how.buffering == 1 {
            let text = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used";
            vm.warn(Exc::RuntimeWarning, text, 1)?;
        }
    }
    let cls = vm.native_class(FileIo::DECL)?;
    let raw = vm.alloc_instance::<FileIo>(cls)?;
    raw.name.init(Value::NONE);
    raw.state.init(file::State::default());
    file::open(vm, raw, name, &raw_mode, how.closefd, how.opener)?;
    let result = layers(vm, raw, &raw_mode, mode, binary, how);
    if result.is_err() {
        raw.state.cell().borrow_mut().fd = file::Fd::new(-1, false);
    }
    result
}

fn layers(vm: &mut Vm, raw: Gc<FileIo>, raw_mode: &str, mode: &str, binary: bool, how: How) -> PyResult {
    let v = Value::from_gc(raw);
    let mut buffering = how.buffering;
    let mut line_buffering = buffering == 1 && !binary;
    if buffering < 0 && is_terminal(raw) {
        line_buffering = true;
    }
    if buffering < 0 || buffering == 1 {
        let block = raw.state.cell().borrow().block_size;
        buffering = block.clamp(8192.max(BUFFER_SIZE), 8 << 20) as i32;
    }
    if buffering == 0 {
        if binary {
            return Ok(v);
        }
        return Err(vm.value_error("can't have unbuffered text I/O"));
    }
    let decl = if raw_mode.contains('+') {
        buffered::RANDOM
    } else if raw_mode.contains('r') {
        buffered::READER
    } else {
        buffered::WRITER
    };
    let buffer = buffered::make(vm, decl, v, buffering as usize)?;
    if binary {
        return Ok(buffer);
    }
    let setup = Setup {
        encoding: how.encoding,
        errors: how.errors,
        newline: how.newline,
        line_buffering,
        write_through: false,
    };
    text::make(vm, buffer, setup, mode)
}

fn is_terminal(raw: Gc<FileIo>) -> bool {
    // SAFETY: a plain system call.
    raw.state.cell().borrow().fd.get().is_some_and(|fd| unsafe { libc::isatty(fd) } == 1)
}

/// `sys.stdin`, `stdout` and `stderr`; `None` for those the process was started without.
pub fn standard_streams(vm: &mut Vm) -> PyResult<[Value; 3]> {
    let mut streams = [Value::NONE; 3];
    for (fd, slot) in streams.iter_mut().enumerate() {
        // SAFETY: a plain system call.
        if unsafe { libc::fcntl(fd as i32, libc::F_GETFD) } < 0 {
            continue;
        }
        *slot = standard_stream(vm, fd as i32)?;
    }
    Ok(streams)
}

fn standard_stream(vm: &mut Vm, fd: i32) -> PyResult {
    let cls = vm.native_class(FileIo::DECL)?;
    let raw = vm.alloc_instance::<FileIo>(cls)?;
    raw.name.init(Value::NONE);
    raw.state.init(file::State::default());
    let mode = if fd == 0 { "r" } else { "w" };
    file::open(vm, raw, Value::small(i64::from(fd)), mode, false, Value::NONE)?;
    let name = ["<stdin>", "<stdout>", "<stderr>"][fd as usize];
    let name = Value::from_gc(vm.str(name)?);
    let key = vm.names.name_attr;
    vm.set_attr(Value::from_gc(raw), key, name)?;
    let decl = if fd == 0 { buffered::READER } else { buffered::WRITER };
    let buffer = buffered::make(vm, decl, Value::from_gc(raw), BUFFER_SIZE)?;
    let errors = vm.str(if fd == 2 { "backslashreplace" } else { "strict" })?;
    let encoding = vm.str("utf-8")?;
    let wanted = vm.options.env("PYTHONIOENCODING").map(|v| v.to_string_lossy().into_owned());
    let (encoding, errors) = match wanted {
        Some(text) => {
            let (e, r) = text.split_once(':').unwrap_or((&text, ""));
            let encoding = if e.is_empty() { encoding } else { vm.str(e)? };
            (encoding, if r.is_empty() || fd == 2 { errors } else { vm.str(r)? })
        }
        _ => (encoding, errors),
    };
    let newline = vm.str("\n")?;
    let unbuffered = vm.options.unbuffered;
    let setup = Setup {
        encoding: Some(encoding),
        errors: Some(errors),
        newline: if fd == 0 { None } else { Some(newline) },
        line_buffering: fd != 0 && (fd == 2 || is_terminal(raw)),
        write_through: unbuffered && fd != 0,
    };
    text::make(vm, buffer, setup, mode)
}
