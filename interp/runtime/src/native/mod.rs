//! Native functions and types: static declarations, argument conversion and binding.

mod bind;
mod convert;
mod decl;
pub mod errors;

pub use bind::*;
pub use convert::*;
pub use decl::*;
pub use errors::{cannot_delete, misbound};
