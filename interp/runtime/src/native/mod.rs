//! Native functions and types: static declarations, argument conversion and binding.

mod decl;

pub use decl::*;
