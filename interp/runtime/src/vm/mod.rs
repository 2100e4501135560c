//! The virtual machine: everything one Python process owns. The thread context and the heap come first, at
//! fixed offsets for native code.

mod alloc;
mod bootstrap;
mod ctx;
mod errors;
mod exc;
mod hooks;
mod names;
mod options;
mod poll_work;
mod raised;
mod registers;
mod rooted;
pub mod signals;
pub mod threads;
mod trace;
mod warn;

pub use crate::protocol::{BinaryOp, CmpOp, UnaryOp};
pub use ctx::{ThreadCtx, poll};
pub use exc::Exc;
pub use hooks::Hooks;
pub use names::Names;
pub use options::Options;
pub use raised::{PyResult, Raised};
pub use registers::RegisterStack;
pub use rooted::RootedVec;
pub use signals::die_of_interrupt;
pub use threads::park::deadline as deadline_after;

use crate::heap::{Gc, Heap};
use crate::object::shape::Shapes;
use crate::object::{MethodCache, Type, ids};
use crate::tier::Tier;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::repr_guard::ReprStack;
use crate::types::str::Strings;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// One Python process: context of the running thread, heap, classes, modules.
#[repr(C)]
pub struct Vm {
    pub ctx: ThreadCtx,
    pub heap: Heap,
    pub shapes: Shapes,
    /// Builtin classes, indexed by type id.
    classes: [Option<Gc<Type>>; ids::FIRST_DYNAMIC as usize],
    /// Builtin exception classes, indexed by `Exc`.
    exceptions: [Option<Gc<Type>>; Exc::COUNT],
    pub names: Names,
    pub strings: Strings,
    pub method_cache: MethodCache,
    pub attr_cache: crate::interp::AttrCache,
    /// Changes whenever any class does, and is never 0.
    pub class_epoch: u32,
    pub empty_tuple: Option<Gc<Tuple>>,
    /// The bytes objects of one byte, by that, and behind them the empty one, as far as they were needed.
    pub short_bytes: Vec<Option<Gc<crate::types::bytes::Bytes>>>,
    /// `sys.modules`
    pub modules: Option<Gc<Dict>>,
    /// Globals of module `builtins`.
    pub builtins: Option<Gc<Dict>>,
    pub sys: Option<Gc<Module>>,
    /// Objects that the process holds for good (interned singletons of modules, hooks).
    pub permanent: Vec<Value>,
    pub registers: RegisterStack,
    pub tier: Option<std::rc::Rc<dyn Tier>>,
    /// Heat at which code is reported to the tier; `u32::MAX`: never.
    pub threshold: u32,
    /// Next serial number of a code object, class version, …
    pub next_serial: u32,
    pub next_version: u32,
    pub repr_stack: ReprStack,
    /// State that native modules keep for the process, by type.
    pub module_state: rustc_hash::FxHashMap<std::any::TypeId, Box<dyn std::any::Any>>,
    /// Direct subclasses of each class, by address.
    pub subclasses: std::collections::HashMap<usize, Vec<Gc<Type>>>,
    /// `object.__new__` and `object.__init__` as found on `object`, and the builtin `range`: what fast paths compare with.
    pub object_new: Option<Value>,
    pub object_init: Option<Value>,
    pub range_class: Value,
    /// The builtin `super`, likewise.
    pub super_class: Value,
    /// Runs Python-level handlers of signals that arrived; set by module `signal`.
    pub signal_handler: Option<fn(&mut Vm) -> PyResult<()>>,
    /// Source texts that no file holds (`-c`), by the file name in their code: for tracebacks.
    pub sources: std::collections::HashMap<String, String>,
    /// Raised when nothing can be allocated.
    pub spare_memory_error: Option<Value>,
    /// Frame objects of frames now running.
    pub frames: crate::types::frame::LiveFrames,
    /// What `sys.monitoring` tools asked for.
    pub monitoring: crate::interp::monitoring::Monitoring,
    rooted: rooted::Registry,
    pub hooks: Hooks,
    pub threads: threads::Threads,
    pub options: Options,
}

impl Vm {
    /// The class of any value.
    #[inline]
    pub fn class_of(&self, v: Value) -> Gc<Type> {
        match v.as_header() {
            Some(h) => {
                // SAFETY: heap pointers in values are live cells.
                let id = unsafe { h.as_ref() }.id.get();
                self.shapes.class(id)
            }
            None => self.builtin(word_id(v)),
        }
    }

    /// A builtin class by its type id.
    #[inline]
    pub fn builtin(&self, id: crate::heap::ShapeId) -> Gc<Type> {
        self.classes[id.0 as usize].expect("builtin classes are made at start-up")
    }

    /// A builtin exception class.
    #[inline]
    pub fn exc_class(&self, exc: Exc) -> Gc<Type> {
        self.exceptions[exc as usize].expect("exception classes are made at start-up")
    }

    /// Fresh number for class versions and the like; never 0.
    pub fn fresh_version(&mut self) -> u32 {
        self.next_version += 1;
        self.next_version
    }
}

/// Type id of a word that is not a heap pointer.
#[inline]
pub fn word_id(v: Value) -> crate::heap::ShapeId {
    if v.is_small() {
        ids::INT
    } else if v.is_inline_float() {
        ids::FLOAT
    } else if v.is_bool() {
        ids::BOOL
    } else {
        match v {
            Value::NONE => ids::NONE,
            Value::ELLIPSIS => ids::ELLIPSIS,
            Value::NOT_IMPLEMENTED => ids::NOT_IMPLEMENTED,
            _ => ids::OBJECT,
        }
    }
}

/// Type or shape id of any value.
#[inline]
pub fn id_of(v: Value) -> crate::heap::ShapeId {
    match v.as_header() {
        // SAFETY: heap pointers in values are live cells.
        Some(h) => unsafe { h.as_ref() }.id.get(),
        None => word_id(v),
    }
}
