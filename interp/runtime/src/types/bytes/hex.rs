//! Hexadecimal digits of bytes, and back.

/// What `VALUES` says of a byte that is no digit.
const NONE: u8 = 0xff;

/// The value of each byte as a digit.
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut i = 0;
    while i < 16 {
        values[digit(i) as usize] = i;
        values[digit(i).to_ascii_uppercase() as usize] = i;
        i += 1;
    }
    values
};

#[inline(always)]
const fn digit(n: u8) -> u8 {
    n + if n < 10 { b'0' } else { b'a' - 10 }
}

/// The value of a digit.
pub fn value(digit: u8) -> Option<u8> {
    Some(VALUES[usize::from(digit)]).filter(|value| *value != NONE)
}

/// Two digits for each byte. `None`: no memory.
pub fn digits(bytes: &[u8]) -> Option<Vec<u8>> {
    let len = bytes.len().checked_mul(2)?;
    let mut out = Vec::new();
    out.try_reserve_exact(len).ok()?;
    out.resize(len, 0);
    for (to, b) in out.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *to = [digit(b >> 4), digit(b & 15)];
    }
    Some(out)
}

/// The bytes that pairs of digits stand for; a last one without a partner is left out. `None`: something is no digit.
pub fn values(digits: &[u8]) -> Option<Vec<u8>> {
    let pairs = digits.as_chunks::<2>().0;
    let mut out = vec![0; pairs.len()];
    let mut seen = 0;
    for (to, [high, low]) in out.iter_mut().zip(pairs) {
        let (high, low) = (VALUES[usize::from(*high)], VALUES[usize::from(*low)]);
        seen |= high | low;
        *to = high << 4 | low;
    }
    (seen < 16).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let all: Vec<u8> = (0..=255).collect();
        let text = digits(&all).unwrap_or_default();
        assert_eq!(&text[..6], b"000102");
        assert_eq!(&text[508..], b"feff");
        assert_eq!(values(&text), Some(all.clone()));
        assert_eq!(values(&text.to_ascii_uppercase()), Some(all));
        for c in 0..=255_u8 {
            assert_eq!(values(&[b'0', c]).is_some(), c.is_ascii_hexdigit(), "{c}");
        }
    }
}
