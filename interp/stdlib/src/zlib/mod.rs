//! `zlib`: compression by the pure-Rust implementation of the library of that name.

mod objects;
mod stream;

use crate::own_error::OwnError;
use crate::support::{add_type, set_int, set_str};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::native::{ArgAt, FromArg};
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::int;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};
use libz_rs_sys as z;
use objects::{Compress, Decompress, Inflater};
use stream::{Failure, Level, Stream};

const ERROR: OwnError = OwnError { module: "zlib", name: "error", base: Exc::Exception };

const MAX_WBITS: i32 = 15;
const DEF_BUF_SIZE: i64 = 16 * 1024;

#[cold]
fn error(vm: &mut Vm, failure: &Failure, doing: &str) -> Raised {
    let code = failure.code;
    match &failure.text {
        _ if code == z::Z_MEM_ERROR => vm.memory_error(),
        Some(text) => ERROR.raise(vm, format!("Error {code} {doing}: {text}")),
        None => ERROR.raise(vm, format!("Error {code} {doing}")),
    }
}

/// Makes room behind the first `size` bytes of an output.
fn grow(vm: &mut Vm, out: &mut Vec<u8>, size: usize) -> PyResult<()> {
    if size < out.len() {
        return Ok(());
    }
    let more = size.max(DEF_BUF_SIZE as usize);
    if out.try_reserve(more).is_err() {
        return Err(vm.memory_error());
    }
    out.resize(size + more, 0);
    Ok(())
}

/// A decompressing stream for these parameters. Raw streams get their dictionary at once.
fn inflate_with(vm: &mut Vm, wbits: i32, zdict: Option<Value>) -> PyResult<(Stream, Option<Vec<u8>>)> {
    let dictionary = match zdict {
        Some(v) => match vm.buffer_opt(v)? {
            Some(buffer) => Some(buffer.as_slice().to_vec()),
            None => return Err(vm.type_error("zdict argument must support the buffer protocol")),
        },
        None => None,
    };
    let mut stream = match Stream::inflate(wbits) {
        Ok(stream) => stream,
        Err(z::Z_MEM_ERROR) => return Err(vm.memory_error()),
        Err(_) => return Err(vm.value_error("Invalid initialization option")),
    };
    if wbits < 0
        && let Some(dictionary) = &dictionary
    {
        let code = stream.set_dictionary(dictionary);
        if code != z::Z_OK {
            return Err(error(vm, &stream.failure(code), "while setting zdict"));
        }
    }
    Ok((stream, dictionary))
}

/// An integer of which the low 32 bits count.
struct Word(u32);

impl FromArg for Word {
    fn from_arg(vm: &mut Vm, v: Value, _at: &ArgAt) -> PyResult<Word> {
        let n = vm.index_value(v)?;
        let mask = vm.int(0xffff_ffff)?;
        let n = int::and(vm, n, mask)?;
        Ok(Word(int::to_i64(n).unwrap_or(0) as u32))
    }
}

/// The functions in this module allow compression and decompression using the
/// zlib library, which is based on GNU zip.
#[native_module(name = "zlib")]
pub mod module {
    use super::*;

    /// Compute an Adler-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "(data, value=1, /)")]
    fn adler32(_vm: &mut Vm, data: Buffer, value: Word) -> u32 {
        let mut sum = u64::from(value.0);
        for chunk in data.as_slice().chunks(1 << 30) {
            // SAFETY: the pointer names that many bytes.
            sum = unsafe { z::adler32(sum, chunk.as_ptr(), chunk.len() as u32) };
        }
        sum as u32
    }
    /// Compute a CRC-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "(data, value=0, /)")]
    fn crc32(_vm: &mut Vm, data: Buffer, value: Word) -> u32 {
        let mut hasher = crc32fast::Hasher::new_with_initial(value.0);
        hasher.update(data.as_slice());
        hasher.finalize()
    }
    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///   level
    ///     Compression level, in 0-9 or -1.
    ///   wbits
    ///     The window buffer size and container format.
    #[function(
        sig = "(data, /, level=-1, wbits=15)",
        text = "(data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)"
    )]
    fn compress(vm: &mut Vm, data: Buffer, level: i32, wbits: i32) -> PyResult {
        let level = Level { level, method: z::Z_DEFLATED, wbits, memory: 8, strategy: 0 };
        let mut stream = match Stream::deflate(level) {
            Ok(stream) => stream,
            Err(z::Z_MEM_ERROR) => return Err(vm.memory_error()),
            Err(_) => return Err(ERROR.raise(vm, "Bad compression level")),
        };
        let (input, mut out, mut at, mut size) = (data.as_slice(), Vec::new(), 0, 0);
        loop {
            grow(vm, &mut out, size)?;
            let progress = stream.step(&input[at..], &mut out[size..], z::Z_FINISH);
            at += progress.consumed;
            size += progress.produced;
            match progress.code {
                z::Z_STREAM_END => return vm.bytes_value(&out[..size]),
                z::Z_OK | z::Z_BUF_ERROR => {}
                code => return Err(error(vm, &stream.failure(code), "while compressing data")),
            }
        }
    }
    /// Returns a bytes object containing the uncompressed data.
    ///
    ///   data
    ///     Compressed data.
    ///   wbits
    ///     The window buffer size and container format.
    ///   bufsize
    ///     The initial output buffer size.
    #[function(
        sig = "(data, /, wbits=15, bufsize=16384)",
        text = "(data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)"
    )]
    fn decompress(vm: &mut Vm, data: Buffer, wbits: i32, bufsize: i64) -> PyResult {
        if bufsize < 0 {
            return Err(vm.value_error("bufsize must be non-negative"));
        }
        let mut stream = match Stream::inflate(wbits) {
            Ok(stream) => stream,
            Err(z::Z_MEM_ERROR) => return Err(vm.memory_error()),
            Err(code) => {
                let failure = Failure { code, text: Some("inconsistent stream state".into()) };
                return Err(error(vm, &failure, "while preparing to decompress data"));
            }
        };
        let (input, mut out, mut at, mut size) = (data.as_slice(), Vec::new(), 0, 0);
        loop {
            grow(vm, &mut out, size)?;
            let progress = stream.step(&input[at..], &mut out[size..], z::Z_SYNC_FLUSH);
            at += progress.consumed;
            size += progress.produced;
            let stuck = at == input.len() && size < out.len();
            match progress.code {
                z::Z_STREAM_END => return vm.bytes_value(&out[..size]),
                z::Z_OK | z::Z_BUF_ERROR if !stuck => {}
                code => {
                    let code = if code == z::Z_OK { z::Z_BUF_ERROR } else { code };
                    return Err(error(vm, &stream.failure(code), "while decompressing data"));
                }
            }
        }
    }
    /// Return a compressor object.
    #[function(
        sig = "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=<unrepresentable>)",
        text = "(level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)"
    )]
    fn compressobj(
        vm: &mut Vm,
        level: i32,
        method: i32,
        wbits: i32,
        memory: i32,
        strategy: i32,
        zdict: Option<Buffer>,
    ) -> PyResult<Gc<Compress>> {
        let mut stream = match Stream::deflate(Level { level, method, wbits, memory, strategy }) {
            Ok(stream) => stream,
            Err(z::Z_MEM_ERROR) => return Err(vm.memory_error()),
            Err(_) => return Err(vm.value_error("Invalid initialization option")),
        };
        if let Some(zdict) = zdict
            && stream.set_dictionary(zdict.as_slice()) != z::Z_OK
        {
            return Err(vm.value_error("Invalid dictionary"));
        }
        objects::make_compress(vm, stream)
    }
    /// Return a decompressor object.
    ///
    ///   wbits
    ///     The window buffer size and container format.
    ///   zdict
    ///     The predefined compression dictionary.  This must be the same
    ///     dictionary as used by the compressor that produced the input data.
    #[function(sig = "(wbits=15, zdict=<unrepresentable>)", text = "(wbits=MAX_WBITS, zdict=b'')")]
    fn decompressobj(vm: &mut Vm, wbits: i32, zdict: Option<Value>) -> PyResult<Gc<Decompress>> {
        let (stream, dictionary) = inflate_with(vm, wbits, zdict)?;
        let state = Inflater { stream, dictionary, unused: Vec::new(), tail: Vec::new(), eof: false };
        objects::make_decompress(vm, state)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        ERROR.enter(vm, module)?;
        add_type(vm, module, objects::ZlibDecompressor::DECL)?;
        for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
            set_str(vm, module, name, stream::version())?;
        }
        set_str(vm, module, "__version__", "1.0")?;
        for (name, n) in [
            ("MAX_WBITS", i64::from(MAX_WBITS)),
            ("DEFLATED", 8),
            ("DEF_MEM_LEVEL", 8),
            ("DEF_BUF_SIZE", DEF_BUF_SIZE),
            ("Z_NO_COMPRESSION", 0),
            ("Z_BEST_SPEED", 1),
            ("Z_BEST_COMPRESSION", 9),
            ("Z_DEFAULT_COMPRESSION", -1),
            ("Z_FILTERED", 1),
            ("Z_HUFFMAN_ONLY", 2),
            ("Z_RLE", 3),
            ("Z_FIXED", 4),
            ("Z_DEFAULT_STRATEGY", 0),
            ("Z_NO_FLUSH", 0),
            ("Z_PARTIAL_FLUSH", 1),
            ("Z_SYNC_FLUSH", 2),
            ("Z_FULL_FLUSH", 3),
            ("Z_FINISH", 4),
            ("Z_BLOCK", 5),
            ("Z_TREES", 6),
        ] {
            set_int(vm, module, name, n)?;
        }
        Ok(())
    }
}
