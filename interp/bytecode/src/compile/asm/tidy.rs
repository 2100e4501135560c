//! Jump threading, removal of code that cannot be reached, and of jumps to what follows anyway.

use super::{Asm, Ins, Label, NO_HANDLER, NO_SPAN, Scratch};
use crate::code::Const;
use crate::op::Op;
use habu_syntax::ast::{LineIndex, Span};

/// Whether an instruction at `b` need not be told apart from one at `a`: it has no line, or the same.
fn same_line(a: Span, b: Span, lines: &LineIndex) -> bool {
    b == NO_SPAN || a == b || (a != NO_SPAN && lines.same_line(a.start, b.start))
}

impl Asm {
    /// Jumps to a JUMP go to its target at once, unless a line of its own (`break`) would go unnoticed.
    pub(super) fn thread_jumps(&mut self, lines: &LineIndex, jumps: &[u32]) {
        for i in jumps.iter().map(|&i| i as usize) {
            let ins = self.ins[i];
            if matches!(ins.op, Op::LOOP | Op::FOR_ITER | Op::FOR_RANGE) {
                continue;
            }
            let mut label = ins.label;
            // A chain of jumps is short; a cycle of them (an endless empty loop) must not hang the compiler.
            for _ in 0..8 {
                match self.ins.get(self.target(label)) {
                    Some(next)
                        if next.op == Op::JUMP
                            && next.label != label
                            && same_line(ins.span, next.span, lines) =>
                    {
                        label = next.label;
                    }
                    _ => break,
                }
            }
            // An exit of a loop by JUMP to its LOOP may itself become the back-edge.
            if let Some(next) = self.ins.get(self.target(label)).copied()
                && next.op == Op::LOOP
                && ins.op == Op::JUMP
            {
                self.ins[i].op = Op::LOOP;
                if ins.span == NO_SPAN {
                    self.ins[i].span = next.span;
                }
                label = next.label;
            }
            self.ins[i].label = label;
        }
    }

    /// Branches to a return of None that no statement stands for get one of their own, on the line of the branch: a
    /// frame that has returned is where it was last (CPython copies such blocks too).
    pub(super) fn copy_returns(&mut self, lines: &LineIndex, jumps: &[u32], copies: &mut Vec<Label>) {
        let is_bare = |ins: &Ins| ins.op == Op::RETURN_NONE && ins.span == NO_SPAN;
        copies.clear();
        for i in jumps.iter().map(|&i| i as usize) {
            let ins = self.ins[i];
            if ins.op == Op::LOOP {
                continue;
            }
            let Some(target) = self.ins.get(self.target(ins.label)).copied().filter(is_bare) else {
                continue;
            };
            if ins.op == Op::JUMP {
                self.ins[i] = Ins { span: ins.span, ..target };
                continue;
            }
            if ins.span == NO_SPAN {
                continue;
            }
            let line = lines.line(ins.span.start);
            let same = |l: &&Label| lines.line(self.ins[self.target(**l)].span.start) == line;
            self.ins[i].label = match copies.iter().rev().take(8).find(same) {
                Some(copy) => *copy,
                None => {
                    let copy = self.new_label();
                    self.bind(copy);
                    self.ins.push(Ins { span: ins.span, ..target });
                    copies.push(copy);
                    copy
                }
            };
        }
    }

    /// Finds the instructions that something reaches: those to keep.
    pub(super) fn find_reachable(&self, scratch: &mut Scratch) {
        let n = self.ins.len();
        let Scratch { keep: seen, handler_seen, work, .. } = scratch;
        seen.clear();
        seen.resize(n, false);
        handler_seen.clear();
        handler_seen.resize(self.handlers.len(), false);
        work.clear();
        work.push(0);
        while let Some(start) = work.pop() {
            let start = start as usize;
            for (ins, seen) in self.ins[start..].iter().zip(&mut seen[start..]) {
                if std::mem::replace(seen, true) {
                    break;
                }
                if ins.has_label() {
                    work.push(self.labels[ins.label.0 as usize]);
                }
                if ins.handler != NO_HANDLER && !handler_seen[ins.handler as usize] && ins.may_raise() {
                    handler_seen[ins.handler as usize] = true;
                    work.push(self.target(self.handlers[ins.handler as usize].target) as u32);
                }
                if ins.is_terminator() {
                    break;
                }
            }
        }
    }

    /// Finds jumps to the next instruction, and NOPs but those that alone stand for a line; turns a branch around a
    /// JUMP into the opposite branch.
    pub(super) fn straighten(&mut self, lines: &LineIndex, scratch: &mut Scratch) {
        let Scratch { keep, is_target, .. } = scratch;
        keep.clear();
        keep.resize(self.ins.len(), true);
        is_target.clear();
        is_target.resize(self.ins.len() + 1, false);
        for ins in &self.ins {
            if ins.has_label() {
                is_target[self.labels[ins.label.0 as usize] as usize] = true;
            }
        }
        for h in &self.handlers {
            if let Some(t) = is_target.get_mut(self.labels[h.target.0 as usize] as usize) {
                *t = true;
            }
        }
        // The place of the instruction before, if nothing else leads here.
        let mut before: Option<Span> = None;
        for i in 0..self.ins.len() {
            if !keep[i] {
                continue;
            }
            if self.ins[i].op == Op::JUMP && self.target(self.ins[i].label) == i + 1 {
                let ins = &mut self.ins[i];
                (ins.op, ins.label) = (Op::NOP, Label::NONE);
            }
            if is_target[i] {
                before = None;
            }
            let Ins { op, label, span, .. } = self.ins[i];
            match op {
                Op::NOP => {
                    keep[i] = self.stands_alone(i, before, is_target, lines);
                    if !keep[i] {
                        continue;
                    }
                }
                // A jump that the source does not show, a return behind clean-up code or without a statement of its own: each
                // is on the line of what came before.
                Op::JUMP
                | Op::RETURN
                | Op::RETURN_NONE
                | Op::LOAD_CONST
                | Op::LOAD_INT
                | Op::POP_HANDLED
                | Op::RERAISE
                    if span == NO_SPAN =>
                {
                    if let Some(before) = before {
                        self.ins[i].span = before;
                    }
                }
                _ => {
                    if label != Label::NONE
                        && let Some(opposite) = opposite(op)
                        && self.target(label) == i + 2
                        && self.ins[i + 1].op == Op::JUMP
                        && !is_target[i + 1]
                        && same_line(span, self.ins[i + 1].span, lines)
                    {
                        self.ins[i].op = opposite;
                        self.ins[i].label = self.ins[i + 1].label;
                        keep[i + 1] = false;
                    }
                }
            }
            before = (!op.ends_block()).then_some(self.ins[i].span);
        }
    }

    /// Whether the NOP at `i` is all that stands for its line; one that follows without a line takes this one.
    fn stands_alone(
        &mut self,
        i: usize,
        before: Option<Span>,
        is_target: &[bool],
        lines: &LineIndex,
    ) -> bool {
        let span = self.ins[i].span;
        if span == NO_SPAN || before.is_some_and(|b| same_line(b, span, lines)) {
            return false;
        }
        let Some(next) = self.ins.get(i + 1).copied() else { return false };
        if next.span == NO_SPAN && !is_target[i + 1] && next.op != Op::NOP {
            self.ins[i + 1].span = span;
            return false;
        }
        next.span == NO_SPAN || !same_line(span, next.span, lines)
    }

    /// Keeps some instructions; labels move to the next kept one.
    pub(super) fn keep(&mut self, scratch: &mut Scratch) {
        let Scratch { keep, map, .. } = scratch;
        let Some(first) = keep.iter().position(|&k| !k) else { return };
        // New numbers, from the first dropped one on.
        map.clear();
        map.reserve(keep.len() + 1 - first);
        let mut kept = first;
        for (i, keep) in keep.iter().enumerate().skip(first) {
            map.push(kept as u32);
            if *keep {
                self.ins[kept] = self.ins[i];
                kept += 1;
            }
        }
        map.push(kept as u32);
        self.ins.truncate(kept);
        for label in &mut self.labels {
            if *label != u32::MAX && *label as usize > first {
                *label = map[*label as usize - first];
            }
        }
    }

    /// Drops constants nothing refers to.
    pub(super) fn prune_consts(&mut self, consts: &mut Vec<Const>, keep_first: bool, scratch: &mut Scratch) {
        if consts.is_empty() {
            return;
        }
        let used = &mut scratch.used;
        used.clear();
        used.resize(consts.len(), false);
        if keep_first && let Some(first) = used.first_mut() {
            *first = true;
        }
        for ins in &self.ins {
            if let Some(i) = const_operand(ins) {
                used[i] = true;
            }
        }
        if used.iter().all(|&u| u) {
            return;
        }
        let mut next = 0;
        let map: Vec<u16> = used
            .iter()
            .map(|&u| {
                let n = next;
                next += u16::from(u);
                n
            })
            .collect();
        for ins in &mut self.ins {
            if let Some(i) = const_operand(ins) {
                match ins.op {
                    Op::CALL_KW => ins.extra = u32::from(map[i]),
                    _ => ins.c = map[i],
                }
            }
        }
        let mut used = used.iter();
        consts.retain(|_| used.next().copied().unwrap_or(true));
    }

    /// The label's target, for passes that look at raw indices.
    pub(super) fn at(&self, label: Label) -> usize {
        self.target(label)
    }
}

/// The constant an instruction names.
fn const_operand(ins: &super::Ins) -> Option<usize> {
    match ins.op {
        Op::LOAD_CONST | Op::MAKE_FUNCTION => Some(usize::from(ins.c)),
        Op::CALL_KW => Some(ins.extra as usize),
        _ => None,
    }
}

/// The branch on the opposite condition.
fn opposite(op: Op) -> Option<Op> {
    Some(match op {
        Op::JUMP_TRUE => Op::JUMP_FALSE,
        Op::JUMP_FALSE => Op::JUMP_TRUE,
        Op::JUMP_NONE => Op::JUMP_NOT_NONE,
        Op::JUMP_NOT_NONE => Op::JUMP_NONE,
        Op::JUMP_IS => Op::JUMP_IS_NOT,
        Op::JUMP_IS_NOT => Op::JUMP_IS,
        Op::JUMP_LT => Op::JUMP_NOT_LT,
        Op::JUMP_LE => Op::JUMP_NOT_LE,
        Op::JUMP_EQ => Op::JUMP_NOT_EQ,
        Op::JUMP_NE => Op::JUMP_NOT_NE,
        Op::JUMP_GT => Op::JUMP_NOT_GT,
        Op::JUMP_GE => Op::JUMP_NOT_GE,
        Op::JUMP_NOT_LT => Op::JUMP_LT,
        Op::JUMP_NOT_LE => Op::JUMP_LE,
        Op::JUMP_NOT_EQ => Op::JUMP_EQ,
        Op::JUMP_NOT_NE => Op::JUMP_NE,
        Op::JUMP_NOT_GT => Op::JUMP_GT,
        Op::JUMP_NOT_GE => Op::JUMP_GE,
        Op::JUMP_LT_IMM => Op::JUMP_NOT_LT_IMM,
        Op::JUMP_LE_IMM => Op::JUMP_NOT_LE_IMM,
        Op::JUMP_EQ_IMM => Op::JUMP_NOT_EQ_IMM,
        Op::JUMP_NE_IMM => Op::JUMP_NOT_NE_IMM,
        Op::JUMP_GT_IMM => Op::JUMP_NOT_GT_IMM,
        Op::JUMP_GE_IMM => Op::JUMP_NOT_GE_IMM,
        Op::JUMP_NOT_LT_IMM => Op::JUMP_LT_IMM,
        Op::JUMP_NOT_LE_IMM => Op::JUMP_LE_IMM,
        Op::JUMP_NOT_EQ_IMM => Op::JUMP_EQ_IMM,
        Op::JUMP_NOT_NE_IMM => Op::JUMP_NE_IMM,
        Op::JUMP_NOT_GT_IMM => Op::JUMP_GT_IMM,
        Op::JUMP_NOT_GE_IMM => Op::JUMP_GE_IMM,
        _ => return None,
    })
}
