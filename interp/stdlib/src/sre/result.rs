//! Match objects.

use super::pattern::{Pattern, of_match};
use super::replace::{self, Joined};
use super::subject::Subject;
use super::walk::Walk;
use crate::layout;
use habu_macros::py_type;
use habu_regex::Found;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use std::cell::Cell;

layout! {
    /// Cell of a match. Start and end of the whole match and of each group follow it, `count` pairs, -1 where unset.
    Match(ids::RE_MATCH) { pattern, string } plain { last_index: i64, pos: usize, end: usize, count: usize }
}

/// What the search was limited to.
pub struct Spans {
    pub pos: usize,
    pub end: usize,
}

/// A match object of what a walk found last.
pub fn make(
    vm: &mut Vm,
    pattern: Gc<Pattern>,
    string: Value,
    found: Found,
    walk: &Walk,
    limits: Spans,
) -> PyResult {
    let groups = pattern.groups.get();
    vm.native_class(Match::DECL)?;
    let this = vm.alloc_sized::<Match>(ids::RE_MATCH, (groups + 1) * size_of::<[i64; 2]>())?;
    this.pattern.init(Value::from_gc(pattern));
    this.string.init(string);
    this.last_index.set(walk.last_group() as i64);
    this.pos.set(limits.pos);
    this.end.set(limits.end);
    this.count.set(groups + 1);
    let spans = this.spans();
    spans[0].set([found.start as i64, found.end as i64]);
    for (group, span) in spans.iter().enumerate().skip(1) {
        span.set(walk.group(group).map_or([-1, -1], |(start, end)| [start as i64, end as i64]));
    }
    Ok(Value::from_gc(this))
}

impl Match {
    /// The whole match, then the groups.
    fn spans(&self) -> &[Cell<[i64; 2]>] {
        // SAFETY: `make` left room for `count` pairs behind the struct, which is a multiple of their alignment in
        // size, and cells come zeroed. No other class has this layout: it can't be derived from.
        unsafe { std::slice::from_raw_parts((&raw const *self).add(1).cast(), self.count.get()) }
    }
    fn group_span(&self, group: usize) -> Option<(usize, usize)> {
        let [start, end] = self.spans()[group].get();
        (start >= 0).then_some((start as usize, end as usize))
    }
}

/// The number of a group given by number or name.
fn group_number(vm: &mut Vm, this: Gc<Match>, group: Value) -> PyResult<usize> {
    let mut index = None;
    if let Some(n) = group.as_small() {
        index = Some(n);
    } else if vm.lookup_special(group, habu_runtime::object::Special::Index).is_some() {
        // No group has a number that is none of a place in memory.
        let number = vm.index(group);
        index = vm.catch(number, Exc::OverflowError)?;
    } else {
        let names = of_match(vm, this).group_index.get();
        if let Some(names) = vm.downcast::<Dict>(names)
            && let Some(n) = vm.dict_get(names, group)?
        {
            index = n.as_small();
        }
    }
    let groups = this.count.get();
    match index {
        Some(n) if n >= 0 && (n as usize) < groups => Ok(n as usize),
        _ => Err(vm.index_error("no such group")),
    }
}

fn text(vm: &mut Vm, this: Gc<Match>, group: usize, missing: Value) -> PyResult {
    let Some(span) = this.group_span(group) else { return Ok(missing) };
    let subject = Subject::of(vm, this.string.get())?;
    subject.slice(vm, span.0, span.1)
}

fn span(this: Gc<Match>, group: usize) -> (i64, i64) {
    let [start, end] = this.spans()[group].get();
    (start, end)
}

/// The result of re.match() and re.search().
#[py_type(name = "Match", module = "re", id = ids::RE_MATCH)]
impl Match {
    #[method(sig = "($self, /, *args)")]
    fn group(vm: &mut Vm, this: Gc<Match>, args: Gc<Tuple>) -> PyResult {
        match args.items() {
            [] => text(vm, this, 0, Value::NONE),
            [one] => {
                let n = group_number(vm, this, *one)?;
                text(vm, this, n, Value::NONE)
            }
            _ => {
                let mut items = vm.rooted_vec();
                for i in 0..args.len() {
                    let n = group_number(vm, this, args.items()[i])?;
                    let item = text(vm, this, n, Value::NONE)?;
                    items.push(item);
                }
                vm.tuple(&items).map(Value::from_gc)
            }
        }
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<Match>, group: Value) -> PyResult {
        let n = group_number(vm, this, group)?;
        text(vm, this, n, Value::NONE)
    }
    #[method(sig = "($self, default=None)")]
    fn groups(vm: &mut Vm, this: Gc<Match>, default: Value) -> PyResult {
        let mut items = vm.rooted_vec();
        for n in 1..this.count.get() {
            let item = text(vm, this, n, default)?;
            items.push(item);
        }
        vm.tuple(&items).map(Value::from_gc)
    }
    #[method(sig = "($self, default=None)")]
    fn groupdict(vm: &mut Vm, this: Gc<Match>, default: Value) -> PyResult {
        let all = vm.dict_new()?;
        let names = of_match(vm, this).group_index.get();
        if let Some(names) = vm.downcast::<Dict>(names) {
            let mut at = 0;
            while let Some((name, n)) = vm.dict_next(names, &mut at) {
                let item = text(vm, this, n.as_small().unwrap_or(0) as usize, default)?;
                vm.dict_set(all, name, item)?;
            }
        }
        Ok(Value::from_gc(all))
    }
    #[method(sig = "($self, group=0, /)")]
    fn start(vm: &mut Vm, this: Gc<Match>, group: Value) -> PyResult<i64> {
        let n = group_number(vm, this, group)?;
        Ok(span(this, n).0)
    }
    #[method(sig = "($self, group=0, /)")]
    fn end(vm: &mut Vm, this: Gc<Match>, group: Value) -> PyResult<i64> {
        let n = group_number(vm, this, group)?;
        Ok(span(this, n).1)
    }
    #[method(sig = "($self, group=0, /)")]
    fn span(vm: &mut Vm, this: Gc<Match>, group: Value) -> PyResult<(i64, i64)> {
        let n = group_number(vm, this, group)?;
        Ok(span(this, n))
    }
    #[method(sig = "($self, template)")]
    fn expand(vm: &mut Vm, this: Gc<Match>, template: Value) -> PyResult {
        let pattern = of_match(vm, this);
        let template = replace::template(vm, pattern, template)?;
        let subject = Subject::of(vm, this.string.get())?;
        let mut joined = Joined::new(subject);
        joined.push_template(vm, template, |group| this.group_span(group))?;
        joined.finish(vm)
    }
    #[getter]
    fn pos(_vm: &mut Vm, this: Gc<Match>) -> usize {
        this.pos.get()
    }
    #[getter]
    fn endpos(_vm: &mut Vm, this: Gc<Match>) -> usize {
        this.end.get()
    }
    #[getter]
    fn re(_vm: &mut Vm, this: Gc<Match>) -> Value {
        this.pattern.get()
    }
    #[getter]
    fn string(_vm: &mut Vm, this: Gc<Match>) -> Value {
        this.string.get()
    }
    #[getter]
    fn lastindex(_vm: &mut Vm, this: Gc<Match>) -> Option<i64> {
        Some(this.last_index.get()).filter(|n| *n > 0)
    }
    #[getter]
    fn lastgroup(vm: &mut Vm, this: Gc<Match>) -> PyResult {
        let n = this.last_index.get();
        if n == 0 {
            return Ok(Value::NONE);
        }
        let names = of_match(vm, this).index_group.get();
        Ok(vm.exact::<Tuple>(names).and_then(|t| t.get(n as usize)).unwrap_or(Value::NONE))
    }
    #[getter]
    fn regs(vm: &mut Vm, this: Gc<Match>) -> PyResult {
        let mut items = vm.rooted_vec();
        for group in 0..this.count.get() {
            let (start, end) = span(this, group);
            let item = vm.tuple(&[Value::small(start), Value::small(end)])?;
            items.push(Value::from_gc(item));
        }
        vm.tuple(&items).map(Value::from_gc)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Match>) -> PyResult<String> {
        let (start, end) = span(this, 0);
        let whole = text(vm, this, 0, Value::NONE)?;
        let shown: String = vm.repr(whole)?.to_message().chars().take(50).collect();
        Ok(format!("<re.Match object; span=({start}, {end}), match={shown}>"))
    }
    #[method]
    fn __copy__(_vm: &mut Vm, this: Gc<Match>) -> Gc<Match> {
        this
    }
    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(_vm: &mut Vm, this: Gc<Match>, _memo: Value) -> Gc<Match> {
        this
    }
    /// A generic alias: `re.Match[str]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        habu_runtime::types::class_getitem::class_getitem(vm, cls, object)
    }
}
