//! `product`, `permutations`, `combinations`, `combinations_with_replacement`: each a pool and indices into it.

use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Indices of the next result; `None` when there is none.
#[derive(Default)]
pub struct Indices {
    now: Option<Vec<usize>>,
    cycles: Vec<usize>,
    /// How many of the indices count (permutations).
    shown: Option<usize>,
}

fn pool_of(vm: &mut Vm, v: Value) -> PyResult<Gc<Tuple>> {
    match vm.exact::<Tuple>(v) {
        Some(tuple) => Ok(tuple),
        None => vm.tuple_from_iterable(v),
    }
}

/// The items that indices name in one pool.
fn pick(vm: &mut Vm, pool: Value, indices: &[usize]) -> PyResult {
    let pool = vm.exact::<Tuple>(pool).expect("made as a tuple");
    let mut items = vm.rooted_vec();
    items.extend(indices.iter().map(|i| pool.items()[*i]));
    vm.tuple(&items).map(Value::from_gc)
}

macro_rules! combiner {
    ($name:ident, $py:tt, $id:expr, $sig:tt, ($($arg:ident: $ty:ty),*), |$vm:ident, $cls:ident| $new:block,
     |$indices:ident, $n:ident| $step:block) => {
        layout! {
            /// Cell of a combining iterator.
            $name($id) { pool } boxed { indices: Indices }
        }

        #[py_type(name = $py, module = "itertools", id = $id, subclassable)]
        impl $name {
            #[new(sig = $sig)]
            fn new($vm: &mut Vm, $cls: Gc<Type>, $($arg: $ty),*) -> PyResult<Gc<$name>> {
                let (pool, indices): (Gc<Tuple>, Indices) = $new;
                let this = $vm.alloc_instance::<$name>($cls)?;
                this.pool.init(Value::from_gc(pool));
                this.indices.init(indices);
                Ok(this)
            }
            #[method]
            fn __iter__(_vm: &mut Vm, this: Gc<$name>) -> Gc<$name> {
                this
            }
            #[method]
            fn __next__(vm: &mut Vm, this: Gc<$name>) -> PyResult {
                let Some(now) = this.indices.cell().borrow().now.clone() else {
                    return Err(vm.stop_iteration(Value::NONE));
                };
                let shown = this.indices.cell().borrow().shown.unwrap_or(now.len());
                let result = pick(vm, this.pool.get(), &now[..shown])?;
                let $n = vm.exact::<Tuple>(this.pool.get()).map_or(0, |p| p.len());
                let mut borrowed = this.indices.cell().borrow_mut();
                let $indices = &mut *borrowed;
                let more: bool = $step;
                if !more {
                    $indices.now = None;
                }
                Ok(result)
            }
        }
    };
}

combiner!(Permutations, "permutations", ids::ITER_PERMUTATIONS, "(iterable, r=None)", (iterable: Value, r: Value),
|vm, cls| {
    let pool = pool_of(vm, iterable)?;
    let n = pool.len();
    let r = if r.is_none() { n as i64 } else {
        if habu_runtime::types::int::as_int(vm, r).is_none() {
            return Err(vm.type_error("Expected int as r"));
        }
        vm.index(r)?
    };
    if r < 0 {
        return Err(vm.value_error("r must be non-negative"));
    }
    let r = r as usize;
    let now = (r <= n).then(|| (0..n).collect::<Vec<_>>());
    let cycles = if r <= n { (n - r + 1..=n).rev().collect() } else { Vec::new() };
    (pool, Indices { now, cycles, shown: Some(r) })
},
|indices, n| {
    let r = indices.cycles.len();
    let all = indices.now.get_or_insert_with(Vec::new);
    let mut more = false;
    for i in (0..r).rev() {
        indices.cycles[i] -= 1;
        if indices.cycles[i] == 0 {
            all[i..].rotate_left(1);
            indices.cycles[i] = n - i;
        } else {
            let j = n - indices.cycles[i];
            all.swap(i, j);
            more = true;
            break;
        }
    }
    more
});

combiner!(Combinations, "combinations", ids::ITER_COMBINATIONS, "(iterable, r)", (iterable: Value, r: i64),
|vm, cls| {
    let pool = pool_of(vm, iterable)?;
    if r < 0 {
        return Err(vm.value_error("r must be non-negative"));
    }
    let r = r as usize;
    (pool, Indices { now: (r <= pool.len()).then(|| (0..r).collect()), cycles: Vec::new(), shown: None })
},
|indices, n| {
    let all = indices.now.get_or_insert_with(Vec::new);
    let r = all.len();
    match (0..r).rev().find(|i| all[*i] != i + n - r) {
        Some(i) => {
            let first = all[i] + 1;
            for (k, slot) in all[i..].iter_mut().enumerate() {
                *slot = first + k;
            }
            true
        }
        None => false,
    }
});

combiner!(CombinationsWith, "combinations_with_replacement", ids::ITER_COMBINATIONS_WITH, "(iterable, r)",
(iterable: Value, r: i64),
|vm, cls| {
    let pool = pool_of(vm, iterable)?;
    if r < 0 {
        return Err(vm.value_error("r must be non-negative"));
    }
    let now = if r == 0 || !pool.is_empty() { Some(vm.zeros(r as usize)?) } else { None };
    (pool, Indices { now, cycles: Vec::new(), shown: None })
},
|indices, n| {
    let all = indices.now.get_or_insert_with(Vec::new);
    match (0..all.len()).rev().find(|i| all[*i] != n - 1) {
        Some(i) => {
            let next = all[i] + 1;
            all[i..].fill(next);
            true
        }
        None => false,
    }
});

layout! {
    /// Cell of a `product`: a tuple of pools, repeats included.
    Product(ids::ITER_PRODUCT) { pools } boxed { indices: Indices }
}

#[py_type(name = "product", module = "itertools", id = ids::ITER_PRODUCT, subclassable)]
impl Product {
    #[new(sig = "(*iterables, repeat=1)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, iterables: Gc<Tuple>, repeat: i64) -> PyResult<Gc<Product>> {
        if repeat < 0 {
            return Err(vm.value_error("repeat argument cannot be negative"));
        }
        let mut pools = vm.rooted_vec();
        for i in 0..iterables.len() {
            let pool = vm.tuple_from_iterable(iterables.items()[i])?;
            pools.push(Value::from_gc(pool));
        }
        let once = pools.len();
        let total = once.checked_mul(repeat as usize).filter(|n| *n < 1 << 60);
        let Some(total) = total else { return Err(vm.overflow_error("repeat argument too large")) };
        if pools.try_reserve_exact(total.saturating_sub(once)).is_err() {
            return Err(vm.memory_error());
        }
        for i in once..total {
            let pool = pools[i - once];
            pools.push(pool);
        }
        pools.truncate(total);
        let empty = pools.iter().any(|p| vm.exact::<Tuple>(*p).is_none_or(|p| p.is_empty()));
        let pools = vm.tuple(&pools)?;
        let this = vm.alloc_instance::<Product>(cls)?;
        this.pools.init(Value::from_gc(pools));
        let now = if empty { None } else { Some(vm.zeros(total)?) };
        this.indices.init(Indices { now, cycles: Vec::new(), shown: None });
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Product>) -> Gc<Product> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Product>) -> PyResult {
        let pools = vm.exact::<Tuple>(this.pools.get()).expect("made as a tuple");
        let pool = |i: usize, vm: &Vm| vm.exact::<Tuple>(pools.items()[i]).expect("made as a tuple");
        let mut items = vm.rooted_vec();
        {
            let mut indices = this.indices.cell().borrow_mut();
            let Some(now) = &mut indices.now else {
                drop(indices);
                return Err(vm.stop_iteration(Value::NONE));
            };
            items.extend(now.iter().enumerate().map(|(i, at)| pool(i, vm).items()[*at]));
            let mut more = false;
            for i in (0..now.len()).rev() {
                now[i] += 1;
                if now[i] < pool(i, vm).len() {
                    more = true;
                    break;
                }
                now[i] = 0;
            }
            if !more {
                indices.now = None;
            }
        }
        vm.tuple(&items).map(Value::from_gc)
    }
}
