//! The hash of tuples: CPython's, a variant of xxHash's inner loop.

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

/// Accumulates the hashes of the items, in order.
#[derive(Clone, Copy)]
pub struct HashState {
    acc: u64,
    len: u64,
}

impl HashState {
    pub const fn new() -> HashState {
        HashState { acc: PRIME_5, len: 0 }
    }

    #[inline]
    pub fn add(&mut self, hash: i64) {
        self.acc = self.acc.wrapping_add((hash as u64).wrapping_mul(PRIME_2));
        self.acc = self.acc.rotate_left(31).wrapping_mul(PRIME_1);
        self.len += 1;
    }

    pub fn finish(self) -> i64 {
        not_minus_one(self.acc.wrapping_add(self.len ^ (PRIME_5 ^ 3_527_539)))
    }
}

/// -1 is no hash.
fn not_minus_one(hash: u64) -> i64 {
    match hash as i64 {
        -1 => 1_546_275_796,
        hash => hash,
    }
}

/// Hash of a tuple whose items have these hashes.
pub fn combine_hashes(hashes: impl IntoIterator<Item = i64>) -> i64 {
    let mut state = HashState::new();
    hashes.into_iter().for_each(|hash| state.add(hash));
    state.finish()
}

/// Likewise, without the length: the hash of slices.
pub fn combine_hashes_unsized(hashes: impl IntoIterator<Item = i64>) -> i64 {
    let mut state = HashState::new();
    hashes.into_iter().for_each(|hash| state.add(hash));
    not_minus_one(state.acc)
}

#[cfg(test)]
mod tests {
    use super::{combine_hashes, combine_hashes_unsized};

    #[test]
    fn as_cpython() {
        assert_eq!(combine_hashes([]), 5_740_354_900_026_072_187);
        assert_eq!(combine_hashes([0]), -8_753_497_827_991_233_192);
        assert_eq!(combine_hashes([1, 2, 3]), 529_344_067_295_497_451);
        assert_eq!(combine_hashes_unsized([1, 2, 3]), -2_340_833_382_717_974_474);
    }
}
