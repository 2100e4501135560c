//! `_elementtree`: the elements of XML trees. Parsing and building stay with the library's Python code.

mod copying;
mod element;
mod iter;
mod paths;

use crate::layout;
use crate::support::add_type;
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::list::List;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of an element. `attrib` and `children` are None until something is in them: a dict, an exact list.
    Element(ids::XML_ELEMENT) { tag, text, tail, attrib, children }
}

impl Element {
    fn list(&self) -> Option<Gc<List>> {
        self.children.get().exact_list()
    }
    fn len(&self) -> usize {
        self.list().map_or(0, |list| list.len())
    }
}

/// An element that nothing is known of yet.
fn empty(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<Element>> {
    let this = vm.alloc_instance::<Element>(cls)?;
    for field in [&this.tag, &this.text, &this.tail, &this.attrib, &this.children] {
        field.init(Value::NONE);
    }
    Ok(this)
}

/// An exact element. `attrib` becomes its own; None is none.
fn make(vm: &mut Vm, tag: Value, attrib: Value) -> PyResult<Gc<Element>> {
    let cls = vm.native_class(Element::DECL)?;
    let this = empty(vm, cls)?;
    this.tag.init(tag);
    this.attrib.init(attrib);
    Ok(this)
}

/// The list of an element's children, made if there is none.
fn children(vm: &mut Vm, this: Gc<Element>) -> PyResult<Gc<List>> {
    if let Some(list) = this.list() {
        return Ok(list);
    }
    let list = vm.list_new()?;
    this.children.set(&mut vm.heap, this.header(), Value::from_gc(list));
    Ok(list)
}

/// The dict of an element's attributes, made if there is none.
fn attributes(vm: &mut Vm, this: Gc<Element>) -> PyResult<Gc<Dict>> {
    if let Some(dict) = vm.downcast::<Dict>(this.attrib.get()) {
        return Ok(dict);
    }
    let dict = vm.dict_new()?;
    this.attrib.set(&mut vm.heap, this.header(), Value::from_gc(dict));
    Ok(dict)
}

fn append(vm: &mut Vm, this: Gc<Element>, child: Gc<Element>) -> PyResult<()> {
    let list = children(vm, this)?;
    vm.list_push(list, Value::from_gc(child))
}

/// An argument that must be an element.
fn element_arg(vm: &mut Vm, v: Value, place: &str) -> PyResult<Gc<Element>> {
    match vm.downcast::<Element>(v) {
        Some(element) => Ok(element),
        None => {
            let got = vm.type_name(v);
            Err(vm.type_error(format!("{place} must be xml.etree.ElementTree.Element, not {got}")))
        }
    }
}

/// An item that must be an element.
fn expect_element(vm: &mut Vm, v: Value) -> PyResult<Gc<Element>> {
    match vm.downcast::<Element>(v) {
        Some(element) => Ok(element),
        None => {
            let got = vm.type_name(v);
            Err(vm.type_error(format!("expected an Element, not \"{got}\"")))
        }
    }
}

/// A new dict of what a call gives as `attrib`, at this position, and as keywords; None when there is neither.
fn attrib_of(
    vm: &mut Vm,
    function: &str,
    position: usize,
    attrib: Option<Value>,
    keywords: Option<Gc<Dict>>,
) -> PyResult<Value> {
    let keywords = keywords.filter(|k| !k.is_empty());
    let mut made = None;
    if let Some(attrib) = attrib {
        let Some(attrib) = vm.downcast::<Dict>(attrib) else {
            let got = vm.type_name(attrib);
            return Err(vm.type_error(format!("{function}() argument {position} must be dict, not {got}")));
        };
        made = Some(vm.dict_copy(attrib)?);
    } else if let Some(keywords) = keywords {
        let name = vm.intern("attrib");
        if let Some(attrib) = vm.dict_pop(keywords, Value::from_gc(name))? {
            let Some(attrib) = vm.downcast::<Dict>(attrib) else {
                let got = vm.type_name(attrib);
                return Err(vm.type_error(format!("attrib must be dict, not {got}")));
            };
            made = Some(vm.dict_copy(attrib)?);
        }
    }
    match (made, keywords) {
        (None, None) => Ok(Value::NONE),
        (Some(made), None) => Ok(Value::from_gc(made)),
        // The keywords are nobody else's.
        (None, Some(keywords)) => Ok(Value::from_gc(keywords)),
        (Some(made), Some(keywords)) => {
            vm.dict_update(made, Value::from_gc(keywords))?;
            Ok(Value::from_gc(made))
        }
    }
}

/// C accelerator of xml.etree.ElementTree: the elements.
#[native_module(name = "_elementtree")]
pub mod module {
    use super::*;

    #[function(name = "SubElement", sig = "(*args, **kwargs)")]
    fn sub_element(vm: &mut Vm, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> PyResult<Gc<Element>> {
        let (parent, tag, attrib) = match *args.items() {
            [parent, tag] => (parent, tag, None),
            [parent, tag, attrib] => (parent, tag, Some(attrib)),
            _ => {
                let (bound, count) =
                    if args.len() < 2 { ("least 2", args.len()) } else { ("most 3", args.len()) };
                return Err(vm.type_error(format!("SubElement() takes at {bound} arguments ({count} given)")));
            }
        };
        let parent = element_arg(vm, parent, "SubElement() argument 1")?;
        let attrib = attrib_of(vm, "SubElement", 3, attrib, kwargs)?;
        let made = make(vm, tag, attrib)?;
        append(vm, parent, made)?;
        Ok(made)
    }

    /// The library says how comments and processing instructions are made: nothing here makes any.
    #[function(name = "_set_factories", sig = "(comment_factory, pi_factory, /)")]
    fn set_factories(vm: &mut Vm, comment_factory: Value, pi_factory: Value) -> PyResult<(Value, Value)> {
        for (factory, which) in [(comment_factory, "Comment"), (pi_factory, "PI")] {
            if !factory.is_none() && !vm.is_callable(factory) {
                let got = vm.type_name(factory);
                return Err(vm.type_error(format!("{which} factory must be callable, not {got}")));
            }
        }
        Ok((Value::NONE, Value::NONE))
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        add_type(vm, module, Element::DECL)?;
        vm.native_class(iter::ElementIter::DECL)?;
        Ok(())
    }
}
