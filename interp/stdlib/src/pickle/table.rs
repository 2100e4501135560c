//! Numbers of memoized objects, by the words that name them: a table that is emptied at no cost and used again.

/// One entry; it is in use when its round is the table's.
#[derive(Clone, Copy, Default)]
struct Entry {
    key: u64,
    number: u32,
    round: u32,
}

/// Open addressing; a power of two of entries, at most half of them in use.
#[derive(Clone, Default)]
pub struct Memo {
    entries: Vec<Entry>,
    len: usize,
    round: u32,
}

impl Memo {
    const LEAST: usize = 64;
    /// More entries than this are not kept by an empty table.
    const KEPT: usize = 1 << 13;

    pub fn len(&self) -> usize {
        self.len
    }
    /// Bytes that the table takes.
    pub fn size(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>()
    }

    pub fn clear(&mut self) {
        self.len = 0;
        if self.entries.len() > Memo::KEPT || self.round == u32::MAX {
            *self = Memo::default();
        } else {
            self.round += 1;
        }
    }

    /// The place of a key, or where it would be. Words name cells, so the low bits say nothing.
    #[inline]
    fn place(&self, key: u64) -> usize {
        let mask = self.entries.len() - 1;
        let mut at = ((key >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask;
        while self.entries[at].round == self.round && self.entries[at].key != key {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    pub fn get(&self, key: u64) -> Option<u32> {
        if self.len == 0 {
            return None;
        }
        let entry = &self.entries[self.place(key)];
        (entry.round == self.round).then_some(entry.number)
    }

    /// Enters a key, or gives it another number; false when there is no memory.
    #[inline]
    pub fn insert(&mut self, key: u64, number: u32) -> bool {
        if self.len * 2 >= self.entries.len() && !self.grow() {
            return false;
        }
        let (at, round) = (self.place(key), self.round);
        self.len += usize::from(self.entries[at].round != round);
        self.entries[at] = Entry { key, number, round };
        true
    }

    /// The number of a key; if it has none, it is given the next one. Outer `None`: no memory.
    #[inline]
    pub fn enter(&mut self, key: u64) -> Option<Option<u32>> {
        if self.len * 2 >= self.entries.len() && !self.grow() {
            return None;
        }
        let (at, round, number) = (self.place(key), self.round, self.len as u32);
        if self.entries[at].round == round {
            return Some(Some(self.entries[at].number));
        }
        self.len += 1;
        self.entries[at] = Entry { key, number, round };
        Some(None)
    }

    #[cold]
    fn grow(&mut self) -> bool {
        let (size, mut entries) = ((self.entries.len() * 2).max(Memo::LEAST), Vec::new());
        if entries.try_reserve_exact(size).is_err() {
            return false;
        }
        entries.resize(size, Entry::default());
        let (old, round) = (std::mem::replace(&mut self.entries, entries), self.round);
        self.round = 1;
        for entry in old.iter().filter(|entry| entry.round == round && round != 0) {
            let at = self.place(entry.key);
            self.entries[at] = Entry { round: 1, ..*entry };
        }
        true
    }
}
