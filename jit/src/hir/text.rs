//! HIR as text: what `--dump=hir` prints, tests bless and `parse` reads back.

use super::{FrameState, Function, Imm, Inst, Op, Target, Val};
use crate::exits::Reason;
use crate::helpers::Helper;
use std::fmt::{self, Display, Formatter, Write};

impl Display for Val {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

fn list(out: &mut String, vals: &[Val]) {
    for (i, v) in vals.iter().enumerate() {
        let _ = write!(out, "{}{v}", if i == 0 { "" } else { ", " });
    }
}

fn target(out: &mut String, t: &Target) {
    let _ = write!(out, "b{}(", t.block.0);
    list(out, &t.args);
    out.push(')');
}

/// The operation with its immediate: `ICmp.lt`, `Arg#0`.
fn operation(inst: &Inst) -> String {
    let name = inst.op.name();
    match inst.op.info().imm {
        Imm::None => name.to_string(),
        Imm::Num => format!("{name}#{}", inst.imm),
        Imm::Cmp => format!("{name}.{}", super::Cmp::from_imm(inst.imm).name()),
        Imm::Float => format!("{name}#{:?}", f64::from_bits(inst.imm as u64)),
        Imm::Const => format!("{name}#k{}", inst.imm),
        Imm::Helper => format!("{name}.{}", Helper::from_index(inst.imm as usize).name()),
        Imm::Reason => format!("{name}.{}", Reason::from_index(inst.imm as usize).name()),
    }
}

fn inst_line(f: &Function, v: Val) -> String {
    let inst = f.inst(v);
    let mut out = String::new();
    if !inst.ty.is_void() {
        let _ = write!(out, "{v}: {} = ", inst.ty);
    }
    out.push_str(&operation(inst));
    if inst.extra != 0 {
        let _ = write!(out, "@{}", inst.extra);
    }
    if !inst.args.is_empty() {
        out.push(' ');
        list(&mut out, &inst.args);
    }
    for (i, t) in inst.targets.iter().enumerate() {
        out.push_str(if i == 0 && inst.args.is_empty() { " " } else { ", " });
        target(&mut out, t);
    }
    if let Some(frame) = inst.frame {
        let _ = write!(out, " [f{}]", frame.0);
    }
    out
}

fn frame_line(frame: &FrameState) -> String {
    let mut out = format!("code {} pc {} base {}", frame.code, frame.pc, frame.base);
    if let Some(caller) = frame.caller {
        let _ = write!(out, " caller f{}", caller.0);
    }
    if let Some(result) = frame.result {
        let _ = write!(out, " result r{result}");
    }
    out.push_str(" {");
    let mut first = true;
    for (i, reg) in frame.regs.iter().enumerate() {
        if let Some(v) = reg {
            let _ = write!(out, "{}r{i}={v}", if first { "" } else { ", " });
            first = false;
        }
    }
    out.push('}');
    out
}

impl Display for Function {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self.osr {
            None => writeln!(out, "function {}", self.name)?,
            Some(pc) if self.resumes => writeln!(out, "function {} resumed {pc}", self.name)?,
            Some(pc) => writeln!(out, "function {} osr {pc}", self.name)?,
        }
        for (i, code) in self.codes.iter().enumerate() {
            writeln!(out, "code {i} {} registers {}", code.name, code.registers)?;
        }
        for (i, konst) in self.consts.iter().enumerate() {
            // Addresses are left out: the text is the same in every run.
            let kind = match konst {
                super::Konst::Value(_) => "value",
                super::Konst::Address(_) => "address",
                super::Konst::Entry(_) => "entry",
            };
            writeln!(out, "const k{i} {kind}")?;
        }
        let mut used = vec![false; self.frames.len()];
        for (i, block) in self.blocks.iter().enumerate() {
            if block.insts.is_empty() {
                continue;
            }
            let mut params = String::new();
            for (k, p) in block.params.iter().enumerate() {
                let _ = write!(params, "{}{p}: {}", if k == 0 { "" } else { ", " }, self.ty(*p));
            }
            write!(out, "b{i}({params}):")?;
            if let Some(header) = block.header {
                write!(out, " header [f{}]", header.0)?;
                self.frame_chain(header).for_each(|(id, _)| used[id.0 as usize] = true);
            }
            writeln!(out)?;
            for v in &block.insts {
                if let Some(frame) = self.inst(*v).frame {
                    self.frame_chain(frame).for_each(|(id, _)| used[id.0 as usize] = true);
                }
                debug_assert!(self.inst(*v).op != Op::Param);
                writeln!(out, "  {}", inst_line(self, *v))?;
            }
        }
        for (i, frame) in self.frames.iter().enumerate() {
            if used[i] {
                writeln!(out, "f{i}: {}", frame_line(frame))?;
            }
        }
        Ok(())
    }
}
