//! `partial` and its `Placeholder`.

use super::call_dict;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Special, Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, RootedVec, Vm};
use std::any::TypeId;

layout! {
    /// Cell of a partial; `args` is a tuple, `keywords` a dict. `holes`: placeholders among the arguments.
    Partial(ids::PARTIAL) { function, args, keywords } plain { holes: usize }
}

layout! {
    /// Cell of the one `Placeholder`.
    Placeholder(ids::PLACEHOLDER) {} plain { unused: u64 }
}

/// Where the one instance is among the machine's permanent values.
struct State(usize);

/// The `Placeholder` object.
pub fn placeholder(vm: &mut Vm) -> PyResult {
    if let Some(State(at)) = vm.module_state.get(&TypeId::of::<State>()).and_then(|s| s.downcast_ref()) {
        return Ok(vm.permanent[*at]);
    }
    let cls = vm.native_class(Placeholder::DECL)?;
    let made = Value::from_gc(vm.alloc_instance::<Placeholder>(cls)?);
    vm.permanent.push(made);
    let at = vm.permanent.len() - 1;
    vm.module_state.insert(TypeId::of::<State>(), Box::new(State(at)));
    Ok(made)
}

fn is_hole(v: Value) -> bool {
    v.is_exact::<Placeholder>()
}

/// The type of the Placeholder singleton.
///
/// Used as a placeholder for partial arguments.
#[py_type(name = "_PlaceholderType", module = "functools", id = ids::PLACEHOLDER)]
impl Placeholder {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> PyResult {
        if !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty()) {
            return Err(vm.type_error("_PlaceholderType takes no arguments"));
        }
        placeholder(vm)
    }
    #[method]
    fn __repr__(_vm: &mut Vm, _this: Gc<Placeholder>) -> &'static str {
        "Placeholder"
    }
    #[method]
    fn __reduce__(_vm: &mut Vm, _this: Gc<Placeholder>) -> &'static str {
        "Placeholder"
    }
}

/// A function that is itself a plain partial is unwrapped: its parts, if so.
fn parts(vm: &mut Vm, function: Value) -> PyResult<Option<Gc<Partial>>> {
    let Some(inner) = vm.downcast::<Partial>(function) else { return Ok(None) };
    // A subclass may call in its own way.
    let (own, class) = (vm.native_class(Partial::DECL)?, vm.class_of(function));
    if vm.class_special(class, Special::Call) != vm.class_special(own, Special::Call) {
        return Ok(None);
    }
    // One with attributes of its own stays what it is.
    let dict = vm.instance_dict(inner.header())?;
    Ok(dict.is_empty().then_some(inner))
}

fn args_of(vm: &Vm, this: Gc<Partial>) -> Gc<Tuple> {
    vm.downcast::<Tuple>(this.args.get()).expect("made as a tuple")
}

fn keywords_of(vm: &Vm, this: Gc<Partial>) -> Gc<Dict> {
    vm.downcast::<Dict>(this.keywords.get()).expect("made as a dict")
}

/// The arguments bound so far with the holes filled in order; what is left of `given` comes behind.
fn filled(vm: &mut Vm, bound: &[Value], given: &[Value]) -> RootedVec {
    let mut out = vm.rooted_vec();
    let mut next = 0;
    for v in bound {
        if is_hole(*v) && next < given.len() {
            out.push(given[next]);
            next += 1;
        } else {
            out.push(*v);
        }
    }
    out.extend_from_slice(&given[next..]);
    out
}

fn merged(vm: &mut Vm, own: Gc<Dict>, given: Option<Gc<Dict>>) -> PyResult<Gc<Dict>> {
    let all = vm.dict_copy(own)?;
    if let Some(given) = given {
        vm.dict_update(all, Value::from_gc(given))?;
    }
    Ok(all)
}

/// Create a new function with partial application of the given arguments and keywords.
#[py_type(name = "partial", module = "functools", id = ids::PARTIAL, subclassable, has_dict)]
impl Partial {
    #[new(sig = "(*args, **keywords)", text = "(func, /, *args, **keywords)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, keywords: Option<Gc<Dict>>) -> PyResult<Gc<Partial>> {
        let Some((&func, args)) = args.items().split_first() else {
            return Err(vm.type_error("type 'partial' takes at least one argument"));
        };
        let args = vm.tuple(args)?;
        if !vm.is_callable(func) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        if args.items().last().is_some_and(|v| is_hole(*v)) {
            return Err(vm.type_error("trailing Placeholders are not allowed"));
        }
        if let Some(keywords) = keywords {
            let mut at = 0;
            while let Some((_, v)) = vm.dict_next(keywords, &mut at) {
                if is_hole(v) {
                    return Err(vm.type_error("Placeholder cannot be passed as a keyword argument"));
                }
            }
        }
        let (function, args, keywords) = match parts(vm, func)? {
            Some(inner) => {
                let all = filled(vm, args_of(vm, inner).items(), args.items());
                let all = vm.tuple(&all)?;
                let own = keywords_of(vm, inner);
                (inner.function.get(), all, merged(vm, own, keywords)?)
            }
            None => {
                let keywords = match keywords {
                    Some(keywords) => keywords,
                    None => vm.dict_new()?,
                };
                (func, args, keywords)
            }
        };
        let this = vm.alloc_instance::<Partial>(cls)?;
        this.function.init(function);
        this.args.init(Value::from_gc(args));
        this.keywords.init(Value::from_gc(keywords));
        this.holes.set(args.items().iter().filter(|v| is_hole(**v)).count());
        Ok(this)
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(vm: &mut Vm, this: Gc<Partial>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> PyResult {
        let (bound, holes) = (args_of(vm, this), this.holes.get());
        if args.len() < holes {
            return Err(vm.type_error(format!(
                "missing positional arguments in 'partial' call; expected at least {holes}, got {}",
                args.len()
            )));
        }
        let own = keywords_of(vm, this);
        let keywords = match kwargs.filter(|k| !k.is_empty()) {
            Some(given) if !own.is_empty() => Some(merged(vm, own, Some(given))?),
            Some(given) => Some(given),
            None => Some(own),
        };
        vm.enter_call()?;
        if bound.is_empty() {
            return call_dict(vm, this.function.get(), args.items(), keywords);
        }
        let all = filled(vm, bound.items(), args.items());
        call_dict(vm, this.function.get(), &all, keywords)
    }
    /// function object to use in future partial calls
    #[getter]
    fn func(_vm: &mut Vm, this: Gc<Partial>) -> Value {
        this.function.get()
    }
    /// tuple of arguments to future partial calls
    #[getter]
    fn args(_vm: &mut Vm, this: Gc<Partial>) -> Value {
        this.args.get()
    }
    /// dictionary of keyword arguments to future partial calls
    #[getter]
    fn keywords(_vm: &mut Vm, this: Gc<Partial>) -> Value {
        this.keywords.get()
    }
    #[getter(name = "__dict__")]
    fn dict(vm: &mut Vm, this: Gc<Partial>) -> PyResult<Gc<Dict>> {
        vm.instance_dict(this.header())
    }
    #[setter(name = "__dict__")]
    fn set_dict(vm: &mut Vm, this: Gc<Partial>, dict: Option<Value>) -> PyResult<()> {
        let Some(dict) = dict else { return Err(vm.type_error("cannot delete __dict__")) };
        match vm.downcast::<Dict>(dict) {
            Some(dict) => {
                vm.set_instance_dict(this.header(), dict);
                Ok(())
            }
            None => {
                let got = vm.type_name(dict);
                Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{got}'")))
            }
        }
    }
    #[method]
    fn __get__(vm: &mut Vm, this: Gc<Partial>, instance: Value, _owner: Value) -> PyResult {
        let this = Value::from_gc(this);
        if instance.is_none() { Ok(this) } else { vm.bind_method(this, instance) }
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Partial>) -> PyResult<Gc<Str>> {
        let v = Value::from_gc(this);
        let cls = Value::from_gc(vm.class_of(v));
        let (module, qualname) = (vm.names.module, vm.names.qualname);
        let module = vm.get_attr(cls, module)?;
        let qualname = vm.get_attr(cls, qualname)?;
        let (module, qualname) = (vm.to_str(module)?.to_message(), vm.to_str(qualname)?.to_message());
        if !vm.repr_enter(v) {
            return vm.str("...");
        }
        let text = repr_parts(vm, this, &format!("{module}.{qualname}("));
        vm.repr_leave(v);
        text
    }
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Partial>) -> PyResult {
        let v = Value::from_gc(this);
        let cls = Value::from_gc(vm.class_of(v));
        let dict = vm.instance_dict(this.header())?;
        let dict = if dict.is_empty() { Value::NONE } else { Value::from_gc(dict) };
        let args = Value::from_gc(vm.tuple(&[this.function.get()])?);
        let state = vm.tuple(&[this.function.get(), this.args.get(), this.keywords.get(), dict])?;
        vm.tuple(&[cls, args, Value::from_gc(state)]).map(Value::from_gc)
    }
    #[method]
    fn __setstate__(vm: &mut Vm, this: Gc<Partial>, state: Value) -> PyResult<()> {
        let invalid = "invalid partial state";
        let Some(state) = vm.downcast::<Tuple>(state) else { return Err(vm.type_error(invalid)) };
        let &[function, args, keywords, dict] = state.items() else { return Err(vm.type_error(invalid)) };
        let Some(args) = vm.downcast::<Tuple>(args) else { return Err(vm.type_error(invalid)) };
        if !vm.is_callable(function) || !(keywords.is_none() || vm.downcast::<Dict>(keywords).is_some()) {
            return Err(vm.type_error(invalid));
        }
        if args.items().last().is_some_and(|v| is_hole(*v)) {
            return Err(vm.type_error("trailing Placeholders are not allowed"));
        }
        let args =
            if vm.exact::<Tuple>(Value::from_gc(args)).is_some() { args } else { vm.tuple(args.items())? };
        let keywords = match vm.downcast::<Dict>(keywords) {
            Some(given) if vm.exact_dict(keywords).is_some() => given,
            Some(given) => vm.dict_copy(given)?,
            None => vm.dict_new()?,
        };
        let dict = match vm.downcast::<Dict>(dict) {
            Some(dict) => dict,
            None if dict.is_none() => vm.dict_new()?,
            None => return Err(vm.type_error(invalid)),
        };
        this.function.set(&mut vm.heap, this.header(), function);
        this.args.set(&mut vm.heap, this.header(), Value::from_gc(args));
        this.keywords.set(&mut vm.heap, this.header(), Value::from_gc(keywords));
        this.holes.set(args.items().iter().filter(|v| is_hole(**v)).count());
        vm.set_instance_dict(this.header(), dict);
        Ok(())
    }
    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        habu_runtime::types::class_getitem::class_getitem(vm, cls, object)
    }
}

fn repr_parts(vm: &mut Vm, this: Gc<Partial>, start: &str) -> PyResult<Gc<Str>> {
    let mut out = StrBuilder::new();
    out.push_str(start);
    // The fields are read once: a repr may change them.
    let (function, args, keywords) = (this.function.get(), args_of(vm, this), keywords_of(vm, this));
    out.push_py(vm.repr(function)?);
    for v in args.items() {
        out.push_str(", ");
        out.push_py(vm.repr(*v)?);
    }
    let mut at = 0;
    while let Some((name, v)) = vm.dict_next(keywords, &mut at) {
        out.push_str(", ");
        out.push_py(vm.to_str(name)?);
        out.push_str("=");
        out.push_py(vm.repr(v)?);
    }
    out.push_str(")");
    out.finish(vm)
}
