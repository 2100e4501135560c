//! The `type` object: name, bases, method resolution order, attribute dict, layout of its instances.

use crate::heap::{CellKind, Field, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::native::TypeDecl;
use crate::object::ids;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a class.
#[repr(C)]
pub struct Type {
    pub header: Header,
    /// `__name__`
    pub name: GcField<Str>,
    pub qualname: GcField<Str>,
    /// The base that decides layout and `__base__`; none for `object`.
    pub base: GcField<Type>,
    pub bases: GcField<Tuple>,
    /// Method resolution order, this class first.
    pub mro: GcField<Tuple>,
    /// The class's own attributes.
    pub dict: GcField<Dict>,
    /// What `Special` lookups found so far; dropped when the class or a base of it changes.
    pub specials: GcField<SpecialCache>,
    /// Changes whenever an attribute lookup through this class could give another result; never 0.
    pub version: Cell<u32>,
    pub flags: Cell<u32>,
    /// Shape of a fresh instance.
    pub root_shape: Cell<ShapeId>,
    /// Bytes of header and native payload of instances.
    pub payload: Cell<u16>,
    /// Inline slots a fresh instance gets: learned from instances made so far.
    pub inline_slots: Cell<u16>,
    /// Builtin id of the native layout instances have (`OBJECT`: none of its own).
    pub layout: Cell<ShapeId>,
    /// Slots declared by `__slots__` along the solid bases (each is an inline slot before all others).
    pub slot_count: Cell<u16>,
    /// Set in native classes.
    pub decl: Cell<Option<&'static TypeDecl>>,
    /// The Python `__init__` that a call of the class runs on a plain new instance, if that is all a call does; good as
    /// long as `init_epoch` is the machine's class epoch. The class it was found on keeps it alive until that changes.
    pub init: Cell<Value>,
    pub init_epoch: Cell<u32>,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let c = unsafe { cell.cast::<Type>().as_ref() };
    for s in [&c.name, &c.qualname].into_iter().filter_map(GcField::get) {
        t.gc(s);
    }
    for tuple in [&c.bases, &c.mro].into_iter().filter_map(GcField::get) {
        t.gc(tuple);
    }
    if let Some(base) = c.base.get() {
        t.gc(base);
    }
    if let Some(dict) = c.dict.get() {
        t.gc(dict);
    }
    if let Some(specials) = c.specials.get() {
        t.gc(specials);
    }
}

// SAFETY: `trace` names every reference.
unsafe impl Layout for Type {
    const ID: ShapeId = ids::TYPE;
    const KIND: CellKind = CellKind::new(trace);
}

/// Results of special-method lookups: int 0 = not looked up, `UNBOUND` = the class has none.
#[repr(C)]
pub struct SpecialCache {
    pub header: Header,
    pub found: [Field; crate::object::Special::COUNT],
}

/// Bits of `Type::flags`.
pub mod flags {
    /// Instances have `__dict__` (slots that can be added).
    pub const HAS_DICT: u32 = 1 << 0;
    /// May be subclassed.
    pub const BASE: u32 = 1 << 1;
    /// Made by a class statement or `type()`.
    pub const HEAP: u32 = 1 << 2;
    /// Derives from `type`.
    pub const METACLASS: u32 = 1 << 3;
    pub const EXCEPTION: u32 = 1 << 4;
    pub const HAS_DEL: u32 = 1 << 5;
    /// Instances may be weakly referenced.
    pub const WEAKREF: u32 = 1 << 6;
    pub const ABSTRACT: u32 = 1 << 7;
    pub const SEQUENCE: u32 = 1 << 8;
    pub const MAPPING: u32 = 1 << 9;
    pub const COLLECTION: u32 = SEQUENCE | MAPPING;
    pub const IMMUTABLE: u32 = 1 << 10;
    /// Defines `__getattribute__` other than object's, or `__getattr__`: no plain attribute caches.
    pub const CUSTOM_GETATTR: u32 = 1 << 11;
    pub const CUSTOM_SETATTR: u32 = 1 << 12;
    /// Instances have an overflow pointer behind the payload, and inline slots behind that.
    pub const SLOTTED: u32 = 1 << 13;
    /// A builtin exception class found to add no attributes to those of all exceptions.
    pub const PLAIN_EXCEPTION: u32 = 1 << 14;
}

impl Type {
    #[inline]
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    /// The classes of the method resolution order.
    pub fn mro_items(&self) -> &[Value] {
        self.mro.get().map_or(&[], |t| {
            // SAFETY: the tuple is immutable and lives as long as the class holds it, `mro` changing only under
            // `&mut Vm` in `__bases__` assignment, which keeps the old tuple alive on the stack.
            unsafe { std::slice::from_raw_parts(t.items().as_ptr(), t.len()) }
        })
    }

    /// Whether `self` is `other` or derives from it.
    pub fn is_subtype(&self, other: Gc<Type>) -> bool {
        let word = Value::from_gc(other);
        self.mro_items().contains(&word)
    }
}
