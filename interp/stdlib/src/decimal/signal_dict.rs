//! Signal dicts: the flags or the traps of a context as a mapping from signals to bools.

use super::context::DecimalContext;
use super::signals::{SIGNALS, Signal, signal_of, state};
use crate::layout;
use crate::support::{VmExt, new_class};
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::list::List;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};

layout! {
    /// Cell of a signal dict.
    SignalDict(ids::DECIMAL_SIGNAL_DICT) { context } plain { of_traps: bool }
}

impl SignalDict {
    fn context(&self, vm: &Vm) -> Option<Gc<DecimalContext>> {
        vm.downcast::<DecimalContext>(self.context.get())
    }
}

/// The bits that a signal dict shows.
fn bits(vm: &mut Vm, this: Gc<SignalDict>) -> PyResult<u32> {
    match this.context(vm) {
        Some(context) if this.of_traps.get() => Ok(context.trapped.get()),
        Some(context) => Ok(context.status.get()),
        None => Err(vm.value_error("invalid signal dict")),
    }
}

fn set_bits(vm: &mut Vm, this: Gc<SignalDict>, bits: u32) -> PyResult<()> {
    match this.context(vm) {
        Some(context) if this.of_traps.get() => context.trapped.set(bits),
        Some(context) => context.status.set(bits),
        None => return Err(vm.value_error("invalid signal dict")),
    }
    Ok(())
}

/// The class of signal dicts: this type as a mutable mapping.
pub fn make_class(vm: &mut Vm) -> PyResult<Gc<Type>> {
    let mixin = Value::from_gc(vm.native_class(SignalDict::DECL)?);
    let mapping = vm.module_attr("collections.abc", "MutableMapping")?;
    let meta = Value::from_gc(vm.class_of(mapping));
    let name = Value::from_gc(vm.str("SignalDict")?);
    let bases = Value::from_gc(vm.tuple(&[mixin, mapping])?);
    let namespace = Value::from_gc(vm.dict_new()?);
    let class = vm.call(meta, &[name, bases, namespace])?;
    match vm.as_class(class) {
        Some(class) => Ok(class),
        None => new_class(vm, "decimal", "SignalDict", &[mixin]),
    }
}

/// The flags or traps of a context.
pub fn make(vm: &mut Vm, context: Gc<DecimalContext>, of_traps: bool) -> PyResult {
    let class = state(vm)?.signal_dict;
    let this = vm.alloc_instance::<SignalDict>(class)?;
    this.context.init(Value::from_gc(context));
    this.of_traps.set(of_traps);
    Ok(Value::from_gc(this))
}

fn invalid_dict(vm: &mut Vm) -> Raised {
    match vm.str("invalid signal dict") {
        Ok(text) => vm.key_error(Value::from_gc(text)),
        Err(raised) => raised,
    }
}

/// The bits that a dict with all signals means.
fn bits_of_dict(vm: &mut Vm, dict: Gc<Dict>) -> PyResult<u32> {
    if dict.len() != SIGNALS.len() {
        return Err(invalid_dict(vm));
    }
    let state = state(vm)?;
    let mut bits = 0;
    for signal in &SIGNALS {
        let Some(v) = vm.dict_get(dict, Value::from_gc(state.classes[signal.class]))? else {
            return Err(invalid_dict(vm));
        };
        if vm.truth(v)? {
            bits |= signal.flags;
        }
    }
    Ok(bits)
}

/// The bits that a signal dict, a dict, or (for constructors) a list of signals means.
pub fn bits_of(vm: &mut Vm, v: Value, lists: bool) -> PyResult<u32> {
    if let Some(dict) = vm.downcast::<SignalDict>(v) {
        return bits(vm, dict);
    }
    if let Some(dict) = vm.downcast::<Dict>(v) {
        return bits_of_dict(vm, dict);
    }
    if lists && vm.downcast::<List>(v).is_some() {
        let mut bits = 0;
        for item in vm.collect(v)?.iter() {
            bits |= signal_of(vm, *item)?.flags;
        }
        return Ok(bits);
    }
    Err(vm.type_error("argument must be a signal dict"))
}

/// The signals that are set, as a list of classes.
pub fn list_of(vm: &mut Vm, bits: u32) -> PyResult {
    let state = state(vm)?;
    let set = |s: &&Signal| bits & s.flags != 0;
    let classes: Vec<Value> =
        SIGNALS.iter().filter(set).map(|s| Value::from_gc(state.classes[s.class])).collect();
    vm.list_from(&classes).map(Value::from_gc)
}

/// The names of the signals that are set, in the order of their lowest conditions.
pub fn names_of(bits: u32) -> String {
    let mut names: Vec<&str> = Vec::new();
    for at in 0..u32::BITS {
        let name = SIGNALS.iter().find(|s| bits & s.flags & 1 << at != 0).map(|s| s.name);
        names.extend(name.filter(|name| !names.contains(name)));
    }
    format!("[{}]", names.join(", "))
}

fn as_dict(vm: &mut Vm, this: Gc<SignalDict>) -> PyResult<Gc<Dict>> {
    let bits = bits(vm, this)?;
    let state = state(vm)?;
    let dict = vm.dict_new()?;
    for signal in &SIGNALS {
        let key = Value::from_gc(state.classes[signal.class]);
        vm.dict_set(dict, key, Value::bool(bits & signal.flags != 0))?;
    }
    Ok(dict)
}

fn equal(vm: &mut Vm, this: Gc<SignalDict>, other: Value, wanted: bool) -> PyResult {
    let own = bits(vm, this)?;
    let theirs = if let Some(other) = vm.downcast::<SignalDict>(other) {
        bits(vm, other)?
    } else if let Some(dict) = vm.downcast::<Dict>(other) {
        if dict.len() != SIGNALS.len() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        bits_of_dict(vm, dict)?
    } else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let same = SIGNALS.iter().all(|s| (own & s.flags != 0) == (theirs & s.flags != 0));
    Ok(Value::bool(same == wanted))
}

#[py_type(name = "SignalDictMixin", module = "decimal", id = ids::DECIMAL_SIGNAL_DICT, subclassable, mapping)]
impl SignalDict {
    /// One of no context, which is of no use.
    #[new(sig = "()")]
    fn new(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<SignalDict>> {
        let this = vm.alloc_instance::<SignalDict>(cls)?;
        this.context.init(Value::NONE);
        Ok(this)
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<SignalDict>, key: Value) -> PyResult<bool> {
        let bits = bits(vm, this)?;
        Ok(bits & signal_of(vm, key)?.flags != 0)
    }
    #[method]
    fn __setitem__(vm: &mut Vm, this: Gc<SignalDict>, key: Value, value: Value) -> PyResult<()> {
        let flags = signal_of(vm, key)?.flags;
        let on = vm.truth(value)?;
        let bits = bits(vm, this)?;
        set_bits(vm, this, if on { bits | flags } else { bits & !flags })
    }
    #[method]
    fn __delitem__(vm: &mut Vm, _this: Gc<SignalDict>, _key: Value) -> PyResult<()> {
        Err(vm.value_error("signal keys cannot be deleted"))
    }
    #[method]
    fn __len__(vm: &mut Vm, this: Gc<SignalDict>) -> PyResult<usize> {
        bits(vm, this).map(|_| SIGNALS.len())
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<SignalDict>) -> PyResult {
        bits(vm, this)?;
        let all = list_of(vm, u32::MAX)?;
        vm.get_iter(all)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<SignalDict>) -> PyResult<String> {
        let bits = bits(vm, this)?;
        let shown: Vec<String> = SIGNALS
            .iter()
            .map(|s| {
                let on = if bits & s.flags != 0 { "True" } else { "False" };
                format!("<class 'decimal.{}'>:{on}", s.name)
            })
            .collect();
        Ok(format!("{{{}}}", shown.join(", ")))
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<SignalDict>, value: Value) -> PyResult {
        equal(vm, this, value, true)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<SignalDict>, value: Value) -> PyResult {
        equal(vm, this, value, false)
    }
    /// A dict with the same items.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<SignalDict>) -> PyResult<Gc<Dict>> {
        as_dict(vm, this)
    }
    #[method]
    fn __hash__(vm: &mut Vm, _this: Gc<SignalDict>) -> PyResult<i64> {
        Err(vm.type_error("unhashable type: 'SignalDict'"))
    }
}
