//! Exceptions: the layout shared by all builtin exception classes, raising, and implicit context.

mod attributes;
mod base;
pub mod classes;
pub mod group;
pub mod os;
pub mod print;
mod simple;
mod suggest;
mod syntax;
mod unicode;

pub use attributes::{Native, native_get, native_set};
pub use base::{make_of, plain_init};
pub use print::{format_exception, print_exception, print_uncaught};
pub use suggest::closest_name;

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};
use std::ptr::NonNull;

/// Cell of an exception instance.
#[repr(C)]
pub struct Exception {
    pub header: Header,
    /// Tuple.
    pub args: Field,
    /// Exception or `None`.
    pub cause: Field,
    pub context: Field,
    /// Traceback or `None`.
    pub traceback: Field,
    /// `True` when `raise … from` hides the context.
    pub suppress_context: Field,
    /// ARRAY of the attributes that single classes add (`errno`, `name`, `code`…), made when one is set; see `Native`.
    pub native: Field,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for live cells of this layout.
    let e = unsafe { cell.cast::<Exception>().as_ref() };
    for field in [&e.args, &e.cause, &e.context, &e.traceback, &e.suppress_context, &e.native] {
        t.value(field.get());
    }
}

// SAFETY: `trace` names every reference of the payload; the overflow pointer is the instance's.
unsafe impl Layout for Exception {
    const ID: ShapeId = ids::BASE_EXCEPTION;
    const KIND: CellKind = CellKind::new(trace);
}

impl Exception {
    /// `args`, always a tuple once the instance is made.
    pub fn args_tuple(&self, vm: &Vm) -> Option<Gc<Tuple>> {
        vm.downcast::<Tuple>(self.args.get())
    }
}

/// Derives from `args` what the class's own `__init__` would, without running Python code.
pub fn init_native_attributes(vm: &mut Vm, e: Gc<Exception>) -> PyResult<()> {
    let Some(args) = e.args_tuple(vm) else { return Ok(()) };
    match Native::of(vm, e) {
        Native::None | Native::Attribute | Native::Name => Ok(()),
        Native::StopIteration => simple::init_stop_iteration(vm, e, args),
        Native::SystemExit => simple::init_system_exit(vm, e, args),
        Native::Import => simple::init_import(vm, e, args),
        Native::Os => os::init(vm, e, args),
        Native::Syntax => syntax::init(vm, e, args),
        Native::UnicodeEncode | Native::UnicodeDecode | Native::UnicodeTranslate => {
            unicode::init(vm, e, args)
        }
        Native::Group => group::init(vm, e, args),
    }
}

/// `__context__` of an exception about to be raised becomes the one being handled, unless that is the same.
pub fn set_context(vm: &mut Vm, exc: Value) {
    let handled = vm.ctx.handled;
    if handled.is_none() || handled == exc {
        return;
    }
    let (Some(e), Some(_)) = (vm.downcast::<Exception>(exc), vm.downcast::<Exception>(handled)) else {
        return;
    };
    // If the chain of contexts leads back to `exc`, it is cut there. A loop that was there before is met by a second
    // walker of half the speed.
    let (mut at, mut slow, mut advance) = (handled, handled, false);
    while let Some(current) = vm.downcast::<Exception>(at) {
        let next = current.context.get();
        if next == exc {
            current.context.init(Value::NONE);
            break;
        }
        at = next;
        if at == slow {
            break;
        }
        if advance && let Some(s) = vm.downcast::<Exception>(slow) {
            slow = s.context.get();
        }
        advance = !advance;
    }
    e.context.set(&mut vm.heap, e.header(), handled);
}

/// `raise exc` and, unless `cause` is `UNBOUND`, `raise exc from cause`.
pub fn raise_statement(vm: &mut Vm, exc: Value, cause: Value) -> Raised {
    match prepare(vm, exc, cause) {
        Ok(e) => vm.raise_value(Value::from_gc(e)),
        Err(raised) => raised,
    }
}

fn prepare(vm: &mut Vm, exc: Value, cause: Value) -> PyResult<Gc<Exception>> {
    let Some(e) = instance_of(vm, exc)? else {
        return Err(vm.type_error("exceptions must derive from BaseException"));
    };
    if cause.is_unbound() {
        return Ok(e);
    }
    let cause = if cause.is_none() {
        Value::NONE
    } else {
        match instance_of(vm, cause)? {
            Some(cause) => Value::from_gc(cause),
            None => return Err(vm.type_error("exception causes must derive from BaseException")),
        }
    };
    set_cause(vm, e, cause);
    Ok(e)
}

/// An exception instance from an instance or a class; `None`: it is neither.
fn instance_of(vm: &mut Vm, v: Value) -> PyResult<Option<Gc<Exception>>> {
    if let Some(e) = vm.downcast::<Exception>(v) {
        return Ok(Some(e));
    }
    let base = vm.exc_class(Exc::BaseException);
    if vm.as_class(v).is_none_or(|class| !class.is_subtype(base)) {
        return Ok(None);
    }
    let made = vm.call(v, &[])?;
    match vm.downcast::<Exception>(made) {
        Some(e) => Ok(Some(e)),
        None => {
            let class = vm.repr(v)?.to_message();
            let got = Value::from_gc(vm.class_of(made));
            let got = vm.repr(got)?.to_message();
            Err(vm.type_error(format!(
                "calling {class} should have returned an instance of BaseException, not {got}"
            )))
        }
    }
}

/// Sets `__cause__`, which hides the context.
pub fn set_cause(vm: &mut Vm, e: Gc<Exception>, cause: Value) {
    e.cause.set(&mut vm.heap, e.header(), cause);
    e.suppress_context.init(Value::TRUE);
}

/// Sets `name` and `obj` of an AttributeError, for suggestions.
pub fn set_attribute_place(vm: &mut Vm, exc: Value, name: Value, obj: Value) -> PyResult<()> {
    let Some(e) = vm.downcast::<Exception>(exc) else { return Ok(()) };
    native_set(vm, e, attributes::NAME, name)?;
    native_set(vm, e, attributes::OBJ, obj)
}

/// `exc.__traceback__`
pub fn traceback_of(exc: Value) -> Value {
    match exc.as_header() {
        // SAFETY: callers pass the exception being handled, and every exception is laid out as `Exception`.
        Some(header) => unsafe { Gc::<Exception>::from_header(header) }.traceback.get(),
        None => Value::NONE,
    }
}

impl Vm {
    /// NameError or UnboundLocalError about `name`.
    #[cold]
    pub fn name_error(&mut self, exc: Exc, text: String, name: Gc<Str>) -> Raised {
        let raised = self.raise(exc, &text);
        // As in CPython only NameError itself says which name, for suggestions.
        if exc == Exc::NameError
            && let Some(e) = self.downcast::<Exception>(self.ctx.exception)
            && Native::of(self, e) == Native::Name
            && let Err(other) = native_set(self, e, attributes::NAME, Value::from_gc(name))
        {
            return other;
        }
        raised
    }

    /// ImportError (or ModuleNotFoundError) with the module's name, path, and the name that `from` asked for.
    #[cold]
    pub fn import_error(
        &mut self,
        exc: Exc,
        text: &str,
        name: Value,
        path: Value,
        name_from: Value,
    ) -> Raised {
        let raised = self.raise(exc, text);
        let Some(e) = self.downcast::<Exception>(self.ctx.exception) else { return raised };
        if Native::of(self, e) != Native::Import {
            return raised;
        }
        let values = [
            (attributes::NAME_OF_MODULE, name),
            (attributes::PATH, path),
            (attributes::NAME_FROM, name_from),
        ];
        for (index, v) in values {
            if let Err(other) = native_set(self, e, index, v) {
                return other;
            }
        }
        raised
    }

    /// OSError of the subclass that belongs to `errno`, with the system's text.
    #[cold]
    pub fn os_error(&mut self, errno: i32, filename: Option<Value>) -> Raised {
        let text = match self.str(&os::error_text(errno)) {
            Ok(text) => Value::from_gc(text),
            Err(raised) => return raised,
        };
        let args = [Value::small(errno.into()), text, filename.unwrap_or(Value::NONE)];
        let exc = os::class_of_errno(errno).unwrap_or(Exc::OSError);
        self.raise_with(exc, if filename.is_some() { &args } else { &args[..2] })
    }
}
