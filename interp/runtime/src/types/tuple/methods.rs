//! The Python type `tuple`.

use super::Tuple;
use super::hash::HashState;
use crate::heap::{Gc, ShapeId};
use crate::native::SliceIndex;
use crate::object::{Special, Type, ids};
use crate::protocol::CmpOp;
use crate::types::class_getitem::class_getitem;
use crate::types::dict::Dict;
use crate::types::list::position;
use crate::types::seq_iter::no_keywords_unless_init;
use crate::types::slice::Subscript;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use habu_macros::py_type;

impl Vm {
    /// The value as a tuple if it is one, or an instance of a subclass whose `==` and `op` are a tuple's own as far as
    /// is known without a look-up.
    #[inline(always)]
    pub fn tuple_alike(&self, v: Value, op: CmpOp) -> Option<Gc<Tuple>> {
        let header = v.as_header()?;
        let id = id_of(v);
        // SAFETY: the id or the class's layout says so.
        (id == ids::TUPLE || id.0 >= ids::FIRST_DYNAMIC && self.compares_as_tuple(id, op))
            .then(|| unsafe { Gc::from_header(header) })
    }

    /// Two such values; most are of one class.
    #[inline(always)]
    pub fn tuples_alike(&self, a: Value, b: Value, op: CmpOp) -> Option<(Gc<Tuple>, Gc<Tuple>)> {
        let x = self.tuple_alike(a, op)?;
        if id_of(a) == id_of(b) {
            // SAFETY: it is what the other is.
            return Some((x, unsafe { Gc::from_header(b.as_header()?) }));
        }
        Some((x, self.tuple_alike(b, op)?))
    }

    #[inline(never)]
    fn compares_as_tuple(&self, id: ShapeId, op: CmpOp) -> bool {
        let class = self.shapes.class(id);
        if class.layout.get() != ids::TUPLE {
            return false;
        }
        let (Some(own), Some(plain)) = (class.specials.get(), self.builtin(ids::TUPLE).specials.get()) else {
            return false;
        };
        let same = |special: Special| {
            let found = own.found[special as usize].get();
            found != Value::small(0) && found == plain.found[special as usize].get()
        };
        same(op.special()) && (op == CmpOp::Eq || same(Special::Eq))
    }

    /// `a op b`
    pub fn tuple_compare(&mut self, a: Gc<Tuple>, b: Gc<Tuple>, op: CmpOp) -> PyResult<Value> {
        for (&x, &y) in a.items().iter().zip(b.items()) {
            if !self.eq(x, y)? {
                return self.compare_first_difference(x, y, op);
            }
        }
        Ok(Value::bool(op.of(a.len().cmp(&b.len()))))
    }

    pub fn tuple_hash(&mut self, tuple: Gc<Tuple>) -> PyResult<i64> {
        let known = tuple.hash.get();
        if known != 0 {
            return Ok(known);
        }
        let mut state = HashState::new();
        for &item in tuple.items() {
            state.add(self.hash(item)?);
        }
        let hash = state.finish();
        tuple.hash.set(hash);
        Ok(hash)
    }

    /// Position of the first item equal to `v`.
    pub fn tuple_find(
        &mut self,
        tuple: Gc<Tuple>,
        v: Value,
        start: usize,
        stop: usize,
    ) -> PyResult<Option<usize>> {
        for (at, &item) in tuple.items().iter().enumerate().take(stop).skip(start) {
            if self.eq(item, v)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// `a + b`
    pub fn tuple_concat(&mut self, a: Gc<Tuple>, b: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
        let exact = |v: Gc<Tuple>| v.header.id.get() == ids::TUPLE;
        if b.is_empty() && exact(a) {
            return Ok(a);
        }
        if a.is_empty() && exact(b) {
            return Ok(b);
        }
        let new = self.alloc_sized::<Tuple>(ids::TUPLE, (a.len() + b.len()) * 8)?;
        // SAFETY: the cell has room for both, and nobody has read it yet.
        unsafe {
            let to = new.first().cast_mut();
            to.copy_from_nonoverlapping(a.items().as_ptr(), a.len());
            to.add(a.len()).copy_from_nonoverlapping(b.items().as_ptr(), b.len());
        }
        new.len.set(a.len() + b.len());
        Ok(new)
    }

    /// `tuple * count`
    pub fn tuple_repeat(&mut self, tuple: Gc<Tuple>, count: i64) -> PyResult<Gc<Tuple>> {
        let len = tuple.len();
        if count == 1 && tuple.header.id.get() == ids::TUPLE {
            return Ok(tuple);
        }
        if count <= 0 || len == 0 {
            return self.tuple(&[]);
        }
        let Some(bytes) = len.checked_mul(count as usize).and_then(|n| n.checked_mul(8)) else {
            return Err(self.memory_error());
        };
        let new = self.alloc_sized::<Tuple>(ids::TUPLE, bytes)?;
        for k in 0..count as usize {
            // SAFETY: the cell has room for `count` copies, and nobody has read it yet.
            unsafe {
                let to = new.first().cast_mut().add(k * len);
                to.copy_from_nonoverlapping(tuple.items().as_ptr(), len);
            }
        }
        new.len.set(len * count as usize);
        Ok(new)
    }

    /// `tuple[start:stop]` by positions within it.
    pub fn tuple_range(&mut self, tuple: Gc<Tuple>, start: usize, stop: usize) -> PyResult<Gc<Tuple>> {
        if start == 0 && stop == tuple.len() && tuple.header.id.get() == ids::TUPLE {
            return Ok(tuple);
        }
        self.tuple(&tuple.items()[start..stop])
    }
}

/// Built-in immutable sequence.
///
/// Without an argument an empty tuple; otherwise one of the iterable's items.
#[py_type(name = "tuple", id = ids::TUPLE, subclassable, sequence)]
impl Tuple {
    #[new(sig = "(iterable=(), /, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, iterable: Value, kwargs: Gc<Dict>) -> PyResult<Gc<Tuple>> {
        no_keywords_unless_init(vm, cls, ids::TUPLE, kwargs)?;
        let tuple = vm.tuple_from_iterable(iterable)?;
        if cls.root_shape.get() == ids::TUPLE { Ok(tuple) } else { vm.tuple_of_class(cls, tuple.items()) }
    }
    #[method]
    fn __len__(_vm: &mut Vm, this: Gc<Tuple>) -> usize {
        this.len()
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<Tuple>, key: Value) -> PyResult<Value> {
        match vm.subscript(key, "tuple")? {
            Subscript::Index(index) => match position(index, this.len()) {
                Some(at) => Ok(this.items()[at]),
                None => Err(vm.index_error("tuple index out of range")),
            },
            Subscript::Slice(raw) => {
                let span = raw.fit(this.len());
                if span.step == 1 {
                    let start = span.start as usize;
                    return vm.tuple_range(this, start, start + span.count).map(Value::from_gc);
                }
                let mut items = vm.rooted_vec();
                items.extend(span.positions().map(|at| this.items()[at]));
                vm.tuple(&items).map(Value::from_gc)
            }
        }
    }
    #[method]
    fn __contains__(vm: &mut Vm, this: Gc<Tuple>, key: Value) -> PyResult<bool> {
        Ok(vm.tuple_find(this, key, 0, this.len())?.is_some())
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<Tuple>) -> PyResult<Value> {
        vm.tuple_iter(this).map(Value::from_gc)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Tuple>) -> PyResult<Gc<Str>> {
        if this.is_empty() {
            return vm.str("()");
        }
        let close = if this.len() == 1 { ",)" } else { ")" };
        let mut items = this.items().iter();
        vm.repr_sequence(Value::from_gc(this), ["(", close, "(...)"], |_| Ok(items.next().copied()))
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<Tuple>) -> PyResult<i64> {
        vm.tuple_hash(this)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Le)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Ge)
    }
    #[method]
    fn __add__(vm: &mut Vm, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        match vm.downcast::<Tuple>(value) {
            Some(other) => vm.tuple_concat(this, other).map(Value::from_gc),
            None if vm.defers_to(value, Special::RAdd) => Ok(Value::NOT_IMPLEMENTED),
            None => {
                let name = vm.type_name(value);
                Err(vm.type_error(format!("can only concatenate tuple (not \"{name}\") to tuple")))
            }
        }
    }
    #[method]
    fn __mul__(vm: &mut Vm, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        match vm.repeat_count(value)? {
            Some(count) => vm.tuple_repeat(this, count).map(Value::from_gc),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __rmul__(vm: &mut Vm, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        Tuple::__mul__(vm, this, value)
    }
    #[method]
    fn __getnewargs__(vm: &mut Vm, this: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
        let items = vm.tuple(this.items())?;
        vm.tuple(&[Value::from_gc(items)])
    }
    /// How many items are equal to the value.
    #[method]
    fn count(vm: &mut Vm, this: Gc<Tuple>, value: Value) -> PyResult<usize> {
        let mut count = 0;
        for &item in this.items() {
            count += usize::from(vm.eq(item, value)?);
        }
        Ok(count)
    }
    /// Position of the first item equal to the value.
    ///
    /// Raises ValueError if there is none.
    #[method(sig = "(value, start=0, stop=sys.maxsize, /)")]
    fn index(
        vm: &mut Vm,
        this: Gc<Tuple>,
        value: Value,
        start: SliceIndex,
        stop: SliceIndex,
    ) -> PyResult<usize> {
        let (start, stop) = (start.clamp(this.len()), stop.clamp(this.len()));
        match vm.tuple_find(this, value, start, stop)? {
            Some(at) => Ok(at),
            None => Err(vm.value_error("tuple.index(x): x not in tuple")),
        }
    }
    /// A generic alias: `tuple[int, ...]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult<Value> {
        class_getitem(vm, cls, object)
    }
}

fn compare(vm: &mut Vm, this: Gc<Tuple>, value: Value, op: CmpOp) -> PyResult<Value> {
    match vm.downcast::<Tuple>(value) {
        Some(other) => {
            // From now on `tuple_alike` knows it.
            let tuple = vm.builtin(ids::TUPLE);
            for special in [op.special(), Special::Eq] {
                vm.class_special(tuple, special);
            }
            let own = vm.class_of(Value::from_gc(this));
            vm.class_special(own, Special::Eq);
            vm.tuple_compare(this, other, op)
        }
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
