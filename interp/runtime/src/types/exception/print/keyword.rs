//! "Did you mean 'while'?": a misspelt keyword in the line of a syntax error.

use crate::types::exception::closest_name;
use habu_syntax::token::TokenKind;
use habu_syntax::tokens::Tokens;
use habu_syntax::{ErrKind, ParseOptions, SourceText, parse};

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];
/// Names that are looked at, suggestions tried for each, size of the source that is parsed again.
const MAX_NAMES: usize = 10;
const MAX_TRIED: usize = 3;
const MAX_SOURCE: usize = 1024;

/// A correction of the line that makes the source parse.
pub struct Typo {
    pub keyword: &'static str,
    /// Characters of the misspelt name in the line.
    pub start: usize,
    pub end: usize,
}

/// Looks for one in line `line` (from 1) of the source.
pub fn find(source: &[String], line: usize) -> Option<Typo> {
    let wrong: Vec<char> = source.get(line.checked_sub(1)?)?.chars().collect();
    let layout = Layout::of(source, line);
    for (start, end) in layout.names.into_iter().take(MAX_NAMES) {
        let name: String = wrong.get(start..end)?.iter().collect();
        for keyword in suggestions(&name) {
            let fixed: String = wrong[..start]
                .iter()
                .copied()
                .chain(keyword.chars())
                .chain(wrong[end..].iter().copied())
                .collect();
            if parses(source, &layout.statements, line - 1, &fixed) {
                return Some(Typo { keyword, start, end });
            }
        }
    }
    None
}

/// What the tokens of a source say of it.
struct Layout {
    /// Columns of the names on the line that are no keywords.
    names: Vec<(usize, usize)>,
    /// Whether a statement starts on each line: not within a string, a bracket or joined lines.
    statements: Vec<bool>,
}

impl Layout {
    fn of(source: &[String], line: usize) -> Layout {
        let mut layout = Layout { names: Vec::new(), statements: vec![false; source.len()] };
        let Ok(text) = SourceText::from_text(&source.join("\n")) else { return layout };
        let tokens = Tokens::new(&text, false);
        let mut begins = true;
        for token in (0..tokens.len()).filter_map(|i| tokens.get(i)) {
            let at = token.start.0 as usize;
            match token.kind {
                TokenKind::Newline => begins = true,
                TokenKind::Indent | TokenKind::Dedent | TokenKind::EndMarker => {}
                _ => {
                    if std::mem::take(&mut begins)
                        && let Some(starts) = layout.statements.get_mut(at.wrapping_sub(1))
                    {
                        *starts = true;
                    }
                    if token.kind == TokenKind::Name && at == line {
                        layout.names.push((token.start.1 as usize, token.end.1 as usize));
                    }
                }
            }
        }
        layout
    }
}

/// Keywords like `name`, likeliest first.
fn suggestions(name: &str) -> Vec<&'static str> {
    let closest = closest_name(name, &KEYWORDS);
    let mut tried: Vec<&'static str> =
        KEYWORDS.into_iter().filter(|k| Some(*k) == closest.as_deref()).collect();
    let mut close: Vec<(f64, &'static str)> =
        KEYWORDS.into_iter().map(|k| (similarity(k, name), k)).filter(|(ratio, _)| *ratio >= 0.5).collect();
    close.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.cmp(a.1)));
    tried.extend(close.into_iter().map(|(_, k)| k).take(MAX_TRIED));
    tried.truncate(MAX_TRIED);
    tried
}

/// Share of characters in common blocks (Ratcliff and Obershelp).
fn similarity(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    2.0 * common(&a, &b) as f64 / (a.len() + b.len()).max(1) as f64
}

fn common(a: &[char], b: &[char]) -> usize {
    let mut best = (0, 0, 0);
    for i in 0..a.len() {
        for j in 0..b.len() {
            let n = a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y).count();
            if n > best.2 {
                best = (i, j, n);
            }
        }
    }
    let (i, j, n) = best;
    if n == 0 { 0 } else { n + common(&a[..i], &b[..j]) + common(&a[i + n..], &b[j + n..]) }
}

/// Whether the statement that ends with the corrected line parses (it may go on behind it). A clause needs those before
/// it: the statement alone is tried first, then more and more statements before it.
fn parses(source: &[String], statements: &[bool], line: usize, fixed: &str) -> bool {
    let indent = |text: &str| text.len() - text.trim_start().len();
    let mut code = fixed.to_owned();
    let mut least = indent(fixed);
    for start in (0..=line).rev() {
        if start < line {
            let before = &source[start];
            code.insert(0, '\n');
            code.insert_str(0, before);
            if !before.trim().is_empty() {
                least = least.min(indent(before));
            }
        }
        if code.len() > MAX_SOURCE {
            return false;
        }
        if statements[start] && indent(&source[start]) == least && is_complete_enough(&code, least) {
            return true;
        }
    }
    false
}

fn is_complete_enough(code: &str, indent: usize) -> bool {
    let text: Vec<&str> = code.lines().map(|l| l.get(indent..).unwrap_or("")).collect();
    let options = ParseOptions { allow_incomplete: true, dont_imply_dedent: true, ..ParseOptions::default() };
    let arena = habu_syntax::ast::Arena::new();
    match parse(&arena, &text.join("\n"), options) {
        Ok(_) => true,
        Err(e) => e.kind == ErrKind::IncompleteInput,
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    fn keyword(source: &[&str], line: usize) -> Option<&'static str> {
        let source: Vec<String> = source.iter().map(|s| s.to_string()).collect();
        find(&source, line).map(|t| t.keyword)
    }

    #[test]
    fn misspelt_keywords() {
        assert_eq!(keyword(&["whille True:", "    pass"], 1), Some("while"));
        assert_eq!(keyword(&["def f():", "    x = 1", "    retrun x"], 3), Some("return"));
        assert_eq!(keyword(&["if x:", "    pass", "elfi y:"], 3), Some("elif"));
    }

    #[test]
    fn within_brackets() {
        assert_eq!(keyword(&["[123 fur x", "in range(3)", "if x]"], 1), Some("for"));
        assert_eq!(keyword(&["[x for x", "in range(3)", "of x]"], 3), Some("if"));
    }

    #[test]
    fn other_mistakes() {
        assert_eq!(keyword(&["a = = 2"], 1), None);
        let documented = ["def f():", "    \"\"\"", "    Text.", "    \"\"\"", "    a iff b c"];
        assert_eq!(keyword(&documented, 5), None);
        assert_eq!(keyword(&["x = \"\"\"a", "whille b\"\"\" c"], 2), None);
    }
}
