//! `itertools`. One file a family; each iterator is a native type.

mod combine;
mod endless;
mod group;
mod select;

use crate::support::add_type;
use habu_macros::native_module;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// The next item, or StopIteration for `None`.
fn or_stop(vm: &mut Vm, item: Option<Value>) -> PyResult {
    match item {
        Some(item) => Ok(item),
        None => Err(vm.stop_iteration(Value::NONE)),
    }
}

/// Functional tools for creating and using iterators.
#[native_module(name = "itertools")]
pub mod module {
    use super::*;

    /// Returns a tuple of n independent iterators.
    #[function(sig = "(iterable, n=2, /)")]
    fn tee(vm: &mut Vm, iterable: Value, n: i64) -> PyResult {
        group::tee(vm, iterable, n)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        for decl in [
            endless::Count::DECL,
            endless::Cycle::DECL,
            endless::Repeat::DECL,
            select::Accumulate::DECL,
            select::Chain::DECL,
            select::Compress::DECL,
            select::DropWhile::DECL,
            select::TakeWhile::DECL,
            select::FilterFalse::DECL,
            select::Slice::DECL,
            select::StarMap::DECL,
            group::GroupBy::DECL,
            group::Grouper::DECL,
            group::Pairwise::DECL,
            group::Batched::DECL,
            group::ZipLongest::DECL,
            group::Tee::DECL,
            combine::Product::DECL,
            combine::Permutations::DECL,
            combine::Combinations::DECL,
            combine::CombinationsWith::DECL,
        ] {
            add_type(vm, module, decl)?;
        }
        Ok(())
    }
}
