//! `itemgetter` and `attrgetter`.

use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::str::{Side, Str, StrBuilder};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of an itemgetter: a tuple of keys.
    ItemGetter(ids::ITEM_GETTER) { items }
}

layout! {
    /// Cell of an attrgetter: the names as given, and for each an interned name or a tuple of them for a dotted one.
    AttrGetter(ids::ATTR_GETTER) { names, paths }
}

fn tuple(vm: &Vm, v: Value) -> Gc<Tuple> {
    vm.downcast::<Tuple>(v).expect("made as a tuple")
}

fn no_keywords(vm: &mut Vm, name: &str, kwargs: Option<Gc<Dict>>) -> PyResult<()> {
    match kwargs {
        Some(kwargs) if !kwargs.is_empty() => {
            Err(vm.type_error(format!("{name}() takes no keyword arguments")))
        }
        _ => Ok(()),
    }
}

/// `module.Class(repr, repr)`
pub fn call_repr(vm: &mut Vm, this: Value, parts: &[Value], keywords: Option<Gc<Dict>>) -> PyResult<Gc<Str>> {
    let cls = vm.class_of(this);
    let name = vm.class_name(cls);
    let key = vm.names.module;
    let module = vm.get_attr(Value::from_gc(cls), key)?;
    let start = format!("{}.{name}(", vm.to_str(module)?.to_message());
    if !vm.repr_enter(this) {
        return vm.str(&format!("{start}...)"));
    }
    let mut out = StrBuilder::new();
    out.push_str(&start);
    let done = push_parts(vm, &mut out, parts, keywords);
    vm.repr_leave(this);
    done?;
    out.push_str(")");
    out.finish(vm)
}

fn push_parts(
    vm: &mut Vm,
    out: &mut StrBuilder,
    parts: &[Value],
    keywords: Option<Gc<Dict>>,
) -> PyResult<()> {
    for (i, v) in parts.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        out.push_py(vm.repr(*v)?);
    }
    let mut at = 0;
    while let Some((name, v)) = keywords.and_then(|k| vm.dict_next(k, &mut at)) {
        out.push_str(", ");
        out.push_py(vm.to_str(name)?);
        out.push_str("=");
        out.push_py(vm.repr(v)?);
    }
    Ok(())
}

/// Return a callable object that fetches the given item(s) from its operand.
///
/// After f = itemgetter(2), the call f(r) returns r[2].
/// After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])
#[py_type(name = "itemgetter", module = "operator", id = ids::ITEM_GETTER, subclassable)]
impl ItemGetter {
    #[new(sig = "(item, /, *items, **kwargs)", text = "($type, item, /, *items)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        item: Value,
        items: Gc<Tuple>,
        kwargs: Option<Gc<Dict>>,
    ) -> PyResult<Gc<ItemGetter>> {
        no_keywords(vm, "itemgetter", kwargs)?;
        let mut all = vm.rooted_vec();
        all.push(item);
        all.extend_from_slice(items.items());
        let items = vm.tuple(&all)?;
        let this = vm.alloc_instance::<ItemGetter>(cls)?;
        this.items.init(Value::from_gc(items));
        Ok(this)
    }
    #[method(sig = "($self, obj, /)")]
    fn __call__(vm: &mut Vm, this: Gc<ItemGetter>, obj: Value) -> PyResult {
        let items = tuple(vm, this.items.get());
        if let &[only] = items.items() {
            return vm.get_item(obj, only);
        }
        let mut found = vm.rooted_vec();
        for item in items.items() {
            let v = vm.get_item(obj, *item)?;
            found.push(v);
        }
        vm.tuple(&found).map(Value::from_gc)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<ItemGetter>) -> PyResult<Gc<Str>> {
        let items = tuple(vm, this.items.get());
        call_repr(vm, Value::from_gc(this), items.items(), None)
    }
    /// Return state information for pickling
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<ItemGetter>) -> (Value, Value) {
        (Value::from_gc(vm.class_of(Value::from_gc(this))), this.items.get())
    }
}

/// The interned names that a dotted name is made of.
fn path(vm: &mut Vm, name: Gc<Str>) -> PyResult {
    let dot = vm.strings.latin1(b'.');
    let spans = name.units().split(dot.units(), usize::MAX, Side::Left);
    let mut parts = vm.rooted_vec();
    for (start, end) in spans {
        let part = vm.str_slice(name, start, end)?;
        let part = vm.intern_str(part)?;
        parts.push(Value::from_gc(part));
    }
    match parts[..] {
        [only] => Ok(only),
        _ => vm.tuple(&parts).map(Value::from_gc),
    }
}

fn follow(vm: &mut Vm, obj: Value, path: Value) -> PyResult {
    if let Some(name) = vm.exact::<Str>(path) {
        return vm.get_attr(obj, name);
    }
    let mut v = obj;
    for name in tuple(vm, path).items() {
        let name = vm.exact::<Str>(*name).expect("made of names");
        v = vm.get_attr(v, name)?;
    }
    Ok(v)
}

/// Return a callable object that fetches the given attribute(s) from its operand.
///
/// After f = attrgetter('name'), the call f(r) returns r.name.
/// After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).
/// After h = attrgetter('name.first', 'name.last'), the call h(r) returns
/// (r.name.first, r.name.last).
#[py_type(name = "attrgetter", module = "operator", id = ids::ATTR_GETTER, subclassable)]
impl AttrGetter {
    #[new(sig = "(attr, /, *attrs, **kwargs)", text = "($type, attr, /, *attrs)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        attr: Value,
        attrs: Gc<Tuple>,
        kwargs: Option<Gc<Dict>>,
    ) -> PyResult<Gc<AttrGetter>> {
        no_keywords(vm, "attrgetter", kwargs)?;
        let (mut names, mut paths) = (vm.rooted_vec(), vm.rooted_vec());
        for name in std::iter::once(&attr).chain(attrs.items()) {
            let Some(text) = vm.downcast::<Str>(*name) else {
                return Err(vm.type_error("attribute name must be a string"));
            };
            names.push(*name);
            let path = path(vm, text)?;
            paths.push(path);
        }
        let names = vm.tuple(&names)?;
        let paths = vm.tuple(&paths)?;
        let this = vm.alloc_instance::<AttrGetter>(cls)?;
        this.names.init(Value::from_gc(names));
        this.paths.init(Value::from_gc(paths));
        Ok(this)
    }
    #[method(sig = "($self, obj, /)")]
    fn __call__(vm: &mut Vm, this: Gc<AttrGetter>, obj: Value) -> PyResult {
        let paths = tuple(vm, this.paths.get());
        if let &[only] = paths.items() {
            return follow(vm, obj, only);
        }
        let mut found = vm.rooted_vec();
        for path in paths.items() {
            let v = follow(vm, obj, *path)?;
            found.push(v);
        }
        vm.tuple(&found).map(Value::from_gc)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<AttrGetter>) -> PyResult<Gc<Str>> {
        let names = tuple(vm, this.names.get());
        call_repr(vm, Value::from_gc(this), names.items(), None)
    }
    /// Return state information for pickling
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<AttrGetter>) -> (Value, Value) {
        (Value::from_gc(vm.class_of(Value::from_gc(this))), this.names.get())
    }
}
