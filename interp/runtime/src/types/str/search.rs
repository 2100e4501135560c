//! Searching, splitting and stripping over code units: the cores that `str`, `bytes` and `bytearray` share.
//! Results are positions, so nothing here touches the heap.

use super::scan::{ascii_space, is_ascii_space};
use super::{Unit, Units};
use smallvec::{SmallVec, smallvec};

/// A piece of a text: start and end.
pub type Span = (usize, usize);
/// Where something is in a text: in most few times.
pub type Places = SmallVec<[usize; 16]>;
/// The pieces of a text: most have few.
pub type Spans = SmallVec<[Span; 32]>;

/// From which end `split` counts and `find` searches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Left,
    Right,
}

/// Which ends `strip` works on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Affix {
    Both,
    Start,
    End,
}

/// First or last occurrence. An empty needle is at either end.
pub fn find<T: Unit>(text: &[T], needle: &[T], side: Side) -> Option<usize> {
    match (needle, side) {
        ([], Side::Left) => Some(0),
        ([], Side::Right) => Some(text.len()),
        ([unit], Side::Left) => T::find_unit(text, *unit),
        ([unit], Side::Right) => T::rfind_unit(text, *unit),
        _ if needle.len() > text.len() => None,
        (_, Side::Left) => T::find(text, needle),
        (_, Side::Right) => T::rfind(text, needle),
    }
}

/// Calls `found` with each of the first `max` occurrences that do not overlap; `needle` is not empty.
fn each_match<T: Unit>(text: &[T], needle: &[T], max: usize, found: impl FnMut(usize)) {
    if needle.len() > text.len() {
        return;
    }
    if let [unit] = needle {
        T::each_unit(text, *unit).take(max).for_each(found);
        return;
    }
    T::each(text, needle, max, found);
}

/// How often `needle` occurs without overlap; an empty one does between all units and at both ends.
pub fn count<T: Unit>(text: &[T], needle: &[T]) -> usize {
    match needle {
        [] => text.len() + 1,
        [unit] => T::each_unit(text, *unit).count(),
        _ => {
            let mut n = 0;
            each_match(text, needle, usize::MAX, |_| n += 1);
            n
        }
    }
}

/// Where `replace` replaces: the first `max` occurrences; an empty needle before every unit and at the end.
pub fn matches<T: Unit>(text: &[T], needle: &[T], max: usize) -> Places {
    if needle.is_empty() {
        return (0..=text.len()).take(max).collect();
    }
    let mut at = Places::new();
    each_match(text, needle, max, |i| at.push(i));
    at
}

/// The pieces between occurrences of a separator (not empty), split at most `max` times from `side`, in text order.
pub fn split<T: Unit>(text: &[T], separator: &[T], max: usize, side: Side) -> Spans {
    let mut pieces = Spans::new();
    match side {
        Side::Left => {
            let mut start = 0;
            each_match(text, separator, max, |at| {
                pieces.push((start, at));
                start = at + separator.len();
            });
            pieces.push((start, text.len()));
        }
        Side::Right => {
            let mut end = text.len();
            while pieces.len() < max {
                let Some(at) = find(&text[..end], separator, Side::Right) else { break };
                pieces.push((at + separator.len(), end));
                end = at;
            }
            pieces.push((0, end));
            pieces.reverse();
        }
    }
    pieces
}

/// The pieces of an ASCII text between runs of white space, split at most `max` times from the left.
pub fn split_ascii(text: &[u8], max: usize) -> Spans {
    // Words are longer than this on average: the vector seldom grows.
    let mut pieces = Spans::with_capacity(max.min(text.len() / 4 + 2));
    let mut at = 0;
    while let Some(c) = text.get(at) {
        if is_ascii_space(*c) {
            at += 1;
            continue;
        }
        if pieces.len() == max {
            // The rest keeps its white space, inner and trailing.
            pieces.push((at, text.len()));
            break;
        }
        let end = ascii_space(text, at + 1);
        pieces.push((at, end));
        at = end;
    }
    pieces
}

/// The pieces between runs of white space, split at most `max` times from `side`, in text order.
pub fn split_whitespace<T: Unit>(text: &[T], max: usize, side: Side, space: impl Fn(T) -> bool) -> Spans {
    // Words are longer than this on average: the vector seldom grows.
    let mut pieces = Spans::with_capacity(max.min(text.len() / 4 + 2));
    match side {
        Side::Left => {
            let mut at = 0;
            loop {
                while at < text.len() && space(text[at]) {
                    at += 1;
                }
                if at == text.len() {
                    break;
                }
                let start = at;
                if pieces.len() == max {
                    // The rest keeps its white space, inner and trailing.
                    pieces.push((start, text.len()));
                    break;
                }
                while at < text.len() && !space(text[at]) {
                    at += 1;
                }
                pieces.push((start, at));
            }
        }
        Side::Right => {
            let mut at = text.len();
            loop {
                while at > 0 && space(text[at - 1]) {
                    at -= 1;
                }
                if at == 0 {
                    break;
                }
                let end = at;
                if pieces.len() == max {
                    pieces.push((0, end));
                    break;
                }
                while at > 0 && !space(text[at - 1]) {
                    at -= 1;
                }
                pieces.push((at, end));
            }
            pieces.reverse();
        }
    }
    pieces
}

/// The lines; `\r\n` ends one line. `line_end` says which units do.
pub fn split_lines<T: Unit>(text: &[T], keep_ends: bool, line_end: impl Fn(T) -> bool) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let mut end = start;
        while end < text.len() && !line_end(text[end]) {
            end += 1;
        }
        let mut next = (end + 1).min(text.len());
        if end + 1 < text.len() && text[end].into() == 13 && text[end + 1].into() == 10 {
            next = end + 2;
        }
        lines.push((start, if keep_ends { next } else { end }));
        start = next;
    }
    lines
}

/// What is left when units that `drop` names are taken off the ends.
pub fn strip<T: Unit>(text: &[T], affix: Affix, drop: impl Fn(T) -> bool) -> Span {
    let (mut start, mut end) = (0, text.len());
    if affix != Affix::End {
        while start < end && drop(text[start]) {
            start += 1;
        }
    }
    if affix != Affix::Start {
        while start < end && drop(text[end - 1]) {
            end -= 1;
        }
    }
    (start, end)
}

/// Runs `$body` with both texts as slices of the same unit type, that of `$text`; `$absent` when the needle has wider
/// units, as then it cannot occur.
macro_rules! with_needle {
    ($text:expr, $needle:expr, $absent:expr, |$t:ident, $n:ident| $body:expr) => {
        match ($text, $needle) {
            (Units::One(_), Units::Two(_) | Units::Four(_)) | (Units::Two(_), Units::Four(_)) => $absent,
            (Units::One($t), Units::One($n)) => $body,
            (Units::Two($t), needle) => {
                let needle = needle.widened::<u16>();
                let $n: &[u16] = &needle;
                $body
            }
            (Units::Four($t), needle) => {
                let needle = needle.widened::<u32>();
                let $n: &[u32] = &needle;
                $body
            }
        }
    };
}

impl Units<'_> {
    pub fn find(self, needle: Units<'_>, side: Side) -> Option<usize> {
        with_needle!(self, needle, None, |t, n| find(t, n, side))
    }
    pub fn count(self, needle: Units<'_>) -> usize {
        with_needle!(self, needle, 0, |t, n| count(t, n))
    }
    pub fn matches(self, needle: Units<'_>, max: usize) -> Places {
        with_needle!(self, needle, Places::new(), |t, n| matches(t, n, max))
    }
    pub fn split(self, separator: Units<'_>, max: usize, side: Side) -> Spans {
        with_needle!(self, separator, smallvec![(0, self.len())], |t, n| split(t, n, max, side))
    }
    pub fn contains(self, needle: Units<'_>) -> bool {
        self.find(needle, Side::Left).is_some()
    }
    pub fn starts_with(self, prefix: Units<'_>) -> bool {
        prefix.len() <= self.len() && self.slice(0, prefix.len()).same(prefix)
    }
    pub fn ends_with(self, suffix: Units<'_>) -> bool {
        suffix.len() <= self.len() && self.slice(self.len() - suffix.len(), self.len()).same(suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces<'a>(text: &'a str, spans: &[Span]) -> Vec<&'a str> {
        spans.iter().map(|&(a, b)| &text[a..b]).collect()
    }
    fn space(b: u8) -> bool {
        b == b' '
    }

    #[test]
    fn whitespace_split_from_both_ends() {
        let text = "  a b  c ";
        let split = |max, side| pieces(text, &split_whitespace(text.as_bytes(), max, side, space));
        assert_eq!(split(usize::MAX, Side::Left), ["a", "b", "c"]);
        assert_eq!(split(usize::MAX, Side::Right), ["a", "b", "c"]);
        assert_eq!(split(1, Side::Left), ["a", "b  c "]);
        assert_eq!(split(1, Side::Right), ["  a b", "c"]);
        assert_eq!(split(0, Side::Left), ["a b  c "]);
        assert!(split_whitespace(b"   ", 5, Side::Left, space).is_empty());
    }

    #[test]
    fn separator_split_from_both_ends() {
        let text = "a--b--c";
        let split = |max, side| pieces(text, &split(text.as_bytes(), b"--", max, side));
        assert_eq!(split(usize::MAX, Side::Left), ["a", "b", "c"]);
        assert_eq!(split(1, Side::Left), ["a", "b--c"]);
        assert_eq!(split(1, Side::Right), ["a--b", "c"]);
        assert_eq!(split(0, Side::Right), ["a--b--c"]);
    }

    #[test]
    fn lines() {
        let text = "a\r\nb\n\nc\r";
        let end = |b: u8| b == b'\n' || b == b'\r';
        assert_eq!(pieces(text, &split_lines(text.as_bytes(), false, end)), ["a", "b", "", "c"]);
        assert_eq!(pieces(text, &split_lines(text.as_bytes(), true, end)), ["a\r\n", "b\n", "\n", "c\r"]);
    }

    #[test]
    fn needle_wider_than_text_is_absent() {
        assert_eq!(Units::One(b"abc").find(Units::Two(&[0x20ac]), Side::Left), None);
        assert_eq!(Units::Two(&[0x61, 0x20ac]).find(Units::One(b"a"), Side::Left), Some(0));
        assert_eq!(Units::Four(&[1, 2, 1]).matches(Units::One(&[1]), usize::MAX).as_slice(), [0, 2]);
        assert_eq!(Units::One(b"aaa").count(Units::One(b"aa")), 1);
        assert_eq!(Units::One(b"aaa").count(Units::One(b"")), 4);
    }
}
