//! Floats: unboxed in machine registers; decoding and encoding of the self-tagged word; heap floats out of line.

use super::{Lower, NS_CONST, NS_HELPER};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Cmp, Op, Type, Val};
use crate::layout;
use crate::unit::SiteMap;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{AbiParam, Block, BlockArg, InstBuilder, MemFlagsData, Signature, Value, types};

/// Bit `t % 8` is set when low bits `t` tag a float, repeated so that the shift count needs no masking.
const FLOAT_TAGS: i64 = 0x6464_6464_6464_6464;
const FLOAT_OFFSET: i64 = 2 << 60;

fn float_cc(cmp: Cmp) -> FloatCC {
    match cmp {
        Cmp::Lt => FloatCC::LessThan,
        Cmp::Le => FloatCC::LessThanOrEqual,
        Cmp::Eq => FloatCC::Equal,
        Cmp::Ne => FloatCC::NotEqual,
        Cmp::Gt => FloatCC::GreaterThan,
        Cmp::Ge => FloatCC::GreaterThanOrEqual,
    }
}

impl Lower<'_, '_> {
    pub(super) fn float_op(&mut self, v: Val) -> Value {
        let inst = self.f.inst(v);
        let x = if inst.args.is_empty() { self.base } else { self.arg(v, 0) };
        match inst.op {
            Op::FAdd | Op::FSub | Op::FMul | Op::FDiv => {
                let y = self.arg(v, 1);
                match inst.op {
                    Op::FAdd => self.b.ins().fadd(x, y),
                    Op::FSub => self.b.ins().fsub(x, y),
                    Op::FMul => self.b.ins().fmul(x, y),
                    _ => self.b.ins().fdiv(x, y),
                }
            }
            Op::FNeg => self.b.ins().fneg(x),
            Op::FAbs => self.b.ins().fabs(x),
            Op::FSqrt => self.b.ins().sqrt(x),
            Op::FToInt => {
                let whole = match inst.imm {
                    0 => self.b.ins().floor(x),
                    1 => self.b.ins().ceil(x),
                    _ => self.b.ins().trunc(x),
                };
                let (size, limit) = (self.b.ins().fabs(whole), self.b.ins().f64const((1u64 << 60) as f64));
                let fits = self.b.ins().fcmp(FloatCC::LessThan, size, limit);
                self.guard(v, fits, true, Reason::Overflow);
                let n = self.b.ins().fcvt_to_sint_sat(types::I64, whole);
                let two = self.b.ins().iconst(types::I64, 2);
                self.b.ins().ishl(n, two)
            }
            Op::FCmp => {
                let y = self.arg(v, 1);
                self.b.ins().fcmp(float_cc(Cmp::from_imm(inst.imm)), x, y)
            }
            Op::IToF => self.int_to_float(x),
            Op::UnboxNumber if self.f.ty(inst.args[0]).is(Type::INT) => {
                self.guard_exact(v, x);
                self.int_to_float(x)
            }
            Op::Unbox | Op::UnboxKnown | Op::UnboxNumber => self.unbox(v, x),
            Op::GuardFloat => {
                self.unbox(v, x);
                x
            }
            Op::BoxFloat => self.box_float(x),
            Op::PureCall => self.pure_call(v, NS_HELPER),
            _ => self.pure_call(v, NS_CONST),
        }
    }

    fn int_to_float(&mut self, x: Value) -> Value {
        let n = self.untag(x);
        self.b.ins().fcvt_from_sint(types::F64, n)
    }

    /// Integers beyond 2^53 would round: comparing and dividing them exactly is the runtime's business.
    fn guard_exact(&mut self, v: Val, x: Value) {
        let n = self.untag(x);
        let shifted = self.b.ins().iadd_imm_s(n, 1 << 53);
        let fine = self.compare(IntCC::UnsignedLessThanOrEqual, shifted, 1 << 54);
        self.guard(v, fine, true, Reason::RareCase);
    }

    /// Whether the word is a self-tagged float.
    fn is_inline(&mut self, w: Value) -> Value {
        let tags = self.k(FLOAT_TAGS);
        let bit = self.b.ins().ushr(tags, w);
        self.b.ins().band_imm_s(bit, 1)
    }

    fn decode(&mut self, w: Value) -> Value {
        let four = self.k(4);
        let turned = self.b.ins().rotr(w, four);
        let offset = self.k(FLOAT_OFFSET);
        let bits = self.b.ins().isub(turned, offset);
        self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits)
    }

    fn unbox(&mut self, v: Val, w: Value) -> Value {
        let op = self.f.inst(v).op;
        let inline = self.is_inline(w);
        let (fast, slow, join) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(join, types::F64);
        self.b.ins().brif(inline, fast, &[], slow, &[]);
        self.b.switch_to_block(fast);
        let x = self.decode(w);
        self.b.ins().jump(join, &[BlockArg::Value(x)]);
        self.b.switch_to_block(slow);
        self.b.set_cold_block(slow);
        if op == Op::UnboxNumber {
            let int = self.cold_block();
            let other = self.cold_block();
            let low = self.b.ins().band_imm_s(w, 3);
            let is_int = self.compare(IntCC::Equal, low, 0);
            self.b.ins().brif(is_int, int, &[], other, &[]);
            self.b.switch_to_block(int);
            self.guard_exact(v, w);
            let x = self.int_to_float(w);
            self.b.ins().jump(join, &[BlockArg::Value(x)]);
            self.b.switch_to_block(other);
        }
        if op != Op::UnboxKnown {
            let low = self.b.ins().band_imm_s(w, 7);
            let pointer = self.compare(IntCC::Equal, low, 1);
            self.guard(v, pointer, true, Reason::NotFloat);
            let id = self.load(types::I32, w, layout::HEADER_ID - 1);
            let want = self.b.ins().iconst(types::I32, layout::FLOAT as i64);
            let float = self.b.ins().icmp(IntCC::Equal, id, want);
            self.guard(v, float, true, Reason::NotFloat);
        }
        let x = self.load(types::F64, w, layout::FLOAT_VALUE - 1);
        self.b.ins().jump(join, &[BlockArg::Value(x)]);
        self.b.switch_to_block(join);
        result
    }

    pub(super) fn cold_block(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        block
    }

    /// The float as a word; those that can't be self-tagged get a heap cell, made by a stub that keeps all registers.
    fn box_float(&mut self, x: Value) -> Value {
        let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), x);
        let offset = self.k(FLOAT_OFFSET);
        let moved = self.b.ins().iadd(bits, offset);
        let four = self.k(4);
        let word = self.b.ins().rotl(moved, four);
        let inline = self.is_inline(word);
        let (slow, join) = (self.cold_block(), self.b.create_block());
        let result = self.b.append_block_param(join, types::I64);
        self.b.ins().brif(inline, join, &[BlockArg::Value(word)], slow, &[]);
        self.b.switch_to_block(slow);
        let ctx = self.ctx();
        self.store(x, ctx, layout::CTX_SCRATCH as i64);
        let boxed = self.call_allocating(Helper::MakeFloat, &[]);
        self.b.ins().jump(join, &[BlockArg::Value(boxed)]);
        self.b.switch_to_block(join);
        result
    }

    /// A function of floats without effects: a runtime helper, or an unboxed native entry.
    fn pure_call(&mut self, v: Val, namespace: u32) -> Value {
        let inst = self.f.inst(v);
        let mut sig = Signature::new(self.host);
        let args: Vec<Value> = inst.args.iter().map(|a| self.get(*a)).collect();
        sig.params = vec![AbiParam::new(types::F64); args.len()];
        sig.returns.push(AbiParam::new(types::F64));
        let target = self.import(namespace, inst.imm as u32, sig);
        self.site(SiteMap { at: 0, callee_base: 0, callee: None, exit: None });
        let call = self.b.ins().call(target, &args);
        self.no_site();
        self.b.inst_results(call)[0]
    }
}
