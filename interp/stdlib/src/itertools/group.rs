//! Iterators that group items: `groupby`, `pairwise`, `batched`, `zip_longest`, `tee`.

use super::or_stop;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a `groupby`: key of the group being given, and the item read last with its key.
    GroupBy(ids::ITER_GROUPBY) { iterator, function, target, current_key, current_item, grouper }
}

layout! {
    /// Cell of one group of a `groupby`.
    Grouper(ids::ITER_GROUPER) { parent, key }
}

fn advance(vm: &mut Vm, this: Gc<GroupBy>) -> PyResult<bool> {
    let Some(item) = vm.iter_next(this.iterator.get())? else { return Ok(false) };
    let key = if this.function.get().is_none() { item } else { vm.call(this.function.get(), &[item])? };
    this.current_item.set(&mut vm.heap, this.header(), item);
    this.current_key.set(&mut vm.heap, this.header(), key);
    Ok(true)
}

#[py_type(name = "groupby", module = "itertools", id = ids::ITER_GROUPBY, subclassable)]
impl GroupBy {
    #[new(sig = "(iterable, key=None)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, iterable: Value, key: Value) -> PyResult<Gc<GroupBy>> {
        let iterator = vm.get_iter(iterable)?;
        let this = vm.alloc_instance::<GroupBy>(cls)?;
        this.iterator.init(iterator);
        this.function.init(key);
        for field in [&this.target, &this.current_key, &this.current_item, &this.grouper] {
            field.init(Value::UNBOUND);
        }
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<GroupBy>) -> Gc<GroupBy> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<GroupBy>) -> PyResult<(Value, Value)> {
        this.grouper.init(Value::UNBOUND);
        loop {
            match this.current_key.get().bound() {
                None => {}
                Some(key) => match this.target.get().bound() {
                    None => break,
                    Some(target) if !vm.eq(target, key)? => break,
                    Some(_) => {}
                },
            }
            if !advance(vm, this)? {
                return Err(vm.stop_iteration(Value::NONE));
            }
        }
        let key = this.current_key.get();
        this.target.set(&mut vm.heap, this.header(), key);
        let cls = vm.native_class(Grouper::DECL)?;
        let grouper = vm.alloc_instance::<Grouper>(cls)?;
        grouper.parent.init(Value::from_gc(this));
        grouper.key.init(key);
        this.grouper.set(&mut vm.heap, this.header(), Value::from_gc(grouper));
        Ok((key, Value::from_gc(grouper)))
    }
}

#[py_type(name = "_grouper", module = "itertools", id = ids::ITER_GROUPER)]
impl Grouper {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Grouper>) -> Gc<Grouper> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Grouper>) -> PyResult {
        let Some(parent) = vm.downcast::<GroupBy>(this.parent.get()) else {
            return Err(vm.stop_iteration(Value::NONE));
        };
        if parent.grouper.get() != Value::from_gc(this) {
            return Err(vm.stop_iteration(Value::NONE));
        }
        if parent.current_item.get().is_unbound() && !advance(vm, parent)? {
            return Err(vm.stop_iteration(Value::NONE));
        }
        if !vm.eq(this.key.get(), parent.current_key.get())? {
            return Err(vm.stop_iteration(Value::NONE));
        }
        let item = parent.current_item.get();
        parent.current_item.init(Value::UNBOUND);
        Ok(item)
    }
}

layout! {
    /// Cell of a `pairwise`.
    Pairwise(ids::ITER_PAIRWISE) { iterator, previous }
}

#[py_type(name = "pairwise", module = "itertools", id = ids::ITER_PAIRWISE, subclassable)]
impl Pairwise {
    #[new(sig = "(iterable, /)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, iterable: Value) -> PyResult<Gc<Pairwise>> {
        let iterator = vm.get_iter(iterable)?;
        let this = vm.alloc_instance::<Pairwise>(cls)?;
        this.iterator.init(iterator);
        this.previous.init(Value::UNBOUND);
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Pairwise>) -> Gc<Pairwise> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Pairwise>) -> PyResult<(Value, Value)> {
        let first = match this.previous.get().bound() {
            Some(v) => v,
            None => {
                let v = vm.iter_next(this.iterator.get())?;
                or_stop(vm, v)?
            }
        };
        let second = vm.iter_next(this.iterator.get())?;
        let second = or_stop(vm, second)?;
        this.previous.set(&mut vm.heap, this.header(), second);
        Ok((first, second))
    }
}

layout! {
    /// Cell of a `batched`.
    Batched(ids::ITER_BATCHED) { iterator } plain { size: usize, strict: bool }
}

#[py_type(name = "batched", module = "itertools", id = ids::ITER_BATCHED, subclassable)]
impl Batched {
    #[new(sig = "(iterable, n, *, strict=False)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, iterable: Value, n: i64, strict: bool) -> PyResult<Gc<Batched>> {
        if n < 1 {
            return Err(vm.value_error("n must be at least one"));
        }
        let iterator = vm.get_iter(iterable)?;
        let this = vm.alloc_instance::<Batched>(cls)?;
        this.iterator.init(iterator);
        this.size.set(n as usize);
        this.strict.set(strict);
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Batched>) -> Gc<Batched> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Batched>) -> PyResult {
        let mut items = vm.rooted_vec();
        while items.len() < this.size.get() && !this.iterator.get().is_none() {
            match vm.iter_next(this.iterator.get())? {
                Some(item) => items.push(item),
                None => this.iterator.init(Value::NONE),
            }
        }
        if items.is_empty() {
            return Err(vm.stop_iteration(Value::NONE));
        }
        if this.strict.get() && items.len() < this.size.get() {
            return Err(vm.value_error("batched(): incomplete batch"));
        }
        vm.tuple(&items).map(Value::from_gc)
    }
}

layout! {
    /// Cell of a `zip_longest`: a list of iterators, None where exhausted.
    ZipLongest(ids::ITER_ZIP_LONGEST) { iterators, fill } plain { active: usize }
}

#[py_type(name = "zip_longest", module = "itertools", id = ids::ITER_ZIP_LONGEST, subclassable)]
impl ZipLongest {
    #[new(sig = "(*iterables, fillvalue=None)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, iterables: Gc<Tuple>, fillvalue: Value) -> PyResult<Gc<ZipLongest>> {
        let iterators = vm.list_new()?;
        for i in 0..iterables.len() {
            let iterator = vm.get_iter(iterables.items()[i])?;
            vm.list_push(iterators, iterator)?;
        }
        let this = vm.alloc_instance::<ZipLongest>(cls)?;
        this.iterators.init(Value::from_gc(iterators));
        this.fill.init(fillvalue);
        this.active.set(iterables.len());
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<ZipLongest>) -> Gc<ZipLongest> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<ZipLongest>) -> PyResult {
        if this.active.get() == 0 {
            return Err(vm.stop_iteration(Value::NONE));
        }
        let iterators = vm.exact_list(this.iterators.get()).expect("made as a list");
        let mut items = vm.rooted_vec();
        for i in 0..iterators.len() {
            let iterator = vm.list_get(iterators, i)?.unwrap_or(Value::NONE);
            if iterator.is_none() {
                items.push(this.fill.get());
                continue;
            }
            match vm.iter_next(iterator)? {
                Some(item) => items.push(item),
                None => {
                    this.active.set(this.active.get() - 1);
                    if this.active.get() == 0 {
                        return Err(vm.stop_iteration(Value::NONE));
                    }
                    vm.list_set(iterators, i, Value::NONE)?;
                    items.push(this.fill.get());
                }
            }
        }
        vm.tuple(&items).map(Value::from_gc)
    }
}

layout! {
    /// Cell of one of the iterators that `tee` gives: a place in a chain of links `[item, next link]`. A link that is
    /// not filled yet is an empty list, one that is being filled holds a single None.
    Tee(ids::ITER_TEE) { iterator, link }
}

#[py_type(name = "_tee", module = "itertools", id = ids::ITER_TEE)]
impl Tee {
    #[new(sig = "(iterable, /)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, iterable: Value) -> PyResult<Gc<Tee>> {
        start(vm, iterable)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Tee>) -> Gc<Tee> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Tee>) -> PyResult {
        let link = vm.exact_list(this.link.get()).expect("made as a list");
        if link.len() == 1 {
            return Err(vm.runtime_error("cannot re-enter the tee iterator"));
        }
        if link.is_empty() {
            vm.list_push(link, Value::NONE)?;
            let item = vm.iter_next(this.iterator.get());
            vm.list_clear(link);
            let item = or_stop(vm, item?)?;
            let next = vm.list_new()?;
            vm.list_push(link, item)?;
            vm.list_push(link, Value::from_gc(next))?;
        }
        let item = vm.list_get(link, 0)?.unwrap_or(Value::NONE);
        let next = vm.list_get(link, 1)?.unwrap_or(Value::NONE);
        this.link.set(&mut vm.heap, this.header(), next);
        Ok(item)
    }
    #[method]
    fn __copy__(vm: &mut Vm, this: Gc<Tee>) -> PyResult<Gc<Tee>> {
        copy(vm, this)
    }
}

fn start(vm: &mut Vm, iterable: Value) -> PyResult<Gc<Tee>> {
    if let Some(known) = vm.exact::<Tee>(iterable) {
        return copy(vm, known);
    }
    let iterator = vm.get_iter(iterable)?;
    let link = vm.list_new()?;
    let cls = vm.native_class(Tee::DECL)?;
    let this = vm.alloc_instance::<Tee>(cls)?;
    this.iterator.init(iterator);
    this.link.init(Value::from_gc(link));
    Ok(this)
}

fn copy(vm: &mut Vm, of: Gc<Tee>) -> PyResult<Gc<Tee>> {
    let cls = vm.native_class(Tee::DECL)?;
    let this = vm.alloc_instance::<Tee>(cls)?;
    this.iterator.init(of.iterator.get());
    this.link.init(of.link.get());
    Ok(this)
}

pub fn tee(vm: &mut Vm, iterable: Value, n: i64) -> PyResult {
    if n < 0 {
        return Err(vm.value_error("n must be >= 0"));
    }
    let mut all = vm.rooted_vec();
    if all.try_reserve_exact(n as usize).is_err() {
        return Err(vm.memory_error());
    }
    if n > 0 {
        let first = start(vm, iterable)?;
        all.push(Value::from_gc(first));
        for _ in 1..n {
            let next = copy(vm, first)?;
            all.push(Value::from_gc(next));
        }
    }
    vm.tuple(&all).map(Value::from_gc)
}
