//! What the second pass remembers of rules it tried, so that nested retries stay cheap.

use crate::token::{Token, TokenKind};

/// The rules that are remembered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rule {
    Expression,
    NamedExpression,
    Disjunction,
    BitwiseOr,
    Primary,
    Atom,
    Strings,
    Arguments,
    Block,
    SimpleStmt,
    Pattern,
    TypeParam,
}

/// How each rule fared at each token: whether it succeeded.
#[derive(Default)]
pub(super) struct Memo {
    /// Two bits a rule: tried, succeeded.
    results: Vec<u32>,
    /// Bracket depth after each token.
    levels: Vec<u16>,
}

impl Memo {
    pub(super) fn start(&mut self, tokens: &[Token]) {
        self.results = vec![0; tokens.len()];
        let mut level = 0u16;
        self.levels = tokens
            .iter()
            .map(|t| {
                match t.kind {
                    TokenKind::LParen | TokenKind::LBracket | TokenKind::LBrace => level += 1,
                    TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace => {
                        level = level.saturating_sub(1)
                    }
                    _ => {}
                }
                level
            })
            .collect();
    }

    pub(super) fn get(&self, rule: Rule, pos: usize) -> Option<bool> {
        let bits = self.results.get(pos)? >> (2 * rule as u32);
        (bits & 1 != 0).then_some(bits & 2 != 0)
    }

    pub(super) fn set(&mut self, rule: Rule, pos: usize, succeeded: bool) {
        if let Some(bits) = self.results.get_mut(pos) {
            let shift = 2 * rule as u32;
            *bits = *bits & !(3 << shift) | (1 | u32::from(succeeded) << 1) << shift;
        }
    }

    /// How many brackets are open after a token.
    pub(super) fn level(&self, index: usize) -> u16 {
        self.levels.get(index).copied().unwrap_or(0)
    }
}
