//! The Python type `Element`.

use super::paths::{by_path, each_child};
use super::{Element, append, attributes, children, copying, element_arg, empty, expect_element, iter, make};
use habu_macros::py_type;
use habu_runtime::heap::{Field, Gc};
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::list::List;
use habu_runtime::types::object::address;
use habu_runtime::types::slice::Slice;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

fn no_deletion(vm: &mut Vm, value: Option<Value>) -> PyResult {
    match value {
        Some(v) => Ok(v),
        None => Err(vm.raise(Exc::AttributeError, "can't delete element attribute")),
    }
}

fn put(vm: &mut Vm, this: Gc<Element>, field: impl Fn(&Element) -> &Field, v: Option<Value>) -> PyResult<()> {
    let v = no_deletion(vm, v)?;
    field(&this).set(&mut vm.heap, this.header(), v);
    Ok(())
}

/// The place of a child that an index means; IndexError with this text when there is none.
fn position(vm: &mut Vm, this: Gc<Element>, index: Value, text: &str) -> PyResult<usize> {
    if !vm.has_index(index) {
        return Err(vm.type_error("element indices must be integers"));
    }
    let at = vm.index(index)?;
    let len = this.len() as i64;
    let at = if at < 0 { at.saturating_add(len) } else { at };
    if (0..len).contains(&at) { Ok(at as usize) } else { Err(vm.index_error(text)) }
}

/// The elements of an iterable, as a list.
fn elements(vm: &mut Vm, v: Value, text: &str) -> PyResult<Gc<List>> {
    let items = vm.collect(v);
    let Some(items) = vm.catch(items, Exc::TypeError)? else { return Err(vm.type_error(text)) };
    let items = vm.list_from(&items)?;
    let mut at = 0;
    while let Some(item) = vm.list_get(items, at)? {
        expect_element(vm, item)?;
        at += 1;
    }
    Ok(items)
}

/// An element of a document: a tag, attributes, text inside of and behind it, and children.
#[py_type(name = "Element", module = "xml.etree.ElementTree", id = ids::XML_ELEMENT, subclassable)]
impl Element {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<Element>> {
        empty(vm, cls)
    }
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(vm: &mut Vm, this: Gc<Element>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> PyResult<()> {
        let (tag, attrib) = match *args.items() {
            [tag] => (tag, None),
            [tag, attrib] => (tag, Some(attrib)),
            _ => {
                let (bound, count) =
                    if args.is_empty() { ("least 1 argument", 0) } else { ("most 2 arguments", args.len()) };
                return Err(vm.type_error(format!("Element() takes at {bound} ({count} given)")));
            }
        };
        let attrib = super::attrib_of(vm, "Element", 2, attrib, kwargs)?;
        for (field, v) in
            [(&this.tag, tag), (&this.text, Value::NONE), (&this.tail, Value::NONE), (&this.attrib, attrib)]
        {
            field.set(&mut vm.heap, this.header(), v);
        }
        Ok(())
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Element>) -> PyResult<String> {
        let v = Value::from_gc(this);
        if !vm.repr_enter(v) {
            let class = vm.type_name(v);
            return Err(vm.runtime_error(format!("reentrant call inside {class}.__repr__")));
        }
        let tag = vm.repr(this.tag.get());
        vm.repr_leave(v);
        Ok(format!("<Element {} at {:#x}>", tag?.to_message(), address(v)))
    }
    #[method]
    fn __len__(_vm: &mut Vm, this: Gc<Element>) -> usize {
        this.len()
    }
    #[method]
    fn __bool__(vm: &mut Vm, this: Gc<Element>) -> PyResult<bool> {
        let text = "Testing an element's truth value will always return True in future versions.  Use specific \
                    'len(elem)' or 'elem is not None' test instead.";
        vm.warn(Exc::DeprecationWarning, text, 1)?;
        Ok(this.len() != 0)
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<Element>, index: Value) -> PyResult {
        if index.is_exact::<Slice>() {
            let list = children(vm, this)?;
            return vm.get_item(Value::from_gc(list), index);
        }
        let at = position(vm, this, index, "child index out of range")?;
        let list = children(vm, this)?;
        Ok(vm.list_get(list, at)?.unwrap_or(Value::NONE))
    }
    #[method]
    fn __setitem__(vm: &mut Vm, this: Gc<Element>, index: Value, value: Value) -> PyResult<()> {
        if index.is_exact::<Slice>() {
            let items = elements(vm, value, "assignment expects an iterable")?;
            let list = children(vm, this)?;
            return vm.set_item(Value::from_gc(list), index, Value::from_gc(items));
        }
        let at = position(vm, this, index, "child assignment index out of range")?;
        expect_element(vm, value)?;
        let list = children(vm, this)?;
        vm.list_set(list, at, value).map(|_| ())
    }
    #[method]
    fn __delitem__(vm: &mut Vm, this: Gc<Element>, index: Value) -> PyResult<()> {
        let list = children(vm, this)?;
        if index.is_exact::<Slice>() {
            return vm.del_item(Value::from_gc(list), index);
        }
        let at = position(vm, this, index, "child assignment index out of range")?;
        vm.list_remove(list, at).map(drop)
    }

    /// Add a child at the end.
    #[method(sig = "($self, subelement, /)")]
    fn append(vm: &mut Vm, this: Gc<Element>, subelement: Value) -> PyResult<()> {
        let child = element_arg(vm, subelement, "append() argument 1")?;
        append(vm, this, child)
    }
    /// Add the children that an iterable gives.
    #[method(sig = "($self, elements, /)")]
    fn extend(vm: &mut Vm, this: Gc<Element>, elements: Value) -> PyResult<()> {
        let items = self::elements(vm, elements, "'elements' must be an iterable")?;
        let list = children(vm, this)?;
        vm.list_extend(list, Value::from_gc(items))
    }
    /// Insert a child in front of an index.
    #[method(sig = "($self, index, subelement, /)")]
    fn insert(vm: &mut Vm, this: Gc<Element>, index: i64, subelement: Value) -> PyResult<()> {
        let child = element_arg(vm, subelement, "insert() argument 2")?;
        let list = children(vm, this)?;
        let len = list.len() as i64;
        let at = if index < 0 { index.saturating_add(len).max(0) } else { index.min(len) } as usize;
        let item = vm.list_from(&[Value::from_gc(child)])?;
        vm.list_assign_range(list, at, at, Value::from_gc(item))
    }
    /// Remove a child: the very element, else the first that is equal to it.
    #[method(sig = "($self, subelement, /)")]
    fn remove(vm: &mut Vm, this: Gc<Element>, subelement: Value) -> PyResult<()> {
        element_arg(vm, subelement, "remove() argument")?;
        let list = children(vm, this)?;
        let mut found = None;
        for equal in [false, true] {
            let mut at = 0;
            while found.is_none()
                && let Some(child) = vm.list_get(list, at)?
            {
                if child == subelement || equal && vm.eq(child, subelement)? {
                    found = Some(at);
                }
                at += 1;
            }
        }
        match found.filter(|at| *at < list.len()) {
            Some(at) => vm.list_remove(list, at).map(drop),
            None => Err(vm.value_error("Element.remove(x): element not found")),
        }
    }
    /// Forget attributes, texts and children.
    #[method(sig = "($self, /)")]
    fn clear(_vm: &mut Vm, this: Gc<Element>) {
        for field in [&this.text, &this.tail, &this.attrib, &this.children] {
            field.init(Value::NONE);
        }
    }

    /// The first child with this tag, or element at this path.
    #[method(sig = "($self, /, path, namespaces=None)")]
    fn find(vm: &mut Vm, this: Gc<Element>, path: Value, namespaces: Value) -> PyResult {
        let mut found = Value::NONE;
        let done = each_child(vm, this, path, namespaces, |_, child| {
            found = Value::from_gc(child);
            Ok(true)
        })?;
        if done { Ok(found) } else { by_path(vm, "find", &[Value::from_gc(this), path, namespaces]) }
    }
    /// Its text; the default when there is no such element.
    #[method(sig = "($self, /, path, default=None, namespaces=None)")]
    fn findtext(vm: &mut Vm, this: Gc<Element>, path: Value, default: Value, namespaces: Value) -> PyResult {
        let mut found = None;
        let done = each_child(vm, this, path, namespaces, |_, child| {
            found = Some(child);
            Ok(true)
        })?;
        if !done {
            return by_path(vm, "findtext", &[Value::from_gc(this), path, default, namespaces]);
        }
        Ok(match found {
            Some(child) if child.text.get().is_none() => Value::from_gc(vm.strings.empty()),
            Some(child) => child.text.get(),
            None => default,
        })
    }
    /// All children with this tag, or elements at this path.
    #[method(sig = "($self, /, path, namespaces=None)")]
    fn findall(vm: &mut Vm, this: Gc<Element>, path: Value, namespaces: Value) -> PyResult {
        let list = vm.list_new()?;
        let done = each_child(vm, this, path, namespaces, |vm, child| {
            vm.list_push(list, Value::from_gc(child))?;
            Ok(false)
        })?;
        let args = [Value::from_gc(this), path, namespaces];
        if done { Ok(Value::from_gc(list)) } else { by_path(vm, "findall", &args) }
    }
    /// The same, as an iterator.
    #[method(sig = "($self, /, path, namespaces=None)")]
    fn iterfind(vm: &mut Vm, this: Gc<Element>, path: Value, namespaces: Value) -> PyResult {
        by_path(vm, "iterfind", &[Value::from_gc(this), path, namespaces])
    }
    /// An iterator over the element and what is below it, in document order.
    #[method(sig = "($self, /, tag=None)")]
    fn iter(vm: &mut Vm, this: Gc<Element>, tag: Value) -> PyResult<Gc<iter::ElementIter>> {
        let any = vm.downcast::<habu_runtime::types::str::Str>(tag).is_some_and(|tag| tag.is("*"));
        iter::new(vm, this, if any { Value::NONE } else { tag }, false)
    }
    /// An iterator over the texts inside of the element, in document order.
    #[method(sig = "($self, /)")]
    fn itertext(vm: &mut Vm, this: Gc<Element>) -> PyResult<Gc<iter::ElementIter>> {
        iter::new(vm, this, Value::NONE, true)
    }

    /// The value of an attribute.
    #[method(sig = "($self, /, key, default=None)")]
    fn get(vm: &mut Vm, this: Gc<Element>, key: Value, default: Value) -> PyResult {
        match vm.downcast::<Dict>(this.attrib.get()) {
            Some(dict) => Ok(vm.dict_get(dict, key)?.unwrap_or(default)),
            None => Ok(default),
        }
    }
    /// Give an attribute a value.
    #[method(sig = "($self, key, value, /)")]
    fn set(vm: &mut Vm, this: Gc<Element>, key: Value, value: Value) -> PyResult<()> {
        let dict = attributes(vm, this)?;
        vm.dict_set(dict, key, value)
    }
    /// The names of the attributes.
    #[method(sig = "($self, /)")]
    fn keys(vm: &mut Vm, this: Gc<Element>) -> PyResult {
        listed(vm, this, "keys")
    }
    /// Names and values of the attributes.
    #[method(sig = "($self, /)")]
    fn items(vm: &mut Vm, this: Gc<Element>) -> PyResult {
        listed(vm, this, "items")
    }
    /// A new element of this tag and these attributes.
    #[method(sig = "($self, tag, attrib, /)")]
    fn makeelement(vm: &mut Vm, _this: Gc<Element>, tag: Value, attrib: Value) -> PyResult<Gc<Element>> {
        let Some(attrib) = vm.downcast::<Dict>(attrib) else {
            let got = vm.type_name(attrib);
            return Err(vm.type_error(format!("makeelement() argument 2 must be dict, not {got}")));
        };
        let attrib = Value::from_gc(vm.dict_copy(attrib)?);
        make(vm, tag, attrib)
    }

    #[method(sig = "($self, /)")]
    fn __copy__(vm: &mut Vm, this: Gc<Element>) -> PyResult<Gc<Element>> {
        copying::shallow(vm, this)
    }
    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(vm: &mut Vm, this: Gc<Element>, memo: Value) -> PyResult<Gc<Element>> {
        let Some(memo) = vm.downcast::<Dict>(memo) else {
            let got = vm.type_name(memo);
            return Err(vm.type_error(format!("__deepcopy__() argument must be dict, not {got}")));
        };
        copying::deep(vm, this, memo)
    }
    #[method(sig = "($self, /)")]
    fn __getstate__(vm: &mut Vm, this: Gc<Element>) -> PyResult<Gc<Dict>> {
        copying::state(vm, this)
    }
    #[method(sig = "($self, state, /)")]
    fn __setstate__(vm: &mut Vm, this: Gc<Element>, state: Value) -> PyResult<()> {
        copying::set_state(vm, this, state)
    }
    #[method(sig = "($self, /)")]
    fn __sizeof__(_vm: &mut Vm, this: Gc<Element>) -> usize {
        size_of::<Element>() + this.len() * size_of::<Value>()
    }

    /// A string identifying what kind of data this element represents
    #[getter]
    fn tag(_vm: &mut Vm, this: Gc<Element>) -> Value {
        this.tag.get()
    }
    #[setter(name = "tag")]
    fn set_tag(vm: &mut Vm, this: Gc<Element>, value: Option<Value>) -> PyResult<()> {
        put(vm, this, |e| &e.tag, value)
    }
    /// A string of text directly after the start tag, or None
    #[getter]
    fn text(_vm: &mut Vm, this: Gc<Element>) -> Value {
        this.text.get()
    }
    #[setter(name = "text")]
    fn set_text(vm: &mut Vm, this: Gc<Element>, value: Option<Value>) -> PyResult<()> {
        put(vm, this, |e| &e.text, value)
    }
    /// A string of text directly after the end tag, or None
    #[getter]
    fn tail(_vm: &mut Vm, this: Gc<Element>) -> Value {
        this.tail.get()
    }
    #[setter(name = "tail")]
    fn set_tail(vm: &mut Vm, this: Gc<Element>, value: Option<Value>) -> PyResult<()> {
        put(vm, this, |e| &e.tail, value)
    }
    /// A dictionary containing the element's attributes
    #[getter]
    fn attrib(vm: &mut Vm, this: Gc<Element>) -> PyResult<Gc<Dict>> {
        attributes(vm, this)
    }
    #[setter(name = "attrib")]
    fn set_attrib(vm: &mut Vm, this: Gc<Element>, value: Option<Value>) -> PyResult<()> {
        let v = no_deletion(vm, value)?;
        if vm.downcast::<Dict>(v).is_none() {
            let got = vm.type_name(v);
            return Err(vm.type_error(format!("attrib must be dict, not {got}")));
        }
        put(vm, this, |e| &e.attrib, Some(v))
    }
}

/// A list of what a method of the attributes' dict gives.
fn listed(vm: &mut Vm, this: Gc<Element>, method: &str) -> PyResult {
    if this.attrib.get().is_none() {
        return vm.list_new().map(Value::from_gc);
    }
    let view = vm.call_method(this.attrib.get(), method, &[])?;
    vm.list_from_iterable(view).map(Value::from_gc)
}
