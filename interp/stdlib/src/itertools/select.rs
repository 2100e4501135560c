//! Iterators that pick, skip or combine the items of others.

use super::or_stop;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::protocol::BinaryOp;
use habu_runtime::types::int;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of an `accumulate`; `total` is unbound before the first item.
    Accumulate(ids::ITER_ACCUMULATE) { iterator, function, total, initial }
}

#[py_type(name = "accumulate", module = "itertools", id = ids::ITER_ACCUMULATE, subclassable)]
impl Accumulate {
    #[new(sig = "(iterable, func=None, *, initial=None)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        iterable: Value,
        func: Value,
        initial: Value,
    ) -> PyResult<Gc<Accumulate>> {
        let iterator = vm.get_iter(iterable)?;
        let this = vm.alloc_instance::<Accumulate>(cls)?;
        this.iterator.init(iterator);
        this.function.init(func);
        this.total.init(Value::UNBOUND);
        this.initial.init(if initial.is_none() { Value::UNBOUND } else { initial });
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Accumulate>) -> Gc<Accumulate> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Accumulate>) -> PyResult {
        if let Some(initial) = this.initial.get().bound() {
            this.initial.init(Value::UNBOUND);
            this.total.set(&mut vm.heap, this.header(), initial);
            return Ok(initial);
        }
        let item = vm.iter_next(this.iterator.get())?;
        let item = or_stop(vm, item)?;
        let total = match this.total.get().bound() {
            None => item,
            Some(total) if this.function.get().is_none() => vm.binary(BinaryOp::Add, total, item)?,
            Some(total) => vm.call(this.function.get(), &[total, item])?,
        };
        this.total.set(&mut vm.heap, this.header(), total);
        Ok(total)
    }
}

layout! {
    /// Cell of a `chain`: the iterator over iterables, and the one being read.
    Chain(ids::ITER_CHAIN) { outer, inner }
}

#[py_type(name = "chain", module = "itertools", id = ids::ITER_CHAIN, subclassable)]
impl Chain {
    #[new(sig = "(*iterables)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, iterables: Gc<Tuple>) -> PyResult<Gc<Chain>> {
        Chain::over(vm, cls, Value::from_gc(iterables))
    }
    fn over(vm: &mut Vm, cls: Gc<Type>, iterables: Value) -> PyResult<Gc<Chain>> {
        let outer = vm.get_iter(iterables)?;
        let this = vm.alloc_instance::<Chain>(cls)?;
        this.outer.init(outer);
        this.inner.init(Value::NONE);
        Ok(this)
    }
    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[classmethod(sig = "($type, iterable, /)")]
    fn from_iterable(vm: &mut Vm, cls: Gc<Type>, iterable: Value) -> PyResult<Gc<Chain>> {
        Chain::over(vm, cls, iterable)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Chain>) -> Gc<Chain> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Chain>) -> PyResult {
        loop {
            if !this.inner.get().is_none() {
                if let Some(item) = vm.iter_next(this.inner.get())? {
                    return Ok(item);
                }
                this.inner.init(Value::NONE);
            }
            if this.outer.get().is_none() {
                return Err(vm.stop_iteration(Value::NONE));
            }
            match vm.iter_next(this.outer.get())? {
                Some(iterable) => {
                    let inner = vm.get_iter(iterable)?;
                    this.inner.set(&mut vm.heap, this.header(), inner);
                }
                None => this.outer.init(Value::NONE),
            }
        }
    }
    /// A generic alias: `chain[int]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        habu_runtime::types::class_getitem::class_getitem(vm, cls, object)
    }
}

layout! {
    /// Cell of a `compress`.
    Compress(ids::ITER_COMPRESS) { data, selectors }
}

#[py_type(name = "compress", module = "itertools", id = ids::ITER_COMPRESS, subclassable)]
impl Compress {
    #[new(sig = "(data, selectors)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, data: Value, selectors: Value) -> PyResult<Gc<Compress>> {
        let (data, selectors) = (vm.get_iter(data)?, vm.get_iter(selectors)?);
        let this = vm.alloc_instance::<Compress>(cls)?;
        this.data.init(data);
        this.selectors.init(selectors);
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Compress>) -> Gc<Compress> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Compress>) -> PyResult {
        loop {
            let item = vm.iter_next(this.data.get())?;
            let item = or_stop(vm, item)?;
            let selector = vm.iter_next(this.selectors.get())?;
            let selector = or_stop(vm, selector)?;
            if vm.truth(selector)? {
                return Ok(item);
            }
        }
    }
}

macro_rules! predicate_iterator {
    ($name:ident, $py:tt, $id:expr, |$vm:ident, $this:ident| $next:block) => {
        layout! {
            /// Cell of an iterator with a predicate; `done`: it has decided for good.
            $name($id) { function, iterator } plain { done: bool }
        }

        #[py_type(name = $py, module = "itertools", id = $id, subclassable)]
        impl $name {
            #[new(sig = "(function, iterable, /)")]
            fn new(vm: &mut Vm, cls: Gc<Type>, function: Value, iterable: Value) -> PyResult<Gc<$name>> {
                let iterator = vm.get_iter(iterable)?;
                let this = vm.alloc_instance::<$name>(cls)?;
                this.function.init(function);
                this.iterator.init(iterator);
                Ok(this)
            }
            #[method]
            fn __iter__(_vm: &mut Vm, this: Gc<$name>) -> Gc<$name> {
                this
            }
            #[method]
            fn __next__($vm: &mut Vm, $this: Gc<$name>) -> PyResult $next
        }
    };
}

predicate_iterator!(DropWhile, "dropwhile", ids::ITER_DROPWHILE, |vm, this| {
    loop {
        let item = vm.iter_next(this.iterator.get())?;
        let item = or_stop(vm, item)?;
        if this.done.get() {
            return Ok(item);
        }
        let answer = vm.call(this.function.get(), &[item])?;
        if !vm.truth(answer)? {
            this.done.set(true);
            return Ok(item);
        }
    }
});

predicate_iterator!(TakeWhile, "takewhile", ids::ITER_TAKEWHILE, |vm, this| {
    if this.done.get() {
        return Err(vm.stop_iteration(Value::NONE));
    }
    let item = vm.iter_next(this.iterator.get())?;
    let item = or_stop(vm, item)?;
    let answer = vm.call(this.function.get(), &[item])?;
    if vm.truth(answer)? {
        return Ok(item);
    }
    this.done.set(true);
    Err(vm.stop_iteration(Value::NONE))
});

predicate_iterator!(FilterFalse, "filterfalse", ids::ITER_FILTERFALSE, |vm, this| {
    loop {
        let item = vm.iter_next(this.iterator.get())?;
        let item = or_stop(vm, item)?;
        let answer =
            if this.function.get().is_none() { item } else { vm.call(this.function.get(), &[item])? };
        if !vm.truth(answer)? {
            return Ok(item);
        }
    }
});

predicate_iterator!(StarMap, "starmap", ids::ITER_STARMAP, |vm, this| {
    let item = vm.iter_next(this.iterator.get())?;
    let item = or_stop(vm, item)?;
    let args = match vm.exact::<Tuple>(item) {
        Some(args) => args,
        None => vm.tuple_from_iterable(item)?,
    };
    vm.call(this.function.get(), args.items())
});

layout! {
    /// Cell of an `islice`; a negative `stop` means no end.
    Slice(ids::ITER_ISLICE) { iterator } plain { next: i64, stop: i64, step: i64, count: i64 }
}

#[py_type(name = "islice", module = "itertools", id = ids::ITER_ISLICE, subclassable)]
impl Slice {
    #[new(sig = "(iterable, start, stop=<unrepresentable>, step=<unrepresentable>, /)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        iterable: Value,
        start: Value,
        stop: Option<Value>,
        step: Option<Value>,
    ) -> PyResult<Gc<Slice>> {
        let bound = |vm: &mut Vm, v: Value, text: &str| -> PyResult<Option<i64>> {
            if v.is_none() {
                return Ok(None);
            }
            let number =
                if v.is_small() || vm.lookup_special(v, habu_runtime::object::Special::Index).is_some() {
                    let n = vm.index_value(v)?;
                    int::to_i64(n).filter(|n| *n >= 0)
                } else {
                    None
                };
            match number {
                Some(n) => Ok(Some(n)),
                None => Err(vm.value_error(text)),
            }
        };
        let indices = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        let stop_text = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        let (start, stop) = match stop {
            None => (0, bound(vm, start, stop_text)?),
            Some(stop) => (bound(vm, start, indices)?.unwrap_or(0), bound(vm, stop, stop_text)?),
        };
        let step_text = "Step for islice() must be a positive integer or None.";
        let step = match step {
            None => 1,
            Some(step) => bound(vm, step, step_text)?.unwrap_or(1),
        };
        if step < 1 {
            return Err(vm.value_error(step_text));
        }
        let iterator = vm.get_iter(iterable)?;
        let this = vm.alloc_instance::<Slice>(cls)?;
        this.iterator.init(iterator);
        this.next.set(start);
        this.stop.set(stop.unwrap_or(-1));
        this.step.set(step);
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Slice>) -> Gc<Slice> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Slice>) -> PyResult {
        if this.iterator.get().is_none() {
            return Err(vm.stop_iteration(Value::NONE));
        }
        let stop = this.stop.get();
        while this.count.get() < this.next.get() {
            if stop >= 0 && this.count.get() >= stop {
                break;
            }
            if vm.iter_next(this.iterator.get())?.is_none() {
                this.iterator.init(Value::NONE);
                return Err(vm.stop_iteration(Value::NONE));
            }
            this.count.set(this.count.get() + 1);
        }
        if stop >= 0 && this.count.get() >= stop {
            this.iterator.init(Value::NONE);
            return Err(vm.stop_iteration(Value::NONE));
        }
        let item = vm.iter_next(this.iterator.get())?;
        if item.is_none() {
            this.iterator.init(Value::NONE);
        }
        let item = or_stop(vm, item)?;
        this.count.set(this.count.get() + 1);
        let next = this.next.get().saturating_add(this.step.get());
        this.next.set(if stop >= 0 { next.min(stop) } else { next });
        Ok(item)
    }
}
