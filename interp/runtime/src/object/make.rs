//! Making classes: from native declarations and from class statements; and changing them.

use super::class::{Type, flags};
use super::{Special, ids};
use crate::heap::{Gc, ShapeId};
use crate::native::{GetSetDecl, NativeDecl, NativeKind, TypeDecl};
use crate::tier::Watched;
use crate::types::dict::Dict;
use crate::types::native_function::NativeFunction;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};

/// Native layout of a class's instances.
#[derive(Clone, Copy, Debug)]
pub struct CellLayout {
    pub id: ShapeId,
    /// Bytes of header and payload.
    pub payload: usize,
}

impl Vm {
    /// An immutable native class whose instances have attributes of their own (exceptions): the first base decides.
    pub fn make_plain_class(
        &mut self,
        cls: Gc<Type>,
        name: &str,
        bases: &[Value],
        decl: Option<&'static TypeDecl>,
        attributes: &'static [GetSetDecl],
        layout: CellLayout,
    ) -> PyResult<()> {
        let short = self.intern(name);
        cls.name.set(&mut self.heap, cls.header(), Some(short));
        cls.qualname.set(&mut self.heap, cls.header(), Some(short));
        cls.decl.set(decl);
        cls.payload.set(layout.payload as u16);
        cls.layout.set(layout.id);
        cls.flags.set(
            flags::BASE
                | flags::EXCEPTION
                | flags::HAS_DICT
                | flags::SLOTTED
                | flags::IMMUTABLE
                | flags::WEAKREF,
        );
        let tuple = self.tuple(bases)?;
        cls.bases.set(&mut self.heap, cls.header(), Some(tuple));
        let first = bases.first().and_then(|b| self.as_class(*b));
        cls.base.set(&mut self.heap, cls.header(), first);
        let root = self.shapes.new_root(&mut self.heap, cls);
        cls.root_shape.set(root);
        super::mro::set_mro(self, cls)?;
        self.inherit_collection_kind(cls);
        for base in bases {
            let base = self.expect_class(*base);
            self.subclasses.entry(base.addr()).or_default().push(cls);
        }
        let dict = self.dict_new()?;
        cls.dict.set(&mut self.heap, cls.header(), Some(dict));
        if let Some(decl) = decl {
            self.fill_builtin_dict(cls, decl, dict)?;
        }
        for attr in attributes {
            let descriptor = crate::types::descriptor::new_getset(self, cls, attr)?;
            let name = self.intern(attr.name);
            self.dict_set_str(dict, name, descriptor)?;
        }
        Ok(())
    }

    /// A class object with its tables unset; `meta_shape` is the shape of instances of its metaclass.
    pub(crate) fn new_class_cell(&mut self, meta_shape: ShapeId, slots: usize) -> PyResult<Gc<Type>> {
        let cls = self.alloc_sized::<Type>(meta_shape, slots * 8)?;
        let version = self.fresh_version();
        cls.version.set(version);
        Ok(cls)
    }

    /// A builtin class from its declaration; bases are made before.
    pub fn make_builtin_class(
        &mut self,
        decl: &'static TypeDecl,
        base: Option<Gc<Type>>,
    ) -> PyResult<Gc<Type>> {
        let cls = match self.class_slot(decl.id) {
            Some(early) => early,
            None => self.new_class_cell(ids::TYPE, 1)?,
        };
        cls.decl.set(Some(decl));
        cls.payload.set(decl.payload as u16);
        let layout = if decl.payload > size_of::<crate::heap::Header>() { decl.id } else { ids::OBJECT };
        cls.layout.set(layout);
        let mut bits =
            base.map_or(0, |b| b.flags.get() & (flags::SEQUENCE | flags::MAPPING | flags::EXCEPTION));
        for (on, flag) in [
            (decl.subclassable, flags::BASE),
            (decl.has_dict, flags::HAS_DICT | flags::SLOTTED),
            (decl.sequence, flags::SEQUENCE),
            (decl.mapping, flags::MAPPING),
            (decl.id == ids::TYPE, flags::METACLASS),
        ] {
            if on {
                bits |= flag;
            }
        }
        cls.flags.set(bits | flags::IMMUTABLE);
        let overflow_at = if decl.has_dict { decl.payload as u16 } else { 0 };
        self.shapes.set_builtin(decl.id, cls, overflow_at);
        cls.root_shape.set(decl.id);
        // The payload's own trace function knows nothing of the instance dict behind it.
        let kind = decl.kind.with_dict(overflow_at);
        self.heap.set_kind(decl.id, kind);
        let short = self.intern(decl.name);
        cls.name.set(&mut self.heap, cls.header(), Some(short));
        cls.qualname.set(&mut self.heap, cls.header(), Some(short));
        self.link_bases(cls, base)?;
        let dict = self.dict_new()?;
        cls.dict.set(&mut self.heap, cls.header(), Some(dict));
        self.fill_builtin_dict(cls, decl, dict)?;
        Ok(cls)
    }

    /// Sets base, bases and resolution order of a class with a single base.
    pub fn link_bases(&mut self, cls: Gc<Type>, base: Option<Gc<Type>>) -> PyResult<()> {
        let mut order = self.rooted_vec();
        order.push(Value::from_gc(cls));
        if let Some(base) = base {
            order.extend_from_slice(base.mro_items());
            self.subclasses.entry(base.addr()).or_default().push(cls);
        }
        let mro = self.tuple(&order)?;
        let bases = match base {
            Some(base) => self.tuple(&[Value::from_gc(base)])?,
            None => self.tuple(&[])?,
        };
        cls.base.set(&mut self.heap, cls.header(), base);
        cls.bases.set(&mut self.heap, cls.header(), Some(bases));
        cls.mro.set(&mut self.heap, cls.header(), Some(mro));
        Ok(())
    }

    /// Enters a declaration's methods and attributes into the class's dict.
    fn fill_builtin_dict(&mut self, cls: Gc<Type>, decl: &'static TypeDecl, dict: Gc<Dict>) -> PyResult<()> {
        for method in decl.methods {
            let f = self.native_on_class(cls, method)?;
            let name = self.intern(method.name);
            self.dict_set_str(dict, name, f)?;
        }
        for attr in decl.getset {
            let descriptor = crate::types::descriptor::new_getset(self, cls, attr)?;
            let name = self.intern(attr.name);
            self.dict_set_str(dict, name, descriptor)?;
        }
        let doc = match decl.doc {
            Some(doc) => Value::from_gc(self.str(doc)?),
            None => Value::NONE,
        };
        let doc_key = self.names.doc;
        if self.dict_get_str(dict, doc_key).is_none() {
            self.dict_set_str(dict, doc_key, doc)?;
        }
        // A type that defines equality without a hash is not hashable.
        let (eq, hash) = (self.names.special(Special::Eq), self.names.special(Special::Hash));
        if self.dict_get_str(dict, eq).is_some() && self.dict_get_str(dict, hash).is_none() {
            self.dict_set_str(dict, hash, Value::NONE)?;
        }
        Ok(())
    }

    /// A native method as it stands in its class's dict.
    pub fn native_on_class(&mut self, cls: Gc<Type>, decl: &'static NativeDecl) -> PyResult<Value> {
        let id = match decl.kind {
            NativeKind::Method if crate::native::errors::is_wrapper(decl) => ids::WRAPPER_DESCRIPTOR,
            NativeKind::Method => ids::METHOD_DESCRIPTOR,
            NativeKind::ClassMethod => ids::CLASSMETHOD_DESCRIPTOR,
            NativeKind::Function | NativeKind::StaticMethod | NativeKind::New => ids::NATIVE_FUNCTION,
        };
        let f = self.alloc::<NativeFunction>(id)?;
        f.decl.set(Some(decl));
        f.receiver.init(Value::UNBOUND);
        f.owner.init(Value::from_gc(cls));
        f.module.init(Value::UNBOUND);
        let f = Value::from_gc(f);
        if decl.kind == NativeKind::StaticMethod {
            crate::types::descriptor::new_staticmethod(self, f)
        } else {
            Ok(f)
        }
    }

    /// `type.__new__` once the metaclass is known: a class from name, bases (all classes) and namespace.
    pub fn make_class(
        &mut self,
        meta: Gc<Type>,
        name: Gc<Str>,
        bases: &[Value],
        namespace: Gc<Dict>,
    ) -> PyResult<Gc<Type>> {
        let object = [Value::from_gc(self.builtin(ids::OBJECT))];
        let bases = if bases.is_empty() { &object[..] } else { bases };
        let best = self.best_base(bases)?;
        let cls = self.new_class_cell(meta.root_shape.get(), 1 + meta.inline_slots.get() as usize)?;
        if meta.has(flags::HAS_DEL) {
            self.heap.finalizer_register(cls.header());
        }
        cls.name.set(&mut self.heap, cls.header(), Some(name));
        cls.qualname.set(&mut self.heap, cls.header(), Some(name));
        let bases_tuple = self.tuple(bases)?;
        cls.bases.set(&mut self.heap, cls.header(), Some(bases_tuple));
        cls.base.set(&mut self.heap, cls.header(), Some(best));
        let dict = self.dict_copy(namespace)?;
        cls.dict.set(&mut self.heap, cls.header(), Some(dict));
        cls.layout.set(best.layout.get());
        cls.payload.set(best.payload.get());
        let inherited = flags::EXCEPTION | flags::METACLASS | flags::HAS_DICT | flags::WEAKREF;
        let mut bits = flags::HEAP | flags::BASE | flags::SLOTTED;
        for base in bases {
            bits |= self.expect_class(*base).flags.get() & inherited;
        }
        cls.flags.set(bits);
        cls.slot_count.set(best.slot_count.get());
        super::slots::declare(self, cls, best, dict)?;
        let guess = self.guess_inline_slots(cls, best, dict);
        cls.inline_slots.set(guess.max(cls.slot_count.get()));
        let root = self.shapes.new_root(&mut self.heap, cls);
        cls.root_shape.set(root);
        super::mro::set_mro(self, cls)?;
        self.inherit_collection_kind(cls);
        for base in bases {
            let base = self.expect_class(*base);
            self.subclasses.entry(base.addr()).or_default().push(cls);
        }
        self.refresh_flags(cls);
        Ok(cls)
    }

    /// Inline slots for a new class: what its methods assign to `self.…`, as the compiler recorded, and the base's.
    fn guess_inline_slots(&mut self, cls: Gc<Type>, base: Gc<Type>, dict: Gc<Dict>) -> u16 {
        if !cls.has(flags::HAS_DICT) {
            return cls.slot_count.get();
        }
        let key = self.names.static_attributes;
        let own = self
            .dict_get_str(dict, key)
            .and_then(|v| self.exact::<crate::types::tuple::Tuple>(v))
            .map_or(0, |t| t.len());
        (own as u16 + base.inline_slots.get()).min(super::instance::MAX_INLINE).max(cls.slot_count.get())
    }

    /// The base whose layout instances will have; TypeError on a conflict.
    pub fn best_base(&mut self, bases: &[Value]) -> PyResult<Gc<Type>> {
        let mut winner: Option<Gc<Type>> = None;
        for base in bases {
            let Some(base) = self.as_class(*base) else {
                return Err(self.type_error("bases must be types"));
            };
            if !base.has(flags::BASE) {
                let name = if base.has(flags::HEAP) {
                    self.class_name(base)
                } else {
                    crate::types::typ::full_name(self, base)?
                };
                return Err(self.type_error(format!("type '{name}' is not an acceptable base type")));
            }
            winner = Some(match winner {
                None => base,
                Some(best) => {
                    let (mine, theirs) = (self.solid_base(best), self.solid_base(base));
                    if mine.is_subtype(theirs) {
                        best
                    } else if theirs.is_subtype(mine) {
                        base
                    } else {
                        return Err(self.type_error("multiple bases have instance lay-out conflict"));
                    }
                }
            });
        }
        Ok(winner.expect("at least one base"))
    }

    /// Whether instances of `cls` begin with what instances of `other` are made of.
    pub fn has_layout_of(&self, cls: Gc<Type>, other: Gc<Type>) -> bool {
        let mut at = Some(self.solid_base(cls));
        let wanted = self.solid_base(other);
        while let Some(class) = at {
            if class == wanted {
                return true;
            }
            at = class.base.get();
        }
        false
    }

    /// The nearest class in the chain of bases that adds to the layout.
    fn solid_base(&self, cls: Gc<Type>) -> Gc<Type> {
        let mut at = cls;
        while let Some(base) = at.base.get() {
            if at.payload.get() != base.payload.get() || at.slot_count.get() != base.slot_count.get() {
                break;
            }
            at = base;
        }
        at
    }

    /// Sets or deletes (`UNBOUND`) an attribute of a class.
    pub fn class_set_attr(&mut self, cls: Gc<Type>, name: Gc<Str>, value: Value) -> PyResult<()> {
        let v = Value::from_gc(cls);
        let meta = self.class_of(v);
        if cls.has(flags::IMMUTABLE) {
            let type_name = self.class_name(cls);
            return Err(self.type_error(format!(
                "cannot set '{}' attribute of immutable type '{type_name}'",
                name.to_message()
            )));
        }
        if let Some(descriptor) = self.type_lookup(meta, name)
            && self.is_data_descriptor(descriptor)
        {
            return crate::types::descriptor::set(self, descriptor, v, name, value);
        }
        let dict = cls.dict.get().expect("classes have a dict");
        if value.is_unbound() {
            if !self.dict_del(dict, Value::from_gc(name))? {
                return Err(self.no_attribute(v, name));
            }
        } else {
            self.dict_set_str(dict, name, value)?;
        }
        self.class_changed(cls);
        if !value.is_unbound() && self.is_data_descriptor(value) {
            self.hide_slots(cls, name)?;
        }
        let hooks = [Special::GetAttribute, Special::SetAttr, Special::DelAttr];
        if !value.is_unbound() && hooks.iter().any(|hook| name == self.names.special(*hook)) {
            self.hide_all_slots(cls)?;
        }
        Ok(())
    }

    /// A class or something on its resolution order changed: lookups through it and its subclasses start afresh.
    pub fn class_changed(&mut self, cls: Gc<Type>) {
        self.class_epoch = self.class_epoch.wrapping_add(1).max(1);
        let version = self.fresh_version();
        cls.version.set(version);
        cls.specials.set(&mut self.heap, cls.header(), None);
        self.refresh_flags(cls);
        self.notify_tier(Watched::Class(cls.addr()));
        for sub in self.subclasses.get(&cls.addr()).cloned().unwrap_or_default() {
            self.class_changed(sub);
        }
    }

    /// Tells the tier that something native code may rely on has changed.
    pub fn notify_tier(&mut self, what: Watched) {
        if let Some(tier) = self.tier.clone() {
            tier.invalidate(self, what);
        }
    }

    /// Recomputes the flags that depend on which special methods a class finds.
    pub fn refresh_flags(&mut self, cls: Gc<Type>) {
        let mut bits = cls.flags.get() & !(flags::CUSTOM_GETATTR | flags::CUSTOM_SETATTR | flags::HAS_DEL);
        let custom = |vm: &mut Vm, s: Special| {
            let name = vm.names.special(s);
            vm.type_lookup(cls, name).filter(|f| !vm.is_native_descriptor(*f)).is_some()
        };
        let hook = |vm: &mut Vm, s: Special| {
            let name = vm.names.special(s);
            vm.type_lookup(cls, name).filter(|f| !vm.is_default_hook(*f)).is_some()
        };
        if hook(self, Special::GetAttribute) || hook(self, Special::GetAttr) {
            bits |= flags::CUSTOM_GETATTR;
        }
        if hook(self, Special::SetAttr) || hook(self, Special::DelAttr) {
            bits |= flags::CUSTOM_SETATTR;
        }
        let native = cls.mro_items().iter().skip(1).any(|c| {
            let c = self.expect_class(*c);
            c.has(flags::IMMUTABLE) && c.has(flags::HAS_DEL)
        });
        if native || custom(self, Special::Del) {
            bits |= flags::HAS_DEL;
        }
        cls.flags.set(bits);
    }

    /// The first class along the resolution order that is a kind of collection says which kind this is.
    fn inherit_collection_kind(&self, cls: Gc<Type>) {
        let mut kinds = cls.mro_items().iter().map(|c| self.expect_class(*c).flags.get() & flags::COLLECTION);
        let kind = kinds.find(|kind| *kind != 0).unwrap_or(0);
        cls.flags.set(cls.flags.get() | kind);
    }

    /// Whether something found on a class is a native method (so the default behaviour, known to the runtime).
    pub fn is_native_descriptor(&self, v: Value) -> bool {
        matches!(id_of(v), ids::WRAPPER_DESCRIPTOR | ids::METHOD_DESCRIPTOR | ids::NATIVE_FUNCTION)
    }

    /// Whether instances look attributes up in another object before their own class: nothing found on the class
    /// counts for them.
    pub fn looks_elsewhere(&self, cls: Gc<Type>) -> bool {
        matches!(
            cls.layout.get(),
            ids::SUPER | ids::GENERIC_ALIAS | ids::WEAK_PROXY | ids::WEAK_CALLABLE_PROXY
        )
    }

    /// Whether an attribute hook found on a class is one whose work the general lookup does. Types of native modules
    /// (`_thread._local`) have their own.
    pub fn is_default_hook(&self, v: Value) -> bool {
        self.is_native_descriptor(v)
            && crate::types::native_function::of(v).decl.get().is_none_or(|d| match d.owner {
                crate::native::Owner::Type { id, .. } => !ids::is_of_native_module(id),
                _ => true,
            })
    }
}
