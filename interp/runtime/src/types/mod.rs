//! The builtin types, one folder each.

pub mod cell;
pub mod code;
pub mod descriptor;
pub mod dict;
pub mod enumerate;
pub mod exception;
pub mod filter;
pub mod frame;
pub mod function;
pub mod generator;
pub mod int;
pub mod list;
pub mod map;
pub mod method;
pub mod module;
pub mod native_function;
pub mod range;
pub mod reversed;
pub mod seq_iter;
pub mod set;
pub mod slice;
pub mod str;
pub mod traceback;
pub mod tuple;
pub mod zip;
