//! Numbers and characters.

use habu_macros::native_module;

#[native_module(name = "builtins")]
pub mod functions {
    use crate::heap::Gc;
    use crate::object::Special;
    use crate::protocol::{BinaryOp, UnaryOp};
    use crate::types::bytearray::ByteArray;
    use crate::types::bytes::Bytes;
    use crate::types::str::Str;
    use crate::types::{complex, float, int};
    use crate::value::Value;
    use crate::vm::{PyResult, Vm};

    /// The absolute value of a number.
    #[function(sig = "(number, /)")]
    fn abs(vm: &mut Vm, number: Value) -> PyResult {
        if let Some(n) = number.as_small() {
            return vm.int(n.abs());
        }
        vm.unary(UnaryOp::Abs, number)
    }

    /// `(x // y, x % y)`
    #[function(sig = "(x, y, /)")]
    fn divmod(vm: &mut Vm, x: Value, y: Value) -> PyResult {
        vm.binary(BinaryOp::DivMod, x, y)
    }

    /// `base ** exp`, modulo `mod` if given.
    #[function(sig = "(base, exp, mod=None)")]
    fn pow(vm: &mut Vm, base: Value, exp: Value, r#mod: Value) -> PyResult {
        if r#mod.is_none() {
            return vm.binary(BinaryOp::Pow, base, exp);
        }
        let mut attempts = [(base, Special::Pow, [exp, r#mod]), (exp, Special::RPow, [base, r#mod])];
        let (left, right) = (vm.class_of(base), vm.class_of(exp));
        // A subclass's own reflected method goes first.
        if left != right
            && right.is_subtype(left)
            && vm.class_special(right, Special::RPow) != vm.class_special(left, Special::RPow)
        {
            attempts.reverse();
        }
        for (v, special, args) in attempts {
            if let Some(f) = vm.lookup_special(v, special) {
                let result = vm.call_found(f, v, &args)?;
                if result != Value::NOT_IMPLEMENTED {
                    return Ok(result);
                }
            }
        }
        // The third operand's type has a say too: these two refuse with texts of their own.
        if float::as_f64(vm, r#mod).is_some() {
            return Err(vm.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
        }
        if complex::as_pair(vm, r#mod).is_some() {
            return Err(vm.value_error("complex modulo"));
        }
        let (a, b, c) = (vm.type_name(base), vm.type_name(exp), vm.type_name(r#mod));
        Err(vm.type_error(format!("unsupported operand type(s) for ** or pow(): '{a}', '{b}', '{c}'")))
    }

    /// A number rounded to a number of digits behind the point.
    #[function(sig = "(number, ndigits=None)")]
    fn round(vm: &mut Vm, number: Value, ndigits: Value) -> PyResult {
        if ndigits.is_none() {
            if number.is_small() {
                return Ok(number);
            }
            if let Some(f) = float::exact(vm, number) {
                return float::to_int(vm, f.round_ties_even());
            }
        }
        let args: &[Value] = if ndigits.is_none() { &[] } else { &[ndigits] };
        match vm.call_special(number, Special::Round, args)? {
            Some(v) => Ok(v),
            None => {
                let name = vm.type_name(number);
                Err(vm.type_error(format!("type {name} doesn't define __round__ method")))
            }
        }
    }

    /// Binary text of an integer.
    ///
    /// >>> bin(37)
    /// '0b100101'
    #[function(sig = "(number, /)")]
    fn bin(vm: &mut Vm, number: Value) -> PyResult<Gc<Str>> {
        super::prefixed(vm, number, 2, "0b")
    }

    /// Octal text of an integer.
    ///
    /// >>> oct(37)
    /// '0o45'
    #[function(sig = "(number, /)")]
    fn oct(vm: &mut Vm, number: Value) -> PyResult<Gc<Str>> {
        super::prefixed(vm, number, 8, "0o")
    }

    /// Hexadecimal text of an integer.
    ///
    /// >>> hex(48879)
    /// '0xbeef'
    #[function(sig = "(number, /)")]
    fn hex(vm: &mut Vm, number: Value) -> PyResult<Gc<Str>> {
        super::prefixed(vm, number, 16, "0x")
    }

    /// The one-character string of a code point.
    #[function(sig = "(i, /)")]
    fn chr(vm: &mut Vm, i: Value) -> PyResult<Gc<Str>> {
        let n = vm.index_value(i)?;
        match int::to_i64(n).and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= 0x10_ffff) {
            Some(c) => vm.str_char(c),
            None => Err(vm.value_error("chr() arg not in range(0x110000)")),
        }
    }

    /// The code point of a one-character string.
    #[function(sig = "(character, /)")]
    fn ord(vm: &mut Vm, character: Value) -> PyResult<i64> {
        let len = if let Some(s) = vm.downcast::<Str>(character) {
            if s.len() == 1 {
                return Ok(i64::from(s.code_point(0)));
            }
            s.len()
        } else if let Some(b) = vm.downcast::<Bytes>(character) {
            if b.len() == 1 {
                return Ok(i64::from(b.as_slice()[0]));
            }
            b.len()
        } else if let Some(b) = vm.downcast::<ByteArray>(character) {
            if b.len() == 1 {
                return Ok(i64::from(b.as_slice()[0]));
            }
            b.len()
        } else {
            let name = vm.type_name(character);
            return Err(vm.type_error(format!("ord() expected string of length 1, but {name} found")));
        };
        Err(vm.type_error(format!("ord() expected a character, but string of length {len} found")))
    }
}

use crate::heap::Gc;
use crate::types::int;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// Text of an integer in a base, with its prefix behind the sign.
fn prefixed(vm: &mut Vm, number: Value, radix: u32, prefix: &str) -> PyResult<Gc<Str>> {
    let n = vm.index_value(number)?;
    if let Some(n) = n.as_small() {
        return small_prefixed(vm, n, radix, prefix.as_bytes());
    }
    let digits = int::to_radix(vm, n, radix)?;
    let text = match digits.strip_prefix('-') {
        Some(rest) => format!("-{prefix}{rest}"),
        None => format!("{prefix}{digits}"),
    };
    vm.str(&text)
}

/// The same for a small integer; `radix` is a power of two.
fn small_prefixed(vm: &mut Vm, n: i64, radix: u32, prefix: &[u8]) -> PyResult<Gc<Str>> {
    /// Sign, prefix and the digits of 62 bits.
    const ROOM: usize = 1 + 2 + 62;
    let mut text = [0; ROOM];
    let (mut at, mut rest) = (ROOM, n.unsigned_abs());
    loop {
        at -= 1;
        text[at] = b"0123456789abcdef"[(rest & u64::from(radix - 1)) as usize];
        rest >>= radix.trailing_zeros();
        if rest == 0 {
            break;
        }
    }
    at -= prefix.len();
    text[at..at + prefix.len()].copy_from_slice(prefix);
    if n < 0 {
        at -= 1;
        text[at] = b'-';
    }
    vm.str_ascii(&text[at..])
}
