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
        let mut at = self.pos();
        loop {
            while self.byte(at) == b' ' {
                at += 1;
            }
            let start = at;
            let first = self.byte(at);
            if CLASSES[usize::from(first)] & START != 0 {
                let rest = &self.bytes[at + 1..];
                at += 1;
                at += rest.iter().take_while(|&&b| CLASSES[usize::from(b)] & CONTINUE != 0).count();
                if CLASSES[usize::from(self.byte(at))] & SPECIAL != 0 {
                    return Ok(());
                }
                let kind = keyword(&self.bytes[start..at]).unwrap_or(TokenKind::Name);
                self.push(kind, start as u32, at as u32);
                self.advance_to(at);
                continue;
            }
            let next = self.byte(at + 1);
            let kind = match first {
                b'(' => TokenKind::LParen,
                b')' => TokenKind::RParen,
                b'[' => TokenKind::LBracket,
                b']' => TokenKind::RBracket,
                b'{' => TokenKind::LBrace,
                b'}' => TokenKind::RBrace,
                b',' => TokenKind::Comma,
                b':' if next != b'=' => TokenKind::Colon,
                b'=' if next != b'=' => TokenKind::Equal,
                b'.' if next != b'.' && !next.is_ascii_digit() => TokenKind::Dot,
                b'\n' => {
                    self.advance_to(at + 1);
                    self.newline(at as u32);
                    return Ok(());
                }
                _ => return Ok(()),
            };
            at += 1;
            self.advance_to(at);
            // In an f-string it may end the expression.
            self.simple(kind, start as u32, at as u32)?;
            at = self.pos();
        }
    }
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
