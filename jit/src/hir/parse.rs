//! Reads the text form back, so that tests can state a pass's input; errors name the line.

use super::{BlockId, FrameId, FrameState, Function, Imm, Inst, Konst, Op, Target, Type, UnitCode, Val};
use crate::exits::Reason;
use crate::helpers::Helper;

/// Parses one function. The error says which line is wrong and why.
pub fn parse(text: &str) -> Result<Function, String> {
    let mut f = Function::default();
    let mut block: Option<BlockId> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        parse_line(&mut f, &mut block, line).map_err(|e| format!("line {}: {e}: {line}", number + 1))?;
    }
    Ok(f)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| format!("not a number: '{text}'"))
}

fn prefixed(text: &str, prefix: &str) -> Result<u32, String> {
    number(text.trim().strip_prefix(prefix).ok_or(format!("expected {prefix}N, got '{text}'"))?)
}

fn parse_line(f: &mut Function, block: &mut Option<BlockId>, line: &str) -> Result<(), String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[0] {
        "function" => {
            f.name = words.get(1).unwrap_or(&"").to_string();
            if let [_, _, how @ ("osr" | "resumed"), pc] = words[..] {
                f.osr = Some(number(pc)?);
                f.resumes = how == "resumed";
            }
            return Ok(());
        }
        "code" => {
            let [_, _, name, "registers", n] = words[..] else { return Err("malformed code line".into()) };
            f.codes.push(UnitCode {
                name: name.into(),
                code: 0,
                registers: number(n)?,
                stream: 0,
                function: 0,
            });
            return Ok(());
        }
        "const" => {
            f.consts.push(match words.get(2) {
                Some(&"value") => Konst::Value(0),
                Some(&"address") => Konst::Address(0),
                Some(&"entry") => Konst::Entry(0),
                _ => return Err("unknown kind of constant".into()),
            });
            return Ok(());
        }
        _ => {}
    }
    if let Some((head, rest)) = line.split_once("):")
        && head.starts_with('b')
    {
        return parse_block(f, block, head, rest);
    }
    if let Some((head, rest)) = line.split_once(": code ")
        && head.starts_with('f')
    {
        return parse_frame(f, prefixed(head, "f")?, rest);
    }
    let b = block.ok_or("instruction outside a block")?;
    let v = parse_inst(f, line)?;
    f.block_mut(b).insts.push(v);
    Ok(())
}

fn place(f: &mut Function, v: Val, inst: Inst) {
    while f.insts.len() <= v.0 as usize {
        f.insts.push(Inst::new(Op::Word, &[], 0));
    }
    *f.inst_mut(v) = inst;
}

fn parse_block(f: &mut Function, block: &mut Option<BlockId>, head: &str, rest: &str) -> Result<(), String> {
    let (name, params) = head.split_once('(').ok_or("expected '('")?;
    let id = BlockId(prefixed(name, "b")?);
    while f.blocks.len() <= id.0 as usize {
        f.new_block();
    }
    for param in params.split(',').filter(|p| !p.trim().is_empty()) {
        let (v, ty) = param.split_once(':').ok_or("parameter without type")?;
        let v = Val(prefixed(v, "v")?);
        let mut inst = Inst::new(Op::Param, &[], 0);
        inst.ty = Type::parse(ty.trim()).ok_or(format!("unknown type '{ty}'"))?;
        place(f, v, inst);
        f.block_mut(id).params.push(v);
    }
    if let Some(frame) = rest.trim().strip_prefix("header [").and_then(|t| t.strip_suffix(']')) {
        f.block_mut(id).header = Some(FrameId(prefixed(frame, "f")?));
    }
    *block = Some(id);
    Ok(())
}

fn parse_frame(f: &mut Function, id: u32, rest: &str) -> Result<(), String> {
    let (head, regs) = rest.split_once('{').ok_or("expected '{'")?;
    let regs = regs.strip_suffix('}').ok_or("expected '}'")?;
    let words: Vec<&str> = head.split_whitespace().collect();
    let mut frame = FrameState::default();
    match words[..] {
        [code, "pc", pc, "base", base, ref caller @ ..] => {
            frame.code = number(code)?;
            frame.pc = number(pc)?;
            frame.base = number(base)?;
            for pair in caller.chunks(2) {
                match pair {
                    ["caller", id] => frame.caller = Some(FrameId(prefixed(id, "f")?)),
                    ["result", r] => frame.result = Some(prefixed(r, "r")?),
                    _ => return Err("malformed frame".into()),
                }
            }
        }
        _ => return Err("malformed frame".into()),
    }
    for reg in regs.split(',').filter(|r| !r.trim().is_empty()) {
        let (r, v) = reg.split_once('=').ok_or("expected rN=vN")?;
        let r: usize = prefixed(r, "r")? as usize;
        if frame.regs.len() <= r {
            frame.regs.resize(r + 1, None);
        }
        frame.regs[r] = Some(Val(prefixed(v, "v")?));
    }
    while f.frames.len() <= id as usize {
        f.frames.push(FrameState::default());
    }
    f.frames[id as usize] = frame;
    Ok(())
}

fn parse_operation(text: &str) -> Result<Inst, String> {
    let (text, extra) = match text.split_once('@') {
        Some((head, extra)) => (head, number(extra)?),
        None => (text, 0),
    };
    let end = text.find(['#', '.']).unwrap_or(text.len());
    let op = Op::from_name(&text[..end]).ok_or(format!("unknown operation '{}'", &text[..end]))?;
    let imm = text.get(end + 1..).unwrap_or("");
    let imm = match op.info().imm {
        Imm::None => 0,
        Imm::Num => number(imm)?,
        Imm::Cmp => super::Cmp::ALL
            .iter()
            .position(|c| c.name() == imm)
            .ok_or(format!("unknown comparison '{imm}'"))? as i64,
        Imm::Float => number::<f64>(imm)?.to_bits() as i64,
        Imm::Const => prefixed(imm, "k")? as i64,
        Imm::Helper => Helper::from_name(imm).ok_or(format!("unknown helper '{imm}'"))? as i64,
        Imm::Reason => Reason::from_name(imm).ok_or(format!("unknown exit reason '{imm}'"))? as i64,
    };
    let mut inst = Inst::new(op, &[], imm);
    inst.extra = extra;
    Ok(inst)
}

/// Splits at commas outside parentheses.
fn operands(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    if !text[start..].trim().is_empty() {
        parts.push(text[start..].trim());
    }
    parts
}

fn parse_inst(f: &mut Function, line: &str) -> Result<Val, String> {
    let (result, body) = match line.split_once(" = ") {
        Some((head, body)) => {
            let (v, ty) = head.split_once(':').ok_or("result without type")?;
            let ty = Type::parse(ty.trim()).ok_or(format!("unknown type '{ty}'"))?;
            (Some((Val(prefixed(v, "v")?), ty)), body)
        }
        None => (None, line),
    };
    let (body, frame) = match body.rsplit_once(" [") {
        Some((body, frame)) => {
            let frame = frame.strip_suffix(']').ok_or("expected ']'")?;
            (body, Some(FrameId(prefixed(frame, "f")?)))
        }
        None => (body, None),
    };
    let (name, rest) = body.split_once(' ').unwrap_or((body, ""));
    let mut inst = parse_operation(name)?;
    inst.frame = frame;
    for operand in operands(rest) {
        match operand.split_once('(') {
            Some((b, args)) => {
                let args = args.strip_suffix(')').ok_or("expected ')'")?;
                let args = operands(args)
                    .into_iter()
                    .map(|a| prefixed(a, "v").map(Val))
                    .collect::<Result<_, _>>()?;
                inst.targets.push(Target { block: BlockId(prefixed(b, "b")?), args });
            }
            None => inst.args.push(Val(prefixed(operand, "v")?)),
        }
    }
    match result {
        Some((v, ty)) => {
            inst.ty = ty;
            place(f, v, inst);
            Ok(v)
        }
        // Instructions without result are numbered from far above, out of the way of named values.
        None => {
            let v = f.insts.len().max(1 << 12);
            let v = Val(v as u32);
            place(f, v, inst);
            Ok(v)
        }
    }
}
