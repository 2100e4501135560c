//! Bytes to text: byte order mark, coding cookie, decoding, newline normalisation.

use crate::ast::LineIndex;
use crate::error::{ErrKind, SyntaxErr};

/// Normalised source: UTF-8, lines ended by `\n`.
#[derive(Clone, Debug)]
pub struct SourceText {
    pub text: String,
    pub lines: LineIndex,
    /// What the cookie or the byte order mark said; `None` for text that was never bytes.
    pub encoding: Option<String>,
    /// Some line of the original ended with `\r\n`.
    pub crlf: bool,
}

impl SourceText {
    /// Source that is text already; a coding cookie is ignored, as by `compile(str)`.
    pub fn from_text(text: &str) -> Result<SourceText, SyntaxErr> {
        let crlf = text.contains("\r\n");
        SourceText::finish(normalise(text), None, crlf)
    }

    /// Source in bytes that a codec of the runtime has decoded.
    pub fn decoded(text: &str, declared: &Declared<'_>) -> Result<SourceText, SyntaxErr> {
        let encoding = declared.codec().unwrap_or(&declared.encoding).to_owned();
        Ok(SourceText { encoding: Some(encoding), ..SourceText::from_text(text)? })
    }

    /// Source in bytes, decoded by its byte order mark or its cookie, UTF-8 otherwise.
    pub fn from_bytes(bytes: &[u8]) -> Result<SourceText, SyntaxErr> {
        let Declared { body: bytes, bom, cookie, encoding: name } = Declared::of(bytes)?;
        let text = match name.as_str() {
            "utf-8" => normalise(utf8(bytes)?),
            "iso-8859-1" => normalise(&bytes.iter().map(|&b| b as char).collect::<String>()),
            "ascii" => match bytes.iter().position(|b| !b.is_ascii()) {
                None => normalise(std::str::from_utf8(bytes).unwrap_or_default()),
                Some(at) => {
                    return Err(SyntaxErr::of_source(format!(
                        "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                        bytes[at]
                    )));
                }
            },
            _ => {
                return Err(SyntaxErr::of_source(format!(
                    "unknown encoding: {}",
                    cookie.unwrap_or_default()
                )));
            }
        };
        let shown = match &cookie {
            _ if bom => "utf-8-sig".to_owned(),
            Some(cookie) if !matches!(name.as_str(), "utf-8" | "iso-8859-1") || is_alias(cookie) => {
                cookie.clone()
            }
            _ => name,
        };
        let crlf = memchr::memmem::find(bytes, b"\r\n").is_some();
        SourceText::finish(text, Some(shown), crlf)
    }

    fn finish(text: String, encoding: Option<String>, crlf: bool) -> Result<SourceText, SyntaxErr> {
        if memchr::memchr(0, text.as_bytes()).is_some() {
            let msg = "source code string cannot contain null bytes";
            return Err(SyntaxErr { col: 0, ..SyntaxErr::of_source(msg.into()) });
        }
        if text.len() >= u32::MAX as usize {
            return Err(SyntaxErr {
                kind: ErrKind::MemoryError,
                ..SyntaxErr::of_source("source code is too large".into())
            });
        }
        let lines = LineIndex::new(&text);
        Ok(SourceText { text, lines, encoding, crlf })
    }
}

/// What source bytes say of their encoding.
pub struct Declared<'b> {
    /// The bytes behind the byte order mark.
    pub body: &'b [u8],
    bom: bool,
    cookie: Option<String>,
    /// One name for all spellings of UTF-8 (which is also the default), of Latin-1 and of ASCII; others as declared.
    pub encoding: String,
}

impl Declared<'_> {
    /// Reads the byte order mark and the cookie; an error if they contradict each other.
    pub fn of(bytes: &[u8]) -> Result<Declared<'_>, SyntaxErr> {
        let (body, bom) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
            Some(rest) => (rest, true),
            None => (bytes, false),
        };
        let found = coding_cookie(body);
        let encoding = found.as_ref().map_or("utf-8".into(), |(name, _)| normal_encoding(name));
        if bom
            && let Some((cookie, line)) = &found
            && (encoding != "utf-8" || is_alias(cookie))
        {
            return Err(bom_error(body, if is_alias(cookie) { cookie } else { &encoding }, *line));
        }
        let cookie = found.map(|(name, _)| name);
        Ok(Declared { body, bom, cookie, encoding })
    }

    /// Whether the source says that it is UTF-8, in a way that CPython needs no codec for.
    pub fn says_utf8(&self) -> bool {
        self.encoding == "utf-8" && (self.bom || self.cookie.is_some()) && self.codec().is_none()
    }

    /// The codec that CPython decodes the source by, unless it knows the encoding itself.
    pub fn codec(&self) -> Option<&str> {
        self.cookie.as_deref().filter(|cookie| is_alias(cookie))
    }

    /// The bytes from the end of the line with the cookie on: what CPython's reader of files decodes by the codec.
    pub fn behind_cookie(&self) -> &[u8] {
        let line = coding_cookie(self.body).map_or(1, |(_, line)| line) as usize;
        memchr::memchr_iter(b'\n', self.body).nth(line - 1).map_or(&[], |end| &self.body[end..])
    }
}

/// Bytes as UTF-8, or the error that CPython has for what is not.
pub fn utf8(bytes: &[u8]) -> Result<&str, SyntaxErr> {
    std::str::from_utf8(bytes).map_err(|e| utf8_error(bytes, e.valid_up_to()))
}

fn bom_error(bytes: &[u8], encoding: &str, line: u32) -> SyntaxErr {
    let start = if line == 1 { 0 } else { memchr::memchr2(b'\n', b'\r', bytes).map_or(0, |i| i + 1) };
    let text = first_line(&bytes[start..]);
    let end_col = text.chars().count() as i64;
    let msg = format!("encoding problem: {encoding} with BOM");
    SyntaxErr { line, col: 0, end_line: line, end_col, text: Some(text), ..SyntaxErr::of_source(msg) }
}

/// The first line of some bytes, as text.
fn first_line(bytes: &[u8]) -> String {
    let end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

fn normalise(text: &str) -> String {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text.to_owned();
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn utf8_error(bytes: &[u8], at: usize) -> SyntaxErr {
    let line = memchr::memchr_iter(b'\n', &bytes[..at]).count() as u32 + 1;
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |i| i + 1);
    let col = crate::error::count_chars(&bytes[start..at]) + 1;
    let msg = format!(
        "Non-UTF-8 code starting with '\\x{:02x}' on line {line}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
        bytes[at]
    );
    let text = Some(first_line(&bytes[start..]));
    SyntaxErr { line, col, end_line: line, end_col: col, text, ..SyntaxErr::of_source(msg) }
}

/// The encoding that a comment in the first two lines names (PEP 263), and the line.
fn coding_cookie(bytes: &[u8]) -> Option<(String, u32)> {
    let mut rest = bytes;
    for line_number in 1..=2 {
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        let blank = line.iter().position(|b| !matches!(b, b' ' | b'\t' | 0x0C)).unwrap_or(line.len());
        match line.get(blank) {
            Some(b'#') => {
                if let Some(name) = cookie_in(&line[blank..]) {
                    return Some((name, line_number));
                }
            }
            Some(_) => return None,
            None => {}
        }
        let crlf = rest.get(end) == Some(&b'\r') && rest.get(end + 1) == Some(&b'\n');
        rest = rest.get(end + 1 + usize::from(crlf)..)?;
    }
    None
}

fn cookie_in(comment: &[u8]) -> Option<String> {
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&comment[from..], b"coding") {
        let after = from + at + 6;
        if matches!(comment.get(after), Some(b':' | b'=')) {
            let rest = &comment[after + 1..];
            let skip = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            let name: String = rest[skip..]
                .iter()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
                .map(|&b| b as char)
                .collect();
            if !name.is_empty() {
                return Some(name);
            }
        }
        from = after;
    }
    None
}

/// Whether a spelling of UTF-8 or Latin-1 is one that CPython's tokenizer reports as it stands.
fn is_alias(cookie: &str) -> bool {
    let lower = cookie.to_ascii_lowercase().replace('_', "-");
    !["utf-8", "latin-1", "iso-8859-1", "iso-latin-1"]
        .iter()
        .any(|known| lower.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

/// One name for the spellings of the encodings that are known here.
fn normal_encoding(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let is = |known: &str| lower == known || lower.starts_with(&format!("{known}-"));
    if is("utf-8") || matches!(lower.as_str(), "utf8" | "u8" | "utf" | "cp65001") {
        "utf-8".into()
    } else if is("latin-1")
        || is("iso-8859-1")
        || is("iso-latin-1")
        || matches!(lower.as_str(), "latin1" | "l1")
    {
        "iso-8859-1".into()
    } else if matches!(lower.as_str(), "ascii" | "us-ascii" | "646") {
        "ascii".into()
    } else {
        name.to_owned()
    }
}
