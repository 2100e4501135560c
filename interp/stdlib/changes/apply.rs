//! Reads the tables of changes to the embedded library (`*.txt` beside this file) and applies them at build time.
//!
//! A table is lines of Python under lines that begin with `@@`:
//!
//! * `@@ module NAME`: what follows changes this module.
//! * `@@ why TEXT`: begins a change.
//! * `@@ find`, then lines of the library; `@@ put`, then the lines that take their place. The lines to find are whole
//!   lines and occur once; with `@@ find each` they may occur more often.
//! * `@@ def CLASS.NAME`, then a function that takes the place of that one.
//! * `@@ add`, then lines that go to the end of the module.
//!
//! What does not apply stops the build, so that a newer library is not changed by accident.

use std::collections::BTreeMap;
use std::path::Path;

#[derive(Default)]
pub struct Changes {
    modules: BTreeMap<String, Vec<Change>>,
}

struct Change {
    what: What,
    text: String,
}

enum What {
    Find { lines: String, each: bool },
    Function(String),
    Add,
}

impl Changes {
    pub fn read(dir: &Path) -> std::io::Result<Self> {
        let mut changes = Self::default();
        for entry in std::fs::read_dir(dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "txt") {
                changes.parse(&std::fs::read_to_string(&path)?, &path.display().to_string());
            }
        }
        Ok(changes)
    }

    fn parse(&mut self, table: &str, name: &str) {
        let mut module: Option<&mut Vec<Change>> = None;
        let mut finding = false;
        for (number, line) in table.lines().enumerate() {
            let wrong = |what: &str| -> ! { panic!("{name}:{}: {what}: {line}", number + 1) };
            let Some(mark) = line.strip_prefix("@@ ") else {
                match module.as_mut().and_then(|changes| changes.last_mut()) {
                    Some(Change { what: What::Find { lines, .. }, .. }) if finding => push_line(lines, line),
                    Some(change) => push_line(&mut change.text, line),
                    // Before the first module: what the table is about.
                    None => {}
                }
                continue;
            };
            let (word, rest) = mark.split_once(' ').unwrap_or((mark, ""));
            if word == "module" {
                // The empty line above is for the reader.
                if let Some(last) = module.and_then(|changes| changes.last_mut())
                    && (last.text == "\n" || last.text.ends_with("\n\n"))
                {
                    last.text.pop();
                }
                module = Some(self.modules.entry(rest.to_owned()).or_default());
                continue;
            }
            let Some(changes) = module.as_mut() else { wrong("no module yet") };
            let what = match (word, rest) {
                ("why", _) => continue,
                ("put", "") if finding => {
                    finding = false;
                    continue;
                }
                ("find", "") => What::Find { lines: String::new(), each: false },
                ("find", "each") => What::Find { lines: String::new(), each: true },
                ("def", function) if !function.is_empty() => What::Function(function.to_owned()),
                ("add", "") => What::Add,
                _ => wrong("not a mark"),
            };
            finding = matches!(what, What::Find { .. });
            changes.push(Change { what, text: String::new() });
        }
    }

    pub fn modules(&self) -> impl Iterator<Item = &str> {
        self.modules.keys().map(String::as_str)
    }

    /// The source of a module as it is embedded.
    pub fn apply(&self, module: &str, source: String) -> String {
        let Some(changes) = self.modules.get(module) else { return source };
        let mut source = source;
        for Change { what, text } in changes {
            source = match what {
                What::Find { lines, each } => replace_lines(module, &source, lines, text, *each),
                What::Function(path) => replace_function(module, &source, path, text),
                What::Add => format!("{source}\n\n{text}"),
            };
        }
        source
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn replace_lines(module: &str, source: &str, lines: &str, text: &str, each: bool) -> String {
    let places: Vec<usize> = source
        .match_indices(lines)
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || source.as_bytes()[at - 1] == b'\n')
        .collect();
    assert!(
        !lines.is_empty() && (places.len() == 1 || each && places.len() > 1),
        "{module}: these lines occur {} times:\n{lines}",
        places.len()
    );
    let mut changed = String::with_capacity(source.len() + text.len());
    let mut done = 0;
    for at in places {
        changed.push_str(&source[done..at]);
        changed.push_str(text);
        done = at + lines.len();
    }
    changed + &source[done..]
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Does a line open this class or function, `CLASS.NAME` being the last part of what we look for?
fn opens(line: &str, name: &str) -> bool {
    let line = line.trim_start();
    ["def ", "async def ", "class "].iter().any(|word| {
        line.strip_prefix(word)
            .and_then(|rest| rest.strip_prefix(name))
            .is_some_and(|rest| rest.starts_with(['(', ':', '[']))
    })
}

/// Replaces a function from its `def` (decorators stay) to the line before the next one that is not indented deeper.
fn replace_function(module: &str, source: &str, path: &str, text: &str) -> String {
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let (mut start, mut end, mut depth) = (0, lines.len(), 0);
    for (level, name) in path.split('.').enumerate() {
        let inside = if level == 0 { 0 } else { start + 1 };
        start = (inside..end)
            .find(|i| opens(lines[*i], name) && (level > 0 || indentation(lines[*i]) == 0))
            .unwrap_or_else(|| panic!("{module}: there is no {path} ({name})"));
        depth = indentation(lines[start]);
        // A signature of several lines may close at the depth of its `def`.
        end = (start + 1..end)
            .find(|i| {
                let line = lines[*i];
                !line.trim().is_empty() && indentation(line) <= depth && !line.trim_start().starts_with(')')
            })
            .unwrap_or(end);
    }
    assert!(indentation(text) == depth, "{module}: {path} is indented by {depth}");
    let rest = lines[start..end].iter().rev().take_while(|line| line.trim().is_empty()).count();
    format!(
        "{}{}{}",
        lines[..start].concat(),
        text.trim_end().to_owned() + "\n",
        lines[end - rest..].concat()
    )
}
