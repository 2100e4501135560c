//! Calls of builtin classes without keyword arguments, straight to the core.

use crate::heap::Gc;
use crate::object::class::flags;
use crate::object::{Type, ids};
use crate::types::bytearray::ByteArray;
use crate::types::exception::Native;
use crate::types::set::FrozenSet;
use crate::types::zip::iterators_of;
use crate::types::{enumerate, filter, float, int, map, weakref, zip};
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};

/// `cls(*args)` for the calls that programs make often; nothing for all others, errors included.
#[inline]
pub fn construct(vm: &mut Vm, cls: Gc<Type>, args: &[Value]) -> Option<PyResult<Value>> {
    let result = match (cls.root_shape.get(), args) {
        (ids::LIST, []) => vm.list_new().map(Value::from_gc),
        (ids::LIST, &[iterable]) => vm.list_from_iterable(iterable).map(Value::from_gc),
        (ids::TUPLE, []) => vm.tuple(&[]).map(Value::from_gc),
        (ids::TUPLE, &[iterable]) => vm.tuple_from_iterable(iterable).map(Value::from_gc),
        (ids::DICT, []) => vm.dict_new().map(Value::from_gc),
        (ids::DICT, &[arg]) => dict(vm, arg),
        (ids::SET, []) => vm.set_new(ids::SET).map(Value::from_gc),
        (ids::SET, &[iterable]) => vm.set_from_iterable(ids::SET, iterable).map(Value::from_gc),
        (ids::FROZENSET, &[iterable]) if iterable.is_exact::<FrozenSet>() => Ok(iterable),
        (ids::FROZENSET, &[iterable]) => vm.set_from_iterable(ids::FROZENSET, iterable).map(Value::from_gc),
        (ids::WEAKREF, &[target]) => weakref::make(vm, cls, target, Value::NONE),
        (ids::WEAKREF, &[target, callback]) => weakref::make(vm, cls, target, callback),
        (ids::BYTES, &[source]) => bytes(vm, source)?,
        (ids::RANGE, &[stop]) if stop.is_small() => range(vm, Value::small(0), stop),
        (ids::RANGE, &[start, stop]) if Value::both_small(start, stop) => range(vm, start, stop),
        (ids::ENUMERATE, &[iterable]) => enumerate::new(vm, iterable).map(Value::from_gc),
        (ids::ZIP, iterables) => zip_of(vm, iterables),
        (ids::MAP, &[function, ref iterables @ ..]) if !iterables.is_empty() => {
            map_of(vm, function, iterables)
        }
        (ids::FILTER, &[function, iterable]) => filter::new(vm, function, iterable).map(Value::from_gc),
        (ids::INT, []) => Ok(Value::small(0)),
        (ids::FLOAT, []) => vm.float(0.0),
        (ids::BOOL, []) => Ok(Value::FALSE),
        (ids::STR, []) => Ok(Value::from_gc(vm.strings.empty())),
        (ids::INT, &[x]) => int::int_of(vm, x),
        (ids::FLOAT, &[x]) => float::float_of(vm, x),
        (ids::BOOL, &[x]) => vm.truth(x).map(Value::bool),
        (ids::STR, &[x]) => vm.to_str(x).map(Value::from_gc),
        (ids::TYPE, &[x]) => Ok(Value::from_gc(vm.class_of(x))),
        _ if cls.layout.get() == ids::BASE_EXCEPTION && !cls.has(flags::HEAP) && is_made_of_args(vm, cls) => {
            vm.make_exception(cls, args).map(Value::from_gc)
        }
        _ => return None,
    };
    Some(result)
}

/// Whether instances of a builtin exception class have no attributes but those of all exceptions and what `make_exception`
/// takes from any arguments.
#[inline]
fn is_made_of_args(vm: &Vm, cls: Gc<Type>) -> bool {
    cls.has(flags::PLAIN_EXCEPTION)
        || matches!(
            Native::of_class(vm, cls),
            Native::None | Native::Attribute | Native::Name | Native::StopIteration | Native::SystemExit
        )
}

fn dict(vm: &mut Vm, arg: Value) -> PyResult<Value> {
    let dict = vm.dict_new()?;
    vm.dict_update(dict, arg)?;
    Ok(Value::from_gc(dict))
}

/// The bytes of a bytearray, or an exact bytes object itself.
fn bytes(vm: &mut Vm, source: Value) -> Option<PyResult<Value>> {
    match id_of(source) {
        ids::BYTES => Some(Ok(source)),
        ids::BYTEARRAY => {
            let content = source.exact::<ByteArray>()?;
            Some(vm.bytes_value(content.as_slice()))
        }
        _ => None,
    }
}

fn range(vm: &mut Vm, start: Value, stop: Value) -> PyResult<Value> {
    vm.range_new(start, stop, Value::small(1)).map(Value::from_gc)
}

fn zip_of(vm: &mut Vm, iterables: &[Value]) -> PyResult<Value> {
    let iterators = iterators_of(vm, iterables)?;
    zip::new(vm, iterators).map(Value::from_gc)
}

fn map_of(vm: &mut Vm, function: Value, iterables: &[Value]) -> PyResult<Value> {
    let iterators = iterators_of(vm, iterables)?;
    map::new(vm, function, iterators).map(Value::from_gc)
}
