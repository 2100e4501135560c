//! `format(value, spec)` for strings, integers, floats and complex numbers, over plain Rust values.

use super::float::{Layout, Style, float_text};
use super::number::{Locale, Parts, push_number};
use super::spec::{Spec, TypeName, unknown_kind};
use crate::types::str::{StrBuilder, Units};
use crate::vm::Raised;

/// Why a value cannot be formatted so: the exception's class and text.
#[derive(Debug)]
pub enum FormatError {
    Value(String),
    Overflow(String),
    Memory,
    /// An exception is pending already.
    Raised(Raised),
}

impl From<Raised> for FormatError {
    fn from(raised: Raised) -> FormatError {
        FormatError::Raised(raised)
    }
}

impl From<String> for FormatError {
    fn from(text: String) -> FormatError {
        FormatError::Value(text)
    }
}

impl From<&str> for FormatError {
    fn from(text: &str) -> FormatError {
        FormatError::Value(text.to_owned())
    }
}

type Done = Result<(), FormatError>;

/// An integer as formatting needs it.
pub trait IntText {
    fn is_negative(&mut self) -> bool;
    /// Digits of the magnitude.
    fn digits(&mut self, radix: u32) -> Result<String, FormatError>;
    fn to_i64(&mut self) -> Option<i64>;
    /// Nearest float.
    fn to_f64(&mut self) -> Result<f64, FormatError>;
}

fn kind_char(kind: u32) -> char {
    char::from_u32(kind).unwrap_or('\u{fffd}')
}

/// `str.__format__`
pub fn format_str(out: &mut StrBuilder, text: Units<'_>, spec: Units<'_>, type_name: TypeName<'_>) -> Done {
    let spec = Spec::parse(spec, 's' as u32, '<', type_name)?;
    if kind_char(spec.kind) != 's' {
        return Err(unknown_kind(spec.kind, type_name).into());
    }
    if let Some(sign) = spec.sign {
        return Err(match sign {
            ' ' => "Space not allowed in string format specifier",
            _ => "Sign not allowed in string format specifier",
        }
        .into());
    }
    if spec.no_negative_zero {
        return Err("Negative zero coercion (z) not allowed in string format specifier".into());
    }
    if spec.alternate {
        return Err("Alternate form (#) not allowed in string format specifier".into());
    }
    if spec.align == '=' {
        return Err("'=' alignment not allowed in string format specifier".into());
    }
    let shown = spec.precision.map_or(text, |p| text.slice(0, text.len().min(p)));
    push_aligned(out, shown, &spec);
    Ok(())
}

fn push_aligned(out: &mut StrBuilder, text: Units<'_>, spec: &Spec) {
    let padding = spec.width.unwrap_or(0).saturating_sub(text.len());
    let before = match spec.align {
        '<' => 0,
        '^' => padding / 2,
        _ => padding,
    };
    out.push_times(spec.fill, before);
    out.push_units(text);
    out.push_times(spec.fill, padding - before);
}

/// `int.__format__`
pub fn format_int(
    out: &mut StrBuilder,
    n: &mut dyn IntText,
    spec: Units<'_>,
    type_name: TypeName<'_>,
    locale: &dyn Fn() -> Locale,
) -> Done {
    let spec = Spec::parse(spec, 'd' as u32, '>', type_name)?;
    let kind = kind_char(spec.kind);
    match kind {
        'b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n' => {}
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => {
            let f = n.to_f64()?;
            return push_float(out, f, &spec, type_name, locale);
        }
        _ => return Err(unknown_kind(spec.kind, type_name).into()),
    }
    if spec.precision.is_some() {
        return Err("Precision not allowed in integer format specifier".into());
    }
    if spec.no_negative_zero {
        return Err("Negative zero coercion (z) not allowed in integer format specifier".into());
    }
    if kind == 'c' {
        if spec.sign.is_some() {
            return Err("Sign not allowed with integer format specifier 'c'".into());
        }
        if spec.alternate {
            return Err("Alternate form (#) not allowed with integer format specifier 'c'".into());
        }
        let Some(c) = n.to_i64() else {
            return Err(FormatError::Overflow("Python int too large to convert to C long".into()));
        };
        if !(0..0x110000).contains(&c) {
            return Err(FormatError::Overflow("%c arg not in range(0x110000)".into()));
        }
        push_aligned(out, Units::Four(&[c as u32]), &spec);
        return Ok(());
    }
    let (radix, prefix) = match kind {
        'b' => (2, "0b"),
        'o' => (8, "0o"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = n.digits(radix)?;
    if kind == 'X' {
        digits.make_ascii_uppercase();
    }
    let conventions = (kind == 'n').then(locale);
    let parts = Parts {
        negative: n.is_negative(),
        prefix: if spec.alternate { prefix } else { "" },
        integer: &digits,
        locale: conventions.as_ref(),
        ..Parts::default()
    };
    push_number(out, &parts, &spec);
    Ok(())
}

/// `float.__format__`
pub fn format_float(
    out: &mut StrBuilder,
    f: f64,
    spec: Units<'_>,
    type_name: TypeName<'_>,
    locale: &dyn Fn() -> Locale,
) -> Done {
    let spec = Spec::parse(spec, 0, '>', type_name)?;
    push_float(out, f, &spec, type_name, locale)
}

/// Style, precision and whether `.0` is kept, for a float type's presentation.
fn presentation(spec: &Spec, type_name: TypeName<'_>) -> Result<(Style, usize, bool), FormatError> {
    if spec.precision.is_some_and(|p| p > i32::MAX as usize) {
        return Err("precision too big".into());
    }
    if !super::has_room(spec.precision.unwrap_or(0).saturating_add(spec.width.unwrap_or(0))) {
        return Err(FormatError::Memory);
    }
    Ok(match (kind_char(spec.kind), spec.precision) {
        ('\0', None) => (Style::Repr, 0, true),
        ('\0', Some(p)) => (Style::General, p, true),
        ('e' | 'E', p) => (Style::Exponent, p.unwrap_or(6), false),
        ('f' | 'F' | '%', p) => (Style::Fixed, p.unwrap_or(6), false),
        ('g' | 'G' | 'n', p) => (Style::General, p.unwrap_or(6), false),
        _ => return Err(unknown_kind(spec.kind, type_name).into()),
    })
}

fn text_of(f: f64, spec: &Spec, style: Style, precision: usize, dot_zero: bool) -> String {
    let layout = Layout {
        alternate: spec.alternate,
        dot_zero,
        upper: matches!(kind_char(spec.kind), 'E' | 'F' | 'G'),
    };
    let mut text = float_text(f, style, precision, layout);
    if spec.no_negative_zero
        && text.starts_with('-')
        && f.is_finite()
        && !text.split(['e', 'E']).next().unwrap_or("").bytes().any(|b| matches!(b, b'1'..=b'9'))
    {
        text.remove(0);
    }
    text
}

fn push_float(
    out: &mut StrBuilder,
    f: f64,
    spec: &Spec,
    type_name: TypeName<'_>,
    locale: &dyn Fn() -> Locale,
) -> Done {
    let (style, precision, dot_zero) = presentation(spec, type_name)?;
    let percent = kind_char(spec.kind) == '%';
    let mut text = text_of(if percent { f * 100.0 } else { f }, spec, style, precision, dot_zero);
    if percent {
        text.push('%');
    }
    let plain = spec.width.is_none() && spec.grouping.is_none() && spec.fraction_grouping.is_none();
    if plain && kind_char(spec.kind) != 'n' {
        if let Some(sign @ ('+' | ' ')) = spec.sign
            && !text.starts_with('-')
        {
            out.push_char(sign);
        }
        out.push_str(&text);
        return Ok(());
    }
    let conventions = (kind_char(spec.kind) == 'n').then(locale);
    let parts = Parts { locale: conventions.as_ref(), ..Parts::of(&text) };
    push_number(out, &parts, spec);
    Ok(())
}

/// `complex.__format__`
pub fn format_complex(
    out: &mut StrBuilder,
    re: f64,
    im: f64,
    spec: Units<'_>,
    type_name: TypeName<'_>,
    locale: &dyn Fn() -> Locale,
) -> Done {
    let spec = Spec::parse(spec, 0, '>', type_name)?;
    let kind = kind_char(spec.kind);
    if kind == '%' {
        return Err(unknown_kind(spec.kind, type_name).into());
    }
    let (style, precision, _) = presentation(&spec, type_name)?;
    if spec.fill == '0' as u32 {
        return Err("Zero padding is not allowed in complex format specifier".into());
    }
    if spec.align == '=' {
        return Err("'=' alignment flag is not allowed in complex format specifier".into());
    }
    // As in repr: no parentheses and no real part when that is zero.
    let plain = kind == '\0';
    let skip_real = plain && re == 0.0 && re.is_sign_positive();
    let conventions = (kind == 'n').then(locale);
    let bare = Spec { width: None, fill: ' ' as u32, align: '<', ..spec };
    let mut whole = StrBuilder::new();
    if plain && !skip_real {
        whole.push_char('(');
    }
    if !skip_real {
        let text = text_of(re, &spec, style, precision, false);
        push_number(&mut whole, &Parts { locale: conventions.as_ref(), ..Parts::of(&text) }, &bare);
    }
    let text = text_of(im, &spec, style, precision, false);
    let signed = Spec { sign: if skip_real { bare.sign } else { Some('+') }, ..bare };
    push_number(&mut whole, &Parts { locale: conventions.as_ref(), ..Parts::of(&text) }, &signed);
    whole.push_char('j');
    if plain && !skip_real {
        whole.push_char(')');
    }
    push_aligned(out, whole.units(), &spec);
    Ok(())
}
