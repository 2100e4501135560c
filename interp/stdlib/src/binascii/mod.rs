//! `binascii`: bytes as text, in hexadecimal, base64, uuencode and quoted-printable; checksums.

mod base64;
mod qp;
mod uu;

use crate::own_error::OwnError;
use habu_macros::native_module;
use habu_runtime::native::{ArgAt, FromArg};
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::bytes::{Bytes, hex};
use habu_runtime::types::int;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

const ERROR: OwnError = OwnError { module: "binascii", name: "Error", base: Exc::ValueError };
const INCOMPLETE: OwnError = OwnError { module: "binascii", name: "Incomplete", base: Exc::Exception };

/// Bytes, or a string of ASCII characters.
struct Encoded(Vec<u8>);

impl FromArg for Encoded {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<Encoded> {
        if let Some(text) = vm.downcast::<Str>(v) {
            if !text.is_ascii() {
                return Err(vm.value_error("string argument should contain only ASCII characters"));
            }
            return Ok(Encoded(text.raw_bytes().to_vec()));
        }
        if !vm.exports_buffer(v) {
            let got = vm.type_name(v);
            return Err(
                vm.type_error(format!("argument should be bytes, buffer or ASCII string, not '{got}'"))
            );
        }
        Ok(Encoded(Buffer::from_arg(vm, v, at)?.as_slice().to_vec()))
    }
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

fn hexlify(vm: &mut Vm, data: Buffer, sep: Option<Value>, group: i64) -> PyResult {
    let separator = match sep {
        None => None,
        Some(v) => {
            if vm.len(v)? != 1 {
                return Err(vm.value_error("sep must be length 1."));
            }
            let c = match (vm.downcast::<Str>(v), vm.downcast::<Bytes>(v)) {
                (Some(text), _) => match u8::try_from(text.code_point(0)) {
                    Ok(c) => c,
                    Err(_) => return Err(vm.value_error("sep must be ASCII.")),
                },
                (_, Some(bytes)) => bytes.as_slice()[0],
                _ => return Err(vm.type_error("sep must be str or bytes.")),
            };
            Some(c)
        }
    };
    let (bytes, size) = (data.as_slice(), group.unsigned_abs() as usize);
    if separator.is_none() {
        return match hex::digits(bytes) {
            Some(digits) => vm.bytes_value(&digits),
            None => Err(vm.memory_error()),
        };
    }
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = Vec::new();
    if out.try_reserve(bytes.len() * 3).is_err() {
        return Err(vm.memory_error());
    }
    for (i, b) in bytes.iter().enumerate() {
        if let Some(c) = separator.filter(|_| i > 0 && size > 0) {
            let counted = if group > 0 { bytes.len() - i } else { i };
            if counted % size == 0 {
                out.push(c);
            }
        }
        out.extend_from_slice(&[DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]);
    }
    vm.bytes_value(&out)
}

fn unhexlify(vm: &mut Vm, text: &[u8]) -> PyResult {
    if !text.len().is_multiple_of(2) {
        return Err(ERROR.raise(vm, "Odd-length string"));
    }
    match hex::values(text) {
        Some(bytes) => vm.bytes_value(&bytes),
        None => Err(ERROR.raise(vm, "Non-hexadecimal digit found")),
    }
}

/// Conversion between binary data and ASCII
#[native_module(name = "binascii")]
pub mod module {
    use super::*;

    /// Decode a line of uuencoded data.
    #[function(sig = "(data, /)")]
    fn a2b_uu(vm: &mut Vm, data: Encoded) -> PyResult {
        let bytes = uu::decode(vm, &data.0)?;
        vm.bytes_value(&bytes)
    }
    /// Uuencode line of data.
    #[function(sig = "(data, /, *, backtick=False)")]
    fn b2a_uu(vm: &mut Vm, data: Buffer, backtick: bool) -> PyResult {
        if data.len() > 45 {
            return Err(ERROR.raise(vm, "At most 45 bytes at once"));
        }
        vm.bytes_value(&uu::encode(data.as_slice(), backtick))
    }
    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not part of the base64 standard are not allowed.
    ///     The same applies to excess data after padding (= / ==).
    #[function(sig = "(data, /, *, strict_mode=False)")]
    fn a2b_base64(vm: &mut Vm, data: Encoded, strict_mode: bool) -> PyResult {
        let bytes = base64::decode(vm, &data.0, strict_mode)?;
        vm.bytes_value(&bytes)
    }
    /// Base64-code line of data.
    #[function(sig = "(data, /, *, newline=True)")]
    fn b2a_base64(vm: &mut Vm, data: Buffer, newline: bool) -> PyResult {
        match base64::encode(data.as_slice(), newline) {
            Some(text) => vm.bytes_value(&text),
            None => Err(vm.memory_error()),
        }
    }
    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    #[function(sig = "(hexstr, /)")]
    fn a2b_hex(vm: &mut Vm, hexstr: Encoded) -> PyResult {
        super::unhexlify(vm, &hexstr.0)
    }
    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    #[function(sig = "(hexstr, /)")]
    fn unhexlify(vm: &mut Vm, hexstr: Encoded) -> PyResult {
        super::unhexlify(vm, &hexstr.0)
    }
    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "hexlify()".
    #[function(sig = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(vm: &mut Vm, data: Buffer, sep: Option<Value>, bytes_per_sep: i64) -> PyResult {
        super::hexlify(vm, data, sep, bytes_per_sep)
    }
    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "b2a_hex()".
    #[function(sig = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(vm: &mut Vm, data: Buffer, sep: Option<Value>, bytes_per_sep: i64) -> PyResult {
        super::hexlify(vm, data, sep, bytes_per_sep)
    }
    /// Decode a string of qp-encoded data.
    #[function(sig = "(data, header=False)")]
    fn a2b_qp(vm: &mut Vm, data: Encoded, header: bool) -> PyResult {
        vm.bytes_value(&qp::decode(&data.0, header))
    }
    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    #[function(sig = "(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(vm: &mut Vm, data: Buffer, quotetabs: bool, istext: bool, header: bool) -> PyResult {
        let options = qp::Options { quote_tabs: quotetabs, is_text: istext, header };
        vm.bytes_value(&qp::encode(data.as_slice(), options))
    }
    /// Compute CRC-32 incrementally.
    #[function(sig = "(data, crc=0, /)")]
    fn crc32(_vm: &mut Vm, data: Buffer, crc: Word) -> u32 {
        let mut hasher = crc32fast::Hasher::new_with_initial(crc.0);
        hasher.update(data.as_slice());
        hasher.finalize()
    }
    /// Compute CRC-CCITT incrementally.
    #[function(sig = "(data, crc, /)")]
    fn crc_hqx(_vm: &mut Vm, data: Buffer, crc: Word) -> u32 {
        data.as_slice().iter().fold(crc.0 & 0xffff, |crc, b| {
            let mut top = (u32::from(*b) ^ crc >> 8) << 8;
            for _ in 0..8 {
                top = if top & 0x8000 != 0 { top << 1 ^ 0x1021 } else { top << 1 };
            }
            (crc << 8 ^ top) & 0xffff
        })
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        ERROR.enter(vm, module)?;
        INCOMPLETE.enter(vm, module)
    }
}
