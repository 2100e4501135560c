//! The heap: cells, headers and the tracing collector.

mod header;

pub use header::{Gc, Header, ShapeId};
