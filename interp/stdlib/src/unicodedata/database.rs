//! Properties of characters, in the current database or in the old one (3.2.0).

use super::tables::tables;
use habu_runtime::unicode;
use unicode_normalization::char::canonical_combining_class;

/// Which database is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Version {
    Current,
    Old,
}

impl Version {
    /// What the old database has instead; `-` stands for nothing.
    fn old(self, section: &str, c: u32) -> Option<&'static str> {
        if self == Version::Old { tables().find(section, c) } else { None }
    }
    pub fn category(self, c: u32) -> &'static str {
        match self.old("old_category", c) {
            Some("-") => "Cn",
            Some(old) => old,
            None => unicode::category_name(c),
        }
    }
    fn is_assigned(self, c: u32) -> bool {
        self.category(c) != "Cn"
    }
    pub fn bidirectional(self, c: u32) -> &'static str {
        match self.old("old_bidirectional", c) {
            Some("-") => "",
            Some(old) => old,
            None => tables().find("bidirectional", c).unwrap_or(""),
        }
    }
    pub fn width(self, c: u32) -> &'static str {
        let old = self.old("old_east_asian_width", c);
        old.or_else(|| tables().find("width", c)).unwrap_or("N")
    }
    pub fn mirrored(self, c: u32) -> bool {
        self.old("old_mirrored", c).or_else(|| tables().find("mirrored", c)) == Some("1")
    }
    pub fn combining(self, c: u32) -> u8 {
        if let Some(old) = self.old("old_combining", c) {
            return old.parse().unwrap_or(0);
        }
        // The crate may know of later characters.
        char::from_u32(c).filter(|_| self.is_assigned(c)).map_or(0, canonical_combining_class)
    }
    pub fn decomposition(self, c: u32) -> &'static str {
        if !self.is_assigned(c) {
            return "";
        }
        match self.old("old_decomposition", c) {
            Some("-") => "",
            Some(old) => old,
            None => tables().decomposition(c).unwrap_or(""),
        }
    }
    pub fn decimal(self, c: u32) -> Option<u32> {
        if self == Version::Old {
            match c {
                0xb2 | 0xb3 => return Some(c - 0xb0),
                0xb9 => return Some(1),
                0x1369..=0x1371 => return Some(c - 0x1368),
                _ => {}
            }
            if !self.is_assigned(c) {
                return None;
            }
        }
        unicode::decimal_value(c)
    }
    /// The old database has the digits of the current one.
    pub fn digit(self, c: u32) -> Option<u32> {
        if let Some(n) = Version::Current.decimal(c) {
            return Some(n);
        }
        if !unicode::is_digit(c) {
            return None;
        }
        Version::Current.numeric(c).map(|f| f as u32)
    }
    pub fn numeric(self, c: u32) -> Option<f64> {
        let text = match self.old("old_numeric", c) {
            Some("-") => return None,
            Some(old) => old,
            None => tables().find("numeric", c)?,
        };
        match text.split_once('/') {
            Some((n, d)) => Some(n.parse::<f64>().ok()? / d.parse::<f64>().ok()?),
            None => text.parse().ok(),
        }
    }
    pub fn name(self, c: u32) -> Option<String> {
        if self.is_assigned(c) { unicode::name(c) } else { None }
    }
    pub fn lookup(self, name: &str) -> Option<char> {
        unicode::by_name(name).filter(|c| self.is_assigned(*c as u32))
    }
}
