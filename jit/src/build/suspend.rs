//! Generators, coroutines and async generators: making them, suspending their bodies, resuming others.

use super::{Builder, exceptions, perform};
use crate::helpers::Helper;
use crate::hir::{Cmp, Op as H, Target, Type, Val};
use crate::layout;
use habu_bytecode::Suspension;
use habu_bytecode::op::Instr;
use habu_runtime::Value;
use habu_runtime::types::generator::State;

/// Entry of a body that is resumed: the registers come from the generator.
pub fn entry(b: &mut Builder, at: u32) -> u32 {
    let sent = b.emit(H::Arg, &[], 0);
    let g = b.emit(H::Arg, &[], 1);
    b.f.inst_mut(g).ty = Type::OBJECT;
    b.generator = Some(g);
    let pc = b.snap.suspended_pc(at);
    let begun = pc == at;
    let start = if begun { b.snap.next(at, b.snap.op(at).unwrap_or(b.op)) } else { pc };
    let saved = b.snap.saved_at(pc);
    b.pc = start;
    for r in 0..saved {
        if b.carries(start, r) {
            b.regs[r as usize] = Some(b.emit(H::LoadField, &[g], layout::GENERATOR_REGISTERS + r as i64 * 8));
        }
    }
    if begun {
        b.regs[b.snap.instr(at).a as usize] = Some(sent);
    }
    b.emit(H::Prologue, &[], 0);
    set_state(b, g, State::Running, saved);
    start
}

fn set_state(b: &mut Builder, g: Val, state: State, saved: u32) {
    let word = b.raw(layout::generator_state(state, saved, b.snap.registers));
    b.emit(H::StoreFieldRaw, &[g, word], layout::GENERATOR_STATE);
}

/// The generator whose body the unit is.
fn own(b: &mut Builder) -> Val {
    match b.generator {
        Some(g) => g,
        None => b.emit(H::OwnGenerator, &[], 0),
    }
}

/// The state of a generator, raw.
fn state_of(b: &mut Builder, g: Val) -> Val {
    let zero = b.raw(0);
    b.emit(H::LoadByte, &[g, zero], layout::GENERATOR_STATE)
}

pub fn make_generator(b: &mut Builder) {
    let behind = b.snap.next(b.pc, b.op);
    for r in 0..b.snap.saved_at(behind) {
        let v = b.get(r as u16);
        b.emit(H::Spill, &[v], r as i64);
    }
    let at = b.emit(H::WindowAddress, &[], 0);
    let pc = perform::address(b, b.snap.stream + behind as u64 * 4);
    let v = b.call_helper(Helper::MakeGenerator, &[at, pc]);
    b.f.inst_mut(v).ty = Type::BOUND;
    b.terminate(H::Return, &[v], 0, Vec::new());
}

pub fn suspend(b: &mut Builder, i: Instr) {
    let (g, v) = (own(b), b.get(i.b));
    let saved = b.snap.saved_at(b.pc);
    let mut stores = Vec::new();
    for r in 0..saved {
        let Some(content) = b.regs[r as usize].filter(|_| b.carries(b.pc, r)) else { continue };
        let offset = layout::GENERATOR_REGISTERS + r as i64 * 8;
        let known = b.f.inst(b.f.root(content));
        // What is there already.
        if !(known.op == H::LoadField && known.imm == offset && Some(known.args[0]) == b.generator) {
            stores.push((offset, content));
        }
    }
    // The last store that may need a barrier has it for all.
    let barred = stores.iter().rposition(|(_, v)| !b.ty(*v).is_immediate());
    for (k, (offset, content)) in stores.iter().enumerate() {
        if Some(k) != barred {
            b.emit(H::StoreFieldPlain, &[g, *content], *offset);
        }
    }
    if let Some(k) = barred {
        let (offset, content) = stores[k];
        b.emit(H::StoreField, &[g, content], offset);
    }
    let pc = perform::address(b, b.snap.stream + b.pc as u64 * 4);
    b.emit(H::StoreFieldRaw, &[g, pc], layout::GENERATOR_PC);
    set_state(b, g, State::Suspended, saved);
    // Pending `finally` and `with` blocks run when nobody refers to it any more.
    let suspension = Suspension::of(&b.snap.handlers, b.pc, |at| b.snap.instr(at));
    let hooked = b.snap.flags & habu_runtime::types::code::call_flags::ASYNC_GENERATOR != 0;
    if hooked || suspension != Suspension::Quiet {
        b.emit(H::Tell, &[g], Helper::WatchGenerator as i64);
    }
    exceptions::detach(b);
    if b.snap.handles() {
        let at = b.emit(H::WindowAddress, &[], 0);
        b.emit(H::Tell, &[at], Helper::RestoreHandled as i64);
    }
    b.terminate(H::Return, &[v], 0, Vec::new());
}

/// Before a body's return.
pub fn finish(b: &mut Builder) {
    if b.snap.is_generator() {
        let g = own(b);
        b.emit(H::Tell, &[g], Helper::FinishGenerator as i64);
    }
}

fn empty(block: crate::hir::BlockId) -> Target {
    Target { block, args: Vec::new() }
}

/// Resumes a generator that has native code where it stands, going on in the current block with what it gives and its state.
/// Others go on in the block that is given back.
fn resume(b: &mut Builder, it: Val, sent: Val, coroutines: bool) -> (Val, Val, crate::hir::BlockId) {
    let entry = b.emit(H::ResumeEntry, &[it], coroutines as i64);
    let zero = b.raw(0);
    // Those that wait for others have a sign: the runtime knows a shorter way to the innermost.
    let native = b.emit(H::RCmp, &[entry, zero], Cmp::Gt as i64);
    let (direct, other) = (b.f.new_block(), b.f.new_block());
    b.branch(native, empty(direct), empty(other));
    b.ended = false;
    b.block = direct;
    let g = b.emit(H::Reshaped, &[it], 0);
    b.f.inst_mut(g).ty = Type::OBJECT;
    let v = b.emit(H::Resume, &[entry, sent, g], 0);
    // The generator and the handled exception are in front of the header.
    b.f.inst_mut(v).extra = b.offset() + b.snap.registers + 5;
    b.f.inst_mut(v).ty = Type::BOUND;
    let state = state_of(b, g);
    let suspended = b.raw(State::Suspended as i64);
    let more = b.emit(H::RCmp, &[state, suspended], Cmp::Eq as i64);
    (v, more, other)
}

/// FOR_ITER over generators: the next item into register `dst`, and the jump. The general case goes on in the current block.
pub fn next_of_generator(b: &mut Builder, it: Val, dst: u16) {
    let none = b.word(Value::NONE.0);
    let before = b.regs.clone();
    let (v, more, other) = resume(b, it, none, false);
    let (body, next) = (b.snap.target(b.pc, b.op), b.snap.next(b.pc, b.op));
    let finished = b.edge(next);
    let old = b.regs[dst as usize].replace(v);
    let again = b.edge(body.unwrap_or(next));
    b.regs[dst as usize] = old;
    b.branch(more, again, finished);
    b.ended = false;
    b.block = other;
    b.regs = before;
}

pub fn send(b: &mut Builder, i: Instr) {
    let (it, sent) = (b.get(i.b), b.get(i.c));
    let (target, next) = (b.snap.target(b.pc, b.op), b.snap.next(b.pc, b.op));
    let target = target.unwrap_or(next);
    let before = b.regs.clone();
    let (v, more, other) = resume(b, it, sent, true);
    b.regs[i.a as usize] = Some(v);
    let (yielded, returned) = (b.edge(next), b.edge(target));
    b.branch(more, yielded, returned);
    b.ended = false;
    b.block = other;
    b.regs = before;
    let at = b.emit(H::WindowAddress, &[], i.a as i64);
    let done = b.call_helper(Helper::Send, &[at, it, sent]);
    b.f.filled.insert(done, vec![i.a as u32]);
    let v = b.emit(H::LoadWindow, &[], i.a as i64);
    b.f.inst_mut(v).ty = Type::BOUND;
    b.regs[i.a as usize] = Some(v);
    let cond = b.emit(H::IsTrue, &[done], 0);
    let (yielded, returned) = (b.edge(next), b.edge(target));
    b.branch(cond, returned, yielded);
}

pub fn get_yield_from_iter(b: &mut Builder, i: Instr) {
    let (v, flags) = (b.get(i.b), b.raw(b.snap.flags as i64));
    let it = b.call_helper(Helper::YieldFromIter, &[v, flags]);
    b.f.inst_mut(it).ty = Type::BOUND;
    b.set(i.a, it);
}

pub fn get_awaitable(b: &mut Builder, i: Instr) {
    let (v, place) = (b.get(i.b), b.raw(i.x as i64));
    let it = b.call_helper(Helper::Awaitable, &[v, place]);
    b.f.inst_mut(it).ty = Type::BOUND;
    b.set(i.a, it);
}
