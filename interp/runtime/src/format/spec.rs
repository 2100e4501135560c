//! The format mini-language: parsing `[[fill]align][sign][z][#][0][width][grouping][.precision][grouping][type]`.

use crate::types::str::Units;

/// A separator between groups of digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grouping {
    Comma,
    Underscore,
}

impl Grouping {
    pub fn symbol(self) -> char {
        match self {
            Grouping::Comma => ',',
            Grouping::Underscore => '_',
        }
    }
}

/// Makes the name of the value's type, which only errors need.
pub type TypeName<'a> = &'a dyn Fn() -> String;

/// A parsed specification.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spec {
    pub fill: u32,
    /// `<`, `>`, `=` or `^`.
    pub align: char,
    pub align_given: bool,
    /// `+`, `-` or a space.
    pub sign: Option<char>,
    /// `z`: no minus on what rounds to zero.
    pub no_negative_zero: bool,
    pub alternate: bool,
    pub width: Option<usize>,
    pub grouping: Option<Grouping>,
    pub precision: Option<usize>,
    pub fraction_grouping: Option<Grouping>,
    /// Presentation type, 0: none.
    pub kind: u32,
}

impl Default for Spec {
    fn default() -> Spec {
        Spec {
            fill: ' ' as u32,
            align: '>',
            align_given: false,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            precision: None,
            fraction_grouping: None,
            kind: 0,
        }
    }
}

fn is_align(c: u32) -> bool {
    matches!(char::from_u32(c), Some('<' | '>' | '=' | '^'))
}

struct Cursor<'a> {
    text: Units<'a>,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self, ahead: usize) -> Option<u32> {
        (self.at + ahead < self.text.len()).then(|| self.text.at(self.at + ahead))
    }
    fn eat(&mut self, c: char) -> bool {
        let here = self.peek(0) == Some(c as u32);
        self.at += usize::from(here);
        here
    }
    /// A decimal number, `None` when there is no digit. Digits of any script count.
    fn number(&mut self) -> Result<Option<usize>, String> {
        let start = self.at;
        let mut n = 0usize;
        while let Some(digit) = self.peek(0).and_then(crate::unicode::decimal_value) {
            let next = n.checked_mul(10).and_then(|n| n.checked_add(digit as usize));
            n = next
                .filter(|n| *n <= isize::MAX as usize)
                .ok_or("Too many decimal digits in format string")?;
            self.at += 1;
        }
        Ok((self.at > start).then_some(n))
    }
    fn grouping(&mut self) -> Result<Option<Grouping>, String> {
        let mut found = None;
        if self.eat(',') {
            found = Some(Grouping::Comma);
        }
        if self.eat('_') {
            if found.is_some() {
                return Err("Cannot specify both ',' and '_'.".into());
            }
            found = Some(Grouping::Underscore);
        }
        if found == Some(Grouping::Underscore) && self.peek(0) == Some(',' as u32) {
            return Err("Cannot specify both ',' and '_'.".into());
        }
        Ok(found)
    }
}

impl Spec {
    /// Parses a specification; the error is the text of the ValueError.
    pub fn parse(
        text: Units<'_>,
        default_kind: u32,
        default_align: char,
        type_name: TypeName<'_>,
    ) -> Result<Spec, String> {
        let mut spec = Spec { align: default_align, kind: default_kind, ..Spec::default() };
        let mut cursor = Cursor { text, at: 0 };
        let mut fill_given = false;
        let align_at =
            |c: &Cursor<'_>, ahead| c.peek(ahead).filter(|c| is_align(*c)).and_then(char::from_u32);
        if let Some(align) = align_at(&cursor, 1) {
            spec.fill = text.at(0);
            (spec.align, spec.align_given, fill_given) = (align, true, true);
            cursor.at = 2;
        } else if let Some(align) = align_at(&cursor, 0) {
            (spec.align, spec.align_given) = (align, true);
            cursor.at = 1;
        }
        for sign in ['+', '-', ' '] {
            if spec.sign.is_none() && cursor.eat(sign) {
                spec.sign = Some(sign);
            }
        }
        spec.no_negative_zero = cursor.eat('z');
        spec.alternate = cursor.eat('#');
        if !fill_given && cursor.eat('0') {
            spec.fill = '0' as u32;
            if !spec.align_given && default_align == '>' {
                spec.align = '=';
            }
        }
        spec.width = cursor.number()?;
        spec.grouping = cursor.grouping()?;
        if cursor.eat('.') {
            spec.precision = cursor.number()?;
            spec.fraction_grouping = cursor.grouping()?;
            if spec.precision.is_none() && spec.fraction_grouping.is_none() {
                return Err("Format specifier missing precision".into());
            }
        }
        match text.len() - cursor.at {
            0 => {}
            1 => spec.kind = text.at(cursor.at),
            _ => {
                let mut shown = String::new();
                text.push_escaped(&mut shown);
                return Err(format!(
                    "Invalid format specifier '{shown}' for object of type '{}'",
                    type_name()
                ));
            }
        }
        spec.check_grouping()?;
        Ok(spec)
    }

    fn check_grouping(&self) -> Result<(), String> {
        let kind = char::from_u32(self.kind).unwrap_or('?');
        let decimal = matches!(kind, 'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0');
        let radix = matches!(kind, 'b' | 'o' | 'x' | 'X');
        match self.grouping {
            Some(g) if !(decimal || radix && g == Grouping::Underscore) => Err(cannot_group(g, self.kind)),
            _ => match self.fraction_grouping {
                Some(g) if kind == 'n' => Err(cannot_group(g, self.kind)),
                _ => Ok(()),
            },
        }
    }

    /// Digits between separators of the integer part.
    pub fn group_size(&self) -> usize {
        if matches!(char::from_u32(self.kind), Some('b' | 'o' | 'x' | 'X')) { 4 } else { 3 }
    }
}

fn cannot_group(grouping: Grouping, kind: u32) -> String {
    match kind {
        33..=127 => format!("Cannot specify '{}' with '{}'.", grouping.symbol(), kind as u8 as char),
        _ => format!("Cannot specify '{}' with '\\x{kind:x}'.", grouping.symbol()),
    }
}

/// Text of the error for a presentation type that a type does not have.
pub fn unknown_kind(kind: u32, type_name: TypeName<'_>) -> String {
    let type_name = type_name();
    match kind {
        33..=127 => format!("Unknown format code '{}' for object of type '{type_name}'", kind as u8 as char),
        _ => format!("Unknown format code '\\x{kind:x}' for object of type '{type_name}'"),
    }
}
