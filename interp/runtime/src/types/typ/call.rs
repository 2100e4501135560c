//! Calls that pass on `*args` and `**kwargs` of a native function.

use crate::heap::Gc;
use crate::interp::bind::Keywords;
use crate::types::dict::Dict;
use crate::value::Value;
use crate::vm::{PyResult, RootedVec, Vm};

/// Names and values of a keyword dict.
pub struct DictKeywords {
    names: RootedVec,
    values: RootedVec,
}

impl DictKeywords {
    pub fn of(vm: &Vm, dict: Gc<Dict>) -> DictKeywords {
        let mut keywords = DictKeywords { names: vm.rooted_vec(), values: vm.rooted_vec() };
        let mut at = 0;
        while let Some((k, v)) = vm.dict_next(dict, &mut at) {
            keywords.names.push(k);
            keywords.values.push(v);
        }
        keywords
    }

    pub fn get(&self) -> Keywords<'_> {
        Keywords { names: &self.names, values: &self.values }
    }
}

impl Vm {
    /// `f(*args, **kwargs)`
    pub fn call_dict(&mut self, f: Value, args: &[Value], kwargs: Gc<Dict>) -> PyResult {
        if kwargs.is_empty() {
            return self.call(f, args);
        }
        let keywords = DictKeywords::of(self, kwargs);
        self.call_with(f, args, keywords.get())
    }
}
