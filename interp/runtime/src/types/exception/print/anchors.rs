//! Which part of an expression failed: the operator, the subscript or the arguments of a call.

use habu_syntax::ast::{Arena, Expr, ExprKind, LineIndex, Mod, Stmt, StmtKind};
use habu_syntax::{ParseOptions, Parsed, parse};

/// From (line, column) up to (line, column): the part that carets mark, the rest getting tildes. Lines count from 0,
/// columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Anchors {
    pub left: (usize, usize),
    pub right: (usize, usize),
}

/// Text of an expression as lines of characters.
struct Lines(Vec<Vec<char>>);

impl Lines {
    /// From a place in the wrapped text, whose first line is the added parenthesis, to one in the segment.
    fn place(&self, index: &LineIndex, text: &str, offset: u32) -> Option<(usize, usize)> {
        let (line, bytes) = index.position(offset);
        let start = index.line_start(line) as usize;
        let col = text.get(start..start + bytes as usize)?.chars().count();
        Some(((line as usize).checked_sub(2)?, col))
    }

    /// The place itself, or the next line's start when it is behind the end of a line.
    fn valid(&self, (mut line, mut col): (usize, usize)) -> Option<(usize, usize)> {
        while col >= self.0.get(line)?.len() {
            col = 0;
            line += 1;
        }
        Some((line, col))
    }

    /// The next character that `stop` accepts, leaving out comments and line continuations.
    fn find(&self, at: (usize, usize), stop: impl Fn(char) -> bool) -> Option<(usize, usize)> {
        let mut at = self.valid(at)?;
        loop {
            let c = self.0[at.0][at.1];
            at = match c {
                '\\' | '#' => self.valid((at.0 + 1, 0))?,
                c if stop(c) => return Some(at),
                _ => self.valid((at.0, at.1 + 1))?,
            };
        }
    }
}

/// The anchors of an expression's text; `None`: it is no operation, subscript or call.
pub fn of_segment(segment: &str) -> Option<Anchors> {
    // In parentheses, an expression may go over several lines.
    let text = format!("(\n{segment}\n)");
    let arena = Arena::new();
    let parsed = parse(&arena, &text, ParseOptions::default()).ok()?;
    let [Stmt { kind: StmtKind::Expr { value }, .. }] = body(&parsed)? else { return None };
    let lines = Lines(segment.lines().map(|l| l.chars().collect()).collect());
    let index = &parsed.source.lines;
    let end_of = |e: &Expr| lines.place(index, &text, e.span.end);
    match &value.kind {
        ExprKind::BinOp { left, right, .. } => {
            let at = lines.find(end_of(left)?, |c| !c.is_whitespace() && c != ')')?;
            let operand = lines.place(index, &text, right.span.start)?;
            let mut end = at.1 + 1;
            // Operators of two characters.
            if let Some(c) = lines.0[at.0].get(end)
                && (operand.0 > at.0 || end < operand.1)
                && !c.is_whitespace()
                && !matches!(c, '\\' | '#')
            {
                end += 1;
            }
            Some(Anchors { left: at, right: (at.0, end) })
        }
        ExprKind::Subscript { value: inner, .. } => {
            let left = lines.find(end_of(inner)?, |c| c == '[')?;
            Some(Anchors { left, right: end_of(value)? })
        }
        ExprKind::Call { func, .. } => {
            let left = lines.find(end_of(func)?, |c| c == '(')?;
            Some(Anchors { left, right: end_of(value)? })
        }
        _ => None,
    }
}

fn body<'a>(parsed: &Parsed<'a>) -> Option<&'a [Stmt<'a>]> {
    match &parsed.module {
        Mod::Module { body, .. } => Some(body),
        _ => None,
    }
}

/// Whether the marked part is a call of a plain name that the whole statement consists of (`return f(…)`,
/// `x = f(…)`): carets would say nothing.
pub fn fills_statement(text: &str, line_count: usize, start: usize, end: usize) -> bool {
    let arena = Arena::new();
    let Ok(parsed) = parse(&arena, text, ParseOptions::default()) else { return false };
    let Some(body) = body(&parsed) else { return false };
    let Some(statement) = body.first() else { return true };
    let call = match &statement.kind {
        StmtKind::Return { value: Some(value) } => match &value.kind {
            ExprKind::Call { func, .. } if matches!(func.kind, ExprKind::Name { .. }) => value,
            _ => return false,
        },
        StmtKind::Assign { targets, value, .. } => match (&targets[..], &value.kind) {
            ([target], ExprKind::Call { .. }) if matches!(target.kind, ExprKind::Name { .. }) => value,
            _ => return false,
        },
        _ => return false,
    };
    let lines = &parsed.source.lines;
    let (first, col) = lines.position(call.span.start);
    let (last, end_col) = lines.position(call.span.end);
    first == 1 && last as usize == line_count && col as usize == start && end_col as usize == end
}

#[cfg(test)]
mod tests {
    use super::{Anchors, fills_statement, of_segment};

    fn at(left: (usize, usize), right: (usize, usize)) -> Option<Anchors> {
        Some(Anchors { left, right })
    }

    #[test]
    fn operators() {
        assert_eq!(of_segment("a + b"), at((0, 2), (0, 3)));
        assert_eq!(of_segment("(a) //b"), at((0, 4), (0, 6)));
        assert_eq!(of_segment("(a\n) ** b"), at((1, 2), (1, 4)));
    }

    #[test]
    fn brackets() {
        assert_eq!(of_segment("a[0][1]"), at((0, 4), (0, 7)));
        assert_eq!(of_segment("f(1,\n  2)"), at((0, 1), (1, 4)));
        assert_eq!(of_segment("a.b"), None);
        assert_eq!(of_segment("return a"), None);
    }

    #[test]
    fn calls_that_are_the_statement() {
        assert!(fills_statement("x = f(1)", 1, 4, 8));
        assert!(fills_statement("return f(1)", 1, 7, 11));
        assert!(!fills_statement("f(1)", 1, 0, 4));
        assert!(!fills_statement("return a.f(1)", 1, 7, 13));
    }
}
