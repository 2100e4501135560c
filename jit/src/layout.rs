//! Offsets and ids of the runtime's structures as native code uses them, in one place; objects are addressed by their tagged
//! word, so object offsets have the pointer tag folded in by `lower`.

use habu_runtime::Header;
use habu_runtime::heap::{Bump, Heap};
use habu_runtime::object::ids;
use habu_runtime::tier::Activation;
use habu_runtime::types::bytearray::ByteArray;
use habu_runtime::types::bytes::{Bytes, BytesIter};
use habu_runtime::types::cell::Cell;
use habu_runtime::types::function::Function;
use habu_runtime::types::generator::{Generator, State};
use habu_runtime::types::list::{Array, List, ListIter};
use habu_runtime::types::str::{Str, StrIter};
use habu_runtime::types::tuple::{Tuple, TupleIter};
use habu_runtime::types::typed_array::TypedArray;
use habu_runtime::vm::{ThreadCtx, Vm};
use std::mem::offset_of;

pub const FIRST_DYNAMIC: u32 = ids::FIRST_DYNAMIC;
pub const FLOAT: u32 = ids::FLOAT.0;
pub const TYPE: u32 = ids::TYPE.0;
pub const INT: u32 = ids::INT.0;
pub const COMPLEX: u32 = ids::COMPLEX.0;
pub const DICT: u32 = ids::DICT.0;
pub const CELL: u32 = ids::CELL.0;
pub const TUPLE: u32 = ids::TUPLE.0;
pub const LIST: u32 = ids::LIST.0;
pub const LIST_F64: u32 = ids::LIST_F64.0;
pub const LIST_INT: u32 = ids::LIST_INT.0;
pub const FUNCTION: u32 = ids::FUNCTION.0;
pub const STR: u32 = ids::STR.0;
pub const BYTES: u32 = ids::BYTES.0;
pub const BYTEARRAY: u32 = ids::BYTEARRAY.0;
pub const PY_ARRAY: u32 = ids::PY_ARRAY.0;

pub const HEADER_SIZE: i64 = size_of::<Header>() as i64;
pub const HEADER_ID: i64 = Header::OFFSET_ID as i64;
pub const HEADER_FLAGS: i64 = Header::OFFSET_FLAGS as i64;
pub const HEADER_GC: i64 = Header::OFFSET_GC as i64;
pub const CELL_VALUE: i64 = offset_of!(Cell, value) as i64;
pub const CELL_WATCHED: i64 = Cell::FLAG_WATCHED as i64;
pub const TUPLE_LEN: i64 = offset_of!(Tuple, len) as i64;
pub const TUPLE_ITEMS: i64 = size_of::<Tuple>() as i64;
pub const LIST_LEN: i64 = offset_of!(List, len) as i64;
pub const LIST_ARRAY: i64 = offset_of!(List, array) as i64;
pub const ARRAY_CAPACITY: i64 = offset_of!(Array, capacity) as i64;
pub const ARRAY_ITEMS: i64 = Array::ITEMS as i64;
pub const LIST_ITERATOR: u32 = ids::LIST_ITERATOR.0;
pub const TUPLE_ITERATOR: u32 = ids::TUPLE_ITERATOR.0;
pub const STR_ASCII_ITERATOR: u32 = ids::STR_ASCII_ITERATOR.0;
pub const BYTES_ITERATOR: u32 = ids::BYTES_ITERATOR.0;
// Iterators over sequences have the same fields.
const _: () = {
    assert!(offset_of!(TupleIter, tuple) == offset_of!(ListIter, list));
    assert!(offset_of!(TupleIter, index) == offset_of!(ListIter, index));
    assert!(offset_of!(StrIter, text) == offset_of!(ListIter, list));
    assert!(offset_of!(StrIter, index) == offset_of!(ListIter, index));
    assert!(offset_of!(BytesIter, bytes) == offset_of!(ListIter, list));
    assert!(offset_of!(BytesIter, index) == offset_of!(ListIter, index));
};
pub const LIST_ITER_LIST: i64 = offset_of!(ListIter, list) as i64;
pub const LIST_ITER_INDEX: i64 = offset_of!(ListIter, index) as i64;
pub const GENERATOR: u32 = ids::GENERATOR.0;
pub const COROUTINE: u32 = ids::COROUTINE.0;
pub const GENERATOR_FUNCTION: i64 = offset_of!(Generator, function) as i64;
pub const GENERATOR_HANDLED: i64 = offset_of!(Generator, handled) as i64;
pub const GENERATOR_PC: i64 = offset_of!(Generator, pc) as i64;
/// State, and how many registers there are.
pub const GENERATOR_STATE: i64 = offset_of!(Generator, state) as i64;
pub const GENERATOR_REGISTERS: i64 = Generator::REGISTERS as i64;
/// Bytes from `Generator::pc` to the native code's address: of a body that has begun, of one that has not.
pub const RESUME_ENTRY: [i64; 2] = {
    let [begun, new] = habu_runtime::types::generator::ENTRY_AFTER;
    [begun as i64 * 4, new as i64 * 4]
};

/// The word at `GENERATOR_STATE`: state, registers saved, registers there is room for.
pub fn generator_state(state: State, saved: u32, capacity: u32) -> i64 {
    const { assert!(offset_of!(Generator, saved) - offset_of!(Generator, state) == 2) };
    const { assert!(offset_of!(Generator, capacity) - offset_of!(Generator, state) == 4) };
    const { assert!(Generator::REGISTERS - offset_of!(Generator, state) == 8) };
    state as i64 | (saved as i64) << 16 | (capacity as i64) << 32
}

pub const STR_INTERNED: i64 = habu_runtime::types::str::flags::INTERNED as i64;
pub const STR_LEN: i64 = offset_of!(Str, len) as i64;
pub const BYTES_LEN: i64 = offset_of!(Bytes, len) as i64;
pub const BYTES_DATA: i64 = offset_of!(Bytes, data) as i64;
pub const BYTEARRAY_LEN: i64 = offset_of!(ByteArray, len) as i64;
pub const BYTEARRAY_START: i64 = offset_of!(ByteArray, start) as i64;
pub const BYTEARRAY_ARRAY: i64 = offset_of!(ByteArray, array) as i64;
pub const PY_ARRAY_CONTENT: i64 = offset_of!(TypedArray, content) as i64;
/// A whole word: the type code, zero behind it.
pub const PY_ARRAY_CODE: i64 = {
    assert!(offset_of!(TypedArray, code) + 8 == size_of::<TypedArray>());
    offset_of!(TypedArray, code) as i64
};
pub const COMPLEX_RE: i64 = habu_runtime::types::complex::Complex::OFFSETS[0] as i64;
pub const COMPLEX_IM: i64 = habu_runtime::types::complex::Complex::OFFSETS[1] as i64;
pub const COMPLEX_SIZE: u32 = size_of::<habu_runtime::types::complex::Complex>() as u32;
pub const STR_DATA: i64 = offset_of!(Str, data) as i64;
pub const STR_WIDTH: i64 = habu_runtime::types::str::flags::WIDTH as i64;
pub const FUNCTION_CLOSURE: i64 = offset_of!(Function, closure) as i64;
pub const FUNCTION_CODE: i64 = offset_of!(Function, code) as i64;
/// A heap float's content.
pub const FLOAT_VALUE: i64 = size_of::<Header>() as i64;

pub const CTX_POLL: i32 = offset_of!(ThreadCtx, poll) as i32;
pub const CTX_DEPTH: i32 = offset_of!(ThreadCtx, depth) as i32;
pub const CTX_RECURSION_LIMIT: i32 = offset_of!(ThreadCtx, recursion_limit) as i32;
pub const CTX_PC: i32 = offset_of!(ThreadCtx, pc) as i32;
pub const CTX_BASE: i32 = offset_of!(ThreadCtx, base) as i32;
pub const CTX_REGISTER_LIMIT: i32 = offset_of!(ThreadCtx, register_limit) as i32;
pub const CTX_STACK_LIMIT: i32 = offset_of!(ThreadCtx, stack_limit) as i32;
pub const CTX_SCRATCH: i32 = offset_of!(ThreadCtx, exit_id) as i32;
pub const CTX_TOP: i32 = offset_of!(ThreadCtx, top) as i32;
pub const CTX_HANDLED: i32 = offset_of!(ThreadCtx, handled) as i32;
pub const CTX_OBSERVED: i32 = offset_of!(ThreadCtx, observed) as i32;
pub const CTX_STRESS: i32 = offset_of!(ThreadCtx, stress) as i32;
pub const CTX_EXIT_PC: i32 = offset_of!(ThreadCtx, exit_pc) as i32;
pub const CTX_EXIT_FP: i32 = offset_of!(ThreadCtx, exit_fp) as i32;
#[cfg(target_arch = "x86_64")]
pub const CTX_EXIT_SP: i32 = offset_of!(ThreadCtx, exit_sp) as i32;
/// Ranges to allocate from, by size class; from the context on.
pub const VM_BUMPS: i64 = (offset_of!(Vm, heap) + offset_of!(Heap, alloc)) as i64;
pub const BUMP_SIZE: i64 = size_of::<Bump>() as i64;
pub const BUMP_CUR: i64 = offset_of!(Bump, cur) as i64;
pub const BUMP_END: i64 = offset_of!(Bump, end) as i64;
pub const ACTIVATION_ENTRY_FP: i32 = offset_of!(Activation, entry_fp) as i32;

/// Whether objects with this id keep it for life (instances and lists may change theirs).
pub const fn is_stable(id: u32) -> bool {
    id < FIRST_DYNAMIC && !ids::is_list(habu_runtime::ShapeId(id)) && !ids::is_dict(habu_runtime::ShapeId(id))
}
