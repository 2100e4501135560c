//! Attributes, through inline caches in the instruction stream.

use super::names::name_operand;
use super::*;
use crate::heap::{Gc, Header};
use crate::object::class::flags;
use crate::object::instance::field_at;
use crate::object::{Repr, Special, Type, ids};
use crate::types::cell::Cell;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::vm::{PyResult, id_of};
use habu_bytecode::feedback::{AttrKind, attr};
use std::ptr::NonNull;

const SHAPE: usize = 2 + attr::SHAPE;
const KIND: usize = 2 + attr::KIND;
const OFFSET: usize = 2 + attr::OFFSET;
const VERSION: usize = 2 + attr::VERSION;
const VALUE: usize = 2 + attr::VALUE;
/// Misses after which a site stops caching.
const MAX_MISSES: u32 = 200;

/// The receiver's cell if its shape is the cached one.
#[inline(always)]
fn guarded(pc: Pc, v: Value) -> Option<NonNull<Header>> {
    let header = v.as_header()?;
    // SAFETY: heap pointers in registers are live cells.
    (unsafe { header.as_ref() }.id.get().0 == pc.word(SHAPE)).then_some(header)
}

/// The class of a cached shape, if it is still of the cached version.
#[inline(always)]
fn current(vm: &Vm, pc: Pc) -> bool {
    vm.shapes.class(crate::heap::ShapeId(pc.word(SHAPE))).version.get() == pc.word(VERSION)
}

pub fn LOAD_ATTR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some(obj) = guarded(pc, base.get(pc.b())) {
        let kind = pc.word(KIND);
        if kind & 0xffff == AttrKind::Inline as u32 {
            // SAFETY: the cached offset belongs to the guarded shape.
            let v = unsafe { field_at(obj, pc.word(OFFSET) as usize) }.get();
            base.set(pc.a(), v);
            next!(vm, pc, base, LOAD_ATTR)
        }
        if let Some(v) = load_cached(vm, pc, obj, kind) {
            base.set(pc.a(), v);
            next!(vm, pc, base, LOAD_ATTR)
        }
    }
    load_attr_slow(vm, pc, base)
}

/// The other cached cases that neither raise nor allocate.
#[inline]
fn load_cached(vm: &Vm, pc: Pc, obj: NonNull<Header>, kind: u32) -> Option<Value> {
    let repr = Repr::from_byte((kind >> 8) as u8);
    let word = match AttrKind::from_byte(kind as u8) {
        // SAFETY: the cached offset belongs to the guarded shape.
        AttrKind::Inline => unsafe { field_at(obj, pc.word(OFFSET) as usize) }.get(),
        AttrKind::Overflow => {
            let at = vm.shapes.get(crate::heap::ShapeId(pc.word(SHAPE))).overflow_at as usize;
            // SAFETY: the guarded shape has an overflow array with the cached slot.
            unsafe { field_at(field_at(obj, at).get().as_header()?, pc.word(OFFSET) as usize) }.get()
        }
        AttrKind::ClassValue if current(vm, pc) => return Some(Value(pc.word64(VALUE))),
        AttrKind::ModuleCell => {
            let module: Gc<Module> = unsafe { Gc::from_header(obj) };
            if module.addr() as u32 != pc.word(OFFSET) {
                return None;
            }
            // SAFETY: cells of a module's globals live as long as the module, which is the receiver.
            let cell = unsafe { &*(pc.word64(VALUE) as *const Cell) };
            return cell.value.get().bound();
        }
        AttrKind::TypeAttr => {
            // SAFETY: a class receiver, guarded by its metaclass's shape.
            let class: Gc<Type> = unsafe { Gc::from_header(obj) };
            return (class.version.get() == pc.word(VERSION)).then(|| Value(pc.word64(VALUE)));
        }
        _ => return None,
    };
    if repr == Repr::F64 { Value::try_float(f64::from_bits(word.0)) } else { Some(word) }
}

#[inline(never)]
fn load_attr_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let v = base.get(pc.b());
    let name = name_operand(base, pc);
    fill(vm, pc, v, name, false);
    let result = vm.get_attr(v, name);
    finish!(vm, pc, base, Op::LOAD_ATTR.words(), pc.a(), result)
}

/// Writes a cache entry.
fn write(pc: Pc, shape: u32, kind: AttrKind, repr: Repr, offset: u32, version: u32) {
    let misses = (pc.word(KIND) >> 16).min(0xfffe) + 1;
    let kind = if misses > MAX_MISSES { AttrKind::Megamorphic } else { kind };
    pc.set_word(SHAPE, if kind == AttrKind::Megamorphic { 0 } else { shape });
    pc.set_word(KIND, kind as u32 | (repr as u32) << 8 | misses << 16);
    pc.set_word(OFFSET, offset);
    pc.set_word(VERSION, version);
}

/// The entry's kind without representation and miss count.
#[inline(always)]
fn kind_of(pc: Pc) -> AttrKind {
    AttrKind::from_byte(pc.word(KIND) as u8)
}

/// Fills the cache of a load for receiver `v`, if it is a case that can be cached.
fn fill(vm: &mut Vm, pc: Pc, v: Value, name: Gc<Str>, method: bool) {
    if kind_of(pc) == AttrKind::Megamorphic {
        return;
    }
    let cls = vm.class_of(v);
    let Some(obj) = v.as_header() else {
        return;
    };
    if cls.has(flags::CUSTOM_GETATTR) {
        return;
    }
    // SAFETY: heap pointers in registers are live cells.
    let shape = unsafe { obj.as_ref() }.id.get();
    if let Some(class) = vm.as_class(v) {
        let meta_has = vm.type_lookup(cls, name).is_some();
        if !meta_has
            && let Some(found) = vm.type_lookup(class, name)
            && is_plain(vm, found)
        {
            write(pc, shape.0, AttrKind::TypeAttr, Repr::Any, 0, class.version.get());
            pc.set_word64(VALUE, found.0);
        }
        return;
    }
    let on_class = vm.type_lookup(cls, name);
    if let Some(found) = on_class
        && vm.is_data_descriptor(found)
    {
        if id_of(found) == ids::MEMBER_DESCRIPTOR && !method {
            return;
        }
        if id_of(found) == ids::PROPERTY {
            write(pc, shape.0, AttrKind::Property, Repr::Any, 0, cls.version.get());
            pc.set_word64(VALUE, found.0);
        }
        return;
    }
    if let Some(module) = vm.downcast::<Module>(v) {
        let dict = module.dict.get().expect("modules have a dict");
        if dict.has_cells()
            && vm.dict_get_str(dict, name).is_some()
            && let Ok(cell) = vm.dict_cell(dict, name)
        {
            write(pc, shape.0, AttrKind::ModuleCell, Repr::Any, module.addr() as u32, 0);
            pc.set_word64(VALUE, cell.as_ptr() as u64);
        }
        return;
    }
    let record = vm.shapes.get(shape);
    if record.dict_mode {
        return;
    }
    if let Some(slot) = record.slot(name) {
        match record.inline_offset(slot) {
            Some(at) => write(pc, shape.0, AttrKind::Inline, slot.repr, at as u32, cls.version.get()),
            None => {
                let at = crate::types::list::Array::ITEMS + (slot.index - record.inline) as usize * 8;
                write(pc, shape.0, AttrKind::Overflow, slot.repr, at as u32, cls.version.get());
            }
        }
        return;
    }
    if let Some(found) = on_class {
        let kind = match id_of(found) {
            ids::FUNCTION | ids::METHOD_DESCRIPTOR => AttrKind::Method,
            _ if is_plain(vm, found) => AttrKind::ClassValue,
            _ => return,
        };
        write(pc, shape.0, kind, Repr::Any, 0, cls.version.get());
        pc.set_word64(VALUE, found.0);
    }
}

/// Whether something found on a class is a value as it is when accessed through the class or an instance of it.
fn is_plain(vm: &mut Vm, found: Value) -> bool {
    match id_of(found) {
        ids::FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR => false,
        _ => !found.is_pointer() || vm.lookup_special(found, Special::Get).is_none(),
    }
}

pub fn STORE_ATTR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some(obj) = guarded(pc, base.get(pc.a())) {
        let v = base.get(pc.b());
        let kind = pc.word(KIND);
        match AttrKind::from_byte(kind as u8) {
            AttrKind::Inline => {
                let repr = Repr::from_byte((kind >> 8) as u8);
                if repr.fits(v) {
                    store(vm, pc, obj, repr, v);
                    next!(vm, pc, base, STORE_ATTR)
                }
            }
            AttrKind::AddInline => {
                let repr = Repr::from_byte((kind >> 8) as u8);
                if repr.fits(v) {
                    // SAFETY: the cell is live; the new shape has the same layout and one inline slot more.
                    unsafe { obj.as_ref() }.id.set(crate::heap::ShapeId(pc.word(VERSION)));
                    store(vm, pc, obj, repr, v);
                    next!(vm, pc, base, STORE_ATTR)
                }
            }
            _ => {}
        }
    }
    store_attr_slow(vm, pc, base)
}

/// Stores into the cached inline slot.
#[inline(always)]
fn store(vm: &mut Vm, pc: Pc, obj: NonNull<Header>, repr: Repr, v: Value) {
    // SAFETY: the cached offset belongs to the guarded shape.
    let field = unsafe { field_at(obj, pc.word(OFFSET) as usize) };
    match repr {
        Repr::Any => field.set(&mut vm.heap, obj, v),
        Repr::Int => field.init(v),
        Repr::F64 => field.init(Value(v.inline_float_unchecked().to_bits())),
    }
}

#[inline(never)]
fn store_attr_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let (obj, v) = (base.get(pc.a()), base.get(pc.b()));
    let name = name_operand(base, pc);
    let before = id_of(obj);
    tri!(vm, pc, base, vm.set_attr(obj, name, v));
    fill_store(vm, pc, obj, name, before);
    next!(vm, pc, base, STORE_ATTR)
}

/// Fills the cache of a store that has just been done: to an existing slot, or one that added a slot.
fn fill_store(vm: &mut Vm, pc: Pc, v: Value, name: Gc<Str>, before: crate::heap::ShapeId) {
    if kind_of(pc) == AttrKind::Megamorphic || !v.is_pointer() || before.0 < ids::FIRST_DYNAMIC {
        return;
    }
    let cls = vm.class_of(v);
    if cls.has(flags::CUSTOM_SETATTR) || vm.as_class(v).is_some() || vm.downcast::<Module>(v).is_some() {
        return;
    }
    if let Some(found) = vm.type_lookup(cls, name)
        && vm.is_data_descriptor(found)
    {
        return;
    }
    let after = id_of(v);
    let record = vm.shapes.get(after);
    if record.dict_mode {
        return;
    }
    let Some(slot) = record.slot(name) else { return };
    let Some(at) = record.inline_offset(slot) else { return };
    if before == after {
        write(pc, after.0, AttrKind::Inline, slot.repr, at as u32, cls.version.get());
    } else if record.parent == before && before != after {
        write(pc, before.0, AttrKind::AddInline, slot.repr, at as u32, after.0);
    }
}

pub fn DELETE_ATTR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let name = name_operand(base, pc);
    tri!(vm, pc, base, vm.del_attr(base.get(pc.a()), name));
    next!(vm, pc, base, DELETE_ATTR)
}

pub fn LOAD_METHOD(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = base.get(pc.b());
    if let Some(obj) = guarded(pc, v) {
        let kind = pc.word(KIND);
        if kind as u8 == AttrKind::Method as u8 && current(vm, pc) {
            base.set(pc.a(), Value(pc.word64(VALUE)));
            base.set(pc.a() + 3, v);
            next!(vm, pc, base, LOAD_METHOD)
        }
        if let Some(found) = load_cached(vm, pc, obj, kind) {
            base.set(pc.a(), found);
            base.set(pc.a() + 3, Value::UNBOUND);
            next!(vm, pc, base, LOAD_METHOD)
        }
    }
    load_method_slow(vm, pc, base)
}

#[inline(never)]
fn load_method_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let v = base.get(pc.b());
    let name = name_operand(base, pc);
    fill(vm, pc, v, name, true);
    let (f, receiver) = tri!(vm, pc, base, find_method(vm, v, name));
    base.set(pc.a(), f);
    base.set(pc.a() + 3, receiver);
    next!(vm, pc, base, LOAD_METHOD)
}

/// The function and receiver of `v.name(…)`; receiver `UNBOUND`: the attribute is called as it is.
fn find_method(vm: &mut Vm, v: Value, name: Gc<Str>) -> PyResult<(Value, Value)> {
    let cls = vm.class_of(v);
    if !cls.has(flags::CUSTOM_GETATTR)
        && vm.as_class(v).is_none()
        && vm.downcast::<Module>(v).is_none()
        && let Some(found) = vm.type_lookup(cls, name)
        && matches!(id_of(found), ids::FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR)
    {
        let shadowed = match v.as_header() {
            Some(obj) => vm.instance_get(obj, name)?,
            None => None,
        };
        return Ok(match shadowed {
            Some(own) => (own, Value::UNBOUND),
            None => (found, v),
        });
    }
    Ok((vm.get_attr(v, name)?, Value::UNBOUND))
}

pub fn LOAD_SPECIAL(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let v = base.get(pc.b());
    let (f, receiver) = tri!(vm, pc, base, special_method(vm, v, pc.x()));
    base.set(pc.a(), f);
    base.set(pc.a() + 3, receiver);
    next!(vm, pc, base, LOAD_SPECIAL)
}

/// The method that a `with` statement calls, looked up on the class.
pub fn special_method(vm: &mut Vm, v: Value, which: u8) -> PyResult<(Value, Value)> {
    use habu_bytecode::op::Special as Which;
    let which = Which::from_byte(which).expect("compiled numbers");
    let special = match which {
        Which::Enter => Special::Enter,
        Which::Exit => Special::Exit,
        Which::AEnter => Special::AEnter,
        Which::AExit => Special::AExit,
    };
    match vm.lookup_special(v, special) {
        Some(f) if matches!(id_of(f), ids::FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR) => {
            Ok((f, v))
        }
        Some(f) => {
            let cls = vm.class_of(v);
            Ok((vm.bind_found(f, v, cls)?, Value::UNBOUND))
        }
        None => {
            let name = vm.type_name(v);
            let (manager, other, with) = match which {
                Which::Enter | Which::Exit => ("context manager", Special::AEnter, "async with"),
                Which::AEnter | Which::AExit => ("asynchronous context manager", Special::Enter, "with"),
            };
            let hint = if vm.lookup_special(v, other).is_some() {
                let article = if with == "with" { "with" } else { "async with" };
                format!(
                    " but it supports the {} protocol. Did you mean to use '{article}'?",
                    if with == "with" { "context manager" } else { "asynchronous context manager" }
                )
            } else {
                String::new()
            };
            let missed = special.py_name();
            Err(vm.type_error(format!(
                "'{name}' object does not support the {manager} protocol (missed {missed} method){hint}"
            )))
        }
    }
}

pub fn LOAD_SUPER_ATTR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, load_super_attr(vm, pc, base));
    next!(vm, pc, base, LOAD_SUPER_ATTR)
}

/// Apart from its handler: a pair comes back through memory, whose address would keep the handler's
/// jump to the next instruction from being one.
#[inline(never)]
fn load_super_attr(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let b = pc.b();
    let (callee, class, receiver) = (base.get(b), base.get(b + 1), base.get(b + 2));
    let name = name_operand(base, pc);
    let for_call = pc.x() & 2 != 0;
    let (f, bound_to) = super_attr(vm, callee, class, receiver, name, pc.x() & 1 != 0, for_call)?;
    base.set(pc.a(), f);
    if for_call {
        base.set(pc.a() + 3, bound_to);
    }
    Ok(())
}

/// `super(class, receiver).name`, without making the super object when `super` is the builtin.
pub fn super_attr(
    vm: &mut Vm,
    callee: Value,
    class: Value,
    receiver: Value,
    name: Gc<Str>,
    implicit: bool,
    for_call: bool,
) -> PyResult<(Value, Value)> {
    let is_builtin = callee == Value::from_gc(vm.builtin(ids::SUPER));
    if is_builtin
        && let Some(class) = vm.as_class(class)
        && name != vm.names.class
        && let own = vm.class_of(receiver)
        && own.is_subtype(class)
        && let Some(found) = vm.lookup_after(own, class, name)
    {
        if matches!(id_of(found), ids::FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR) {
            return if for_call {
                Ok((found, receiver))
            } else {
                Ok((vm.bind_method(found, receiver)?, Value::UNBOUND))
            };
        }
        return Ok((vm.bind_found(found, receiver, own)?, Value::UNBOUND));
    }
    let object =
        if implicit && !is_builtin { vm.call(callee, &[])? } else { vm.call(callee, &[class, receiver])? };
    Ok((vm.get_attr(object, name)?, Value::UNBOUND))
}

impl Vm {
    /// Attribute `name` along the resolution order of `own`, behind class `after`: not bound.
    pub fn lookup_after(&mut self, own: Gc<Type>, after: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        let mut items = own.mro_items().iter();
        items.find(|c| **c == Value::from_gc(after))?;
        for class in items {
            let dict = self.expect_class(*class).dict.get()?;
            if let Some(v) = self.dict_get_str(dict, name) {
                return Some(v);
            }
        }
        None
    }
}
