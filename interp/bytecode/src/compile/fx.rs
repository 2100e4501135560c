//! The tables the compiler uses.

use habu_syntax::ast::Symbol;
pub use rustc_hash::FxHashMap;

/// Longer maps than this are found by hash.
const SMALL: usize = 12;

/// What a unit knows of its names: mostly few of them, in the order they came.
#[derive(Debug)]
pub struct NameMap<V> {
    entries: Vec<(Symbol, V)>,
    /// Places in `entries`, once there are many.
    index: FxHashMap<Symbol, u32>,
}

impl<V> Default for NameMap<V> {
    fn default() -> Self {
        NameMap { entries: Vec::new(), index: FxHashMap::default() }
    }
}

impl<V: Copy> NameMap<V> {
    #[inline]
    fn find(&self, name: Symbol) -> Option<usize> {
        if self.entries.len() <= SMALL {
            return self.entries.iter().position(|e| e.0 == name);
        }
        self.index.get(&name).map(|&i| i as usize)
    }

    #[inline]
    pub fn get(&self, name: &Symbol) -> Option<&V> {
        self.find(*name).map(|i| &self.entries[i].1)
    }

    pub fn contains_key(&self, name: &Symbol) -> bool {
        self.find(*name).is_some()
    }

    pub fn insert(&mut self, name: Symbol, value: V) {
        if let Some(i) = self.find(name) {
            self.entries[i].1 = value;
            return;
        }
        self.entries.push((name, value));
        let len = self.entries.len();
        if len == SMALL + 1 {
            self.index = self.entries.iter().enumerate().map(|(i, e)| (e.0, i as u32)).collect();
        } else if len > SMALL {
            self.index.insert(name, len as u32 - 1);
        }
    }

    /// The map without its names, but with their room.
    pub fn emptied(mut self) -> NameMap<V> {
        self.entries.clear();
        self.index.clear();
        self
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|e| &e.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_names_of_small_and_large_maps() {
        let mut map = NameMap::default();
        for n in 0..40 {
            map.insert(Symbol(n), n * 2);
            map.insert(Symbol(n / 2), n / 2 * 2);
            assert!((0..40).all(|i| map.get(&Symbol(i)).copied() == (i <= n).then_some(i * 2)));
        }
        map.insert(Symbol(7), 1);
        assert_eq!((map.get(&Symbol(7)), map.values().count()), (Some(&1), 40));
    }
}
