//! Attribute macros that declare native modules and types once, on plain Rust.
