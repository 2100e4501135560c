//! `count`, `cycle`, `repeat`.

use super::or_stop;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::protocol::BinaryOp;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a `count`.
    Count(ids::ITER_COUNT) { next, step }
}

#[py_type(name = "count", module = "itertools", id = ids::ITER_COUNT, subclassable)]
impl Count {
    #[new(sig = "(start=0, step=1)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, start: Value, step: Value) -> PyResult<Gc<Count>> {
        for v in [start, step] {
            if !v.is_small()
                && !v.is_inline_float()
                && vm.lookup_special(v, habu_runtime::object::Special::Add).is_none()
            {
                return Err(vm.type_error("a number is required"));
            }
        }
        let this = vm.alloc_instance::<Count>(cls)?;
        this.next.init(start);
        this.step.init(step);
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Count>) -> Gc<Count> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Count>) -> PyResult {
        let item = this.next.get();
        let following = vm.binary(BinaryOp::Add, item, this.step.get())?;
        this.next.set(&mut vm.heap, this.header(), following);
        Ok(item)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Count>) -> PyResult<String> {
        let next = vm.repr(this.next.get())?.to_message();
        if this.step.get() == Value::small(1) {
            return Ok(format!("count({next})"));
        }
        let step = vm.repr(this.step.get())?.to_message();
        Ok(format!("count({next}, {step})"))
    }
}

layout! {
    /// Cell of a `cycle`: the iterator until it is exhausted, then the saved items.
    Cycle(ids::ITER_CYCLE) { iterator, saved } plain { at: usize }
}

#[py_type(name = "cycle", module = "itertools", id = ids::ITER_CYCLE, subclassable)]
impl Cycle {
    #[new(sig = "(iterable, /)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, iterable: Value) -> PyResult<Gc<Cycle>> {
        let iterator = vm.get_iter(iterable)?;
        let saved = vm.list_new()?;
        let this = vm.alloc_instance::<Cycle>(cls)?;
        this.iterator.init(iterator);
        this.saved.init(Value::from_gc(saved));
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Cycle>) -> Gc<Cycle> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Cycle>) -> PyResult {
        let saved = vm.exact_list(this.saved.get()).expect("made as a list");
        if !this.iterator.get().is_none() {
            if let Some(item) = vm.iter_next(this.iterator.get())? {
                vm.list_push(saved, item)?;
                return Ok(item);
            }
            this.iterator.init(Value::NONE);
        }
        let at = this.at.get();
        let item = vm.list_get(saved, at)?;
        this.at.set(if at + 1 >= saved.len() { 0 } else { at + 1 });
        or_stop(vm, item)
    }
}

layout! {
    /// Cell of a `repeat`; a negative count means for ever.
    Repeat(ids::ITER_REPEAT) { object } plain { left: i64 }
}

#[py_type(name = "repeat", module = "itertools", id = ids::ITER_REPEAT, subclassable)]
impl Repeat {
    #[new(sig = "(object, times=<unrepresentable>)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, object: Value, times: Option<i64>) -> PyResult<Gc<Repeat>> {
        let this = vm.alloc_instance::<Repeat>(cls)?;
        this.object.init(object);
        this.left.set(times.map_or(-1, |n| n.max(0)));
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Repeat>) -> Gc<Repeat> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Repeat>) -> PyResult {
        match this.left.get() {
            0 => Err(vm.stop_iteration(Value::NONE)),
            n => {
                this.left.set(if n > 0 { n - 1 } else { n });
                Ok(this.object.get())
            }
        }
    }
    #[method]
    fn __length_hint__(vm: &mut Vm, this: Gc<Repeat>) -> PyResult<i64> {
        match this.left.get() {
            n if n < 0 => Err(vm.type_error("len() of unsized object")),
            n => Ok(n),
        }
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Repeat>) -> PyResult<String> {
        let object = vm.repr(this.object.get())?.to_message();
        let left = this.left.get();
        Ok(if left < 0 { format!("repeat({object})") } else { format!("repeat({object}, {left})") })
    }
}
