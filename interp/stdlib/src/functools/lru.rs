//! `_lru_cache_wrapper`: memoisation with an optional bound. The bounded cache threads its entries on a ring, the least
//! recently used first.

use super::call_dict;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::interp::bind::Keywords;
use habu_runtime::native;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm, id_of};

layout! {
    /// Cell of a cached function. `cache` is a dict from keys to results, or to links while there is a bound.
    /// `limit`: most entries; `None` is no bound.
    LruCache(ids::LRU_CACHE) { function, info, cache, ring, mark } plain {
        limit: Option<usize>, typed: bool, hits: u64, misses: u64
    }
}

layout! {
    /// An entry of a bounded cache, and the ring's anchor.
    Link(ids::LRU_LINK) { previous, next, key, result } plain { hash: i64 }
}

fn link(v: Value) -> Gc<Link> {
    v.exact::<Link>().expect("the ring is made of links")
}

fn cache(vm: &Vm, this: Gc<LruCache>) -> Gc<Dict> {
    vm.exact_dict(this.cache.get()).expect("made as a dict")
}

/// Takes a link out of the ring.
fn unlink(vm: &mut Vm, entry: Gc<Link>) {
    let (previous, next) = (link(entry.previous.get()), link(entry.next.get()));
    previous.next.set(&mut vm.heap, previous.header(), Value::from_gc(next));
    next.previous.set(&mut vm.heap, next.header(), Value::from_gc(previous));
}

/// Puts a link at the end of the ring: used last.
fn append(vm: &mut Vm, ring: Gc<Link>, entry: Gc<Link>) {
    let last = link(ring.previous.get());
    last.next.set(&mut vm.heap, last.header(), Value::from_gc(entry));
    entry.previous.set(&mut vm.heap, entry.header(), Value::from_gc(last));
    entry.next.set(&mut vm.heap, entry.header(), Value::from_gc(ring));
    ring.previous.set(&mut vm.heap, ring.header(), Value::from_gc(entry));
}

fn reset(vm: &mut Vm, this: Gc<LruCache>) -> PyResult<()> {
    let cache = vm.dict_new()?;
    this.cache.set(&mut vm.heap, this.header(), Value::from_gc(cache));
    if this.limit.get().is_some() {
        let ring = vm.alloc::<Link>(ids::LRU_LINK)?;
        let word = Value::from_gc(ring);
        ring.previous.init(word);
        ring.next.init(word);
        this.ring.set(&mut vm.heap, this.header(), word);
    }
    this.hits.set(0);
    this.misses.set(0);
    Ok(())
}

/// What stands for a call's arguments in the cache.
fn make_key(vm: &mut Vm, this: Gc<LruCache>, args: &[Value], keywords: Option<Gc<Dict>>) -> PyResult {
    let keywords = keywords.filter(|k| !k.is_empty());
    if !this.typed.get() && keywords.is_none() {
        if let &[only] = args
            && (only.is_small() || matches!(id_of(only), ids::STR | ids::INT))
        {
            return Ok(only);
        }
        return vm.tuple(args).map(Value::from_gc);
    }
    let mut parts = vm.rooted_vec();
    parts.extend_from_slice(args);
    if let Some(keywords) = keywords {
        parts.push(this.mark.get());
        let mut at = 0;
        while let Some((name, v)) = vm.dict_next(keywords, &mut at) {
            parts.push(name);
            parts.push(v);
        }
    }
    if this.typed.get() {
        parts.extend(args.iter().map(|v| Value::from_gc(vm.class_of(*v))));
        let mut at = 0;
        while let Some((_, v)) = keywords.and_then(|k| vm.dict_next(k, &mut at)) {
            parts.push(Value::from_gc(vm.class_of(v)));
        }
    }
    vm.tuple(&parts).map(Value::from_gc)
}

fn call_bounded(
    vm: &mut Vm,
    this: Gc<LruCache>,
    limit: usize,
    args: &[Value],
    keywords: Option<Gc<Dict>>,
) -> PyResult {
    let key = make_key(vm, this, args, keywords)?;
    let hash = vm.hash(key)?;
    let entries = cache(vm, this);
    if let Some(found) = vm.dict_get_hashed(entries, key, hash)? {
        let (entry, ring) = (link(found), link(this.ring.get()));
        this.hits.set(this.hits.get() + 1);
        // Comparing keys may have run code that emptied the cache: then the entry is not on the present ring.
        if cache(vm, this) == entries {
            unlink(vm, entry);
            append(vm, ring, entry);
        }
        return Ok(entry.result.get());
    }
    this.misses.set(this.misses.get() + 1);
    let result = call_dict(vm, this.function.get(), args, keywords)?;
    // The call may have entered the key, or emptied the cache.
    let entries = cache(vm, this);
    if vm.dict_get_hashed(entries, key, hash)?.is_some() {
        return Ok(result);
    }
    let entry = if entries.len() < limit {
        vm.alloc::<Link>(ids::LRU_LINK)?
    } else {
        let oldest = link(link(this.ring.get()).next.get());
        if oldest == link(this.ring.get()) {
            return Ok(result);
        }
        unlink(vm, oldest);
        let popped = vm.dict_pop_hashed(entries, oldest.key.get(), oldest.hash.get());
        match popped {
            Ok(Some(_)) => {}
            // Its key has vanished by what the comparison did: the result is just not kept.
            Ok(None) => return Ok(result),
            Err(raised) => {
                let ring = link(this.ring.get());
                append(vm, ring, oldest);
                return Err(raised);
            }
        }
        oldest
    };
    entry.hash.set(hash);
    entry.key.set(&mut vm.heap, entry.header(), key);
    entry.result.set(&mut vm.heap, entry.header(), result);
    vm.dict_set_hashed(entries, key, hash, Value::from_gc(entry))?;
    let ring = link(this.ring.get());
    append(vm, ring, entry);
    Ok(result)
}

fn call(vm: &mut Vm, this: Gc<LruCache>, args: &[Value], keywords: Option<Gc<Dict>>) -> PyResult {
    match this.limit.get() {
        Some(0) => {
            this.misses.set(this.misses.get() + 1);
            call_dict(vm, this.function.get(), args, keywords)
        }
        Some(limit) => call_bounded(vm, this, limit, args, keywords),
        None => {
            let key = make_key(vm, this, args, keywords)?;
            let hash = vm.hash(key)?;
            let entries = cache(vm, this);
            if let Some(found) = vm.dict_get_hashed(entries, key, hash)? {
                this.hits.set(this.hits.get() + 1);
                return Ok(found);
            }
            this.misses.set(this.misses.get() + 1);
            let result = call_dict(vm, this.function.get(), args, keywords)?;
            let entries = cache(vm, this);
            vm.dict_set_hashed(entries, key, hash, result)?;
            Ok(result)
        }
    }
}

/// `__call__` without keywords: the arguments as they are, the cached function first.
fn call_plain(vm: &mut Vm, args: &[Value]) -> PyResult {
    if let [this, args @ ..] = args
        && let Some(this) = vm.downcast::<LruCache>(*this)
    {
        return call(vm, this, args, None);
    }
    let decl = LruCache::DECL.methods.iter().find(|m| m.name == "__call__").expect("declared below");
    native::call_bound(vm, decl, args, Keywords::default())
}

/// Create a cached callable that wraps another function.
///
/// user_function:      the function being cached
///
/// maxsize:  0         for no caching
///           None      for unlimited cache size
///           n         for a bounded cache
///
/// typed:    False     cache f(3) and f(3.0) as identical calls
///           True      cache f(3) and f(3.0) as distinct calls
///
/// cache_info_type:    namedtuple class with the fields:
///                         hits misses currsize maxsize
#[py_type(name = "_lru_cache_wrapper", module = "functools", id = ids::LRU_CACHE, subclassable, has_dict)]
impl LruCache {
    #[new(sig = "(user_function, maxsize, typed, cache_info_type)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        user_function: Value,
        maxsize: Value,
        typed: bool,
        info: Value,
    ) -> PyResult<Gc<LruCache>> {
        if !vm.is_callable(user_function) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let limit = if maxsize.is_none() {
            None
        } else if vm.has_index(maxsize) {
            Some(vm.index(maxsize)?.max(0) as usize)
        } else {
            return Err(vm.type_error("maxsize should be integer or None"));
        };
        let object = Value::from_gc(vm.builtin(ids::OBJECT));
        let mark = vm.call(object, &[])?;
        let this = vm.alloc_instance::<LruCache>(cls)?;
        this.function.init(user_function);
        this.info.init(info);
        this.mark.init(mark);
        this.limit.set(limit);
        this.typed.set(typed);
        reset(vm, this)?;
        Ok(this)
    }

    #[method(sig = "($self, /, *args, **kwargs)", positional = call_plain)]
    fn __call__(vm: &mut Vm, this: Gc<LruCache>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> PyResult {
        call(vm, this, args.items(), kwargs)
    }
    /// Report cache statistics
    #[method]
    fn cache_info(vm: &mut Vm, this: Gc<LruCache>) -> PyResult {
        let limit = match this.limit.get() {
            Some(limit) => vm.int(limit as i64)?,
            None => Value::NONE,
        };
        let (hits, misses) = (vm.int_u64(this.hits.get())?, vm.int_u64(this.misses.get())?);
        let len = Value::small(cache(vm, this).len() as i64);
        vm.call(this.info.get(), &[hits, misses, limit, len])
    }
    /// Clear the cache and cache statistics
    #[method]
    fn cache_clear(vm: &mut Vm, this: Gc<LruCache>) -> PyResult<()> {
        reset(vm, this)
    }
    #[method]
    fn __get__(vm: &mut Vm, this: Gc<LruCache>, instance: Value, _owner: Value) -> PyResult {
        let this = Value::from_gc(this);
        if instance.is_none() { Ok(this) } else { vm.bind_method(this, instance) }
    }
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<LruCache>) -> PyResult {
        let name = vm.names.qualname;
        vm.get_attr(Value::from_gc(this), name)
    }
    #[method(sig = "($self, /)")]
    fn __copy__(_vm: &mut Vm, this: Gc<LruCache>) -> Gc<LruCache> {
        this
    }
    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(_vm: &mut Vm, this: Gc<LruCache>, _memo: Value) -> Gc<LruCache> {
        this
    }
    #[getter(name = "__dict__")]
    fn dict(vm: &mut Vm, this: Gc<LruCache>) -> PyResult<Gc<Dict>> {
        vm.instance_dict(this.header())
    }
    #[setter(name = "__dict__")]
    fn set_dict(vm: &mut Vm, this: Gc<LruCache>, dict: Gc<Dict>) {
        vm.set_instance_dict(this.header(), dict);
    }
}
