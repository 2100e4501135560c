//! What the second pass remembers of rules it tried, so that nested retries stay cheap.

use crate::token::{Token, TokenKind};
use std::collections::HashMap;

/// The rules that are remembered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
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

/// How a rule fared at a position: whether it succeeded.
#[derive(Default)]
pub(super) struct Memo {
    results: HashMap<(Rule, usize), bool>,
    /// Bracket depth after each token.
    levels: Vec<u16>,
}

impl Memo {
    pub(super) fn start(&mut self, tokens: &[Token]) {
        self.results.clear();
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
        self.results.get(&(rule, pos)).copied()
    }

    pub(super) fn set(&mut self, rule: Rule, pos: usize, succeeded: bool) {
        self.results.insert((rule, pos), succeeded);
    }

    /// How many brackets are open after a token.
    pub(super) fn level(&self, index: usize) -> u16 {
        self.levels.get(index).copied().unwrap_or(0)
    }
}
