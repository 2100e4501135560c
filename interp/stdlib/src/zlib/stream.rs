//! Streams of the zlib library behind a safe interface.

use libz_rs_sys as z;
use std::ffi::{CStr, c_int};

/// What the library says of a failure.
#[derive(Clone, Debug)]
pub struct Failure {
    pub code: c_int,
    pub text: Option<String>,
}

/// A compressing or decompressing stream.
pub struct Stream {
    raw: Box<z::z_stream>,
    deflates: bool,
    /// Ended streams take no more.
    ended: bool,
}

/// One call's progress.
pub struct Progress {
    pub code: c_int,
    pub consumed: usize,
    pub produced: usize,
}

/// Parameters of a compressing stream.
#[derive(Clone, Copy)]
pub struct Level {
    pub level: c_int,
    pub method: c_int,
    pub wbits: c_int,
    pub memory: c_int,
    pub strategy: c_int,
}

/// The library's version.
pub fn version() -> &'static str {
    // SAFETY: the library gives a constant string.
    unsafe { CStr::from_ptr(z::zlibVersion()) }.to_str().unwrap_or("1.3")
}

impl Stream {
    pub fn deflate(level: Level) -> Result<Stream, c_int> {
        let mut raw = Box::new(z::z_stream::default());
        let Level { level, method, wbits, memory, strategy } = level;
        // SAFETY: the stream is new, and its address stays.
        let code = unsafe {
            let size = size_of::<z::z_stream>() as c_int;
            z::deflateInit2_(&mut *raw, level, method, wbits, memory, strategy, z::zlibVersion(), size)
        };
        if code == z::Z_OK { Ok(Stream { raw, deflates: true, ended: false }) } else { Err(code) }
    }

    pub fn inflate(wbits: c_int) -> Result<Stream, c_int> {
        let mut raw = Box::new(z::z_stream::default());
        // SAFETY: the stream is new, and its address stays.
        let code = unsafe {
            let size = size_of::<z::z_stream>() as c_int;
            z::inflateInit2_(&mut *raw, wbits, z::zlibVersion(), size)
        };
        if code == z::Z_OK { Ok(Stream { raw, deflates: false, ended: false }) } else { Err(code) }
    }

    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Releases the stream's memory.
    pub fn end(&mut self) {
        if !std::mem::replace(&mut self.ended, true) {
            // SAFETY: initialised, and ended once.
            unsafe {
                if self.deflates {
                    z::deflateEnd(&mut *self.raw)
                } else {
                    z::inflateEnd(&mut *self.raw)
                };
            }
        }
    }

    /// One call of the library.
    pub fn step(&mut self, input: &[u8], output: &mut [u8], flush: c_int) -> Progress {
        if self.ended {
            return Progress { code: z::Z_STREAM_ERROR, consumed: 0, produced: 0 };
        }
        let (given, room) = (input.len().min(u32::MAX as usize), output.len().min(u32::MAX as usize));
        self.raw.next_in = input.as_ptr();
        self.raw.avail_in = given as u32;
        self.raw.next_out = output.as_mut_ptr();
        self.raw.avail_out = room as u32;
        // SAFETY: the stream is initialised, and both pointers name that many bytes.
        let code = unsafe {
            if self.deflates { z::deflate(&mut *self.raw, flush) } else { z::inflate(&mut *self.raw, flush) }
        };
        let (left, free) = (self.raw.avail_in as usize, self.raw.avail_out as usize);
        self.raw.next_in = std::ptr::null();
        self.raw.next_out = std::ptr::null_mut();
        Progress { code, consumed: given - left, produced: room - free }
    }

    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> c_int {
        let len = dictionary.len().min(u32::MAX as usize) as u32;
        // SAFETY: the stream is initialised; the pointer names `len` bytes.
        unsafe {
            if self.deflates {
                z::deflateSetDictionary(&mut *self.raw, dictionary.as_ptr(), len)
            } else {
                z::inflateSetDictionary(&mut *self.raw, dictionary.as_ptr(), len)
            }
        }
    }

    /// A stream in the same state.
    pub fn copy(&mut self) -> Result<Stream, c_int> {
        if self.ended {
            return Err(z::Z_STREAM_ERROR);
        }
        let mut raw = Box::new(z::z_stream::default());
        // SAFETY: the source is initialised, the target is overwritten whole.
        let code = unsafe {
            if self.deflates {
                z::deflateCopy(&mut *raw, &mut *self.raw)
            } else {
                z::inflateCopy(&mut *raw, &*self.raw)
            }
        };
        if code == z::Z_OK { Ok(Stream { raw, deflates: self.deflates, ended: false }) } else { Err(code) }
    }

    /// A failure with the library's own text, or the usual one for its code.
    pub fn failure(&self, code: c_int) -> Failure {
        let own = if self.ended || self.raw.msg.is_null() {
            None
        } else {
            // SAFETY: the library's messages are constant strings.
            unsafe { CStr::from_ptr(self.raw.msg) }.to_str().ok().map(str::to_owned)
        };
        Failure { code, text: own.or_else(|| usual_text(code).map(str::to_owned)) }
    }
}

/// What is said of a code when the library says nothing.
fn usual_text(code: c_int) -> Option<&'static str> {
    match code {
        z::Z_VERSION_ERROR => Some("library version mismatch"),
        z::Z_BUF_ERROR => Some("incomplete or truncated stream"),
        z::Z_STREAM_ERROR => Some("inconsistent stream state"),
        z::Z_DATA_ERROR => Some("invalid input data"),
        _ => None,
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.end();
    }
}
