//! The Python types of native functions and methods.

use super::{NativeFunction, of};
use crate::heap::Gc;
use crate::native::{NativeDecl, NativeKind};
use crate::object::ids;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::object::address;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use habu_macros::py_type;

fn decl(v: Value) -> &'static NativeDecl {
    of(v).decl.get().expect("native functions are declared")
}

/// `Class.name`
fn qualified(vm: &mut Vm, v: Value) -> String {
    let owner = of(v).owner.get();
    let name = decl(v).name;
    match vm.as_class(owner) {
        Some(owner) => {
            format!("{}.{name}", owner.qualname.get().map_or_else(String::new, |n| n.to_message()))
        }
        None => name.to_owned(),
    }
}

/// Pickled by name: `getattr(owner, name)`, or the bare name of a module's function.
fn reduce(vm: &mut Vm, v: Value) -> PyResult {
    let of_class = matches!(decl(v).kind, NativeKind::New | NativeKind::StaticMethod);
    let from = match id_of(v) {
        ids::NATIVE_FUNCTION if of_class => of(v).owner.get(),
        ids::NATIVE_FUNCTION | ids::METHOD_WRAPPER => of(v).receiver.get(),
        _ => of(v).owner.get(),
    };
    let name = vm.intern(decl(v).name);
    if from.is_unbound() || vm.downcast::<Module>(from).is_some() {
        return Ok(Value::from_gc(name));
    }
    let getattr = vm.intern("getattr");
    let f = vm.builtins.and_then(|b| vm.dict_get_str(b, getattr)).unwrap_or(Value::NONE);
    let args = vm.tuple(&[from, Value::from_gc(name)])?;
    Ok(Value::from_gc(vm.tuple(&[f, Value::from_gc(args)])?))
}

/// The text of `__text_signature__`, which the receiver of a bound method is still part of.
fn signature(v: Value) -> String {
    let decl = decl(v);
    let text = decl.sig.text;
    if decl.kind != NativeKind::Function || text.contains('$') {
        return text.to_owned();
    }
    // A module's function has the module as receiver.
    let rest = text.strip_prefix('(').unwrap_or(text);
    let slash = if text.contains("/)") || text.contains("/,") { "" } else { "/, " };
    match rest {
        ")" => "($module, /)".to_owned(),
        _ => format!("($module, {slash}{rest}"),
    }
}

fn doc(v: Value) -> Option<&'static str> {
    decl(v).doc
}

fn call(vm: &mut Vm, this: Value, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
    vm.call_dict(this, args.items(), kwargs)
}

/// Function and receiver are the same.
fn same(vm: &Vm, a: Value, b: Value) -> Value {
    if id_of(a) != id_of(b) {
        return Value::NOT_IMPLEMENTED;
    }
    let _ = vm;
    let (x, y) = (of(a), of(b));
    let same_decl = std::ptr::eq(decl(a), decl(b));
    Value::bool(same_decl && x.receiver.get() == y.receiver.get() && x.owner.get() == y.owner.get())
}

fn hash(v: Value) -> i64 {
    let f = of(v);
    let receiver = if f.receiver.get().is_unbound() { 0 } else { address(f.receiver.get()) >> 4 };
    receiver as i64 ^ (std::ptr::from_ref(decl(v)) as usize >> 4) as i64
}

pub struct NativeFunctions;

#[py_type(name = "builtin_function_or_method", id = ids::NATIVE_FUNCTION, payload = NativeFunction)]
impl NativeFunctions {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(vm: &mut Vm, this: Value, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        call(vm, this, args, kwargs)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> String {
        let name = decl(this).name;
        let receiver = Self::__self__(vm, this);
        if receiver.is_none() || vm.downcast::<Module>(receiver).is_some() {
            return format!("<built-in function {name}>");
        }
        let class = vm.type_name(receiver);
        format!("<built-in method {name} of {class} object at {:#x}>", address(receiver))
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Value, other: Value) -> Value {
        same(vm, this, other)
    }

    #[method]
    fn __hash__(_vm: &mut Vm, this: Value) -> i64 {
        hash(this)
    }

    #[method]
    fn __reduce__(vm: &mut Vm, this: Value) -> PyResult {
        reduce(vm, this)
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Value) -> &'static str {
        decl(this).name
    }

    #[getter]
    fn __qualname__(vm: &mut Vm, this: Value) -> String {
        let receiver = Self::__self__(vm, this);
        match vm.as_class(receiver) {
            Some(class) if !receiver.is_none() => {
                format!(
                    "{}.{}",
                    class.qualname.get().map_or_else(String::new, |n| n.to_message()),
                    decl(this).name
                )
            }
            _ if receiver.is_none() && matches!(decl(this).kind, NativeKind::StaticMethod) => {
                let owner = vm.as_class(of(this).owner.get());
                let class = owner.and_then(|c| c.qualname.get()).map_or_else(String::new, |n| n.to_message());
                format!("{class}.{}", decl(this).name)
            }
            _ if receiver.is_none() || vm.downcast::<Module>(receiver).is_some() => {
                decl(this).name.to_owned()
            }
            _ => format!("{}.{}", vm.class_name(vm.class_of(receiver)), decl(this).name),
        }
    }

    #[getter]
    fn __module__(vm: &mut Vm, this: Value) -> PyResult {
        let module = of(this).module.get();
        let Some(module) = vm.downcast::<Module>(module) else {
            return Ok(module.bound().unwrap_or(Value::NONE));
        };
        let key = vm.names.name;
        Ok(module.dict.get().and_then(|d| vm.dict_get_str(d, key)).unwrap_or(Value::NONE))
    }

    #[getter]
    fn __doc__(_vm: &mut Vm, this: Value) -> Option<&'static str> {
        doc(this)
    }

    #[getter]
    fn __text_signature__(_vm: &mut Vm, this: Value) -> String {
        signature(this)
    }

    /// What it is bound to: an object, a class (`__new__`), or its module.
    #[getter]
    fn __self__(_vm: &mut Vm, this: Value) -> Value {
        let f = of(this);
        let fallback = match decl(this).kind {
            NativeKind::New => f.owner.get(),
            _ => f.module.get(),
        };
        f.receiver.get().bound().or(fallback.bound()).unwrap_or(Value::NONE)
    }
}

/// The receiver of a method descriptor called explicitly through `__get__`.
fn bind(vm: &mut Vm, this: Value, instance: Value) -> PyResult {
    if instance.is_none() { Ok(this) } else { vm.bind_method(this, instance) }
}

macro_rules! descriptor_type {
    ($(#[$doc:meta])* $name:ident, $py:tt, $id:expr, $repr:tt) => {
        pub struct $name;

        $(#[$doc])*
        #[py_type(name = $py, id = $id, payload = NativeFunction)]
        impl $name {
            #[method(sig = "($self, /, *args, **kwargs)")]
            fn __call__(vm: &mut Vm, this: Value, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
                call(vm, this, args, kwargs)
            }

            #[method]
            fn __get__(vm: &mut Vm, this: Value, instance: Value, _owner: Value) -> PyResult {
                bind(vm, this, instance)
            }

            #[method]
            fn __repr__(vm: &mut Vm, this: Value) -> String {
                let class = vm.as_class(of(this).owner.get()).map_or_else(String::new, |c| vm.class_name(c));
                format!($repr, decl(this).name, class)
            }

            #[method]
            fn __reduce__(vm: &mut Vm, this: Value) -> PyResult {
                reduce(vm, this)
            }

            #[getter]
            fn __name__(_vm: &mut Vm, this: Value) -> &'static str {
                decl(this).name
            }

            #[getter]
            fn __qualname__(vm: &mut Vm, this: Value) -> String {
                qualified(vm, this)
            }

            #[getter]
            fn __objclass__(_vm: &mut Vm, this: Value) -> Value {
                of(this).owner.get()
            }

            #[getter]
            fn __doc__(_vm: &mut Vm, this: Value) -> Option<&'static str> {
                doc(this)
            }

            #[getter]
            fn __text_signature__(_vm: &mut Vm, this: Value) -> String {
                signature(this)
            }
        }
    };
}

descriptor_type!(
    MethodDescriptors,
    "method_descriptor",
    ids::METHOD_DESCRIPTOR,
    "<method '{}' of '{}' objects>"
);
descriptor_type!(
    WrapperDescriptors,
    "wrapper_descriptor",
    ids::WRAPPER_DESCRIPTOR,
    "<slot wrapper '{}' of '{}' objects>"
);

pub struct ClassMethodDescriptors;

#[py_type(name = "classmethod_descriptor", id = ids::CLASSMETHOD_DESCRIPTOR, payload = NativeFunction)]
impl ClassMethodDescriptors {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(vm: &mut Vm, this: Value, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        call(vm, this, args, kwargs)
    }

    #[method]
    fn __get__(vm: &mut Vm, this: Value, instance: Value, owner: Value) -> PyResult {
        let class = match vm.as_class(owner) {
            Some(class) => class,
            None => vm.class_of(instance),
        };
        vm.bind_native(ids::NATIVE_FUNCTION, this, Value::from_gc(class))
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> String {
        let class = vm.as_class(of(this).owner.get()).map_or_else(String::new, |c| vm.class_name(c));
        format!("<method '{}' of '{class}' objects>", decl(this).name)
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Value) -> &'static str {
        decl(this).name
    }

    #[getter]
    fn __qualname__(vm: &mut Vm, this: Value) -> String {
        qualified(vm, this)
    }

    #[getter]
    fn __objclass__(_vm: &mut Vm, this: Value) -> Value {
        of(this).owner.get()
    }

    #[getter]
    fn __doc__(_vm: &mut Vm, this: Value) -> Option<&'static str> {
        doc(this)
    }

    #[getter]
    fn __text_signature__(_vm: &mut Vm, this: Value) -> String {
        signature(this)
    }
}

pub struct MethodWrappers;

#[py_type(name = "method-wrapper", id = ids::METHOD_WRAPPER, payload = NativeFunction)]
impl MethodWrappers {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(vm: &mut Vm, this: Value, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        call(vm, this, args, kwargs)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> String {
        let receiver = of(this).receiver.get();
        let class = vm.type_name(receiver);
        format!("<method-wrapper '{}' of {class} object at {:#x}>", decl(this).name, address(receiver))
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Value, other: Value) -> Value {
        same(vm, this, other)
    }

    #[method]
    fn __hash__(_vm: &mut Vm, this: Value) -> i64 {
        hash(this)
    }

    #[method]
    fn __reduce__(vm: &mut Vm, this: Value) -> PyResult {
        reduce(vm, this)
    }

    #[getter]
    fn __self__(_vm: &mut Vm, this: Value) -> Value {
        of(this).receiver.get()
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Value) -> &'static str {
        decl(this).name
    }

    #[getter]
    fn __qualname__(vm: &mut Vm, this: Value) -> String {
        qualified(vm, this)
    }

    #[getter]
    fn __objclass__(_vm: &mut Vm, this: Value) -> Value {
        of(this).owner.get()
    }

    #[getter]
    fn __doc__(_vm: &mut Vm, this: Value) -> Option<&'static str> {
        doc(this)
    }

    #[getter]
    fn __text_signature__(_vm: &mut Vm, this: Value) -> String {
        signature(this)
    }
}
