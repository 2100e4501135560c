//! The lexemes that most of a source is made of, found without logos: ASCII names, keywords, brackets, some operators.

use super::{Lexer, R};
use crate::token::{KEYWORD_KINDS, KEYWORDS, TokenKind};

/// What a byte may start or go on with.
const START: u8 = 1;
const CONTINUE: u8 = 2;
/// Nothing but a name can go on with it; what begins a string or another alphabet ends the quick way too.
const SPECIAL: u8 = 4;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut b = 0;
    while b < 256 {
        let c = b as u8;
        if c.is_ascii_alphabetic() || c == b'_' {
            classes[b] = START | CONTINUE;
        } else if c.is_ascii_digit() {
            classes[b] = CONTINUE;
        } else if !c.is_ascii() || c == b'"' || c == b'\'' {
            classes[b] = SPECIAL;
        }
        b += 1;
    }
    classes
};

/// Tells the keywords apart: found by trial.
const MULTIPLIER: u32 = 0x1397_b431;
const SLOTS: usize = 64;

const fn slot(word: &[u8]) -> usize {
    let last = word[word.len() - 1] as u32;
    let key = word[0] as u32 | (word[1] as u32) << 8 | last << 16 | (word.len() as u32) << 24;
    (key.wrapping_mul(MULTIPLIER) >> 26) as usize
}

/// Number of the keyword with a slot, counted from 1.
const KEYWORD_AT: [u8; SLOTS] = {
    let mut table = [0; SLOTS];
    let mut i = 0;
    while i < KEYWORDS.len() {
        let slot = slot(KEYWORDS[i].as_bytes());
        assert!(table[slot] == 0, "two keywords share a slot");
        table[slot] = i as u8 + 1;
        i += 1;
    }
    table
};

fn keyword(word: &[u8]) -> Option<TokenKind> {
    if !(2..=8).contains(&word.len()) {
        return None;
    }
    let i = usize::from(KEYWORD_AT[slot(word)]).checked_sub(1)?;
    (KEYWORDS[i].as_bytes() == word).then(|| KEYWORD_KINDS[i])
}

impl Lexer<'_> {
    /// Takes as many common lexemes as follow each other; stops in front of any other.
    pub(super) fn quick(&mut self) -> R {
        let bytes = self.bytes;
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
        // Where the lexeme before ends.
        let mut done = self.pos();
        let newline = loop {
            let mut at = done;
            while byte(at) == b' ' {
                at += 1;
            }
            let start = at;
            let first = byte(at);
            if CLASSES[usize::from(first)] & START != 0 {
                at += 1;
                while CLASSES[usize::from(byte(at))] & CONTINUE != 0 {
                    at += 1;
                }
                if CLASSES[usize::from(byte(at))] & SPECIAL != 0 {
                    break None;
                }
                let kind = keyword(&bytes[start..at]).unwrap_or(TokenKind::Name);
                self.push(kind, start as u32, at as u32);
                done = at;
                continue;
            }
            let next = byte(at + 1);
            let kind = match first {
                b',' => TokenKind::Comma,
                b':' if next != b'=' => TokenKind::Colon,
                b'=' if next != b'=' => TokenKind::Equal,
                b'.' if next != b'.' && !next.is_ascii_digit() => TokenKind::Dot,
                b'(' => TokenKind::LParen,
                b'[' => TokenKind::LBracket,
                b'{' => TokenKind::LBrace,
                b')' | b']' | b'}' => {
                    self.advance_to(at + 1);
                    let kind = match first {
                        b')' => TokenKind::RParen,
                        b']' => TokenKind::RBracket,
                        _ => TokenKind::RBrace,
                    };
                    // In an f-string it may end the expression.
                    self.close_bracket(kind, start as u32, start as u32 + 1)?;
                    done = self.pos();
                    continue;
                }
                b'0'..=b'9' if ends_number(next) => TokenKind::Number,
                b'\n' => break Some(at),
                _ => break None,
            };
            done = at + 1;
            match kind {
                TokenKind::LParen | TokenKind::LBracket | TokenKind::LBrace => {
                    self.advance_to(done);
                    self.open_bracket(start as u32)?;
                    self.push(kind, start as u32, done as u32);
                }
                TokenKind::Number => self.push(kind, start as u32, done as u32),
                _ if self.modes.is_empty() => self.push(kind, start as u32, done as u32),
                _ => {
                    self.advance_to(done);
                    self.simple(kind, start as u32, done as u32)?;
                    done = self.pos();
                }
            }
        };
        match newline {
            Some(newline) => {
                self.advance_to(newline + 1);
                self.newline(newline as u32);
            }
            None => self.advance_to(done),
        }
        Ok(())
    }
}

/// Whether a number of one digit ends before a byte.
fn ends_number(next: u8) -> bool {
    matches!(next, b' ' | b',' | b')' | b']' | b'}' | b':' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_and_nothing_else() {
        for (text, kind) in KEYWORDS.iter().zip(KEYWORD_KINDS) {
            assert_eq!(keyword(text.as_bytes()), Some(*kind));
            assert_eq!(keyword(text.to_uppercase().as_bytes()), None);
            assert_eq!(keyword(format!("{text}s").as_bytes()), None);
        }
        assert_eq!(
            (keyword(b""), keyword(b"i"), keyword(b"ix"), keyword(b"nonlocals")),
            (None, None, None, None)
        );
    }
}
