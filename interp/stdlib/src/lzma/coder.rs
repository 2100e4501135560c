//! Encoders and decoders of the container formats.

use super::ERROR;
use super::filters::{Filter, LZMA1};
use crate::push_decoder::{Decode, Step};
use habu_runtime::vm::{PyResult, Raised, Vm};
use lzma_rust2::{
    Action, CheckType, Lzma2Options, Lzma2Stream, Lzma2Writer, LzmaOptions, LzmaStream, LzmaWriter, Status,
    XzOptions, XzStream, XzWriter,
};
use std::io::{ErrorKind, Write};

pub const AUTO: i64 = 0;
pub const XZ: i64 = 1;
pub const ALONE: i64 = 2;
pub const RAW: i64 = 3;

/// The integrity check of a format that has none, or not yet.
pub const CHECK_UNKNOWN: i64 = 16;

pub fn check_type(id: i64) -> Option<CheckType> {
    match id {
        0 => Some(CheckType::None),
        1 => Some(CheckType::Crc32),
        4 => Some(CheckType::Crc64),
        10 => Some(CheckType::Sha256),
        _ => None,
    }
}

#[cold]
fn encoder_error(vm: &mut Vm, e: &std::io::Error) -> Raised {
    match e.kind() {
        ErrorKind::OutOfMemory => vm.memory_error(),
        ErrorKind::InvalidInput | ErrorKind::Unsupported => ERROR.raise(vm, "Invalid or unsupported options"),
        _ => ERROR.raise(vm, "Internal error"),
    }
}

/// A compressor; what it made is taken out after each call.
pub enum Encoder {
    Xz(Box<XzWriter<Vec<u8>>>),
    Alone(Box<LzmaWriter<Vec<u8>>>),
    Lzma2(Box<Lzma2Writer<Vec<u8>>>),
    Flushed,
}

impl Encoder {
    pub fn xz(vm: &mut Vm, filters: &[Filter], check: CheckType) -> PyResult<Encoder> {
        let (options, before) = split(vm, filters)?;
        let options =
            XzOptions { lzma_options: options, check_type: check, block_size: None, filters: before };
        match XzWriter::new(Vec::new(), options) {
            Ok(writer) => Ok(Encoder::Xz(Box::new(writer))),
            Err(e) => Err(encoder_error(vm, &e)),
        }
    }
    pub fn alone(vm: &mut Vm, options: &LzmaOptions) -> PyResult<Encoder> {
        match LzmaWriter::new_use_header(Vec::new(), options, None) {
            Ok(writer) => Ok(Encoder::Alone(Box::new(writer))),
            Err(e) => Err(encoder_error(vm, &e)),
        }
    }
    pub fn raw(vm: &mut Vm, filters: &[Filter]) -> PyResult<Encoder> {
        match filters {
            [Filter::Lzma(LZMA1, options)] => match LzmaWriter::new_no_header(Vec::new(), options, true) {
                Ok(writer) => Ok(Encoder::Alone(Box::new(writer))),
                Err(e) => Err(encoder_error(vm, &e)),
            },
            [Filter::Lzma(_, options)] => {
                let mut all = Lzma2Options::with_preset(6);
                all.lzma_options = options.clone();
                Ok(Encoder::Lzma2(Box::new(Lzma2Writer::new(Vec::new(), all))))
            }
            [] => Err(ERROR.raise(vm, "Internal error")),
            _ => {
                Err(vm.not_implemented_error("raw LZMA streams with more than one filter are not supported"))
            }
        }
    }

    /// Whether it takes more.
    pub fn is_flushed(&self) -> bool {
        matches!(self, Encoder::Flushed)
    }

    /// Takes input; what is ready of the output.
    pub fn compress(&mut self, vm: &mut Vm, data: &[u8]) -> PyResult<Vec<u8>> {
        let written = match self {
            Encoder::Xz(w) => w.write_all(data),
            Encoder::Alone(w) => w.write_all(data),
            Encoder::Lzma2(w) => w.write_all(data),
            Encoder::Flushed => Ok(()),
        };
        if let Err(e) = written {
            return Err(encoder_error(vm, &e));
        }
        Ok(match self {
            Encoder::Xz(w) => std::mem::take(w.inner_mut()),
            Encoder::Alone(w) => std::mem::take(w.inner_mut()),
            Encoder::Lzma2(w) => std::mem::take(w.inner_mut()),
            Encoder::Flushed => Vec::new(),
        })
    }

    /// Ends the stream; the rest of the output.
    pub fn flush(&mut self, vm: &mut Vm) -> PyResult<Vec<u8>> {
        let result = match std::mem::replace(self, Encoder::Flushed) {
            Encoder::Xz(w) => w.finish(),
            Encoder::Alone(w) => w.finish(),
            Encoder::Lzma2(w) => w.finish(),
            Encoder::Flushed => Ok(Vec::new()),
        };
        result.map_err(|e| encoder_error(vm, &e))
    }
}

/// The last filter must be LZMA2, those before it must not.
fn split(vm: &mut Vm, filters: &[Filter]) -> PyResult<(LzmaOptions, Vec<lzma_rust2::filter::FilterConfig>)> {
    let Some((Filter::Lzma(id, options), before)) = filters.split_last() else {
        let text = if filters.is_empty() { "Internal error" } else { "Invalid or unsupported options" };
        return Err(ERROR.raise(vm, text));
    };
    let configs: Option<Vec<_>> = before
        .iter()
        .map(|f| match f {
            Filter::Before(config) => Some(config.clone()),
            Filter::Lzma(..) => None,
        })
        .collect();
    match configs {
        Some(configs) if *id != LZMA1 => Ok((options.clone(), configs)),
        _ => Err(ERROR.raise(vm, "Invalid or unsupported options")),
    }
}

/// A decoder of one format; which one may show only in the data.
pub enum Decoder {
    Auto(u32),
    Xz(Box<XzStream>),
    Alone(Box<LzmaStream>),
    RawLzma(Box<LzmaStream>),
    RawLzma2(Box<Lzma2Stream>),
}

impl Decoder {
    pub fn new(format: i64, limit_kb: u32) -> Decoder {
        match format {
            XZ => Decoder::Xz(Box::new(XzStream::new_mem_limit(false, limit_kb))),
            ALONE => Decoder::Alone(Box::new(LzmaStream::new_mem_limit(limit_kb, None))),
            _ => Decoder::Auto(limit_kb),
        }
    }
    pub fn raw(vm: &mut Vm, filters: &[Filter]) -> PyResult<Decoder> {
        let (last, before) = match filters.split_last() {
            Some((Filter::Lzma(id, options), before)) => ((*id, options), before),
            _ => return Err(ERROR.raise(vm, "Invalid or unsupported options")),
        };
        let configs: Vec<_> = before
            .iter()
            .filter_map(|f| match f {
                Filter::Before(config) => Some(config.clone()),
                Filter::Lzma(..) => None,
            })
            .collect();
        let (id, options) = last;
        if id == LZMA1 {
            let made = LzmaStream::new(u64::MAX, options.lc, options.lp, options.pb, options.dict_size, None)
                .and_then(|mut stream| stream.set_filters(&configs).map(|()| stream));
            return match made {
                Ok(stream) => Ok(Decoder::RawLzma(Box::new(stream))),
                Err(e) => Err(encoder_error(vm, &e)),
            };
        }
        if !configs.is_empty() {
            return Err(
                vm.not_implemented_error("raw LZMA2 streams with more than one filter are not supported")
            );
        }
        Ok(Decoder::RawLzma2(Box::new(Lzma2Stream::new(options.dict_size))))
    }

    /// The integrity check in use.
    pub fn check(&self) -> i64 {
        match self {
            Decoder::Xz(stream) => stream.check_type().map_or(CHECK_UNKNOWN, |c| c as i64),
            Decoder::Auto(_) => CHECK_UNKNOWN,
            _ => 0,
        }
    }
}

impl Decode for Decoder {
    fn step(&mut self, vm: &mut Vm, input: &[u8], output: &mut [u8]) -> PyResult<Step> {
        if let Decoder::Auto(limit) = self {
            let limit = *limit;
            match input.first() {
                None => return Ok(Step { consumed: 0, produced: 0, ended: false }),
                // The first byte of the magic number cannot begin the older format.
                Some(0xfd) => *self = Decoder::new(XZ, limit),
                // The older format has no magic number, but its properties have a limit.
                Some(224..) => return Err(ERROR.raise(vm, "Input format not supported by decoder")),
                Some(_) => *self = Decoder::new(ALONE, limit),
            }
        }
        let (result, begun) = match self {
            Decoder::Xz(s) => (s.process(input, output, Action::Run), s.streams_started() > 0),
            Decoder::Alone(s) => (s.process(input, output, Action::Run), s.memory_usage().is_some()),
            Decoder::RawLzma(s) => (s.process(input, output, Action::Run), true),
            Decoder::RawLzma2(s) => (s.process(input, output, Action::Run), true),
            Decoder::Auto(_) => return Err(ERROR.raise(vm, "Internal error")),
        };
        match result {
            Ok(r) => Ok(Step {
                consumed: r.bytes_consumed,
                produced: r.bytes_produced,
                ended: r.status == Status::StreamEnd,
            }),
            Err(e) => Err(match e.kind() {
                ErrorKind::OutOfMemory => ERROR.raise(vm, "Memory usage limit exceeded"),
                ErrorKind::Unsupported => ERROR.raise(vm, "Invalid or unsupported options"),
                _ if !begun => ERROR.raise(vm, "Input format not supported by decoder"),
                _ => ERROR.raise(vm, "Corrupt input data"),
            }),
        }
    }
}
