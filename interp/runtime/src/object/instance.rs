//! Attribute slots of instances: where shapes put them, and the switch to dict mode.

use super::class::flags;
use super::ids;
use super::shape::{Repr, Slot};
use crate::heap::{Field, Gc, Header, ShapeId};
use crate::object::Type;
use crate::types::dict::Dict;
use crate::types::list::Array;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::ptr::NonNull;

/// Objects with more attributes than this keep them in a dict.
const MAX_SLOTS: usize = 120;

/// Attributes beyond so many are in an array apart from the instance.
pub(super) const MAX_INLINE: u16 = 32;

/// Shape id of a cell.
#[inline(always)]
pub fn shape_of(obj: NonNull<Header>) -> ShapeId {
    // SAFETY: handles name live cells.
    unsafe { obj.as_ref() }.id.get()
}

/// The word at byte offset `at` of a cell.
///
/// # Safety
/// `at` is the 8-aligned offset of a field inside the cell.
#[inline(always)]
pub unsafe fn field_at<'a>(obj: NonNull<Header>, at: usize) -> &'a Field {
    // SAFETY: the caller vouches for the offset.
    unsafe { obj.byte_add(at).cast::<Field>().as_ref() }
}

impl Vm {
    /// A zeroed instance of `cls` with its root shape; slots start unbound-free (a slot exists once its shape says so).
    #[inline]
    pub fn alloc_object(&mut self, cls: Gc<Type>) -> PyResult<NonNull<Header>> {
        let payload = cls.payload.get() as usize;
        let inline = cls.inline_slots.get() as usize;
        let size = if cls.has(flags::SLOTTED) { payload + 8 + inline * 8 } else { payload };
        match self.heap.alloc(size, cls.root_shape.get()) {
            Some(cell) => {
                self.prepare_instance(cell, cls);
                Ok(cell)
            }
            None => Err(self.memory_error()),
        }
    }

    /// Makes declared slots unbound and registers a finalizer, in a cell just allocated.
    #[inline(always)]
    pub(crate) fn prepare_instance(&mut self, cell: NonNull<Header>, cls: Gc<Type>) {
        for i in 0..cls.slot_count.get() as usize {
            // SAFETY: declared slots are the first inline ones.
            unsafe { field_at(cell, cls.payload.get() as usize + 8 + i * 8) }.init(Value::UNBOUND);
        }
        if cls.has(flags::HAS_DEL) {
            self.heap.finalizer_register(cell);
        }
    }

    /// Reads slot `slot` of `obj`, whose shape has it.
    #[inline]
    pub fn read_slot(&mut self, obj: NonNull<Header>, slot: Slot) -> PyResult<Value> {
        let word = self.slot_field(obj, slot).get();
        match slot.repr {
            Repr::F64 => self.float(f64::from_bits(word.0)),
            _ => Ok(word),
        }
    }

    /// The field that holds a slot.
    #[inline]
    fn slot_field<'a>(&self, obj: NonNull<Header>, slot: Slot) -> &'a Field {
        let shape = self.shapes.get(shape_of(obj));
        match shape.inline_offset(slot) {
            // SAFETY: the shape describes the cell.
            Some(at) => unsafe { field_at(obj, at) },
            None => {
                let index = (slot.index - shape.inline) as usize;
                // SAFETY: a shape with overflow slots has its overflow array, large enough.
                unsafe {
                    let array =
                        field_at(obj, shape.overflow_at as usize).get().as_header().expect("overflow array");
                    field_at(array, Array::ITEMS + index * 8)
                }
            }
        }
    }

    fn write_slot(&mut self, obj: NonNull<Header>, slot: Slot, v: Value) {
        let shape = self.shapes.get(shape_of(obj));
        let owner = if slot.index < shape.inline {
            obj
        } else {
            // SAFETY: as in `slot_field`.
            unsafe { field_at(obj, shape.overflow_at as usize) }.get().as_header().expect("overflow array")
        };
        let field = self.slot_field(obj, slot);
        match slot.repr {
            Repr::F64 => field.init(Value(v.inline_float_unchecked().to_bits())),
            _ => field.set(&mut self.heap, owner, v),
        }
    }

    /// The instance attribute `name`, from slots or dict.
    #[inline]
    pub fn instance_get(&mut self, obj: NonNull<Header>, name: Gc<Str>) -> PyResult<Option<Value>> {
        let shape = self.shapes.get(shape_of(obj));
        if shape.overflow_at == 0 {
            return Ok(None);
        }
        if shape.dict_mode {
            return match self.mode_dict(obj) {
                Some(dict) => self.dict_get(dict, Value::from_gc(name)),
                None => Ok(None),
            };
        }
        match shape.slot(name) {
            Some(slot) => self.read_slot(obj, slot).map(Some),
            None => Ok(None),
        }
    }

    /// Sets the instance attribute `name`. The class must have `HAS_DICT`.
    pub fn instance_set(&mut self, obj: NonNull<Header>, name: Gc<Str>, v: Value) -> PyResult<()> {
        let id = shape_of(obj);
        let shape = self.shapes.get(id);
        if shape.dict_mode {
            let dict = self.instance_dict(obj)?;
            return self.dict_set(dict, Value::from_gc(name), v);
        }
        match shape.slot(name) {
            Some(slot) if slot.repr.fits(v) => {
                self.write_slot(obj, slot, v);
                Ok(())
            }
            Some(_) => {
                let to = self.shapes.generalize(&mut self.heap, id, name);
                self.reshape(obj, to)?;
                let slot = self.shapes.get(to).slot(name).expect("generalized shape has the slot");
                self.write_slot(obj, slot, v);
                Ok(())
            }
            None if shape.keys.len() >= MAX_SLOTS => {
                let dict = self.instance_dict(obj)?;
                self.dict_set(dict, Value::from_gc(name), v)
            }
            None => {
                let to = self.shapes.add(&mut self.heap, id, name, v);
                let slot = self.shapes.get(to).slot(name).expect("added");
                if !slot.repr.fits(v) {
                    let to = self.shapes.generalize(&mut self.heap, to, name);
                    self.grow(obj, to)?;
                    return self.add_slot(obj, to, name, v);
                }
                self.grow(obj, to)?;
                self.add_slot(obj, to, name, v)
            }
        }
    }

    /// Shape of an instance.
    pub fn shape_id(&self, obj: NonNull<Header>) -> ShapeId {
        shape_of(obj)
    }

    /// Gives an instance without attributes those of shape `to`, to which adding them to its shape has led before. False:
    /// the values need another shape, nothing is done.
    pub fn instance_fill(&mut self, obj: NonNull<Header>, to: ShapeId, values: &[Value]) -> PyResult<bool> {
        let shape = self.shapes.get(to);
        let fits = !shape.dict_mode
            && shape.keys.len() == values.len()
            && shape.keys.iter().zip(values).all(|((_, slot), v)| slot.repr.fits(*v));
        if !fits {
            return Ok(false);
        }
        self.grow(obj, to)?;
        // SAFETY: the cell is live; `grow` made it large enough for the shape.
        unsafe { obj.as_ref() }.id.set(to);
        for (i, v) in values.iter().enumerate() {
            let slot = self.shapes.get(to).keys[i].1;
            self.write_slot(obj, slot, *v);
        }
        Ok(true)
    }

    /// Moves `obj` to shape `to`, which adds `name`, storing `v`. Room has been made.
    fn add_slot(&mut self, obj: NonNull<Header>, to: ShapeId, name: Gc<Str>, v: Value) -> PyResult<()> {
        let from = shape_of(obj);
        if self.shapes.get(to).parent != from {
            // The path to `to` changed representations on the way.
            self.convert_slots(obj, from, to)?;
        }
        // SAFETY: the cell is live; `grow` made it large enough for the shape.
        unsafe { obj.as_ref() }.id.set(to);
        self.note_slots(to);
        let slot = self.shapes.get(to).slot(name).expect("shape has the name");
        self.write_slot(obj, slot, v);
        Ok(())
    }

    /// Lets the class learn how many inline slots its instances use.
    fn note_slots(&mut self, id: ShapeId) {
        let shape = self.shapes.get(id);
        let (class, wanted) = (shape.class, shape.next_index().min(MAX_INLINE));
        if wanted > class.inline_slots.get() && class.has(flags::HEAP) && class.has(flags::HAS_DICT) {
            class.inline_slots.set(wanted);
            let root = self.shapes.new_root(&mut self.heap, class);
            class.root_shape.set(root);
        }
    }

    /// Makes room in the overflow array for shape `to`.
    fn grow(&mut self, obj: NonNull<Header>, to: ShapeId) -> PyResult<()> {
        let shape = self.shapes.get(to);
        let (needed, at) =
            (shape.next_index().saturating_sub(shape.inline) as usize, shape.overflow_at as usize);
        if needed == 0 {
            return Ok(());
        }
        // SAFETY: shapes with slots have an overflow field.
        let field = unsafe { field_at(obj, at) };
        let old = field.get().as_header().map(|h| {
            // SAFETY: the overflow field holds an OVERFLOW, laid out as an array.
            unsafe { Gc::<Array>::from_header(h) }
        });
        if old.is_some_and(|a| a.capacity.get() >= needed) {
            return Ok(());
        }
        let capacity = needed.next_power_of_two().max(4);
        let new = self.alloc_sized::<Array>(ids::OVERFLOW, capacity * 8)?;
        new.capacity.set(capacity);
        if let Some(old) = old {
            for i in 0..old.capacity.get() {
                // SAFETY: both arrays have that many items.
                unsafe {
                    let v = field_at(old.header(), Array::ITEMS + i * 8).get();
                    field_at(new.header(), Array::ITEMS + i * 8).init(v);
                }
            }
        }
        field.set(&mut self.heap, obj, Value::from_gc(new));
        Ok(())
    }

    /// Moves `obj` to a sibling shape with the same attributes.
    fn reshape(&mut self, obj: NonNull<Header>, to: ShapeId) -> PyResult<()> {
        let from = shape_of(obj);
        self.convert_slots(obj, from, to)?;
        // SAFETY: the cell is live, and both shapes have the same layout.
        unsafe { obj.as_ref() }.id.set(to);
        Ok(())
    }

    /// Rewrites the slots whose representation differs between two shapes of the same attributes (`to` may have one more).
    fn convert_slots(&mut self, obj: NonNull<Header>, from: ShapeId, to: ShapeId) -> PyResult<()> {
        // All are read first: reading may allocate, and the old shape does not say that the new words are references.
        let mut changed = Vec::new();
        let mut values = self.rooted_vec();
        for i in 0..self.shapes.get(from).keys.len() {
            let (key, old) = self.shapes.get(from).keys[i];
            let new = self.shapes.get(to).slot(key).expect("sibling has the attribute");
            if new.repr != old.repr {
                changed.push((old, new.repr));
                values.push(self.read_slot(obj, old)?);
            }
        }
        for ((old, repr), v) in changed.into_iter().zip(values.iter().copied()) {
            let field = self.slot_field(obj, old);
            if repr == Repr::F64 {
                field.init(Value(v.inline_float_unchecked().to_bits()));
            } else {
                field.set(&mut self.heap, obj, v);
            }
        }
        Ok(())
    }

    /// Deletes an instance attribute; false if there is none.
    pub fn instance_del(&mut self, obj: NonNull<Header>, name: Gc<Str>) -> PyResult<bool> {
        let shape = self.shapes.get(shape_of(obj));
        if shape.overflow_at == 0 || !shape.dict_mode && shape.slot(name).is_none() {
            return Ok(false);
        }
        let dict = self.instance_dict(obj)?;
        self.dict_del(dict, Value::from_gc(name))
    }

    /// The dict of an instance in dict mode; none: it has no attributes yet (builtin types only).
    fn mode_dict(&self, obj: NonNull<Header>) -> Option<Gc<Dict>> {
        let at = self.shapes.get(shape_of(obj)).overflow_at as usize;
        // SAFETY: in dict mode the overflow field holds a dict or, in a fresh cell, zero.
        unsafe { field_at(obj, at).get().as_header().map(|h| Gc::from_header(h)) }
    }

    /// `__dict__` of an instance: from now on it keeps its attributes there.
    pub fn instance_dict(&mut self, obj: NonNull<Header>) -> PyResult<Gc<Dict>> {
        let id = shape_of(obj);
        if self.shapes.get(id).dict_mode
            && let Some(dict) = self.mode_dict(obj)
        {
            return Ok(dict);
        }
        let count = self.shapes.get(id).keys.len();
        let dict = self.dict_with_capacity(count)?;
        for i in 0..count {
            let (key, slot) = self.shapes.get(id).keys[i];
            let v = self.read_slot(obj, slot)?;
            self.dict_insert_new(dict, Value::from_gc(key), key.hash_value(), v)?;
        }
        self.set_instance_dict(obj, dict);
        Ok(dict)
    }

    /// Makes `dict` the instance's `__dict__`.
    pub fn set_instance_dict(&mut self, obj: NonNull<Header>, dict: Gc<Dict>) {
        let id = shape_of(obj);
        if id.0 < ids::FIRST_DYNAMIC {
            let at = self.shapes.get(id).overflow_at as usize;
            // SAFETY: builtin types with attributes have the field for their dict at this offset.
            unsafe { field_at(obj, at) }.set(&mut self.heap, obj, Value::from_gc(dict));
            return;
        }
        let class = self.shapes.class(id);
        let (at, inline) = (self.shapes.get(id).overflow_at as usize, self.shapes.get(id).inline as usize);
        let to = self.shapes.sibling(&mut self.heap, id, class, true);
        let declared = class.slot_count.get() as usize;
        // SAFETY: the shape describes the cell; both shapes have the same layout.
        unsafe {
            field_at(obj, at).set(&mut self.heap, obj, Value::from_gc(dict));
            obj.as_ref().id.set(to);
            for i in declared..inline {
                field_at(obj, at + 8 + i * 8).init(Value::UNBOUND);
            }
        }
    }
}
