//! Module `_ast`: the node classes of Python's syntax tree, and the road between our trees and trees of Python objects.
//!
//! `schema` is the table of classes, `classes` makes them, `node` is the type they derive from, `build` turns a
//! parsed tree into objects.

mod build;
mod classes;
mod node;
mod schema;

pub use build::to_object;

use habu_macros::native_module;

/// Flags of `compile()` that module `ast` names.
pub mod flags {
    pub const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
    pub const ONLY_AST: i64 = 0x400;
    pub const OPTIMIZED_AST: i64 = 0x8000 | ONLY_AST;
    pub const TYPE_COMMENTS: i64 = 0x1000;
}

/// Classes of the nodes of the syntax tree.
#[native_module(name = "_ast")]
pub mod module {
    use super::classes;
    use crate::types::module::ModuleRef;
    use crate::value::Value;
    use crate::vm::{PyResult, Vm};

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let Some(dict) = module.dict.get() else { return Ok(()) };
        for (name, cls) in classes::all(vm)? {
            let name = vm.intern(name);
            vm.dict_set_str(dict, name, cls)?;
        }
        for (name, value) in [
            ("PyCF_ALLOW_TOP_LEVEL_AWAIT", super::flags::ALLOW_TOP_LEVEL_AWAIT),
            ("PyCF_ONLY_AST", super::flags::ONLY_AST),
            ("PyCF_OPTIMIZED_AST", super::flags::OPTIMIZED_AST),
            ("PyCF_TYPE_COMMENTS", super::flags::TYPE_COMMENTS),
        ] {
            let name = vm.intern(name);
            vm.dict_set_str(dict, name, Value::small(value))?;
        }
        Ok(())
    }
}
