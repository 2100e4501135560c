//! What `iter` and `itertext` return: a walk over a tree, depth first.

use super::Element;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::list::List;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a walk. `root` is None once it was visited; `open`: a list of the elements entered, each with the number
    /// of its next child. `sought`: the tag that is asked for, None for any.
    ElementIter(ids::XML_ELEMENT_ITERATOR) { root, sought, open } plain { texts: bool }
}

pub fn new(vm: &mut Vm, root: Gc<Element>, sought: Value, texts: bool) -> PyResult<Gc<ElementIter>> {
    let open = Value::from_gc(vm.list_new()?);
    let cls = vm.native_class(ElementIter::DECL)?;
    let this = vm.alloc_instance::<ElementIter>(cls)?;
    this.root.init(Value::from_gc(root));
    this.sought.init(sought);
    this.open.init(open);
    this.texts.set(texts);
    Ok(this)
}

/// The element that the walk is in, and the number of its next child.
fn innermost(vm: &mut Vm, open: Gc<List>) -> PyResult<Option<(Gc<Element>, usize)>> {
    let Some(at) = open.len().checked_sub(2) else { return Ok(None) };
    let (Some(parent), Some(next)) = (vm.list_get(open, at)?, vm.list_get(open, at + 1)?) else {
        return Ok(None);
    };
    Ok(vm.downcast::<Element>(parent).zip(next.as_small().map(|n| n as usize)))
}

fn step(vm: &mut Vm, this: Gc<ElementIter>) -> PyResult<Option<Value>> {
    let Some(open) = this.open.get().exact_list() else { return Ok(None) };
    loop {
        let element = match innermost(vm, open)? {
            Some((parent, next)) => {
                let child = match parent.list() {
                    Some(children) => vm.list_get(children, next)?,
                    None => None,
                };
                if let Some(child) = child.and_then(|child| vm.downcast::<Element>(child)) {
                    let at = open.len() - 1;
                    vm.list_set(open, at, Value::small(next as i64 + 1))?;
                    child
                } else {
                    let left = open.len() - 2;
                    vm.list_remove(open, left + 1)?;
                    vm.list_remove(open, left)?;
                    // The text behind the element that the walk began with is not inside of it.
                    if this.texts.get() && left > 0 && vm.truth(parent.tail.get())? {
                        return Ok(Some(parent.tail.get()));
                    }
                    continue;
                }
            }
            None => match vm.downcast::<Element>(this.root.get()) {
                Some(root) => {
                    this.root.init(Value::NONE);
                    root
                }
                None => return Ok(None),
            },
        };
        vm.list_push(open, Value::from_gc(element))?;
        vm.list_push(open, Value::small(0))?;
        if this.texts.get() {
            let text = element.text.get();
            if vm.truth(text)? {
                return Ok(Some(text));
            }
        } else if this.sought.get().is_none() || vm.eq(element.tag.get(), this.sought.get())? {
            return Ok(Some(Value::from_gc(element)));
        }
    }
}

#[py_type(name = "_element_iterator", module = "_elementtree", id = ids::XML_ELEMENT_ITERATOR)]
impl ElementIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<ElementIter>) -> Gc<ElementIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<ElementIter>) -> PyResult {
        let item = step(vm, this)?;
        vm.or_stop(item)
    }
}
