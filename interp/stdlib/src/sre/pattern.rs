//! Pattern objects, and the iterator over matches.

use super::engine::{Matcher, Patience};
use super::result::{self, Match};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::list::List;
use habu_runtime::types::str::{Str, Units};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm, poll};

layout! {
    /// Cell of a pattern.
    Pattern(ids::RE_PATTERN) { pattern, group_index, index_group } plain { flags: i64, groups: usize }
    boxed { code: Vec<u32> }
}

pub fn make(
    vm: &mut Vm,
    pattern: Value,
    flags: i64,
    code: Vec<u32>,
    groups: usize,
    group_index: Gc<Dict>,
    index_group: Gc<Tuple>,
) -> PyResult {
    let cls = vm.native_class(Pattern::DECL)?;
    let this = vm.alloc_instance::<Pattern>(cls)?;
    this.pattern.init(pattern);
    this.group_index.init(Value::from_gc(group_index));
    this.index_group.init(Value::from_gc(index_group));
    this.flags.set(flags);
    this.groups.set(groups);
    this.code.init(code);
    Ok(Value::from_gc(this))
}

/// The text being searched. Lives on the machine stack.
#[derive(Clone, Copy)]
pub enum Subject {
    Text(Gc<Str>),
    Bytes(Buffer),
}

impl Subject {
    pub fn of(vm: &mut Vm, v: Value) -> PyResult<Subject> {
        if let Some(text) = vm.downcast::<Str>(v) {
            return Ok(Subject::Text(text));
        }
        match vm.buffer_opt(v)? {
            Some(buffer) => Ok(Subject::Bytes(buffer)),
            None => {
                let got = vm.type_name(v);
                Err(vm.type_error(format!("expected string or bytes-like object, got '{got}'")))
            }
        }
    }
    pub fn len(self) -> usize {
        match self {
            Subject::Text(t) => t.len(),
            Subject::Bytes(b) => b.len(),
        }
    }
    pub fn slice(self, vm: &mut Vm, start: usize, end: usize) -> PyResult {
        match self {
            Subject::Text(t) => vm.str_slice(t, start, end).map(Value::from_gc),
            Subject::Bytes(b) => vm.bytes(&b.as_slice()[start..end]).map(Value::from_gc),
        }
    }
}

/// How to try a match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Match,
    Full,
    Search,
}

/// A found match: marks with the whole match first, last group.
pub struct Found {
    pub spans: Vec<i64>,
    pub last_index: i64,
}

impl Found {
    pub fn span(&self) -> (usize, usize) {
        (self.spans[0] as usize, self.spans[1] as usize)
    }
}

/// Whether pattern and subject are both text or both bytes.
fn check_kind(vm: &mut Vm, this: Gc<Pattern>, subject: Subject) -> PyResult<()> {
    let pattern = this.pattern.get();
    if pattern.is_none() {
        return Ok(());
    }
    let text = vm.downcast::<Str>(pattern).is_some();
    match (text, subject) {
        (true, Subject::Bytes(_)) => Err(vm.type_error("cannot use a string pattern on a bytes-like object")),
        (false, Subject::Text(_)) => Err(vm.type_error("cannot use a bytes pattern on a string-like object")),
        _ => Ok(()),
    }
}

/// Runs the pattern once. No Python code runs but handlers of signals, and those not when the text is a buffer that
/// they might change.
fn run(
    vm: &mut Vm,
    this: Gc<Pattern>,
    subject: Subject,
    from: usize,
    end: usize,
    mode: Mode,
    advance: bool,
) -> PyResult<Option<Found>> {
    // A signal's handler runs between attempts; the next attempt is more patient, so that one comes to an end.
    let mut left = 1 << 12;
    loop {
        let bit = if matches!(subject, Subject::Text(_)) { poll::SIGNAL } else { 0 };
        let patience = Patience { word: &vm.ctx.poll, bit, left, lost: false };
        let result = attempt(this, subject, from, end, mode, advance, patience);
        match result {
            Some(found) => return Ok(found),
            None => vm.poll()?,
        }
        left *= 8;
    }
}

/// One attempt, `None` when it was interrupted.
fn attempt(
    this: Gc<Pattern>,
    subject: Subject,
    from: usize,
    end: usize,
    mode: Mode,
    advance: bool,
    patience: Patience<'_>,
) -> Option<Option<Found>> {
    macro_rules! go {
        ($text:expr) => {{
            let code = this.code.cell().borrow();
            let mut matcher = Matcher::new(&code, $text, end, this.groups.get(), patience);
            let range = match mode {
                Mode::Search => matcher.search(from, advance),
                _ => matcher.match_at(from, mode == Mode::Full, advance).map(|end| (from, end)),
            };
            if matcher.patience.lost {
                return None;
            }
            range.map(|(start, end)| {
                let mut spans = vec![start as i64, end as i64];
                for pair in matcher.marks.chunks_exact(2) {
                    if pair[0] >= 0 && pair[1] >= 0 {
                        spans.extend_from_slice(pair)
                    } else {
                        spans.extend([-1, -1])
                    }
                }
                Found { spans, last_index: matcher.last_index }
            })
        }};
    }
    Some(match subject {
        Subject::Bytes(b) => go!(b.as_slice()),
        Subject::Text(t) => match t.units() {
            Units::One(s) => go!(s),
            Units::Two(s) => go!(s),
            Units::Four(s) => go!(s),
        },
    })
}

/// `pos` and `endpos`, clamped.
fn window(subject: Subject, pos: i64, endpos: i64) -> (usize, usize) {
    let len = subject.len() as i64;
    let end = endpos.clamp(0, len);
    (pos.clamp(0, end) as usize, end as usize)
}

fn once(vm: &mut Vm, this: Gc<Pattern>, string: Value, pos: i64, endpos: i64, mode: Mode) -> PyResult {
    let subject = Subject::of(vm, string)?;
    check_kind(vm, this, subject)?;
    if pos.min(subject.len() as i64) > endpos.max(0) {
        return Ok(Value::NONE);
    }
    let (pos, end) = window(subject, pos, endpos);
    match run(vm, this, subject, pos, end, mode, false)? {
        Some(found) => result::make(vm, this, string, found, pos, end),
        None => Ok(Value::NONE),
    }
}

/// Goes from match to match as `finditer` does.
struct Walk {
    at: usize,
    end: usize,
    advance: bool,
}

impl Walk {
    fn next(
        &mut self,
        vm: &mut Vm,
        this: Gc<Pattern>,
        subject: Subject,
        mode: Mode,
    ) -> PyResult<Option<Found>> {
        if self.at > self.end {
            return Ok(None);
        }
        let found = run(vm, this, subject, self.at, self.end, mode, self.advance)?;
        if let Some(found) = &found {
            let (start, end) = found.span();
            self.at = end;
            self.advance = start == end;
        }
        Ok(found)
    }
}

/// What a replacement is made from.
enum Replacement {
    Literal(Value),
    /// Texts and group numbers in turn.
    Template(Gc<List>),
    Function(Value),
}

fn replacement(vm: &mut Vm, this: Gc<Pattern>, repl: Value) -> PyResult<Replacement> {
    if vm.is_callable(repl) {
        return Ok(Replacement::Function(repl));
    }
    let plain = match vm.downcast::<Str>(repl) {
        Some(text) => !text.iter().any(|c| c == u32::from('\\')),
        None => match vm.buffer_opt(repl)? {
            Some(bytes) => !bytes.as_slice().contains(&b'\\'),
            None => false,
        },
    };
    if plain {
        return Ok(Replacement::Literal(repl));
    }
    let template = template(vm, this, repl)?;
    if template.len() == 1 {
        let text = vm.list_get(template, 0)?.unwrap_or(Value::NONE);
        return Ok(Replacement::Literal(text));
    }
    Ok(Replacement::Template(template))
}

/// A parsed replacement template.
pub fn template(vm: &mut Vm, this: Gc<Pattern>, repl: Value) -> PyResult<Gc<List>> {
    let re = habu_runtime::import::import_module(vm, "re")?;
    let parsed = vm.call_method(re, "_compile_template", &[Value::from_gc(this), repl])?;
    match vm.exact_list(parsed) {
        Some(list) => Ok(list),
        None => Err(vm.type_error("invalid template")),
    }
}

/// Joins pieces of the subject's kind.
pub fn join(vm: &mut Vm, subject: Subject, pieces: &[Value]) -> PyResult {
    match subject {
        Subject::Text(_) => {
            let mut texts = Vec::with_capacity(pieces.len());
            for (i, piece) in pieces.iter().enumerate() {
                match vm.downcast::<Str>(*piece) {
                    Some(text) => texts.push(text),
                    None => {
                        let got = vm.type_name(*piece);
                        return Err(
                            vm.type_error(format!("sequence item {i}: expected str instance, {got} found"))
                        );
                    }
                }
            }
            let empty = vm.strings.empty();
            vm.str_join(empty, &texts).map(Value::from_gc)
        }
        Subject::Bytes(_) => {
            let mut all = Vec::new();
            for piece in pieces {
                let bytes = vm.buffer(*piece)?;
                all.extend_from_slice(bytes.as_slice());
            }
            vm.bytes(&all).map(Value::from_gc)
        }
    }
}

fn substitute(
    vm: &mut Vm,
    this: Gc<Pattern>,
    repl: Value,
    string: Value,
    count: i64,
) -> PyResult<(Value, i64)> {
    let how = replacement(vm, this, repl)?;
    let subject = Subject::of(vm, string)?;
    check_kind(vm, this, subject)?;
    let mut walk = Walk { at: 0, end: subject.len(), advance: false };
    let mut pieces = vm.rooted_vec();
    let (mut copied, mut n) = (0, 0);
    while count <= 0 || n < count {
        let Some(found) = walk.next(vm, this, subject, Mode::Search)? else { break };
        let (start, end) = found.span();
        if copied < start {
            let before = subject.slice(vm, copied, start)?;
            pieces.push(before);
        }
        copied = end;
        n += 1;
        match how {
            Replacement::Literal(text) => pieces.push(text),
            Replacement::Template(list) => {
                for i in 0..list.len() {
                    let part = vm.list_get(list, i)?.unwrap_or(Value::NONE);
                    match part.as_small() {
                        Some(group) if i % 2 == 1 => {
                            let (s, e) =
                                (found.spans[2 * group as usize], found.spans[2 * group as usize + 1]);
                            if s >= 0 {
                                let text = subject.slice(vm, s as usize, e as usize)?;
                                pieces.push(text);
                            }
                        }
                        _ => pieces.push(part),
                    }
                }
            }
            Replacement::Function(f) => {
                let m = result::make(vm, this, string, found, 0, subject.len())?;
                let text = vm.call(f, &[m])?;
                if !text.is_none() {
                    pieces.push(text);
                }
            }
        }
    }
    let rest = subject.slice(vm, copied, subject.len())?;
    if n == 0 {
        return Ok((rest, 0));
    }
    pieces.push(rest);
    Ok((join(vm, subject, &pieces)?, n))
}

/// What a group matched, or `missing`.
pub fn group_value(vm: &mut Vm, subject: Subject, spans: &[i64], group: usize, missing: Value) -> PyResult {
    let (start, end) = (spans[2 * group], spans[2 * group + 1]);
    if start < 0 { Ok(missing) } else { subject.slice(vm, start as usize, end as usize) }
}

fn flag_names(flags: i64, text: bool) -> String {
    const NAMES: &[(i64, &str)] = &[
        (2, "re.IGNORECASE"),
        (4, "re.LOCALE"),
        (8, "re.MULTILINE"),
        (16, "re.DOTALL"),
        (32, "re.UNICODE"),
        (64, "re.VERBOSE"),
        (128, "re.DEBUG"),
        (256, "re.ASCII"),
    ];
    let mut flags = flags;
    // The default of text patterns is not shown.
    if text && flags & (4 | 256 | 32) == 32 {
        flags &= !32;
    }
    let mut names: Vec<String> =
        NAMES.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, name)| name.to_string()).collect();
    let rest = flags & !NAMES.iter().fold(0, |all, (bit, _)| all | bit);
    if rest != 0 {
        names.push(format!("{rest:#x}"));
    }
    names.join("|")
}

/// Compiled regular expression object.
#[py_type(name = "Pattern", module = "re", id = ids::RE_PATTERN)]
impl Pattern {
    #[method(name = "match", sig = "($self, string, pos=0, endpos=sys.maxsize)")]
    fn match_(vm: &mut Vm, this: Gc<Pattern>, string: Value, pos: i64, endpos: i64) -> PyResult {
        once(vm, this, string, pos, endpos, Mode::Match)
    }
    #[method(sig = "($self, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(vm: &mut Vm, this: Gc<Pattern>, string: Value, pos: i64, endpos: i64) -> PyResult {
        once(vm, this, string, pos, endpos, Mode::Full)
    }
    #[method(sig = "($self, string, pos=0, endpos=sys.maxsize)")]
    fn search(vm: &mut Vm, this: Gc<Pattern>, string: Value, pos: i64, endpos: i64) -> PyResult {
        once(vm, this, string, pos, endpos, Mode::Search)
    }
    #[method(sig = "($self, string, pos=0, endpos=sys.maxsize)")]
    fn findall(vm: &mut Vm, this: Gc<Pattern>, string: Value, pos: i64, endpos: i64) -> PyResult {
        let subject = Subject::of(vm, string)?;
        check_kind(vm, this, subject)?;
        let (at, end) = window(subject, pos, endpos);
        let mut walk = Walk { at, end, advance: false };
        let all = vm.list_new()?;
        let groups = this.groups.get();
        while let Some(found) = walk.next(vm, this, subject, Mode::Search)? {
            let item = if groups < 2 {
                let empty = subject.slice(vm, 0, 0)?;
                group_value(vm, subject, &found.spans, groups, empty)?
            } else {
                let empty = subject.slice(vm, 0, 0)?;
                let mut items = vm.rooted_vec();
                for group in 1..=groups {
                    let item = group_value(vm, subject, &found.spans, group, empty)?;
                    items.push(item);
                }
                Value::from_gc(vm.tuple(&items)?)
            };
            vm.list_push(all, item)?;
        }
        Ok(Value::from_gc(all))
    }
    #[method(sig = "($self, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(vm: &mut Vm, this: Gc<Pattern>, string: Value, pos: i64, endpos: i64) -> PyResult {
        Scanner::make(vm, this, string, pos, endpos).map(Value::from_gc)
    }
    #[method(sig = "($self, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(vm: &mut Vm, this: Gc<Pattern>, string: Value, pos: i64, endpos: i64) -> PyResult {
        Scanner::make(vm, this, string, pos, endpos).map(Value::from_gc)
    }
    #[method(sig = "($self, repl, string, count=0)")]
    fn sub(vm: &mut Vm, this: Gc<Pattern>, repl: Value, string: Value, count: i64) -> PyResult {
        substitute(vm, this, repl, string, count).map(|(text, _)| text)
    }
    #[method(sig = "($self, repl, string, count=0)")]
    fn subn(
        vm: &mut Vm,
        this: Gc<Pattern>,
        repl: Value,
        string: Value,
        count: i64,
    ) -> PyResult<(Value, i64)> {
        substitute(vm, this, repl, string, count)
    }
    #[method(sig = "($self, string, maxsplit=0)")]
    fn split(vm: &mut Vm, this: Gc<Pattern>, string: Value, maxsplit: i64) -> PyResult {
        let subject = Subject::of(vm, string)?;
        check_kind(vm, this, subject)?;
        let mut walk = Walk { at: 0, end: subject.len(), advance: false };
        let all = vm.list_new()?;
        let (mut copied, mut n) = (0, 0);
        while maxsplit <= 0 || n < maxsplit {
            let Some(found) = walk.next(vm, this, subject, Mode::Search)? else { break };
            let (start, end) = found.span();
            let piece = subject.slice(vm, copied, start)?;
            vm.list_push(all, piece)?;
            for group in 1..=this.groups.get() {
                let item = group_value(vm, subject, &found.spans, group, Value::NONE)?;
                vm.list_push(all, item)?;
            }
            copied = end;
            n += 1;
        }
        let rest = subject.slice(vm, copied, subject.len())?;
        vm.list_push(all, rest)?;
        Ok(Value::from_gc(all))
    }
    #[getter]
    fn pattern(_vm: &mut Vm, this: Gc<Pattern>) -> Value {
        this.pattern.get()
    }
    #[getter]
    fn flags(_vm: &mut Vm, this: Gc<Pattern>) -> i64 {
        this.flags.get()
    }
    #[getter]
    fn groups(_vm: &mut Vm, this: Gc<Pattern>) -> usize {
        this.groups.get()
    }
    #[getter]
    fn groupindex(vm: &mut Vm, this: Gc<Pattern>) -> PyResult {
        let dict = vm.expect_dict(this.group_index.get());
        vm.dict_copy(dict).map(Value::from_gc)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Pattern>) -> PyResult<String> {
        let pattern = this.pattern.get();
        let text = vm.downcast::<Str>(pattern).is_some();
        let shown: String = vm.repr(pattern)?.to_message().chars().take(200).collect();
        let flags = flag_names(this.flags.get(), text);
        Ok(if flags.is_empty() {
            format!("re.compile({shown})")
        } else {
            format!("re.compile({shown}, {flags})")
        })
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Pattern>, other: Value) -> PyResult {
        let Some(other) = vm.exact::<Pattern>(other) else { return Ok(Value::NOT_IMPLEMENTED) };
        let same = this.flags.get() == other.flags.get()
            && *this.code.cell().borrow() == *other.code.cell().borrow()
            && vm.eq(this.pattern.get(), other.pattern.get())?;
        Ok(Value::bool(same))
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<Pattern>) -> PyResult<i64> {
        Ok(vm.hash(this.pattern.get())? ^ this.flags.get())
    }
    #[method]
    fn __copy__(_vm: &mut Vm, this: Gc<Pattern>) -> Gc<Pattern> {
        this
    }
    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(_vm: &mut Vm, this: Gc<Pattern>, _memo: Value) -> Gc<Pattern> {
        this
    }
    /// A generic alias: `re.Pattern[str]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        habu_runtime::types::class_getitem::class_getitem(vm, cls, object)
    }
}

trait ExpectDict {
    fn expect_dict(&self, v: Value) -> Gc<Dict>;
}
impl ExpectDict for Vm {
    fn expect_dict(&self, v: Value) -> Gc<Dict> {
        self.downcast::<Dict>(v).expect("made as a dict")
    }
}

layout! {
    /// Cell of an iterator over matches, and of a scanner.
    Scanner(ids::RE_SCANNER) { pattern, string } plain { at: usize, end: usize, advance: bool, done: bool }
}

impl Scanner {
    fn make(
        vm: &mut Vm,
        pattern: Gc<Pattern>,
        string: Value,
        pos: i64,
        endpos: i64,
    ) -> PyResult<Gc<Scanner>> {
        let subject = Subject::of(vm, string)?;
        check_kind(vm, pattern, subject)?;
        let (at, end) = window(subject, pos, endpos);
        let cls = vm.native_class(Scanner::DECL)?;
        let this = vm.alloc_instance::<Scanner>(cls)?;
        this.pattern.init(Value::from_gc(pattern));
        this.string.init(string);
        this.at.set(at);
        this.end.set(end);
        Ok(this)
    }

    fn step(vm: &mut Vm, this: Gc<Scanner>, mode: Mode) -> PyResult {
        if this.done.get() {
            return Ok(Value::NONE);
        }
        let string = this.string.get();
        let subject = Subject::of(vm, string)?;
        let pattern = vm.exact::<Pattern>(this.pattern.get()).expect("made with a pattern");
        let end = this.end.get().min(subject.len());
        let mut walk = Walk { at: this.at.get(), end, advance: this.advance.get() };
        match walk.next(vm, pattern, subject, mode)? {
            Some(found) => {
                this.at.set(walk.at);
                this.advance.set(walk.advance);
                result::make(vm, pattern, string, found, 0, end)
            }
            None => {
                this.done.set(true);
                Ok(Value::NONE)
            }
        }
    }
}

#[py_type(name = "SRE_Scanner", module = "_sre", id = ids::RE_SCANNER)]
impl Scanner {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Scanner>) -> Gc<Scanner> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Scanner>) -> PyResult {
        let found = Scanner::step(vm, this, Mode::Search)?;
        if found.is_none() { Err(vm.stop_iteration(Value::NONE)) } else { Ok(found) }
    }
    #[method(name = "match")]
    fn match_(vm: &mut Vm, this: Gc<Scanner>) -> PyResult {
        Scanner::step(vm, this, Mode::Match)
    }
    #[method]
    fn search(vm: &mut Vm, this: Gc<Scanner>) -> PyResult {
        Scanner::step(vm, this, Mode::Search)
    }
    #[getter]
    fn pattern(_vm: &mut Vm, this: Gc<Scanner>) -> Value {
        this.pattern.get()
    }
}

/// The pattern of a match.
pub fn of_match(vm: &Vm, m: Gc<Match>) -> Gc<Pattern> {
    vm.exact::<Pattern>(m.pattern.get()).expect("made with a pattern")
}
