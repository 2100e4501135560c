//! Attribute lookup: on classes through the method cache, and `object`'s own get, set and delete.

use super::class::flags;
use super::{Special, Type, ids};
use crate::heap::{Gc, Header};
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm, id_of};
use std::ptr::NonNull;

const CACHE_ENTRIES: usize = 4096;

/// Results of lookups along a class's resolution order, by class version and name.
pub struct MethodCache {
    entries: Box<[(u32, usize, Value)]>,
}

impl Default for MethodCache {
    fn default() -> Self {
        MethodCache { entries: vec![(0, 0, Value::UNBOUND); CACHE_ENTRIES].into_boxed_slice() }
    }
}

impl Vm {
    /// Attribute `name` (interned) along the resolution order of `cls`, as found: not bound.
    #[inline]
    pub fn type_lookup(&mut self, cls: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        let version = cls.version.get();
        let index = (version as usize).wrapping_mul(0x9E37_79B9) ^ name.addr() >> 4;
        let entry = &self.method_cache.entries[index % CACHE_ENTRIES];
        if entry.0 == version && entry.1 == name.addr() {
            return entry.2.bound();
        }
        let found = self.type_lookup_uncached(cls, name);
        self.method_cache.entries[index % CACHE_ENTRIES] =
            (version, name.addr(), found.unwrap_or(Value::UNBOUND));
        found
    }

    fn type_lookup_uncached(&mut self, cls: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        for class in cls.mro_items() {
            let class = self.expect_class(*class);
            if let Some(dict) = class.dict.get()
                && let Some(v) = self.dict_get_str(dict, name)
            {
                return Some(v);
            }
        }
        None
    }

    /// The class that a value is known to be.
    #[inline]
    pub fn expect_class(&self, v: Value) -> Gc<Type> {
        self.as_class(v).expect("a class")
    }

    /// The value as a class.
    #[inline]
    pub fn as_class(&self, v: Value) -> Option<Gc<Type>> {
        let header = v.as_header()?;
        let id = super::instance::shape_of(header);
        // SAFETY: instances of `type` and its subclasses are laid out as `Type`.
        (id == ids::TYPE || self.shapes.class(id).has(flags::METACLASS))
            .then(|| unsafe { Gc::from_header(header) })
    }

    /// The special method of `v`'s class, as found on the class: not bound.
    #[inline]
    pub fn lookup_special(&mut self, v: Value, special: Special) -> Option<Value> {
        let cls = self.class_of(v);
        self.class_special(cls, special)
    }

    /// The special method of a class, as found: not bound.
    #[inline]
    pub fn class_special(&mut self, cls: Gc<Type>, special: Special) -> Option<Value> {
        if let Some(cache) = cls.specials.get() {
            let found = cache.found[special as usize].get();
            if found != Value::small(0) {
                return found.bound();
            }
        }
        self.class_special_slow(cls, special)
    }

    #[cold]
    fn class_special_slow(&mut self, cls: Gc<Type>, special: Special) -> Option<Value> {
        let name = self.names.special(special);
        let found = self.type_lookup(cls, name);
        let cache = match cls.specials.get() {
            Some(cache) => cache,
            None => match self.heap.alloc_fixed::<super::class::SpecialCache>(ids::SPECIAL_CACHE) {
                Some(cache) => {
                    cls.specials.set(&mut self.heap, cls.header(), Some(cache));
                    cache
                }
                None => return found,
            },
        };
        cache.found[special as usize].set(&mut self.heap, cache.header(), found.unwrap_or(Value::UNBOUND));
        found
    }

    /// Whether something found on a class is a data descriptor (defines `__set__` or `__delete__`).
    pub fn is_data_descriptor(&mut self, v: Value) -> bool {
        match id_of(v) {
            ids::FUNCTION
            | ids::METHOD_DESCRIPTOR
            | ids::WRAPPER_DESCRIPTOR
            | ids::STATICMETHOD
            | ids::CLASSMETHOD => false,
            ids::PROPERTY | ids::GETSET_DESCRIPTOR | ids::MEMBER_DESCRIPTOR => true,
            _ => {
                v.is_pointer()
                    && (self.lookup_special(v, Special::Set).is_some()
                        || self.lookup_special(v, Special::Delete).is_some())
            }
        }
    }

    /// Whether something found on a class goes before the instance's own attribute: a data descriptor that can be read.
    pub fn reads_first(&mut self, v: Value) -> bool {
        self.is_data_descriptor(v)
            && (matches!(id_of(v), ids::PROPERTY | ids::GETSET_DESCRIPTOR | ids::MEMBER_DESCRIPTOR)
                || self.lookup_special(v, Special::Get).is_some())
    }

    /// Binds what was found on class `owner` for receiver `obj` (`UNBOUND`: accessed through the class).
    pub fn bind_found(&mut self, found: Value, obj: Value, owner: Gc<Type>) -> PyResult<Value> {
        match id_of(found) {
            ids::FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR => {
                if obj.is_unbound() {
                    Ok(found)
                } else {
                    self.bind_method(found, obj)
                }
            }
            ids::STATICMETHOD
            | ids::CLASSMETHOD
            | ids::PROPERTY
            | ids::GETSET_DESCRIPTOR
            | ids::MEMBER_DESCRIPTOR
            | ids::CLASSMETHOD_DESCRIPTOR => crate::types::descriptor::get(self, found, obj, owner),
            _ => {
                if found.is_pointer()
                    && let Some(get) = self.lookup_special(found, Special::Get)
                {
                    let obj = if obj.is_unbound() { Value::NONE } else { obj };
                    return self.call_found(get, found, &[obj, Value::from_gc(owner)]);
                }
                Ok(found)
            }
        }
    }

    /// `getattr(v, name)` by the full protocol; `name` is interned.
    pub fn get_attr(&mut self, v: Value, name: Gc<Str>) -> PyResult<Value> {
        let cls = self.class_of(v);
        if !cls.has(flags::CUSTOM_GETATTR) {
            return match self.generic_get_attr(v, name)? {
                Some(found) => Ok(found),
                None => Err(self.no_attribute(v, name)),
            };
        }
        crate::object::custom::get_attr(self, v, cls, name)
    }

    /// As `get_attr`; `None` in place of AttributeError.
    pub fn get_attr_opt(&mut self, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let cls = self.class_of(v);
        if !cls.has(flags::CUSTOM_GETATTR) {
            let found = self.generic_get_attr(v, name);
            return match found {
                Ok(found) => Ok(found),
                Err(raised) => {
                    let caught = self.catch::<Value>(Err(raised), Exc::AttributeError)?;
                    Ok(caught)
                }
            };
        }
        let result = crate::object::custom::get_attr(self, v, cls, name);
        self.catch(result, Exc::AttributeError)
    }

    /// `getattr` with a Rust string.
    pub fn get_attr_str(&mut self, v: Value, name: &str) -> PyResult<Value> {
        let name = self.intern(name);
        self.get_attr(v, name)
    }

    /// The default `__getattribute__` for classes, modules and all other objects; `None`: no such attribute.
    pub fn generic_get_attr(&mut self, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        if let Some(cls) = self.as_class(v) {
            return self.class_get_attr(cls, name);
        }
        if let Some(found) = self.get_attr_before(v, name)? {
            return Ok(Some(found));
        }
        match self.object_get_attr(v, name)? {
            Some(found) => Ok(Some(found)),
            None => self.get_attr_elsewhere(v, name),
        }
    }

    /// Types that look elsewhere first: `super` along the resolution order, weak proxies in their object,
    /// generic aliases in their class.
    fn get_attr_before(&mut self, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        if let Some(this) = self.downcast::<crate::types::super_::Super>(v) {
            return crate::types::super_::lookup(self, this, name);
        }
        if let Some(origin) = crate::types::generic_alias::forwarded(self, v, name) {
            return self.get_attr(origin, name).map(Some);
        }
        match crate::types::weakref::proxy_target(self, v)? {
            Some(target) => self.get_attr(target, name).map(Some),
            None => Ok(None),
        }
    }

    /// Types whose attributes go on in another object: methods show their function's, modules ask their `__getattr__`.
    fn get_attr_elsewhere(&mut self, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        if let Some(method) = self.exact::<crate::types::method::Method>(v) {
            return self.get_attr_opt(method.function.get(), name);
        }
        if let Some(module) = self.downcast::<crate::types::module::Module>(v) {
            let key = self.names.special(Special::GetAttr);
            if let Some(f) = module.dict.get().and_then(|d| self.dict_get_str(d, key)) {
                return self.call(f, &[Value::from_gc(name)]).map(Some);
            }
        }
        Ok(None)
    }

    /// `object.__getattribute__`; `None`: no such attribute.
    pub fn object_get_attr(&mut self, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let cls = self.class_of(v);
        let found = self.type_lookup(cls, name);
        if let Some(descriptor) = found
            && self.reads_first(descriptor)
        {
            return self.bind_found(descriptor, v, cls).map(Some);
        }
        if let Some(header) = v.as_header()
            && let Some(value) = self.own_attr(header, name)?
        {
            return Ok(Some(value));
        }
        match found {
            Some(found) => self.bind_found(found, v, cls).map(Some),
            None => Ok(None),
        }
    }

    /// Attribute in the object's own namespace: slots, instance dict, or a module's globals.
    fn own_attr(&mut self, obj: NonNull<Header>, name: Gc<Str>) -> PyResult<Option<Value>> {
        if let Some(module) = self.downcast::<crate::types::module::Module>(Value::from_header(obj)) {
            return Ok(module.dict.get().and_then(|d| self.dict_get_str(d, name)));
        }
        self.instance_get(obj, name)
    }

    /// `type.__getattribute__`
    pub fn class_get_attr(&mut self, cls: Gc<Type>, name: Gc<Str>) -> PyResult<Option<Value>> {
        let v = Value::from_gc(cls);
        let meta = self.class_of(v);
        let on_meta = self.type_lookup(meta, name);
        if let Some(descriptor) = on_meta
            && self.reads_first(descriptor)
        {
            return self.bind_found(descriptor, v, meta).map(Some);
        }
        if let Some(found) = self.type_lookup(cls, name) {
            return self.bind_found(found, Value::UNBOUND, cls).map(Some);
        }
        match on_meta {
            Some(found) => self.bind_found(found, v, meta).map(Some),
            None => Ok(None),
        }
    }

    /// `setattr(v, name, value)`; `name` is interned.
    pub fn set_attr(&mut self, v: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
        let cls = self.class_of(v);
        if cls.has(flags::CUSTOM_SETATTR) {
            return crate::object::custom::set_attr(self, v, cls, name, value);
        }
        self.generic_set_attr(v, name, value)
    }

    pub fn del_attr(&mut self, v: Value, name: Gc<Str>) -> PyResult<()> {
        self.set_attr(v, name, Value::UNBOUND)
    }

    /// The default `__setattr__`, or `__delattr__` when `value` is `UNBOUND`.
    pub fn generic_set_attr(&mut self, v: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
        if let Some(cls) = self.as_class(v) {
            return self.class_set_attr(cls, name, value);
        }
        if let Some(target) = crate::types::weakref::proxy_target(self, v)? {
            return self.set_attr(target, name, value);
        }
        let cls = self.class_of(v);
        let found = self.type_lookup(cls, name);
        if let Some(descriptor) = found
            && self.is_data_descriptor(descriptor)
        {
            return crate::types::descriptor::set(self, descriptor, v, name, value);
        }
        if let Some(header) = v.as_header() {
            if let Some(module) = self.downcast::<crate::types::module::Module>(v) {
                let dict = module.dict.get().expect("modules have a dict");
                if !value.is_unbound() {
                    return self.dict_set(dict, Value::from_gc(name), value);
                }
                if self.dict_del(dict, Value::from_gc(name))? {
                    return Ok(());
                }
            } else if cls.has(flags::HAS_DICT) {
                if !value.is_unbound() {
                    return self.instance_set(header, name, value);
                }
                if self.instance_del(header, name)? {
                    return Ok(());
                }
            }
        }
        Err(self.no_settable_attribute(v, cls, name, found.is_some(), value.is_unbound()))
    }

    #[cold]
    fn no_settable_attribute(
        &mut self,
        v: Value,
        cls: Gc<Type>,
        name: Gc<Str>,
        on_class: bool,
        deleting: bool,
    ) -> crate::vm::Raised {
        let type_name = self.class_name(cls);
        let text = if cls.has(flags::HAS_DICT) {
            format!("'{type_name}' object has no attribute '{}'", name.to_message())
        } else if on_class {
            format!("'{type_name}' object attribute '{}' is read-only", name.to_message())
        } else if deleting {
            format!("'{type_name}' object has no attribute '{}'", name.to_message())
        } else {
            format!(
                "'{type_name}' object has no attribute '{}' and no __dict__ for setting new attributes",
                name.to_message()
            )
        };
        self.attribute_error(text, v, name)
    }

    /// AttributeError for a missing attribute, with `name` and `obj` set for suggestions.
    #[cold]
    pub fn no_attribute(&mut self, v: Value, name: Gc<Str>) -> crate::vm::Raised {
        let text = if let Some(cls) = self.as_class(v) {
            format!("type object '{}' has no attribute '{}'", self.full_class_name(cls), name.to_message())
        } else if let Some(module) = self.downcast::<crate::types::module::Module>(v) {
            return crate::types::module::no_attribute(self, module, name);
        } else {
            format!("'{}' object has no attribute '{}'", self.type_name(v), name.to_message())
        };
        self.attribute_error(text, v, name)
    }

    /// AttributeError with its `name` and `obj`.
    #[cold]
    pub fn attribute_error(&mut self, text: String, obj: Value, name: Gc<Str>) -> crate::vm::Raised {
        let raised = self.raise(Exc::AttributeError, &text);
        let exc = self.ctx.exception;
        if self.exception_matches(exc, Exc::AttributeError)
            && let Err(other) =
                crate::types::exception::set_attribute_place(self, exc, Value::from_gc(name), obj)
        {
            return other;
        }
        raised
    }

    /// `__name__` of a class as Rust text, for messages.
    pub fn class_name(&self, cls: Gc<Type>) -> String {
        cls.name.get().map_or_else(|| "?".to_owned(), |n| n.to_message())
    }

    /// Name of a class, for messages: with its module when it belongs to a native one.
    pub fn full_class_name(&self, cls: Gc<Type>) -> String {
        match cls.decl.get() {
            Some(decl) if decl.module != "builtins" && !cls.has(flags::HEAP) => {
                format!("{}.{}", decl.module, decl.name)
            }
            _ => self.class_name(cls),
        }
    }

    /// Name of `v`'s class, for messages.
    pub fn type_name(&self, v: Value) -> String {
        self.full_class_name(self.class_of(v))
    }
}
