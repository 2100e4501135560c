//! Descriptors the runtime knows: property, classmethod, staticmethod, native attributes, slot members.

mod native;
mod property;
mod wrapped;

pub use native::{GetSetMethods, MemberMethods};
pub use wrapped::{ClassMethods, StaticMethods};

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::native::GetSetDecl;
use crate::object::instance::field_at;
use crate::object::{Special, Type, ids};
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a `property`.
#[repr(C)]
pub struct Property {
    pub header: Header,
    pub get: Field,
    pub set: Field,
    pub delete: Field,
    pub doc: Field,
    pub name: Field,
}

/// Cell of a `classmethod` or `staticmethod`.
#[repr(C)]
pub struct Wrapped {
    pub header: Header,
    pub function: Field,
}

/// Cell of a native computed attribute.
#[repr(C)]
pub struct GetSet {
    pub header: Header,
    pub decl: Cell<Option<&'static GetSetDecl>>,
    pub owner: Field,
}

/// Cell of a declared slot.
#[repr(C)]
pub struct Member {
    pub header: Header,
    pub owner: Field,
    pub name: Field,
    /// Byte offset of the slot in instances.
    pub offset: Cell<usize>,
}

macro_rules! traced {
    ($t:ty, $id:expr, $($field:ident),*) => {
        // SAFETY: the trace function names every reference of the struct.
        unsafe impl Layout for $t {
            const ID: ShapeId = $id;
            const KIND: CellKind = CellKind::new({
                unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
                    // SAFETY: called by the collector for cells of this layout.
                    let this = unsafe { cell.cast::<$t>().as_ref() };
                    $(t.value(this.$field.get());)*
                }
                trace
            });
        }
    };
}
traced!(Property, ids::PROPERTY, get, set, delete, doc, name);
traced!(Wrapped, ids::CLASSMETHOD, function);
traced!(GetSet, ids::GETSET_DESCRIPTOR, owner);
traced!(Member, ids::MEMBER_DESCRIPTOR, owner, name);

/// A native attribute of class `owner`.
pub fn new_getset(vm: &mut Vm, owner: Gc<Type>, decl: &'static GetSetDecl) -> PyResult<Value> {
    let d = vm.alloc::<GetSet>(ids::GETSET_DESCRIPTOR)?;
    d.decl.set(Some(decl));
    d.owner.init(Value::from_gc(owner));
    Ok(Value::from_gc(d))
}

/// A declared slot of class `owner` at a byte offset.
pub fn new_member(vm: &mut Vm, owner: Gc<Type>, name: Gc<Str>, offset: usize) -> PyResult<Value> {
    let d = vm.alloc::<Member>(ids::MEMBER_DESCRIPTOR)?;
    d.owner.init(Value::from_gc(owner));
    d.name.init(Value::from_gc(name));
    d.offset.set(offset);
    Ok(Value::from_gc(d))
}

/// `staticmethod(f)`
pub fn new_staticmethod(vm: &mut Vm, f: Value) -> PyResult<Value> {
    let cls = vm.builtin(ids::STATICMETHOD);
    let d = vm.alloc_object(cls)?;
    // SAFETY: staticmethod instances are laid out as `Wrapped`.
    let d: Gc<Wrapped> = unsafe { Gc::from_header(d) };
    d.function.init(f);
    Ok(Value::from_gc(d))
}

/// `classmethod(f)`
pub fn new_classmethod(vm: &mut Vm, f: Value) -> PyResult<Value> {
    let cls = vm.builtin(ids::CLASSMETHOD);
    let d = vm.alloc_object(cls)?;
    // SAFETY: classmethod instances are laid out as `Wrapped`.
    let d: Gc<Wrapped> = unsafe { Gc::from_header(d) };
    d.function.init(f);
    Ok(Value::from_gc(d))
}

/// The cell of a descriptor whose id the caller has matched.
fn cell<T>(v: Value) -> Gc<T> {
    // SAFETY: called in the match arm of the id that has this layout.
    unsafe { Gc::from_header(v.as_header().expect("descriptors are cells")) }
}

/// The function of a `staticmethod` or `classmethod` whose id the caller has matched.
pub fn wrapped(v: Value) -> Value {
    cell::<Wrapped>(v).function.get()
}

/// Whether a native attribute, whose id the caller has matched, is one that `object` declares.
pub fn is_of_object(vm: &Vm, v: Value) -> bool {
    cell::<GetSet>(v).owner.get() == Value::from_gc(vm.builtin(ids::OBJECT))
}

/// `__get__` of a known descriptor for receiver `obj` (`UNBOUND`: through the class).
pub fn get(vm: &mut Vm, descriptor: Value, obj: Value, owner: Gc<Type>) -> PyResult<Value> {
    match id_of(descriptor) {
        ids::STATICMETHOD => Ok(cell::<Wrapped>(descriptor).function.get()),
        ids::CLASSMETHOD => {
            let f = cell::<Wrapped>(descriptor).function.get();
            vm.bind_to(f, Value::from_gc(owner))
        }
        ids::CLASSMETHOD_DESCRIPTOR => {
            vm.bind_native(ids::NATIVE_FUNCTION, descriptor, Value::from_gc(owner))
        }
        _ if obj.is_unbound() => Ok(descriptor),
        ids::PROPERTY => {
            let p = cell::<Property>(descriptor);
            let getter = p.get.get();
            if getter.is_none() {
                return Err(no_accessor(vm, p, obj, "getter"));
            }
            vm.call(getter, &[obj])
        }
        ids::GETSET_DESCRIPTOR => {
            let d = cell::<GetSet>(descriptor);
            check_owner(vm, d.owner.get(), obj, || d.decl.get().expect("declared").name.into())?;
            (d.decl.get().expect("declared").get)(vm, obj)
        }
        ids::MEMBER_DESCRIPTOR => {
            let d = cell::<Member>(descriptor);
            let name = vm.downcast::<Str>(d.name.get()).expect("name");
            let header = check_owner(vm, d.owner.get(), obj, || name.to_message())?;
            // SAFETY: instances of the owner have the slot at this offset.
            let v = unsafe { field_at(header, d.offset.get()) }.get();
            if v.is_unbound() {
                let class = vm.class_of(obj);
                let class = crate::types::typ::message_name(vm, class)?;
                let text = format!("'{class}' object has no attribute '{}'", name.to_message());
                return Err(vm.attribute_error(text, obj, name));
            }
            Ok(v)
        }
        _ => Ok(descriptor),
    }
}

/// The receiver's cell if it is an instance of the descriptor's class.
#[inline]
fn check_owner(
    vm: &mut Vm,
    owner: Value,
    obj: Value,
    name: impl Fn() -> String,
) -> PyResult<NonNull<Header>> {
    if Value::from_gc(vm.class_of(obj)) == owner {
        return Ok(obj.as_header().unwrap_or(NonNull::dangling()));
    }
    let owner = vm.expect_class(owner);
    if !vm.class_of(obj).is_subtype(owner) {
        let (name, owner, given) = (name(), vm.class_name(owner), vm.type_name(obj));
        return Err(vm.type_error(format!(
            "descriptor '{name}' for '{owner}' objects doesn't apply to a '{given}' object"
        )));
    }
    // Words (small integers and so on) have no cell; native getters take the value itself.
    Ok(obj.as_header().unwrap_or(NonNull::dangling()))
}

/// What a getset descriptor of the receiver's class gives.
#[inline]
pub fn read(vm: &mut Vm, descriptor: Value, obj: Value) -> PyResult<Value> {
    (cell::<GetSet>(descriptor).decl.get().expect("declared").get)(vm, obj)
}

/// `__set__` (or `__delete__` when `value` is `UNBOUND`) of a data descriptor found on `obj`'s class.
pub fn set(vm: &mut Vm, descriptor: Value, obj: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    match id_of(descriptor) {
        ids::PROPERTY => property_set(vm, cell::<Property>(descriptor), obj, value),
        ids::GETSET_DESCRIPTOR => {
            let d = cell::<GetSet>(descriptor);
            let decl = d.decl.get().expect("declared");
            check_owner(vm, d.owner.get(), obj, || decl.name.into())?;
            match decl.set {
                Some(set) => set(vm, obj, value),
                // CPython keeps them in members.
                None if id_of(obj) == ids::PROPERTY && decl.name.starts_with('f') => {
                    Err(vm.attribute_error("readonly attribute".into(), obj, name))
                }
                None => {
                    let type_name = vm.type_name(obj);
                    let text = format!("attribute '{}' of '{type_name}' objects is not writable", decl.name);
                    Err(vm.attribute_error(text, obj, name))
                }
            }
        }
        ids::MEMBER_DESCRIPTOR => {
            let d = cell::<Member>(descriptor);
            let header = check_owner(vm, d.owner.get(), obj, || name.to_message())?;
            // SAFETY: instances of the owner have the slot at this offset.
            let field = unsafe { field_at(header, d.offset.get()) };
            if value.is_unbound() && field.get().is_unbound() {
                let text = name.to_message();
                return Err(vm.attribute_error_text(text));
            }
            field.set(&mut vm.heap, header, value);
            Ok(())
        }
        _ => {
            let special = if value.is_unbound() { Special::Delete } else { Special::Set };
            match vm.lookup_special(descriptor, special) {
                Some(f) if value.is_unbound() => vm.call_found(f, descriptor, &[obj]).map(|_| ()),
                Some(f) => vm.call_found(f, descriptor, &[obj, value]).map(|_| ()),
                None => {
                    let text = if value.is_unbound() { "__delete__" } else { "__set__" };
                    Err(vm.attribute_error(text.to_owned(), obj, name))
                }
            }
        }
    }
}

/// `__set__` of a property, or `__delete__` when `value` is `UNBOUND`.
fn property_set(vm: &mut Vm, p: Gc<Property>, obj: Value, value: Value) -> PyResult<()> {
    let (f, kind) = if value.is_unbound() { (p.delete.get(), "deleter") } else { (p.set.get(), "setter") };
    if f.is_none() {
        return Err(no_accessor(vm, p, obj, kind));
    }
    let args = [obj, value];
    vm.call(f, if value.is_unbound() { &args[..1] } else { &args }).map(|_| ())
}

impl Vm {
    /// A bound method, whatever the function is (what `classmethod` and `types.MethodType` make).
    fn bind_to(&mut self, f: Value, receiver: Value) -> PyResult {
        let m = self.alloc::<crate::types::method::Method>(ids::METHOD)?;
        m.function.init(f);
        m.receiver.init(receiver);
        Ok(Value::from_gc(m))
    }
}

#[cold]
fn no_accessor(vm: &mut Vm, p: Gc<Property>, obj: Value, kind: &str) -> crate::vm::Raised {
    let type_name = vm.class_of(obj).qualname.get().map_or_else(String::new, |q| q.to_message());
    let mut name = p.name.get();
    if vm.downcast::<Str>(name).is_none() {
        // As the `__name__` attribute of a property does, it falls back on the getter's.
        let key = vm.intern("__name__");
        match vm.get_attr_opt(p.get.get(), key) {
            Ok(found) => name = found.unwrap_or(Value::NONE),
            Err(raised) => return raised,
        }
    }
    let text = match vm.downcast::<Str>(name) {
        Some(name) => format!("property '{}' of '{type_name}' object has no {kind}", name.to_message()),
        None => format!("property of '{type_name}' object has no {kind}"),
    };
    vm.attribute_error_text(text)
}
