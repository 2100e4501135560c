//! Attributes, through inline caches in the instruction stream.

use super::attr_cache::{self, Entry};
use super::names::name_operand;
use super::*;
use crate::heap::{Gc, Header, ShapeId};
use crate::object::class::flags;
use crate::object::instance::field_at;
use crate::object::{Repr, Special, ids};
use crate::types::descriptor::Property;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::vm::{PyResult, id_of};
use habu_bytecode::feedback::{AttrKind, attr};
use std::ptr::NonNull;

pub(super) const SHAPE: usize = 2 + attr::SHAPE;
pub(super) const KIND: usize = 2 + attr::KIND;
pub(super) const OFFSET: usize = 2 + attr::OFFSET;
pub(super) const VERSION: usize = 2 + attr::VERSION;
pub(super) const VALUE: usize = 2 + attr::VALUE;

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

const INT: u32 = AttrKind::Inline as u32 | (Repr::Int as u32) << 8;
const FLOAT: u32 = AttrKind::Inline as u32 | (Repr::F64 as u32) << 8;
const ANY: u32 = AttrKind::Inline as u32;
const ADD_INT: u32 = AttrKind::AddInline as u32 | (Repr::Int as u32) << 8;
const ADD: u32 = AttrKind::AddInline as u32;

pub fn LOAD_ATTR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some(obj) = guarded(pc, base.get(pc.b())) {
        let kind = pc.word(KIND) & 0xffff;
        if kind == ANY || kind == INT {
            // SAFETY: the cached offset belongs to the guarded shape.
            let v = unsafe { field_at(obj, pc.word(OFFSET) as usize) }.get();
            if !v.is_unbound() {
                base.set(pc.a(), v);
                next!(vm, pc, base, LOAD_ATTR)
            }
        } else if kind == FLOAT {
            // SAFETY: as above.
            let bits = unsafe { field_at(obj, pc.word(OFFSET) as usize) }.get().0;
            if let Some(v) = Value::try_float(f64::from_bits(bits)) {
                base.set(pc.a(), v);
                next!(vm, pc, base, LOAD_ATTR)
            }
        }
        return load_attr_cached(vm, pc, base);
    }
    load_attr_shared(vm, pc, base)
}

/// Slots of a receiver whose shape is not the cached one, at a site that no longer caches, by the shared cache.
#[inline(never)]
fn load_attr_shared(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = base.get(pc.b());
    let Some((obj, entry)) = attr_cache::shared_known(vm, pc, base, v, false) else {
        return load_attr_slow(vm, pc, base);
    };
    match entry.kind {
        AttrKind::Inline | AttrKind::ClassValue => {
            if let Some(v) = entry.load(vm, obj) {
                base.set(pc.a(), v);
                next!(vm, pc, base, LOAD_ATTR)
            }
        }
        AttrKind::Property => {
            if let Some(getter) = vm.exact::<Property>(Value(entry.value)).map(|p| p.get.get())
                && id_of(getter) == ids::FUNCTION
            {
                publish(vm, pc, base);
                return super::call::call_getter(vm, pc, base, getter, v);
            }
        }
        _ => {}
    }
    load_attr_slow(vm, pc, base)
}

/// The other cached cases.
#[inline(never)]
fn load_attr_cached(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = base.get(pc.b());
    if let Some(obj) = guarded(pc, v) {
        let entry = Entry::of(pc);
        if let Some(v) = entry.load(vm, obj) {
            base.set(pc.a(), v);
            next!(vm, pc, base, LOAD_ATTR)
        }
        match entry.kind {
            AttrKind::Property if current(vm, pc) => return load_property(vm, pc, base),
            AttrKind::AskClass if current(vm, pc) => {
                publish(vm, pc, base);
                return super::call::call_attr_hook(vm, pc, base, Value(entry.value));
            }
            _ => {}
        }
    }
    load_attr_slow(vm, pc, base)
}

/// A property, through the instruction's cache.
#[inline(never)]
fn load_property(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some(getter) = vm.exact::<Property>(Value(pc.word64(VALUE))).map(|p| p.get.get())
        && id_of(getter) == ids::FUNCTION
    {
        publish(vm, pc, base);
        return super::call::call_getter(vm, pc, base, getter, base.get(pc.b()));
    }
    load_attr_slow(vm, pc, base)
}

#[inline(never)]
fn load_attr_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = load_attr(vm, pc, base);
    finish!(vm, pc, base, const { Op::LOAD_ATTR.words() }, pc.a(), result)
}

#[inline(never)]
fn load_attr(vm: &mut Vm, pc: Pc, base: Base) -> PyResult {
    let v = base.get(pc.b());
    let name = name_operand(base, pc);
    let known = attr_cache::shared(vm, pc, v, name, false);
    load_by(vm, pc, v, name, known)
}

/// What the site's own cache says of a receiver, else the shared one.
#[inline(always)]
fn known_at(vm: &Vm, pc: Pc, v: Value, name: Gc<Str>, store: bool) -> Option<(NonNull<Header>, Entry)> {
    match guarded(pc, v) {
        Some(obj) => Some((obj, Entry::of(pc))),
        None => attr_cache::shared(vm, pc, v, name, store),
    }
}

/// The load that the LOAD_ATTR at `pc` is, for native code that knows no better.
pub fn load_attr_at(vm: &mut Vm, pc: Pc, v: Value, name: Gc<Str>) -> PyResult {
    let known = known_at(vm, pc, v, name, false);
    load_by(vm, pc, v, name, known)
}

#[inline(always)]
fn load_by(
    vm: &mut Vm,
    pc: Pc,
    v: Value,
    name: Gc<Str>,
    known: Option<(NonNull<Header>, Entry)>,
) -> PyResult {
    match known {
        Some((obj, entry)) => {
            if let Some(v) = entry.load(vm, obj) {
                return Ok(v);
            }
            match entry.kind {
                AttrKind::Method if entry.is_current(vm, obj) => {
                    return vm.bind_method(Value(entry.value), v);
                }
                AttrKind::Descriptor if entry.is_current(vm, obj) => {
                    if let Some(result) = attr_cache::ask_descriptor(vm, &entry, v, name) {
                        return result;
                    }
                }
                _ => {}
            }
        }
        None => attr_cache::learn_load(vm, pc, v, name),
    }
    vm.get_attr(v, name)
}

pub fn STORE_ATTR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some(obj) = guarded(pc, base.get(pc.a())) {
        let v = base.get(pc.b());
        let kind = pc.word(KIND) & 0xffff;
        // SAFETY: the cached offset belongs to the guarded shape.
        let field = unsafe { field_at(obj, pc.word(OFFSET) as usize) };
        if kind == INT && v.is_small() {
            field.init(v);
            next!(vm, pc, base, STORE_ATTR)
        }
        // SAFETY: a live cell. An old one takes the way with the write barrier.
        if kind == ANY && unsafe { obj.as_ref() }.gc.get() <= 0 {
            field.init(v);
            next!(vm, pc, base, STORE_ATTR)
        }
        if kind == FLOAT && v.is_inline_float() {
            field.init(Value(v.inline_float_unchecked().to_bits()));
            next!(vm, pc, base, STORE_ATTR)
        }
        // SAFETY: as above. The new shape has the same layout and one inline slot more.
        if (kind == ADD && unsafe { obj.as_ref() }.gc.get() <= 0) || (kind == ADD_INT && v.is_small()) {
            unsafe { obj.as_ref() }.id.set(ShapeId(pc.word(VERSION)));
            field.init(v);
            next!(vm, pc, base, STORE_ATTR)
        }
        return store_attr_cached(vm, pc, base);
    }
    store_attr_shared(vm, pc, base)
}

/// As `load_attr_shared`, for stores.
#[inline(never)]
fn store_attr_shared(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some((obj, entry)) = attr_cache::shared_known(vm, pc, base, base.get(pc.a()), true)
        && matches!(entry.kind, AttrKind::Inline | AttrKind::AddInline)
        && entry.store(vm, obj, base.get(pc.b()))
    {
        next!(vm, pc, base, STORE_ATTR)
    }
    store_attr_slow(vm, pc, base)
}

/// The other cached cases.
#[inline(never)]
fn store_attr_cached(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some(obj) = guarded(pc, base.get(pc.a())) {
        let entry = Entry::of(pc);
        if entry.store(vm, obj, base.get(pc.b())) {
            next!(vm, pc, base, STORE_ATTR)
        }
        if entry.kind == AttrKind::Property && current(vm, pc) {
            return store_property(vm, pc, base);
        }
    }
    store_attr_slow(vm, pc, base)
}

/// A property, through the instruction's cache.
#[inline(never)]
fn store_property(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    // What is asked about registers is about the frame that was published last.
    publish(vm, pc, base);
    if let Some(setter) = vm.exact::<Property>(Value(pc.word64(VALUE))).map(|p| p.set.get())
        && id_of(setter) == ids::FUNCTION
        && super::call::has_spare_register(vm, base)
    {
        return super::call::call_setter(vm, pc, base, setter);
    }
    store_attr_slow(vm, pc, base)
}

#[inline(never)]
fn store_attr_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, store_attr(vm, pc, base));
    next!(vm, pc, base, STORE_ATTR)
}

#[inline(never)]
fn store_attr(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let (obj, v) = (base.get(pc.a()), base.get(pc.b()));
    let name = name_operand(base, pc);
    let known = attr_cache::shared(vm, pc, obj, name, true);
    store_by(vm, pc, obj, name, v, known)
}

/// As `load_attr_at`, for the STORE_ATTR at `pc`.
pub fn store_attr_at(vm: &mut Vm, pc: Pc, obj: Value, name: Gc<Str>, v: Value) -> PyResult<()> {
    let known = known_at(vm, pc, obj, name, true);
    store_by(vm, pc, obj, name, v, known)
}

#[inline(always)]
fn store_by(
    vm: &mut Vm,
    pc: Pc,
    obj: Value,
    name: Gc<Str>,
    v: Value,
    known: Option<(NonNull<Header>, Entry)>,
) -> PyResult<()> {
    if let Some((cell, entry)) = known {
        if entry.store(vm, cell, v) {
            return Ok(());
        }
        if matches!(entry.kind, AttrKind::Property | AttrKind::Descriptor)
            && entry.is_current(vm, cell)
            && vm.is_data_descriptor(Value(entry.value))
        {
            return crate::types::descriptor::set(vm, Value(entry.value), obj, name, v);
        }
    }
    let before = id_of(obj);
    vm.set_attr(obj, name, v)?;
    attr_cache::learn_store(vm, pc, obj, name, before);
    Ok(())
}

pub fn DELETE_ATTR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let name = name_operand(base, pc);
    tri!(vm, pc, base, vm.del_attr(base.get(pc.a()), name));
    next!(vm, pc, base, DELETE_ATTR)
}

pub fn LOAD_METHOD(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = base.get(pc.b());
    if guarded(pc, v).is_some() {
        // As long as no class has changed since, there is no need to ask that of the receiver.
        if pc.word(KIND) as u8 == AttrKind::Method as u8 && pc.word(OFFSET) == vm.class_epoch {
            base.set(pc.a(), Value(pc.word64(VALUE)));
            base.set(pc.a() + 3, v);
            next!(vm, pc, base, LOAD_METHOD)
        }
        return load_method_cached(vm, pc, base);
    }
    load_method_shared(vm, pc, base)
}

/// As `load_attr_shared`, for methods.
#[inline(never)]
fn load_method_shared(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = base.get(pc.b());
    if let Some((_, entry)) = attr_cache::shared_known(vm, pc, base, v, false)
        && entry.kind == AttrKind::Method
    {
        base.set(pc.a(), Value(entry.value));
        base.set(pc.a() + 3, v);
        next!(vm, pc, base, LOAD_METHOD)
    }
    load_method_slow(vm, pc, base)
}

/// Whether a cached method's class is unchanged; notes that for as long as no class changes.
#[cold]
#[inline(never)]
fn still_current(vm: &mut Vm, pc: Pc) -> bool {
    let holds = current(vm, pc);
    if holds {
        pc.set_word(OFFSET, vm.class_epoch);
    }
    holds
}

/// The other cached cases.
#[inline(never)]
fn load_method_cached(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some(obj) = guarded(pc, base.get(pc.b()))
        && let entry = Entry::of(pc)
    {
        if entry.kind == AttrKind::Method && still_current(vm, pc) {
            let receiver = base.get(pc.b());
            base.set(pc.a(), Value(entry.value));
            base.set(pc.a() + 3, receiver);
            next!(vm, pc, base, LOAD_METHOD)
        }
        if let Some(found) = entry.load(vm, obj) {
            base.set(pc.a(), found);
            base.set(pc.a() + 3, Value::UNBOUND);
            next!(vm, pc, base, LOAD_METHOD)
        }
        if entry.kind == AttrKind::BareMethod && entry.holds_bare(vm, obj) {
            let receiver = base.get(pc.b());
            base.set(pc.a(), Value(entry.value));
            base.set(pc.a() + 3, receiver);
            next!(vm, pc, base, LOAD_METHOD)
        }
        if entry.kind == AttrKind::ClassMethod && entry.holds_for_class(vm, obj) {
            let class = base.get(pc.b());
            base.set(pc.a(), Value(entry.value));
            base.set(pc.a() + 3, class);
            next!(vm, pc, base, LOAD_METHOD)
        }
    }
    load_method_slow(vm, pc, base)
}

#[inline(never)]
fn load_method_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, load_method(vm, pc, base));
    next!(vm, pc, base, LOAD_METHOD)
}

/// Writes function and receiver to the instruction's registers.
#[inline(never)]
fn load_method(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let v = base.get(pc.b());
    let name = name_operand(base, pc);
    let known = attr_cache::shared(vm, pc, v, name, false);
    let (f, receiver) = method_by(vm, pc, v, name, known)?;
    base.set(pc.a(), f);
    base.set(pc.a() + 3, receiver);
    Ok(())
}

/// As `load_attr_at`, for the LOAD_METHOD at `pc`: function and receiver.
pub fn load_method_at(vm: &mut Vm, pc: Pc, v: Value, name: Gc<Str>) -> PyResult<(Value, Value)> {
    let known = match guarded(pc, v) {
        // What a class as receiver needs to be asked, its metaclass's cache does not say.
        Some(_) if attr_cache::kind_of(pc) == AttrKind::ClassMethod => return find_method(vm, v, name),
        Some(obj) => Some((obj, Entry::of(pc))),
        None => attr_cache::shared(vm, pc, v, name, false),
    };
    method_by(vm, pc, v, name, known)
}

#[inline(always)]
fn method_by(
    vm: &mut Vm,
    pc: Pc,
    v: Value,
    name: Gc<Str>,
    known: Option<(NonNull<Header>, Entry)>,
) -> PyResult<(Value, Value)> {
    Ok(match known {
        Some((obj, entry)) if entry.kind == AttrKind::BareMethod && entry.holds_bare(vm, obj) => {
            (Value(entry.value), v)
        }
        Some((obj, entry)) if entry.kind == AttrKind::Method && entry.is_current(vm, obj) => {
            (Value(entry.value), v)
        }
        Some((obj, entry)) if entry.kind == AttrKind::Descriptor && entry.is_current(vm, obj) => {
            if id_of(Value(entry.value)) == ids::CLASSMETHOD {
                let class = Value::from_gc(vm.class_of(v));
                (crate::types::descriptor::wrapped(Value(entry.value)), class)
            } else {
                match attr_cache::ask_descriptor(vm, &entry, v, name) {
                    Some(result) => (result?, Value::UNBOUND),
                    None => find_method(vm, v, name)?,
                }
            }
        }
        Some((obj, entry)) => match entry.load(vm, obj) {
            Some(found) => (found, Value::UNBOUND),
            None => find_method(vm, v, name)?,
        },
        None => {
            attr_cache::learn_load(vm, pc, v, name);
            find_method(vm, v, name)?
        }
    })
}

/// The function and receiver of `v.name(…)`; receiver `UNBOUND`: the attribute is called as it is.
pub fn find_method(vm: &mut Vm, v: Value, name: Gc<Str>) -> PyResult<(Value, Value)> {
    let cls = vm.class_of(v);
    if !cls.has(flags::CUSTOM_GETATTR)
        && !vm.looks_elsewhere(cls)
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
    let v = base.get(pc.b());
    // The method is kept for as long as no class changes. (A value of zero bits is none yet.)
    if guarded(pc, v).is_some()
        && pc.word(KIND) as u8 == AttrKind::Method as u8
        && pc.word(OFFSET) == vm.class_epoch
        && pc.word64(VALUE) != 0
    {
        base.set(pc.a(), Value(pc.word64(VALUE)));
        base.set(pc.a() + 3, v);
        next!(vm, pc, base, LOAD_SPECIAL)
    }
    load_special_slow(vm, pc, base)
}

#[inline(never)]
fn load_special_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let v = base.get(pc.b());
    super::attr_cache::note_receiver(pc, v);
    let (f, receiver) = tri!(vm, pc, base, special_method(vm, v, pc.x()));
    if pc.word(KIND) as u8 == AttrKind::Method as u8 && !receiver.is_unbound() {
        pc.set_word(OFFSET, vm.class_epoch);
        pc.set_word64(VALUE, f.0);
    }
    base.set(pc.a(), f);
    base.set(pc.a() + 3, receiver);
    next!(vm, pc, base, LOAD_SPECIAL)
}

/// The special method that a LOAD_SPECIAL's `x` names.
pub fn special_named(x: u8) -> Special {
    use habu_bytecode::op::Special as Which;
    match Which::from_byte(x).expect("compiled numbers") {
        Which::Enter => Special::Enter,
        Which::Exit => Special::Exit,
        Which::AEnter => Special::AEnter,
        Which::AExit => Special::AExit,
    }
}

/// The method that a `with` statement calls, looked up on the class.
pub fn special_method(vm: &mut Vm, v: Value, which: u8) -> PyResult<(Value, Value)> {
    use habu_bytecode::op::Special as Which;
    let special = special_named(which);
    let which = Which::from_byte(which).expect("compiled numbers");
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
