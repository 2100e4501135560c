//! HIR to CLIF, and CLIF to machine code. This file holds the translation's state, control flow and side exits; the operations
//! are in the files beside it.

mod calls;
mod floats;
mod ints;
mod memory;
mod target;
#[cfg(test)]
mod tests;

pub use target::{host_isa, isa_for};

use crate::addresses::AddressMap;
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{BlockId, Effect, FrameId, Function, Op, Rep, Val};
use crate::layout;
use crate::unit::{
    CompileStats, Compiled, ExitMap, FrameMap, Place, RESUMES, Reloc, RelocKind, SiteMap, Symbol,
};
use cranelift_codegen::binemit::Reloc as MachReloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    AbiParam, Block, BlockArg, ExtFuncData, ExternalName, FuncRef, InstBuilder, MemFlagsData, Signature,
    SourceLoc, Type, UserExternalName, UserFuncName, Value, types,
};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_codegen::{FinalizedRelocTarget, ir};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use habu_runtime::Value as Word;

/// Namespaces of external names.
const NS_HELPER: u32 = 0;
const NS_CONST: u32 = 1;
const NS_START: u32 = 2;

/// What one unit may cost in CLIF before it is given up.
pub const MAX_CLIF: usize = 12_000;

/// What to keep as text.
#[derive(Clone, Copy, Default, Debug)]
pub struct Texts {
    pub hir: bool,
    pub clif: bool,
    pub asm: bool,
}

struct Lower<'a, 'f> {
    f: &'a Function,
    b: FunctionBuilder<'f>,
    values: Vec<Option<Value>>,
    blocks: Vec<Option<Block>>,
    base: Value,
    depth: Value,
    /// Shared exit; parameter: number of the exit.
    exit: Block,
    ret: Block,
    exits: Vec<ExitMap>,
    sites: Vec<SiteMap>,
    /// Address of the instruction stream, constant of the function that runs, by constant number.
    stream: u64,
    consts: Vec<crate::hir::Konst>,
    function: u64,
    has_free: bool,
    stress: bool,
    imported: AddressMap<(u32, u32, usize), FuncRef>,
    /// Blocks that store values into the window and leave, by what they store: exits of one state share theirs.
    storing: AddressMap<Vec<(u32, Val)>, Block>,
    /// Where guards that fail go.
    failing: AddressMap<(Val, Reason), Block>,
    /// Virtual objects that the current exit has made.
    made: AddressMap<Val, Value>,
    /// Calls whose exceptions the unit handles itself, with their exits.
    caught: AddressMap<Val, u32>,
    host: CallConv,
}

/// What lowering needs to know beyond HIR.
pub struct Context<'a> {
    pub isa: &'a dyn TargetIsa,
    pub stream: u64,
    pub function: u64,
    pub has_free: bool,
    /// Arguments that arrive in registers.
    pub args: usize,
    pub texts: Texts,
    /// Compile the countdown of the stress mode into every check.
    pub stress: bool,
}

/// Signature of native code: window, depth, arguments in registers.
fn native_signature(args: usize) -> Signature {
    let mut sig = Signature::new(CallConv::Tail);
    sig.params.push(AbiParam::new(types::I64));
    sig.params.push(AbiParam::new(types::I32));
    for _ in 0..args {
        sig.params.push(AbiParam::new(types::I64));
    }
    sig.returns.push(AbiParam::new(types::I64));
    sig
}

/// Compiles a unit to machine code.
pub fn compile(f: &Function, cx: &Context<'_>) -> Result<Compiled, String> {
    let mut clif =
        ir::Function::with_name_signature(UserFuncName::user(NS_START, 0), native_signature(cx.args));
    let mut frontend = FunctionBuilderContext::new();
    let mut b = FunctionBuilder::new(&mut clif, &mut frontend);
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    let (exit, ret) = (b.create_block(), b.create_block());
    b.append_block_param(exit, types::I32);
    b.append_block_param(ret, types::I64);
    b.switch_to_block(entry);
    let (base, depth) = (b.block_params(entry)[0], b.block_params(entry)[1]);
    let mut lower = Lower {
        f,
        b,
        values: vec![None; f.insts.len()],
        blocks: vec![None; f.blocks.len()],
        base,
        depth,
        exit,
        ret,
        exits: Vec::new(),
        sites: Vec::new(),
        stream: cx.stream,
        consts: f.consts.clone(),
        function: cx.function,
        has_free: cx.has_free,
        stress: cx.stress,
        imported: AddressMap::default(),
        storing: AddressMap::default(),
        failing: AddressMap::default(),
        made: AddressMap::default(),
        caught: f.insts.iter().filter(|i| i.op == Op::IsRaised).map(|i| (i.args[0], 0)).collect(),
        host: cx.isa.default_call_conv(),
    };
    lower.unit(entry);
    let Lower { mut b, exits, sites, consts, .. } = lower;
    b.seal_all_blocks();
    b.finalize(cx.isa.frontend_config());
    let clif_insts = clif.dfg.num_insts();
    if clif_insts > MAX_CLIF {
        return Err(format!("too large ({clif_insts} CLIF instructions)"));
    }
    let clif_text = if cx.texts.clif { clif.display().to_string() } else { String::new() };
    let mut context = cranelift_codegen::Context::for_function(clif);
    context.set_disasm(cx.texts.asm);
    let compiled = context
        .compile(cx.isa, &mut ControlPlane::default())
        .map_err(|e| format!("cranelift: {:?}", e.inner))?
        .clone();
    let names = &context.func.params;
    let mut relocs = Vec::new();
    for r in compiled.buffer.relocs() {
        let kind = match r.kind {
            MachReloc::Abs8 => RelocKind::Abs8,
            MachReloc::X86CallPCRel4 | MachReloc::X86PCRel4 => RelocKind::Rel4,
            MachReloc::Arm64Call => RelocKind::Arm64Call,
            other => return Err(format!("relocation {other:?}")),
        };
        let FinalizedRelocTarget::ExternalName(ExternalName::User(name)) = &r.target else {
            return Err(format!("relocation target {:?}", r.target));
        };
        let name = &names.user_named_funcs()[*name];
        let symbol = match name.namespace {
            NS_HELPER => Symbol::Helper(name.index),
            NS_CONST => Symbol::Const(name.index),
            _ => Symbol::Start,
        };
        relocs.push(Reloc { offset: r.offset, kind, symbol, addend: r.addend });
    }
    // Calls carry the number of their site as source location.
    let mut placed = Vec::new();
    for call in compiled.buffer.call_sites() {
        let places = compiled.buffer.get_srclocs_sorted();
        let found = places[places.partition_point(|s| s.end < call.ret_addr)..]
            .iter()
            .take_while(|s| s.start < call.ret_addr)
            .find(|s| !s.loc.is_default());
        let Some(site) = found.and_then(|s| sites.get(s.loc.bits() as usize)) else {
            return Err("a call without site".into());
        };
        let mut site = site.clone();
        site.at = call.ret_addr;
        placed.push(site);
    }
    placed.sort_by_key(|s| s.at);
    Ok(Compiled {
        name: f.name.clone(),
        osr: f.osr.map(|at| if f.resumes { at | RESUMES } else { at }),
        bytes: compiled.buffer.data().to_vec(),
        relocs,
        consts,
        codes: f.codes.iter().map(|c| c.code).collect(),
        functions: f.codes.iter().map(|c| c.function).collect(),
        exits,
        sites: placed,
        observable: f.osr.is_some() || f.blocks.iter().flat_map(|b| &b.insts).any(|v| is_observing(f, *v)),
        clif: clif_text,
        asm: compiled.vcode.clone().unwrap_or_default(),
        stats: CompileStats {
            clif_insts: clif_insts as u32,
            hir_insts: f.insts.len() as u32,
            ..CompileStats::default()
        },
        ..Compiled::default()
    })
}

/// Whether the instruction takes an exception to its handler.
fn is_catch(f: &Function, v: Val) -> bool {
    f.inst(v).op == Op::CallHelper && f.inst(v).imm == Helper::Catch as i64
}

/// Whether the instruction is there because the frame may have a frame object.
fn is_observing(f: &Function, v: Val) -> bool {
    let told = f.inst(v).op == Op::CallHelper && f.inst(v).imm == Helper::Detach as i64;
    told || is_catch(f, v)
}

/// Machine type of a value.
fn clif_type(rep: Rep) -> Type {
    match rep {
        Rep::F64 => types::F64,
        Rep::Cond => types::I8,
        _ => types::I64,
    }
}

impl Lower<'_, '_> {
    fn unit(&mut self, entry: Block) {
        let order = crate::hir::Order::of(self.f);
        for &b in &order.rpo {
            let block = self.b.create_block();
            self.blocks[b.0 as usize] = Some(block);
            for &p in &self.f.block(b).params {
                let v = self.b.append_block_param(block, clif_type(self.f.ty(p).rep()));
                self.values[p.0 as usize] = Some(v);
            }
        }
        let first = self.block(self.f.entry());
        self.b.ins().jump(first, &[]);
        for &b in &order.rpo {
            let block = self.block(b);
            self.b.switch_to_block(block);
            if matches!(self.f.term(b).op, Op::Exit) {
                self.b.set_cold_block(block);
            }
            for &v in &self.f.block(b).insts {
                self.instruction(v, entry);
            }
        }
        self.shared_exit();
        self.b.switch_to_block(self.ret);
        let result = self.b.block_params(self.ret)[0];
        self.b.ins().return_(&[result]);
    }

    /// The one block every side exit goes to.
    fn shared_exit(&mut self) {
        self.b.switch_to_block(self.exit);
        self.b.set_cold_block(self.exit);
        let number = self.b.block_params(self.exit)[0];
        let (ctx, base, depth) = (self.ctx(), self.base, self.depth);
        let v = self.call_thunk(Helper::Exit, &[ctx, base, depth, number], true, None);
        let ret = self.ret;
        self.b.ins().jump(ret, &[BlockArg::Value(v.unwrap_or(base))]);
    }

    fn block(&self, b: BlockId) -> Block {
        self.blocks[b.0 as usize].expect("reachable blocks are made first")
    }

    fn get(&self, v: Val) -> Value {
        self.values[v.0 as usize].expect("verified: definitions come before uses")
    }

    fn arg(&self, v: Val, i: usize) -> Value {
        self.get(self.f.inst(v).args[i])
    }

    fn ctx(&mut self) -> Value {
        self.b.ins().get_pinned_reg(types::I64)
    }

    fn k(&mut self, n: i64) -> Value {
        self.b.ins().iconst(types::I64, n)
    }

    fn load(&mut self, ty: Type, p: Value, offset: i64) -> Value {
        self.b.ins().load(ty, MemFlagsData::trusted(), p, offset as i32)
    }

    fn store(&mut self, v: Value, p: Value, offset: i64) {
        self.b.ins().store(MemFlagsData::trusted(), v, p, offset as i32);
    }

    /// A function known by namespace and number, for a signature.
    fn import(&mut self, namespace: u32, index: u32, sig: Signature) -> FuncRef {
        let key = (namespace, index, sig.params.len());
        if let Some(f) = self.imported.get(&key) {
            return *f;
        }
        let signature = self.b.import_signature(sig);
        let name = self.b.func.declare_imported_user_function(UserExternalName { namespace, index });
        let f = self.b.import_function(ExtFuncData {
            name: ExternalName::user(name),
            signature,
            colocated: namespace == NS_START,
            patchable: false,
        });
        self.imported.insert(key, f);
        f
    }

    /// A constant of the table as a word, resolved at install.
    fn constant(&mut self, index: u32) -> Value {
        let f = self.import(NS_CONST, index, Signature::new(self.host));
        self.b.ins().func_addr(types::I64, f)
    }

    fn new_constant(&mut self, konst: crate::hir::Konst) -> Value {
        let index = match self.consts.iter().position(|k| *k == konst) {
            Some(i) => i,
            None => {
                self.consts.push(konst);
                self.consts.len() - 1
            }
        };
        self.constant(index as u32)
    }

    // ---- guards and exits

    /// Goes on in a new block if `cond` is nonzero (`when`) or zero, else through a side exit.
    fn guard(&mut self, v: Val, cond: Value, when: bool, reason: Reason) {
        let Some(frame) = self.f.inst(v).frame else { return };
        let known = self.failing.get(&(v, reason)).copied();
        let (cold, go_on) = (known.unwrap_or_else(|| self.b.create_block()), self.b.create_block());
        // The prologue's checks are left alone: their exits may refuse the call.
        if self.stress && reason != Reason::Entry {
            let ctx = self.ctx();
            let count = self.load(types::I32, ctx, layout::CTX_STRESS as i64);
            let one = self.b.ins().iconst(types::I32, 1);
            let less = self.b.ins().isub(count, one);
            self.store(less, ctx, layout::CTX_STRESS as i64);
            let zero = self.b.ins().iconst(types::I32, 0);
            let forced = self.b.ins().icmp(IntCC::Equal, less, zero);
            let fine = self.b.create_block();
            self.b.ins().brif(forced, cold, &[], fine, &[]);
            self.b.switch_to_block(fine);
        }
        if when {
            self.b.ins().brif(cond, go_on, &[], cold, &[]);
        } else {
            self.b.ins().brif(cond, cold, &[], go_on, &[]);
        }
        if known.is_none() {
            self.failing.insert((v, reason), cold);
            self.b.set_cold_block(cold);
            self.b.switch_to_block(cold);
            self.leave(v, frame, reason);
        }
        self.b.switch_to_block(go_on);
    }

    /// Stores what the frame state names and goes to the shared exit. Ends the current block.
    fn leave(&mut self, v: Val, frame: FrameId, reason: Reason) {
        let stored = self.f.stored.get(&v).map_or(&[][..], |s| s);
        let mut missing = Vec::new();
        let map = self.exit_map(frame, reason, stored, Some(&mut missing));
        self.exits.push(map);
        let number = self.b.ins().iconst(types::I32, self.exits.len() as i64 - 1);
        if missing.is_empty() {
            let exit = self.exit;
            self.b.ins().jump(exit, &[BlockArg::Value(number)]);
            return;
        }
        if let Some(block) = self.storing.get(&missing) {
            self.b.ins().jump(*block, &[BlockArg::Value(number)]);
            return;
        }
        let block = self.cold_block();
        let param = self.b.append_block_param(block, types::I32);
        self.b.ins().jump(block, &[BlockArg::Value(number)]);
        self.b.switch_to_block(block);
        self.made.clear();
        for (slot, v) in &missing {
            let value = if self.f.inst(*v).op.is_virtual() { self.make(*v) } else { self.get(*v) };
            let value = match self.f.ty(*v).rep() {
                Rep::Cond => self.b.ins().uextend(types::I64, value),
                _ => value,
            };
            let base = self.base;
            self.store(value, base, i64::from(*slot) * 8);
        }
        self.storing.insert(missing, block);
        let exit = self.exit;
        self.b.ins().jump(exit, &[BlockArg::Value(param)]);
    }

    /// Describes a state; what the exit has to store into the window goes into `missing`, by register of the unit's window.
    fn exit_map(
        &self,
        frame: FrameId,
        reason: Reason,
        stored: &[u32],
        mut missing: Option<&mut Vec<(u32, Val)>>,
    ) -> ExitMap {
        let mut frames = Vec::new();
        for (_, state) in self.f.frame_chain(frame) {
            let mut regs = Vec::new();
            for (r, v) in state.regs.iter().enumerate() {
                let Some(v) = *v else { continue };
                let slot = state.base + r as u32;
                let there = missing.is_none() || stored.contains(&slot);
                let (place, needed) = self.place(v, there);
                if let (Some(v), Some(missing)) = (needed, &mut missing) {
                    missing.push((slot, v));
                }
                regs.push((r as u32, place));
            }
            frames.push(FrameMap {
                code: state.code,
                pc: state.pc,
                base: state.base,
                regs,
                result: state.result,
            });
        }
        ExitMap { reason, filled: Vec::new(), hooked: false, frames }
    }

    /// Where an exit finds a value, and what is to be stored there first.
    fn place(&self, v: Val, there: bool) -> (Place, Option<Val>) {
        let root = self.f.root(v);
        let inst = self.f.inst(root);
        match inst.op {
            Op::Word => return (Place::Known(inst.imm as u64), None),
            Op::Const => return (Place::Const(inst.imm as u32), None),
            _ if there => return (Place::Word, None),
            Op::Float => {
                if let Some(word) = Word::try_float(f64::from_bits(inst.imm as u64)) {
                    return (Place::Known(word.0), None);
                }
            }
            _ => {}
        }
        let source = if inst.op.is_virtual() { root } else { v };
        match self.f.ty(v).rep() {
            Rep::F64 => (Place::F64, Some(source)),
            Rep::Cond => (Place::Cond, Some(source)),
            _ => (Place::Word, Some(source)),
        }
    }

    // ---- dispatch

    fn instruction(&mut self, v: Val, entry: Block) {
        let inst = self.f.inst(v);
        let result = match inst.op {
            Op::Param => return,
            Op::Arg => Some(self.b.block_params(entry)[2 + inst.imm as usize]),
            Op::Word | Op::Raw => Some(self.k(inst.imm)),
            Op::Const => Some(self.constant(inst.imm as u32)),
            Op::Float => Some(self.b.ins().f64const(f64::from_bits(inst.imm as u64))),

            Op::GuardInt
            | Op::IAdd
            | Op::ISub
            | Op::IMul
            | Op::IFloorDiv
            | Op::IMod
            | Op::INeg
            | Op::IShl
            | Op::IShr
            | Op::IAnd
            | Op::IOr
            | Op::IXor
            | Op::IInvert
            | Op::IAddFast
            | Op::ISubFast
            | Op::IMulFast
            | Op::IFloorDivFast
            | Op::IModFast
            | Op::IMax
            | Op::RangeItem
            | Op::ICmp
            | Op::Untag
            | Op::Tag
            | Op::RAdd
            | Op::RShift
            | Op::RCmp
            | Op::RBelow => Some(self.int_op(v)),

            Op::Unbox
            | Op::UnboxKnown
            | Op::UnboxNumber
            | Op::GuardFloat
            | Op::IToF
            | Op::FAdd
            | Op::FSub
            | Op::FMul
            | Op::FDiv
            | Op::FNeg
            | Op::FAbs
            | Op::FSqrt
            | Op::FToInt
            | Op::FCmp
            | Op::BoxFloat
            | Op::PureCall
            | Op::CallUnboxed => Some(self.float_op(v)),

            Op::GuardBool => {
                let w = self.arg(v, 0);
                let either = self.b.ins().bor_imm_s(w, (Word::TRUE.0 ^ Word::FALSE.0) as i64);
                let cond = self.compare(IntCC::Equal, either, (Word::TRUE.0 | Word::FALSE.0) as i64);
                self.guard(v, cond, true, Reason::NotBool);
                Some(w)
            }
            Op::GuardBound => {
                let w = self.arg(v, 0);
                let cond = self.compare(IntCC::NotEqual, w, Word::UNBOUND.0 as i64);
                self.guard(v, cond, true, Reason::Unbound);
                Some(w)
            }
            Op::GuardSame => {
                let (x, y) = (self.arg(v, 0), self.arg(v, 1));
                let cond = self.b.ins().icmp(IntCC::Equal, x, y);
                self.guard(v, cond, true, Reason::WrongValue);
                Some(x)
            }
            Op::GuardTrue | Op::GuardFalse => {
                let cond = self.arg(v, 0);
                self.guard(v, cond, inst.op == Op::GuardTrue, Reason::from_index(inst.imm as usize));
                None
            }
            Op::Truthy => Some(self.truthy(v)),
            Op::Known => Some(self.b.ins().iconst(types::I8, inst.imm)),
            Op::BothInts => {
                let (x, y) = (self.arg(v, 0), self.arg(v, 1));
                let either = self.b.ins().bor(x, y);
                let low = self.b.ins().band_imm_s(either, 3);
                Some(self.compare(IntCC::Equal, low, 0))
            }
            Op::HasShape => Some(self.has_shape(v)),
            Op::Same => {
                let (x, y) = (self.arg(v, 0), self.arg(v, 1));
                Some(self.b.ins().icmp(IntCC::Equal, x, y))
            }
            Op::BoolWord => {
                let c = self.arg(v, 0);
                Some(self.bool_word(c))
            }
            Op::IsTrue => {
                let w = self.arg(v, 0);
                Some(self.compare(IntCC::Equal, w, Word::TRUE.0 as i64))
            }
            Op::IsRaised => {
                let w = self.arg(v, 0);
                Some(self.compare(IntCC::Equal, w, Word::EXCEPTION.0 as i64))
            }
            Op::LoadContext => {
                let ctx = self.ctx();
                Some(self.load(types::I64, ctx, inst.imm))
            }
            Op::StoreContext => {
                let (w, ctx) = (self.arg(v, 0), self.ctx());
                self.store(w, ctx, inst.imm);
                None
            }
            Op::IsObserved => {
                let ctx = self.ctx();
                let newest = self.load(types::I64, ctx, layout::CTX_OBSERVED as i64);
                Some(self.b.ins().icmp(IntCC::Equal, newest, self.base))
            }
            Op::Not => {
                let c = self.arg(v, 0);
                Some(self.b.ins().bxor_imm_s(c, 1))
            }

            Op::LoadWindow
            | Op::Callee
            | Op::GuardShape
            | Op::GuardUnwatched
            | Op::WindowAddress
            | Op::LoadField
            | Op::LoadFieldInt
            | Op::LoadFieldF64
            | Op::LoadConst
            | Op::LoadConstRaw
            | Op::StoreField
            | Op::StoreFieldInt
            | Op::StoreFieldF64
            | Op::LoadFieldRaw
            | Op::StoreFieldRaw
            | Op::AsObject
            | Op::SetShape
            | Op::Reshaped
            | Op::LoadCell
            | Op::StoreCell
            | Op::ListLen
            | Op::ListArray
            | Op::LoadElem
            | Op::LoadElemInt
            | Op::LoadElemF64
            | Op::LoadItemConst
            | Op::StoreElem
            | Op::StoreElemInt
            | Op::StoreElemF64
            | Op::StoreFieldPlain
            | Op::OwnGenerator
            | Op::ResumeEntry
            | Op::LoadByte
            | Op::SameText
            | Op::FirstByte
            | Op::Character
            | Op::ListRoom
            | Op::StoreListLen
            | Op::StoreByte
            | Op::LoadNumber
            | Op::LoadNumberF64
            | Op::StoreNumber
            | Op::StoreNumberF64
            | Op::Spill => self.memory_op(v),

            Op::CallDirect | Op::CallEntry | Op::CallHelper | Op::Resume => Some(self.call_op(v)),
            Op::Ask => Some(self.ask(v)),
            Op::Tell => {
                self.ask(v);
                None
            }
            Op::NewObject => Some(self.new_object(v)),
            // Exits make it.
            Op::Virtual | Op::VirtualMap => None,
            Op::MakeMap => {
                let word = self.make_map(v, Helper::MakeMap);
                self.guard(v, word, true, Reason::RareCase);
                Some(word)
            }

            Op::Poll => {
                let ctx = self.ctx();
                let flags = self.load(types::I32, ctx, layout::CTX_POLL as i64);
                self.guard(v, flags, false, Reason::Poll);
                None
            }
            Op::Prologue => {
                self.prologue(v, entry);
                None
            }
            Op::Jump => {
                let (block, args) = self.target(v, 0);
                self.b.ins().jump(block, &args);
                None
            }
            Op::Branch => {
                let cond = self.arg(v, 0);
                let ((yes, yes_args), (no, no_args)) = (self.target(v, 0), self.target(v, 1));
                self.b.ins().brif(cond, yes, &yes_args, no, &no_args);
                None
            }
            Op::Return => {
                let value = self.arg(v, 0);
                let ret = self.ret;
                self.b.ins().jump(ret, &[BlockArg::Value(value)]);
                None
            }
            Op::Exit => {
                if let Some(frame) = inst.frame {
                    self.leave(v, frame, Reason::from_index(inst.imm as usize));
                }
                None
            }
        };
        debug_assert!(inst.op.effect() != Effect::Call || inst.frame.is_some());
        self.values[v.0 as usize] = result;
    }

    fn target(&self, v: Val, i: usize) -> (Block, Vec<BlockArg>) {
        let target = &self.f.inst(v).targets[i];
        (self.block(target.block), target.args.iter().map(|a| BlockArg::Value(self.get(*a))).collect())
    }

    fn compare(&mut self, cc: IntCC, x: Value, n: i64) -> Value {
        let y = self.k(n);
        self.b.ins().icmp(cc, x, y)
    }

    fn bool_word(&mut self, c: Value) -> Value {
        let wide = self.b.ins().uextend(types::I64, c);
        let bit = (Word::TRUE.0 ^ Word::FALSE.0).trailing_zeros() as i64;
        let shift = self.k(bit);
        let shifted = self.b.ins().ishl(wide, shift);
        let base = self.k(Word::FALSE.0 as i64);
        self.b.ins().iadd(shifted, base)
    }

    /// Truth of a word that is a bool, a small int or None; anything else exits.
    fn truthy(&mut self, v: Val) -> Value {
        let w = self.arg(v, 0);
        let low = self.b.ins().band_imm_s(w, 3);
        let is_int = self.compare(IntCC::Equal, low, 0);
        let either = self.b.ins().bor_imm_s(w, (Word::TRUE.0 ^ Word::FALSE.0) as i64);
        let is_bool = self.compare(IntCC::Equal, either, (Word::TRUE.0 | Word::FALSE.0) as i64);
        let is_none = self.compare(IntCC::Equal, w, Word::NONE.0 as i64);
        let simple = self.b.ins().bor(is_int, is_bool);
        let simple = self.b.ins().bor(simple, is_none);
        self.guard(v, simple, true, Reason::NotBool);
        let is_false = self.compare(IntCC::Equal, w, Word::FALSE.0 as i64);
        let is_zero = self.compare(IntCC::Equal, w, 0);
        let falsy = self.b.ins().bor(is_false, is_none);
        let falsy = self.b.ins().bor(falsy, is_zero);
        self.b.ins().bxor_imm_s(falsy, 1)
    }

    /// Machine stack, register stack and recursion limit; and the header word that tells observers whose frame this is.
    fn prologue(&mut self, v: Val, entry: Block) {
        if self.f.resumes {
            self.head_of_body(entry);
        }
        let ctx = self.ctx();
        let sp = self.b.ins().get_stack_pointer(types::I64);
        let limit = self.load(types::I64, ctx, layout::CTX_STACK_LIMIT as i64);
        let cond = self.b.ins().icmp(IntCC::UnsignedLessThan, sp, limit);
        self.guard(v, cond, false, Reason::Entry);
        let ctx = self.ctx();
        let limit = self.load(types::I64, ctx, layout::CTX_REGISTER_LIMIT as i64);
        let size = self.f.window_end() as i64 * 8;
        let size = self.k(size);
        let end = self.b.ins().iadd(self.base, size);
        let cond = self.b.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
        self.guard(v, cond, false, Reason::Entry);
        let ctx = self.ctx();
        let limit = self.load(types::I32, ctx, layout::CTX_RECURSION_LIMIT as i64);
        // Inlined calls count.
        let nested = self.f.frames.iter().map(|f| self.f.callers(f)).max().unwrap_or(0);
        let deepest = self.b.ins().iadd_imm_s(self.depth, nested as i64);
        let cond = self.b.ins().icmp(IntCC::UnsignedGreaterThan, deepest, limit);
        self.guard(v, cond, false, Reason::Entry);
        // Whoever calls a function with free variables stores it; other functions of one code are as good as each other.
        let observed = self.f.blocks.iter().flat_map(|b| &b.insts).any(|i| {
            let inst = self.f.inst(*i);
            matches!(inst.op, Op::CallHelper | Op::BoxFloat | Op::NewObject)
        });
        if observed && !self.has_free && !self.f.resumes {
            let function = self.new_constant(crate::hir::Konst::Value(self.function));
            let base = self.base;
            self.store(function, base, -24);
        }
    }

    /// What stands below the window of a resumed body: function and generator.
    fn head_of_body(&mut self, entry: Block) {
        let g = self.b.block_params(entry)[3];
        let function = self.load(types::I64, g, layout::GENERATOR_FUNCTION - 1);
        let base = self.base;
        self.store(function, base, -24);
        self.store(g, base, -32);
    }

    /// Numbers the next call for the return-address map.
    fn site(&mut self, site: SiteMap) {
        self.sites.push(site);
        self.b.set_srcloc(SourceLoc::new(self.sites.len() as u32 - 1));
    }

    fn no_site(&mut self) {
        self.b.set_srcloc(SourceLoc::default());
    }
}
