//! `f_locals` of function frames: a mapping that reads and writes the frame's variables (PEP 667).

use super::locals::value;
use super::{Frame, find_variable, locals_dict, set_variable};
use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::protocol::BinaryOp;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::ptr::NonNull;

/// Cell of the mapping.
#[repr(C)]
pub struct FrameLocals {
    pub header: Header,
    pub frame: Field,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    t.value(unsafe { cell.cast::<FrameLocals>().as_ref() }.frame.get());
}

// SAFETY: `trace` names the one reference.
unsafe impl Layout for FrameLocals {
    const ID: ShapeId = ids::FRAME_LOCALS;
    const KIND: CellKind = CellKind::new(trace);
}

impl FrameLocals {
    pub fn of(vm: &mut Vm, frame: Gc<Frame>) -> PyResult {
        let proxy = vm.alloc::<FrameLocals>(ids::FRAME_LOCALS)?;
        proxy.frame.init(Value::from_gc(frame));
        Ok(Value::from_gc(proxy))
    }

    fn frame(&self) -> Gc<Frame> {
        // SAFETY: set when the cell was made.
        unsafe { Gc::from_header(self.frame.get().as_header().expect("frames are cells")) }
    }
}

/// The value of `key`, if it names a bound variable or an extra one.
fn find(vm: &mut Vm, this: Gc<FrameLocals>, key: Value) -> PyResult<Option<Value>> {
    let frame = this.frame();
    if let Some(name) = vm.downcast::<Str>(key)
        && let Some(var) = find_variable(frame, &name)
    {
        return Ok(value(frame, var).bound());
    }
    match vm.exact_dict(frame.extra.get()) {
        Some(extra) => vm.dict_get(extra, key),
        None => Ok(None),
    }
}

#[py_type(name = "FrameLocalsProxy", id = ids::FRAME_LOCALS, mapping)]
impl FrameLocals {
    #[new(sig = "(frame, /)")]
    fn new(vm: &mut Vm, _cls: Value, frame: Value) -> PyResult {
        match vm.exact::<Frame>(frame) {
            Some(frame) => FrameLocals::of(vm, frame),
            None => {
                let got = vm.type_name(frame);
                Err(vm.type_error(format!("expect frame, not {got}")))
            }
        }
    }

    #[method(name = "__getitem__")]
    fn getitem(vm: &mut Vm, this: Gc<FrameLocals>, key: Value) -> PyResult {
        match find(vm, this, key)? {
            Some(v) => Ok(v),
            None if vm.downcast::<Str>(key).is_some() => {
                let text = vm.repr(key)?.to_message();
                let text = vm.str(&format!("local variable {text} is not defined"))?;
                Err(vm.key_error(Value::from_gc(text)))
            }
            None => Err(vm.key_error(key)),
        }
    }

    #[method(name = "__setitem__")]
    fn setitem(vm: &mut Vm, this: Gc<FrameLocals>, key: Value, item: Value) -> PyResult<()> {
        let frame = this.frame();
        if let Some(name) = vm.downcast::<Str>(key)
            && let Some(var) = find_variable(frame, &name)
        {
            set_variable(vm, frame, var, item);
            return Ok(());
        }
        let extra = match vm.exact_dict(frame.extra.get()) {
            Some(extra) => extra,
            None => {
                let extra = vm.dict_new()?;
                frame.extra.set(&mut vm.heap, frame.header(), Value::from_gc(extra));
                extra
            }
        };
        vm.dict_set(extra, key, item)
    }

    #[method(name = "__delitem__")]
    fn delitem(vm: &mut Vm, this: Gc<FrameLocals>, key: Value) -> PyResult<()> {
        let frame = this.frame();
        if let Some(name) = vm.downcast::<Str>(key)
            && find_variable(frame, &name).is_some()
        {
            return Err(vm.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        match vm.exact_dict(frame.extra.get()) {
            Some(extra) if vm.dict_del(extra, key)? => Ok(()),
            _ => Err(vm.key_error(key)),
        }
    }

    #[method(name = "__contains__")]
    fn contains(vm: &mut Vm, this: Gc<FrameLocals>, key: Value) -> PyResult<bool> {
        Ok(find(vm, this, key)?.is_some())
    }

    #[method(name = "__len__")]
    fn len(vm: &mut Vm, this: Gc<FrameLocals>) -> PyResult<usize> {
        let dict = locals_dict(vm, this.frame())?;
        vm.len(dict)
    }

    #[method(name = "__iter__")]
    fn iter(vm: &mut Vm, this: Gc<FrameLocals>) -> PyResult {
        let keys = Self::keys(vm, this)?;
        vm.get_iter(keys)
    }

    #[method(name = "__reversed__")]
    fn reversed(vm: &mut Vm, this: Gc<FrameLocals>) -> PyResult {
        let keys = Self::keys(vm, this)?;
        vm.call_method(keys, "__reversed__", &[])
    }

    #[method(sig = "($self, key, default=None, /)")]
    fn get(vm: &mut Vm, this: Gc<FrameLocals>, key: Value, default: Value) -> PyResult {
        Ok(find(vm, this, key)?.unwrap_or(default))
    }

    #[method(sig = "($self, key, default=None, /)")]
    fn setdefault(vm: &mut Vm, this: Gc<FrameLocals>, key: Value, default: Value) -> PyResult {
        if let Some(v) = find(vm, this, key)? {
            return Ok(v);
        }
        Self::setitem(vm, this, key, default)?;
        Ok(default)
    }

    #[method(sig = "($self, key, default=<unrepresentable>, /)")]
    fn pop(vm: &mut Vm, this: Gc<FrameLocals>, key: Value, default: Option<Value>) -> PyResult {
        let found = find(vm, this, key)?;
        match (found, default) {
            (None, Some(default)) => Ok(default),
            (found, _) => {
                Self::delitem(vm, this, key)?;
                Ok(found.unwrap_or(Value::NONE))
            }
        }
    }

    #[method]
    fn keys(vm: &mut Vm, this: Gc<FrameLocals>) -> PyResult {
        let dict = locals_dict(vm, this.frame())?;
        let keys = vm.collect(dict)?;
        Ok(Value::from_gc(vm.list_from(&keys)?))
    }

    #[method]
    fn values(vm: &mut Vm, this: Gc<FrameLocals>) -> PyResult {
        let dict = locals_dict(vm, this.frame())?;
        let values = vm.call_method(dict, "values", &[])?;
        let values = vm.collect(values)?;
        Ok(Value::from_gc(vm.list_from(&values)?))
    }

    #[method]
    fn items(vm: &mut Vm, this: Gc<FrameLocals>) -> PyResult {
        let dict = locals_dict(vm, this.frame())?;
        let items = vm.call_method(dict, "items", &[])?;
        let items = vm.collect(items)?;
        Ok(Value::from_gc(vm.list_from(&items)?))
    }

    #[method]
    fn copy(vm: &mut Vm, this: Gc<FrameLocals>) -> PyResult {
        locals_dict(vm, this.frame())
    }

    #[method(sig = "($self, other, /)")]
    fn update(vm: &mut Vm, this: Gc<FrameLocals>, other: Value) -> PyResult<()> {
        let from = vm.dict_new()?;
        vm.dict_update(from, other)?;
        let mut at = 0;
        while let Some((k, v)) = vm.dict_next(from, &mut at) {
            Self::setitem(vm, this, k, v)?;
        }
        Ok(())
    }

    #[method(name = "__eq__")]
    fn eq(vm: &mut Vm, this: Gc<FrameLocals>, other: Value) -> PyResult {
        if let Some(other) = vm.exact::<FrameLocals>(other) {
            return Ok(Value::bool(other.frame.get() == this.frame.get()));
        }
        let dict = locals_dict(vm, this.frame())?;
        match vm.exact_dict(other) {
            Some(_) => Ok(Value::bool(vm.eq(dict, other)?)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method(name = "__or__")]
    fn or(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        let plain = |vm: &mut Vm, v: Value| match vm.exact::<FrameLocals>(v) {
            Some(proxy) => locals_dict(vm, proxy.frame()),
            None => Ok(v),
        };
        let (left, right) = (plain(vm, this)?, plain(vm, other)?);
        vm.binary(BinaryOp::Or, left, right)
    }

    #[method(name = "__ror__")]
    fn ror(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        Self::or(vm, other, this)
    }

    #[method(name = "__ior__")]
    fn ior(vm: &mut Vm, this: Gc<FrameLocals>, other: Value) -> PyResult {
        Self::update(vm, this, other)?;
        Ok(Value::from_gc(this))
    }

    #[method(name = "__repr__")]
    fn repr(vm: &mut Vm, this: Gc<FrameLocals>) -> PyResult {
        let v = Value::from_gc(this);
        if !vm.repr_enter(v) {
            return Ok(Value::from_gc(vm.str("{...}")?));
        }
        let text = locals_dict(vm, this.frame()).and_then(|dict| vm.repr(dict));
        vm.repr_leave(v);
        Ok(Value::from_gc(text?))
    }
}
