//! Hash of strings and bytes: SipHash-1-3 with the key that PYTHONHASHSEED asks for.

use std::sync::OnceLock;

static KEY: OnceLock<(u64, u64)> = OnceLock::new();

/// Sets the key from a seed: `Some(0)` no randomness, `Some(n)` reproducible, `None` random. Without effect once a hash
/// was computed.
pub fn set_seed(seed: Option<u32>) {
    let _ = KEY.set(key_from_seed(seed));
}

/// The seed that PYTHONHASHSEED names: `Err` when it is neither `random` nor an integer in range.
pub fn seed_from_env(text: Option<&str>) -> Result<Option<u32>, &'static str> {
    match text {
        None | Some("" | "random") => Ok(None),
        Some(text) => text
            .parse::<u32>()
            .map(Some)
            .map_err(|_| "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]"),
    }
}

fn key_from_seed(seed: Option<u32>) -> (u64, u64) {
    let mut bytes = [0u8; 16];
    match seed {
        Some(0) => {}
        Some(seed) => {
            // The generator that makes hashes reproducible across implementations for one seed.
            let mut x = seed;
            for b in &mut bytes {
                x = x.wrapping_mul(214013).wrapping_add(2531011);
                *b = (x >> 16) as u8;
            }
        }
        None => {
            // The standard library seeds its own hash maps from the operating system.
            use std::hash::BuildHasher;
            let random = || std::collections::hash_map::RandomState::new().hash_one(0u8).to_le_bytes();
            bytes[..8].copy_from_slice(&random());
            bytes[8..].copy_from_slice(&random());
        }
    }
    let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or_default());
    (word(0), word(8))
}

fn key() -> (u64, u64) {
    *KEY.get_or_init(|| {
        let seed = std::env::var("PYTHONHASHSEED").ok();
        key_from_seed(seed_from_env(seed.as_deref()).unwrap_or(None))
    })
}

/// Hash of a text's or bytes object's bytes: 0 when empty, never -1.
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    hash_with(key(), bytes)
}

/// SipHash-1-3 of bytes that are all at hand: the keys of dicts are short, and a hasher fed bit by bit takes longer to
/// set up than to run.
fn hash_with((k0, k1): (u64, u64), bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let mut state = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        state[3] ^= word;
        round(&mut state);
        state[0] ^= word;
    }
    let last = (bytes.len() as u64) << 56 | low_bytes(rest);
    state[3] ^= last;
    round(&mut state);
    state[0] ^= last;
    state[2] ^= 0xff;
    for _ in 0..3 {
        round(&mut state);
    }
    match state.iter().fold(0, |hash, v| hash ^ v) as i64 {
        -1 => -2,
        hash => hash,
    }
}

/// Fewer than eight bytes as a number, the first the lowest.
#[inline(always)]
fn low_bytes(bytes: &[u8]) -> u64 {
    let n = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // What is in both is the same.
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (n - 4));
    }
    bytes.iter().rev().fold(0, |number, b| number << 8 | u64::from(*b))
}

#[inline(always)]
fn round([v0, v1, v2, v3]: &mut [u64; 4]) {
    *v0 = v0.wrapping_add(*v1);
    *v1 = v1.rotate_left(13) ^ *v0;
    *v0 = v0.rotate_left(32);
    *v2 = v2.wrapping_add(*v3);
    *v3 = v3.rotate_left(16) ^ *v2;
    *v0 = v0.wrapping_add(*v3);
    *v3 = v3.rotate_left(21) ^ *v0;
    *v2 = v2.wrapping_add(*v1);
    *v1 = v1.rotate_left(17) ^ *v2;
    *v2 = v2.rotate_left(32);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_cpython_for_fixed_seeds() {
        // `PYTHONHASHSEED=0 python -c "print(hash('abc'))"`, and so on.
        assert_eq!(hash_with(key_from_seed(Some(0)), b"abc"), -4594863902769663758);
        assert_eq!(hash_with(key_from_seed(Some(42)), b"abc"), 3869580338025362921);
        assert_eq!(hash_with(key_from_seed(Some(0)), &[0xac, 0x20]), -5529981157763016009);
        assert_eq!(hash_bytes(b""), 0);
        // `[hash("abcdefghijklmnopq"[:n]) for n in range(1, 18)]`, one step after the other.
        let text = b"abcdefghijklmnopq";
        let all = (1..=text.len()).fold(0i64, |sum, n| {
            sum.wrapping_mul(31).wrapping_add(hash_with(key_from_seed(Some(0)), &text[..n]))
        });
        assert_eq!(all, -9_132_765_713_849_707_808);
    }

    #[test]
    fn seed_texts() {
        assert_eq!(seed_from_env(None), Ok(None));
        assert_eq!(seed_from_env(Some("random")), Ok(None));
        assert_eq!(seed_from_env(Some("7")), Ok(Some(7)));
        assert!(seed_from_env(Some("4294967296")).is_err());
        assert!(seed_from_env(Some("x")).is_err());
    }
}
