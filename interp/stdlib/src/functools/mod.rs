//! `_functools`: partial application, reduction, caching and comparison keys.

mod cmp_key;
mod lru;
mod partial;

use crate::support::{add_type, set};
use habu_macros::native_module;
use habu_runtime::heap::{Gc, Layout};
use habu_runtime::interp::bind::Keywords;
use habu_runtime::object::ids;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// Calls `f` with the keywords of a dict, if there are any.
pub fn call_dict(vm: &mut Vm, f: Value, args: &[Value], keywords: Option<Gc<Dict>>) -> PyResult {
    let Some(keywords) = keywords.filter(|k| !k.is_empty()) else { return vm.call(f, args) };
    let (mut names, mut values) = (vm.rooted_vec(), vm.rooted_vec());
    let mut at = 0;
    while let Some((name, v)) = vm.dict_next(keywords, &mut at) {
        names.push(name);
        values.push(v);
    }
    vm.call_with(f, args, Keywords { names: &names, values: &values })
}

/// Tools that operate on functions.
#[native_module(name = "_functools")]
pub mod module {
    use super::*;

    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is present,
    /// it is placed before the items of the iterable in the calculation, and serves as
    /// a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    #[function(sig = "(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(vm: &mut Vm, function: Value, iterable: Value, initial: Option<Value>) -> PyResult {
        let iterator = vm.get_iter(iterable);
        let iterator = match vm.catch(iterator, Exc::TypeError)? {
            Some(iterator) => iterator,
            None => return Err(vm.type_error("reduce() arg 2 must support iteration")),
        };
        let mut total = match initial {
            Some(v) => v,
            None => match vm.iter_next(iterator)? {
                Some(first) => first,
                None => return Err(vm.type_error("reduce() of empty iterable with no initial value")),
            },
        };
        while let Some(item) = vm.iter_next(iterator)? {
            total = vm.call(function, &[total, item])?;
        }
        Ok(total)
    }

    /// Convert a cmp= function into a key= function.
    ///
    ///   mycmp
    ///     Function that compares two objects.
    #[function(sig = "(mycmp)")]
    fn cmp_to_key(vm: &mut Vm, mycmp: Value) -> PyResult {
        cmp_key::make(vm, mycmp, Value::UNBOUND)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        vm.heap.set_kind(ids::LRU_LINK, lru::Link::KIND);
        for decl in [partial::Partial::DECL, partial::Placeholder::DECL, lru::LruCache::DECL] {
            add_type(vm, module, decl)?;
        }
        let placeholder = partial::placeholder(vm)?;
        set(vm, module, "Placeholder", placeholder)
    }
}
