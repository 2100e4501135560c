//! Exceptions that are handled in the function that meets them: calls that raise branch to the handler.

use super::Builder;
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Op as H, Target, Type, Val};
use crate::layout;
use habu_bytecode::code::Handler;
use habu_bytecode::op::Instr;
use habu_runtime::Value;

/// The handler of the instruction at `pc`, if native code goes there itself: if it has been needed before.
pub(super) fn handler<'a>(b: &Builder<'a>, pc: u32) -> Option<&'a Handler> {
    let handler = b.snap.handler(pc)?;
    (b.snap.eager || needed(b).any(|h| h.target == handler.target)).then_some(handler)
}

/// The handlers that exceptions have gone to.
fn needed<'a>(b: &Builder<'a>) -> impl Iterator<Item = &'a Handler> {
    let snap = b.snap;
    let raises = [Reason::Raise as u8, Reason::Raised as u8];
    snap.failed
        .iter()
        .filter(move |(_, reason)| raises.contains(reason))
        .filter_map(|(at, _)| snap.handler(*at))
}

/// Whether anything is caught, so that frames may get frame objects.
fn catches(b: &Builder) -> bool {
    b.snap.eager && !b.snap.handlers.is_empty() || needed(b).next().is_some()
}

/// Behind a call: where it has raised, goes to the handler with the exception.
pub fn catch(b: &mut Builder, call: Val) {
    let Some(handler) = handler(b, b.pc) else { return };
    let raised = b.emit(H::IsRaised, &[call], 0);
    let (landing, go_on) = (b.f.new_block(), b.f.new_block());
    b.branch(raised, Target { block: landing, args: Vec::new() }, Target { block: go_on, args: Vec::new() });
    let regs = b.regs.clone();
    b.block = landing;
    let exc = b.call_helper(Helper::Catch, &[call]);
    b.f.inst_mut(exc).ty = Type::BOUND;
    b.regs[handler.exc as usize] = Some(exc);
    b.jump_to(handler.target);
    b.regs = regs;
    b.block = go_on;
    b.ended = false;
}

/// Before a return: the frame object that a traceback shows is told. Loops' callees may make one of a frame, too.
pub fn detach(b: &mut Builder) {
    if !b.inlined.is_empty() || b.snap.osr.is_none() && !catches(b) && !b.snap.observed {
        return;
    }
    let observed = b.emit(H::IsObserved, &[], 0);
    let (told, go_on) = (b.f.new_block(), b.f.new_block());
    let to = |block| Target { block, args: Vec::new() };
    b.branch(observed, to(told), to(go_on));
    b.block = told;
    b.call_helper(Helper::Detach, &[]);
    b.terminate(H::Jump, &[], 0, vec![to(go_on)]);
    b.block = go_on;
    b.ended = false;
}

pub fn raise(b: &mut Builder, i: Instr) {
    // Without an operand it is the handled exception once more, which gets no new place in the traceback.
    if i.x == 0 || handler(b, b.pc).is_none() {
        return b.exit(Reason::Raise);
    }
    let exc = b.get(i.a);
    let cause = if i.x == 2 { b.get(i.b) } else { b.word(Value::UNBOUND.0) };
    b.call_helper(Helper::Raise, &[exc, cause]);
    b.exit(Reason::RareCase);
}

pub fn reraise(b: &mut Builder, i: Instr) {
    let Some(handler) = handler(b, b.pc) else { return b.exit(Reason::Raise) };
    let exc = b.get(i.a);
    b.regs[handler.exc as usize] = Some(exc);
    b.jump_to(handler.target);
}

pub fn push_handled(b: &mut Builder, i: Instr) {
    let exc = b.get(i.b);
    let before = b.emit(H::LoadContext, &[], layout::CTX_HANDLED as i64);
    b.f.inst_mut(before).ty = Type::BOUND;
    b.emit(H::StoreContext, &[exc], layout::CTX_HANDLED as i64);
    b.set(i.a, before);
}

pub fn pop_handled(b: &mut Builder, i: Instr) {
    let exc = b.get(i.a);
    b.emit(H::StoreContext, &[exc], layout::CTX_HANDLED as i64);
}

pub fn exc_match(b: &mut Builder, i: Instr) {
    let (exc, class) = (b.get(i.b), b.get(i.c));
    let v = b.call_helper(Helper::ClauseMatches, &[exc, class]);
    b.set(i.a, v);
}
