//! Attribute macros that declare native modules and types once, on plain Rust.
//!
//! Argument binding, CPython's error texts, `__text_signature__`, `help()` and the JIT's call lowering derive from
//! these declarations.
//!
//! # Functions
//!
//! Every native function takes `vm: &mut Vm` first. Each further parameter is converted by `FromArg`, the result by
//! `IntoResult`; a function that cannot fail returns its value bare. The text of `sig` is CPython's
//! `__text_signature__` syntax; its parameters match the Rust ones one to one, receiver included (it may be left out
//! of the text). Defaults: `None`, `True`, `False`, `...`, numbers, strings, bytes, `()`, `sys.maxsize`, and
//! `<unrepresentable>` for "not passed" (take an `Option`: `None` when omitted, so a passed Python `None` is seen).
//! With the default `None`, or none at all, an `Option` parameter maps Python's `None` to Rust's.
//! `*args` arrives as `Gc<Tuple>`, `**kwargs` as `Gc<Dict>` (or a `Value`).
//!
//! Without `sig`: special methods have their known shape, others take the Rust names as positional-only parameters,
//! an `Option` being optional. A function with the one parameter `args: &[Value]` gets all bound values raw (one per
//! declared parameter, `UNBOUND` for omitted).
//!
//! `effects(pure, no_python, no_raise)` tells the JIT what a call cannot do; `unboxed = path` names an
//! `extern "C" fn(f64) -> f64` (or of two) that native code may call directly.

mod attrs;
mod func;
mod module;
mod sig;
mod specials;
mod types;

use proc_macro::TokenStream;
use syn::{ItemImpl, ItemMod, parse_macro_input};

/// Declares a native module: adds `pub static MODULE: ModuleDecl` to a Rust module.
///
/// Inside, `#[function(...)]` (arguments `name`, `sig`, `text` where `__text_signature__` shows something else, `doc`,
/// `effects(...)`, `unboxed`) marks functions, `#[init]`
/// the one function that fills in constants and types.
#[proc_macro_attribute]
pub fn native_module(args: TokenStream, item: TokenStream) -> TokenStream {
    let args = parse_macro_input!(args as attrs::Args);
    let item = parse_macro_input!(item as ItemMod);
    module::expand(args, item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Declares a builtin type: adds `pub const DECL: &'static TypeDecl` to an impl block of the layout type or of any
/// unit struct.
///
/// Arguments: `name`, `module` (default `builtins`), `id`, `base` (default `object`), `payload` (layout type; default
/// the type of the impl block), `doc`, and the flags `subclassable`, `has_dict`, `sequence`, `mapping`.
///
/// Inside, `#[new]` (receives the class first), `#[method]`, `#[classmethod]`, `#[staticmethod]` take the arguments
/// of `#[function]`; `#[getter]` and `#[setter]` (`name`, `doc`) declare computed attributes. A setter `set_x` belongs
/// to the getter `x`; one that takes `Option<T>` also serves deletion.
#[proc_macro_attribute]
pub fn py_type(args: TokenStream, item: TokenStream) -> TokenStream {
    let args = parse_macro_input!(args as attrs::Args);
    let item = parse_macro_input!(item as ItemImpl);
    types::expand(args, item).unwrap_or_else(syn::Error::into_compile_error).into()
}
