//! Truth, hash, text, index, class tests.

use crate::heap::Gc;
use crate::object::{Special, Type, ids};
use crate::types::known;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};

/// Tuples in tuples that `isinstance` and `issubclass` look into.
const MAX_CLASS_NESTING: u32 = 20_000;

impl Vm {
    /// `bool(v)`
    #[inline]
    pub fn truth(&mut self, v: Value) -> PyResult<bool> {
        match v {
            Value::TRUE => return Ok(true),
            Value::FALSE | Value::NONE => return Ok(false),
            _ => {}
        }
        if v.is_small() {
            return Ok(v != Value::small(0));
        }
        if v.is_inline_float() {
            return Ok(v.inline_float_unchecked() != 0.0);
        }
        self.truth_slow(v)
    }

    /// Whether it is known that the value is an instance of a class that says nothing about truth.
    #[inline]
    pub fn is_plainly_true(&self, v: Value) -> bool {
        let id = id_of(v);
        if id.0 < ids::FIRST_DYNAMIC {
            return false;
        }
        let Some(specials) = self.shapes.class(id).specials.get() else { return false };
        let absent = |special: Special| specials.found[special as usize].get().is_unbound();
        absent(Special::Bool) && absent(Special::Len)
    }

    fn truth_slow(&mut self, v: Value) -> PyResult<bool> {
        if let Some(s) = self.exact::<Str>(v) {
            return Ok(!s.is_empty());
        }
        if let Some(len) = known::len_known(v) {
            return Ok(len != 0);
        }
        if let Some(result) = self.call_special(v, Special::Bool, &[])? {
            if !result.is_bool() {
                let name = self.type_name(result);
                return Err(self.type_error(format!("__bool__ should return bool, returned {name}")));
            }
            return Ok(result == Value::TRUE);
        }
        if self.lookup_special(v, Special::Len).is_some() {
            return Ok(self.len(v)? != 0);
        }
        Ok(true)
    }

    /// `hash(v)`
    #[inline]
    pub fn hash(&mut self, v: Value) -> PyResult<i64> {
        if let Some(s) = self.exact::<Str>(v) {
            return Ok(s.hash_value());
        }
        if let Some(n) = v.as_small() {
            return Ok(crate::types::int::hash_small(n));
        }
        if let Some(tuple) = v.exact::<Tuple>() {
            let known = tuple.hash.get();
            if known != 0 {
                return Ok(known);
            }
        }
        self.hash_slow(v)
    }

    fn hash_slow(&mut self, v: Value) -> PyResult<i64> {
        if let Some(hash) = known::hash_known(self, v) {
            return hash;
        }
        match self.lookup_special(v, Special::Hash) {
            Some(f) if !f.is_none() => {
                if let Some(hash) = known::hash_by(self, f, v) {
                    return hash;
                }
                let result = self.call_found(f, v, &[])?;
                match result.as_small() {
                    Some(-1) => Ok(-2),
                    Some(n) => Ok(n),
                    None => crate::types::int::hash_result(self, result),
                }
            }
            _ => {
                let name = self.type_name(v);
                Err(self.type_error(format!("unhashable type: '{name}'")))
            }
        }
    }

    /// `callable(v)`
    pub fn is_callable(&mut self, v: Value) -> bool {
        self.lookup_special(v, Special::Call).is_some()
    }

    /// `repr(v)`
    pub fn repr(&mut self, v: Value) -> PyResult<Gc<Str>> {
        if v.is_small() {
            return crate::types::int::to_text(self, v);
        }
        self.enter_call()?;
        let Some(result) = self.call_special(v, Special::Repr, &[])? else {
            let name = self.type_name(v);
            return self.str(&format!("<{name} object>"));
        };
        self.expect_text(result, "__repr__")
    }

    /// `str(v)`
    pub fn to_str(&mut self, v: Value) -> PyResult<Gc<Str>> {
        if let Some(text) = self.format_plain_quick(v) {
            return text;
        }
        self.enter_call()?;
        match self.call_special(v, Special::Str, &[])? {
            Some(result) => self.expect_text(result, "__str__"),
            None => self.repr(v),
        }
    }

    fn expect_text(&mut self, v: Value, method: &str) -> PyResult<Gc<Str>> {
        match self.downcast::<Str>(v) {
            Some(s) => Ok(s),
            None => {
                let name = self.type_name(v);
                Err(self.type_error(format!("{method} returned non-string (type {name})")))
            }
        }
    }

    /// `format(v, spec)`
    pub fn format(&mut self, v: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
        if spec.is_empty()
            && let Some(text) = self.format_plain_quick(v)
        {
            return text;
        }
        if v.is_small() {
            return crate::format::format_int_value(self, v, v, spec);
        }
        if v.is_inline_float() {
            return crate::format::format_float_value(self, v, v.inline_float_unchecked(), spec);
        }
        match self.call_special(v, Special::Format, &[Value::from_gc(spec)])? {
            Some(result) => match self.downcast::<Str>(result) {
                Some(s) => Ok(s),
                None => {
                    let name = self.type_name(result);
                    Err(self.type_error(format!("__format__ must return a str, not {name}")))
                }
            },
            None => {
                let name = self.type_name(v);
                Err(self.type_error(format!("Type {name} doesn't define __format__")))
            }
        }
    }

    /// `ascii(v)`
    pub fn ascii(&mut self, v: Value) -> PyResult<Gc<Str>> {
        let text = self.repr(v)?;
        if text.is_ascii() {
            return Ok(text);
        }
        let mut out = String::new();
        for c in text.iter() {
            match c {
                0..=0x7f => out.push(c as u8 as char),
                0x80..=0xff => out.push_str(&format!("\\x{c:02x}")),
                0x100..=0xffff => out.push_str(&format!("\\u{c:04x}")),
                _ => out.push_str(&format!("\\U{c:08x}")),
            }
        }
        self.str(&out)
    }

    /// `isinstance(v, cls)` with the full protocol; `cls` may be a tuple or union.
    pub fn is_instance(&mut self, v: Value, cls: Value) -> PyResult<bool> {
        if Value::from_gc(self.class_of(v)) == cls {
            return Ok(true);
        }
        if let Some(class) = self.as_class(cls)
            && id_of(cls) == ids::TYPE
        {
            return self.is_instance_plain(v, class);
        }
        if let Some(tuple) = cls.exact::<Tuple>() {
            // Classes whose metaclass is `type` have nothing else to say.
            let items = tuple.items();
            if items.iter().all(|one| id_of(*one) == ids::TYPE) {
                for one in items {
                    let class = self.expect_class(*one);
                    if self.is_instance_plain(v, class)? {
                        return Ok(true);
                    }
                }
                return Ok(false);
            }
        }
        if let Some(tuple) = self.alternatives(cls) {
            return self.any_class(tuple, 0, &mut |vm, one| vm.is_instance(v, one));
        }
        if let Some(result) = self.call_special(cls, Special::InstanceCheck, &[v])? {
            return self.truth(result);
        }
        match self.as_class(cls) {
            Some(class) => self.is_instance_plain(v, class),
            None => self.is_instance_abstract(v, cls),
        }
    }

    /// Whether `test` holds for one of the classes in nested tuples: RecursionError when the nesting is deep.
    fn any_class(
        &mut self,
        tuple: Gc<Tuple>,
        depth: u32,
        test: &mut impl FnMut(&mut Vm, Value) -> PyResult<bool>,
    ) -> PyResult<bool> {
        if depth == MAX_CLASS_NESTING {
            return Err(self.recursion_error());
        }
        self.enter_call()?;
        for one in tuple.items() {
            let found = match self.alternatives(*one) {
                Some(inner) => self.any_class(inner, depth + 1, test)?,
                None => test(self, *one)?,
            };
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The classes of a tuple or union.
    fn alternatives(&self, cls: Value) -> Option<Gc<Tuple>> {
        match self.exact::<crate::types::union::Union>(cls) {
            Some(union) => self.downcast::<Tuple>(union.args.get()),
            None => self.downcast::<Tuple>(cls),
        }
    }

    /// `type.__instancecheck__`: by class, then by what `__class__` says.
    pub fn is_instance_plain(&mut self, v: Value, class: Gc<Type>) -> PyResult<bool> {
        if self.class_of(v).is_subtype(class) {
            return Ok(true);
        }
        if !v.is_pointer() || self.tells_own_class(v) {
            return Ok(false);
        }
        let name = self.names.class;
        match self.get_attr_opt(v, name)? {
            Some(claimed) => Ok(match self.as_class(claimed) {
                Some(claimed) if claimed != self.class_of(v) => claimed.is_subtype(class),
                _ => false,
            }),
            None => Ok(false),
        }
    }

    /// Whether `v.__class__` is `object`'s attribute, which tells the class.
    fn tells_own_class(&mut self, v: Value) -> bool {
        let (cls, name) = (self.class_of(v), self.names.class);
        if id_of(v).0 < ids::FIRST_DYNAMIC
            && !ids::is_of_native_module(id_of(v))
            && !self.looks_elsewhere(cls)
        {
            // No builtin type has another `__class__`.
            return true;
        }
        !cls.has(crate::object::class::flags::CUSTOM_GETATTR)
            && !self.looks_elsewhere(cls)
            && self.type_lookup(cls, name).is_some_and(|found| {
                id_of(found) == ids::GETSET_DESCRIPTOR && crate::types::descriptor::is_of_object(self, found)
            })
    }

    fn is_instance_abstract(&mut self, v: Value, cls: Value) -> PyResult<bool> {
        let bases = self.names.bases;
        if self.get_attr_opt(cls, bases)?.is_none_or(|b| self.downcast::<Tuple>(b).is_none()) {
            return Err(self.type_error("isinstance() arg 2 must be a type, a tuple of types, or a union"));
        }
        let name = self.names.class;
        match self.get_attr_opt(v, name)? {
            Some(claimed) => self.is_subclass_abstract(claimed, cls),
            None => Ok(false),
        }
    }

    /// `issubclass(sub, cls)` with the full protocol.
    pub fn is_subclass(&mut self, sub: Value, cls: Value) -> PyResult<bool> {
        if let Some(class) = self.as_class(cls)
            && id_of(cls) == ids::TYPE
            && let Some(sub) = self.as_class(sub)
        {
            return Ok(sub.is_subtype(class));
        }
        if let Some(tuple) = self.alternatives(cls) {
            return self.any_class(tuple, 0, &mut |vm, one| vm.is_subclass(sub, one));
        }
        if let Some(result) = self.call_special(cls, Special::SubclassCheck, &[sub])? {
            return self.truth(result);
        }
        self.is_subclass_plain(sub, cls)
    }

    /// `type.__subclasscheck__`
    pub fn is_subclass_plain(&mut self, sub: Value, cls: Value) -> PyResult<bool> {
        if let (Some(sub), Some(cls)) = (self.as_class(sub), self.as_class(cls)) {
            return Ok(sub.is_subtype(cls));
        }
        let bases = self.names.bases;
        for (v, text) in [
            (sub, "issubclass() arg 1 must be a class"),
            (cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union"),
        ] {
            if self.get_attr_opt(v, bases)?.is_none_or(|b| self.downcast::<Tuple>(b).is_none()) {
                return Err(self.type_error(text));
            }
        }
        self.is_subclass_abstract(sub, cls)
    }

    /// Walks `__bases__` of objects that only look like classes.
    fn is_subclass_abstract(&mut self, sub: Value, cls: Value) -> PyResult<bool> {
        if sub == cls {
            return Ok(true);
        }
        self.enter_call()?;
        let bases = self.names.bases;
        let Some(found) = self.get_attr_opt(sub, bases)? else { return Ok(false) };
        let Some(tuple) = self.downcast::<Tuple>(found) else { return Ok(false) };
        for base in tuple.items() {
            if self.is_subclass_abstract(*base, cls)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
