//! Module `_ast`: the node classes of Python's syntax tree, and the road between our trees and trees of Python objects.
//!
//! `schema` is the table of classes, `classes` makes them, `node` is the type they derive from, `build` turns a
//! parsed tree into objects, `read` turns objects into a tree, `validate` checks what a program made.

mod build;
mod classes;
mod features;
mod node;
mod read;
mod schema;
mod validate;

pub use build::to_object;
pub(crate) use read::literal;
pub use read::{Tree, is_node};

use habu_macros::native_module;

/// Flags of `compile()` that module `ast` names.
pub mod flags {
    pub const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
    pub const ONLY_AST: i64 = 0x400;
    pub const OPTIMIZED_AST: i64 = 0x8000 | ONLY_AST;
    pub const TYPE_COMMENTS: i64 = 0x1000;
}

use crate::heap::Gc;
use crate::types::code::{self, CodeObj};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_bytecode::{CompileOptions, Mode};
use habu_syntax::ast::Arena;
use schema::Node;

/// The class of the root of a tree that is compiled in a mode.
fn root_of(mode: Mode) -> Node {
    match mode {
        Mode::Exec => Node::Module,
        Mode::Eval => Node::Expression,
        Mode::Single => Node::Interactive,
        Mode::FuncType => Node::FunctionType,
    }
}

/// TypeError unless a node is the root of a tree for this mode.
pub fn check_root(vm: &mut Vm, v: Value, mode: Mode) -> PyResult<()> {
    read::expect_root(vm, v, root_of(mode))
}

/// A tree of objects as one of ours, checked.
fn checked<'a>(arena: &'a Arena, vm: &mut Vm, v: Value, mode: Mode) -> PyResult<Tree<'a>> {
    let tree = read::from_object(arena, vm, v, root_of(mode))?;
    match validate::validate(&tree) {
        Ok(()) => Ok(tree),
        Err(validate::Invalid::Value(text)) => Err(vm.value_error(text)),
        Err(validate::Invalid::Type(text)) => Err(vm.type_error(text)),
    }
}

/// Compiles a tree of objects.
pub fn compile_object(
    vm: &mut Vm,
    v: Value,
    file: &str,
    mode: Mode,
    options: CompileOptions,
) -> PyResult<Gc<CodeObj>> {
    let arena = Arena::new();
    let mut tree = checked(&arena, vm, v, mode)?;
    match habu_bytecode::compile(&tree.module, &mut tree.interner, &tree.lines, file, options) {
        Ok(compiled) => {
            crate::import::give_warnings(vm, file, &tree.lines, "", &compiled.warnings)?;
            code::link(vm, compiled.code)
        }
        Err(e) => {
            let e = e.into_syntax(&tree.lines);
            Err(crate::import::syntax_error(vm, file, &e))
        }
    }
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
