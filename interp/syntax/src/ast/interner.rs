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
    /// A part of the hash and the number plus one of each symbol, 0 for a free slot. The length is a power of two.
    table: Vec<(u32, u32)>,
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
    fn is(&self, n: u32, text: &str) -> bool {
        let (start, end) = self.range(n - 1);
        end - start == text.len() && self.text.as_bytes()[start..end] == *text.as_bytes()
    }

    /// Whether a symbol is a private name of the class around it: one that starts with two underscores, does not end
    /// with two and is not dotted.
    #[inline]
    pub fn is_private(&self, symbol: Symbol) -> bool {
        self.private[symbol.0 as usize]
    }

    /// The slot of a text in the table: its own, or the free one where it belongs; and its part of the hash.
    #[inline]
    fn find(&self, text: &str) -> (usize, u32) {
        let mask = self.table.len() - 1;
        let hash = hash(text.as_bytes()) as u32;
        let mut slot = hash as usize & mask;
        loop {
            match self.table[slot] {
                (_, 0) => return (slot, hash),
                (known, n) if known == hash && self.is(n, text) => return (slot, hash),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    /// The symbol of a string, new or known.
    pub fn intern(&mut self, text: &str) -> Symbol {
        let (slot, hash) = self.find(text);
        match self.table[slot].1 {
            0 => self.add(text, slot, hash),
            n => Symbol(n - 1),
        }
    }

    /// The symbol of a string, if it was ever interned.
    pub fn get(&self, text: &str) -> Option<Symbol> {
        self.table[self.find(text).0].1.checked_sub(1).map(Symbol)
    }

    fn add(&mut self, text: &str, slot: usize, hash: u32) -> Symbol {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.private.push(text.starts_with("__") && !text.ends_with("__") && !text.contains('.'));
        let count = self.ends.len();
        self.table[slot] = (hash, count as u32);
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
        for &(hash, n) in self.table.iter().filter(|(_, n)| *n != 0) {
            let mut slot = hash as usize & mask;
            while table[slot].1 != 0 {
                slot = (slot + 1) & mask;
            }
            table[slot] = (hash, n);
        }
        self.table = table;
    }
}

/// A multiply-and-rotate hash, eight bytes a step, folded so that the low bits are good.
#[inline]
fn hash(bytes: &[u8]) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut h = bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for c in &mut chunks {
        let word = u64::from_le_bytes([c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]]);
        h = (h.rotate_left(5) ^ word).wrapping_mul(K);
    }
    let rest = match *chunks.remainder() {
        [] => return h ^ (h >> 32),
        [a] => u64::from(a),
        [a, b] => u64::from(a) | u64::from(b) << 8,
        [a, b, c] => u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16,
        [a, b, c, d, ref rest @ ..] => {
            // Overlaps what comes before: the length is in the hash.
            let first = u32::from_le_bytes([a, b, c, d]);
            let last = match *rest {
                [] => 0,
                [e] => u32::from_le_bytes([b, c, d, e]),
                [e, f] => u32::from_le_bytes([c, d, e, f]),
                [e, f, g, ..] => u32::from_le_bytes([d, e, f, g]),
            };
            u64::from(first) | u64::from(last) << 32
        }
    };
    h = (h.rotate_left(5) ^ rest).wrapping_mul(K);
    h ^ (h >> 32)
}
