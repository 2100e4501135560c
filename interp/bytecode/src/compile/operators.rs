//! Operators of the tree and their opcodes.

use crate::op::Op;
use habu_syntax::ast::{CmpOp, Operator};

pub fn binary(op: Operator) -> Op {
    match op {
        Operator::Add => Op::ADD,
        Operator::Sub => Op::SUB,
        Operator::Mult => Op::MUL,
        Operator::MatMult => Op::MATMUL,
        Operator::Div => Op::TRUEDIV,
        Operator::Mod => Op::MOD,
        Operator::Pow => Op::POW,
        Operator::LShift => Op::LSHIFT,
        Operator::RShift => Op::RSHIFT,
        Operator::BitOr => Op::OR,
        Operator::BitXor => Op::XOR,
        Operator::BitAnd => Op::AND,
        Operator::FloorDiv => Op::FLOORDIV,
    }
}

/// The form with a small constant on the right.
pub fn immediate(op: Operator) -> Option<Op> {
    Some(match op {
        Operator::Add => Op::ADD_IMM,
        Operator::Sub => Op::SUB_IMM,
        Operator::Mult => Op::MUL_IMM,
        Operator::FloorDiv => Op::FLOORDIV_IMM,
        Operator::Mod => Op::MOD_IMM,
        Operator::BitAnd => Op::AND_IMM,
        Operator::LShift => Op::LSHIFT_IMM,
        Operator::RShift => Op::RSHIFT_IMM,
        _ => return None,
    })
}

pub fn comparison(op: CmpOp) -> Op {
    match op {
        CmpOp::Eq => Op::EQ,
        CmpOp::NotEq => Op::NE,
        CmpOp::Lt => Op::LT,
        CmpOp::LtE => Op::LE,
        CmpOp::Gt => Op::GT,
        CmpOp::GtE => Op::GE,
        CmpOp::Is => Op::IS,
        CmpOp::IsNot => Op::IS_NOT,
        CmpOp::In => Op::IN,
        CmpOp::NotIn => Op::NOT_IN,
    }
}
