//! Offsets and ids (temporary numbers until the runtime core is merged).
#[path = "../../interp/runtime/src/object/ids.rs"]
mod ids;

pub const FIRST_DYNAMIC: u32 = ids::FIRST_DYNAMIC;
pub const FLOAT: u32 = ids::FLOAT.0;
pub const CELL: u32 = ids::CELL.0;
pub const TUPLE: u32 = ids::TUPLE.0;
pub const LIST: u32 = ids::LIST.0;
pub const LIST_F64: u32 = ids::LIST_F64.0;
pub const LIST_INT: u32 = ids::LIST_INT.0;
pub const FUNCTION: u32 = ids::FUNCTION.0;

pub const HEADER_ID: i64 = 0;
pub const HEADER_FLAGS: i64 = 4;
pub const HEADER_GC: i64 = 7;
pub const CELL_VALUE: i64 = 8;
pub const CELL_WATCHED: i64 = 1;
pub const TUPLE_LEN: i64 = 8;
pub const TUPLE_ITEMS: i64 = 16;
pub const LIST_LEN: i64 = 8;
pub const LIST_ARRAY: i64 = 16;
pub const ARRAY_ITEMS: i64 = 16;
pub const FUNCTION_CLOSURE: i64 = 32;
pub const FUNCTION_CODE: i64 = 8;
pub const FLOAT_VALUE: i64 = 8;

pub const CTX_POLL: i32 = 16;
pub const CTX_DEPTH: i32 = 20;
pub const CTX_RECURSION_LIMIT: i32 = 24;
pub const CTX_PC: i32 = 32;
pub const CTX_BASE: i32 = 40;
pub const CTX_REGISTER_LIMIT: i32 = 56;
pub const CTX_STACK_LIMIT: i32 = 64;
pub const CTX_SCRATCH: i32 = 112;
pub const ACTIVATION_ENTRY_FP: i32 = 24;
pub const CTX_EXIT_PC: i32 = 88;
pub const CTX_EXIT_FP: i32 = 96;

/// Whether objects with this id keep it for life (instances and lists may change theirs).
pub const fn is_stable(id: u32) -> bool {
    id < FIRST_DYNAMIC && !ids::is_list(habu_runtime::ShapeId(id)) && !ids::is_dict(habu_runtime::ShapeId(id))
}
