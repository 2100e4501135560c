//! Normalization forms.

use super::database::Version;
use unicode_normalization::char::compose;

/// A normalization form.
#[derive(Clone, Copy)]
pub struct Form {
    compatible: bool,
    composed: bool,
}

impl Form {
    pub fn of(name: &str) -> Option<Form> {
        let (compatible, composed) = match name {
            "NFC" => (false, true),
            "NFD" => (false, false),
            "NFKC" => (true, true),
            "NFKD" => (true, false),
            _ => return None,
        };
        Some(Form { compatible, composed })
    }
}

const HANGUL: u32 = 0xac00;
const HANGUL_COUNT: u32 = 11172;

/// Appends the full decomposition of a character.
fn decompose(version: Version, form: Form, c: u32, out: &mut Vec<u32>) {
    if c < 0x80 {
        return out.push(c);
    }
    if (HANGUL..HANGUL + HANGUL_COUNT).contains(&c) {
        let at = c - HANGUL;
        out.extend_from_slice(&[0x1100 + at / 588, 0x1161 + at % 588 / 28]);
        if at % 28 != 0 {
            out.push(0x11a7 + at % 28);
        }
        return;
    }
    let mapping = version.decomposition(c);
    if mapping.is_empty() || mapping.starts_with('<') && !form.compatible {
        return out.push(c);
    }
    let parts = mapping.split(' ').filter(|part| !part.starts_with('<'));
    for part in parts.filter_map(|part| u32::from_str_radix(part, 16).ok()) {
        decompose(version, form, part, out);
    }
}

/// What two characters make together, in this database.
fn composed(version: Version, a: u32, b: u32) -> Option<u32> {
    let c = compose(char::from_u32(a)?, char::from_u32(b)?)? as u32;
    let hangul = (HANGUL..HANGUL + HANGUL_COUNT).contains(&c);
    (hangul || !version.decomposition(c).is_empty()).then_some(c)
}

/// The text in a form.
pub fn normalize(version: Version, form: Form, text: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut out = Vec::new();
    for c in text {
        decompose(version, form, c, &mut out);
    }
    // Runs of combining characters are sorted by class, stably.
    let mut i = 0;
    let mut classes: Vec<u8> =
        out.iter().map(|c| if *c < 0x300 { 0 } else { version.combining(*c) }).collect();
    while i < out.len() {
        if classes[i] == 0 {
            i += 1;
            continue;
        }
        let end = classes[i..].iter().position(|class| *class == 0).map_or(out.len(), |n| i + n);
        let mut run: Vec<(u8, u32)> =
            classes[i..end].iter().copied().zip(out[i..end].iter().copied()).collect();
        run.sort_by_key(|(class, _)| *class);
        for (at, (class, c)) in run.into_iter().enumerate() {
            (classes[i + at], out[i + at]) = (class, c);
        }
        i = end;
    }
    if !form.composed {
        return out;
    }
    let mut result: Vec<u32> = Vec::with_capacity(out.len());
    // The last starter's place in the result, and the class of what stands between it and the next character.
    let (mut starter, mut between) = (None::<usize>, None::<u8>);
    for (c, class) in out.into_iter().zip(classes) {
        let blocked = between.is_some_and(|b| b == 0 || b >= class);
        if let Some(at) = starter.filter(|_| !blocked)
            && let Some(made) = composed(version, result[at], c)
        {
            result[at] = made;
            continue;
        }
        if class == 0 {
            (starter, between) = (Some(result.len()), None);
        } else {
            between = Some(class);
        }
        result.push(c);
    }
    result
}
