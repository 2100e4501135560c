//! `_sre`: compiled regular expressions.

mod pattern;
mod replace;
mod result;
mod scanner;
mod subject;
mod walk;

use crate::support::set_int;
use habu_macros::native_module;
use habu_regex::charset;
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Version of the instruction set.
const MAGIC: i64 = 20230612;

/// Regular expression engine.
#[native_module(name = "_sre")]
pub mod module {
    use super::*;

    /// Makes a pattern object from instructions.
    #[function(sig = "(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        vm: &mut Vm,
        pattern: Value,
        flags: i64,
        code: Value,
        groups: usize,
        groupindex: Gc<Dict>,
        indexgroup: Gc<Tuple>,
    ) -> PyResult {
        let words = vm.collect(code)?;
        let mut code = Vec::with_capacity(words.len());
        for i in 0..words.len() {
            code.push(vm.index(words[i])? as u32);
        }
        pattern::make(vm, pattern, flags, &code, groups, groupindex, indexgroup)
    }
    /// A replacement template: a list of texts and group numbers in turn.
    #[function(sig = "(pattern, template, /)")]
    fn template(_vm: &mut Vm, _pattern: Value, template: Value) -> Value {
        template
    }
    #[function(sig = "(character, /)")]
    fn ascii_iscased(_vm: &mut Vm, character: u32) -> bool {
        charset::lower_ascii(character) != character || charset::upper_ascii(character) != character
    }
    #[function(sig = "(character, /)")]
    fn unicode_iscased(_vm: &mut Vm, character: u32) -> bool {
        charset::lower(character) != character || charset::upper(character) != character
    }
    #[function(sig = "(character, /)")]
    fn ascii_tolower(_vm: &mut Vm, character: u32) -> u32 {
        charset::lower_ascii(character)
    }
    #[function(sig = "(character, /)")]
    fn unicode_tolower(_vm: &mut Vm, character: u32) -> u32 {
        charset::lower(character)
    }
    /// Size of an instruction word.
    #[function]
    fn getcodesize(_vm: &mut Vm) -> i64 {
        4
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_int(vm, module, "MAGIC", MAGIC)?;
        set_int(vm, module, "CODESIZE", 4)?;
        set_int(vm, module, "MAXREPEAT", i64::from(u32::MAX))?;
        set_int(vm, module, "MAXGROUPS", i64::from(u32::MAX) / 2)
    }
}
