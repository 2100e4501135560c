//! Compares a run with its record, and prints what failed: first differing lines, then failures grouped by cause.

use crate::process::Finished;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a program should have done.
pub struct Expected<'a> {
    pub stdout: &'a str,
    pub stderr: &'a str,
    pub status: i32,
}

/// One program that went wrong in one mode.
pub struct Failure {
    mode: &'static str,
    /// A short text that is the same for failures of one cause.
    cause: String,
    detail: String,
}

/// `None` when the run did exactly what was expected.
pub fn compare(mode: &'static str, expected: &Expected, finished: &Finished) -> Option<Failure> {
    let mut detail = String::new();
    match finished.status {
        None => detail.push_str("    ran out of time and was killed\n"),
        Some(status) if status != expected.status => {
            let _ = writeln!(detail, "    exit status {status}, expected {}", expected.status);
        }
        Some(_) => {}
    }
    differ(&mut detail, "standard output", expected.stdout, &finished.stdout);
    differ(&mut detail, "standard error", expected.stderr, &finished.stderr);
    if detail.is_empty() {
        return None;
    }
    let last_line = finished.stderr.lines().last().unwrap_or_default();
    let cause = match finished.status {
        None => "out of time".to_owned(),
        Some(status) if status < 0 && status != expected.status => {
            format!("killed by signal {}: {last_line}", -status)
        }
        Some(status) if status != expected.status && !last_line.is_empty() => last_line.to_owned(),
        Some(status) if status != expected.status => format!("exit status {status}"),
        Some(_) if finished.stdout != expected.stdout => "different output".to_owned(),
        Some(_) => "different standard error".to_owned(),
    };
    Some(Failure { mode, cause: cause.chars().take(140).collect(), detail })
}

/// The first place where two texts differ, with a little context before it.
fn differ(detail: &mut String, what: &str, expected: &str, got: &str) {
    const CONTEXT: usize = 2;
    const SHOWN: usize = 4;
    if expected == got {
        return;
    }
    let (expected, got): (Vec<_>, Vec<_>) = (lines(expected), lines(got));
    let same = expected.iter().zip(&got).take_while(|(left, right)| left == right).count();
    let _ = writeln!(detail, "    {what} differs from line {}:", same + 1);
    for line in &expected[same.saturating_sub(CONTEXT)..same] {
        let _ = writeln!(detail, "        {}", shorten(line));
    }
    for (sign, side) in [('-', &expected), ('+', &got)] {
        for line in side.iter().skip(same).take(SHOWN) {
            let _ = writeln!(detail, "      {sign} {}", shorten(line));
        }
        match side.len().saturating_sub(same + SHOWN) {
            0 => {}
            rest => {
                let _ = writeln!(detail, "      {sign} ... {rest} more lines");
            }
        }
    }
}

/// Lines, where a missing newline at the end is a difference that shows.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if let Some(last) = lines.last_mut()
        && !last.ends_with('\n')
    {
        last.push_str("<no newline>");
    }
    lines
}

fn shorten(line: &str) -> String {
    const WIDTH: usize = 200;
    let line = line.trim_end_matches('\n');
    if line.chars().count() <= WIDTH {
        return line.to_owned();
    }
    let head: String = line.chars().take(WIDTH).collect();
    format!("{head}... ({} characters)", line.chars().count())
}

/// Counts and texts for the closing lines.
#[derive(Default)]
pub struct Verdict {
    pub passed: usize,
    /// Listed in unsupported.txt and failing, as they should.
    pub expected: usize,
    pub filtered: usize,
    failed: Vec<String>,
    causes: BTreeMap<String, Vec<String>>,
    unexpected: Vec<String>,
}

impl Verdict {
    pub fn failed(&mut self, name: &str, failures: &[Failure]) {
        let modes: Vec<_> = failures.iter().map(|failure| failure.mode).collect();
        self.failed.push(format!("{name} [{}]", modes.join(",")));
        for (position, failure) in failures.iter().enumerate() {
            self.causes.entry(failure.cause.clone()).or_default().push(format!("{name}[{}]", failure.mode));
            // Modes tend to fail alike: only what is new is worth reading.
            let known = failures[..position].iter().find(|earlier| earlier.detail == failure.detail);
            match known {
                Some(earlier) => println!("FAIL {name} [{}]: as in mode {}", failure.mode, earlier.mode),
                None => print!("FAIL {name} [{}]\n{}", failure.mode, failure.detail),
            }
        }
    }

    pub fn unexpected_pass(&mut self, name: &str) {
        self.unexpected.push(name.to_owned());
    }

    pub fn is_ok(&self) -> bool {
        self.failed.is_empty() && self.unexpected.is_empty()
    }

    pub fn print(&self) {
        let mut causes: Vec<_> = self.causes.iter().collect();
        causes.sort_by_key(|(cause, names)| (usize::MAX - names.len(), cause.as_str()));
        if !causes.is_empty() {
            println!("\nfailures by cause:");
        }
        for (cause, names) in causes {
            let more = if names.len() > 6 { ", ..." } else { "" };
            println!(
                "  {:4}  {cause}\n          {}{more}",
                names.len(),
                names[..names.len().min(6)].join(", ")
            );
        }
        if !self.failed.is_empty() {
            println!("\nfailed programs:");
        }
        for name in &self.failed {
            println!("    {name}");
        }
        for name in &self.unexpected {
            println!("{name} passes in every mode: take it off tests/programs/unsupported.txt");
        }
        let word = if self.is_ok() { "ok" } else { "FAILED" };
        println!(
            "\ntest result: {word}. {} passed; {} failed; {} unsupported; {} filtered out\n",
            self.passed,
            self.failed.len() + self.unexpected.len(),
            self.expected,
            self.filtered
        );
    }
}
