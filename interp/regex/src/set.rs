//! Sets of characters: a table for Latin-1, the words of the pattern for all others.

use crate::charset::{self, Fold};
use crate::classes::Classes;
use crate::op;
use crate::unit::Unit;

#[derive(Debug)]
pub struct Set {
    latin: [bool; 256],
    wide: Wide,
    bits: Bits,
}

#[derive(Debug)]
enum Wide {
    None,
    All,
    /// A set's words up to FAILURE.
    Words(Box<[u32]>, Fold),
}

/// A set as bits, with all characters beyond Latin-1 as one: never smaller than what it stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    pub latin: [u64; 4],
    pub wide: bool,
}

impl Bits {
    pub const ALL: Bits = Bits { latin: [u64::MAX; 4], wide: true };
    pub fn add(&mut self, c: u32) {
        match self.latin.get_mut(c as usize / 64) {
            Some(word) => *word |= 1 << (c % 64),
            None => self.wide = true,
        }
    }
    pub fn join(&mut self, other: &Bits) {
        self.latin.iter_mut().zip(other.latin).for_each(|(a, b)| *a |= b);
        self.wide |= other.wide;
    }
    pub fn meets(&self, other: &Bits) -> bool {
        self.wide && other.wide || self.latin.iter().zip(other.latin).any(|(a, b)| a & b != 0)
    }
    pub fn has_latin(&self, c: u8) -> bool {
        self.latin[usize::from(c) / 64] >> (c % 64) & 1 != 0
    }
    pub fn each_latin(&self, mut with: impl FnMut(u8)) {
        for (i, word) in self.latin.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                with((i as u32 * 64 + left.trailing_zeros()) as u8);
                left &= left - 1;
            }
        }
    }
    /// Number of Latin-1 characters.
    pub fn len(&self) -> u32 {
        self.latin.iter().map(|w| w.count_ones()).sum()
    }
    /// All but one character.
    pub fn all_but(c: u32) -> Bits {
        let mut bits = Bits::ALL;
        if let Some(word) = bits.latin.get_mut(c as usize / 64) {
            *word &= !(1 << (c % 64));
        }
        bits
    }
    /// The only character, if it is Latin-1.
    pub fn single(&self) -> Option<u32> {
        let c = || {
            self.latin
                .iter()
                .enumerate()
                .find(|(_, w)| **w != 0)
                .map(|(i, w)| i as u32 * 64 + w.trailing_zeros())
        };
        if !self.wide && self.len() == 1 { c() } else { None }
    }
}

impl Set {
    /// From a set's words, checked to be well formed and with their FAILURE.
    pub fn new(classes: &Classes, words: &[u32], fold: Fold) -> Set {
        let latin = match Set::plain_table(classes, words) {
            Some(plain) if fold == Fold::None => plain,
            // What a Latin-1 character is folded to is Latin-1.
            Some(plain) if fold != Fold::Locale => {
                std::array::from_fn(|c| plain.get(fold.fold(c as u32) as usize).copied().unwrap_or(false))
            }
            _ => std::array::from_fn(|c| fold.accepts(classes, words, c as u32)),
        };
        let negated = words.first() == Some(&op::NEGATE);
        let wide = match charset::names_wide(words) || fold == Fold::Unicode {
            true => Wide::Words(words.into(), fold),
            false if negated => Wide::All,
            false => Wide::None,
        };
        let mut bits = Bits { wide: !matches!(wide, Wide::None), ..Bits::default() };
        for (word, entries) in bits.latin.iter_mut().zip(latin.chunks_exact(64)) {
            *word = entries.iter().rev().fold(0, |word, entry| word << 1 | u64::from(*entry));
        }
        Set { latin, wide, bits }
    }

    /// The table of a set of plain members, with no NEGATE but in front.
    fn plain_table(classes: &Classes, words: &[u32]) -> Option<[bool; 256]> {
        let mut table = [false; 256];
        let (negated, mut rest) = match words {
            [op::NEGATE, rest @ ..] => (true, rest),
            _ => (false, words),
        };
        loop {
            match rest {
                [op::LITERAL, c, more @ ..] => {
                    if let Some(entry) = table.get_mut(*c as usize) {
                        *entry = true;
                    }
                    rest = more;
                }
                [op::RANGE, low, high, more @ ..] => {
                    let end = (*high as usize).saturating_add(1).min(256);
                    if let Some(entries) = table.get_mut(*low as usize..end) {
                        entries.fill(true);
                    }
                    rest = more;
                }
                [op::CATEGORY, category, more @ ..] => {
                    let members = classes.table(*category)?;
                    table.iter_mut().zip(members).for_each(|(entry, member)| *entry |= member);
                    rest = more;
                }
                [op::CHARSET, more @ ..] => {
                    for (c, entry) in table.iter_mut().enumerate() {
                        *entry |= more.get(c / 32)? >> (c % 32) & 1 != 0;
                    }
                    rest = more.get(8..)?;
                }
                [op::BIGCHARSET, blocks, more @ ..] => {
                    // The first of 256 bytes names the block of Latin-1.
                    let block = more.get(64 + (more.first()? & 255) as usize * 8..)?;
                    for (c, entry) in table.iter_mut().enumerate() {
                        *entry |= block.get(c / 32)? >> (c % 32) & 1 != 0;
                    }
                    rest = more.get(64 + *blocks as usize * 8..)?;
                }
                [op::FAILURE, ..] => break,
                _ => return None,
            }
        }
        if negated {
            table.iter_mut().for_each(|entry| *entry = !*entry);
        }
        Some(table)
    }

    /// From bits, taking all characters beyond Latin-1 or none.
    pub fn of_bits(bits: &Bits) -> Set {
        let latin = std::array::from_fn(|c| bits.has_latin(c as u8));
        Set { latin, wide: if bits.wide { Wide::All } else { Wide::None }, bits: *bits }
    }

    /// Whether its bits say all there is to know.
    pub fn is_exact(&self) -> bool {
        !matches!(self.wide, Wide::Words(..))
    }

    pub fn bits(&self) -> Bits {
        self.bits
    }

    #[inline(always)]
    pub fn has<T: Unit>(&self, classes: &Classes, c: T) -> bool {
        let c = c.code();
        if c < 256 { self.latin[c as usize] } else { self.has_wide(classes, c) }
    }

    #[inline(never)]
    fn has_wide(&self, classes: &Classes, c: u32) -> bool {
        match &self.wide {
            Wide::None => false,
            Wide::All => true,
            Wide::Words(words, fold) => fold.accepts(classes, words, c),
        }
    }

    /// How many units at the beginning of `text` are in the set.
    #[inline]
    pub fn prefix<T: Unit>(&self, classes: &Classes, text: &[T]) -> usize {
        text.iter().position(|c| !self.has(classes, *c)).unwrap_or(text.len())
    }

    /// The first unit that is in the set.
    #[inline]
    pub fn find<T: Unit>(&self, classes: &Classes, text: &[T]) -> Option<usize> {
        text.iter().position(|c| self.has(classes, *c))
    }
}
