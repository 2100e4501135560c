//! Values, heap, object model, builtin types, frames, interpreter loop and feedback.

extern crate self as habu_runtime;

pub mod builtins;
pub mod codecs;
pub mod format;
pub mod heap;
pub mod import;
pub mod interp;
pub mod native;
pub mod object;
pub mod protocol;
pub mod pyast;
pub mod tier;
pub mod types;
pub mod unicode;
pub mod value;
pub mod vm;

pub use heap::{Gc, Header, ShapeId};
pub use value::Value;
