//! Static declarations of native functions, types and modules: what the attribute macros expand to.
//! Argument binding, error texts, `__text_signature__`, `help()` and the JIT's call lowering derive from these.

use crate::heap::{CellKind, ShapeId};
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// Entry of a native function: gets one value per declared parameter, in order (`UNBOUND` where an omitted
/// parameter has no default; a tuple for `*args`, a dict for `**kwargs`), or positional arguments as [`Signature`] says.
pub type NativeFn = fn(&mut Vm, &[Value]) -> PyResult<Value>;

/// How a parameter may be passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamKind {
    PositionalOnly,
    Positional,
    VarArgs,
    KeywordOnly,
    VarKeywords,
}

/// What an omitted parameter gets.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Default {
    Required,
    /// `UNBOUND`: the function tells omission from any value. Shown as `<unrepresentable>`.
    Omitted,
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    Float(f64),
    Str(&'static str),
    Bytes(&'static [u8]),
    EmptyTuple,
}

#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub kind: ParamKind,
    pub default: Default,
}

/// A declared signature. For methods the first parameter is the receiver (positional-only, named `self` or `cls`).
#[derive(Debug)]
pub struct Signature {
    /// As written in the declaration: `($self, iterable=(), /)`; also `__text_signature__`.
    pub text: &'static str,
    pub params: &'static [Param],
    /// Positional-only without defaults, varargs or keywords: arguments are passed straight through.
    pub simple: bool,
    /// Fewest and most positional arguments (most: `usize::MAX` with `*args`).
    pub min: usize,
    pub max: usize,
    /// With that many positional arguments and up to `direct_counts - 1` more the entry can be called as they are: it
    /// knows the values of those that were omitted.
    pub direct_least: usize,
    pub direct_counts: usize,
}

/// What calling it may do (for the JIT and for `Effects` of a call).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NativeEffects {
    /// No effect, and the result depends on the arguments alone.
    pub pure: bool,
    /// Cannot raise.
    pub no_raise: bool,
    /// Never runs Python code (so no frame is observed and no class, list or dict changes but its arguments).
    pub no_python: bool,
}

/// Entry over unboxed values that native code calls directly; a result that cannot be had must not arise
/// for arguments that pass the entry's own domain (it returns NaN or falls back through `NativeFn`).
#[derive(Clone, Copy, Debug)]
pub enum Unboxed {
    None,
    F64ToF64(extern "C" fn(f64) -> f64),
    F64F64ToF64(extern "C" fn(f64, f64) -> f64),
}

/// How a native function binds when found on a class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NativeKind {
    /// Module-level function.
    Function,
    Method,
    ClassMethod,
    StaticMethod,
    /// `__new__`: static, gets the class first.
    New,
}

/// What a native function belongs to.
#[derive(Clone, Copy, Debug)]
pub enum Owner {
    Module(&'static str),
    Type { name: &'static str, id: ShapeId },
}

impl Owner {
    /// The name in error texts: a type of a native module comes with its module.
    pub fn full_name(self) -> &'static str {
        match self {
            Owner::Type { id, .. } if crate::object::ids::is_of_native_module(id) => {
                crate::object::ids::NAMES[id.0 as usize]
            }
            Owner::Module(name) | Owner::Type { name, .. } => name,
        }
    }
}

/// A native function or method, declared once.
#[derive(Debug)]
pub struct NativeDecl {
    pub name: &'static str,
    pub owner: Owner,
    pub doc: Option<&'static str>,
    pub sig: Signature,
    pub kind: NativeKind,
    pub entry: NativeFn,
    pub effects: NativeEffects,
    pub unboxed: Unboxed,
    /// Entry for calls without keywords: gets the arguments as they are, and checks how many. For functions with
    /// `*args`, which need no tuple then.
    pub positional: Option<NativeFn>,
}

/// Sets an attribute of the first value to the second, which is `UNBOUND` for a deletion.
pub type SetFn = fn(&mut Vm, Value, Value) -> PyResult<()>;

/// A computed attribute of a native type.
#[derive(Debug)]
pub struct GetSetDecl {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub get: fn(&mut Vm, Value) -> PyResult<Value>,
    pub set: Option<SetFn>,
}

/// A native type, declared once.
pub struct TypeDecl {
    /// Python name without module.
    pub name: &'static str,
    pub module: &'static str,
    pub doc: Option<&'static str>,
    /// Builtin id of its exact instances.
    pub id: ShapeId,
    /// Id of the base type; `OBJECT` unless said.
    pub base: ShapeId,
    /// How the collector treats exact instances (`<Payload as Layout>::KIND`).
    pub kind: CellKind,
    /// Bytes of header and native payload: the overflow pointer of subclass instances stands behind it.
    pub payload: usize,
    /// Whether Python classes may derive from it.
    pub subclassable: bool,
    /// Whether exact instances have an instance dict (functions, modules).
    pub has_dict: bool,
    pub sequence: bool,
    pub mapping: bool,
    pub methods: &'static [NativeDecl],
    pub getset: &'static [GetSetDecl],
}

/// A native module, declared once.
#[derive(Debug)]
pub struct ModuleDecl {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub functions: &'static [NativeDecl],
    /// Fills in what is not a function: constants, types, exceptions.
    pub init: Option<fn(&mut Vm, crate::types::module::ModuleRef) -> PyResult<()>>,
}
