//! The library's own event loop: what futures and tasks ask of it is done here, without running its Python code, for as
//! long as nobody replaces or overrides any of that, traces, or wants to debug.

use crate::collections::deque::{self, Deque};
use habu_runtime::heap::{Gc, ShapeId};
use habu_runtime::interp::is_tracing;
use habu_runtime::object::class::flags;
use habu_runtime::object::instance::field_at;
use habu_runtime::object::shape::Slot;
use habu_runtime::object::{Special, Type, ids};
use habu_runtime::types::descriptor::Member;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::function::Function;
use habu_runtime::types::module::Module;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm, id_of};
use std::any::TypeId;

/// Methods of the loop that are not run.
const METHODS: [&str; 5] = ["call_soon", "_call_soon", "_check_closed", "get_debug", "is_running"];
/// Attributes of the loop that are read.
const ATTRIBUTES: [&str; 4] = ["_debug", "_closed", "_ready", "_thread_id"];
/// Slots of a handle, in the order in which `call_soon` here fills them.
const HANDLE: [&str; 7] =
    ["_callback", "_args", "_loop", "_context", "_cancelled", "_repr", "_source_traceback"];

/// A function as it was when the library was loaded.
#[derive(Clone, Copy)]
struct Method {
    name: Gc<Str>,
    function: Gc<Function>,
    version: u32,
}

/// A name in a module, and what it has to stand for.
#[derive(Clone, Copy)]
struct Global {
    module: Gc<Dict>,
    name: Gc<Str>,
    value: Value,
}

/// The library as it was loaded. Its classes, functions and modules are held as permanent values.
struct Library {
    methods: [Method; METHODS.len()],
    /// Of the handle's class.
    init: Method,
    handle: Gc<Type>,
    globals: [Global; 2],
    /// Byte offsets of `HANDLE`.
    offsets: [usize; HANDLE.len()],
    attributes: [Gc<Str>; ATTRIBUTES.len()],
    /// What the loop asked last is like; no class has changed since `epoch`.
    shape: ShapeId,
    epoch: u32,
    slots: Option<[Slot; ATTRIBUTES.len()]>,
}

fn library(vm: &mut Vm) -> Option<&mut Library> {
    vm.module_state.get_mut(&TypeId::of::<Library>())?.downcast_mut()
}

fn method(vm: &mut Vm, cls: Gc<Type>, name: &str) -> Option<Method> {
    let name = vm.intern(name);
    let found = vm.type_lookup(cls, name)?;
    let function = vm.exact::<Function>(found)?;
    vm.permanent.extend([found, Value::from_gc(name)]);
    Some(Method { name, function, version: function.version.get() })
}

fn global(vm: &mut Vm, module: Gc<Dict>, name: &str) -> Option<Global> {
    let name = vm.intern(name);
    let value = vm.dict_get_str(module, name)?;
    vm.permanent.extend([Value::from_gc(module), Value::from_gc(name), value]);
    Some(Global { module, name, value })
}

/// Notes the classes of loops and handles that the library has just made.
pub fn record(vm: &mut Vm, event_loop: Value, handle: Value) -> PyResult<()> {
    if let Some(library) = described(vm, event_loop, handle) {
        vm.module_state.insert(TypeId::of::<Library>(), Box::new(library));
    }
    Ok(())
}

fn described(vm: &mut Vm, event_loop: Value, handle: Value) -> Option<Library> {
    let (cls, handle) = (vm.as_class(event_loop)?, vm.as_class(handle)?);
    vm.permanent.extend([event_loop, Value::from_gc(handle)]);
    let call_soon = method(vm, cls, METHODS[0])?;
    let mut methods = [call_soon; METHODS.len()];
    for (place, name) in methods.iter_mut().zip(METHODS) {
        *place = method(vm, cls, name)?;
    }
    let init = method(vm, handle, "__init__")?;
    let events = global(vm, call_soon.function.globals.get()?, "events")?;
    let module = vm.downcast::<Module>(events.value)?.dict.get()?;
    let class = global(vm, module, "Handle")?;
    let mut offsets = [0; HANDLE.len()];
    for (offset, name) in offsets.iter_mut().zip(HANDLE) {
        let name = vm.intern(name);
        let member = vm.type_lookup(handle, name)?;
        *offset = vm.exact::<Member>(member)?.offset.get();
    }
    let attributes = ATTRIBUTES.map(|name| vm.intern(name));
    vm.permanent.extend(attributes.map(Value::from_gc));
    let own =
        class.value == Value::from_gc(handle) && vm.class_special(handle, Special::New) == vm.object_new;
    own.then_some(Library {
        methods,
        init,
        handle,
        globals: [events, class],
        offsets,
        attributes,
        shape: ids::OBJECT,
        epoch: 0,
        slots: None,
    })
}

/// Where a loop's attributes are, if it is one of the library's, without methods of its own.
fn examine(vm: &mut Vm, event_loop: Value) -> Option<[Slot; ATTRIBUTES.len()]> {
    let cls = vm.class_of(event_loop);
    let Library { methods, init, handle, attributes, .. } = library(vm)?;
    let (methods, init, handle, attributes) = (*methods, *init, *handle, *attributes);
    let plain = !cls.has(flags::CUSTOM_GETATTR)
        && vm.type_lookup(handle, init.name) == Some(Value::from_gc(init.function))
        && vm.class_special(handle, Special::New) == vm.object_new;
    let found = |vm: &mut Vm, m: &Method| vm.type_lookup(cls, m.name) == Some(Value::from_gc(m.function));
    if !plain || !methods.iter().all(|m| found(vm, m)) {
        return None;
    }
    if attributes.iter().any(|name| vm.type_lookup(cls, *name).is_some()) {
        return None;
    }
    let shape = vm.shapes.get(id_of(event_loop));
    if shape.dict_mode || shape.overflow_at == 0 || methods.iter().any(|m| shape.slot(m.name).is_some()) {
        return None;
    }
    let mut slots = [shape.slot(attributes[0])?; ATTRIBUTES.len()];
    for (slot, name) in slots.iter_mut().zip(attributes) {
        *slot = shape.slot(name)?;
    }
    Some(slots)
}

/// As `examine`, remembered.
fn slots(vm: &mut Vm, event_loop: Value) -> Option<[Slot; ATTRIBUTES.len()]> {
    if is_tracing() {
        return None;
    }
    let (shape, epoch) = (id_of(event_loop), vm.class_epoch);
    let known = library(vm)?;
    if known.shape != shape || known.epoch != epoch {
        let slots = event_loop.as_header().and_then(|_| examine(vm, event_loop));
        let epoch = vm.class_epoch;
        let known = library(vm)?;
        (known.shape, known.epoch, known.slots) = (shape, epoch, slots);
    }
    let known = library(vm)?;
    let same = |m: &Method| m.function.version.get() == m.version;
    let slots = known.slots.filter(|_| known.methods.iter().all(same) && same(&known.init))?;
    let globals = known.globals;
    globals.iter().all(|g| vm.dict_get_str(g.module, g.name) == Some(g.value)).then_some(slots)
}

fn read(vm: &mut Vm, event_loop: Value, slot: Slot) -> PyResult {
    vm.read_slot(event_loop.as_header().expect("its shape has slots"), slot)
}

/// Whether it is a loop of the library that is not being debugged.
pub fn is_plain(vm: &mut Vm, event_loop: Value) -> PyResult<bool> {
    let Some([debug, ..]) = slots(vm, event_loop) else { return Ok(false) };
    Ok(read(vm, event_loop, debug)? == Value::FALSE)
}

/// `loop.is_running()`; `None`: ask it.
pub fn is_running(vm: &mut Vm, event_loop: Value) -> PyResult<Option<bool>> {
    let Some([.., thread]) = slots(vm, event_loop) else { return Ok(None) };
    Ok(Some(!read(vm, event_loop, thread)?.is_none()))
}

/// `loop.call_soon(function, [argument], context=context)`; false, with nothing done: call it.
pub fn call_soon(
    vm: &mut Vm,
    event_loop: Value,
    function: Value,
    argument: Option<Value>,
    context: Value,
) -> PyResult<bool> {
    let Some([debug, closed, ready, _]) = slots(vm, event_loop) else { return Ok(false) };
    if context.is_none()
        || read(vm, event_loop, debug)? != Value::FALSE
        || read(vm, event_loop, closed)? != Value::FALSE
    {
        return Ok(false);
    }
    let ready = read(vm, event_loop, ready)?;
    let Some(ready) = vm.exact::<Deque>(ready) else { return Ok(false) };
    let args = vm.tuple(argument.as_slice())?;
    let Some(Library { handle, offsets, .. }) = library(vm) else { return Ok(false) };
    let (cls, offsets) = (*handle, *offsets);
    let made = vm.alloc_object(cls)?;
    let none = Value::NONE;
    let values = [function, Value::from_gc(args), event_loop, context, Value::FALSE, none, none];
    for (offset, v) in offsets.into_iter().zip(values) {
        // SAFETY: the class's member descriptors say that the slots are there; the cell is new.
        unsafe { field_at(made, offset) }.init(v);
    }
    deque::push_back(vm, ready, Value::from_header(made))?;
    Ok(true)
}
