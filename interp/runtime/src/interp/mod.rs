//! The interpreter: frames on the register stack, dispatch, handlers, calls, unwinding.

pub mod bind;
mod dispatch;
pub mod frame;
mod hot;
mod ops;
pub mod regs;
mod stack;
mod unwind;

pub use dispatch::run;
pub use hot::{heat_up, run_entry, run_resumed};
pub use ops::AttrCache;
pub use ops::iter_next_fast;
// What native code calls for these instructions.
pub use ops::callee_text;
pub use ops::{call_ex, extend_display, special_method, super_attr, unpack_into, unpack_star_into};
pub use stack::{trace_registers, trace_stack};
pub use unwind::run_raise;
