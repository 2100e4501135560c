//! `code`: a compiled code object linked into the heap.

mod link;
mod methods;

pub use link::{at_home, complete, link};

use crate::heap::{CellKind, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a code object. The instruction stream is private to this cell (its caches are written while it runs) and never moves.
#[repr(C)]
pub struct CodeObj {
    pub header: Header,
    /// First instruction word.
    pub words: Cell<*mut u32>,
    pub word_count: Cell<u32>,
    pub registers: Cell<u16>,
    pub arg_count: Cell<u16>,
    /// Parameters behind those that only keywords name.
    pub kwonly_count: Cell<u16>,
    /// How many of the first parameters no keyword names.
    pub posonly_count: Cell<u16>,
    /// Parameters and locals.
    pub var_count: Cell<u16>,
    /// `SIMPLE`: a call with exactly `arg_count` positional arguments needs no binding.
    pub call_flags: Cell<u32>,
    /// Calls and back-edges so far, weighted.
    pub heat: Cell<u32>,
    /// Identity for call feedback; never reused.
    pub serial: Cell<u32>,
    /// Entry of native code, 0: none.
    pub native: Cell<usize>,
    pub name: GcField<Str>,
    pub qualname: GcField<Str>,
    pub filename: GcField<Str>,
    pub names: GcField<Tuple>,
    pub consts: GcField<Tuple>,
    pub var_names: GcField<Tuple>,
    pub free_names: GcField<Tuple>,
    /// What the tier keeps for this code, opaque here (native code that only native callers gain by); 0: nothing.
    pub tier_data: Cell<usize>,
    /// The globals whose cells the caches of globals name, once a function with such globals was made.
    pub home: GcField<Dict>,
    /// The compiler's code object: tables that only slow paths need.
    pub unit: Cell<*const habu_bytecode::Code>,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let c = unsafe { cell.cast::<CodeObj>().as_ref() };
    for s in [&c.name, &c.qualname, &c.filename] {
        if let Some(s) = s.get() {
            t.gc(s);
        }
    }
    for tuple in [&c.names, &c.consts, &c.var_names, &c.free_names] {
        if let Some(tuple) = tuple.get() {
            t.gc(tuple);
        }
    }
    if let Some(home) = c.home.get() {
        t.gc(home);
    }
}

// SAFETY: `trace` names every reference; constants in the stream are in `consts` too.
unsafe impl Layout for CodeObj {
    const ID: ShapeId = ids::CODE;
    const KIND: CellKind = CellKind::new(trace).with_destroy(link::destroy);
}

impl CodeObj {
    /// Whether functions of this code differ in what their frames need: a closure, or globals that no cache names.
    pub fn is_particular(&self) -> bool {
        self.call_flags.get() & call_flags::UNCACHED != 0 || !self.unit().free.is_empty()
    }

    /// Whether the caches of globals stay empty.
    pub fn is_uncached(&self) -> bool {
        self.call_flags.get() & call_flags::UNCACHED != 0
    }
}

/// Bits of `call_flags`.
pub mod call_flags {
    /// No `*args`, `**kwargs`, keyword-only parameters; not a generator or coroutine.
    pub const SIMPLE: u32 = 1 << 0;
    pub const GENERATOR: u32 = 1 << 1;
    pub const COROUTINE: u32 = 1 << 2;
    pub const ASYNC_GENERATOR: u32 = 1 << 3;
    /// Body of a module or class: register 0 is the namespace.
    pub const NAMESPACE: u32 = 1 << 4;
    /// Never compile (said by the tier).
    pub const NO_NATIVE: u32 = 1 << 5;
    /// A function with globals without cells runs it: its caches of globals stay empty.
    pub const UNCACHED: u32 = 1 << 7;
    /// Only name, flags and counts are there: `complete` reads the rest.
    pub const PARTIAL: u32 = 1 << 6;
    /// A generator that may await: `types.coroutine` says so.
    pub const ITERABLE_COROUTINE: u32 = 1 << 8;
    /// `*args` and `**keywords` among the parameters.
    pub const VARARGS: u32 = 1 << 9;
    pub const VARKEYWORDS: u32 = 1 << 10;
    pub const ANY_GENERATOR: u32 = GENERATOR | COROUTINE | ASYNC_GENERATOR;
}
