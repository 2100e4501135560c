//! Values, heap, object model, builtin types, frames, interpreter loop and feedback.

pub mod heap;
pub mod value;

pub use heap::{Gc, Header, ShapeId};
pub use value::Value;
