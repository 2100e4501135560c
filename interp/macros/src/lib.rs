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
//! `*args` arrives as `Gc<Tuple>`, `**kwargs` as `Gc<Dict>`, or `Option<Gc<Dict>>`: no dict is made for no keywords.
//!
//! Without `sig`: special methods have their known shape, others take the Rust names as positional-only parameters,
//! an `Option` being optional. A function with the one parameter `args: &[Value]` gets all bound values raw (one per
//! declared parameter, `UNBOUND` for omitted).
//!
//! `positional = path` names an entry for calls without keywords that gets the arguments as they are;
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
///
/// ```
/// use habu_macros::native_module;
/// use habu_runtime::heap::Gc;
/// use habu_runtime::native::{NativeKind, Unboxed};
/// use habu_runtime::types::module::ModuleRef;
/// use habu_runtime::types::tuple::Tuple;
/// use habu_runtime::value::Value;
/// use habu_runtime::vm::{PyResult, Vm};
///
/// #[native_module(name = "plane", doc = "Points of the plane.")]
/// pub mod plane {
///     use super::*;
///
///     extern "C" fn norm_f64(x: f64, y: f64) -> f64 {
///         x.hypot(y)
///     }
///
///     /// Distance from the origin.
///     #[function(sig = "(x, y=0.0, /)", effects(pure), unboxed = norm_f64)]
///     fn norm(_vm: &mut Vm, x: f64, y: f64) -> f64 {
///         x.hypot(y)
///     }
///
///     /// How many values there are besides the limit.
///     #[function(sig = "(*values, limit=None)")]
///     fn count(vm: &mut Vm, values: Gc<Tuple>, limit: Option<usize>) -> PyResult<usize> {
///         match limit {
///             Some(limit) if values.len() > limit => Err(vm.value_error("too many values")),
///             _ => Ok(values.len()),
///         }
///     }
///
///     #[function(sig = "(a, b=<unrepresentable>, /)")]
///     fn last(_vm: &mut Vm, args: &[Value]) -> Value {
///         if args[1].is_unbound() { args[0] } else { args[1] }
///     }
///
///     #[init]
///     fn init(_vm: &mut Vm, _module: ModuleRef) -> PyResult<()> {
///         Ok(())
///     }
/// }
///
/// # fn main() {
/// let [norm, count, last] = plane::MODULE.functions else { panic!() };
/// assert_eq!((norm.name, norm.doc, norm.kind), ("norm", Some("Distance from the origin."), NativeKind::Function));
/// assert_eq!((norm.sig.min, norm.sig.max, norm.sig.simple), (1, 2, false));
/// assert!(norm.effects.pure && matches!(norm.unboxed, Unboxed::F64F64ToF64(_)));
/// assert_eq!((count.sig.max, count.sig.text), (usize::MAX, "(*values, limit=None)"));
/// assert_eq!(last.sig.params.len(), 2);
/// # }
/// ```
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
///
/// ```
/// use habu_macros::py_type;
/// use habu_runtime::heap::{CellKind, Gc, Header, Layout, ShapeId};
/// use habu_runtime::object::{Type, ids};
/// use habu_runtime::value::Value;
/// use habu_runtime::vm::{PyResult, Vm};
/// use std::cell::Cell;
///
/// #[repr(C)]
/// pub struct Counter {
///     header: Header,
///     count: Cell<i64>,
/// }
///
/// // SAFETY: the payload holds no references.
/// unsafe impl Layout for Counter {
///     const ID: ShapeId = ids::OBJECT; // a row of its own in `object/ids.rs`
///     const KIND: CellKind = CellKind::leaf();
/// }
///
/// #[py_type(name = "Counter", id = ids::OBJECT, subclassable, doc = "Counts.")]
/// impl Counter {
///     #[new(sig = "(start=0, /)")]
///     fn new(vm: &mut Vm, cls: Gc<Type>, start: i64) -> PyResult<Gc<Counter>> {
///         let counter = vm.alloc_instance::<Counter>(cls)?;
///         counter.count.set(start);
///         Ok(counter)
///     }
///     /// Adds to the count.
///     #[method(sig = "($self, by=1, /)")]
///     fn add(_vm: &mut Vm, this: Gc<Counter>, by: i64) {
///         this.count.set(this.count.get().wrapping_add(by));
///     }
///     #[method]
///     fn __add__(vm: &mut Vm, this: Gc<Counter>, value: Value) -> PyResult {
///         match value.as_small() {
///             Some(n) => vm.int(this.count.get().wrapping_add(n)),
///             None => Ok(Value::NOT_IMPLEMENTED),
///         }
///     }
///     #[getter]
///     fn count(_vm: &mut Vm, this: Gc<Counter>) -> i64 {
///         this.count.get()
///     }
///     #[setter]
///     fn set_count(_vm: &mut Vm, this: Gc<Counter>, value: i64) {
///         this.count.set(value);
///     }
/// }
///
/// let decl = Counter::DECL;
/// assert_eq!(decl.payload, 16);
/// assert_eq!(decl.methods.iter().map(|m| m.sig.text).collect::<Vec<_>>(), [
///     "($type, start=0, /)", "($self, by=1, /)", "($self, value, /)",
/// ]);
/// assert!(decl.getset[0].set.is_some());
/// ```
///
/// Mistakes are reported where they are:
///
/// ```compile_fail
/// # use habu_macros::native_module;
/// # use habu_runtime::vm::Vm;
/// #[native_module(name = "m")]
/// mod m {
///     # use super::*;
///     #[function(sig = "(x, y)")] // two parameters, but the function takes one
///     fn f(_vm: &mut Vm, x: i64) -> i64 {
///         x
///     }
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn py_type(args: TokenStream, item: TokenStream) -> TokenStream {
    let args = parse_macro_input!(args as attrs::Args);
    let item = parse_macro_input!(item as ItemImpl);
    types::expand(args, item).unwrap_or_else(syn::Error::into_compile_error).into()
}
