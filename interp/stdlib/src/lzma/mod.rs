//! `_lzma`: compression in the .xz and .lzma formats.

mod coder;
mod filters;

use crate::layout;
use crate::own_error::OwnError;
use crate::push_decoder::Push;
use crate::support::{add_type, set, set_int};
use coder::{ALONE, AUTO, CHECK_UNKNOWN, Decoder, Encoder, RAW, XZ};
use filters::Filter;
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

const ERROR: OwnError = OwnError { module: "_lzma", name: "LZMAError", base: Exc::Exception };

layout! {
    /// Cell of a compressor.
    LZMACompressor(ids::LZMA_COMPRESSOR) {} boxed { encoder: Encoder }
}

layout! {
    /// Cell of a decompressor.
    LZMADecompressor(ids::LZMA_DECOMPRESSOR) {} boxed { state: Push<Decoder> }
}

fn unpicklable(vm: &mut Vm, v: Value) -> PyResult {
    let got = vm.type_name(v);
    Err(vm.type_error(format!("cannot pickle '_lzma.{got}' object")))
}

fn make_encoder(vm: &mut Vm, format: i64, check: i64, preset: Value, specs: Value) -> PyResult<Encoder> {
    if !preset.is_none() && !specs.is_none() {
        return Err(vm.value_error("Cannot specify both preset and filter chain"));
    }
    let level: u32 = if preset.is_none() {
        6
    } else {
        let n = vm.index(preset)?;
        match u32::try_from(n) {
            Ok(n) => n,
            Err(_) if n < 0 => {
                return Err(vm.overflow_error("can't convert negative value to unsigned int"));
            }
            Err(_) => return Err(vm.overflow_error("Value too large for uint32_t type")),
        }
    };
    if format != XZ && check != -1 && check != 0 {
        return Err(vm.value_error("Integrity checks are only supported by FORMAT_XZ"));
    }
    match format {
        XZ => {
            let id = if check == -1 { 4 } else { check };
            let chain = if specs.is_none() {
                vec![Filter::Lzma(filters::LZMA2, filters::preset(vm, level)?)]
            } else {
                filters::chain(vm, specs)?
            };
            let Some(check) = coder::check_type(id) else {
                return Err(ERROR.raise(vm, "Unsupported integrity check"));
            };
            Encoder::xz(vm, &chain, check)
        }
        ALONE => {
            let options = if specs.is_none() {
                filters::preset(vm, level)?
            } else {
                match &filters::chain(vm, specs)?[..] {
                    [Filter::Lzma(filters::LZMA1, options)] => options.clone(),
                    _ => {
                        return Err(vm.value_error(
                            "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter",
                        ));
                    }
                }
            };
            Encoder::alone(vm, &options)
        }
        RAW => {
            if specs.is_none() {
                return Err(vm.value_error("Must specify filters for FORMAT_RAW"));
            }
            let chain = filters::chain(vm, specs)?;
            Encoder::raw(vm, &chain)
        }
        _ => Err(vm.value_error(format!("Invalid container format: {format}"))),
    }
}

/// LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)
///
/// Create a compressor object for compressing data incrementally.
#[py_type(name = "LZMACompressor", module = "_lzma", id = ids::LZMA_COMPRESSOR, subclassable)]
impl LZMACompressor {
    #[new(sig = "(format=1, check=-1, preset=None, filters=None)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        format: i64,
        check: i64,
        preset: Value,
        filters: Value,
    ) -> PyResult<Gc<LZMACompressor>> {
        let encoder = make_encoder(vm, format, check, preset, filters)?;
        let this = vm.alloc_instance::<LZMACompressor>(cls)?;
        this.encoder.init(encoder);
        Ok(this)
    }
    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[method(sig = "($self, data, /)")]
    fn compress(vm: &mut Vm, this: Gc<LZMACompressor>, data: Buffer) -> PyResult {
        let mut encoder = this.encoder.cell().borrow_mut();
        if encoder.is_flushed() {
            return Err(vm.value_error("Compressor has been flushed"));
        }
        let out = encoder.compress(vm, data.as_slice())?;
        vm.bytes_value(&out)
    }
    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    #[method]
    fn flush(vm: &mut Vm, this: Gc<LZMACompressor>) -> PyResult {
        let mut encoder = this.encoder.cell().borrow_mut();
        if encoder.is_flushed() {
            return Err(vm.value_error("Repeated call to flush()"));
        }
        let out = encoder.flush(vm)?;
        vm.bytes_value(&out)
    }
    #[method]
    fn __reduce_ex__(vm: &mut Vm, this: Gc<LZMACompressor>, _protocol: Value) -> PyResult {
        unpicklable(vm, Value::from_gc(this))
    }
}

/// Create a decompressor object for decompressing data incrementally.
///
///   format
///     Specifies the container format of the input stream.  If this is
///     FORMAT_AUTO (the default), the decompressor will automatically detect
///     whether the input is FORMAT_XZ or FORMAT_ALONE.  Streams created with
///     FORMAT_RAW cannot be autodetected.
///   memlimit
///     Limit the amount of memory used by the decompressor.  This will cause
///     decompression to fail if the input cannot be decompressed within this
///     limit.
///   filters
///     A custom filter chain.  This argument is required for FORMAT_RAW, and
///     not accepted with any other format.  When provided, this should be a
///     sequence of dicts, each indicating the ID and options for a single
///     filter.
///
/// For one-shot decompression, use the decompress() function instead.
#[py_type(name = "LZMADecompressor", module = "_lzma", id = ids::LZMA_DECOMPRESSOR, subclassable)]
impl LZMADecompressor {
    #[new(
        sig = "(format=0, memlimit=None, filters=None)",
        text = "(format=FORMAT_AUTO, memlimit=None, filters=None)"
    )]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        format: i64,
        memlimit: Value,
        filters: Value,
    ) -> PyResult<Gc<LZMADecompressor>> {
        let mut limit = u32::MAX;
        if !memlimit.is_none() {
            if format == RAW {
                return Err(vm.value_error("Cannot specify memory limit with FORMAT_RAW"));
            }
            let bytes = vm.index(memlimit)?;
            limit = u32::try_from(bytes.max(0) / 1024).unwrap_or(u32::MAX);
        }
        if format == RAW && filters.is_none() {
            return Err(vm.value_error("Must specify filters for FORMAT_RAW"));
        }
        if format != RAW && !filters.is_none() {
            return Err(vm.value_error("Cannot specify filters except with FORMAT_RAW"));
        }
        let decoder = match format {
            AUTO | XZ | ALONE => Decoder::new(format, limit),
            RAW => {
                let chain = filters::chain(vm, filters)?;
                Decoder::raw(vm, &chain)?
            }
            _ => return Err(vm.value_error(format!("Invalid container format: {format}"))),
        };
        let this = vm.alloc_instance::<LZMADecompressor>(cls)?;
        this.state.init(Push::new(decoder));
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
    fn decompress(vm: &mut Vm, this: Gc<LZMADecompressor>, data: Buffer, max_length: i64) -> PyResult {
        let mut state = this.state.cell().borrow_mut();
        if state.eof {
            return Err(vm.eof_error("Already at end of stream"));
        }
        state.decompress(vm, data.as_slice(), max_length)
    }
    /// ID of the integrity check used by the input stream.
    #[getter]
    fn check(_vm: &mut Vm, this: Gc<LZMADecompressor>) -> i64 {
        this.state.cell().borrow().decoder.check()
    }
    /// True if the end-of-stream marker has been reached.
    #[getter]
    fn eof(_vm: &mut Vm, this: Gc<LZMADecompressor>) -> bool {
        this.state.cell().borrow().eof
    }
    /// Data found after the end of the compressed stream.
    #[getter]
    fn unused_data(vm: &mut Vm, this: Gc<LZMADecompressor>) -> PyResult {
        vm.bytes_value(&this.state.cell().borrow().unused)
    }
    /// True if more input is needed before more decompressed data can be produced.
    #[getter]
    fn needs_input(_vm: &mut Vm, this: Gc<LZMADecompressor>) -> bool {
        this.state.cell().borrow().needs_input
    }
    #[method]
    fn __reduce_ex__(vm: &mut Vm, this: Gc<LZMADecompressor>, _protocol: Value) -> PyResult {
        unpicklable(vm, Value::from_gc(this))
    }
}

/// Compression in the .xz and .lzma formats.
#[native_module(name = "_lzma")]
pub mod module {
    use super::*;

    /// Test whether the given integrity check is supported.
    ///
    /// Always returns True for CHECK_NONE and CHECK_CRC32.
    #[function(sig = "(check_id, /)")]
    fn is_check_supported(_vm: &mut Vm, check_id: i32) -> bool {
        coder::check_type(check_id.into()).is_some()
    }
    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    #[function(name = "_encode_filter_properties", sig = "(filter, /)")]
    fn encode_filter_properties(vm: &mut Vm, filter: Value) -> PyResult {
        let bytes = match filters::filter(vm, filter)? {
            Filter::Lzma(filters::LZMA1, options) => {
                let mut bytes = vec![options.get_props()];
                bytes.extend_from_slice(&options.dict_size.to_le_bytes());
                bytes
            }
            Filter::Lzma(_, options) => vec![filters::dictionary_byte(options.dict_size)],
            Filter::Before(config) => match config.filter_type {
                lzma_rust2::filter::FilterType::Delta => vec![(config.property - 1) as u8],
                _ if config.property == 0 => Vec::new(),
                _ => config.property.to_le_bytes().to_vec(),
            },
        };
        vm.bytes_value(&bytes)
    }
    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    #[function(name = "_decode_filter_properties", sig = "(filter_id, encoded_props, /)")]
    fn decode_filter_properties(vm: &mut Vm, filter_id: u64, encoded_props: Buffer) -> PyResult<Gc<Dict>> {
        let bytes = encoded_props.as_slice();
        let known = filters::BRANCH.iter().any(|(id, _)| *id == filter_id);
        let entries: Option<Vec<(&str, u64)>> = match (filter_id, bytes) {
            (filters::LZMA2, [b]) => filters::dictionary_size(*b).map(|s| vec![("dict_size", s.into())]),
            (filters::LZMA1, [props, a, b, c, d]) if *props < 225 => Some(vec![
                ("dict_size", u32::from_le_bytes([*a, *b, *c, *d]).into()),
                ("lc", (props % 9).into()),
                ("lp", (props / 9 % 5).into()),
                ("pb", (props / 45).into()),
            ]),
            (filters::DELTA, [b]) => Some(vec![("dist", u64::from(*b) + 1)]),
            (_, []) if known => Some(Vec::new()),
            (_, [a, b, c, d]) if known => {
                Some(vec![("start_offset", u32::from_le_bytes([*a, *b, *c, *d]).into())])
            }
            _ => None,
        };
        let Some(entries) = entries else {
            return Err(ERROR.raise(vm, "Invalid or unsupported options"));
        };
        let dict = vm.dict_new()?;
        for (name, n) in std::iter::once(("id", filter_id)).chain(entries) {
            let (name, n) = (vm.intern(name), vm.int_u64(n)?);
            vm.dict_set_str(dict, name, n)?;
        }
        Ok(dict)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        ERROR.enter(vm, module)?;
        add_type(vm, module, LZMACompressor::DECL)?;
        add_type(vm, module, LZMADecompressor::DECL)?;
        for (name, n) in [
            ("FORMAT_AUTO", AUTO),
            ("FORMAT_XZ", XZ),
            ("FORMAT_ALONE", ALONE),
            ("FORMAT_RAW", RAW),
            ("CHECK_NONE", 0),
            ("CHECK_CRC32", 1),
            ("CHECK_CRC64", 4),
            ("CHECK_SHA256", 10),
            ("CHECK_ID_MAX", 15),
            ("CHECK_UNKNOWN", CHECK_UNKNOWN),
            ("FILTER_LZMA2", 0x21),
            ("FILTER_DELTA", 3),
            ("FILTER_X86", 4),
            ("FILTER_POWERPC", 5),
            ("FILTER_IA64", 6),
            ("FILTER_ARM", 7),
            ("FILTER_ARMTHUMB", 8),
            ("FILTER_SPARC", 9),
            ("MF_HC3", 3),
            ("MF_HC4", 4),
            ("MF_BT2", 0x12),
            ("MF_BT3", 0x13),
            ("MF_BT4", 0x14),
            ("MODE_FAST", 1),
            ("MODE_NORMAL", 2),
            ("PRESET_DEFAULT", 6),
            ("PRESET_EXTREME", i64::from(filters::PRESET_EXTREME)),
        ] {
            set_int(vm, module, name, n)?;
        }
        let lzma1 = vm.int_u64(filters::LZMA1)?;
        set(vm, module, "FILTER_LZMA1", lzma1)
    }
}
