//! The hash tables the compiler uses.

pub use rustc_hash::FxHashMap;
