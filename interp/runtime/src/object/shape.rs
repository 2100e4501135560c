//! Hidden classes: which class an object is of and where each attribute's slot is.

use super::ids;
use crate::heap::{CellKind, Forgotten, Gc, Header, Heap, InstanceKind, ShapeId, SlotMap, Tracer};
use crate::object::class::Type;
use crate::types::str::Str;
use crate::value::Value;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use std::cell::Cell;

/// Representation of a slot's content. A store that does not fit moves that one object to a sibling shape.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Repr {
    /// Any value, traced.
    Any = 0,
    /// Always a small integer, kept tagged: not traced, loads need no guard.
    Int = 1,
    /// Raw bits of an f64: not traced, no tag to decode, no heap float for infinities.
    F64 = 2,
}

impl Repr {
    #[inline(always)]
    pub const fn from_byte(byte: u8) -> Repr {
        match byte {
            1 => Repr::Int,
            2 => Repr::F64,
            _ => Repr::Any,
        }
    }

    /// Whether `v` can be stored in a slot of this representation. (Heap floats stay out of F64 slots' fast path.)
    #[inline(always)]
    pub fn fits(self, v: Value) -> bool {
        match self {
            Repr::Any => true,
            Repr::Int => v.is_small(),
            Repr::F64 => v.is_inline_float(),
        }
    }

    /// The representation a new slot gets for its first value.
    pub fn of(v: Value) -> Repr {
        if v.is_small() {
            Repr::Int
        } else if v.is_inline_float() {
            Repr::F64
        } else {
            Repr::Any
        }
    }
}

/// Where a slot is (inline ones first, then those of the overflow array) and how its content is represented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    pub index: u16,
    pub repr: Repr,
}

/// One shape. Builtin types' exact instances have the fixed ids of `ids`.
pub struct Shape {
    pub class: Gc<Type>,
    /// Byte offset of the overflow pointer; inline slots follow it. 0: instances have no slots at all.
    pub overflow_at: u16,
    /// Inline slots that `__slots__` declared: they come first and are no attributes of the shape.
    pub reserved: u16,
    /// How many slots are inline; the others are in the overflow array.
    pub inline: u16,
    /// The shape without the attribute added last (itself for a root).
    pub parent: ShapeId,
    /// Attributes in order of addition: interned name and slot.
    pub keys: Vec<(Gc<Str>, Slot)>,
    /// By address of the interned name; empty while `keys` is short enough to be searched.
    table: HashMap<usize, Slot, FxBuildHasher>,
    /// Instances keep their attributes in the dict that the overflow pointer names.
    pub dict_mode: bool,
    /// Shape reached by adding an attribute, by the name's address.
    transitions: HashMap<usize, ShapeId, FxBuildHasher>,
    /// The same attributes in another class or mode: `(class address, dict mode)`.
    siblings: HashMap<(usize, bool), ShapeId, FxBuildHasher>,
}

/// All shapes of a process, indexed by id. Those of a class go with it; ids are never reused, since caches and code
/// may still name them.
#[derive(Default)]
pub struct Shapes {
    list: Vec<Option<Box<Shape>>>,
    /// Their classes, which every attribute cache asks for.
    classes: Vec<Option<Gc<Type>>>,
    /// How many the last minor collection has traced.
    seen: Cell<usize>,
}

/// Up to this many attributes are searched one by one.
const SEARCHED: usize = 8;

impl Shapes {
    #[inline(always)]
    pub fn get(&self, id: ShapeId) -> &Shape {
        self.list[id.0 as usize].as_ref().expect("ids in headers name shapes")
    }

    /// Whether there can be cells of this shape. Not so if an id in a cache or in feedback has outlived its class.
    pub fn exists(&self, id: ShapeId) -> bool {
        self.list.get(id.0 as usize).is_some_and(Option::is_some)
    }

    #[inline(always)]
    pub fn class(&self, id: ShapeId) -> Gc<Type> {
        let class = self.classes.get(id.0 as usize).copied().flatten();
        debug_assert!(class.is_some());
        // SAFETY: ids in headers name shapes, which are there as long as such cells.
        unsafe { class.unwrap_unchecked() }
    }

    /// Installs the shape of a builtin type's exact instances.
    pub fn set_builtin(&mut self, id: ShapeId, class: Gc<Type>, overflow_at: u16) {
        let mut shape = Shape::root(class, id, overflow_at, 0, 0);
        // Their id must stay what it is, so attributes go into a dict from the first.
        shape.dict_mode = overflow_at != 0;
        self.place(id, shape);
    }

    fn put(&mut self, heap: &mut Heap, id: ShapeId, shape: Shape) {
        heap.set_instance_kind(id, shape.instance_kind());
        heap.add_external(shape.footprint() as isize);
        self.place(id, shape);
    }

    fn place(&mut self, id: ShapeId, shape: Shape) {
        let index = id.0 as usize;
        if self.list.len() <= index {
            let len = index.max(ids::FIRST_DYNAMIC as usize) + 1;
            self.list.resize_with(len, || None);
            self.classes.resize(len, None);
        }
        self.classes[index] = Some(shape.class);
        self.list[index] = Some(Box::new(shape));
    }

    fn fresh_id(&self) -> ShapeId {
        ShapeId(self.list.len().max(ids::FIRST_DYNAMIC as usize) as u32)
    }

    /// A root shape: no attributes yet.
    pub fn new_root(&mut self, heap: &mut Heap, class: Gc<Type>) -> ShapeId {
        let id = self.fresh_id();
        let (at, reserved, inline) = (class.payload.get(), class.slot_count.get(), class.inline_slots.get());
        self.put(heap, id, Shape::root(class, id, at, reserved, inline));
        id
    }

    /// The shape that `from` becomes when attribute `name` is added for value `v`.
    pub fn add(&mut self, heap: &mut Heap, from: ShapeId, name: Gc<Str>, v: Value) -> ShapeId {
        if let Some(&to) = self.get(from).transitions.get(&name.addr()) {
            return to;
        }
        let parent = self.get(from);
        let slot = parent.next_slot(Repr::of(v));
        let shape = parent.with(from, name, slot);
        let id = self.fresh_id();
        self.put(heap, id, shape);
        self.list[from.0 as usize].as_mut().expect("exists").transitions.insert(name.addr(), id);
        id
    }

    /// The shape that adding attribute `name` has led to before.
    pub fn after_adding(&self, from: ShapeId, name: Gc<Str>) -> Option<ShapeId> {
        self.get(from).transitions.get(&name.addr()).copied()
    }

    /// The sibling of `from` in which attribute `name` is of representation `Any`. From now on new objects get
    /// `Any` for it too, so that a site meets few shapes.
    pub fn generalize(&mut self, heap: &mut Heap, from: ShapeId, name: Gc<Str>) -> ShapeId {
        let shape = self.get(from);
        let names: Vec<(Gc<Str>, Repr)> =
            shape.keys.iter().map(|(k, s)| (*k, if *k == name { Repr::Any } else { s.repr })).collect();
        let mut at = from;
        while self.get(at).parent != at {
            at = self.get(at).parent;
        }
        for (key, repr) in names {
            at = self.add_exactly(heap, at, key, repr);
        }
        at
    }

    /// As `add`, with the representation given; replaces a transition whose representation differs.
    fn add_exactly(&mut self, heap: &mut Heap, from: ShapeId, name: Gc<Str>, repr: Repr) -> ShapeId {
        if let Some(&to) = self.get(from).transitions.get(&name.addr())
            && let Some(slot) = self.get(to).slot(name)
            && (slot.repr == repr || slot.repr == Repr::Any)
        {
            return to;
        }
        let parent = self.get(from);
        let slot = parent.next_slot(repr);
        let shape = parent.with(from, name, slot);
        let id = self.fresh_id();
        self.put(heap, id, shape);
        self.list[from.0 as usize].as_mut().expect("exists").transitions.insert(name.addr(), id);
        id
    }

    /// The sibling of `from` whose instances keep attributes in a dict, or of another class (same layout), without attributes.
    pub fn sibling(&mut self, heap: &mut Heap, from: ShapeId, class: Gc<Type>, dict_mode: bool) -> ShapeId {
        let key = (class.addr(), dict_mode);
        if let Some(&to) = self.get(from).siblings.get(&key) {
            return to;
        }
        let old = self.get(from);
        let (overflow_at, reserved, inline) = (old.overflow_at, old.reserved, old.inline);
        let id = self.fresh_id();
        let mut shape = Shape::root(class, id, overflow_at, reserved, inline);
        shape.dict_mode = dict_mode;
        self.put(heap, id, shape);
        self.list[from.0 as usize].as_mut().expect("exists").siblings.insert(key, id);
        id
    }

    /// Byte offset behind the inline slots of a shape's instances.
    pub fn inline_end(&self, id: ShapeId) -> usize {
        let shape = self.get(id);
        if shape.overflow_at == 0 { 0 } else { shape.overflow_at as usize + 8 + shape.inline as usize * 8 }
    }

    /// Shapes with an attribute `name`, of the classes asked for.
    pub fn having(&self, name: Gc<Str>, of: impl Fn(Gc<Type>) -> bool) -> impl Iterator<Item = ShapeId> {
        let has = move |shape: &Shape| shape.slot(name).is_some() && of(shape.class);
        let shapes = self.list.iter().enumerate();
        shapes.filter_map(move |(i, s)| s.as_ref().filter(|s| has(s)).map(|_| ShapeId(i as u32)))
    }

    /// Shapes of objects with attributes in slots, of the classes asked for.
    pub fn of_classes(&self, of: impl Fn(Gc<Type>) -> bool) -> impl Iterator<Item = ShapeId> {
        let has = move |shape: &Shape| shape.overflow_at != 0 && !shape.dict_mode && of(shape.class);
        let shapes = self.list.iter().enumerate();
        shapes.filter_map(move |(i, s)| s.as_ref().filter(|s| has(s)).map(|_| ShapeId(i as u32)))
    }

    /// How many shapes there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn trace(&self, t: &mut Tracer<'_>) {
        // A shape never changes what it refers to: what earlier collections have seen is old. (Those of native types
        // are made when their modules are.)
        let fixed = self.list.len().min(ids::FIRST_DYNAMIC as usize);
        let from = if t.is_full() { fixed } else { self.seen.replace(self.list.len()).max(fixed) };
        for shape in self.list[..fixed].iter().flatten() {
            t.gc(shape.class);
            shape.keys.iter().for_each(|(key, _)| t.gc(*key));
        }
        for shape in self.list[from..].iter().flatten() {
            // In a full collection classes made at run time are found from their instances, like other cells.
            if !t.is_full() {
                t.gc(shape.class);
            }
            shape.keys.iter().for_each(|(key, _)| t.gc(*key));
        }
    }

    /// A full collection has marked all that lives: the shapes of dead classes go.
    pub fn forget_dead(&mut self, t: &Tracer<'_>) -> Forgotten {
        let mut gone = Forgotten::default();
        for i in ids::FIRST_DYNAMIC as usize..self.list.len() {
            let is_dead = |shape: &mut Box<Shape>| !t.is_marked(shape.class.header());
            if let Some(shape) = self.list[i].take_if(is_dead) {
                self.classes[i] = None;
                gone.ids.push(ShapeId(i as u32));
                gone.external += shape.footprint();
            }
        }
        if !gone.ids.is_empty() {
            let Shapes { list, classes, .. } = self;
            for shape in list.iter_mut().flatten().filter(|shape| !shape.siblings.is_empty()) {
                shape.siblings.retain(|_, to| classes[to.0 as usize].is_some());
            }
        }
        gone
    }
}

impl Shape {
    fn root(class: Gc<Type>, id: ShapeId, overflow_at: u16, reserved: u16, inline: u16) -> Shape {
        Shape {
            class,
            overflow_at,
            reserved,
            inline,
            parent: id,
            keys: Vec::new(),
            table: HashMap::default(),
            dict_mode: false,
            transitions: HashMap::default(),
            siblings: HashMap::default(),
        }
    }

    fn with(&self, parent: ShapeId, name: Gc<Str>, slot: Slot) -> Shape {
        let mut shape = Shape::root(self.class, parent, self.overflow_at, self.reserved, self.inline);
        shape.keys = self.keys.clone();
        shape.keys.push((name, slot));
        if shape.keys.len() > SEARCHED {
            shape.table = shape.keys.iter().map(|(key, slot)| (key.addr(), *slot)).collect();
        }
        shape
    }

    /// Bytes outside of the heap, tables that later shapes fill in not counted.
    fn footprint(&self) -> usize {
        let table = self.table.capacity() * size_of::<(usize, Slot)>();
        size_of::<Shape>() + self.keys.capacity() * size_of::<(Gc<Str>, Slot)>() + table
    }

    /// How the collector treats instances.
    fn instance_kind(&self) -> InstanceKind {
        let mut kind = CellKind::conservative();
        let mut base = Some(self.class);
        while let Some(class) = base {
            if let Some(decl) = class.decl.get() {
                if decl.id == ids::WEAKREF {
                    kind = crate::types::weakref::INSTANCE_KIND;
                } else if let Some(destroy) = decl.kind.destroy {
                    kind = kind.with_destroy(destroy);
                }
                break;
            }
            base = class.base.get();
        }
        let plain = self.class.layout.get() == ids::OBJECT
            && usize::from(self.overflow_at) == size_of::<Header>()
            && self.inline <= u64::BITS as u16;
        let slots = plain.then(|| SlotMap { at: self.overflow_at, traced: self.traced_slots() });
        InstanceKind { kind, class: self.class.header(), slots }
    }

    /// The inline slots that may hold references, bit by index.
    fn traced_slots(&self) -> u64 {
        let any = self.keys.iter().map(|(_, slot)| slot);
        let any =
            any.filter(|slot| slot.repr == Repr::Any && slot.index < self.inline).map(|slot| slot.index);
        (0..self.reserved).chain(any).fold(0, |bits, i| bits | 1 << i)
    }

    /// The next slot to be added, for values that fit `repr`. The overflow array is traced as values, so raw floats stay
    /// out of it.
    fn next_slot(&self, repr: Repr) -> Slot {
        let index = self.next_index();
        let raw = index >= self.inline && repr == Repr::F64;
        Slot { index, repr: if raw { Repr::Any } else { repr } }
    }

    /// Index of the next slot to be added; also the number of slots in use.
    #[inline]
    pub fn next_index(&self) -> u16 {
        self.reserved + self.keys.len() as u16
    }

    /// The slot of an attribute, by interned name.
    #[inline]
    pub fn slot(&self, name: Gc<Str>) -> Option<Slot> {
        if self.keys.len() > SEARCHED {
            return self.table.get(&name.addr()).copied();
        }
        self.keys.iter().find(|(key, _)| *key == name).map(|(_, slot)| *slot)
    }

    /// Byte offset of an inline slot from the object's start; `None`: the slot is in the overflow array.
    #[inline]
    pub fn inline_offset(&self, slot: Slot) -> Option<usize> {
        (slot.index < self.inline).then(|| self.overflow_at as usize + 8 + slot.index as usize * 8)
    }
}
