//! The builtin types, one folder each.

pub mod cell;
pub mod code;
pub mod descriptor;
pub mod dict;
pub mod exception;
pub mod frame;
pub mod function;
pub mod list;
pub mod method;
pub mod module;
pub mod native_function;
pub mod str;
pub mod tuple;
