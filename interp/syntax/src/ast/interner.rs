//! Identifiers as small numbers: the interner and the symbols it knows from birth.

/// An interned identifier. Equal symbols of one [`Interner`] are equal strings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Symbol(pub u32);

/// Every string once, in one buffer; an open-addressing table finds them again.
#[derive(Clone, Debug)]
pub struct Interner {
    text: String,
    /// `ends[i]` is where symbol `i` ends in `text`; it starts where the one before ends.
    ends: Vec<u32>,
    /// Of each symbol: whether it is private where it stands in a class.
    private: Vec<bool>,
    /// The key and the number plus one of each symbol, 0 for a free slot. The length is a power of two.
    table: Vec<(u64, u32)>,
}

macro_rules! known_symbols {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// Symbols that every interner holds, under the same numbers.
        pub mod sym {
            use super::Symbol;
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)] // numbers for the consts below
            enum Number { $($name),* }
            $(pub const $name: Symbol = Symbol(Number::$name as u32);)*
        }
        const KNOWN: &[&str] = &[$($text),*];
    };
}

known_symbols! {
    EMPTY = "",
    UNDERSCORE = "_",
    MATCH = "match",
    CASE = "case",
    TYPE = "type",
    PRINT = "print",
    EXEC = "exec",
    STAR = "*",
    DUNDER_DEBUG = "__debug__",
    DUNDER_CLASS = "__class__",
    DUNDER_CLASSDICT = "__classdict__",
    DUNDER_CLASSCELL = "__classcell__",
    DUNDER_CLASSDICTCELL = "__classdictcell__",
    DUNDER_FUTURE = "__future__",
    ANNOTATIONS = "annotations",
    BARRY = "barry_as_FLUFL",
    BRACES = "braces",
    SUPER = "super",
    TOP = "top",
    LAMBDA = "<lambda>",
    GENEXPR = "<genexpr>",
    LISTCOMP = "<listcomp>",
    SETCOMP = "<setcomp>",
    DICTCOMP = "<dictcomp>",
    DOT_ZERO = ".0",
    DOT_DEFAULTS = ".defaults",
    DOT_KWDEFAULTS = ".kwdefaults",
    DOT_GENERIC_BASE = ".generic_base",
    DOT_TYPE_PARAMS = ".type_params",
    DOT_FORMAT = ".format",
    DUNDER_ANNOTATE = "__annotate__",
    DUNDER_ANNOTATIONS = "__annotations__",
    DUNDER_CONDITIONAL_ANNOTATIONS = "__conditional_annotations__",
    DUNDER_NAME = "__name__",
    DUNDER_QUALNAME = "__qualname__",
    DUNDER_MODULE = "__module__",
    DUNDER_DOC = "__doc__",
    DUNDER_TYPE_PARAMS = "__type_params__",
    DUNDER_FIRSTLINENO = "__firstlineno__",
    DUNDER_STATIC_ATTRIBUTES = "__static_attributes__",
    SELF = "self",
    FORMAT = "format",
}

impl Default for Interner {
    fn default() -> Self {
        Interner::new()
    }
}

impl Interner {
    pub fn new() -> Interner {
        let mut interner = Interner {
            text: String::with_capacity(4096),
            ends: Vec::with_capacity(256),
            private: Vec::with_capacity(256),
            table: vec![(0, 0); 512],
        };
        for known in KNOWN {
            interner.intern(known);
        }
        interner
    }

    /// The text of a symbol of this interner.
    #[inline]
    pub fn resolve(&self, symbol: Symbol) -> &str {
        let (start, end) = self.range(symbol.0);
        &self.text[start..end]
    }

    #[inline]
    fn range(&self, number: u32) -> (usize, usize) {
        let i = number as usize;
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        (start, self.ends[i] as usize)
    }

    /// Whether symbol `n - 1`, as the table numbers it, has this text.
    #[inline]
    fn is(&self, n: u32, text: &[u8]) -> bool {
        let (start, end) = self.range(n - 1);
        self.text.as_bytes()[start..end] == *text
    }

    /// Whether a symbol is a private name of the class around it: one that starts with two underscores, does not end
    /// with two and is not dotted.
    #[inline]
    pub fn is_private(&self, symbol: Symbol) -> bool {
        self.private[symbol.0 as usize]
    }

    /// The slot of a text with a key in the table: its own, or the free one where it belongs.
    #[inline]
    fn find(&self, key: u64, text: &[u8]) -> usize {
        let mask = self.table.len() - 1;
        let mut slot = first_slot(key) & mask;
        loop {
            match self.table[slot] {
                (_, 0) => return slot,
                (known, n) if known == key && (text.len() < SHORT || self.is(n, text)) => return slot,
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    /// The symbol of a string, new or known.
    pub fn intern(&mut self, text: &str) -> Symbol {
        let key = key_of(text.as_bytes());
        let slot = self.find(key, text.as_bytes());
        match self.table[slot].1 {
            0 => self.add(text, slot, key),
            n => Symbol(n - 1),
        }
    }

    /// As [`Interner::intern`] of a part of a text.
    #[inline]
    pub fn intern_part(&mut self, all: &str, start: usize, end: usize) -> Symbol {
        // A short text is read in one piece with what follows it.
        if end - start < SHORT
            && let Some(word) = all.as_bytes().get(start..).and_then(|rest| rest.first_chunk())
        {
            let len = end - start;
            let bytes = u64::from_le_bytes(*word) & ((1 << (8 * len)) - 1);
            let slot = self.find(short_key(bytes, len), &all.as_bytes()[start..end]);
            if let Some(number) = self.table[slot].1.checked_sub(1) {
                return Symbol(number);
            }
        }
        self.intern(&all[start..end])
    }

    /// The symbol of a string, if it was ever interned.
    pub fn get(&self, text: &str) -> Option<Symbol> {
        let slot = self.find(key_of(text.as_bytes()), text.as_bytes());
        self.table[slot].1.checked_sub(1).map(Symbol)
    }

    fn add(&mut self, text: &str, slot: usize, key: u64) -> Symbol {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.private.push(text.starts_with("__") && !text.ends_with("__") && !text.contains('.'));
        let count = self.ends.len();
        self.table[slot] = (key, count as u32);
        if count * 2 > self.table.len() {
            self.grow();
        }
        Symbol(count as u32 - 1)
    }

    /// How many symbols there are; their numbers are `0..len()`.
    #[allow(clippy::len_without_is_empty)] // never empty: it holds the known symbols
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn grow(&mut self) {
        let mask = self.table.len() * 2 - 1;
        let mut table = vec![(0, 0); mask + 1];
        for &(key, n) in self.table.iter().filter(|(_, n)| *n != 0) {
            let mut slot = first_slot(key) & mask;
            while table[slot].1 != 0 {
                slot = (slot + 1) & mask;
            }
            table[slot] = (key, n);
        }
        self.table = table;
    }
}

const K: u64 = 0x9E37_79B9_7F4A_7C15;

/// Texts shorter than this have a key of their own.
const SHORT: usize = 8;

/// Where the search for a key begins.
#[inline]
fn first_slot(key: u64) -> usize {
    (key.wrapping_mul(K) >> 32) as usize
}

/// What tells texts apart: short ones by all that they are, longer ones by a hash.
#[inline]
fn key_of(bytes: &[u8]) -> u64 {
    let mut chunks = bytes.chunks_exact(8);
    let mut h = 0u64;
    for c in &mut chunks {
        let word = u64::from_le_bytes([c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]]);
        h = (h.rotate_left(5) ^ word).wrapping_mul(K);
    }
    let rest = chunks.remainder().iter().rev().fold(0, |rest, &b| rest << 8 | u64::from(b));
    if bytes.len() < SHORT {
        return short_key(rest, bytes.len());
    }
    // The top byte is the length of a short text.
    (h.rotate_left(5) ^ rest).wrapping_mul(K) | 0xFF << 56
}

/// The key of a short text, of its bytes in the order of their addresses.
#[inline]
fn short_key(bytes: u64, len: usize) -> u64 {
    bytes | (len as u64) << 56
}
