//! Categories of characters, tabulated for Latin-1.

use crate::charset;

/// What the Unicode database says of a character beyond ASCII.
pub struct Classes {
    pub(crate) digit: fn(u32) -> bool,
    pub(crate) space: fn(u32) -> bool,
    pub(crate) word: fn(u32) -> bool,
    /// For each category, whether a Latin-1 character is in it.
    tables: Vec<[bool; 256]>,
}

impl Classes {
    pub fn new(digit: fn(u32) -> bool, space: fn(u32) -> bool, word: fn(u32) -> bool) -> Classes {
        let mut classes = Classes { digit, space, word, tables: Vec::new() };
        classes.tables = (0..charset::CATEGORIES)
            .map(|category| std::array::from_fn(|c| charset::in_category(&classes, category, c as u32)))
            .collect();
        classes
    }

    /// The Latin-1 characters of a category; `None`: there is no such category.
    pub(crate) fn table(&self, category: u32) -> Option<&[bool; 256]> {
        self.tables.get(category as usize)
    }

    #[inline]
    pub(crate) fn contains(&self, category: u32, c: u32) -> bool {
        match self.table(category) {
            Some(table) if c < 256 => table[c as usize],
            _ => charset::in_category(self, category, c),
        }
    }
}
