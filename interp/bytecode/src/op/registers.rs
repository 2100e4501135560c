//! Which registers an instruction reads and writes, windows included: the one place that knows their lengths.

use super::{Instr, Intrinsic, NOREG, Op, OperandKind};

/// What an instruction does with a run of registers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    Read,
    /// Read, and allowed to be unbound.
    ReadMaybe,
    Write,
    /// Becomes unbound.
    Unbind,
    /// Overwritten with anything: from here to the end of the frame (call windows).
    Clobber,
}

/// Tells `see(access, first register, count)` every register run of an instruction; `extra` is its `extra` word, if any.
///
/// Reads come first, so that a caller may treat them in order. `FOR_ITER` and `FOR_RANGE` write their target only
/// when they jump.
pub fn registers(ins: Instr, extra: u32, see: impl FnMut(Access, u16, u32)) {
    if let Some(op) = Op::from_byte(ins.op) {
        registers_of(op, ins, extra, see);
    }
}

/// As [`registers`], where the opcode is decoded already.
#[inline]
pub fn registers_of(op: Op, ins: Instr, extra: u32, mut see: impl FnMut(Access, u16, u32)) {
    use Access::{Clobber, Read, ReadMaybe, Unbind, Write};
    let extra = extra.min(u32::from(u16::MAX));
    let (a, b, c) = (ins.a, ins.b, ins.c);
    match op {
        Op::CHECK_BOUND => {
            see(ReadMaybe, a, 1);
            see(Write, a, 1);
        }
        Op::UNBIND => see(Unbind, a, 1),
        Op::DELETE_LOCAL => {
            see(ReadMaybe, a, 1);
            see(Unbind, a, 1);
        }
        Op::MAKE_CELL => {
            see(ReadMaybe, a, 1);
            see(Write, a, 1);
        }
        Op::JUMP_BOUND => see(ReadMaybe, a, 1),
        Op::LOAD_NAME | Op::LOAD_LOCALS => {
            see(ReadMaybe, b, 1);
            see(Write, a, 1);
        }
        Op::STORE_NAME | Op::IMPORT_STAR => {
            see(Read, a, 1);
            see(ReadMaybe, b, 1);
        }
        Op::DELETE_NAME => see(ReadMaybe, b, 1),
        Op::LOAD_DICT_OR_CELL => {
            see(Read, b, 1);
            if ins.x == 0 {
                see(Read, extra as u16, 1);
            }
            see(Write, a, 1);
        }
        Op::RANGE_PREP => {
            see(Read, b, 1);
            see(Read, b.saturating_add(3), u32::from(c));
            see(Clobber, b, 0);
            see(Write, a, 3);
        }
        Op::FOR_RANGE => {
            see(ReadMaybe, b, 3);
            see(Write, a, 1);
        }
        Op::UNPACK => {
            see(Read, b, 1);
            // Of nothing: no register is written, and A may be the one behind the last.
            see(Write, if c == 0 { 0 } else { a }, u32::from(c));
        }
        Op::UNPACK_STAR => {
            see(Read, b, 1);
            see(Write, a, u32::from(c) + 1 + extra);
        }
        Op::BUILD_TUPLE | Op::BUILD_LIST | Op::BUILD_SET | Op::BUILD_STRING => {
            see(Read, b, u32::from(c));
            see(Write, a, 1);
        }
        Op::BUILD_MAP => {
            see(Read, b, 2 * u32::from(c));
            see(Write, a, 1);
        }
        Op::BUILD_SLICE => {
            see(Read, b, 3);
            see(Write, a, 1);
        }
        Op::GET_SLICE => {
            see(Read, b, 1);
            see(Read, c, 2);
            see(Write, a, 1);
        }
        Op::SET_SLICE => {
            see(Read, a, 1);
            see(Read, b, 2);
            see(Read, c, 1);
        }
        Op::LOAD_METHOD | Op::LOAD_SPECIAL => {
            see(Read, b, 1);
            see(Write, a, 1);
            see(Write, a.saturating_add(3), 1);
        }
        Op::LOAD_SUPER_ATTR => {
            see(Read, b, 3);
            see(Write, a, 1);
            if ins.x & 2 != 0 {
                see(Write, a.saturating_add(3), 1);
            }
        }
        Op::CALL | Op::CALL_METHOD | Op::CALL_KW => {
            see(Read, b, 1);
            let receiver = op == Op::CALL_METHOD || (op == Op::CALL_KW && ins.x == 1);
            let skip = u32::from(receiver && c > 0);
            if skip > 0 {
                see(ReadMaybe, b.saturating_add(3), 1);
            }
            see(Read, b.saturating_add(3 + skip as u16), u32::from(c) - skip);
            see(Clobber, b, 0);
            see(Write, a, 1);
        }
        Op::CALL_EX => {
            see(Read, b, 1);
            see(Read, b.saturating_add(3), 1);
            see(ReadMaybe, b.saturating_add(4), 1);
            see(Clobber, b, 0);
            see(Write, a, 1);
        }
        Op::WITH_EXCEPT => {
            see(Read, b, 1);
            see(ReadMaybe, b.saturating_add(3), 1);
            see(Read, c, 1);
            see(Clobber, b, 0);
            see(Write, a, 1);
        }
        Op::EXC_GROUP_MATCH => {
            see(Read, b, 1);
            see(Read, c, 1);
            see(Write, a, 2);
        }
        Op::IMPORT_NAME => {
            see(Read, b, 2);
            see(Write, a, 1);
        }
        Op::BUILD_INTERPOLATION => {
            see(Read, b, 4);
            see(Write, a, 1);
        }
        Op::BUILD_TEMPLATE => {
            see(Read, b, 2);
            see(Write, a, 1);
        }
        Op::MATCH_CLASS => {
            see(Read, b, 1);
            see(Read, c, 2);
            see(Write, a, 1);
        }
        Op::INTRINSIC => {
            see(Read, b, Intrinsic::from_byte(ins.x).map_or(0, |i| i.args() as u32));
            see(Write, a, 1);
        }
        _ => {
            let shape = op.shape();
            for (bit, register) in [(1, a), (2, b), (4, c)] {
                if shape.reads & bit != 0 || (shape.maybe & bit != 0 && register != NOREG) {
                    see(Read, register, 1);
                }
            }
            for (bit, register) in [(1, a), (2, b), (4, c)] {
                if shape.writes & bit != 0 {
                    see(Write, register, 1);
                }
            }
            debug_assert!(
                op.info().operands.iter().all(|o| o.1 != OperandKind::Win),
                "window of {} has no length here",
                op.info().name
            );
        }
    }
}
