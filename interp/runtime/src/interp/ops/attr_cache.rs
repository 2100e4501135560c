//! What attribute caches keep: the entry of an instruction's cache, and the shared cache behind all of them.

use super::attr::{KIND, OFFSET, SHAPE, VALUE, VERSION};
use super::*;
use crate::heap::{Gc, Header, ShapeId};
use crate::object::class::flags;
use crate::object::instance::field_at;
use crate::object::{Repr, Special, Type, ids};
use crate::types::cell::Cell;
use crate::types::descriptor::{self, Member};
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::TupleGetter;
use crate::vm::{PyResult, id_of};
use habu_bytecode::feedback::{AttrKind, attr};
use std::ptr::NonNull;

/// Misses after which an instruction stops caching.
const MAX_MISSES: u32 = 200;

/// What a lookup on objects of one shape comes to.
#[derive(Clone, Copy)]
pub struct Entry {
    pub kind: AttrKind,
    pub repr: Repr,
    /// Byte offset of a slot, or the low half of a module's address.
    pub offset: u32,
    /// Version of the class that the entry holds for, or the shape that a store moves to.
    pub version: u32,
    pub value: u64,
}

impl Entry {
    /// In `offset` of a `Descriptor` entry: it goes before the instance's own attributes.
    const READS_FIRST: u32 = 1;

    fn new(kind: AttrKind, version: u32) -> Entry {
        Entry { kind, repr: Repr::Any, offset: 0, version, value: 0 }
    }

    /// The entry in an instruction's cache.
    #[inline(always)]
    pub fn of(pc: Pc) -> Entry {
        let kind = pc.word(KIND);
        Entry {
            kind: AttrKind::from_byte(kind as u8),
            repr: Repr::from_byte((kind >> 8) as u8),
            offset: pc.word(OFFSET),
            version: pc.word(VERSION),
            value: pc.word64(VALUE),
        }
    }

    /// Writes the entry into an instruction's cache, unless that has missed too often.
    pub fn write(&self, pc: Pc, shape: ShapeId) {
        let misses = (pc.word(KIND) >> 16).min(0xfffe) + 1;
        if misses > MAX_MISSES {
            pc.set_word(SHAPE, 0);
            pc.set_word(KIND, AttrKind::Megamorphic as u32 | misses << 16);
            (0..attr::SHAPES).for_each(|i| pc.set_word(OFFSET + i, 0));
            return note_shape(pc, shape);
        }
        pc.set_word(SHAPE, shape.0);
        pc.set_word(KIND, self.kind as u32 | (self.repr as u32) << 8 | misses << 16);
        pc.set_word(OFFSET, self.offset);
        pc.set_word(VERSION, self.version);
        pc.set_word64(VALUE, self.value);
    }

    /// The value that the entry stands for, if getting it neither raises nor allocates nor binds. `obj` has the
    /// entry's shape.
    #[inline(always)]
    pub fn load(&self, vm: &Vm, obj: NonNull<Header>) -> Option<Value> {
        let shape = crate::object::instance::shape_of(obj);
        let word = match self.kind {
            // SAFETY: the cached offset belongs to the guarded shape.
            AttrKind::Inline => unsafe { field_at(obj, self.offset as usize) }.get(),
            AttrKind::Overflow => {
                let at = vm.shapes.get(shape).overflow_at as usize;
                // SAFETY: the guarded shape has an overflow array with the cached slot.
                unsafe { field_at(field_at(obj, at).get().as_header()?, self.offset as usize) }.get()
            }
            AttrKind::ClassValue => {
                return (vm.shapes.class(shape).version.get() == self.version).then_some(Value(self.value));
            }
            AttrKind::ModuleCell => {
                // SAFETY: entries of this kind are made for shapes of modules.
                let module: Gc<Module> = unsafe { Gc::from_header(obj) };
                if module.addr() as u32 != self.offset {
                    return None;
                }
                // SAFETY: cells of a module's globals live as long as the module, which is the receiver.
                let cell = unsafe { &*(self.value as *const Cell) };
                return cell.value.get().bound();
            }
            AttrKind::Descriptor => {
                let found = Value(self.value);
                let getter = found.exact::<TupleGetter>().filter(|_| self.is_current(vm, obj))?;
                return getter.item(vm, Value::from_header(obj));
            }
            AttrKind::TypeAttr => {
                return self.holds_for_class(vm, obj).then_some(Value(self.value));
            }
            _ => return None,
        };
        if self.repr == Repr::F64 { Value::try_float(f64::from_bits(word.0)) } else { word.bound() }
    }

    /// Whether an entry for a class as receiver still holds: both its version and its metaclass's.
    #[inline(always)]
    pub fn holds_for_class(&self, vm: &Vm, obj: NonNull<Header>) -> bool {
        // SAFETY: a class receiver, guarded by its metaclass's shape.
        let class: Gc<Type> = unsafe { Gc::from_header(obj) };
        let shape = crate::object::instance::shape_of(obj);
        class.version.get() == self.version
            && (shape == ids::TYPE || vm.shapes.class(shape).version.get() == self.offset)
    }

    /// Whether the class of the receiver, which has the entry's shape, is of the version that the entry was made for.
    #[inline(always)]
    pub fn is_current(&self, vm: &Vm, obj: NonNull<Header>) -> bool {
        vm.shapes.class(crate::object::instance::shape_of(obj)).version.get() == self.version
    }

    /// Whether a `BareMethod` entry holds for the receiver: it still has no dict.
    #[inline(always)]
    pub fn holds_bare(&self, vm: &Vm, obj: NonNull<Header>) -> bool {
        // SAFETY: builtin types with attributes have the field for their dict at this offset, zero until they have one.
        let dict = unsafe { field_at(obj, self.offset as usize) }.get();
        dict.as_header().is_none() && self.is_current(vm, obj)
    }

    /// Stores into the slot, or adds it; false if the entry is no such case. `obj` has the entry's shape.
    #[inline(always)]
    pub fn store(&self, vm: &mut Vm, obj: NonNull<Header>, v: Value) -> bool {
        if !self.repr.fits(v) {
            return false;
        }
        let (owner, offset) = match self.kind {
            AttrKind::Inline => (obj, self.offset as usize),
            AttrKind::AddInline => {
                // SAFETY: the cell is live; the new shape has the same layout and one inline slot more.
                unsafe { obj.as_ref() }.id.set(ShapeId(self.version));
                (obj, self.offset as usize)
            }
            AttrKind::Overflow => {
                let at = vm.shapes.get(crate::object::instance::shape_of(obj)).overflow_at as usize;
                // SAFETY: the guarded shape has an overflow array with the cached slot.
                match unsafe { field_at(obj, at) }.get().as_header() {
                    Some(array) => (array, self.offset as usize),
                    None => return false,
                }
            }
            _ => return false,
        };
        // SAFETY: the cached offset belongs to the guarded shape.
        let field = unsafe { field_at(owner, offset) };
        match self.repr {
            Repr::Any => field.set(&mut vm.heap, owner, v),
            Repr::Int => field.init(v),
            Repr::F64 => field.init(Value(v.inline_float_unchecked().to_bits())),
        }
        true
    }
}

/// Notes a shape at a site that no longer caches: native code may serve a few of them.
fn note_shape(pc: Pc, shape: ShapeId) {
    for at in OFFSET..OFFSET + attr::SHAPES {
        match pc.word(at) {
            0 => return pc.set_word(at, shape.0),
            known if known == shape.0 => return,
            _ => {}
        }
    }
    pc.set_word(KIND, pc.word(KIND) | attr::MANY_SHAPES);
}

/// Notes the shape of a receiver whose class is asked for a method, for native code.
#[inline(always)]
pub fn note_receiver(pc: Pc, v: Value) {
    let Some(obj) = v.as_header() else { return };
    let shape = crate::object::instance::shape_of(obj);
    if pc.word(SHAPE) != shape.0 {
        note_new_receiver(pc, shape);
    }
}

#[cold]
fn note_new_receiver(pc: Pc, shape: ShapeId) {
    match kind_of(pc) {
        AttrKind::Empty => {
            pc.set_word(SHAPE, shape.0);
            pc.set_word(KIND, AttrKind::Method as u32);
        }
        AttrKind::Megamorphic => note_shape(pc, shape),
        _ => {
            pc.set_word(KIND, AttrKind::Megamorphic as u32);
            (0..attr::SHAPES).for_each(|i| pc.set_word(OFFSET + i, 0));
            note_shape(pc, ShapeId(pc.word(SHAPE)));
            note_shape(pc, shape);
        }
    }
}

/// The instruction's kind without representation and miss count.
#[inline(always)]
pub fn kind_of(pc: Pc) -> AttrKind {
    AttrKind::from_byte(pc.word(KIND) as u8)
}

/// Looks `name` up for receiver `v` and puts what it comes to into the caches, if it is a case for them.
pub fn learn_load(vm: &mut Vm, pc: Pc, v: Value, name: Gc<Str>) {
    let Some(obj) = v.as_header() else { return };
    let shape = crate::object::instance::shape_of(obj);
    let entry = match describe(vm, v, obj, name) {
        Some(entry) => entry,
        None if pc.op() == Op::LOAD_METHOD as u8 => match bare_method(vm, shape, name) {
            Some(entry) if kind_of(pc) != AttrKind::Megamorphic => return entry.write(pc, shape),
            _ => return,
        },
        None => return,
    };
    if !matches!(entry.kind, AttrKind::TypeAttr | AttrKind::ClassMethod | AttrKind::ModuleCell) {
        let version = vm.shapes.class(shape).version.get();
        vm.attr_cache.put(shape, version, name, false, entry);
    }
    if kind_of(pc) == AttrKind::Megamorphic {
        note_shape(pc, shape);
    } else {
        entry.write(pc, shape);
    }
}

/// A method of a builtin type whose instances get a dict with their first attribute: their shape does not tell.
fn bare_method(vm: &mut Vm, shape: ShapeId, name: Gc<Str>) -> Option<Entry> {
    let cls = vm.shapes.class(shape);
    let record = vm.shapes.get(shape);
    if !record.dict_mode || shape.0 >= ids::FIRST_DYNAMIC || has_own_lookup(vm, cls) {
        return None;
    }
    let offset = vm.shapes.get(shape).overflow_at.into();
    let found = vm.type_lookup(cls, name)?;
    let entry = Entry { value: found.0, offset, ..Entry::new(AttrKind::BareMethod, cls.version.get()) };
    matches!(id_of(found), ids::FUNCTION | ids::METHOD_DESCRIPTOR).then_some(entry)
}

/// A slot of an object of shape `shape`.
fn slot_entry(vm: &Vm, shape: ShapeId, name: Gc<Str>, version: u32) -> Option<Entry> {
    let record = vm.shapes.get(shape);
    let slot = record.slot(name)?;
    let (kind, offset) = match record.inline_offset(slot) {
        Some(at) => (AttrKind::Inline, at),
        None => {
            (AttrKind::Overflow, crate::types::list::Array::ITEMS + (slot.index - record.inline) as usize * 8)
        }
    };
    Some(Entry { repr: slot.repr, offset: offset as u32, ..Entry::new(kind, version) })
}

/// A slot that `__slots__` of a class in `cls`'s resolution order declared.
fn member_entry(vm: &Vm, cls: Gc<Type>, found: Value) -> Option<Entry> {
    let member = vm.exact::<Member>(found)?;
    let owner = vm.as_class(member.owner.get())?;
    let offset = member.offset.get() as u32;
    cls.is_subtype(owner).then(|| Entry { offset, ..Entry::new(AttrKind::Inline, cls.version.get()) })
}

/// What looking `name` up on a class comes to, one whose metaclass is `type`.
pub fn describe_class_attr(vm: &mut Vm, class: Value, name: Gc<Str>) -> Option<Entry> {
    let obj = class.as_header()?;
    (crate::object::instance::shape_of(obj) == ids::TYPE).then_some(())?;
    describe(vm, class, obj, name)
}

fn describe(vm: &mut Vm, v: Value, obj: NonNull<Header>, name: Gc<Str>) -> Option<Entry> {
    let cls = vm.class_of(v);
    let shape = crate::object::instance::shape_of(obj);
    if has_own_lookup(vm, cls) {
        return None;
    }
    if let Some(class) = vm.as_class(v) {
        if vm.type_lookup(cls, name).is_some_and(|found| vm.is_data_descriptor(found)) {
            return None;
        }
        let found = vm.type_lookup(class, name)?;
        let (kind, value) = match id_of(found) {
            ids::FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR => (AttrKind::TypeAttr, found),
            ids::STATICMETHOD => (AttrKind::TypeAttr, descriptor::wrapped(found)),
            ids::CLASSMETHOD => (AttrKind::ClassMethod, descriptor::wrapped(found)),
            ids::CLASSMETHOD_DESCRIPTOR => (AttrKind::ClassMethod, found),
            _ if is_plain(vm, found) => (AttrKind::TypeAttr, found),
            _ => return None,
        };
        let offset = cls.version.get();
        return Some(Entry { value: value.0, offset, ..Entry::new(kind, class.version.get()) });
    }
    if let Some(module) = vm.downcast::<Module>(v) {
        if vm.type_lookup(cls, name).is_some_and(|found| vm.is_data_descriptor(found)) {
            return None;
        }
        let dict = module.dict.get().expect("modules have a dict");
        if !dict.has_cells() || vm.dict_get_str(dict, name).is_none() {
            return None;
        }
        let cell = vm.dict_cell(dict, name).ok()?;
        return Some(Entry {
            offset: module.addr() as u32,
            value: cell.as_ptr() as u64,
            ..Entry::new(AttrKind::ModuleCell, 0)
        });
    }
    describe_load(vm, shape, name)
}

/// Whether the class has a `__getattribute__` of its own.
fn has_own_lookup(vm: &mut Vm, cls: Gc<Type>) -> bool {
    vm.looks_elsewhere(cls)
        || cls.has(flags::CUSTOM_GETATTR)
            && vm.class_special(cls, Special::GetAttribute).is_some_and(|f| !vm.is_default_hook(f))
}

/// What looking `name` up comes to for receivers of `shape`, which are neither classes nor modules.
pub fn describe_load(vm: &mut Vm, shape: ShapeId, name: Gc<Str>) -> Option<Entry> {
    let cls = vm.shapes.class(shape);
    let is_class = shape == ids::TYPE || cls.has(flags::METACLASS);
    if is_class || has_own_lookup(vm, cls) {
        return None;
    }
    // A `__getattr__` has its say only about what is not found; but for a property's AttributeError.
    let asks_class = cls.has(flags::CUSTOM_GETATTR);
    let version = cls.version.get();
    let on_class = vm.type_lookup(cls, name);
    if let Some(found) = on_class
        && vm.is_data_descriptor(found)
    {
        return match id_of(found) {
            ids::MEMBER_DESCRIPTOR => member_entry(vm, cls, found),
            ids::PROPERTY if !asks_class => {
                Some(Entry { value: found.0, ..Entry::new(AttrKind::Property, version) })
            }
            ids::GETSET_DESCRIPTOR if name == vm.names.class && descriptor::is_of_object(vm, found) => {
                Some(Entry { value: Value::from_gc(cls).0, ..Entry::new(AttrKind::ClassValue, version) })
            }
            _ if vm.reads_first(found) => Some(Entry {
                value: found.0,
                offset: Entry::READS_FIRST,
                ..Entry::new(AttrKind::Descriptor, version)
            }),
            _ => None,
        };
    }
    if vm.shapes.get(shape).dict_mode {
        return None;
    }
    if let Some(entry) = slot_entry(vm, shape, name, version) {
        return Some(entry);
    }
    let Some(found) = on_class else {
        let hook = if asks_class { vm.class_special(cls, Special::GetAttr)? } else { return None };
        let entry = Entry { value: hook.0, ..Entry::new(AttrKind::AskClass, version) };
        return (shape.0 >= ids::FIRST_DYNAMIC && id_of(hook) == ids::FUNCTION).then_some(entry);
    };
    let (kind, value) = match id_of(found) {
        ids::FUNCTION | ids::METHOD_DESCRIPTOR => (AttrKind::Method, found),
        ids::STATICMETHOD => (AttrKind::ClassValue, descriptor::wrapped(found)),
        _ if is_plain(vm, found) => (AttrKind::ClassValue, found),
        _ => (AttrKind::Descriptor, found),
    };
    Some(Entry { value: value.0, ..Entry::new(kind, version) })
}

/// The `__getattr__` of the class that objects of a shape have, if it is a Python function.
pub fn hook_of(vm: &mut Vm, shape: ShapeId) -> Option<Value> {
    let cls = vm.shapes.class(shape);
    let asks = cls.has(flags::CUSTOM_GETATTR);
    let hook = if asks { vm.class_special(cls, Special::GetAttr)? } else { return None };
    (id_of(hook) == ids::FUNCTION).then_some(hook)
}

/// What the cached descriptor gives for `v`. `None`: the descriptor's own class has changed, the entry is of no use.
pub fn ask_descriptor(vm: &mut Vm, entry: &Entry, v: Value, name: Gc<Str>) -> Option<PyResult> {
    let (found, cls) = (Value(entry.value), vm.class_of(v));
    if id_of(found) == ids::GETSET_DESCRIPTOR && !cls.has(flags::CUSTOM_GETATTR) {
        // It was found on this very class: there is nothing to check.
        return Some(descriptor::read(vm, found, v));
    }
    if entry.offset == Entry::READS_FIRST && !vm.reads_first(found) {
        return None;
    }
    let result = vm.bind_found(found, v, cls);
    Some(match result {
        Err(raised) if cls.has(flags::CUSTOM_GETATTR) => {
            crate::object::custom::get_attr_after(vm, v, cls, name, raised)
        }
        result => result,
    })
}

/// Whether something found on a class is a value as it is when accessed through the class or an instance of it.
fn is_plain(vm: &mut Vm, found: Value) -> bool {
    match id_of(found) {
        ids::FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR => false,
        _ => !found.is_pointer() || vm.lookup_special(found, Special::Get).is_none(),
    }
}

/// Puts a store that has just been done into the caches: to an existing slot, or one that added a slot.
pub fn learn_store(vm: &mut Vm, pc: Pc, v: Value, name: Gc<Str>, before: ShapeId) {
    if !v.is_pointer() || before.0 < ids::FIRST_DYNAMIC {
        return;
    }
    let cls = vm.class_of(v);
    if cls.has(flags::CUSTOM_SETATTR) || vm.as_class(v).is_some() || vm.downcast::<Module>(v).is_some() {
        return;
    }
    let Some(entry) = describe_store(vm, cls, id_of(v), name, before) else { return };
    vm.attr_cache.put(before, cls.version.get(), name, true, entry);
    if kind_of(pc) == AttrKind::Megamorphic {
        note_shape(pc, before);
    } else {
        entry.write(pc, before);
    }
}

/// What storing `name` would come to for receivers of `shape`, if the slot exists or has been added to the shape before.
pub fn describe_store_for(vm: &mut Vm, shape: ShapeId, name: Gc<Str>) -> Option<Entry> {
    let cls = vm.shapes.class(shape);
    if shape.0 < ids::FIRST_DYNAMIC || cls.has(flags::CUSTOM_SETATTR) {
        return None;
    }
    let after = match vm.shapes.get(shape).slot(name) {
        Some(_) => shape,
        None => vm.shapes.after_adding(shape, name).unwrap_or(shape),
    };
    describe_store(vm, cls, after, name, shape)
}

fn describe_store(
    vm: &mut Vm,
    cls: Gc<Type>,
    after: ShapeId,
    name: Gc<Str>,
    before: ShapeId,
) -> Option<Entry> {
    if let Some(found) = vm.type_lookup(cls, name)
        && vm.is_data_descriptor(found)
    {
        let kind = match id_of(found) {
            ids::MEMBER_DESCRIPTOR => return member_entry(vm, cls, found).filter(|_| before == after),
            ids::PROPERTY => AttrKind::Property,
            _ => AttrKind::Descriptor,
        };
        return Some(Entry { value: found.0, ..Entry::new(kind, cls.version.get()) });
    }
    let record = vm.shapes.get(after);
    if record.dict_mode {
        return None;
    }
    let entry = slot_entry(vm, after, name, cls.version.get())?;
    if before == after {
        return Some(entry);
    }
    (record.parent == before && entry.kind == AttrKind::Inline).then_some(Entry {
        kind: AttrKind::AddInline,
        version: after.0,
        ..entry
    })
}

/// Entries of all instructions whose own cache missed, by shape and name: sites that meet many shapes.
pub struct AttrCache {
    slots: Box<[Slot]>,
}

#[derive(Clone, Copy)]
struct Slot {
    shape: ShapeId,
    /// Version of the shape's class when the entry was made.
    version: u32,
    /// The interned name's address; its low bit is set for stores.
    name: usize,
    entry: Entry,
}

const SLOTS: usize = 1024;

impl Default for AttrCache {
    fn default() -> AttrCache {
        let none = Slot { shape: ShapeId(0), version: 0, name: 0, entry: Entry::new(AttrKind::Empty, 0) };
        AttrCache { slots: vec![none; SLOTS].into_boxed_slice() }
    }
}

impl AttrCache {
    #[inline(always)]
    fn index(shape: ShapeId, name: usize) -> usize {
        // A load and a store of one name have different places.
        ((shape.0 as usize).wrapping_mul(0x9E37_79B9) ^ (name >> 4) ^ (name >> 12) ^ ((name & 1) * 0x2a5))
            % SLOTS
    }

    /// The entry for a shape whose class is of this version now.
    #[inline(always)]
    pub fn get(&self, shape: ShapeId, version: u32, name: Gc<Str>, store: bool) -> Option<&Entry> {
        let name = name.addr() | usize::from(store);
        let slot = &self.slots[AttrCache::index(shape, name)];
        (slot.shape == shape && slot.name == name && slot.version == version).then_some(&slot.entry)
    }

    fn put(&mut self, shape: ShapeId, version: u32, name: Gc<Str>, store: bool, entry: Entry) {
        let name = name.addr() | usize::from(store);
        self.slots[AttrCache::index(shape, name)] = Slot { shape, version, name, entry };
    }
}

/// The shared entry for receiver `v`, for a site that no longer caches and has noted all shapes it can.
#[inline(always)]
pub fn shared_known(vm: &Vm, pc: Pc, base: Base, v: Value, store: bool) -> Option<(NonNull<Header>, Entry)> {
    const SETTLED: u32 = AttrKind::Megamorphic as u32 | attr::MANY_SHAPES;
    let obj = v.as_header()?;
    let shape = crate::object::instance::shape_of(obj);
    let kind = pc.word(KIND);
    let known = kind as u8 == AttrKind::Megamorphic as u8
        && (kind & SETTLED == SETTLED || (0..attr::SHAPES).any(|i| pc.word(OFFSET + i) == shape.0));
    if !known {
        return None;
    }
    let version = vm.shapes.class(shape).version.get();
    let name = super::names::name_operand(base, pc);
    vm.attr_cache.get(shape, version, name, store).map(|entry| (obj, *entry))
}

/// The shared entry for receiver `v`; written to the instruction's cache too.
#[inline(always)]
pub fn shared(vm: &Vm, pc: Pc, v: Value, name: Gc<Str>, store: bool) -> Option<(NonNull<Header>, Entry)> {
    let obj = v.as_header()?;
    let shape = crate::object::instance::shape_of(obj);
    let version = vm.shapes.class(shape).version.get();
    let entry = *vm.attr_cache.get(shape, version, name, store)?;
    if kind_of(pc) == AttrKind::Megamorphic {
        note_shape(pc, shape);
    } else {
        entry.write(pc, shape);
    }
    Some((obj, entry))
}
