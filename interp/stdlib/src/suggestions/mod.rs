//! `_suggestions`: the nearest name, for `traceback`.

use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::exception::closest_name;
use habu_runtime::types::list::List;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

#[native_module(name = "_suggestions")]
pub mod module {
    use super::*;

    /// Returns the candidate in candidates that's closest to item
    #[function(sig = "($module, candidates, item, /)")]
    fn _generate_suggestions(vm: &mut Vm, candidates: Value, item: Gc<Str>) -> PyResult<Option<String>> {
        let Some(list) = vm.downcast::<List>(candidates) else {
            return Err(vm.type_error("candidates must be a list"));
        };
        let mut names = Vec::with_capacity(list.len());
        for i in 0..list.len() {
            let Some(name) = vm.list_get(list, i)? else { break };
            match vm.downcast::<Str>(name) {
                // A name with a lone surrogate is near to nothing that was typed.
                Some(name) => names.extend(name.as_str().map(|name| name.into_owned())),
                None => return Err(vm.type_error("all elements in 'candidates' must be strings")),
            }
        }
        Ok(item.as_str().and_then(|item| closest_name(&item, &names)))
    }
}
