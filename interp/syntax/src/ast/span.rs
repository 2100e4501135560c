//! Source positions: byte spans, and the index that turns an offset into a line and a column.

use std::cell::RefCell;

/// A half-open range of byte offsets into the UTF-8, newline-normalised source.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    #[inline]
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// The smallest span that covers both.
    #[inline]
    pub fn to(self, other: Span) -> Span {
        Span::new(self.start, other.end)
    }

    #[inline]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Where every line starts; maps offsets to lines and columns.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// `starts[i]` is the offset of line `i + 1`.
    starts: Vec<u32>,
    len: u32,
    /// A tree without source: its offsets are numbers of these lines and columns.
    places: Option<RefCell<Vec<(i32, i32)>>>,
}

/// In a tree without source, an offset with this bit is the start of the line that the other bits say.
const LINE_START: u32 = 1 << 31;

impl LineIndex {
    pub fn new(source: &str) -> LineIndex {
        let mut starts = Vec::with_capacity(source.len() / 32 + 2);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', source.as_bytes()).map(|i| i as u32 + 1));
        LineIndex { starts, len: source.len() as u32, places: None }
    }

    /// The index of a tree whose offsets are numbers of places: of one that was not parsed.
    pub fn of_places(places: Vec<(i32, i32)>) -> LineIndex {
        LineIndex { starts: vec![0], len: 0, places: Some(RefCell::new(places)) }
    }

    /// Whether offsets count the bytes of a source, so that they can be calculated with.
    pub fn has_source(&self) -> bool {
        self.places.is_none()
    }

    /// The offset `len` bytes before another in its line.
    pub fn back(&self, offset: u32, len: u32) -> u32 {
        let Some(places) = &self.places else { return offset.saturating_sub(len) };
        let (line, col) = self.place(offset);
        let mut places = places.borrow_mut();
        match u32::try_from(places.len()) {
            Ok(number) if number < LINE_START => {
                places.push((line, col.saturating_sub_unsigned(len)));
                number
            }
            _ => offset,
        }
    }

    /// Line and column of an offset as the tree's maker gave them, which may be anything.
    pub fn place(&self, offset: u32) -> (i32, i32) {
        match &self.places {
            Some(_) if offset & LINE_START != 0 => ((offset & !LINE_START) as i32, 0),
            Some(places) => places.borrow().get(offset as usize).copied().unwrap_or((1, 0)),
            None => {
                let (line, col) = self.position(offset);
                (line as i32, col as i32)
            }
        }
    }

    /// The line (from 1) and the column (in UTF-8 bytes, from 0) of an offset.
    pub fn position(&self, offset: u32) -> (u32, u32) {
        if self.places.is_some() {
            let (line, col) = self.place(offset);
            return (line.max(0) as u32, col.max(0) as u32);
        }
        let line = self.line(offset);
        (line, offset - self.starts[line as usize - 1])
    }

    /// As [`LineIndex::position`], quick if the offset is a few lines from line `near`.
    #[inline]
    pub fn position_near(&self, offset: u32, near: u32) -> (u32, u32) {
        let mut line = near as usize;
        if self.places.is_none()
            && line > 0
            && let Some(&first) = self.starts.get(line - 1)
        {
            let mut start = first;
            if offset < start {
                for _ in 0..8 {
                    (start, line) = (self.starts[line - 2], line - 1);
                    if start <= offset {
                        return (line as u32, offset - start);
                    }
                }
                return self.position(offset);
            }
            for _ in 0..8 {
                match self.starts.get(line) {
                    Some(&next) if next <= offset => (start, line) = (next, line + 1),
                    _ => return (line as u32, offset - start),
                }
            }
        }
        self.position(offset)
    }

    /// The line (from 1) that holds an offset.
    pub fn line(&self, offset: u32) -> u32 {
        if self.places.is_some() {
            return self.place(offset).0.max(0) as u32;
        }
        self.starts.partition_point(|&s| s <= offset) as u32
    }

    /// Whether two offsets are in one line.
    pub fn same_line(&self, a: u32, b: u32) -> bool {
        let line = self.line(a);
        self.position_near(b, line).0 == line
    }

    /// The offset at which a line (from 1) starts; the end of the source for lines past the last.
    pub fn line_start(&self, line: u32) -> u32 {
        if self.places.is_some() {
            return line | LINE_START;
        }
        self.starts.get(line.max(1) as usize - 1).copied().unwrap_or(self.len)
    }

    /// The text of a line (from 1) with its newline, if it has one.
    pub fn line_text<'s>(&self, source: &'s str, line: u32) -> &'s str {
        let start = self.line_start(line) as usize;
        let end = (self.line_start(line + 1) as usize).min(source.len());
        source.get(start..end).unwrap_or("")
    }

    /// How many lines the source has; a final newline opens one more, empty line.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }
}

/// Asks for one position after the other, most of them on the line of the one before.
#[derive(Debug)]
pub struct LineCursor<'l> {
    lines: &'l LineIndex,
    line: u32,
    /// Where that line starts and ends; nowhere in a tree without source.
    start: u32,
    end: u32,
}

impl<'l> LineCursor<'l> {
    pub fn new(lines: &'l LineIndex) -> LineCursor<'l> {
        LineCursor { lines, line: 1, start: 0, end: 0 }
    }

    /// As [`LineIndex::position`].
    #[inline]
    pub fn position(&mut self, offset: u32) -> (u32, u32) {
        if self.start <= offset && offset < self.end {
            return (self.line, offset - self.start);
        }
        self.other_line(offset)
    }

    #[cold]
    fn other_line(&mut self, offset: u32) -> (u32, u32) {
        let (line, col) = self.lines.position_near(offset, self.line);
        if self.lines.has_source() {
            self.line = line;
            self.start = offset - col;
            self.end = self.lines.starts.get(line as usize).copied().unwrap_or(u32::MAX);
        }
        (line, col)
    }
}
