//! Structural pattern matching: the questions that come before sub-patterns. The rest is performed by the interpreter.

use super::{Builder, items};
use crate::helpers::Helper;
use crate::hir::Op as H;
use habu_bytecode::op::Instr;

pub fn match_len(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let len = match items::length(b, v) {
        Some(len) => b.emit(H::Tag, &[len], 0),
        None => b.call_helper(Helper::Len, &[v]),
    };
    b.set(i.a, len);
}

pub fn match_mapping(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let answer = b.ask(Helper::IsMapping, &[v]);
    b.set(i.a, answer);
}

pub fn match_sequence(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let answer = b.ask(Helper::IsSequence, &[v]);
    b.set(i.a, answer);
}
