//! Compressor and decompressor objects.

use super::stream::{Failure, Stream};
use super::{error, grow};
use crate::layout;
use crate::push_decoder::{Decode, Push, Step};
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::buffer::Buffer;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use libz_rs_sys as z;

layout! {
    /// Cell of a compressor.
    Compress(ids::ZLIB_COMPRESS) {} boxed { stream: Stream }
}

/// A decompressing stream and what it has not taken.
pub struct Inflater {
    pub stream: Stream,
    pub dictionary: Option<Vec<u8>>,
    pub unused: Vec<u8>,
    pub tail: Vec<u8>,
    pub eof: bool,
}

layout! {
    /// Cell of a decompressor.
    Decompress(ids::ZLIB_DECOMPRESS) {} boxed { state: Inflater }
}

/// All output of one input.
fn deflate(vm: &mut Vm, stream: &mut Stream, input: &[u8], flush: i32, doing: &str) -> PyResult<Vec<u8>> {
    let (mut out, mut at, mut size) = (Vec::new(), 0, 0);
    loop {
        grow(vm, &mut out, size)?;
        let progress = stream.step(&input[at..], &mut out[size..], flush);
        at += progress.consumed;
        size += progress.produced;
        match progress.code {
            z::Z_STREAM_END => {
                stream.end();
                break;
            }
            z::Z_OK | z::Z_BUF_ERROR => {
                if size < out.len() && at == input.len() {
                    break;
                }
            }
            code => return Err(error(vm, &stream.failure(code), doing)),
        }
    }
    out.truncate(size);
    Ok(out)
}

fn new_compress(vm: &mut Vm, stream: Stream) -> PyResult<Gc<Compress>> {
    let cls = vm.native_class(Compress::DECL)?;
    let this = vm.alloc_instance::<Compress>(cls)?;
    this.stream.init(stream);
    Ok(this)
}

/// `compressobj`
pub fn make_compress(vm: &mut Vm, stream: Stream) -> PyResult<Gc<Compress>> {
    new_compress(vm, stream)
}

fn copy_compress(vm: &mut Vm, this: Gc<Compress>) -> PyResult<Gc<Compress>> {
    let copy = this.stream.cell().borrow_mut().copy();
    match copy {
        Ok(stream) => new_compress(vm, stream),
        Err(z::Z_MEM_ERROR) => Err(vm.memory_error()),
        Err(_) => Err(vm.value_error("Inconsistent stream state")),
    }
}

#[py_type(name = "Compress", module = "zlib", id = ids::ZLIB_COMPRESS)]
impl Compress {
    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///
    /// After calling this function, some of the input data may still
    /// be stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method(sig = "($self, data, /)")]
    fn compress(vm: &mut Vm, this: Gc<Compress>, data: Buffer) -> PyResult {
        let mut stream = this.stream.cell().borrow_mut();
        let out = deflate(vm, &mut stream, data.as_slice(), z::Z_NO_FLUSH, "while compressing data")?;
        vm.bytes_value(&out)
    }
    /// Return a bytes object containing any remaining compressed data.
    ///
    ///   mode
    ///     One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.
    ///     If mode == Z_FINISH, the compressor object can no longer be
    ///     used after calling the flush() method.  Otherwise, more data
    ///     can still be compressed.
    #[method(sig = "($self, mode=4, /)", text = "($self, mode=zlib.Z_FINISH, /)")]
    fn flush(vm: &mut Vm, this: Gc<Compress>, mode: i32) -> PyResult {
        if mode == z::Z_NO_FLUSH {
            return vm.bytes_value(&[]);
        }
        let mut stream = this.stream.cell().borrow_mut();
        let out = deflate(vm, &mut stream, &[], mode, "while flushing")?;
        vm.bytes_value(&out)
    }
    /// Return a copy of the compression object.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<Compress>) -> PyResult<Gc<Compress>> {
        copy_compress(vm, this)
    }
    #[method(sig = "($self, /)")]
    fn __copy__(vm: &mut Vm, this: Gc<Compress>) -> PyResult<Gc<Compress>> {
        copy_compress(vm, this)
    }
    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(vm: &mut Vm, this: Gc<Compress>, _memo: Value) -> PyResult<Gc<Compress>> {
        copy_compress(vm, this)
    }
}

impl Inflater {
    /// Decompresses at most `limit` bytes.
    fn run(&mut self, vm: &mut Vm, input: &[u8], limit: usize, flush: i32) -> PyResult<Vec<u8>> {
        if self.eof {
            self.unused.extend_from_slice(input);
            return Ok(Vec::new());
        }
        let (mut out, mut at, mut size): (Vec<u8>, usize, usize) = (Vec::new(), 0, 0);
        let doing = if flush == z::Z_FINISH { "while flushing" } else { "while decompressing data" };
        loop {
            grow(vm, &mut out, size)?;
            let room = out.len().min(limit);
            let progress = self.stream.step(&input[at..], &mut out[size..room], flush);
            at += progress.consumed;
            size += progress.produced;
            match progress.code {
                z::Z_STREAM_END => {
                    self.eof = true;
                    break;
                }
                z::Z_NEED_DICT if self.dictionary.is_some() => {
                    let dictionary = self.dictionary.clone().unwrap_or_default();
                    let code = self.stream.set_dictionary(&dictionary);
                    if code != z::Z_OK {
                        let failure = Failure { code, text: Some("invalid input data".into()) };
                        return Err(error(vm, &failure, "while setting zdict"));
                    }
                }
                z::Z_OK | z::Z_BUF_ERROR => {
                    if size >= limit || size < room && (at == input.len() || progress.code == z::Z_BUF_ERROR)
                    {
                        break;
                    }
                }
                code => {
                    self.keep(&input[at..]);
                    return Err(error(vm, &self.stream.failure(code), doing));
                }
            }
        }
        self.keep(&input[at..]);
        out.truncate(size);
        Ok(out)
    }

    /// Keeps what was not taken.
    fn keep(&mut self, rest: &[u8]) {
        if self.eof {
            self.unused.extend_from_slice(rest);
            self.tail.clear();
        } else {
            self.tail = rest.to_vec();
        }
    }
}

/// `decompressobj`
pub fn make_decompress(vm: &mut Vm, state: Inflater) -> PyResult<Gc<Decompress>> {
    let cls = vm.native_class(Decompress::DECL)?;
    let this = vm.alloc_instance::<Decompress>(cls)?;
    this.state.init(state);
    Ok(this)
}

fn copy_decompress(vm: &mut Vm, this: Gc<Decompress>) -> PyResult<Gc<Decompress>> {
    let copy = {
        let mut state = this.state.cell().borrow_mut();
        state.stream.copy().map(|stream| Inflater {
            stream,
            dictionary: state.dictionary.clone(),
            unused: state.unused.clone(),
            tail: state.tail.clone(),
            eof: state.eof,
        })
    };
    match copy {
        Ok(state) => make_decompress(vm, state),
        Err(z::Z_MEM_ERROR) => Err(vm.memory_error()),
        Err(_) => Err(vm.value_error("Inconsistent stream state")),
    }
}

#[py_type(name = "Decompress", module = "zlib", id = ids::ZLIB_DECOMPRESS)]
impl Decompress {
    /// Return a bytes object containing the decompressed version of the data.
    ///
    ///   data
    ///     The binary data to decompress.
    ///   max_length
    ///     The maximum allowable length of the decompressed data.
    ///     Unconsumed input data will be stored in
    ///     the unconsumed_tail attribute.
    ///
    /// After calling this function, some of the input data may still be stored in
    /// internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method(sig = "($self, data, /, max_length=0)")]
    fn decompress(vm: &mut Vm, this: Gc<Decompress>, data: Buffer, max_length: i64) -> PyResult {
        let Ok(limit) = usize::try_from(max_length) else {
            return Err(vm.value_error("max_length must be non-negative"));
        };
        let limit = if limit == 0 { usize::MAX } else { limit };
        let mut state = this.state.cell().borrow_mut();
        let out = state.run(vm, data.as_slice(), limit, z::Z_SYNC_FLUSH)?;
        vm.bytes_value(&out)
    }
    /// Return a bytes object containing any remaining decompressed data.
    ///
    ///   length
    ///     the initial size of the output buffer.
    #[method(sig = "($self, length=16384, /)", text = "($self, length=zlib.DEF_BUF_SIZE, /)")]
    fn flush(vm: &mut Vm, this: Gc<Decompress>, length: i64) -> PyResult {
        if length <= 0 {
            return Err(vm.value_error("length must be greater than zero"));
        }
        let mut state = this.state.cell().borrow_mut();
        let tail = std::mem::take(&mut state.tail);
        let out = state.run(vm, &tail, usize::MAX, z::Z_FINISH)?;
        vm.bytes_value(&out)
    }
    /// Return a copy of the decompression object.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<Decompress>) -> PyResult<Gc<Decompress>> {
        copy_decompress(vm, this)
    }
    #[method(sig = "($self, /)")]
    fn __copy__(vm: &mut Vm, this: Gc<Decompress>) -> PyResult<Gc<Decompress>> {
        copy_decompress(vm, this)
    }
    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(vm: &mut Vm, this: Gc<Decompress>, _memo: Value) -> PyResult<Gc<Decompress>> {
        copy_decompress(vm, this)
    }
    #[getter]
    fn unused_data(vm: &mut Vm, this: Gc<Decompress>) -> PyResult {
        vm.bytes_value(&this.state.cell().borrow().unused)
    }
    #[getter]
    fn unconsumed_tail(vm: &mut Vm, this: Gc<Decompress>) -> PyResult {
        vm.bytes_value(&this.state.cell().borrow().tail)
    }
    #[getter]
    fn eof(_vm: &mut Vm, this: Gc<Decompress>) -> bool {
        this.state.cell().borrow().eof
    }
}

/// The decoder behind `_ZlibDecompressor`.
pub struct Decoder {
    stream: Stream,
    dictionary: Option<Vec<u8>>,
}

impl Decode for Decoder {
    fn step(&mut self, vm: &mut Vm, input: &[u8], output: &mut [u8]) -> PyResult<Step> {
        loop {
            let progress = self.stream.step(input, output, z::Z_SYNC_FLUSH);
            match progress.code {
                z::Z_NEED_DICT if self.dictionary.is_some() => {
                    let dictionary = self.dictionary.clone().unwrap_or_default();
                    let code = self.stream.set_dictionary(&dictionary);
                    if code != z::Z_OK {
                        let failure = Failure { code, text: Some("invalid input data".into()) };
                        return Err(error(vm, &failure, "while setting zdict"));
                    }
                    return Ok(Step {
                        consumed: progress.consumed,
                        produced: progress.produced,
                        ended: false,
                    });
                }
                z::Z_OK | z::Z_BUF_ERROR | z::Z_STREAM_END => {
                    let ended = progress.code == z::Z_STREAM_END;
                    return Ok(Step { consumed: progress.consumed, produced: progress.produced, ended });
                }
                code => return Err(error(vm, &self.stream.failure(code), "while decompressing data")),
            }
        }
    }
}

layout! {
    /// Cell of a decompressor that keeps its own input.
    ZlibDecompressor(ids::ZLIB_DECOMPRESSOR) {} boxed { state: Push<Decoder> }
}

/// Create a decompressor object for decompressing data incrementally.
#[py_type(name = "_ZlibDecompressor", module = "zlib", id = ids::ZLIB_DECOMPRESSOR)]
impl ZlibDecompressor {
    #[new(sig = "(wbits=15, zdict=<unrepresentable>)", text = "(wbits=MAX_WBITS, zdict=b'')")]
    fn new(vm: &mut Vm, cls: Gc<Type>, wbits: i32, zdict: Option<Value>) -> PyResult<Gc<ZlibDecompressor>> {
        let (stream, dictionary) = super::inflate_with(vm, wbits, zdict)?;
        let this = vm.alloc_instance::<ZlibDecompressor>(cls)?;
        this.state.init(Push::new(Decoder { stream, dictionary }));
        Ok(this)
    }
    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes of
    /// decompressed data. If this limit is reached and further output can be
    /// produced, *self.needs_input* will be set to ``False``. In this case, the next
    /// call to *decompress()* may provide *data* as b'' to obtain more of the output.
    #[method(sig = "($self, /, data, max_length=-1)")]
    fn decompress(vm: &mut Vm, this: Gc<ZlibDecompressor>, data: Buffer, max_length: i64) -> PyResult {
        this.state.cell().borrow_mut().decompress(vm, data.as_slice(), max_length)
    }
    /// True if the end-of-stream marker has been reached.
    #[getter]
    fn eof(_vm: &mut Vm, this: Gc<ZlibDecompressor>) -> bool {
        this.state.cell().borrow().eof
    }
    /// Data found after the end of the compressed stream.
    #[getter]
    fn unused_data(vm: &mut Vm, this: Gc<ZlibDecompressor>) -> PyResult {
        vm.bytes_value(&this.state.cell().borrow().unused)
    }
    /// True if more input is needed before more decompressed data can be produced.
    #[getter]
    fn needs_input(_vm: &mut Vm, this: Gc<ZlibDecompressor>) -> bool {
        this.state.cell().borrow().needs_input
    }
}
