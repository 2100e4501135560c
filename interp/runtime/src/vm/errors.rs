//! Raising Python exceptions from Rust, and taking them back.

use super::{Exc, PyResult, Raised, Vm};
use crate::heap::Gc;
use crate::object::Type;
use crate::types::exception::Exception;
use crate::value::Value;

macro_rules! raisers {
    ($($name:ident = $exc:ident;)*) => {
        impl Vm {
            $(
                /// Raises the exception of this name.
                #[cold]
                #[inline(never)]
                pub fn $name(&mut self, text: impl AsRef<str>) -> Raised {
                    self.raise(Exc::$exc, text.as_ref())
                }
            )*
        }
    };
}

raisers! {
    type_error = TypeError;
    value_error = ValueError;
    index_error = IndexError;
    attribute_error_text = AttributeError;
    overflow_error = OverflowError;
    zero_division_error = ZeroDivisionError;
    runtime_error = RuntimeError;
    name_error_text = NameError;
    import_error_text = ImportError;
    not_implemented_error = NotImplementedError;
    buffer_error = BufferError;
    lookup_error = LookupError;
    reference_error = ReferenceError;
    system_error = SystemError;
    eof_error = EOFError;
    assertion_error = AssertionError;
}

impl Vm {
    /// Raises a builtin exception with one text argument.
    #[cold]
    #[inline(never)]
    pub fn raise(&mut self, exc: Exc, text: &str) -> Raised {
        match self.str(text) {
            Ok(text) => self.raise_with(exc, &[Value::from_gc(text)]),
            Err(raised) => raised,
        }
    }

    /// Raises a builtin exception with the given arguments.
    #[cold]
    #[inline(never)]
    pub fn raise_with(&mut self, exc: Exc, args: &[Value]) -> Raised {
        match self.make_exception(self.exc_class(exc), args) {
            Ok(e) => self.raise_value(Value::from_gc(e)),
            Err(raised) => raised,
        }
    }

    /// A new exception instance, as the class's `__new__` makes it for these arguments (no Python code runs).
    pub fn make_exception(&mut self, class: Gc<Type>, args: &[Value]) -> PyResult<Gc<Exception>> {
        let args = self.tuple(args)?;
        let e = self.alloc_instance::<Exception>(class)?;
        e.args.init(Value::from_gc(args));
        for field in [&e.cause, &e.context, &e.traceback] {
            field.init(Value::NONE);
        }
        e.suppress_context.init(Value::FALSE);
        crate::types::exception::init_native_attributes(self, e)?;
        Ok(e)
    }

    /// Raises this exception instance. Sets its context to the exception being handled.
    #[cold]
    #[inline(never)]
    pub fn raise_value(&mut self, exc: Value) -> Raised {
        crate::types::exception::set_context(self, exc);
        self.ctx.exception = exc;
        Raised(())
    }

    /// Raises this exception as it is: no context is set.
    pub fn raise_again(&mut self, exc: Value) -> Raised {
        self.ctx.exception = exc;
        Raised(())
    }

    /// KeyError with the key itself.
    #[cold]
    pub fn key_error(&mut self, key: Value) -> Raised {
        self.raise_with(Exc::KeyError, &[key])
    }

    /// StopIteration carrying a generator's return value (`None`: without arguments).
    #[cold]
    pub fn stop_iteration(&mut self, value: Value) -> Raised {
        if value.is_none() {
            self.raise_with(Exc::StopIteration, &[])
        } else {
            self.raise_with(Exc::StopIteration, &[value])
        }
    }

    /// MemoryError: the instance made at start-up, since nothing can be allocated now.
    #[cold]
    pub fn memory_error(&mut self) -> Raised {
        let spare = self.spare_memory_error.unwrap_or(Value::NONE);
        self.ctx.exception = spare;
        Raised(())
    }

    /// The pending exception, taken: nothing is pending afterwards.
    pub fn take_exception(&mut self, raised: Raised) -> Value {
        let Raised(()) = raised;
        std::mem::replace(&mut self.ctx.exception, Value::UNBOUND)
    }

    /// Proof that an exception is pending, for code that got a result word from native code or the loop.
    pub fn pending(&self) -> Raised {
        debug_assert!(!self.ctx.exception.is_unbound());
        Raised(())
    }

    /// Whether an exception instance is of a builtin class or one derived from it.
    pub fn exception_matches(&self, exc: Value, class: Exc) -> bool {
        self.class_of(exc).is_subtype(self.exc_class(class))
    }

    /// Turns one kind of exception into `None`; others stay raised.
    pub fn catch<T>(&mut self, result: PyResult<T>, class: Exc) -> PyResult<Option<T>> {
        match result {
            Ok(v) => Ok(Some(v)),
            Err(raised) => {
                if self.exception_matches(self.ctx.exception, class) {
                    self.take_exception(raised);
                    Ok(None)
                } else {
                    Err(raised)
                }
            }
        }
    }

    /// A word result of the loop or of native code, as a `PyResult`.
    #[inline(always)]
    pub fn word_result(&self, v: Value) -> PyResult<Value> {
        if v == Value::EXCEPTION { Err(self.pending()) } else { Ok(v) }
    }
}
