//! The handlers, one file a family, each named as its opcode. The JIT's builder has the same files and names.

#![allow(
    non_snake_case,
    reason = "a handler carries its opcode's name, so that grepping one finds its row and its bodies"
)]

pub mod arith;
mod attr;
mod attr_cache;
mod build;
mod call;
mod call_spread;
mod cells;
mod compare;
mod exception;
mod format;
mod function;
mod generator;
mod import;
mod intrinsic;
mod item;
mod iterate;
mod jump;
mod moves;
mod names;
mod pattern;
mod perform;
mod super_attr;
mod unpack;

pub use arith::*;
pub use attr::*;
pub use attr_cache::{AttrCache, Entry, describe_class_attr, describe_load, describe_store_for, hook_of};
pub use build::*;
pub use call::*;
pub use call_spread::*;
pub use cells::*;
pub use compare::known as known_comparison;
pub use compare::*;
pub use exception::matches as clause_matches;
pub use exception::*;
pub use format::*;
pub use function::*;
pub use generator::*;
pub use import::*;
pub use intrinsic::*;
pub use item::*;
pub use iterate::*;
pub use jump::*;
pub use moves::*;
pub use names::*;
pub use pattern::*;
pub use perform::*;
pub use super_attr::*;
pub use unpack::*;

use super::dispatch::{Flow, finish, next, note, publish, stepped, target, tri};
use super::regs::{Base, Pc};
use crate::value::Value;
use crate::vm::Vm;
use habu_bytecode::feedback::Kinds;
use habu_bytecode::op::Op;

/// Stands in unused places of the dispatch table.
pub fn invalid(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let raised = vm.system_error(format!("unknown opcode {}", pc.op()));
    super::unwind::raise(vm, pc, base, raised)
}
