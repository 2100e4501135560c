//! `%` formatting of `str`, `bytes` and `bytearray`.

use super::float::{Layout, Style, float_text};
use super::has_room;
use crate::heap::Gc;
use crate::object::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::str::{Str, StrBuilder, Units};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};

/// `template % args`
pub fn format_str(vm: &mut Vm, template: Gc<Str>, args: Value) -> PyResult<Gc<Str>> {
    let mut out = StrBuilder::reusing(vm, template.len() + 16);
    Formatter::new(vm, args, false).run(vm, template.units(), &mut out)?;
    out.finish(vm)
}

/// `template % args` for bytes.
pub fn format_bytes(vm: &mut Vm, template: &[u8], args: Value) -> PyResult<Vec<u8>> {
    let mut out = StrBuilder::with_capacity(template.len() + 16);
    Formatter::new(vm, args, true).run(vm, Units::One(template), &mut out)?;
    out.into_bytes(vm)
}

/// One conversion: `%[(key)][flags][width][.precision][length]kind`.
#[derive(Clone, Copy, Default)]
struct Conversion {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    kind: u32,
}

struct Formatter {
    args: Value,
    /// The arguments when they are a tuple.
    tuple: Option<Gc<Tuple>>,
    mapping: bool,
    next: usize,
    bytes: bool,
}

/// The conversions `%s` and `%d`, without flags.
const BARE_S: u32 = 's' as u32;
const BARE_D: u32 = 'd' as u32;

/// Appends what such a conversion makes of an exact string or a small integer; false: it is something else.
#[inline]
fn push_plain(out: &mut StrBuilder, v: Value, kind: u32) -> bool {
    if let Some(n) = v.as_small() {
        out.push_ascii(int::small_decimal(n, &mut [0; 20]));
        return true;
    }
    match v.exact::<Str>() {
        Some(text) if kind == BARE_S => {
            out.push_py(text);
            true
        }
        _ => false,
    }
}

impl Formatter {
    fn new(vm: &mut Vm, args: Value, bytes: bool) -> Formatter {
        let tuple = vm.downcast::<Tuple>(args);
        let text = vm.downcast::<Str>(args).is_some()
            || bytes && (vm.downcast::<Bytes>(args).is_some() || vm.downcast::<ByteArray>(args).is_some());
        let mapping = tuple.is_none() && !text && vm.lookup_special(args, Special::GetItem).is_some();
        Formatter { args, tuple, mapping, next: 0, bytes }
    }

    fn run(mut self, vm: &mut Vm, template: Units<'_>, out: &mut StrBuilder) -> PyResult<()> {
        let len = template.len();
        let mut at = 0;
        let mut keyed = false;
        while at < len {
            let rest = template.slice(at, len);
            let plain = match rest {
                // What stands between conversions is short.
                Units::One(bytes) => bytes.iter().position(|b| *b == b'%'),
                _ => rest.find(Units::One(b"%"), crate::types::str::Side::Left),
            };
            let plain = plain.unwrap_or(rest.len());
            out.push_units(rest.slice(0, plain));
            at += plain;
            if at == len {
                break;
            }
            at += 1;
            if at < len && template.at(at) == '%' as u32 {
                out.push_char('%');
                at += 1;
                continue;
            }
            let mut value = None;
            if at < len && template.at(at) == '(' as u32 {
                let end = key_end(template, at + 1);
                let Some(end) = end else { return Err(vm.value_error("incomplete format key")) };
                if !self.mapping {
                    return Err(vm.type_error("format requires a mapping"));
                }
                let key = template.slice(at + 1, end);
                let key = if self.bytes {
                    vm.bytes_value(key.bytes())?
                } else {
                    Value::from_gc(vm.str_units(key)?)
                };
                value = Some(vm.get_item(self.args, key)?);
                keyed = true;
                at = end + 1;
            }
            let mut c = Conversion::default();
            let bare = at < len && !self.bytes && matches!(template.at(at), BARE_S | BARE_D);
            if bare {
                c.kind = template.at(at);
                at += 1;
            } else {
                at = self.parse(vm, template, at, &mut c)?;
            }
            let v = match value {
                Some(v) => v,
                None => self.argument(vm, keyed)?,
            };
            if bare && push_plain(out, v, c.kind) {
                continue;
            }
            self.convert(vm, out, &c, v, at - 1)?;
        }
        let used = match self.tuple {
            Some(t) => self.next >= t.len(),
            None => self.mapping || self.next > 0,
        };
        if used {
            return Ok(());
        }
        let what = if self.bytes { "bytes" } else { "string" };
        Err(vm.type_error(format!("not all arguments converted during {what} formatting")))
    }

    /// The next positional argument. After a keyed conversion the mapping is no argument any more.
    fn argument(&mut self, vm: &mut Vm, keyed: bool) -> PyResult<Value> {
        self.next += 1;
        match self.tuple {
            Some(t) if self.next <= t.len() => Ok(t.items()[self.next - 1]),
            None if self.next == 1 && !keyed => Ok(self.args),
            _ => Err(vm.type_error("not enough arguments for format string")),
        }
    }

    /// Parses flags, width, precision and kind; returns the position behind.
    fn parse(
        &mut self,
        vm: &mut Vm,
        template: Units<'_>,
        mut at: usize,
        c: &mut Conversion,
    ) -> PyResult<usize> {
        let peek = |at: usize| (at < template.len()).then(|| template.at(at)).and_then(char::from_u32);
        loop {
            match peek(at) {
                Some('-') => c.left = true,
                Some('+') => c.plus = true,
                Some(' ') => c.space = true,
                Some('#') => c.alternate = true,
                Some('0') => c.zero = true,
                _ => break,
            }
            at += 1;
        }
        let (width, next) = self.number(vm, template, at, isize::MAX as usize, "width too big")?;
        at = next;
        if let Some(width) = width {
            c.left |= width < 0;
            c.width = width.unsigned_abs() as usize;
        }
        if peek(at) == Some('.') {
            let (precision, next) =
                self.number(vm, template, at + 1, i32::MAX as usize, "precision too big")?;
            c.precision = Some(usize::try_from(precision.unwrap_or(0)).unwrap_or(0));
            at = next;
        }
        if matches!(peek(at), Some('h' | 'l' | 'L')) {
            at += 1;
        }
        if at >= template.len() {
            return Err(vm.value_error("incomplete format"));
        }
        c.kind = template.at(at);
        Ok(at + 1)
    }

    /// Digits or `*`.
    fn number(
        &mut self,
        vm: &mut Vm,
        template: Units<'_>,
        mut at: usize,
        limit: usize,
        too_big: &str,
    ) -> PyResult<(Option<i64>, usize)> {
        if at < template.len() && template.at(at) == '*' as u32 {
            let v = self.argument(vm, false)?;
            let Some(v) = int::as_int(vm, v) else { return Err(vm.type_error("* wants int")) };
            return match int::to_i64(v).filter(|n| n.unsigned_abs() <= limit as u64) {
                Some(n) => Ok((Some(n), at + 1)),
                None => Err(vm.overflow_error("Python int too large to convert to C int")),
            };
        }
        let mut n: Option<usize> = None;
        while at < template.len() && (48..58).contains(&template.at(at)) {
            let digit = (template.at(at) - 48) as usize;
            n = n.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(digit)).filter(|n| *n <= limit);
            if n.is_none() {
                return Err(vm.value_error(too_big));
            }
            at += 1;
        }
        Ok((n.map(|n| n as i64), at))
    }

    fn convert(
        &self,
        vm: &mut Vm,
        out: &mut StrBuilder,
        c: &Conversion,
        v: Value,
        at: usize,
    ) -> PyResult<()> {
        match char::from_u32(c.kind).unwrap_or('\0') {
            's' | 'b' if self.bytes => {
                let content = bytes_argument(vm, v)?;
                push_text(vm, out, c, Units::One(&content))
            }
            's' => {
                let text = vm.to_str(v)?;
                push_text(vm, out, c, text.units())
            }
            'r' if !self.bytes => {
                let text = vm.repr(v)?;
                push_text(vm, out, c, text.units())
            }
            'r' | 'a' => {
                let text = vm.ascii(v)?;
                push_text(vm, out, c, text.units())
            }
            kind @ ('d' | 'i' | 'u' | 'o' | 'x' | 'X') => {
                if let (Some(n), 'd' | 'i' | 'u', None) = (v.as_small(), kind, c.precision) {
                    let mut buffer = [0; 20];
                    let digits = int::small_decimal(n, &mut buffer);
                    let digits = digits.strip_prefix('-').unwrap_or(digits);
                    return push_numeric(vm, out, c, n < 0, "", Units::One(digits.as_bytes()), false);
                }
                let n = integer_argument(vm, v, kind)?;
                let text = match kind {
                    'o' => int::to_radix(vm, n, 8)?,
                    'x' | 'X' => int::to_radix(vm, n, 16)?,
                    _ => int::to_decimal(vm, n)?,
                };
                let (negative, digits) = match text.strip_prefix('-') {
                    Some(digits) => (true, digits),
                    None => (false, &text[..]),
                };
                let zeros = c.precision.unwrap_or(0).saturating_sub(digits.len());
                let mut body = StrBuilder::new();
                ask_room(vm, zeros)?;
                body.push_times('0' as u32, zeros);
                body.push_str(digits);
                let prefix = match kind {
                    'o' if c.alternate => "0o",
                    'x' | 'X' if c.alternate => "0x",
                    _ => "",
                };
                push_numeric(vm, out, c, negative, prefix, body.units(), kind == 'X')
            }
            kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G') => {
                let f = float_argument(vm, v)?;
                let style = match kind.to_ascii_lowercase() {
                    'e' => Style::Exponent,
                    'f' => Style::Fixed,
                    _ => Style::General,
                };
                let precision = c.precision.unwrap_or(6);
                ask_room(vm, precision)?;
                let layout =
                    Layout { alternate: c.alternate, dot_zero: false, upper: kind.is_ascii_uppercase() };
                let text = float_text(f, style, precision, layout);
                let (negative, digits) = match text.strip_prefix('-') {
                    Some(digits) => (true, digits),
                    None => (false, &text[..]),
                };
                push_numeric(vm, out, c, negative, "", Units::One(digits.as_bytes()), false)
            }
            'c' => {
                let code = if self.bytes { byte_argument(vm, v)? } else { char_argument(vm, v)? };
                push_text(vm, out, &Conversion { precision: None, ..*c }, Units::Four(&[code]))
            }
            _ => {
                let shown = char::from_u32(c.kind).filter(|kind| (' '..='~').contains(kind)).unwrap_or('?');
                Err(vm.value_error(format!(
                    "unsupported format character '{shown}' ({:#x}) at index {at}",
                    c.kind
                )))
            }
        }
    }
}

/// Where a parenthesised key ends; parentheses nest.
fn key_end(template: Units<'_>, from: usize) -> Option<usize> {
    let mut depth = 1;
    for at in from..template.len() {
        match char::from_u32(template.at(at)) {
            Some('(') => depth += 1,
            Some(')') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Asks for room for so many digits, and for the steps between them and the result.
fn ask_room(vm: &mut Vm, digits: usize) -> PyResult<()> {
    if has_room(digits) { Ok(()) } else { Err(vm.memory_error()) }
}

fn push_text(vm: &mut Vm, out: &mut StrBuilder, c: &Conversion, text: Units<'_>) -> PyResult<()> {
    let text = text.slice(0, text.len().min(c.precision.unwrap_or(usize::MAX)));
    let padding = c.width.saturating_sub(text.len());
    out.reserve(vm, padding + text.len())?;
    out.push_times(32, if c.left { 0 } else { padding });
    out.push_units(text);
    out.push_times(32, if c.left { padding } else { 0 });
    Ok(())
}

fn push_numeric(
    vm: &mut Vm,
    out: &mut StrBuilder,
    c: &Conversion,
    negative: bool,
    prefix: &str,
    digits: Units<'_>,
    upper: bool,
) -> PyResult<()> {
    let sign = match c {
        _ if negative => "-",
        Conversion { plus: true, .. } => "+",
        Conversion { space: true, .. } => " ",
        _ => "",
    };
    let padding = c.width.saturating_sub(sign.len() + prefix.len() + digits.len());
    out.reserve(vm, padding + digits.len())?;
    let (before, zeros, after) = match c {
        Conversion { left: true, .. } => (0, 0, padding),
        Conversion { zero: true, .. } => (0, padding, 0),
        _ => (padding, 0, 0),
    };
    out.push_times(32, before);
    out.push_str(sign);
    for part in prefix.bytes() {
        out.push(if upper { part.to_ascii_uppercase() } else { part }.into());
    }
    out.push_times('0' as u32, zeros);
    if upper {
        digits.iter().for_each(|digit| out.push((digit as u8).to_ascii_uppercase().into()));
    } else {
        out.push_units(digits);
    }
    out.push_times(32, after);
    Ok(())
}

/// The integer for `%d` (any real number, truncated) or `%x` (integers only).
fn integer_argument(vm: &mut Vm, v: Value, kind: char) -> PyResult<Value> {
    if let Some(n) = int::as_int(vm, v) {
        return Ok(n);
    }
    let (result, wanted) = if matches!(kind, 'x' | 'X' | 'o') {
        (vm.index_value(v), "an integer")
    } else if vm.has_index(v) {
        (vm.index_value(v), "a real number")
    } else {
        (vm.call_special(v, Special::Int, &[]).map(|n| n.unwrap_or(Value::NONE)), "a real number")
    };
    if let Some(n) = vm.catch(result, Exc::TypeError)?
        && let Some(n) = int::as_int(vm, n)
    {
        return Ok(n);
    }
    let name = vm.type_name(v);
    Err(vm.type_error(format!("%{kind} format: {wanted} is required, not {name}")))
}

fn float_argument(vm: &mut Vm, v: Value) -> PyResult<f64> {
    crate::types::float::to_f64(vm, v)
}

fn char_argument(vm: &mut Vm, v: Value) -> PyResult<u32> {
    if let Some(text) = vm.downcast::<Str>(v) {
        if text.len() == 1 {
            return Ok(text.code_point(0));
        }
        let len = text.len();
        return Err(
            vm.type_error(format!("%c requires an int or a unicode character, not a string of length {len}"))
        );
    }
    match vm.index_clipped(v)? {
        Some(n) => match u32::try_from(n) {
            Ok(c) if c < 0x110000 => Ok(c),
            _ => Err(vm.overflow_error("%c arg not in range(0x110000)")),
        },
        None => {
            let name = vm.type_name(v);
            Err(vm.type_error(format!("%c requires an int or a unicode character, not {name}")))
        }
    }
}

fn byte_argument(vm: &mut Vm, v: Value) -> PyResult<u32> {
    let content = if let Some(b) = vm.downcast::<Bytes>(v) {
        Some((b.as_slice().to_vec(), "bytes"))
    } else {
        vm.downcast::<ByteArray>(v).map(|b| (b.as_slice().to_vec(), "bytearray"))
    };
    if let Some((content, kind)) = content {
        if let [b] = content[..] {
            return Ok(b.into());
        }
        let len = content.len();
        let wanted = "%c requires an integer in range(256) or a single byte";
        return Err(vm.type_error(format!("{wanted}, not a {kind} object of length {len}")));
    }
    match vm.index_clipped(v)? {
        Some(n) => match u8::try_from(n) {
            Ok(b) => Ok(b.into()),
            Err(_) => Err(vm.overflow_error("%c arg not in range(256)")),
        },
        None => {
            let class = vm.class_of(v);
            let name = crate::types::typ::full_name(vm, class)?;
            Err(vm.type_error(format!("%c requires an integer in range(256) or a single byte, not {name}")))
        }
    }
}

/// What `%b` inserts.
fn bytes_argument(vm: &mut Vm, v: Value) -> PyResult<Vec<u8>> {
    if let Some(result) = vm.call_special(v, Special::Bytes, &[])? {
        return match vm.downcast::<Bytes>(result) {
            Some(b) => Ok(b.as_slice().to_vec()),
            None => {
                let name = vm.type_name(result);
                Err(vm.type_error(format!("__bytes__ returned non-bytes (type {name})")))
            }
        };
    }
    match vm.buffer_opt(v)? {
        Some(buffer) => Ok(buffer.as_slice().to_vec()),
        None => {
            let name = vm.type_name(v);
            Err(vm.type_error(format!(
                "%b requires a bytes-like object, or an object that implements __bytes__, not '{name}'"
            )))
        }
    }
}
