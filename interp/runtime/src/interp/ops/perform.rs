//! Instructions that native code leaves to the interpreter's own body: performed on the frame's window, without going on.

use super::*;
use crate::vm::PyResult;

/// Performs the instruction at `pc` on the frame at `base`, whose operands are in its registers; results go there too.
pub type Performer = fn(&mut Vm, Pc, Base) -> PyResult<()>;

macro_rules! performed {
    ($($name:ident => $step:path;)*) => {
        /// What performs an instruction of this opcode, if it is performed apart.
        pub fn performer(op: Op) -> Option<Performer> {
            match op {
                $(Op::$name => Some($step),)*
                _ => None,
            }
        }
    };
}

performed! {
    LOAD_GLOBAL => load_global;
    STORE_GLOBAL => store_global;
    DELETE_GLOBAL => delete_global;
    LOAD_NAME => load_name;
    STORE_NAME => store_name;
    DELETE_NAME => delete_name;
    LOAD_LOCALS => load_locals;
    LOAD_DICT_OR_GLOBAL => load_dict_or_global;
    LOAD_DICT_OR_CELL => load_dict_or_cell;
    DELETE_CELL => delete_cell;
    DELETE_FREE => delete_free;
    SET_UPDATE => set_update;
    DICT_UPDATE => dict_update;
    DICT_MERGE => dict_merge;
    LOAD_BUILD_CLASS => load_build_class;
    PUSH_HANDLED => push_handled;
    POP_HANDLED => pop_handled;
    EXC_MATCH => exc_match;
    EXC_GROUP_MATCH => match_group;
    EXC_GROUP_RERAISE => reraise_group;
    WITH_EXCEPT => with_except_step;
    LOAD_ASSERTION_ERROR => load_assertion_error;
    IMPORT_NAME => import_name;
    IMPORT_FROM => import_from;
    IMPORT_STAR => import_star;
    MATCH_LEN => match_len;
    MATCH_MAPPING => match_mapping;
    MATCH_SEQUENCE => match_sequence;
    MATCH_KEYS => match_keys_step;
    MATCH_CLASS => match_class_step;
    GET_AITER => get_aiter;
    GET_ANEXT => get_anext;
    ASYNC_GEN_WRAP => async_gen_wrap;
    BUILD_INTERPOLATION => build_interpolation;
    BUILD_TEMPLATE => build_template;
    INTRINSIC => intrinsic;
}
