//! The entries of a traceback: place, source lines, and what in them failed.

use super::anchors::{self, Anchors};
use crate::types::exception::Exception;
use crate::types::frame::{line_of_lasti, offset_of_lasti};
use crate::types::traceback::Traceback;
use crate::value::Value;
use crate::vm::Vm;
use std::collections::{BTreeSet, HashMap};

/// Repetitions of one entry that are shown before they are only counted.
const REPEATED: usize = 3;

/// Lines of source files read so far.
#[derive(Default)]
pub struct Sources {
    files: HashMap<String, Vec<String>>,
    /// Entries show one source line and no carets.
    pub plain: bool,
}

impl Sources {
    pub fn lines(&mut self, vm: &mut Vm, file: &str) -> &[String] {
        if !self.files.contains_key(file) {
            let text = vm
                .sources
                .get(file)
                .cloned()
                .or_else(|| crate::import::library_source(vm, file))
                .or_else(|| std::fs::read(file).ok().map(|bytes| decoded(vm, &bytes, file)));
            let lines = text.map_or_else(Vec::new, |t| t.lines().map(|l| l.trim_end().to_owned()).collect());
            self.files.insert(file.to_owned(), lines);
        }
        &self.files[file]
    }
}

/// The text of a source file as its coding comment says, or as well as that goes.
fn decoded(vm: &mut Vm, bytes: &[u8], file: &str) -> String {
    match crate::import::decode(vm, bytes, file) {
        Ok(text) => text.into_owned(),
        Err(raised) => {
            vm.take_exception(raised);
            String::from_utf8_lossy(bytes).into_owned()
        }
    }
}

/// One entry.
struct Entry {
    file: String,
    name: String,
    line: u32,
    /// End line, column and end column (bytes).
    place: Option<(u32, usize, usize)>,
}

fn entry(vm: &Vm, tb: &Traceback) -> Option<Entry> {
    let frame = tb.frame_object(vm)?;
    let code = frame.code();
    let unit = code.unit();
    let position = offset_of_lasti(tb.lasti.get()).and_then(|at| unit.position(at));
    let line = match position {
        Some(p) => p.line,
        None if tb.lineno.get() > 0 => tb.lineno.get() as u32,
        None => line_of_lasti(&frame, tb.lasti.get()).max(0) as u32,
    };
    let file = code.filename.get().map_or_else(String::new, |f| f.to_message());
    let name = code.name.get().map_or_else(String::new, |n| n.to_message());
    let place = position.map(|p| (p.end_line, p.col as usize, p.end_col as usize));
    Some(Entry { file, name, line, place })
}

/// The lines for all entries of an exception's traceback; empty when it has none.
pub fn format(vm: &mut Vm, exc: Value, sources: &mut Sources) -> String {
    let mut out = String::new();
    let mut last: Option<Entry> = None;
    let mut count = 0;
    let mut at = vm.downcast::<Exception>(exc).and_then(|e| vm.exact::<Traceback>(e.traceback.get()));
    while let Some(tb) = at {
        at = tb.next_entry(vm);
        let Some(entry) = entry(vm, &tb) else { continue };
        let same = last
            .as_ref()
            .is_some_and(|l| l.file == entry.file && l.line == entry.line && l.name == entry.name);
        if !same {
            repeated(&mut out, count);
            count = 0;
        }
        count += 1;
        if count <= REPEATED {
            let plain = sources.plain;
            let lines = sources.lines(vm, &entry.file);
            one(&mut out, &entry, lines, plain);
        }
        last = Some(entry);
    }
    repeated(&mut out, count);
    out
}

fn repeated(out: &mut String, count: usize) {
    if count > REPEATED {
        let more = count - REPEATED;
        out.push_str(&format!(
            "  [Previous line repeated {more} more time{}]\n",
            if more > 1 { "s" } else { "" }
        ));
    }
}

fn one(out: &mut String, entry: &Entry, source: &[String], plain: bool) {
    out.push_str(&format!("  File \"{}\", line {}, in {}\n", entry.file, entry.line, entry.name));
    let end_line = entry.place.map_or(entry.line, |p| p.0.max(entry.line));
    let line_at = |n: u32| source.get((n as usize).wrapping_sub(1)).map_or("", String::as_str);
    let original: Vec<&str> = (entry.line..=end_line).map(line_at).collect();
    if original.iter().all(|l| l.trim().is_empty()) {
        return;
    }
    let Some((_, start, end)) = entry.place.filter(|_| !plain) else {
        out.push_str(&format!("    {}\n", original[0].trim()));
        return;
    };
    let lines: Vec<Vec<char>> = dedent(&original);
    let start = chars_before(original[0], start);
    let end = chars_before(original[original.len() - 1], end);
    let removed = original[0].chars().count() - lines[0].len();
    let marked = Marked::new(&lines, start.saturating_sub(removed), end.saturating_sub(removed));
    let shown = marked.render();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    for line in dedent(&shown) {
        out.push_str("    ");
        out.extend(line);
        out.push('\n');
    }
}

/// Characters in the first `bytes` bytes of a line.
fn chars_before(line: &str, bytes: usize) -> usize {
    String::from_utf8_lossy(&line.as_bytes()[..bytes.min(line.len())]).chars().count()
}

/// The lines without the indentation they share; blank ones are emptied.
fn dedent(lines: &[&str]) -> Vec<Vec<char>> {
    let lines: Vec<Vec<char>> = lines.iter().map(|l| l.chars().collect()).collect();
    let blank = |l: &[char]| l.iter().all(|c| c.is_whitespace());
    let mut full = lines.iter().filter(|l| !blank(l));
    let mut margin: &[char] = full.next().map_or(&[], |l| l);
    margin = &margin[..margin.iter().take_while(|c| matches!(c, ' ' | '\t')).count()];
    for line in full {
        let common = margin.iter().zip(line).take_while(|(a, b)| a == b).count();
        margin = &margin[..common];
    }
    let cut = margin.len();
    lines.iter().map(|l| if blank(l) { Vec::new() } else { l[cut..].to_vec() }).collect()
}

/// Lines of an expression and where in them it stands.
struct Marked<'a> {
    lines: &'a [Vec<char>],
    start: usize,
    end: usize,
    anchors: Option<Anchors>,
    carets: bool,
}

impl<'a> Marked<'a> {
    fn new(lines: &'a [Vec<char>], start: usize, end: usize) -> Marked<'a> {
        let last = lines.len() - 1;
        let mut segment = String::new();
        for (i, line) in lines.iter().enumerate() {
            let from = if i == 0 { start.min(line.len()) } else { 0 };
            let to = if i == last { end.min(line.len()) } else { line.len() };
            segment.extend(&line[from..to.max(from)]);
            if i != last {
                segment.push('\n');
            }
        }
        let anchors = anchors::of_segment(&segment);
        let text: Vec<String> = lines.iter().map(|l| l.iter().collect()).collect();
        let carets = !anchors::fills_statement(&text.join("\n"), lines.len(), start, end)
            && (anchors.is_some() || {
                let before = &lines[0][..start.min(lines[0].len())];
                let after = &lines[last][end.min(lines[last].len())..];
                before.iter().chain(after).any(|c| !c.is_whitespace())
            });
        Marked { lines, start, end, anchors, carets }
    }

    /// The lines worth showing, each with its carets.
    fn render(&self) -> Vec<String> {
        let count = self.lines.len() as isize;
        let mut significant = BTreeSet::from([0, count - 1]);
        if let Some(a) = &self.anchors {
            for line in [a.left.0 as isize, a.right.0 as isize] {
                significant.extend(line - 1..=line + 1);
            }
        }
        significant.retain(|line| (0..count).contains(line));
        let mut out = Vec::new();
        let mut before: Option<isize> = None;
        for line in significant {
            match before.map(|b| line - b) {
                Some(2) => self.line(line as usize - 1, &mut out),
                Some(gap) if gap > 2 => out.push(format!("...<{} lines>...", gap - 1)),
                _ => {}
            }
            self.line(line as usize, &mut out);
            before = Some(line);
        }
        out
    }

    fn line(&self, index: usize, out: &mut Vec<String>) {
        let line = &self.lines[index];
        out.push(line.iter().collect());
        if !self.carets {
            return;
        }
        let spaces = line.iter().take_while(|c| c.is_whitespace()).count();
        let start = width(&self.lines[0], self.start);
        let last = index == self.lines.len() - 1;
        let columns = width(line, if last { self.end } else { line.len() });
        let place = |(line, col): (usize, usize)| {
            let col = if line == 0 { col + self.start } else { col };
            (line, width(&self.lines[line], col))
        };
        let between = self.anchors.as_ref().map(|a| (place(a.left), place(a.right)));
        let mut carets = String::new();
        for col in 0..columns {
            let here = (index, col);
            carets.push(match between {
                _ if col < spaces || index == 0 && col < start => ' ',
                Some((left, right)) if here < left || here >= right => '~',
                _ => '^',
            });
        }
        out.push(carets);
    }
}

/// Columns that the first `n` characters of a line take up.
fn width(line: &[char], n: usize) -> usize {
    let n = n.min(line.len());
    n + line[..n].iter().filter(|c| is_wide(**c)).count()
}

/// Characters that terminals show two columns wide (East Asian Width W and F).
fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115f | 0x231a..=0x231b | 0x2e80..=0x303e | 0x3041..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0xa4cf
        | 0xa960..=0xa97c | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe10..=0xfe19 | 0xfe30..=0xfe6b | 0xff01..=0xff60
        | 0xffe0..=0xffe6 | 0x1f300..=0x1f64f | 0x1f680..=0x1f6ff | 0x1f900..=0x1f9ff | 0x20000..=0x3fffd)
}
