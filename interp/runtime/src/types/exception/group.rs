//! Exception groups: construction, splitting, and what `except*` does with them.

use super::Exception;
use super::attributes::{EXCEPTIONS, EXCEPTIONS_TEXT, MESSAGE, Native, native_get, native_set};
use super::base::make;
use crate::heap::Gc;
use crate::interp::regs::{Base, Pc};
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, RootedVec, Vm};
use habu_macros::py_type;

/// Message and exceptions from the two arguments, which have been checked.
pub fn init(vm: &mut Vm, e: Gc<Exception>, args: Gc<Tuple>) -> PyResult<()> {
    let [message, exceptions] = *args.items() else { return Ok(()) };
    let items = vm.collect(exceptions)?;
    let items = vm.tuple(&items)?;
    native_set(vm, e, MESSAGE, message)?;
    native_set(vm, e, EXCEPTIONS, Value::from_gc(items))
}

/// The value as an exception group.
fn as_group(vm: &Vm, v: Value) -> Option<Gc<Exception>> {
    vm.downcast::<Exception>(v).filter(|e| Native::of(vm, *e) == Native::Group)
}

/// The exceptions in a group.
pub fn members(vm: &Vm, e: Gc<Exception>) -> Option<Gc<Tuple>> {
    vm.downcast::<Tuple>(native_get(&e, EXCEPTIONS))
}

/// A nameless ExceptionGroup, or BaseExceptionGroup if an exception in it needs one; `list` has the same exceptions.
fn create(vm: &mut Vm, exceptions: &[Value], list: Value) -> PyResult<Gc<Exception>> {
    let message = vm.str("")?;
    let plain = exceptions.iter().all(|v| vm.exception_matches(*v, Exc::Exception));
    let class = if plain { Exc::ExceptionGroup } else { Exc::BaseExceptionGroup };
    vm.make_exception(vm.exc_class(class), &[Value::from_gc(message), list])
}

/// What `split` and `subgroup` select by.
enum Matcher<'a> {
    /// A class or tuple of classes.
    Class(Value),
    Predicate(Value),
    /// Exactly these instances.
    Instances(&'a [Value]),
}

impl Matcher<'_> {
    fn of(vm: &mut Vm, v: Value) -> PyResult<Matcher<'static>> {
        if is_exception_class(vm, v) {
            return Ok(Matcher::Class(v));
        }
        if let Some(tuple) = vm.downcast::<Tuple>(v) {
            if tuple.items().iter().all(|one| is_exception_class(vm, *one)) {
                return Ok(Matcher::Class(v));
            }
        } else if vm.as_class(v).is_none() && vm.is_callable(v) {
            return Ok(Matcher::Predicate(v));
        }
        Err(vm.type_error(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)",
        ))
    }

    fn accepts(&self, vm: &mut Vm, exc: Value) -> PyResult<bool> {
        match self {
            Matcher::Class(class) => Ok(matches_class(vm, exc, *class)),
            Matcher::Predicate(f) => {
                let result = vm.call(*f, &[exc])?;
                vm.truth(result)
            }
            Matcher::Instances(list) => Ok(as_group(vm, exc).is_none() && list.contains(&exc)),
        }
    }
}

fn is_exception_class(vm: &Vm, v: Value) -> bool {
    vm.as_class(v).is_some_and(|class| class.is_subtype(vm.exc_class(Exc::BaseException)))
}

/// By class alone, as `except` matches.
fn matches_class(vm: &Vm, exc: Value, class: Value) -> bool {
    let own = vm.class_of(exc);
    match vm.downcast::<Tuple>(class) {
        Some(tuple) => tuple.items().iter().any(|one| matches_class(vm, exc, *one)),
        None => vm.as_class(class).is_some_and(|class| own.is_subtype(class)),
    }
}

/// A group with some of the exceptions of `of` and its traceback, cause, context and notes; `None` for no exceptions.
fn subset(vm: &mut Vm, of: Gc<Exception>, exceptions: &[Value]) -> PyResult {
    if exceptions.is_empty() {
        return Ok(Value::NONE);
    }
    let list = vm.list_from(exceptions)?;
    let made = vm.call_method(Value::from_gc(of), "derive", &[Value::from_gc(list)])?;
    let Some(e) = as_group(vm, made) else {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    };
    e.traceback.set(&mut vm.heap, e.header(), of.traceback.get());
    e.context.set(&mut vm.heap, e.header(), of.context.get());
    e.cause.set(&mut vm.heap, e.header(), of.cause.get());
    let name = vm.names.notes;
    if let Some(notes) = vm.get_attr_opt(Value::from_gc(of), name)?
        && vm.class_of(notes).has(crate::object::class::flags::SEQUENCE)
    {
        let notes = vm.collect(notes)?;
        let notes = vm.list_from(&notes)?;
        vm.set_attr(made, name, Value::from_gc(notes))?;
    }
    Ok(made)
}

/// Splits `exc` into the matching part and the rest, each `None` if empty.
fn split(vm: &mut Vm, exc: Value, matcher: &Matcher<'_>, want_rest: bool) -> PyResult<(Value, Value)> {
    vm.enter_call()?;
    if matcher.accepts(vm, exc)? {
        return Ok((exc, Value::NONE));
    }
    let Some(group) = as_group(vm, exc) else {
        return Ok((Value::NONE, exc));
    };
    let (mut matching, mut rest): (RootedVec, RootedVec) = (vm.rooted_vec(), vm.rooted_vec());
    if let Some(tuple) = members(vm, group) {
        for one in tuple.items() {
            let (yes, no) = split(vm, *one, matcher, want_rest)?;
            if !yes.is_none() {
                matching.push(yes);
            }
            if want_rest && !no.is_none() {
                rest.push(no);
            }
        }
    }
    let yes = subset(vm, group, &matching)?;
    let no = if want_rest { subset(vm, group, &rest)? } else { Value::NONE };
    Ok((yes, no))
}

/// `except* class`: the part of `exc` that matches and the rest.
pub fn match_star(vm: &mut Vm, exc: Value, class: Value) -> PyResult<(Value, Value)> {
    check_star_class(vm, class)?;
    if exc.is_none() {
        return Ok((Value::NONE, Value::NONE));
    }
    if matches_class(vm, exc, class) {
        if as_group(vm, exc).is_some() {
            return Ok((exc, Value::NONE));
        }
        let tuple = vm.tuple(&[exc])?;
        let group = create(vm, &[exc], Value::from_gc(tuple))?;
        // The wrapper is raised nowhere: its traceback is the place of the `except*`.
        let (pc, base) = (Pc(vm.ctx.pc), Base(vm.ctx.base));
        crate::types::traceback::record(vm, Value::from_gc(group), pc, base)?;
        return Ok((Value::from_gc(group), Value::NONE));
    }
    if as_group(vm, exc).is_none() {
        return Ok((Value::NONE, exc));
    }
    let pair = vm.call_method(exc, "split", &[class])?;
    let name = vm.type_name(exc);
    let Some(tuple) = vm.downcast::<Tuple>(pair) else {
        let got = vm.type_name(pair);
        return Err(vm.type_error(format!("{name}.split must return a tuple, not {got}")));
    };
    match tuple.items() {
        [yes, no, ..] => Ok((*yes, *no)),
        items => {
            let text = format!("{name}.split must return a 2-tuple, got tuple of size {}", items.len());
            Err(vm.type_error(text))
        }
    }
}

fn check_star_class(vm: &mut Vm, class: Value) -> PyResult<()> {
    let one = [class];
    let classes = match vm.downcast::<Tuple>(class) {
        Some(tuple) => Vec::from(tuple.items()),
        None => one.to_vec(),
    };
    let group = vm.exc_class(Exc::BaseExceptionGroup);
    for class in classes {
        if !is_exception_class(vm, class) {
            return Err(
                vm.type_error("catching classes that do not inherit from BaseException is not allowed")
            );
        }
        if vm.as_class(class).is_some_and(|class| class.is_subtype(group)) {
            return Err(
                vm.type_error("catching ExceptionGroup with except* is not allowed. Use except instead.")
            );
        }
    }
    Ok(())
}

/// After the `except*` clauses of a `try`: what is to be raised given the exception and what the clauses raised or left
/// over; `None`: nothing.
pub fn reraise_star(vm: &mut Vm, original: Value, list: Value) -> PyResult {
    let items = vm.collect(list)?;
    if items.is_empty() {
        return Ok(Value::NONE);
    }
    let Some(group) = as_group(vm, original) else {
        // A naked exception was wrapped: only one clause can have run.
        return Ok(items[0]);
    };
    let (mut raised, mut reraised) = (vm.rooted_vec(), vm.rooted_vec());
    for item in items.iter().filter(|v| !v.is_none()) {
        if same_metadata(vm, *item, group) {
            leaves(vm, *item, &mut reraised);
        } else {
            raised.push(*item);
        }
    }
    let (left, _) = split(vm, original, &Matcher::Instances(&reraised), false)?;
    if raised.is_empty() {
        return Ok(left);
    }
    if !left.is_none() {
        raised.push(left);
    }
    match raised[..] {
        [one] => Ok(one),
        _ => {
            let list = vm.list_from(&raised)?;
            Ok(Value::from_gc(create(vm, &raised, Value::from_gc(list))?))
        }
    }
}

/// Whether an exception is a part split off `group`, rather than one raised anew.
fn same_metadata(vm: &Vm, exc: Value, group: Gc<Exception>) -> bool {
    vm.downcast::<Exception>(exc).is_some_and(|e| {
        e.traceback.get() == group.traceback.get()
            && e.cause.get() == group.cause.get()
            && e.context.get() == group.context.get()
    })
}

fn leaves(vm: &Vm, exc: Value, out: &mut RootedVec) {
    match as_group(vm, exc).and_then(|group| members(vm, group)) {
        Some(tuple) => tuple.items().iter().for_each(|one| leaves(vm, *one, out)),
        None => out.push(exc),
    }
}

pub struct BaseExceptionGroup;

/// A combination of multiple unrelated exceptions.
#[py_type(name = "BaseExceptionGroup", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl BaseExceptionGroup {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, _kwargs: Value) -> PyResult {
        let [message, exceptions] = *args.items() else {
            let n = args.len();
            return Err(
                vm.type_error(format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({n} given)"))
            );
        };
        if vm.downcast::<Str>(message).is_none() {
            let got = vm.type_name(message);
            return Err(
                vm.type_error(format!("BaseExceptionGroup.__new__() argument 1 must be str, not {got}"))
            );
        }
        let is_sequence = vm.lookup_special(exceptions, crate::object::Special::GetItem).is_some()
            && vm.downcast::<Dict>(exceptions).is_none();
        if !is_sequence {
            return Err(vm.type_error("second argument (exceptions) must be a sequence"));
        }
        let items = vm.collect(exceptions)?;
        if items.is_empty() {
            return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
        }
        let mut plain = true;
        for (i, item) in items.iter().enumerate() {
            if vm.downcast::<Exception>(*item).is_none() {
                let text = format!("Item {i} of second argument (exceptions) is not an exception");
                return Err(vm.value_error(text));
            }
            plain &= vm.exception_matches(*item, Exc::Exception);
        }
        let mut class = cls;
        if cls == vm.exc_class(Exc::BaseExceptionGroup) {
            if plain {
                class = vm.exc_class(Exc::ExceptionGroup);
            }
        } else if !plain && cls == vm.exc_class(Exc::ExceptionGroup) {
            return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        } else if !plain && cls.is_subtype(vm.exc_class(Exc::Exception)) {
            let name = vm.class_name(cls);
            return Err(vm.type_error(format!("Cannot nest BaseExceptions in '{name}'")));
        }
        let known = exceptions.exact_list().is_some() || vm.exact::<Tuple>(exceptions).is_some();
        let text = if known { Value::UNBOUND } else { Value::from_gc(vm.repr(exceptions)?) };
        let e = make(vm, class, args)?;
        let items = vm.tuple(&items)?;
        native_set(vm, e, EXCEPTIONS_TEXT, text)?;
        native_set(vm, e, MESSAGE, message)?;
        native_set(vm, e, EXCEPTIONS, Value::from_gc(items))?;
        Ok(Value::from_gc(e))
    }

    /// Shows the exceptions as they were given, whatever has become of the list since.
    #[method(name = "__repr__")]
    fn repr(vm: &mut Vm, this: Gc<Exception>) -> PyResult<Gc<Str>> {
        let mut out = crate::types::str::StrBuilder::new();
        out.push_str(&vm.type_name(Value::from_gc(this)));
        out.push_str("(");
        let message = vm.repr(native_get(&this, MESSAGE))?;
        out.push_py(message);
        out.push_str(", ");
        let exceptions = native_get(&this, EXCEPTIONS);
        let given = this.args_tuple(vm).and_then(|args| args.get(1));
        let shown = match vm.downcast::<Str>(native_get(&this, EXCEPTIONS_TEXT)) {
            Some(text) => text,
            None if given.is_some_and(|v| v.exact_list().is_some()) => {
                let list = vm.list_from_iterable(exceptions)?;
                vm.repr(Value::from_gc(list))?
            }
            None => vm.repr(exceptions)?,
        };
        out.push_py(shown);
        out.push_str(")");
        out.finish(vm)
    }

    #[method(name = "__str__")]
    fn str(vm: &mut Vm, this: Gc<Exception>) -> PyResult<String> {
        let message = vm.to_str(native_get(&this, MESSAGE))?.to_message();
        let n = members(vm, this).map_or(0, |t| t.len());
        Ok(format!("{message} ({n} sub-exception{})", if n == 1 { "" } else { "s" }))
    }

    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, item: Value) -> PyResult {
        crate::types::class_getitem::class_getitem(vm, cls, item)
    }

    #[method(sig = "($self, excs, /)")]
    fn derive(vm: &mut Vm, this: Gc<Exception>, excs: Value) -> PyResult {
        let class = Value::from_gc(vm.exc_class(Exc::BaseExceptionGroup));
        vm.call(class, &[native_get(&this, MESSAGE), excs])
    }

    #[method(sig = "($self, matcher_value, /)")]
    fn split(vm: &mut Vm, this: Gc<Exception>, matcher_value: Value) -> PyResult {
        let matcher = Matcher::of(vm, matcher_value)?;
        let (yes, no) = split(vm, Value::from_gc(this), &matcher, true)?;
        Ok(Value::from_gc(vm.tuple(&[yes, no])?))
    }

    #[method(sig = "($self, matcher_value, /)")]
    fn subgroup(vm: &mut Vm, this: Gc<Exception>, matcher_value: Value) -> PyResult {
        let matcher = Matcher::of(vm, matcher_value)?;
        Ok(split(vm, Value::from_gc(this), &matcher, false)?.0)
    }
}
