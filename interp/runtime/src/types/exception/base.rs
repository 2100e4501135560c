//! `BaseException`: construction, text, pickling, notes and the attributes all exceptions have.

use super::{Exception, set_cause};
use crate::heap::Gc;
use crate::object::instance::shape_of;
use crate::object::{Special, Type, ids};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use habu_macros::py_type;

/// A new instance with these arguments; native attributes are unset.
pub fn make(vm: &mut Vm, class: Gc<Type>, args: Gc<Tuple>) -> PyResult<Gc<Exception>> {
    let e = vm.alloc_instance::<Exception>(class)?;
    e.args.init(Value::from_gc(args));
    for field in [&e.cause, &e.context, &e.traceback] {
        field.init(Value::NONE);
    }
    e.suppress_context.init(Value::FALSE);
    Ok(e)
}

/// For classes whose instances `BaseException.__new__` makes: their Python `__init__`; `UNBOUND` if that is
/// `BaseException`'s too.
pub fn plain_init(vm: &mut Vm, cls: Gc<Type>) -> Option<Value> {
    if cls.layout.get() != ids::BASE_EXCEPTION {
        return None;
    }
    let base = vm.builtin(ids::BASE_EXCEPTION);
    if vm.class_special(cls, Special::New) != vm.class_special(base, Special::New) {
        return None;
    }
    let init = vm.class_special(cls, Special::Init)?;
    if vm.class_special(base, Special::Init) == Some(init) {
        return Some(Value::UNBOUND);
    }
    (id_of(init) == ids::FUNCTION).then_some(init)
}

/// As `make`, for arguments that no tuple holds yet.
pub fn make_of(vm: &mut Vm, class: Gc<Type>, args: &[Value]) -> PyResult<Value> {
    let args = vm.tuple(args)?;
    make(vm, class, args).map(Value::from_gc)
}

/// TypeError if keywords were passed to a constructor that takes none.
pub fn no_keywords(vm: &mut Vm, class: &str, kwargs: Gc<Dict>) -> PyResult<()> {
    if kwargs.is_empty() {
        return Ok(());
    }
    Err(vm.type_error(format!("{class}() takes no keyword arguments")))
}

pub fn set_args(vm: &mut Vm, e: Gc<Exception>, args: Gc<Tuple>) {
    e.args.set(&mut vm.heap, e.header(), Value::from_gc(args));
}

/// `str()` from the arguments alone.
pub fn text_of_args(vm: &mut Vm, e: Gc<Exception>) -> PyResult<Gc<Str>> {
    let Some(args) = e.args_tuple(vm) else { return vm.str("") };
    match args.items() {
        [] => vm.str(""),
        [one] => vm.to_str(*one),
        _ => vm.to_str(Value::from_gc(args)),
    }
}

/// The instance's `__dict__` if it has anything in it.
pub fn own_dict(vm: &mut Vm, e: Gc<Exception>) -> PyResult<Option<Gc<Dict>>> {
    let shape = vm.shapes.get(shape_of(e.header()));
    if shape.overflow_at == 0 || !shape.dict_mode && shape.keys.is_empty() {
        return Ok(None);
    }
    let dict = vm.instance_dict(e.header())?;
    Ok((!dict.is_empty()).then_some(dict))
}

/// `(class, args)` or `(class, args, state)`
pub fn reduction(vm: &mut Vm, e: Gc<Exception>, args: Value, state: Option<Gc<Dict>>) -> PyResult {
    let class = Value::from_gc(vm.class_of(Value::from_gc(e)));
    let parts = match state {
        Some(state) => vm.tuple(&[class, args, Value::from_gc(state)])?,
        None => vm.tuple(&[class, args])?,
    };
    Ok(Value::from_gc(parts))
}

/// Common base class for all exceptions
#[py_type(name = "BaseException", id = ids::BASE_EXCEPTION, subclassable, has_dict)]
impl Exception {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, _kwargs: Option<Gc<Dict>>) -> PyResult {
        Ok(Value::from_gc(make(vm, cls, args)?))
    }

    #[method(name = "__init__", sig = "($self, /, *args, **kwargs)")]
    fn init(vm: &mut Vm, this: Gc<Exception>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> PyResult<()> {
        if let Some(kwargs) = kwargs.filter(|kwargs| !kwargs.is_empty()) {
            let class = vm.type_name(Value::from_gc(this));
            no_keywords(vm, &class, kwargs)?;
        }
        set_args(vm, this, args);
        Ok(())
    }

    #[method(name = "__repr__")]
    fn repr(vm: &mut Vm, this: Gc<Exception>) -> PyResult<Gc<Str>> {
        let class = vm.type_name(Value::from_gc(this));
        let Some(args) = this.args_tuple(vm) else { return vm.str(&format!("{class}()")) };
        let mut out = crate::types::str::StrBuilder::new();
        out.push_str(&class);
        if let [one] = args.items() {
            let text = vm.repr(*one)?;
            out.push_str("(");
            out.push_py(text);
            out.push_str(")");
        } else {
            let text = vm.repr(Value::from_gc(args))?;
            out.push_py(text);
        }
        out.finish(vm)
    }

    #[method(name = "__str__")]
    fn str(vm: &mut Vm, this: Gc<Exception>) -> PyResult<Gc<Str>> {
        text_of_args(vm, this)
    }

    #[method(name = "__reduce__")]
    fn reduce(vm: &mut Vm, this: Gc<Exception>) -> PyResult {
        let state = own_dict(vm, this)?;
        reduction(vm, this, this.args.get(), state)
    }

    #[method(name = "__setstate__")]
    fn setstate(vm: &mut Vm, this: Gc<Exception>, state: Value) -> PyResult<()> {
        if state.is_none() {
            return Ok(());
        }
        let Some(dict) = vm.downcast::<Dict>(state) else {
            return Err(vm.type_error("state is not a dictionary"));
        };
        let mut at = 0;
        while let Some((key, v)) = vm.dict_next(dict, &mut at) {
            let Some(name) = vm.downcast::<Str>(key) else {
                return Err(vm.type_error("attribute name must be string"));
            };
            let name = vm.intern_str(name)?;
            vm.set_attr(Value::from_gc(this), name, v)?;
        }
        Ok(())
    }

    /// Set self.__traceback__ to tb and return self.
    #[method(sig = "($self, object, /)")]
    fn with_traceback(vm: &mut Vm, this: Gc<Exception>, object: Value) -> PyResult {
        Self::set_traceback(vm, this, object)?;
        Ok(Value::from_gc(this))
    }

    /// Add a note to the exception
    #[method(sig = "($self, object, /)")]
    fn add_note(vm: &mut Vm, this: Gc<Exception>, object: Value) -> PyResult<()> {
        if vm.downcast::<Str>(object).is_none() {
            let got = vm.type_name(object);
            return Err(vm.type_error(format!("add_note() argument must be str, not {got}")));
        }
        let (name, exc) = (vm.names.notes, Value::from_gc(this));
        let notes = match vm.get_attr_opt(exc, name)? {
            Some(notes) => notes,
            None => {
                let notes = Value::from_gc(vm.list_from(&[])?);
                vm.set_attr(exc, name, notes)?;
                notes
            }
        };
        let Some(list) = vm.downcast::<crate::types::list::List>(notes) else {
            return Err(vm.type_error("Cannot add note: __notes__ is not a list"));
        };
        vm.list_push(list, object)
    }

    #[getter]
    fn __dict__(vm: &mut Vm, this: Gc<Exception>) -> PyResult {
        crate::types::object::get_dict(vm, Value::from_gc(this))
    }

    #[setter(name = "__dict__")]
    fn set_dict(vm: &mut Vm, this: Gc<Exception>, value: Option<Value>) -> PyResult<()> {
        crate::types::object::set_dict(vm, Value::from_gc(this), value.unwrap_or(Value::UNBOUND))
    }

    #[getter]
    fn args(_vm: &mut Vm, this: Gc<Exception>) -> Value {
        this.args.get()
    }

    #[setter]
    fn set_args(vm: &mut Vm, this: Gc<Exception>, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else { return Err(vm.type_error("args may not be deleted")) };
        let items = vm.collect(value)?;
        let args = vm.tuple(&items)?;
        set_args(vm, this, args);
        Ok(())
    }

    #[getter(name = "__traceback__")]
    fn traceback(_vm: &mut Vm, this: Gc<Exception>) -> Value {
        this.traceback.get()
    }

    #[setter(name = "__traceback__")]
    fn set_traceback_attr(vm: &mut Vm, this: Gc<Exception>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => Self::set_traceback(vm, this, value),
            None => Err(vm.type_error("__traceback__ may not be deleted")),
        }
    }

    fn set_traceback(vm: &mut Vm, this: Gc<Exception>, value: Value) -> PyResult<()> {
        if !value.is_none() && vm.exact::<Traceback>(value).is_none() {
            return Err(vm.type_error("__traceback__ must be a traceback or None"));
        }
        this.traceback.set(&mut vm.heap, this.header(), value);
        Ok(())
    }

    #[getter(name = "__context__")]
    fn context(_vm: &mut Vm, this: Gc<Exception>) -> Value {
        this.context.get()
    }

    #[setter(name = "__context__")]
    fn set_context_attr(vm: &mut Vm, this: Gc<Exception>, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else { return Err(vm.type_error("__context__ may not be deleted")) };
        if !value.is_none() && vm.downcast::<Exception>(value).is_none() {
            return Err(vm.type_error("exception context must be None or derive from BaseException"));
        }
        this.context.set(&mut vm.heap, this.header(), value);
        Ok(())
    }

    #[getter(name = "__cause__")]
    fn cause(_vm: &mut Vm, this: Gc<Exception>) -> Value {
        this.cause.get()
    }

    #[setter(name = "__cause__")]
    fn set_cause_attr(vm: &mut Vm, this: Gc<Exception>, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else { return Err(vm.type_error("__cause__ may not be deleted")) };
        if !value.is_none() && vm.downcast::<Exception>(value).is_none() {
            return Err(vm.type_error("exception cause must be None or derive from BaseException"));
        }
        set_cause(vm, this, value);
        Ok(())
    }

    #[getter(name = "__suppress_context__")]
    fn suppress_context(_vm: &mut Vm, this: Gc<Exception>) -> Value {
        this.suppress_context.get()
    }

    #[setter(name = "__suppress_context__")]
    fn set_suppress_context(vm: &mut Vm, this: Gc<Exception>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) if value.is_bool() => {
                this.suppress_context.init(value);
                Ok(())
            }
            Some(_) => Err(vm.type_error("attribute value type must be bool")),
            None => Err(vm.type_error("can't delete numeric/char attribute")),
        }
    }
}
