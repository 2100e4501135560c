//! Texts of the errors that calling a native function can raise before it runs.

use super::{ArgAt, Default, NativeDecl, NativeKind, Owner, Param, ParamKind};
use crate::heap::Gc;
use crate::object::ids;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};

/// Names of special methods that are slot wrappers in CPython: their texts differ from ordinary methods'.
fn is_wrapper_name(name: &str) -> bool {
    name.starts_with("__")
        && name.ends_with("__")
        && !matches!(
            name,
            "__format__"
                | "__round__"
                | "__trunc__"
                | "__floor__"
                | "__ceil__"
                | "__sizeof__"
                | "__reduce__"
                | "__reduce_ex__"
                | "__getstate__"
                | "__setstate__"
                | "__dir__"
                | "__enter__"
                | "__exit__"
                | "__reversed__"
                | "__length_hint__"
                | "__complex__"
                | "__bytes__"
                | "__class_getitem__"
                | "__instancecheck__"
                | "__subclasscheck__"
                | "__init_subclass__"
                | "__subclasshook__"
                | "__fspath__"
                | "__mro_entries__"
                | "__prepare__"
                | "__getnewargs__"
                | "__getformat__"
                | "__new__"
                | "__copy__"
                | "__deepcopy__"
                | "__set_name__"
                | "__subclasses__"
        )
}

/// Whether CPython shows this function as a slot wrapper (`int.__add__`) rather than a method.
pub fn is_wrapper(decl: &NativeDecl) -> bool {
    decl.kind == NativeKind::Method && is_wrapper_at(decl.name, decl.owner)
}

fn is_wrapper_at(name: &str, owner: Owner) -> bool {
    let Owner::Type { name: type_name, .. } = owner else { return false };
    // Types that give these as ordinary methods, for speed.
    let plain = match name {
        "__getitem__" => matches!(type_name, "list" | "dict"),
        "__contains__" => matches!(type_name, "dict" | "set" | "frozenset"),
        _ => false,
    };
    !plain && is_wrapper_name(name)
}

/// `list.append`, `math.sqrt`, `len`: how texts of fixed-arity functions name it.
pub fn qualified_name(decl: &NativeDecl) -> String {
    match decl.owner {
        Owner::Module("builtins") => decl.name.into(),
        Owner::Module(owner) | Owner::Type { name: owner, .. } => {
            if names_type(decl) {
                owner.into()
            } else {
                format!("{owner}.{}", decl.name)
            }
        }
    }
}

/// `append`, and the type's name for its constructor.
pub fn short_name(decl: &NativeDecl) -> &'static str {
    match decl.owner {
        Owner::Type { name, .. } if names_type(decl) => name,
        _ => decl.name,
    }
}

fn names_type(decl: &NativeDecl) -> bool {
    decl.kind == NativeKind::New || decl.name == "__init__"
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// The receiver's type does not have this method.
#[cold]
pub fn wrong_receiver(vm: &mut Vm, v: Value, at: &ArgAt) -> Raised {
    receiver_error(vm, v, at.function, at.owner)
}

#[cold]
pub fn receiver_error(vm: &mut Vm, v: Value, function: &str, owner: Owner) -> Raised {
    let wanted = owner.full_name();
    let got = vm.type_name(v);
    if is_wrapper_at(function, owner) {
        vm.type_error(format!("descriptor '{function}' requires a '{wanted}' object but received a '{got}'"))
    } else {
        vm.type_error(format!(
            "descriptor '{function}' for '{wanted}' objects doesn't apply to a '{got}' object"
        ))
    }
}

/// Only instances of the owner pass.
pub fn check_receiver(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<()> {
    if let Owner::Type { id, .. } = at.owner
        && id != ids::OBJECT
        && !vm.class_of(v).is_subtype(vm.builtin(id))
    {
        return Err(wrong_receiver(vm, v, at));
    }
    Ok(())
}

/// "append() argument 'x' must be str, not int"
#[cold]
pub fn bad_argument(vm: &mut Vm, at: &ArgAt, expected: &str, v: Value) -> Raised {
    let function = match at.owner {
        Owner::Type { name, .. } if at.function == "__new__" || at.function == "__init__" => name,
        _ => at.function,
    };
    let or_none = if at.none_is_absent { " or None" } else { "" };
    // CPython calls None by its name here, other objects by their type's.
    let got = if v.is_none() { "None".to_string() } else { vm.type_name(v) };
    let what = if at.what.is_empty() { "argument" } else { at.what };
    vm.type_error(format!("{function}() {what} must be {expected}{or_none}, not {got}"))
}

/// A string that has no UTF-8 form was passed where one is needed.
#[cold]
pub fn surrogates(vm: &mut Vm, text: Gc<Str>, at: usize) -> Raised {
    let make = |vm: &mut Vm| -> PyResult<[Value; 5]> {
        Ok([
            Value::from_gc(vm.str("utf-8")?),
            Value::from_gc(text),
            Value::small(at as i64),
            Value::small(at as i64 + 1),
            Value::from_gc(vm.str("surrogates not allowed")?),
        ])
    };
    match make(vm) {
        Ok(args) => vm.raise_with(Exc::UnicodeEncodeError, &args),
        Err(raised) => raised,
    }
}

/// Deletion of an attribute whose setter has no use for it.
#[cold]
pub fn cannot_delete(vm: &mut Vm, name: &str) -> Raised {
    vm.attribute_error_text(format!("cannot delete attribute '{name}'"))
}

/// A native entry was called without going through `bind`: a mistake in the runtime, reported rather than ignored.
#[cold]
pub fn misbound(vm: &mut Vm, name: &str) -> Raised {
    vm.system_error(format!("bad call of native function {name}: wrong number of bound values"))
}

/// The number of arguments does not fit. `given` and the signature count the receiver, the texts do not.
#[cold]
pub fn arity(vm: &mut Vm, decl: &NativeDecl, args: &[Value], keywords: usize) -> Raised {
    let receiver = usize::from(has_receiver(decl));
    if receiver == 1 {
        let Some(this) = args.first() else { return no_receiver(vm, decl) };
        if let Owner::Type { id, .. } = decl.owner
            && decl.kind == NativeKind::Method
            && !vm.class_of(*this).is_subtype(vm.builtin(id))
        {
            return receiver_error(vm, *this, decl.name, decl.owner);
        }
    }
    let given = args.len() - receiver;
    let params = &decl.sig.params[receiver..];
    let (min, max) = (decl.sig.min - receiver, decl.sig.max.saturating_sub(receiver));
    let text = if is_wrapper(decl) && decl.name != "__init__" {
        match (min, max) {
            (0 | 1, 1) | (0, 0) if min == max => {
                format!("expected {max} argument{}, got {given}", plural(max))
            }
            (1, 2) if decl.name.ends_with("pow__") => format!("expected 1 or 2 arguments, got {given}"),
            _ => range_text(decl.name, min, max, given),
        }
    } else if (decl.kind == NativeKind::New
        && keywords == 0
        && matches!(decl.owner, Owner::Type { id: ids::STR | ids::INT, .. }))
        || (decl.name == "sorted" && matches!(decl.owner, Owner::Module("builtins")))
    {
        // These count as functions without keywords do, though they take some.
        range_text(short_name(decl), min, max, given)
    } else if params.iter().any(|p| matches!(p.kind, ParamKind::Positional | ParamKind::KeywordOnly)) {
        keyword_capable(decl, params, max, given, keywords)
    } else if max == 0 {
        if names_type(decl) && given > 0 {
            format!("{}() takes no arguments", short_name(decl))
        } else {
            format!("{}() takes no arguments ({given} given)", qualified_name(decl))
        }
    } else if max == 1 && min == 1 && !names_type(decl) {
        format!("{}() takes exactly one argument ({given} given)", qualified_name(decl))
    } else {
        range_text(short_name(decl), min, max, given)
    };
    vm.type_error(text)
}

fn range_text(name: &str, min: usize, max: usize, given: usize) -> String {
    let (bound, n) = match given {
        _ if min == max => ("", min),
        _ if given < min => ("at least ", min),
        _ => ("at most ", max),
    };
    format!("{name} expected {bound}{n} argument{}, got {given}", plural(n))
}

/// Texts of functions whose parameters may be named (CPython's `_PyArg_UnpackKeywords`).
fn keyword_capable(decl: &NativeDecl, params: &[Param], max: usize, given: usize, keywords: usize) -> String {
    let name = short_name(decl);
    let total =
        params.iter().filter(|p| !matches!(p.kind, ParamKind::VarArgs | ParamKind::VarKeywords)).count();
    if given + keywords > total && max != usize::MAX {
        let keyword = if given == 0 { "keyword " } else { "" };
        let given = given + keywords;
        return format!("{name}() takes at most {total} {keyword}argument{} ({given} given)", plural(total));
    }
    let required = |p: &&Param| p.default == Default::Required;
    let min_positional = params.iter().filter(|p| p.kind != ParamKind::KeywordOnly).filter(required).count();
    if given > max {
        if max == 0 {
            return format!("{name}() takes no positional arguments");
        }
        let bound = if min_positional < max { "at most" } else { "exactly" };
        return format!("{name}() takes {bound} {max} positional argument{} ({given} given)", plural(max));
    }
    let only = params.iter().filter(|p| p.kind == ParamKind::PositionalOnly).filter(required).count();
    let bound = if only < max { "at least" } else { "exactly" };
    format!("{name}() takes {bound} {only} positional argument{} ({given} given)", plural(only))
}

/// Called on the class without a receiver.
#[cold]
pub fn no_receiver(vm: &mut Vm, decl: &NativeDecl) -> Raised {
    let (Owner::Module(short) | Owner::Type { name: short, .. }) = decl.owner;
    let (owner, name) = (decl.owner.full_name(), decl.name);
    vm.type_error(match decl.kind {
        NativeKind::New => format!("{owner}.__new__(): not enough arguments"),
        _ if is_wrapper(decl) => format!("descriptor '{name}' of '{owner}' object needs an argument"),
        _ => format!("unbound method {short}.{name}() needs an argument"),
    })
}

/// Keyword arguments for a function that takes none.
#[cold]
pub fn no_keywords(vm: &mut Vm, decl: &NativeDecl, receiver: Option<Value>) -> Raised {
    if is_wrapper(decl) && decl.name != "__init__" {
        return vm.type_error(format!("wrapper {}() takes no keyword arguments", decl.name));
    }
    // A class method is named after the class it was called on.
    if decl.kind == NativeKind::ClassMethod
        && let Some(cls) = receiver.and_then(|v| vm.as_class(v))
    {
        let class = vm.class_name(cls);
        return vm.type_error(format!("{class}.{}() takes no keyword arguments", decl.name));
    }
    vm.type_error(format!("{}() takes no keyword arguments", qualified_name(decl)))
}

#[cold]
pub fn unexpected_keyword(vm: &mut Vm, decl: &NativeDecl, name: Value) -> Raised {
    let Some(name) = vm.downcast::<Str>(name) else { return vm.type_error("keywords must be strings") };
    let name = name.to_message();
    vm.type_error(format!("{}() got an unexpected keyword argument '{name}'", short_name(decl)))
}

#[cold]
pub fn given_twice(vm: &mut Vm, decl: &NativeDecl, param: usize) -> Raised {
    let (name, position) = (decl.sig.params[param].name, param + 1 - usize::from(has_receiver(decl)));
    vm.type_error(format!(
        "argument for {}() given by name ('{name}') and position ({position})",
        short_name(decl)
    ))
}

#[cold]
pub fn missing(vm: &mut Vm, decl: &NativeDecl, param: usize) -> Raised {
    let (name, position) = (decl.sig.params[param].name, param + 1 - usize::from(has_receiver(decl)));
    // `enumerate` says it its own way.
    if matches!(decl.owner, Owner::Type { id: ids::ENUMERATE, .. }) {
        return vm.type_error(format!("enumerate() missing required argument '{name}'"));
    }
    vm.type_error(format!("{}() missing required argument '{name}' (pos {position})", short_name(decl)))
}

/// Whether the first parameter is the receiver.
pub fn has_receiver(decl: &NativeDecl) -> bool {
    matches!(decl.kind, NativeKind::Method | NativeKind::ClassMethod | NativeKind::New)
}
