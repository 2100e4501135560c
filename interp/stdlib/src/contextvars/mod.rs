//! `_contextvars`: context variables. A context's values are a dict; copies share it until one of them changes.

use crate::layout;
use crate::support::add_type;
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::threads::Often;
use habu_runtime::vm::{Exc, PyResult, Vm};
use std::sync::atomic::{AtomicU64, Ordering};

layout! {
    /// Cell of a context: a dict that others may have too if it is `shared`, or `None` as long as it is empty.
    Context(ids::CONTEXT) { values } plain { entered: bool, shared: bool }
}

layout! {
    /// Cell of a context variable.
    ContextVar(ids::CONTEXT_VAR) { name, default }
}

layout! {
    /// Cell of what `ContextVar.set` gives: enough to undo it.
    Token(ids::CONTEXT_TOKEN) { var, old, context } plain { used: bool }
}

fn new_context(vm: &mut Vm, values: Value) -> PyResult<Gc<Context>> {
    let cls = vm.native_class(Context::DECL)?;
    let this = vm.alloc_instance::<Context>(cls)?;
    this.values.init(values);
    this.shared.set(true);
    Ok(this)
}

fn current(vm: &mut Vm) -> PyResult<Gc<Context>> {
    if let Some(context) = vm.threads.current().often(Often::Context)
        && let Some(context) = vm.exact::<Context>(context)
    {
        return Ok(context);
    }
    let context = new_context(vm, Value::NONE)?;
    set_current(vm, context);
    Ok(context)
}

/// A copy of the current context.
pub fn copy_current(vm: &mut Vm) -> PyResult<Gc<Context>> {
    let context = current(vm)?;
    Context::copy(vm, context)
}

/// Does something with a context as the current one. `None`, with nothing done: it is one already, somewhere.
pub fn with<T>(vm: &mut Vm, this: Gc<Context>, run: impl FnOnce(&mut Vm) -> T) -> PyResult<Option<T>> {
    if this.entered.get() {
        return Ok(None);
    }
    let before = current(vm)?;
    this.entered.set(true);
    set_current(vm, this);
    let result = run(vm);
    set_current(vm, before);
    this.entered.set(false);
    Ok(Some(result))
}

/// How often a value or the current context was changed, in any thread: lets a reader keep what it found.
static CHANGES: AtomicU64 = AtomicU64::new(0);

pub fn changes() -> u64 {
    CHANGES.load(Ordering::Relaxed)
}

pub fn note_change() {
    CHANGES.fetch_add(1, Ordering::Relaxed);
}

/// A variable without default.
pub fn new_var(vm: &mut Vm, name: &str) -> PyResult<Gc<ContextVar>> {
    let name = Value::from_gc(vm.intern(name));
    let cls = vm.native_class(ContextVar::DECL)?;
    ContextVar::new(vm, cls, name, None)
}

/// The variable's value in the current context, if it has one there.
pub fn lookup(vm: &mut Vm, var: Gc<ContextVar>) -> PyResult<Option<Value>> {
    let context = current(vm)?;
    find(vm, context, Value::from_gc(var))
}

/// Sets the variable in the current context.
pub fn assign(vm: &mut Vm, var: Gc<ContextVar>, value: Value) -> PyResult<()> {
    ContextVar::set(vm, var, value).map(|_| ())
}

fn set_current(vm: &mut Vm, context: Gc<Context>) {
    note_change();
    vm.threads.current().set_often(Often::Context, Some(Value::from_gc(context)));
}

/// The values, to be read only; `None`: there are none.
fn read(vm: &Vm, context: Gc<Context>) -> Option<Gc<Dict>> {
    vm.exact::<Dict>(context.values.get())
}

fn find(vm: &mut Vm, context: Gc<Context>, var: Value) -> PyResult<Option<Value>> {
    match read(vm, context) {
        Some(values) => vm.dict_get(values, var),
        None => Ok(None),
    }
}

/// The values as a dict for somebody who keeps it: it will not change.
fn snapshot(vm: &mut Vm, context: Gc<Context>) -> PyResult {
    context.shared.set(true);
    match read(vm, context) {
        Some(values) => Ok(Value::from_gc(values)),
        None => vm.dict_new().map(Value::from_gc),
    }
}

/// The values, to be changed: nobody else has them.
fn own(vm: &mut Vm, context: Gc<Context>) -> PyResult<Gc<Dict>> {
    let values = match read(vm, context) {
        Some(values) if !context.shared.get() => return Ok(values),
        Some(values) => vm.dict_copy(values)?,
        None => vm.dict_new()?,
    };
    context.values.set(&mut vm.heap, context.header(), Value::from_gc(values));
    context.shared.set(false);
    Ok(values)
}

/// A context: a mapping of context variables to values.
#[py_type(name = "Context", module = "_contextvars", id = ids::CONTEXT, mapping)]
impl Context {
    #[new(sig = "()")]
    fn new(vm: &mut Vm, _cls: Gc<Type>) -> PyResult<Gc<Context>> {
        new_context(vm, Value::NONE)
    }
    /// Calls a function with this context as the current one.
    #[method(sig = "($self, callable, /, *args, **kwargs)")]
    fn run(
        vm: &mut Vm,
        this: Gc<Context>,
        callable: Value,
        args: Gc<Tuple>,
        kwargs: Option<Gc<Dict>>,
    ) -> PyResult {
        let call = |vm: &mut Vm| match kwargs {
            None => vm.call(callable, args.items()),
            Some(kwargs) => {
                let keywords = crate::support::keywords(vm, kwargs);
                vm.call_kw(callable, args.items(), &keywords)
            }
        };
        match with(vm, this, call)? {
            Some(result) => result,
            None => {
                let shown = vm.repr(Value::from_gc(this))?.to_message();
                Err(vm.runtime_error(format!("cannot enter context: {shown} is already entered")))
            }
        }
    }
    /// Return a shallow copy of the context object.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<Context>) -> PyResult<Gc<Context>> {
        this.shared.set(true);
        new_context(vm, this.values.get())
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<Context>, var: Gc<ContextVar>) -> PyResult {
        match find(vm, this, Value::from_gc(var))? {
            Some(v) => Ok(v),
            None => Err(vm.key_error(Value::from_gc(var))),
        }
    }
    #[method(sig = "($self, key, default=None, /)")]
    fn get(vm: &mut Vm, this: Gc<Context>, key: Gc<ContextVar>, default: Value) -> PyResult {
        Ok(find(vm, this, Value::from_gc(key))?.unwrap_or(default))
    }
    #[method]
    fn __contains__(vm: &mut Vm, this: Gc<Context>, var: Gc<ContextVar>) -> PyResult<bool> {
        Ok(find(vm, this, Value::from_gc(var))?.is_some())
    }
    #[method]
    fn __len__(vm: &mut Vm, this: Gc<Context>) -> usize {
        read(vm, this).map_or(0, |values| values.len())
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<Context>) -> PyResult {
        let values = snapshot(vm, this)?;
        vm.get_iter(values)
    }
    #[method]
    fn keys(vm: &mut Vm, this: Gc<Context>) -> PyResult {
        let values = snapshot(vm, this)?;
        vm.call_method(values, "keys", &[])
    }
    #[method]
    fn values(vm: &mut Vm, this: Gc<Context>) -> PyResult {
        let values = snapshot(vm, this)?;
        vm.call_method(values, "values", &[])
    }
    #[method]
    fn items(vm: &mut Vm, this: Gc<Context>) -> PyResult {
        let values = snapshot(vm, this)?;
        vm.call_method(values, "items", &[])
    }
}

/// A context variable.
#[py_type(name = "ContextVar", module = "_contextvars", id = ids::CONTEXT_VAR)]
impl ContextVar {
    #[new(sig = "(name, /, *, default=<unrepresentable>)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, name: Value, default: Option<Value>) -> PyResult<Gc<ContextVar>> {
        if vm.downcast::<Str>(name).is_none() {
            return Err(vm.type_error("context variable name must be a str"));
        }
        let this = vm.alloc_instance::<ContextVar>(cls)?;
        this.name.init(name);
        this.default.init(default.unwrap_or(Value::UNBOUND));
        Ok(this)
    }
    /// Return a value for the context variable for the current context.
    #[method(sig = "($self, default=<unrepresentable>, /)")]
    fn get(vm: &mut Vm, this: Gc<ContextVar>, default: Option<Value>) -> PyResult {
        let context = current(vm)?;
        if let Some(v) = find(vm, context, Value::from_gc(this))? {
            return Ok(v);
        }
        match default.or(this.default.get().bound()) {
            Some(v) => Ok(v),
            None => Err(vm.raise_with(Exc::LookupError, &[Value::from_gc(this)])),
        }
    }
    /// Call to set a new value for the context variable in the current context.
    #[method(sig = "($self, value, /)")]
    fn set(vm: &mut Vm, this: Gc<ContextVar>, value: Value) -> PyResult<Gc<Token>> {
        let context = current(vm)?;
        let values = own(vm, context)?;
        let var = Value::from_gc(this);
        let old = vm.dict_get(values, var)?.unwrap_or(Value::UNBOUND);
        vm.dict_set(values, var, value)?;
        note_change();
        let cls = vm.native_class(Token::DECL)?;
        let token = vm.alloc_instance::<Token>(cls)?;
        token.var.init(var);
        token.old.init(old);
        token.context.init(Value::from_gc(context));
        Ok(token)
    }
    /// Reset the context variable to what it was before the set() that made the token.
    #[method(sig = "($self, token, /)")]
    fn reset(vm: &mut Vm, this: Gc<ContextVar>, token: Gc<Token>) -> PyResult<()> {
        let shown = vm.repr(Value::from_gc(token))?.to_message();
        if token.used.get() {
            return Err(vm.runtime_error(format!("{shown} has already been used once")));
        }
        if token.var.get() != Value::from_gc(this) {
            return Err(vm.value_error(format!("{shown} was created by a different ContextVar")));
        }
        let context = current(vm)?;
        if token.context.get() != Value::from_gc(context) {
            return Err(vm.value_error(format!("{shown} was created in a different Context")));
        }
        token.used.set(true);
        note_change();
        let values = own(vm, context)?;
        match token.old.get().bound() {
            Some(old) => vm.dict_set(values, Value::from_gc(this), old),
            None => vm.dict_del(values, Value::from_gc(this)).map(|_| ()),
        }
    }
    #[getter]
    fn name(_vm: &mut Vm, this: Gc<ContextVar>) -> Value {
        this.name.get()
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<ContextVar>) -> PyResult<String> {
        let name = vm.repr(this.name.get())?.to_message();
        let default = match this.default.get().bound() {
            Some(v) => format!(" default={}", vm.repr(v)?.to_message()),
            None => String::new(),
        };
        Ok(format!("<ContextVar name={name}{default} at {:#x}>", this.addr()))
    }
    /// A generic alias: `ContextVar[int]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        habu_runtime::types::class_getitem::class_getitem(vm, cls, object)
    }
}

#[py_type(name = "Token", module = "_contextvars", id = ids::CONTEXT_TOKEN)]
impl Token {
    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        habu_runtime::types::class_getitem::class_getitem(vm, cls, object)
    }
    #[getter]
    fn var(_vm: &mut Vm, this: Gc<Token>) -> Value {
        this.var.get()
    }
    #[getter]
    fn old_value(vm: &mut Vm, this: Gc<Token>) -> PyResult {
        match this.old.get().bound() {
            Some(v) => Ok(v),
            None => {
                let cls = vm.native_class(Token::DECL)?;
                vm.get_attr_str(Value::from_gc(cls), "MISSING")
            }
        }
    }
    #[method]
    fn __enter__(_vm: &mut Vm, this: Gc<Token>) -> Gc<Token> {
        this
    }
    #[method(sig = "($self, /, *args)")]
    fn __exit__(vm: &mut Vm, this: Gc<Token>, _args: Value) -> PyResult<()> {
        match vm.exact::<ContextVar>(this.var.get()) {
            Some(var) => ContextVar::reset(vm, var, this),
            None => Ok(()),
        }
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Token>) -> PyResult<String> {
        let used = if this.used.get() { " used" } else { "" };
        let var = vm.repr(this.var.get())?.to_message();
        Ok(format!("<Token{used} var={var} at {:#x}>", this.addr()))
    }
}

/// Context Variables
#[native_module(name = "_contextvars")]
pub mod module {
    use super::*;

    /// Return a copy of the current context.
    #[function]
    fn copy_context(vm: &mut Vm) -> PyResult<Gc<Context>> {
        copy_current(vm)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        add_type(vm, module, Context::DECL)?;
        add_type(vm, module, ContextVar::DECL)?;
        let token = add_type(vm, module, Token::DECL)?;
        // A unique object; its class is a plain one of that name.
        let base = Value::from_gc(vm.builtin(ids::OBJECT));
        let cls = crate::support::new_class(vm, "_contextvars", "Token.MISSING", &[base])?;
        let missing = Value::from_header(vm.alloc_object(cls)?);
        let dict = token.dict.get().expect("classes have a dict");
        let name = vm.intern("MISSING");
        vm.dict_set_str(dict, name, missing)?;
        vm.class_changed(token);
        Ok(())
    }
}
