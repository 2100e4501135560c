//! THE table of runtime helpers callable from native code: name, result type, and whether it may run Python.

pub mod prepare;
pub mod runtime;

use crate::hir::Type;
use crate::thunks::{preserving_thunk, recording_thunk};

/// What a call of the helper involves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HelperKind {
    /// Plain function of its operands: called directly.
    Pure,
    /// Gets the `Vm`, but neither raises, collects nor runs Python: called directly.
    Asking,
    /// May raise, collect, run Python: gets the `Vm`, is called through a thunk, its result is checked for `EXCEPTION`.
    Runtime,
    /// Gets the `Vm` and runs no Python; called through a stub that keeps all registers, result through the context.
    Preserving,
}

macro_rules! entry {
    (Pure $fn:ident) => {
        runtime::$fn as *const () as usize
    };
    (Asking $fn:ident) => {
        runtime::$fn as *const () as usize
    };
    (Runtime $fn:ident) => {
        recording_thunk!(runtime::$fn)
    };
    (Preserving $fn:ident) => {
        preserving_thunk!(runtime::$fn)
    };
}

macro_rules! helpers {
    ($($(#[doc = $doc:literal])* $name:ident $fn:ident $kind:ident $result:ident;)*) => {
        /// A runtime helper.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Helper { $($(#[doc = $doc])* $name,)* }
        impl Helper {
            pub const ALL: &'static [Helper] = &[$(Helper::$name),*];
            pub fn name(self) -> &'static str { match self { $(Helper::$name => stringify!($name)),* } }
            pub fn kind(self) -> HelperKind { match self { $(Helper::$name => HelperKind::$kind),* } }
            pub fn result(self) -> Type { match self { $(Helper::$name => Type::$result),* } }
            /// Where native code calls it: through its thunk if it needs one.
            pub fn address(self) -> usize { match self { $(Helper::$name => entry!($kind $fn)),* } }
        }
    };
}

helpers! {
    // ---- operators: the first operand is the raw number of the operator
    Binary binary Runtime ANY;
    InPlace in_place Runtime ANY;
    Unary unary Runtime ANY;
    /// (…, operands, whether in place): once the left operand's method has declined.
    Reflected reflected Runtime ANY;
    Compare compare Runtime ANY;
    /// As `Compare`, then the truth of the result.
    CompareTruth compare_truth Runtime BOOL;
    Not not Runtime BOOL;
    /// Truth of a word, as a bool word.
    Truth truth Runtime BOOL;
    /// (container, item, whether to negate)
    Contains contains Runtime BOOL;
    // ---- items and iteration
    GetItem get_item Runtime ANY;
    SetItem set_item Runtime ANY;
    DelItem del_item Runtime ANY;
    GetSlice get_slice Runtime ANY;
    GetIter get_iter Runtime ANY;
    /// (address of the first target, iterable, count): fills the window.
    Unpack unpack Runtime ANY;
    /// The next item, or `UNBOUND` when exhausted.
    IterNext iter_next Runtime ANY;
    /// (address of the first target, iterator, count): fills the window, if the items are tuples of that many parts.
    IterParts iter_parts Runtime ANY;
    // ---- attributes: (object, name), for the instruction that was published last, through its cache
    GetAttr get_attr Runtime ANY;
    SetAttr set_attr Runtime ANY;
    BindMethod bind_method Runtime ANY;
    /// (object, name, `__getattr__`): what that says when an AttributeError is pending; other exceptions stay so.
    AskHook ask_hook Runtime ANY;
    /// (address of the first target, object, name): function and receiver, three registers apart.
    LoadMethod load_method Runtime ANY;
    // ---- calls: (address of the callee's register, number of arguments from there + 3 on, whether the first may be unbound)
    CallWindow call_window Runtime ANY;
    /// (address of the window, number of arguments from there + 3 on, native function)
    CallNative call_native Runtime ANY;
    /// (address of the frame, address of the instruction, its performer): the interpreter's body of an instruction.
    Perform perform Runtime ANY;
    /// (address of the callee's register, number of arguments, whether the first may be unbound, tuple of keyword names)
    CallKeywords call_keywords Runtime ANY;
    // The same calls prepared: (address of a window above the frame, …): the native code of the Python function that the call
    // comes to, whose parameters are in that window then; 0: there is none.
    PrepareCall prepare_call Runtime ANY;
    PrepareKeywords prepare_keywords Runtime ANY;
    PrepareStar prepare_star Runtime ANY;
    /// (…, object, key): `__getitem__`.
    PrepareItem prepare_item Runtime ANY;
    /// (object, class or classes)
    IsInstance is_instance Runtime BOOL;
    /// (callee, arguments, keywords or `UNBOUND`)
    CallStar call_star Runtime ANY;
    /// A fresh instance of a class.
    NewObject new_object Runtime OBJECT;
    /// (exception class, address of the arguments, count): what `BaseException.__new__` makes.
    NewException new_exception Runtime OBJECT;
    /// Raises: `__init__` returned this.
    InitResult init_result Runtime ANY;
    // ---- results in registers: (address of the first register written, …)
    /// (…, object, number of the special method): function and receiver, three registers apart.
    LoadSpecial load_special Runtime ANY;
    /// (…, address of callee, class and receiver, name, flags)
    LoadSuper load_super Runtime ANY;
    /// (…, iterable, targets before the starred one, behind it)
    UnpackStar unpack_star Runtime ANY;
    // ---- generators
    /// (address of the frame, instruction at which the body begins)
    MakeGenerator make_generator Runtime ANY;
    /// (address of the register that gets the value, iterator, value sent): whether the delegate has returned.
    Send send Runtime BOOL;
    /// (iterable, flags of the code)
    YieldFromIter yield_from_iter Runtime ANY;
    /// (object, what it is awaited for)
    Awaitable awaitable Runtime ANY;
    // ---- functions: (parent function, code, closure or `UNBOUND`)
    MakeFunction make_function Runtime ANY;
    /// (function, value, which)
    SetFunctionAttr set_function_attr Runtime ANY;
    // ---- building: (address of the first register, count)
    BuildTuple build_tuple Runtime ANY;
    BuildList build_list Runtime ANY;
    BuildMap build_map Runtime ANY;
    BuildSet build_set Runtime ANY;
    BuildSlice build_slice Runtime ANY;
    BuildString build_string Runtime ANY;
    ListAppend list_append Runtime ANY;
    SetAdd set_add Runtime ANY;
    MapAdd map_add Runtime ANY;
    ListExtend list_extend Runtime ANY;
    ListToTuple list_to_tuple Runtime ANY;
    SetSlice set_slice Runtime ANY;
    DelAttr del_attr Runtime ANY;
    Convert convert Runtime ANY;
    Format format Runtime ANY;
    MakeCell make_cell Runtime ANY;
    /// The float in the context's scratch word becomes a heap float there.
    MakeFloat make_float Preserving VOID;
    // ---- memory
    /// (size, shape): a fresh object's word into the context's scratch word, 0 without memory.
    MakeObject make_object Preserving VOID;
    /// As `MakeObject` for exits, which can't do without.
    MakeVirtual make_virtual Preserving VOID;
    /// (address of names and values in turn, count): a fresh dict's word into the scratch word, 0 without memory.
    MakeMap make_map Preserving VOID;
    /// As `MakeMap` for exits, which can't do without.
    MakeVirtualMap make_virtual_map Preserving VOID;
    /// (cell, address of the slot): remembers an old object that was stored to.
    Barrier barrier Preserving VOID;
    /// The shared exit: (base, depth, number of the exit) -> result of the frame.
    Exit exit Runtime ANY;
    Len len Runtime INT;
    // ---- exceptions
    /// (exception, cause or `UNBOUND`): always raises.
    Raise raise Runtime ANY;
    /// (result of the call that raised): the exception for its handler; raises if the frame has to leave.
    Catch catch Runtime ANY;
    /// Before the return of a frame that has a frame object.
    Detach detach Runtime ANY;
    /// (exception, class or classes)
    ClauseMatches clause_matches Runtime BOOL;
    // ---- questions, which neither raise nor run anything
    SameText same_text Asking BOOL;
    /// (function, name): the default of a keyword-only parameter, or `UNBOUND`.
    KeywordDefault keyword_default Asking ANY;
    IsSequence is_sequence Asking BOOL;
    IsMapping is_mapping Asking BOOL;
    /// (string, raw index within it): the character, or `UNBOUND` if it is not at hand.
    Character character Asking ANY;
    /// The body has returned.
    FinishGenerator finish_generator Asking ANY;
    /// (address of the frame): a body that handles an exception is suspended.
    RestoreHandled restore_handled Asking ANY;
    /// Its pending blocks are to run when nobody refers to it any more.
    WatchGenerator watch_generator Asking ANY;
    // ---- float arithmetic
    FloatPow float_pow Pure F64;
    FloatHypot float_hypot Pure F64;
    FloatMod float_mod Pure F64;
    FloatFloorDiv float_floor_div Pure F64;
}

impl Helper {
    /// Whether window registers from the first operand's address on are not as before afterwards.
    pub fn uses_window(self) -> bool {
        use Helper::{
            CallKeywords, CallNative, CallWindow, IterParts, LoadMethod, LoadSpecial, LoadSuper, PrepareCall,
            PrepareItem, PrepareKeywords, PrepareStar, Send, Unpack, UnpackStar,
        };
        matches!(
            self,
            CallWindow
                | CallKeywords
                | CallNative
                | IterParts
                | LoadMethod
                | LoadSpecial
                | LoadSuper
                | PrepareCall
                | PrepareItem
                | PrepareKeywords
                | PrepareStar
                | Send
                | Unpack
                | UnpackStar
        )
    }
    pub fn from_index(i: usize) -> Helper {
        Helper::ALL[i]
    }
    pub fn from_name(name: &str) -> Option<Helper> {
        Helper::ALL.iter().copied().find(|h| h.name() == name)
    }
}
