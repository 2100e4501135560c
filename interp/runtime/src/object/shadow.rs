//! Data descriptors that come to hide attributes which instances have already. Attribute caches are guarded by shape
//! alone, so the objects leave the shapes that have the slot, and no object gets to these any more.

use super::class::flags;
use super::ids;
use crate::heap::{Gc, ShapeId};
use crate::object::Type;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::collections::HashSet;

impl Vm {
    /// `cls` has got a data descriptor `name`.
    pub(super) fn hide_slots(&mut self, cls: Gc<Type>, name: Gc<Str>) -> PyResult<()> {
        let shapes: HashSet<ShapeId> = self.shapes.having(name, |class| class.is_subtype(cls)).collect();
        self.hide(cls, shapes)
    }

    /// `cls` has got a hook that is asked for every attribute: `__getattribute__`, `__setattr__` or `__delattr__`.
    pub(super) fn hide_all_slots(&mut self, cls: Gc<Type>) -> PyResult<()> {
        let of = |class: Gc<Type>| class.is_subtype(cls) && class.has(flags::HAS_DICT);
        let shapes: HashSet<ShapeId> = self.shapes.of_classes(of).collect();
        // Nothing was ever stored in an instance: there is nothing that a cache could know.
        if shapes.iter().all(|shape| self.shapes.get(*shape).keys.is_empty()) {
            return Ok(());
        }
        self.hide(cls, shapes)
    }

    /// Makes objects of these shapes, which are of `cls` or derived from it, keep their attributes in dicts.
    fn hide(&mut self, cls: Gc<Type>, shapes: HashSet<ShapeId>) -> PyResult<()> {
        if shapes.is_empty() {
            return Ok(());
        }
        self.renew_roots(cls);
        let mut objects = self.rooted_vec();
        self.heap.each_object(&mut |p| {
            if shapes.contains(&super::instance::shape_of(p)) {
                objects.push(Value::from_header(p));
            }
        });
        for object in objects.iter().filter_map(|v| v.as_header()) {
            self.instance_dict(object)?;
        }
        Ok(())
    }

    /// New instances of a class and its subclasses begin with a new shape.
    fn renew_roots(&mut self, cls: Gc<Type>) {
        if cls.root_shape.get().0 >= ids::FIRST_DYNAMIC && cls.has(flags::HAS_DICT) {
            let root = self.shapes.new_root(&mut self.heap, cls);
            cls.root_shape.set(root);
        }
        for sub in self.subclasses.get(&cls.addr()).cloned().unwrap_or_default() {
            self.renew_roots(sub);
        }
    }
}
