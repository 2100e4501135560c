//! `ast.AST`: the type that all node classes derive from.

use super::classes::classes;
use super::schema::{Group, Node};
use crate::heap::{Gc, Header};
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::generic_alias::GenericAlias;
use crate::types::list::List;
use crate::types::object::{get_dict, set_dict};
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::types::union::Union;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};
use habu_macros::py_type;

pub struct Ast;

/// How deep `repr()` goes.
const REPR_DEPTH: usize = 3;

/// A class attribute that names things (`_fields`, `_attributes`), as names.
fn name_list(vm: &mut Vm, v: Value, attribute: &str) -> PyResult<Vec<Gc<Str>>> {
    let cls = Value::from_gc(vm.class_of(v));
    let attribute = vm.intern(attribute);
    let Some(list) = vm.get_attr_opt(cls, attribute)? else { return Ok(Vec::new()) };
    let items = vm.collect(list)?;
    let mut names = Vec::new();
    for item in items.iter() {
        let Some(name) = vm.downcast::<Str>(*item) else {
            let got = vm.type_name(*item);
            return Err(vm.type_error(format!("attribute name must be string, not '{got}'")));
        };
        names.push(vm.intern_str(name)?);
    }
    Ok(names)
}

/// What kinds of fields a missing one may be.
enum Missing {
    Optional,
    List,
    Context,
    Required,
    /// Nothing is known of it.
    Untyped,
}

fn missing_kind(vm: &mut Vm, types: Gc<Dict>, name: Gc<Str>) -> PyResult<Missing> {
    let Some(ty) = vm.dict_get(types, Value::from_gc(name))? else { return Ok(Missing::Untyped) };
    if vm.exact::<Union>(ty).is_some() {
        return Ok(Missing::Optional);
    }
    if vm.downcast::<GenericAlias>(ty).is_some() {
        return Ok(Missing::List);
    }
    let contexts = classes(vm)?.group(Group::named("expr_context").expect("a row of the table"));
    Ok(if ty == Value::from_gc(contexts) { Missing::Context } else { Missing::Required })
}

/// Gives the fields that were not passed their defaults; warns about those that have none.
fn fill_missing(vm: &mut Vm, this: Value, missing: &[Gc<Str>]) -> PyResult<()> {
    let cls = vm.class_of(this);
    let key = vm.intern("_field_types");
    let Some(types) = vm.get_attr_opt(Value::from_gc(cls), key)? else { return Ok(()) };
    let Some(types) = vm.downcast::<Dict>(types) else {
        return Err(vm.type_error("_field_types must be a dict"));
    };
    for name in missing {
        match missing_kind(vm, types, *name)? {
            Missing::Optional => {}
            Missing::List => {
                let list = Value::from_gc(vm.list_new()?);
                vm.set_attr(this, *name, list)?;
            }
            Missing::Context => {
                let load = classes(vm)?.singleton(Node::Load);
                vm.set_attr(this, *name, load)?;
            }
            Missing::Required => {
                let (class, name) = (vm.class_name(cls), name.to_message());
                let text = format!(
                    "{class}.__init__ missing 1 required positional argument: '{name}'. This will become an error in Python 3.15."
                );
                vm.warn(Exc::DeprecationWarning, text, 1)?;
            }
            Missing::Untyped => {
                let (class, name) = (vm.class_name(cls), name.to_message());
                let text = format!(
                    "Field '{name}' is missing from {class}._field_types. This will become an error in Python 3.15."
                );
                vm.warn(Exc::DeprecationWarning, text, 1)?;
            }
        }
    }
    Ok(())
}

fn too_many(vm: &mut Vm, this: Value, most: usize) -> Raised {
    let (class, s) = (vm.type_name(this), if most == 1 { "" } else { "s" });
    vm.type_error(format!("{class} constructor takes at most {most} positional argument{s}"))
}

/// `repr()` of what a field holds.
fn repr_value(vm: &mut Vm, out: &mut StrBuilder, v: Value, depth: usize) -> PyResult<()> {
    if let Some(list) = vm.downcast::<List>(v) {
        let items = vm.collect(Value::from_gc(list))?;
        return repr_items(vm, out, &items, ("[", "]"), depth);
    }
    if let Some(tuple) = vm.downcast::<Tuple>(v) {
        return repr_items(vm, out, tuple.items(), ("(", ")"), depth);
    }
    let ast = vm.native_class(Ast::DECL)?;
    if vm.class_of(v).is_subtype(ast) {
        return repr_node(vm, out, v, depth);
    }
    let text = vm.repr(v)?;
    out.push_py(text);
    Ok(())
}

/// The first and the last item stand for all.
fn repr_items(
    vm: &mut Vm,
    out: &mut StrBuilder,
    items: &[Value],
    brackets: (&str, &str),
    depth: usize,
) -> PyResult<()> {
    out.push_str(brackets.0);
    let shown: &[Value] = match items {
        [first, .., last] if items.len() > 2 => &[*first, *last],
        _ => items,
    };
    for (i, item) in shown.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
            if items.len() > 2 {
                out.push_str("..., ");
            }
        }
        repr_value(vm, out, *item, depth)?;
    }
    out.push_str(brackets.1);
    Ok(())
}

fn repr_node(vm: &mut Vm, out: &mut StrBuilder, v: Value, depth: usize) -> PyResult<()> {
    let class = vm.type_name(v);
    out.push_str(&class);
    out.push_str("(");
    if depth == 0 {
        out.push_str("...)");
        return Ok(());
    }
    if !vm.repr_enter(v) {
        out.push_str("...)");
        return Ok(());
    }
    let result = repr_fields(vm, out, v, depth);
    vm.repr_leave(v);
    result?;
    out.push_str(")");
    Ok(())
}

fn repr_fields(vm: &mut Vm, out: &mut StrBuilder, v: Value, depth: usize) -> PyResult<()> {
    for (i, name) in name_list(vm, v, "_fields")?.into_iter().enumerate() {
        let field = vm.get_attr(v, name)?;
        if i > 0 {
            out.push_str(", ");
        }
        out.push_py(name);
        out.push_str("=");
        repr_value(vm, out, field, depth - 1)?;
    }
    Ok(())
}

/// Every name that a node may be given by keyword: fields, attributes, and what it has.
fn replaceable(vm: &mut Vm, this: Value) -> PyResult<Gc<Dict>> {
    let all = vm.dict_new()?;
    let own = get_dict(vm, this)?;
    if let Some(own) = vm.downcast::<Dict>(own) {
        let mut at = 0;
        while let Some((key, v)) = vm.dict_next(own, &mut at) {
            vm.dict_set(all, key, v)?;
        }
    }
    Ok(all)
}

#[py_type(name = "AST", module = "ast", id = ids::AST, payload = Header, subclassable, has_dict)]
impl Ast {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult {
        Ok(Value::from_header(vm.alloc_object(cls)?))
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(vm: &mut Vm, this: Value, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        let fields = name_list(vm, this, "_fields")?;
        if args.len() > fields.len() {
            return Err(too_many(vm, this, fields.len()));
        }
        for (name, v) in fields.iter().zip(args.items()) {
            vm.set_attr(this, *name, *v)?;
        }
        let mut missing: Vec<Gc<Str>> = fields[args.len()..].to_vec();
        let mut attributes = None;
        let mut at = 0;
        while let Some((key, v)) = vm.dict_next(kwargs, &mut at) {
            let Some(key) = vm.downcast::<Str>(key) else {
                return Err(vm.type_error("keywords must be strings"));
            };
            let key = vm.intern_str(key)?;
            let class = vm.type_name(this);
            if fields.contains(&key) {
                let Some(place) = missing.iter().position(|m| *m == key) else {
                    let name = key.to_message();
                    return Err(vm.type_error(format!("{class} got multiple values for argument '{name}'")));
                };
                missing.remove(place);
            } else {
                if attributes.is_none() {
                    attributes = Some(name_list(vm, this, "_attributes")?);
                }
                if !attributes.as_ref().is_some_and(|names| names.contains(&key)) {
                    let name = key.to_message();
                    let text = format!(
                        "{class}.__init__ got an unexpected keyword argument '{name}'. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15."
                    );
                    vm.warn(Exc::DeprecationWarning, text, 1)?;
                }
            }
            vm.set_attr(this, key, v)?;
        }
        if missing.is_empty() { Ok(()) } else { fill_missing(vm, this, &missing) }
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> PyResult<Gc<Str>> {
        let mut out = StrBuilder::new();
        repr_node(vm, &mut out, this, REPR_DEPTH)?;
        out.finish(vm)
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(vm: &mut Vm, this: Value) -> PyResult {
        let class = Value::from_gc(vm.class_of(this));
        let state = get_dict(vm, this)?;
        // Fields go in by position, as far as there are any without a gap; their values are in the state as well.
        let mut args = vm.rooted_vec();
        if let Some(dict) = vm.downcast::<Dict>(state) {
            for name in name_list(vm, this, "_fields")? {
                match vm.dict_get(dict, Value::from_gc(name))? {
                    Some(v) => args.push(v),
                    None => break,
                }
            }
        }
        let args = Value::from_gc(vm.tuple(&args)?);
        vm.tuple(&[class, args, state]).map(Value::from_gc)
    }

    /// Return a copy of the AST node with new values for the specified fields.
    #[method(sig = "($self, /, **fields)")]
    fn __replace__(vm: &mut Vm, this: Value, fields: Gc<Dict>) -> PyResult {
        let class = vm.class_of(this);
        let mut known = name_list(vm, this, "_fields")?;
        let required = known.clone();
        known.extend(name_list(vm, this, "_attributes")?);
        let values = replaceable(vm, this)?;
        let mut at = 0;
        while let Some((key, v)) = vm.dict_next(fields, &mut at) {
            let key = vm.to_str(key)?;
            let key = vm.intern_str(key)?;
            if !known.contains(&key) {
                let (class, name) = (vm.class_name(class), key.to_message());
                let text = format!("{class}.__replace__ got an unexpected keyword argument '{name}'.");
                return Err(vm.type_error(text));
            }
            vm.dict_set_str(values, key, v)?;
        }
        let mut keywords = Vec::new();
        let mut lacking = Vec::new();
        for name in &known {
            match vm.dict_get_str(values, *name) {
                Some(v) => keywords.push((*name, v)),
                None if required.contains(name) => {
                    // A default on the class will do.
                    if vm.get_attr_opt(Value::from_gc(class), *name)?.is_none() {
                        lacking.push(format!("'{}'", name.to_message()));
                    }
                }
                None => {}
            }
        }
        if !lacking.is_empty() {
            lacking.sort();
            let (class, n, s) =
                (vm.class_name(class), lacking.len(), if lacking.len() == 1 { "" } else { "s" });
            let names = lacking.join(", ");
            return Err(
                vm.type_error(format!("{class}.__replace__ missing {n} keyword argument{s}: {names}."))
            );
        }
        vm.call_kw(Value::from_gc(class), &[], &keywords)
    }

    #[getter]
    fn __dict__(vm: &mut Vm, this: Value) -> PyResult {
        get_dict(vm, this)
    }

    #[setter(name = "__dict__")]
    fn set_dict(vm: &mut Vm, this: Value, value: Value) -> PyResult<()> {
        set_dict(vm, this, value)
    }
}
