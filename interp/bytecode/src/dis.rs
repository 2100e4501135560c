//! Disassembler: code objects as text for people and for snapshot tests.

use crate::code::{Code, CodeFlags, Const, VarKind};
use crate::compile::const_repr;
use crate::op::{Ext, Instr, Intrinsic, NOREG, Op, OperandKind, Special};
use std::fmt::Write;

/// A code object and those nested in it, with the source's lines beside the instructions if given.
pub fn dump(code: &Code, source: Option<&str>) -> String {
    let lines: Option<Vec<&str>> = source.map(|s| s.lines().collect());
    let mut out = String::new();
    one(code, lines.as_deref(), &mut out);
    out
}

/// One instruction, for tools.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// Offset and length in words.
    pub at: usize,
    pub words: usize,
    pub op: Op,
    /// The operands as text.
    pub text: String,
    pub target: Option<u32>,
}

/// The instructions of a code object, without those nested in it.
pub fn instructions(code: &Code) -> Vec<Instruction> {
    let labels = labels(code);
    let mut out = Vec::new();
    let mut at = 0;
    while at < code.words.len() {
        let Some(op) = Op::from_byte(code.words[at] as u8).filter(|op| at + op.words() <= code.words.len())
        else {
            break;
        };
        let text = instruction(code, at, op, &labels);
        let text = text.split_once(' ').map_or(String::new(), |(_, operands)| operands.trim().to_owned());
        out.push(Instruction { at, words: op.words(), op, text, target: target(code, at, op) });
        at += op.words();
    }
    out
}

fn one(code: &Code, source: Option<&[&str]>, out: &mut String) {
    header(code, out);
    let labels = labels(code);
    let mut line = 0;
    let mut at = 0;
    while at < code.words.len() {
        let Some(op) = Op::from_byte(code.words[at] as u8).filter(|op| at + op.words() <= code.words.len())
        else {
            let _ = writeln!(out, "    {at:4}  ??? {:#010x}", code.words[at]);
            break;
        };
        let position = code.position(at as u32);
        if let Some(p) = position
            && p.line != line
        {
            line = p.line;
            let text = source.and_then(|s| s.get(line as usize - 1)).map_or("", |t| t.trim());
            let _ = writeln!(out, "  {line:4} | {text}");
        }
        if let Some(n) = label(&labels, at as u32) {
            let depth = code.loops.iter().find(|l| l.at == at as u32);
            let note = depth.map_or(String::new(), |l| format!("   (loop, depth {})", l.depth));
            let _ = writeln!(out, "  L{n}:{note}");
        }
        let text = instruction(code, at, op, &labels);
        let columns = position.map_or(String::new(), |p| {
            if p.line == p.end_line {
                format!("{}:{}-{}", p.line, p.col, p.end_col)
            } else {
                format!("{}:{}-{}:{}", p.line, p.col, p.end_line, p.end_col)
            }
        });
        let _ = writeln!(out, "    {at:4}  {text:<52} ; {columns}");
        at += op.words();
    }
    for h in &code.handlers {
        let target = label(&labels, h.target).map_or_else(|| h.target.to_string(), |n| format!("L{n}"));
        let _ = writeln!(
            out,
            "  words {}..{} -> {target}, exception in {}",
            h.start,
            h.end,
            register(code, h.exc)
        );
    }
    for c in &code.consts {
        if let Const::Code(inner) = c {
            out.push('\n');
            one(inner, source, out);
        }
    }
}

fn header(code: &Code, out: &mut String) {
    let _ = write!(out, "code {} (line {}): {} registers", code.qualname, code.first_line, code.registers);
    if !code.vars.is_empty() {
        let vars: Vec<String> = code
            .vars
            .iter()
            .enumerate()
            .map(|(i, (name, kind))| {
                let cell = if *kind == VarKind::Cell { " cell" } else { "" };
                let param = if i < code.param_count() { "" } else { "+" };
                format!("{param}{name}{cell}")
            })
            .collect();
        let _ = write!(out, ", variables ({})", vars.join(", "));
    }
    if !code.free.is_empty() {
        let _ = write!(out, ", free ({})", code.free.join(", "));
    }
    let flags = [
        (CodeFlags::VARARGS, "*args"),
        (CodeFlags::VARKEYWORDS, "**kwargs"),
        (CodeFlags::GENERATOR, "generator"),
        (CodeFlags::COROUTINE, "coroutine"),
        (CodeFlags::ASYNC_GENERATOR, "async generator"),
    ];
    for (flag, text) in flags {
        if code.flags.contains(flag) {
            let _ = write!(out, ", {text}");
        }
    }
    out.push('\n');
}

/// Targets of jumps and handlers, and loop headers, ascending: a target's index is its label's number.
fn labels(code: &Code) -> Vec<u32> {
    let mut targets: Vec<u32> = code.handlers.iter().map(|h| h.target).collect();
    targets.extend(code.loops.iter().map(|l| l.at));
    let mut at = 0;
    while at < code.words.len() {
        let Some(op) = Op::from_byte(code.words[at] as u8) else { break };
        if let Some(t) = target(code, at, op) {
            targets.push(t);
        }
        at += op.words();
    }
    targets.sort_unstable();
    targets.dedup();
    targets
}

fn label(labels: &[u32], at: u32) -> Option<usize> {
    labels.binary_search(&at).ok()
}

fn target(code: &Code, at: usize, op: Op) -> Option<u32> {
    let distance = *code.words.get(at + op.info().ext_offset(Ext::Label)?)?;
    Some(((at + op.words()) as u32).wrapping_add(distance))
}

fn register(code: &Code, reg: u16) -> String {
    match code.vars.get(usize::from(reg)) {
        Some((name, _)) => name.to_string(),
        None => format!("r{reg}"),
    }
}

fn instruction(code: &Code, at: usize, op: Op, labels: &[u32]) -> String {
    let ins = code.instr(at);
    let mut parts = Vec::new();
    for &(field, kind) in op.info().operands {
        let v = ins.field(field);
        parts.push(match kind {
            OperandKind::Dst | OperandKind::Src | OperandKind::Mod => register(code, v),
            OperandKind::Win => format!("{}..", register(code, v)),
            OperandKind::Opt if v == NOREG => "-".into(),
            OperandKind::Opt => register(code, v),
            OperandKind::Imm => (v as i16).to_string(),
            OperandKind::Num => format!("#{v}"),
            OperandKind::Name => format!("'{}'", code.names.get(usize::from(v)).map_or("?", |n| n)),
            OperandKind::Konst => code.consts.get(usize::from(v)).map_or("?".into(), short),
        });
    }
    if let Some(o) = op.info().ext_offset(Ext::Extra) {
        let extra = code.words[at + o];
        parts.push(match op {
            Op::CALL_KW => code.consts.get(extra as usize).map_or("?".into(), short),
            _ => format!("extra {extra}"),
        });
    }
    if let Some(t) = target(code, at, op) {
        parts.push(label(labels, t).map_or("?".into(), |n| format!("-> L{n}")));
    }
    let name = match ins.x {
        0 if !matches!(op, Op::INTRINSIC | Op::LOAD_SPECIAL) => op.info().name.to_owned(),
        x => format!("{}.{}", op.info().name, variant(op, x, ins)),
    };
    format!("{name:<18} {}", parts.join(", "))
}

/// What `x` means, in words where it has a name.
fn variant(op: Op, x: u8, _ins: Instr) -> String {
    match op {
        Op::INTRINSIC => Intrinsic::from_byte(x).map_or("?", Intrinsic::name).into(),
        Op::LOAD_SPECIAL => Special::from_byte(x).map_or("?", Special::name).into(),
        _ => x.to_string(),
    }
}

/// A constant on one short line.
fn short(c: &Const) -> String {
    let text = const_repr(c);
    if text.chars().count() <= 40 {
        return text;
    }
    text.chars().take(37).chain("...".chars()).collect()
}
