//! The interpreter: frames on the register stack, dispatch, handlers, calls, unwinding.

pub mod bind;
mod dispatch;
pub mod frame;
pub(crate) mod hot;
pub mod jump;
pub mod monitoring;
mod ops;
pub mod regs;
mod stack;
pub mod tracing;
mod unwind;

pub use dispatch::{drive, is_tracing, run};
pub use hot::{heat_up, run_entry, run_resumed};
pub use ops::AttrCache;
pub use ops::iter_next_fast;
// What native code calls for these instructions.
pub use ops::special_named;
pub use ops::{
    Entry as AttrEntry, describe_class_attr, describe_load, describe_store_for, find_method, hook_of,
    method_after, not_implemented,
};
pub use ops::{Performer, clause_matches, performer};
pub use ops::{build_string, contains_plain, list_to_tuple, next_into, operate};
pub use ops::{call_ex, call_native, extend_display, get_slice, special_method, super_attr};
pub use ops::{callee_text, go_resumed};
pub use ops::{get_item, known_comparison, set_item, set_slice, unpack_into, unpack_star_into};
pub use ops::{load_attr_at, load_method_at, store_attr_at};
pub use stack::{trace_registers, trace_stack};
pub use unwind::run_raise;
