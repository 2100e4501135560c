//! `_bz2`: bzip2 compression.

use crate::layout;
use crate::push_decoder::{Decode, Push, Step};
use crate::support::add_type;
use bzip2::{Action, Compress, Compression, Decompress, Error, Status};
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};

/// A compressor; none once it has been flushed.
pub struct Encoder(Option<Compress>);

layout! {
    /// Cell of a compressor.
    BZ2Compressor(ids::BZ2_COMPRESSOR) {} boxed { encoder: Encoder }
}

/// The decoder of one stream.
pub struct Decoder(Decompress);

layout! {
    /// Cell of a decompressor.
    BZ2Decompressor(ids::BZ2_DECOMPRESSOR) {} boxed { state: Push<Decoder> }
}

#[cold]
fn error(vm: &mut Vm, e: Error) -> Raised {
    match e {
        Error::Data | Error::DataMagic => vm.raise(Exc::OSError, "Invalid data stream"),
        Error::Param => vm.value_error("Internal error - invalid parameters passed to libbzip2"),
        Error::Sequence => vm.runtime_error("Internal error - Invalid sequence of commands sent to libbzip2"),
    }
}

impl Decode for Decoder {
    fn step(&mut self, vm: &mut Vm, input: &[u8], output: &mut [u8]) -> PyResult<Step> {
        let (read, written) = (self.0.total_in(), self.0.total_out());
        match self.0.decompress(input, output) {
            Ok(status) => Ok(Step {
                consumed: (self.0.total_in() - read) as usize,
                produced: (self.0.total_out() - written) as usize,
                ended: status == Status::StreamEnd,
            }),
            Err(e) => Err(error(vm, e)),
        }
    }
}

/// Output of one input, or of the end.
fn run(vm: &mut Vm, encoder: &mut Compress, input: &[u8], action: Action) -> PyResult {
    const CHUNK: usize = 16 * 1024;
    let (mut out, mut at) = (Vec::<u8>::new(), 0);
    loop {
        if action == Action::Run && at == input.len() {
            break;
        }
        let more = out.len().max(CHUNK);
        if out.try_reserve(more).is_err() {
            return Err(vm.memory_error());
        }
        let read = encoder.total_in();
        let status = match encoder.compress_vec(&input[at..], &mut out, action) {
            Ok(status) => status,
            Err(e) => return Err(error(vm, e)),
        };
        at += (encoder.total_in() - read) as usize;
        if status == Status::StreamEnd {
            break;
        }
    }
    vm.bytes_value(&out)
}

fn unpicklable(vm: &mut Vm, v: Value) -> PyResult {
    let got = vm.type_name(v);
    Err(vm.type_error(format!("cannot pickle '_bz2.{got}' object")))
}

/// Create a compressor object for compressing data incrementally.
///
///   compresslevel
///     Compression level, as a number between 1 and 9.
///
/// For one-shot compression, use the compress() function instead.
#[py_type(name = "BZ2Compressor", module = "_bz2", id = ids::BZ2_COMPRESSOR)]
impl BZ2Compressor {
    #[new(sig = "(compresslevel=9, /)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, compresslevel: i32) -> PyResult<Gc<BZ2Compressor>> {
        if !(1..=9).contains(&compresslevel) {
            return Err(vm.value_error("compresslevel must be between 1 and 9"));
        }
        let this = vm.alloc_instance::<BZ2Compressor>(cls)?;
        let level = Compression::new(compresslevel as u32);
        this.encoder.init(Encoder(Some(Compress::new(level, 0))));
        Ok(this)
    }
    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[method(sig = "($self, data, /)")]
    fn compress(vm: &mut Vm, this: Gc<BZ2Compressor>, data: Buffer) -> PyResult {
        match &mut this.encoder.cell().borrow_mut().0 {
            Some(encoder) => run(vm, encoder, data.as_slice(), Action::Run),
            None => Err(vm.value_error("Compressor has been flushed")),
        }
    }
    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    #[method]
    fn flush(vm: &mut Vm, this: Gc<BZ2Compressor>) -> PyResult {
        let encoder = this.encoder.cell().borrow_mut().0.take();
        match encoder {
            Some(mut encoder) => run(vm, &mut encoder, &[], Action::Finish),
            None => Err(vm.value_error("Repeated call to flush()")),
        }
    }
    #[method]
    fn __reduce_ex__(vm: &mut Vm, this: Gc<BZ2Compressor>, _protocol: Value) -> PyResult {
        unpicklable(vm, Value::from_gc(this))
    }
}

/// Create a decompressor object for decompressing data incrementally.
///
/// For one-shot decompression, use the decompress() function instead.
#[py_type(name = "BZ2Decompressor", module = "_bz2", id = ids::BZ2_DECOMPRESSOR)]
impl BZ2Decompressor {
    #[new(sig = "()")]
    fn new(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<BZ2Decompressor>> {
        let this = vm.alloc_instance::<BZ2Decompressor>(cls)?;
        this.state.init(Push::new(Decoder(Decompress::new(false))));
        Ok(this)
    }
    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes of
    /// decompressed data. If this limit is reached and further output can be
    /// produced, *self.needs_input* will be set to ``False``. In this case, the next
    /// call to *decompress()* may provide *data* as b'' to obtain more of the output.
    ///
    /// If all of the input data was decompressed and returned (either because this
    /// was less than *max_length* bytes, or because *max_length* was negative),
    /// *self.needs_input* will be set to True.
    ///
    /// Attempting to decompress data after the end of stream is reached raises an
    /// EOFError.  Any data found after the end of the stream is ignored and saved in
    /// the unused_data attribute.
    #[method(sig = "($self, /, data, max_length=-1)")]
    fn decompress(vm: &mut Vm, this: Gc<BZ2Decompressor>, data: Buffer, max_length: i64) -> PyResult {
        this.state.cell().borrow_mut().decompress(vm, data.as_slice(), max_length)
    }
    /// True if the end-of-stream marker has been reached.
    #[getter]
    fn eof(_vm: &mut Vm, this: Gc<BZ2Decompressor>) -> bool {
        this.state.cell().borrow().eof
    }
    /// Data found after the end of the compressed stream.
    #[getter]
    fn unused_data(vm: &mut Vm, this: Gc<BZ2Decompressor>) -> PyResult {
        vm.bytes_value(&this.state.cell().borrow().unused)
    }
    /// True if more input is needed before more decompressed data can be produced.
    #[getter]
    fn needs_input(_vm: &mut Vm, this: Gc<BZ2Decompressor>) -> bool {
        this.state.cell().borrow().needs_input
    }
    #[method]
    fn __reduce_ex__(vm: &mut Vm, this: Gc<BZ2Decompressor>, _protocol: Value) -> PyResult {
        unpicklable(vm, Value::from_gc(this))
    }
}

/// Compression by bzip2.
#[native_module(name = "_bz2")]
pub mod module {
    use super::*;

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        add_type(vm, module, BZ2Compressor::DECL)?;
        add_type(vm, module, BZ2Decompressor::DECL).map(|_| ())
    }
}
