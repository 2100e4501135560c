//! Pattern objects.

use super::replace::substitute;
use super::result::{self, Match, Spans};
use super::scanner::Scanner;
use super::subject::Subject;
use super::walk::Walk;
use crate::layout;
use habu_macros::py_type;
use habu_regex::{Classes, Mode, Program};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::unicode;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::sync::LazyLock;

layout! {
    /// Cell of a pattern.
    Pattern(ids::RE_PATTERN) { pattern, group_index, index_group } plain { flags: i64, groups: usize }
    boxed { program: Program }
}

static CLASSES: LazyLock<Classes> =
    LazyLock::new(|| Classes::new(unicode::is_decimal, unicode::is_space, unicode::is_alnum));

pub fn make(
    vm: &mut Vm,
    pattern: Value,
    flags: i64,
    code: &[u32],
    groups: usize,
    group_index: Gc<Dict>,
    index_group: Gc<Tuple>,
) -> PyResult {
    let Ok(program) = Program::new(code, groups, &CLASSES) else {
        return Err(vm.runtime_error("invalid SRE code"));
    };
    let cls = vm.native_class(Pattern::DECL)?;
    let this = vm.alloc_instance::<Pattern>(cls)?;
    this.pattern.init(pattern);
    this.group_index.init(Value::from_gc(group_index));
    this.index_group.init(Value::from_gc(index_group));
    this.flags.set(flags);
    this.groups.set(groups);
    this.program.init(program);
    Ok(Value::from_gc(this))
}

/// Whether pattern and subject are both text or both bytes.
pub fn check_kind(vm: &mut Vm, this: Gc<Pattern>, subject: Subject) -> PyResult<()> {
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

/// `pos` and `endpos`, clamped.
pub fn window(subject: Subject, pos: i64, endpos: i64) -> (usize, usize) {
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
    let mut walk = Walk::new(pos, end);
    match walk.next(vm, this, subject, mode)? {
        Some(found) => result::make(vm, this, string, found, &walk, Spans { pos, end }),
        None => Ok(Value::NONE),
    }
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
        let mut walk = Walk::new(at, end);
        let (all, empty) = (vm.list_new()?, subject.empty(vm)?);
        let groups = this.groups.get();
        let mut items = vm.rooted_vec();
        while let Some(found) = walk.next(vm, this, subject, Mode::Search)? {
            let span = |group| if group == 0 { Some((found.start, found.end)) } else { walk.group(group) };
            if groups < 2 {
                let item = subject.part(vm, span(groups), empty)?;
                vm.list_push(all, item)?;
                continue;
            }
            items.clear();
            for group in 1..=groups {
                let item = subject.part(vm, span(group), empty)?;
                items.push(item);
            }
            let item = vm.tuple(&items)?;
            vm.list_push(all, Value::from_gc(item))?;
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
        let mut walk = Walk::new(0, subject.len());
        let all = vm.list_new()?;
        let (mut copied, mut n) = (0, 0);
        while maxsplit <= 0 || n < maxsplit {
            let Some(found) = walk.next(vm, this, subject, Mode::Search)? else { break };
            let piece = subject.slice(vm, copied, found.start)?;
            vm.list_push(all, piece)?;
            for group in 1..=this.groups.get() {
                let item = subject.part(vm, walk.group(group), Value::NONE)?;
                vm.list_push(all, item)?;
            }
            copied = found.end;
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
        vm.mapping_proxy(this.group_index.get())
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
            && this.program.cell().borrow().code() == other.program.cell().borrow().code()
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

/// The pattern of a match.
pub fn of_match(vm: &Vm, m: Gc<Match>) -> Gc<Pattern> {
    vm.exact::<Pattern>(m.pattern.get()).expect("made with a pattern")
}
