//! From each opcode to what builds it. Every opcode is named: a new one is a compile error here.

use super::{
    Builder, arith, attrs, calls, cells, compare, display, exceptions, functions, items, iterate, jumps,
    moves, names, pattern, perform, suspend, unpack,
};
use crate::exits::Reason;
use crate::helpers::Helper;
use habu_bytecode::op::Op;

impl Builder<'_> {
    /// The current instruction.
    pub(super) fn instruction(&mut self) {
        let i = self.ins;
        match self.op {
            Op::NOP => {}
            Op::MOVE => moves::mov(self, i),
            Op::LOAD_CONST => moves::load_const(self, i),
            Op::LOAD_INT => moves::load_int(self, i),
            Op::LOAD_NONE => moves::load_none(self, i),
            Op::CHECK_BOUND => moves::check_bound(self, i),
            Op::UNBIND => moves::unbind(self, i),
            Op::DELETE_LOCAL => moves::delete_local(self, i),

            Op::LOAD_GLOBAL => names::load_global(self, i),
            Op::STORE_GLOBAL => names::store_global(self, i),
            Op::LOAD_NAME => names::load_name(self, i),
            Op::STORE_NAME => names::store_name(self, i),

            Op::MAKE_CELL => cells::make_cell(self, i),
            Op::LOAD_CELL => cells::load_cell(self, i),
            Op::STORE_CELL => cells::store_cell(self, i),
            Op::LOAD_FREE => cells::load_free(self, i),
            Op::STORE_FREE => cells::store_free(self, i),
            Op::LOAD_FREE_CELL => cells::load_free_cell(self, i),

            Op::ADD
            | Op::SUB
            | Op::MUL
            | Op::TRUEDIV
            | Op::FLOORDIV
            | Op::MOD
            | Op::POW
            | Op::MATMUL
            | Op::LSHIFT
            | Op::RSHIFT
            | Op::AND
            | Op::OR
            | Op::XOR => arith::binary(self, i),
            Op::ADD_IMM
            | Op::SUB_IMM
            | Op::MUL_IMM
            | Op::FLOORDIV_IMM
            | Op::MOD_IMM
            | Op::AND_IMM
            | Op::LSHIFT_IMM
            | Op::RSHIFT_IMM => arith::binary_imm(self, i),
            Op::NEG | Op::POS | Op::INVERT => arith::unary(self, i),
            Op::NOT => jumps::not(self, i),

            Op::LT | Op::LE | Op::EQ | Op::NE | Op::GT | Op::GE => compare::compare(self, i),
            Op::IS | Op::IS_NOT => compare::is(self, i),
            Op::IN | Op::NOT_IN => compare::contains(self, i),

            Op::JUMP => jumps::jump(self),
            Op::LOOP => jumps::back_edge(self),
            Op::JUMP_TRUE | Op::JUMP_FALSE => jumps::jump_truth(self, i),
            Op::JUMP_NONE | Op::JUMP_NOT_NONE => jumps::jump_none(self, i),
            Op::JUMP_IS | Op::JUMP_IS_NOT => jumps::jump_is(self, i),
            Op::JUMP_BOUND => jumps::jump_bound(self, i),
            Op::JUMP_LT
            | Op::JUMP_LE
            | Op::JUMP_EQ
            | Op::JUMP_NE
            | Op::JUMP_GT
            | Op::JUMP_GE
            | Op::JUMP_NOT_LT
            | Op::JUMP_NOT_LE
            | Op::JUMP_NOT_EQ
            | Op::JUMP_NOT_NE
            | Op::JUMP_NOT_GT
            | Op::JUMP_NOT_GE
            | Op::JUMP_LT_IMM
            | Op::JUMP_LE_IMM
            | Op::JUMP_EQ_IMM
            | Op::JUMP_NE_IMM
            | Op::JUMP_GT_IMM
            | Op::JUMP_GE_IMM
            | Op::JUMP_NOT_LT_IMM
            | Op::JUMP_NOT_LE_IMM
            | Op::JUMP_NOT_EQ_IMM
            | Op::JUMP_NOT_NE_IMM
            | Op::JUMP_NOT_GT_IMM
            | Op::JUMP_NOT_GE_IMM => compare::jump_compare(self, i),

            Op::GET_ITER => iterate::get_iter(self, i),
            Op::FOR_ITER => iterate::for_iter(self, i),
            Op::RANGE_PREP => iterate::range_prep(self, i),
            Op::FOR_RANGE => iterate::for_range(self, i),

            Op::UNPACK => unpack::unpack(self, i),
            Op::UNPACK_STAR => unpack::unpack_star(self, i),

            Op::BUILD_TUPLE => display::build_tuple(self, i),
            Op::BUILD_LIST => display::build(self, i, Helper::BuildList, 1),
            Op::BUILD_SET => display::build(self, i, Helper::BuildSet, 1),
            Op::BUILD_MAP => display::build(self, i, Helper::BuildMap, 2),
            Op::BUILD_STRING => display::build(self, i, Helper::BuildString, 1),
            Op::BUILD_SLICE => display::build_slice(self, i),
            Op::LIST_APPEND => display::list_append(self, i),
            Op::LIST_EXTEND => display::add_to(self, i, Helper::ListExtend),
            Op::LIST_TO_TUPLE => display::list_to_tuple(self, i),
            Op::SET_ADD => display::add_to(self, i, Helper::SetAdd),
            Op::MAP_ADD => display::map_add(self, i),
            Op::FORMAT => display::format(self, i),
            Op::CONVERT => display::convert(self, i),

            Op::GET_ITEM => items::get_item(self, i),
            Op::SET_ITEM => items::set_item(self, i),
            Op::DEL_ITEM => items::del_item(self, i),
            Op::GET_SLICE => items::get_slice(self, i),
            Op::SET_SLICE => items::set_slice(self, i),

            Op::LOAD_ATTR => attrs::load_attr(self, i),
            Op::STORE_ATTR => attrs::store_attr(self, i),
            Op::LOAD_METHOD => attrs::load_method(self, i),
            Op::DELETE_ATTR => attrs::delete_attr(self, i),
            Op::LOAD_SUPER_ATTR => attrs::load_super_attr(self, i),
            Op::LOAD_SPECIAL => attrs::load_special(self, i),

            Op::CALL => calls::call(self, i),
            Op::CALL_METHOD => calls::call_method(self, i),
            Op::CALL_KW => calls::call_kw(self, i),
            Op::CALL_EX => calls::call_ex(self, i),
            Op::MAKE_FUNCTION => functions::make_function(self, i),
            Op::SET_FUNCTION_ATTR => functions::set_function_attr(self, i),
            Op::RETURN => calls::ret(self, i),
            Op::RETURN_NONE => calls::ret_none(self),

            Op::MATCH_CLASS => pattern::match_class(self, i),
            Op::MATCH_LEN => pattern::match_len(self, i),
            Op::MATCH_MAPPING => pattern::match_mapping(self, i),
            Op::MATCH_SEQUENCE => pattern::match_sequence(self, i),

            // Performed by the interpreter's own bodies.
            Op::DELETE_GLOBAL
            | Op::DELETE_NAME
            | Op::LOAD_LOCALS
            | Op::LOAD_DICT_OR_GLOBAL
            | Op::DELETE_CELL
            | Op::DELETE_FREE
            | Op::LOAD_DICT_OR_CELL
            | Op::SET_UPDATE
            | Op::DICT_UPDATE
            | Op::DICT_MERGE
            | Op::LOAD_BUILD_CLASS
            | Op::EXC_GROUP_MATCH
            | Op::EXC_GROUP_RERAISE
            | Op::WITH_EXCEPT
            | Op::LOAD_ASSERTION_ERROR
            | Op::IMPORT_NAME
            | Op::IMPORT_FROM
            | Op::IMPORT_STAR
            | Op::MATCH_KEYS
            | Op::GET_AITER
            | Op::GET_ANEXT
            | Op::ASYNC_GEN_WRAP
            | Op::BUILD_INTERPOLATION
            | Op::BUILD_TEMPLATE
            | Op::INTRINSIC => perform::perform(self, i),

            Op::MAKE_GENERATOR => suspend::make_generator(self),
            Op::YIELD => suspend::suspend(self, i),
            Op::GET_YIELD_FROM_ITER => suspend::get_yield_from_iter(self, i),
            Op::GET_AWAITABLE => suspend::get_awaitable(self, i),
            Op::SEND => suspend::send(self, i),
            // Only where an exception was thrown into the frame, which is the interpreter's business.
            Op::SEND_THROW => self.exit(Reason::RareCase),
            Op::END_ASYNC_FOR => self.exit(Reason::Raise),
            Op::RAISE => exceptions::raise(self, i),
            Op::RERAISE => exceptions::reraise(self, i),
            Op::PUSH_HANDLED => exceptions::push_handled(self, i),
            Op::POP_HANDLED => exceptions::pop_handled(self, i),
            Op::EXC_MATCH => exceptions::exc_match(self, i),
        }
    }
}
