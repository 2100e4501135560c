//! Maps and sets of symbols: small, ordered by insertion, quick to look up.

use super::{Binding, Entry, Flags};
use crate::ast::Symbol;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Hashes the number of a symbol by one multiplication.
#[derive(Clone, Default, Debug)]
pub(crate) struct SymbolHasher(u64);

impl Hasher for SymbolHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u32(u32::from(b));
        }
    }

    fn write_usize(&mut self, n: usize) {
        // Addresses: the low bits say little.
        self.write_u32((n >> 3) as u32 ^ (n >> 35) as u32);
    }

    fn write_isize(&mut self, n: isize) {
        self.write_u32(n as u32);
    }

    fn write_u32(&mut self, n: u32) {
        let h = (self.0 ^ u64::from(n)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = h ^ (h >> 32);
    }
}

pub(crate) type Build = BuildHasherDefault<SymbolHasher>;
pub(crate) type SymbolSet = HashSet<Symbol, Build>;

/// Scopes with more names than this find them by hash.
const SMALL: usize = 12;

/// The names of a scope in the order they came.
#[derive(Clone, Default, Debug)]
pub(crate) struct SymbolMap {
    entries: Vec<Entry>,
    /// Places in `entries`, once there are many.
    index: HashMap<Symbol, u32, Build>,
}

impl SymbolMap {
    #[inline]
    fn find(&self, name: Symbol) -> Option<usize> {
        if self.entries.len() <= SMALL {
            return self.entries.iter().position(|e| e.name == name);
        }
        self.index.get(&name).map(|&i| i as usize)
    }

    #[inline]
    pub(crate) fn get(&self, name: Symbol) -> Option<Entry> {
        self.find(name).map(|i| self.entries[i])
    }

    /// The flags of a name; none if it does not occur.
    pub(crate) fn flags(&self, name: Symbol) -> Flags {
        self.get(name).map_or(Flags::default(), |e| e.flags)
    }

    pub(crate) fn entry(&mut self, name: Symbol) -> &mut Entry {
        let i = self.find(name).unwrap_or_else(|| self.add(name));
        &mut self.entries[i]
    }

    fn add(&mut self, name: Symbol) -> usize {
        let i = self.entries.len();
        if i == 0 {
            self.entries.reserve(SMALL);
        }
        self.entries.push(Entry { name, flags: Flags::default(), binding: Binding::GlobalImplicit });
        if i == SMALL {
            self.make_index();
        } else if i > SMALL {
            self.index.insert(name, i as u32);
        }
        i
    }

    fn make_index(&mut self) {
        self.index = self.entries.iter().enumerate().map(|(i, e)| (e.name, i as u32)).collect();
    }

    pub(crate) fn remove(&mut self, name: Symbol) {
        if let Some(at) = self.find(name) {
            self.entries.remove(at);
            if self.entries.len() > SMALL {
                self.make_index();
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Entry> + '_ {
        self.entries.iter().copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn at(&mut self, i: usize) -> &mut Entry {
        &mut self.entries[i]
    }
}
