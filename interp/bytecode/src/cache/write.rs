//! Writing code objects.

use super::{is_signed, tag};
use crate::code::{Code, Const, VarKind};
use crate::op::{Ext, Op};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// String table and code object.
pub fn body(code: &Code) -> Vec<u8> {
    let mut w = Writer { out: Vec::new(), strings: Vec::new(), index: FxHashMap::default() };
    w.code(code);
    let mut head = Writer { out: Vec::new(), strings: Vec::new(), index: FxHashMap::default() };
    head.number(w.strings.len() as u64);
    for s in &w.strings {
        head.number(s.len() as u64);
        head.out.extend_from_slice(s);
    }
    head.out.extend_from_slice(&w.out);
    head.out
}

struct Writer<'a> {
    out: Vec<u8>,
    strings: Vec<&'a [u8]>,
    index: FxHashMap<&'a [u8], u32>,
}

impl<'a> Writer<'a> {
    fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.out.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.out.push(n as u8);
    }

    fn signed(&mut self, n: i64) {
        self.number((n << 1 ^ n >> 63) as u64);
    }

    fn string(&mut self, s: &'a [u8]) {
        let next = self.strings.len() as u32;
        let i = *self.index.entry(s).or_insert(next);
        if i == next {
            self.strings.push(s);
        }
        self.number(u64::from(i));
    }

    fn strings(&mut self, list: &'a [Arc<str>]) {
        self.number(list.len() as u64);
        for s in list {
            self.string(s.as_bytes());
        }
    }

    fn code(&mut self, code: &'a Code) {
        self.string(code.name.as_bytes());
        self.string(code.qualname.as_bytes());
        self.string(code.filename.as_bytes());
        for n in [
            code.first_line,
            code.flags.0,
            u32::from(code.arg_count),
            u32::from(code.posonly_count),
            u32::from(code.kwonly_count),
            u32::from(code.registers),
        ] {
            self.number(u64::from(n));
        }
        self.strings(&code.free);
        // The rest with its length, so that a reader can leave it for later.
        let before = std::mem::take(&mut self.out);
        self.rest(code);
        let rest = std::mem::replace(&mut self.out, before);
        self.number(rest.len() as u64);
        self.out.extend_from_slice(&rest);
    }

    fn rest(&mut self, code: &'a Code) {
        self.number(code.vars.len() as u64);
        for (name, kind) in &code.vars {
            self.string(name.as_bytes());
            self.out.push(u8::from(*kind == VarKind::Cell));
        }
        self.strings(&code.names);
        self.number(code.consts.len() as u64);
        for c in &code.consts {
            self.constant(c);
        }
        self.instructions(code);
        self.tables(code);
    }

    fn instructions(&mut self, code: &Code) {
        self.number(code.words.len() as u64);
        let mut at = 0;
        while at < code.words.len() {
            let ins = code.instr(at);
            let Some(op) = Op::from_byte(ins.op) else { return };
            self.out.push(ins.op);
            self.out.push(ins.x);
            for &(field, kind) in op.info().operands {
                let v = ins.field(field);
                if is_signed(kind) {
                    self.signed(i64::from(v as i16));
                } else {
                    self.number(u64::from(v));
                }
            }
            if let Some(o) = op.info().ext_offset(Ext::Label) {
                self.signed(i64::from(code.words[at + o] as i32));
            }
            if let Some(o) = op.info().ext_offset(Ext::Extra) {
                self.number(u64::from(code.words[at + o]));
            }
            at += op.words();
        }
    }

    fn tables(&mut self, code: &Code) {
        self.number(code.handlers.len() as u64);
        for h in &code.handlers {
            for n in [h.start, h.end - h.start, h.target, u32::from(h.exc)] {
                self.number(u64::from(n));
            }
        }
        self.number(code.positions.len() as u64);
        let (mut at, mut line) = (0, 0);
        for p in &code.positions {
            self.number(u64::from(p.at - at));
            self.signed(i64::from(p.line) - i64::from(line));
            self.signed(i64::from(p.end_line) - i64::from(p.line));
            self.number(u64::from(p.col));
            self.signed(i64::from(p.end_col) - i64::from(p.col));
            (at, line) = (p.at, p.line);
        }
        self.number(code.loops.len() as u64);
        for l in &code.loops {
            for n in [l.at, l.end, u32::from(l.depth)] {
                self.number(u64::from(n));
            }
        }
        self.number(code.live.len() as u64);
        let mut at = 0;
        for &(next, live) in &code.live {
            self.number(u64::from(next - at));
            self.number(u64::from(live));
            at = next;
        }
    }

    fn constant(&mut self, c: &'a Const) {
        match c {
            Const::None => self.out.push(tag::NONE),
            Const::True => self.out.push(tag::TRUE),
            Const::False => self.out.push(tag::FALSE),
            Const::Ellipsis => self.out.push(tag::ELLIPSIS),
            Const::Int(i) => {
                self.out.push(tag::INT);
                self.signed(*i);
            }
            Const::BigInt { negative, magnitude } => {
                self.out.push(if *negative { tag::NEGATIVE_BIG } else { tag::BIG });
                let bytes = magnitude.to_le_bytes();
                self.number(bytes.len() as u64);
                self.out.extend_from_slice(&bytes);
            }
            Const::Float(f) => {
                self.out.push(tag::FLOAT);
                self.out.extend_from_slice(&f.to_bits().to_le_bytes());
            }
            Const::Complex(re, im) => {
                self.out.push(tag::COMPLEX);
                self.out.extend_from_slice(&re.to_bits().to_le_bytes());
                self.out.extend_from_slice(&im.to_bits().to_le_bytes());
            }
            Const::Str(s) => {
                self.out.push(tag::STR);
                self.string(s);
            }
            Const::Bytes(s) => {
                self.out.push(tag::BYTES);
                self.string(s);
            }
            Const::Tuple(items) | Const::FrozenSet(items) => {
                self.out.push(if matches!(c, Const::Tuple(_)) { tag::TUPLE } else { tag::FROZENSET });
                self.number(items.len() as u64);
                for item in items {
                    self.constant(item);
                }
            }
            Const::Slice(parts) => {
                self.out.push(tag::SLICE);
                for part in &**parts {
                    self.constant(part);
                }
            }
            Const::Code(code) => {
                self.out.push(tag::CODE);
                self.code(code);
            }
        }
    }
}
