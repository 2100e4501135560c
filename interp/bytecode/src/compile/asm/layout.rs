//! Instructions to words, and the tables beside them: handlers, positions, live registers, loop headers.

use super::{Asm, Assembled, NO_HANDLER, NO_SPAN, Scratch};
use crate::code::{Handler, LoopHeader, Position};
use crate::op::{Effects, Op};
use habu_syntax::ast::{LineCursor, LineIndex, Span};

impl Asm {
    pub(super) fn layout(&self, lines: &LineIndex, scratch: &mut Scratch) -> Assembled {
        let Scratch { map: at, handlers, positions, live: live_map, whiles, ranges, open, .. } = scratch;
        at.clear();
        let mut offset = 0u32;
        for ins in &self.ins {
            at.push(offset);
            offset += ins.op.words() as u32;
        }
        at.push(offset);
        handlers.clear();
        positions.clear();
        live_map.clear();
        let mut words = vec![0; offset as usize];
        let mut out = Assembled::default();
        let mut last_span = None;
        let mut cursor = LineCursor::new(lines);
        let mut last_live = None;
        whiles.clear();
        ranges.clear();
        for (i, ins) in self.ins.iter().enumerate() {
            let end = at[i + 1];
            let shape = ins.op.shape();
            let here = &mut words[at[i] as usize..end as usize];
            here[..2].copy_from_slice(&ins.instr().words());
            if shape.label != 0 {
                here[usize::from(shape.label)] = at[self.at(ins.label)].wrapping_sub(end);
            }
            if shape.extra != 0 {
                here[usize::from(shape.extra)] = ins.extra;
            }
            if ins.handler != NO_HANDLER && ins.may_raise() {
                let def = self.handlers[ins.handler as usize];
                let target = at[self.at(def.target)];
                match handlers.last_mut() {
                    Some(h) if h.end == at[i] && h.target == target && h.exc == def.exc => h.end = end,
                    _ => handlers.push(Handler { start: at[i], end, target, exc: def.exc }),
                }
            } else if ins.handler != NO_HANDLER
                && let Some(h) = handlers.last_mut()
                && h.end == at[i]
                && h.target == at[self.at(self.handlers[ins.handler as usize].target)]
            {
                // Keeps a region in one piece over instructions that cannot raise.
                h.end = end;
            }
            if last_span != Some(ins.span) {
                last_span = Some(ins.span);
                positions.push(position(at[i], ins.span, &mut cursor));
            }
            if matches!(shape.effects, Effects::Raise | Effects::Leave) && last_live != Some(ins.live) {
                last_live = Some(ins.live);
                live_map.push((at[i], ins.live));
            }
            match ins.op {
                Op::LOOP => {
                    let header = at[self.at(ins.label)];
                    let e = whiles.entry(header).or_insert(end);
                    *e = end.max(*e);
                }
                Op::FOR_ITER | Op::FOR_RANGE => ranges.push((at[self.at(ins.label)].min(at[i]), end, at[i])),
                _ => {}
            }
        }
        ranges.extend(whiles.drain().map(|(header, end)| (header, end, header)));
        ranges.sort_unstable_by_key(|r| (r.0, std::cmp::Reverse(r.1)));
        open.clear();
        out.loops.reserve_exact(ranges.len());
        for &(start, end, header) in ranges.iter() {
            while open.last().is_some_and(|&e| e <= start) {
                open.pop();
            }
            open.push(end);
            out.loops.push(LoopHeader {
                at: header,
                end,
                depth: open.len().min(usize::from(u16::MAX)) as u16,
            });
        }
        out.loops.sort_unstable_by_key(|l| l.at);
        out.words = words;
        out.handlers = handlers.to_vec();
        out.positions = positions.to_vec();
        out.live = live_map.to_vec();
        out
    }
}

/// The place of a span.
fn position(at: u32, span: Span, cursor: &mut LineCursor) -> Position {
    if span == NO_SPAN {
        return Position { at, line: 0, end_line: 0, col: 0, end_col: 0 };
    }
    let narrow = |col: u32| col.min(u32::from(u16::MAX)) as u16;
    let (line, col) = cursor.position(span.start);
    let (end_line, end_col) = cursor.position(span.end);
    Position { at, line, end_line, col: narrow(col), end_col: narrow(end_col) }
}
