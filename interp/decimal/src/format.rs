//! The format mini-language of decimals.

use crate::context::{Context, Round};
use crate::limbs;
use crate::number::{Dec, Kind, Num};
use crate::quantize::rescaled;
use crate::text::{digits_text, special_text};
use crate::{NoRoom, Res};

/// Separators of digits: by locale, or what the specification asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Separators {
    pub point: String,
    pub thousands: String,
    /// Sizes of groups from the point leftwards; the last repeats unless 0 follows. Empty: no groups.
    pub grouping: Vec<u8>,
}

/// A parsed format specification.
#[derive(Clone, Debug)]
pub struct Spec {
    pub fill: char,
    /// `<`, `>`, `^` or `=`.
    pub align: char,
    /// Zeros between sign and digits, as `0` before the width asks for.
    pub zero_pad: bool,
    /// `-`, `+` or a space.
    pub sign: char,
    /// A result that rounds to zero has no minus sign.
    pub no_negative_zero: bool,
    /// The point is there even when no digit follows it.
    pub alternate: bool,
    pub width: i64,
    pub precision: Option<i64>,
    /// `\0` when there is none.
    pub kind: char,
    /// `,` or `_`.
    pub thousands: Option<char>,
    /// Between groups of three digits after the point.
    pub fraction_thousands: Option<char>,
}

/// Why a specification is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpecError {
    Malformed,
    /// A width or precision that no machine integer holds.
    TooLarge,
}

struct Reader<'a>(&'a [char]);

impl Reader<'_> {
    fn eat(&mut self, wanted: &[char]) -> Option<char> {
        let first = *self.0.first()?;
        if !wanted.contains(&first) {
            return None;
        }
        self.0 = &self.0[1..];
        Some(first)
    }
    fn number(&mut self) -> Result<Option<i64>, SpecError> {
        let count = self.0.iter().take_while(|c| c.is_ascii_digit()).count();
        if count == 0 {
            return Ok(None);
        }
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        let text: String = digits.iter().collect();
        text.parse().map(Some).map_err(|_| SpecError::TooLarge)
    }
}

impl Spec {
    pub fn parse(text: &str) -> Result<Spec, SpecError> {
        const ALIGN: &[char] = &['<', '>', '=', '^'];
        let chars: Vec<char> = text.chars().collect();
        let mut r = Reader(&chars);
        let (mut fill, mut align) = (None, None);
        if let [first, second, ..] = chars[..]
            && ALIGN.contains(&second)
        {
            (fill, align) = (Some(first), Some(second));
            r.0 = &chars[2..];
        }
        if align.is_none() {
            align = r.eat(ALIGN);
        }
        let sign = r.eat(&['+', '-', ' ']).unwrap_or('-');
        let no_negative_zero = r.eat(&['z']).is_some();
        let alternate = r.eat(&['#']).is_some();
        let zero_pad = r.eat(&['0']).is_some();
        if zero_pad && align.is_some() {
            return Err(SpecError::Malformed);
        }
        let width = r.number()?;
        let thousands = r.eat(&[',', '_']);
        let (mut precision, mut fraction_thousands) = (None, None);
        if r.eat(&['.']).is_some() {
            precision = r.number()?;
            fraction_thousands = r.eat(&[',', '_']);
            if precision.is_none() && fraction_thousands.is_none() {
                return Err(SpecError::Malformed);
            }
        }
        let kind = r.eat(&['e', 'E', 'f', 'F', 'g', 'G', 'n', 'N', '%']).unwrap_or('\0');
        if width == Some(i64::MAX) || precision == Some(i64::MAX) {
            return Err(SpecError::Malformed);
        }
        if !r.0.is_empty() || (matches!(kind, 'n' | 'N') && thousands.is_some()) {
            return Err(SpecError::Malformed);
        }
        Ok(Spec {
            fill: fill.unwrap_or(' '),
            align: align.unwrap_or('>'),
            zero_pad,
            sign,
            no_negative_zero,
            alternate,
            width: width.unwrap_or(0),
            precision,
            kind,
            thousands,
            fraction_thousands,
        })
    }

    /// Whether separators are the locale's.
    pub fn is_local(&self) -> bool {
        matches!(self.kind, 'n' | 'N')
    }

    /// The separators that it names itself.
    pub fn separators(&self) -> Separators {
        match self.thousands {
            None => Separators { point: ".".into(), ..Separators::default() },
            Some(c) => Separators { point: ".".into(), thousands: c.into(), grouping: vec![3] },
        }
    }
}

/// The digits of a number with the point in place.
struct Digits {
    whole: String,
    fraction: String,
    exponent: Option<(char, i64)>,
}

/// A finite number as the type of the specification wants it: rounded, with the same sign.
fn rounded(n: Num<'_>, spec: &Spec, kind: char, round: Round) -> Res {
    let mut st = 0;
    match (kind, spec.precision) {
        ('e', Some(precision)) => to_digits(n, precision.saturating_add(1), round),
        ('f' | '%', Some(precision)) => rescaled(n, -precision, round, &mut st),
        ('f' | '%', None) if n.exp > 0 => rescaled(n, 0, round, &mut st),
        ('g', Some(precision)) if n.digits() > precision.max(1) => to_digits(n, precision.max(1), round),
        _ => Ok(n.to_dec()),
    }
}

/// A coefficient of exactly so many digits.
fn to_digits(n: Num<'_>, digits: i64, round: Round) -> Res {
    if n.limbs.is_empty() {
        return Ok(n.to_dec());
    }
    let mut st = 0;
    let d = rescaled(n, n.adjusted() + 1 - digits, round, &mut st)?;
    if limbs::digits(&d.limbs) > digits {
        // It became the next power of ten.
        return rescaled(d.view(), d.exp + 1, round, &mut st);
    }
    Ok(d)
}

fn split(d: &Dec, spec: &Spec, kind: char, capital: bool) -> Result<Digits, NoRoom> {
    let text = digits_text(&d.limbs);
    let count = text.len() as i64;
    let left = d.exp + count;
    let point = match kind {
        'e' if d.limbs.is_empty() => 1 - spec.precision.unwrap_or(0),
        'e' => 1,
        'f' | '%' => left,
        _ if d.exp <= 0 && left > -6 => left,
        _ => 1,
    };
    if point.saturating_abs() > 1_000_000_000 {
        return Err(NoRoom);
    }
    let (whole, fraction) = if point <= 0 {
        ("0".to_owned(), "0".repeat(-point as usize) + &text)
    } else if point >= count {
        (text.clone() + &"0".repeat((point - count) as usize), String::new())
    } else {
        (text[..point as usize].to_owned(), text[point as usize..].to_owned())
    };
    let exp = left - point;
    let exponent = (exp != 0 || kind == 'e').then_some((if capital { 'E' } else { 'e' }, exp));
    Ok(Digits { whole, fraction, exponent })
}

/// The sizes of groups, the last one again and again; 0 ends grouping, as 127 (`CHAR_MAX`) does.
fn group_sizes(grouping: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let size = match grouping.get(at) {
            Some(0) if at > 0 => grouping[at - 1],
            Some(size) => {
                at += 1;
                *size
            }
            None => *grouping.last()?,
        };
        if size == 0 || size >= 127 { None } else { Some(size.into()) }
    })
}

/// Digits with separators, and zeros in front up to `width` characters.
fn grouped(digits: &str, separators: &Separators, width: i64) -> String {
    let mut missing = width.max(0) as usize;
    let mut rest = digits;
    let mut parts: Vec<String> = Vec::new();
    let mut whole = false;
    let separator = separators.thousands.chars().count();
    let mut take = |rest: &mut &str, count: usize| {
        let (head, tail) = rest.split_at(rest.len().saturating_sub(count));
        *rest = head;
        parts.push("0".repeat(count - tail.len()) + tail);
    };
    if separator > 0 {
        for size in group_sizes(&separators.grouping) {
            let count = rest.len().max(missing).max(1).min(size);
            take(&mut rest, count);
            missing = missing.saturating_sub(count);
            if rest.is_empty() && missing == 0 {
                whole = true;
                break;
            }
            missing = missing.saturating_sub(separator);
        }
    }
    if !whole {
        let count = rest.len().max(missing).max(1);
        take(&mut rest, count);
    }
    parts.reverse();
    parts.join(&separators.thousands)
}

/// Groups of three from the left.
fn grouped_fraction(digits: &str, separator: Option<char>) -> String {
    let Some(separator) = separator else { return digits.to_owned() };
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && i % 3 == 0 {
            text.push(separator);
        }
        text.push(c);
    }
    text
}

fn aligned(sign: &str, body: &str, spec: &Spec) -> String {
    let len = (sign.chars().count() + body.chars().count()) as i64;
    let missing = (spec.width - len).max(0) as usize;
    let pad = |n: usize| std::iter::repeat_n(spec.fill, n).collect::<String>();
    match spec.align {
        '<' => format!("{sign}{body}{}", pad(missing)),
        '^' => format!("{}{sign}{body}{}", pad(missing / 2), pad(missing - missing / 2)),
        '=' => format!("{sign}{}{body}", pad(missing)),
        _ => format!("{}{sign}{body}", pad(missing)),
    }
}

/// The number as the specification wants it; with these separators.
pub fn format(
    n: Num<'_>,
    spec: &Spec,
    separators: &Separators,
    c: &Context,
    capitals: bool,
) -> Result<String, NoRoom> {
    if spec.width > 1_000_000_000 || spec.precision.is_some_and(|p| p > 1_000_000_000) {
        return Err(NoRoom);
    }
    let sign_of = |neg: bool| match spec.sign {
        _ if neg => "-",
        '+' => "+",
        ' ' => " ",
        _ => "",
    };
    if n.kind != Kind::Finite {
        let percent = if spec.kind == '%' { "%" } else { "" };
        return Ok(aligned(sign_of(n.neg), &(special_text(n) + percent), spec));
    }
    let kind = match spec.kind.to_ascii_lowercase() {
        '\0' | 'n' => 'g',
        kind => kind,
    };
    let capital = if spec.kind == '\0' { capitals } else { spec.kind.is_ascii_uppercase() };
    let scaled = Num { exp: if kind == '%' { n.exp + 2 } else { n.exp }, ..n };
    let d = rounded(scaled, spec, kind, c.round)?;
    let neg = n.neg && !(spec.no_negative_zero && d.limbs.is_empty());
    let digits = split(&d, spec, kind, capital)?;
    let mut tail = String::new();
    if !digits.fraction.is_empty() || spec.alternate {
        tail.push_str(&separators.point);
        tail.push_str(&grouped_fraction(&digits.fraction, spec.fraction_thousands));
    }
    if let Some((letter, exp)) = digits.exponent {
        tail.push(letter);
        tail.push_str(&format!("{exp:+}"));
    }
    if kind == '%' {
        tail.push('%');
    }
    let sign = sign_of(neg);
    let width = if spec.zero_pad { spec.width - (sign.len() + tail.chars().count()) as i64 } else { 0 };
    let body = grouped(&digits.whole, separators, width) + &tail;
    Ok(aligned(sign, &body, spec))
}
