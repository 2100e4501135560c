//! The iterator over matches.

use super::pattern::{Pattern, check_kind, window};
use super::result::{self, Spans};
use super::subject::Subject;
use super::walk::Walk;
use crate::layout;
use habu_macros::py_type;
use habu_regex::Mode;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of an iterator over matches, and of a scanner.
    Scanner(ids::RE_SCANNER) { pattern, string } plain { at: usize, end: usize, advance: bool, done: bool }
}

impl Scanner {
    pub fn make(
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
        let mut walk = Walk::new(this.at.get(), end);
        walk.advance = this.advance.get();
        match walk.next(vm, pattern, subject, mode)? {
            Some(found) => {
                this.at.set(walk.at);
                this.advance.set(walk.advance);
                result::make(vm, pattern, string, found, &walk, Spans { pos: 0, end })
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
