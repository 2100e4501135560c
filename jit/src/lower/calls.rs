//! Calls: direct ones to native code, and of runtime helpers through thunks that make the frames walkable.

use super::{Lower, NS_HELPER, NS_START, native_signature};
use crate::build::{REGISTER_ARGS, RESUME_ARGS};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Konst, Op, Rep, Val};
use crate::layout;
use crate::unit::SiteMap;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature, Value, types};
use cranelift_codegen::isa::CallConv;
use habu_runtime::Value as Word;

impl Lower<'_, '_> {
    pub(super) fn call_op(&mut self, v: Val) -> Value {
        let inst = self.f.inst(v);
        let Some(frame) = inst.frame else { unreachable!("verified: calls have frames") };
        if super::is_catch(self.f, v) {
            // What can't be caught here leaves as the call that raised.
            let exit = self.caught[&inst.args[0]];
            let result = self.helper(v, exit);
            self.check_raised(result, exit);
            return result;
        }
        // All the state names is in the window when the call raises or is never returned to.
        let stored: Vec<u32> = self.f.stored.get(&v).cloned().unwrap_or_default();
        let mut map = self.exit_map(frame, Reason::Raised, &stored, None);
        map.hooked = self.f.hooked.contains(&v);
        map.filled = self.f.filled.get(&v).cloned().unwrap_or_default();
        self.exits.push(map);
        let exit = self.exits.len() as u32 - 1;
        let result = match inst.op {
            Op::CallDirect => self.direct(v, exit),
            Op::Resume => self.resume(v, exit),
            Op::CallEntry => self.entry(v, exit),
            _ => self.helper(v, exit),
        };
        if let Some(known) = self.caught.get_mut(&v) {
            *known = exit;
        } else {
            self.check_raised(result, exit);
        }
        result
    }

    /// Leaves through the exit if the result word says that an exception is pending.
    fn check_raised(&mut self, result: Value, exit: u32) {
        let raised = self.compare(IntCC::Equal, result, Word::EXCEPTION.0 as i64);
        let (cold, go_on) = (self.cold_block(), self.b.create_block());
        self.b.ins().brif(raised, cold, &[], go_on, &[]);
        self.b.switch_to_block(cold);
        let number = self.b.ins().iconst(types::I32, exit as i64);
        let shared = self.exit;
        self.b.ins().jump(shared, &[number.into()]);
        self.b.switch_to_block(go_on);
    }

    /// Window and depth of the frame that a call makes.
    fn frame_of_callee(&mut self, v: Val) -> (Value, Value) {
        let inst = self.f.inst(v);
        let offset = self.k(inst.extra as i64 * 8);
        let base = self.b.ins().iadd(self.base, offset);
        let nested = inst.frame.map_or(0, |id| self.f.callers(self.f.frame(id)));
        (base, self.b.ins().iadd_imm_s(self.depth, nested as i64 + 1))
    }

    fn direct(&mut self, v: Val, exit: u32) -> Value {
        let inst = self.f.inst(v);
        let (base, depth) = self.frame_of_callee(v);
        let mut args = vec![base, depth];
        args.extend(inst.args.iter().map(|a| self.get(*a)));
        let own =
            self.f.osr.is_none() && self.consts[inst.imm as usize] == Konst::Entry(self.f.codes[0].code);
        let site = SiteMap {
            at: 0,
            callee_base: inst.extra,
            callee: Some((inst.imm as u32, inst.args.len() as u32)),
            exit: Some(exit),
        };
        let call = if own {
            let target = self.import(NS_START, 0, native_signature(inst.args.len()));
            self.site(site);
            self.b.ins().call(target, &args)
        } else {
            let cell = self.constant(inst.imm as u32);
            let entry = self.load(types::I64, cell, 0);
            let sig = self.b.import_signature(native_signature(inst.args.len()));
            self.site(site);
            self.b.ins().call_indirect(sig, entry, &args)
        };
        self.no_site();
        self.b.inst_results(call)[0]
    }

    /// Calls code at an address; its arguments are in the window.
    fn entry(&mut self, v: Val, exit: u32) -> Value {
        let inst = self.f.inst(v);
        let (base, depth) = self.frame_of_callee(v);
        let mut args = vec![base, depth];
        for k in 0..REGISTER_ARGS {
            args.push(self.load(types::I64, base, k as i64 * 8));
        }
        let entry = self.get(inst.args[0]);
        let sig = self.b.import_signature(native_signature(REGISTER_ARGS));
        self.site(SiteMap { at: 0, callee_base: inst.extra, callee: None, exit: Some(exit) });
        let call = self.b.ins().call_indirect(sig, entry, &args);
        self.no_site();
        self.b.inst_results(call)[0]
    }

    /// Resumes a generator in its native code.
    fn resume(&mut self, v: Val, exit: u32) -> Value {
        let inst = self.f.inst(v);
        let (base, depth) = self.frame_of_callee(v);
        let args = [base, depth, self.get(inst.args[1]), self.get(inst.args[2])];
        // What the resumer is handling, below the generator.
        let ctx = self.ctx();
        let handled = self.load(types::I64, ctx, layout::CTX_HANDLED as i64);
        self.store(handled, base, -40);
        let entry = self.get(inst.args[0]);
        let sig = self.b.import_signature(native_signature(RESUME_ARGS));
        self.site(SiteMap { at: 0, callee_base: inst.extra, callee: None, exit: Some(exit) });
        let call = self.b.ins().call_indirect(sig, entry, &args);
        self.no_site();
        self.b.inst_results(call)[0]
    }

    fn helper(&mut self, v: Val, exit: u32) -> Value {
        let inst = self.f.inst(v);
        let Some(state) = inst.frame.map(|id| self.f.frame(id)) else {
            unreachable!("verified: calls have frames")
        };
        let stream = if state.code == 0 { self.stream } else { self.f.codes[state.code as usize].stream };
        let at = self.new_constant(Konst::Address(stream + state.pc as u64 * 4));
        let (ctx, mut base, mut depth) = (self.ctx(), self.base, self.depth);
        if state.caller.is_some() {
            // An inlined frame's header tells observers whose it is.
            base = self.b.ins().iadd_imm_s(base, state.base as i64 * 8);
            depth = self.b.ins().iadd_imm_s(depth, self.f.callers(state) as i64);
            let function = self.new_constant(Konst::Value(self.f.codes[state.code as usize].function));
            self.store(function, base, -24);
        }
        self.store(at, ctx, layout::CTX_PC as i64);
        self.store(base, ctx, layout::CTX_BASE as i64);
        self.store(depth, ctx, layout::CTX_DEPTH as i64);
        let mut args = vec![ctx];
        args.extend(inst.args.iter().map(|a| self.get(*a)));
        let helper = Helper::from_index(inst.imm as usize);
        self.call_thunk(helper, &args, true, Some(exit)).unwrap_or(base)
    }

    /// Calls a helper's thunk; the argument types are those of the values.
    pub(super) fn call_thunk(
        &mut self,
        helper: Helper,
        args: &[Value],
        result: bool,
        exit: Option<u32>,
    ) -> Option<Value> {
        let mut sig = Signature::new(self.host);
        for a in args {
            let ty = self.b.func.dfg.value_type(*a);
            sig.params.push(AbiParam::new(ty));
        }
        if result {
            sig.returns.push(AbiParam::new(types::I64));
        }
        let target = self.import(NS_HELPER, helper as u32, sig);
        self.site(SiteMap { at: 0, callee_base: 0, callee: None, exit });
        let call = self.b.ins().call(target, args);
        self.no_site();
        self.b.inst_results(call).first().copied()
    }

    /// Calls a helper that neither raises nor looks at frames: without a thunk.
    pub(super) fn ask(&mut self, v: Val) -> Value {
        let inst = self.f.inst(v);
        let mut args = vec![self.ctx()];
        args.extend(inst.args.iter().map(|a| self.get(*a)));
        let helper = Helper::from_index(inst.imm as usize);
        let base = self.base;
        self.call_thunk(helper, &args, true, None).unwrap_or(base)
    }

    /// Calls a stub that allocates, may collect, and leaves its result in the scratch word of the context.
    pub(super) fn call_allocating(&mut self, helper: Helper, args: &[Value]) -> Value {
        let (ctx, base) = (self.ctx(), self.base);
        self.store(base, ctx, layout::CTX_BASE as i64);
        // Outside of the code: the collector then takes all registers for live.
        let nowhere = self.new_constant(Konst::Address(self.stream.wrapping_sub(4)));
        self.store(nowhere, ctx, layout::CTX_PC as i64);
        // Inlined frames lie above.
        let inlined = self.f.codes.len() > 1;
        let top = self.load(types::I64, ctx, layout::CTX_TOP as i64);
        if inlined {
            let end = self.b.ins().iadd_imm_s(base, self.f.window_end() as i64 * 8);
            self.store(end, ctx, layout::CTX_TOP as i64);
        }
        self.call_preserving(helper, args);
        let ctx = self.ctx();
        if inlined {
            self.store(top, ctx, layout::CTX_TOP as i64);
        }
        self.load(types::I64, ctx, layout::CTX_SCRATCH as i64)
    }

    /// Calls a stub that keeps every register, so that the rejoining cold path costs the hot one nothing.
    pub(super) fn call_preserving(&mut self, helper: Helper, args: &[Value]) {
        let mut sig = Signature::new(CallConv::PreserveAll);
        sig.params = vec![AbiParam::new(types::I64); args.len()];
        let target = self.import(NS_HELPER, helper as u32, sig);
        self.site(SiteMap { at: 0, callee_base: 0, callee: None, exit: None });
        self.b.ins().call(target, args);
        self.no_site();
        debug_assert!(self.f.insts.iter().all(|i| i.ty.rep() != Rep::None || i.op != Op::BoxFloat));
    }
}
