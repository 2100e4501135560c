//! Decompressors that are fed piecemeal: what `bz2`, `lzma` and `zlib` objects share.

use habu_runtime::vm::{PyResult, Raised, Vm};

/// How far one step of a decoder came.
pub struct Step {
    pub consumed: usize,
    pub produced: usize,
    pub ended: bool,
}

/// A decoder that takes some input and fills some output.
pub trait Decode {
    fn step(&mut self, vm: &mut Vm, input: &[u8], output: &mut [u8]) -> PyResult<Step>;
}

/// A decoder with the input it has not taken yet.
pub struct Push<D> {
    pub decoder: D,
    pending: Vec<u8>,
    pub unused: Vec<u8>,
    pub eof: bool,
    pub needs_input: bool,
}

/// Output grows by this much at first.
const CHUNK: usize = 16 * 1024;

fn no_room(vm: &mut Vm) -> Raised {
    vm.memory_error()
}

impl<D: Decode> Push<D> {
    pub fn new(decoder: D) -> Push<D> {
        Push { decoder, pending: Vec::new(), unused: Vec::new(), eof: false, needs_input: true }
    }

    /// Decompresses at most `limit` bytes (negative: no limit) of what is pending and `data`.
    pub fn decompress(&mut self, vm: &mut Vm, data: &[u8], limit: i64) -> PyResult {
        if self.eof {
            return Err(vm.eof_error("End of stream already reached"));
        }
        let mut pending = std::mem::take(&mut self.pending);
        let input = if pending.is_empty() {
            data
        } else {
            if pending.try_reserve(data.len()).is_err() {
                return Err(no_room(vm));
            }
            pending.extend_from_slice(data);
            &pending[..]
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut out, mut at, mut size): (Vec<u8>, usize, usize) = (Vec::new(), 0, 0);
        loop {
            if size == out.len() {
                let more = size.max(CHUNK).min(limit - size);
                if out.try_reserve(more).is_err() {
                    return Err(no_room(vm));
                }
                out.resize(size + more, 0);
            }
            let step = match self.decoder.step(vm, &input[at..], &mut out[size..]) {
                Ok(step) => step,
                Err(raised) => {
                    self.needs_input = false;
                    return Err(raised);
                }
            };
            at += step.consumed;
            size += step.produced;
            if step.ended {
                self.eof = true;
                break;
            }
            let stuck = step.consumed == 0 && step.produced == 0;
            if size >= limit || stuck || at == input.len() && size < out.len() {
                break;
            }
        }
        let rest = input[at..].to_vec();
        if self.eof {
            self.unused = rest;
            self.needs_input = false;
        } else {
            self.needs_input = rest.is_empty() && size < limit;
            self.pending = rest;
        }
        vm.bytes_value(&out[..size])
    }
}
