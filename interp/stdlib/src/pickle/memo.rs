//! The objects that `memo` of a pickler and of an unpickler are: windows on them.

use super::pickler::{self, Pickler};
use super::unpickler::{self, Unpickler};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::dict::Dict;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a pickler's memo.
    PicklerMemo(ids::PICKLER_MEMO) { pickler }
}

layout! {
    /// Cell of an unpickler's memo.
    UnpicklerMemo(ids::UNPICKLER_MEMO) { unpickler }
}

pub fn of_pickler(vm: &mut Vm, pickler: Gc<Pickler>) -> PyResult<Gc<PicklerMemo>> {
    let cls = vm.native_class(PicklerMemo::DECL)?;
    let this = vm.alloc_instance::<PicklerMemo>(cls)?;
    this.pickler.init(Value::from_gc(pickler));
    Ok(this)
}

pub fn of_unpickler(vm: &mut Vm, unpickler: Gc<Unpickler>) -> PyResult<Gc<UnpicklerMemo>> {
    let cls = vm.native_class(UnpicklerMemo::DECL)?;
    let this = vm.alloc_instance::<UnpicklerMemo>(cls)?;
    this.unpickler.init(Value::from_gc(unpickler));
    Ok(this)
}

fn pickler_of(vm: &mut Vm, this: Gc<PicklerMemo>) -> PyResult<Gc<Pickler>> {
    match vm.downcast::<Pickler>(this.pickler.get()) {
        Some(pickler) => Ok(pickler),
        None => Err(vm.system_error("a memo without its pickler")),
    }
}

fn unpickler_of(vm: &mut Vm, this: Gc<UnpicklerMemo>) -> PyResult<Gc<Unpickler>> {
    match vm.downcast::<Unpickler>(this.unpickler.get()) {
        Some(unpickler) => Ok(unpickler),
        None => Err(vm.system_error("a memo without its unpickler")),
    }
}

/// `(dict, (contents,))`
fn reduced(vm: &Vm, contents: Gc<Dict>) -> (Value, (Value,)) {
    (Value::from_gc(vm.builtin(ids::DICT)), (Value::from_gc(contents),))
}

#[py_type(name = "PicklerMemoProxy", module = "_pickle", id = ids::PICKLER_MEMO, subclassable)]
impl PicklerMemo {
    /// Remove all items from memo.
    #[method]
    fn clear(vm: &mut Vm, this: Gc<PicklerMemo>) -> PyResult<()> {
        let pickler = pickler_of(vm, this)?;
        pickler::forget(vm, pickler)
    }
    /// Copy the memo to a new object.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<PicklerMemo>) -> PyResult<Gc<Dict>> {
        let pickler = pickler_of(vm, this)?;
        let dict = vm.dict_new()?;
        let Some(kept) = vm.exact_list(pickler.kept.get()) else { return Ok(dict) };
        let mut at = 0;
        while let Some(object) = vm.list_get(kept, at)? {
            at += 1;
            let Some(index) = pickler.memo_index(object) else { continue };
            let key = vm.int(object.0 as i64)?;
            let entry = Value::from_gc(vm.tuple(&[Value::small(index.into()), object])?);
            vm.dict_set(dict, key, entry)?;
        }
        Ok(dict)
    }
    /// Implement pickle support.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<PicklerMemo>) -> PyResult<(Value, (Value,))> {
        let contents = PicklerMemo::copy(vm, this)?;
        Ok(reduced(vm, contents))
    }
}

#[py_type(name = "UnpicklerMemoProxy", module = "_pickle", id = ids::UNPICKLER_MEMO, subclassable)]
impl UnpicklerMemo {
    /// Remove all items from memo.
    #[method]
    fn clear(vm: &mut Vm, this: Gc<UnpicklerMemo>) -> PyResult<()> {
        let unpickler = unpickler_of(vm, this)?;
        unpickler::forget(vm, unpickler);
        Ok(())
    }
    /// Copy the memo to a new object.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<UnpicklerMemo>) -> PyResult<Gc<Dict>> {
        let unpickler = unpickler_of(vm, this)?;
        unpickler::memo_dict(vm, unpickler)
    }
    /// Implement pickling support.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<UnpicklerMemo>) -> PyResult<(Value, (Value,))> {
        let contents = UnpicklerMemo::copy(vm, this)?;
        Ok(reduced(vm, contents))
    }
}
