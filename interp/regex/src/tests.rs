//! Patterns as `re` compiles them, matched.

use crate::{Classes, Found, Invalid, Mode, Patience, Program, Request, Scratch, Stop, Unit, op};
use std::sync::LazyLock;
use std::sync::atomic::AtomicU32;

static CLASSES: LazyLock<Classes> = LazyLock::new(|| {
    Classes::new(
        |c| char::from_u32(c).is_some_and(char::is_numeric),
        |c| char::from_u32(c).is_some_and(char::is_whitespace),
        |c| char::from_u32(c).is_some_and(char::is_alphanumeric),
    )
});

/// Spans of groups.
type Groups = Vec<Option<(usize, usize)>>;

fn find<T: Unit>(words: &[u32], groups: usize, text: &[T], mode: Mode) -> Option<(Found, Groups)> {
    let program = Program::new(words, groups, &CLASSES).expect("well formed");
    let (word, mut scratch) = (AtomicU32::new(0), Scratch::default());
    let mut patience = Patience { word: &word, bit: 1, left: 10 };
    let request = Request { mode, from: 0, advance: false };
    let found = program.find(text, request, &mut scratch, &mut patience).expect("nothing interrupts");
    found.map(|found| (found, (1..=groups).map(|group| scratch.group(group)).collect()))
}

/// `a*b`
const RUN: &[u32] =
    &[op::REPEAT_ONE, 6, 0, u32::MAX, op::LITERAL, 97, op::SUCCESS, op::LITERAL, 98, op::SUCCESS];

#[test]
fn literal() {
    let words = [op::LITERAL, 98, op::LITERAL, 99, op::SUCCESS];
    let (found, _) = find(&words, 0, b"abcd", Mode::Search).expect("it is there");
    assert_eq!((found.start, found.end), (1, 3));
    assert!(find(&words, 0, b"abcd", Mode::Match).is_none());
    assert!(find(&words, 0, &[98u16, 99, 0x4e2d], Mode::Match).is_some());
    assert!(find(&words, 0, &[98u32, 99, 0x1f600], Mode::Full).is_none());
}

#[test]
fn run() {
    let (found, _) = find(RUN, 0, b"caab", Mode::Search).expect("it is there");
    assert_eq!((found.start, found.end), (1, 4));
    assert!(find(RUN, 0, b"caac", Mode::Search).is_none());
}

/// `(a|ab)*c`: alternatives are gone back to, and groups are taken back.
#[test]
fn groups() {
    let words = [
        op::REPEAT,
        19,
        0,
        u32::MAX,
        op::MARK,
        0,
        op::BRANCH,
        5,
        op::LITERAL,
        97,
        op::JUMP,
        9,
        7,
        op::LITERAL,
        97,
        op::LITERAL,
        98,
        op::JUMP,
        2,
        0,
        op::MAX_UNTIL,
        op::LITERAL,
        99,
        op::SUCCESS,
    ];
    assert!(Program::new(&words, 0, &CLASSES).is_err(), "a mark of no group");
    let (found, _) = find(&words, 1, b"aabac", Mode::Full).expect("it is all of it");
    assert_eq!((found.start, found.end), (0, 5));
}

#[test]
fn malformed() {
    let bad: &[&[u32]] = &[
        &[99],
        &[op::LITERAL],
        &[op::JUMP, 7],
        &[op::IN, 3, op::CHARSET, 0, op::SUCCESS],
        &[op::GROUPREF, 0, op::SUCCESS],
        &[op::REPEAT, 3, 0, 1],
        &[op::MAX_UNTIL],
        &[op::BRANCH, 900],
    ];
    for words in bad {
        assert_eq!(Program::new(words, 0, &CLASSES).err(), Some(Invalid), "{words:?}");
    }
    // Without an end the pattern matches nothing.
    assert!(find(&[op::LITERAL, 97], 0, b"a", Mode::Search).is_none());
}

#[test]
fn interruption() {
    // `(?:a?a?)*b` with its end missing tries long enough for somebody to look.
    let run = [op::REPEAT_ONE, 6, 0, 1, op::LITERAL, 97, op::SUCCESS];
    let mut words = vec![op::REPEAT, 17, 0, u32::MAX];
    words.extend(run);
    words.extend(run);
    words.extend([op::MAX_UNTIL, op::LITERAL, 98, op::SUCCESS]);
    let program = Program::new(&words, 0, &CLASSES).expect("well formed");
    let (word, mut scratch) = (AtomicU32::new(1), Scratch::default());
    let mut patience = Patience { word: &word, bit: 1, left: 10 };
    let request = Request { mode: Mode::Match, from: 0, advance: false };
    assert_eq!(program.find(&[b'a'; 40], request, &mut scratch, &mut patience), Err(Stop::Interrupted));
}
