//! Text of floats: correctly rounded digits from the standard library, laid out as Python does.

/// Digits beyond this many are all zeros for any float: its exact decimal expansion has ended.
const EXACT: usize = 1100;

/// How to write a float.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Shortest text that reads back as the same float.
    Repr,
    /// `e`
    Exponent,
    /// `f`
    Fixed,
    /// `g`
    General,
}

/// A finite float's digits `0.d1d2d3… * 10^point`.
struct Digits {
    digits: Vec<u8>,
    point: i32,
}

impl Digits {
    /// The fewest digits that read back as the same float, nearest to it, even on a tie.
    fn shortest(magnitude: f64) -> Digits {
        let mut buffer = ryu::Buffer::new();
        let text = buffer.format_finite(magnitude);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let integer = mantissa.split('.').next().unwrap_or("").len() as i32;
        let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        let zeros = digits.iter().take_while(|b| **b == b'0').count().min(digits.len() - 1);
        digits.drain(..zeros);
        trim_zeros(&mut digits);
        let point = exponent.parse::<i32>().unwrap_or(0) + integer - zeros as i32;
        // Zero is `0`, with its point behind it.
        Digits { point: if digits == b"0" { 1 } else { point }, digits }
    }

    /// From Rust's `d.ddde±x`.
    fn from_exponent_form(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        Digits { digits, point: exponent.parse::<i32>().unwrap_or(0) + 1 }
    }
}

/// Options of [`float_text`] beside the style.
#[derive(Clone, Copy, Default, Debug)]
pub struct Layout {
    /// Keep the point and trailing zeros (`#`).
    pub alternate: bool,
    /// Append `.0` to what would look like an integer.
    pub dot_zero: bool,
    /// `INF`, `NAN`, `E`.
    pub upper: bool,
}

/// The text of a float, with `-` when negative. `precision` is ignored by [`Style::Repr`].
pub fn float_text(f: f64, style: Style, precision: usize, layout: Layout) -> String {
    let mut text = if f.is_nan() {
        "nan".to_owned()
    } else if f.is_infinite() {
        if f < 0.0 { "-inf".to_owned() } else { "inf".to_owned() }
    } else {
        finite(f, style, precision, layout)
    };
    if layout.upper {
        text.make_ascii_uppercase();
    }
    text
}

fn finite(f: f64, style: Style, precision: usize, layout: Layout) -> String {
    let magnitude = f.abs();
    let mut out = String::new();
    if f.is_sign_negative() {
        out.push('-');
    }
    match style {
        Style::Fixed => {
            let exact = precision.min(EXACT);
            match fixed_small(magnitude, exact) {
                Some(text) => out.push_str(&text),
                None => out.push_str(&format!("{magnitude:.exact$}")),
            }
            push_zeros(&mut out, precision - exact);
            if layout.alternate && precision == 0 {
                out.push('.');
            }
        }
        Style::Exponent => {
            let exact = precision.min(EXACT);
            let mut d = Digits::from_exponent_form(&format!("{magnitude:.exact$e}"));
            d.digits.resize(precision + 1, b'0');
            push_exponent_form(&mut out, &d, layout.alternate);
        }
        Style::General => {
            let wanted = precision.max(1);
            let exact = (wanted - 1).min(EXACT);
            let mut d = Digits::from_exponent_form(&format!("{magnitude:.exact$e}"));
            if layout.alternate {
                d.digits.resize(wanted, b'0');
            } else {
                trim_zeros(&mut d.digits);
            }
            // One digit fewer when `.0` may have to follow.
            let limit = wanted as i64 - i64::from(layout.dot_zero);
            let exponent = i64::from(d.point) > limit || d.point <= -4;
            push_general(&mut out, &d, exponent, layout);
        }
        Style::Repr => {
            let d = Digits::shortest(magnitude);
            push_general(&mut out, &d, d.point > 16 || d.point <= -4, layout);
        }
    }
    out
}

/// `{magnitude:.precision}` by integers, for what is not too large or too fine: the standard library takes long over values
/// with few digits.
fn fixed_small(magnitude: f64, precision: usize) -> Option<String> {
    let (whole, part) = fixed_parts(magnitude, precision)?;
    Some(if precision == 0 { format!("{whole}") } else { format!("{whole}.{part:0precision$}") })
}

/// What `format(f, '.Nf')` gives, N being one digit, written to the buffer; `None`: another specification or a case for
/// the general way.
pub fn fixed_quick<'b>(f: f64, spec: &[u8], buffer: &'b mut [u8; 40]) -> Option<&'b [u8]> {
    let &[b'.', digit @ b'0'..=b'9', b'f'] = spec else { return None };
    let precision = usize::from(digit - b'0');
    let (whole, mut part) = fixed_parts(f.abs(), precision)?;
    let mut at = buffer.len();
    let mut put = |byte: u8| {
        at -= 1;
        buffer[at] = byte;
    };
    if precision > 0 {
        for _ in 0..precision {
            put(b'0' + (part % 10) as u8);
            part /= 10;
        }
        put(b'.');
    }
    let mut rest = whole;
    loop {
        put(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if f.is_sign_negative() {
        put(b'-');
    }
    Some(&buffer[at..])
}

/// The digits of `{magnitude:.precision}` before and behind the point, as numbers.
fn fixed_parts(magnitude: f64, precision: usize) -> Option<(u64, u64)> {
    const MOST: usize = 15;
    let bits = magnitude.to_bits();
    let exponent = (bits >> 52) as i32 - 1075;
    if precision > MOST || !(-115..=0).contains(&exponent) {
        return (bits == 0).then_some((0, 0));
    }
    let scale = 10u128.pow(precision as u32);
    // Below 2^53 * 10^15, so below 2^103.
    let scaled = u128::from(bits & ((1 << 52) - 1) | 1 << 52) * scale;
    let shift = exponent.unsigned_abs();
    let (quotient, rest) = (scaled >> shift, scaled & ((1u128 << shift) - 1));
    let half = if shift == 0 { 0 } else { 1u128 << (shift - 1) };
    let up = shift > 0 && (rest > half || rest == half && quotient & 1 == 1);
    let n = quotient + u128::from(up);
    Some(match u64::try_from(n) {
        Ok(n) => (n / scale as u64, n % scale as u64),
        Err(_) => ((n / scale) as u64, (n % scale) as u64),
    })
}

fn push_general(out: &mut String, d: &Digits, exponent: bool, layout: Layout) {
    if exponent {
        push_exponent_form(out, d, layout.alternate);
        return;
    }
    let digit = |d: &[u8], out: &mut String| d.iter().for_each(|b| out.push(*b as char));
    if d.point <= 0 {
        out.push_str("0.");
        push_zeros(out, d.point.unsigned_abs() as usize);
        digit(&d.digits, out);
        return;
    }
    let point = d.point as usize;
    if d.digits.len() > point {
        digit(&d.digits[..point], out);
        out.push('.');
        digit(&d.digits[point..], out);
    } else {
        digit(&d.digits, out);
        push_zeros(out, point - d.digits.len());
        if layout.dot_zero {
            out.push_str(".0");
        } else if layout.alternate {
            out.push('.');
        }
    }
}

fn push_exponent_form(out: &mut String, d: &Digits, alternate: bool) {
    out.push(d.digits[0] as char);
    if d.digits.len() > 1 || alternate {
        out.push('.');
    }
    d.digits[1..].iter().for_each(|b| out.push(*b as char));
    let e = d.point - 1;
    out.push_str(&format!("e{}{:02}", if e < 0 { '-' } else { '+' }, e.abs()));
}

fn trim_zeros(digits: &mut Vec<u8>) {
    while digits.len() > 1 && digits.last() == Some(&b'0') {
        digits.pop();
    }
}

fn push_zeros(out: &mut String, n: usize) {
    out.extend(std::iter::repeat_n('0', n));
}

/// `repr(f)`
pub fn float_repr(f: f64) -> String {
    float_text(f, Style::Repr, 0, Layout { dot_zero: true, ..Layout::default() })
}

/// `repr(complex(re, im))`
pub fn complex_repr(re: f64, im: f64) -> String {
    let part = |f| float_text(f, Style::Repr, 0, Layout::default());
    if re == 0.0 && re.is_sign_positive() {
        return format!("{}j", part(im));
    }
    let imaginary = part(im);
    let sign = if imaginary.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imaginary}j)", part(re))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repr_is_shortest_in_pythons_layout() {
        for (f, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e-300, "1.5e-300"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
            (5e-324, "5e-324"),
            // Halfway between two texts of 17 digits: the even one.
            (117_485_088_342_979.63, "117485088342979.62"),
        ] {
            assert_eq!(float_repr(f), text);
        }
    }

    #[test]
    fn fixed_precision_is_correctly_rounded() {
        let plain = Layout::default();
        assert_eq!(float_text(0.5, Style::Fixed, 0, plain), "0");
        assert_eq!(float_text(1.5, Style::Fixed, 0, plain), "2");
        assert_eq!(float_text(2.5, Style::Fixed, 0, plain), "2");
        assert_eq!(float_text(0.125, Style::Fixed, 2, plain), "0.12");
        assert_eq!(float_text(2.675, Style::Fixed, 2, plain), "2.67");
        assert_eq!(float_text(0.1, Style::Fixed, 20, plain), "0.10000000000000000555");
        assert_eq!(float_text(2.5, Style::Exponent, 0, plain), "2e+00");
        assert_eq!(float_text(1e100, Style::General, 6, plain), "1e+100");
        assert_eq!(float_text(123456.0, Style::General, 6, plain), "123456");
        assert_eq!(float_text(1234567.0, Style::General, 6, plain), "1.23457e+06");
        assert_eq!(float_text(1.0, Style::General, 6, Layout { alternate: true, ..plain }), "1.00000");
        assert_eq!(float_text(0.0, Style::General, 3, Layout { alternate: true, ..plain }), "0.00");
        assert_eq!(float_text(1.0, Style::Fixed, 2000, plain).len(), 2002);
    }

    #[test]
    fn complex() {
        assert_eq!(complex_repr(0.0, 1.0), "1j");
        assert_eq!(complex_repr(-0.0, 1.0), "(-0+1j)");
        assert_eq!(complex_repr(1.5, -2.0), "(1.5-2j)");
        assert_eq!(complex_repr(1.0, f64::NAN), "(1+nanj)");
    }
}
