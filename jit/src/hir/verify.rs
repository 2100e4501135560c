//! Checks what every pass must keep: shapes of instructions, definitions before uses, types of operands, frame states where needed.

use super::{BlockId, Function, Imm, Op, Order, Rep, Type, Val};

/// Operand representation each operation wants; the last entry repeats.
fn operand_reps(op: Op) -> &'static [Rep] {
    use Rep::{Cond, F64, Raw, Word};
    match op {
        Op::FAdd
        | Op::FSub
        | Op::FMul
        | Op::FDiv
        | Op::FNeg
        | Op::FAbs
        | Op::FSqrt
        | Op::FCmp
        | Op::FToInt
        | Op::BoxFloat
        | Op::PureCall
        | Op::CallUnboxed => &[F64],
        Op::GuardTrue | Op::GuardFalse | Op::BoolWord | Op::Not | Op::Branch => &[Cond],
        Op::RCmp | Op::RBelow | Op::Tag | Op::RAdd | Op::RShift | Op::AsObject => &[Raw],
        Op::LoadElem
        | Op::LoadElemInt
        | Op::LoadElemF64
        | Op::LoadItemConst
        | Op::LoadNumber
        | Op::LoadNumberF64
        | Op::Character
        | Op::StoreListLen => &[Word, Raw],
        Op::StoreElem | Op::StoreElemInt => &[Word, Raw, Word],
        Op::StoreNumber => &[Word, Raw, Raw],
        Op::StoreElemF64 | Op::StoreNumberF64 => &[Word, Raw, F64],
        Op::StoreFieldRaw => &[Word, Raw],
        Op::StoreFieldF64 => &[Word, F64],
        // Helpers mix words and raw numbers, bytes are found by objects and addresses.
        Op::Resume => &[Raw, Word, Word],
        Op::CallHelper | Op::Ask | Op::Tell | Op::Virtual | Op::LoadByte | Op::StoreByte => &[],
        _ => &[Word],
    }
}

/// Whether the operands must be small integers.
fn wants_ints(op: Op) -> bool {
    matches!(
        op,
        Op::IAdd
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
            | Op::ICmp
            | Op::IMax
            | Op::RangeItem
            | Op::IToF
            | Op::Untag
    )
}

/// First violation found, as text that names the value or block.
pub fn verify(f: &Function) -> Result<(), String> {
    if f.blocks.is_empty() || f.block(f.entry()).insts.is_empty() {
        return Err("no entry block".into());
    }
    for (i, block) in f.blocks.iter().enumerate() {
        let Some(last) = block.insts.last() else {
            continue;
        };
        if !f.inst(*last).op.is_term() {
            return Err(format!("b{i} has no terminator"));
        }
        for v in &block.insts[..block.insts.len() - 1] {
            if f.inst(*v).op.is_term() {
                return Err(format!("terminator {v} inside b{i}"));
            }
        }
        for target in &f.inst(*last).targets {
            let to = f.blocks.get(target.block.0 as usize).filter(|b| !b.insts.is_empty());
            let to = to.ok_or(format!("b{i} jumps to missing b{}", target.block.0))?;
            if to.params.len() != target.args.len() {
                return Err(format!(
                    "b{i} passes {} values to b{}, which has {}",
                    target.args.len(),
                    target.block.0,
                    to.params.len()
                ));
            }
        }
    }
    let order = Order::of(f);
    let mut home: Vec<Option<(BlockId, usize)>> = vec![None; f.insts.len()];
    for &b in &order.rpo {
        let block = f.block(b);
        for p in &block.params {
            home[p.0 as usize] = Some((b, 0));
        }
        for (k, v) in block.insts.iter().enumerate() {
            if home[v.0 as usize].is_some() {
                return Err(format!("{v} is placed twice"));
            }
            home[v.0 as usize] = Some((b, k + 1));
        }
    }
    let available = |v: Val, b: BlockId, at: usize| match home.get(v.0 as usize).copied().flatten() {
        Some((d, k)) if d == b => k < at,
        Some((d, _)) => order.dominates(d, b),
        None => false,
    };
    for &b in &order.rpo {
        for (k, &v) in f.block(b).insts.iter().enumerate() {
            check_inst(f, v)?;
            let inst = f.inst(v);
            let frame_values = inst.frame.into_iter().flat_map(|id| {
                f.frame_chain(id)
                    .flat_map(|(_, frame)| frame.regs.iter().flatten().copied())
                    .collect::<Vec<_>>()
            });
            let used = inst
                .args
                .iter()
                .copied()
                .chain(inst.targets.iter().flat_map(|t| t.args.iter().copied()))
                .chain(frame_values);
            for a in used {
                if !available(a, b, k + 1) {
                    return Err(format!("{v} in b{} uses {a}, which is not defined there", b.0));
                }
            }
        }
    }
    Ok(())
}

fn check_inst(f: &Function, v: Val) -> Result<(), String> {
    let inst = f.inst(v);
    let info = inst.op.info();
    let fail = |what: String| Err(format!("{v} ({}): {what}", info.name));
    if info.args >= 0 && inst.args.len() != info.args as usize {
        return fail(format!("{} operands, wants {}", inst.args.len(), info.args));
    }
    if inst.targets.len() != inst.op.targets() {
        return fail(format!("{} targets, wants {}", inst.targets.len(), inst.op.targets()));
    }
    if inst.op.needs_frame() && inst.frame.is_none() {
        return fail("no frame state".into());
    }
    if let Some(frame) = inst.frame
        && frame.0 as usize >= f.frames.len()
    {
        return fail(format!("missing frame f{}", frame.0));
    }
    if info.imm == Imm::Const && inst.imm as usize >= f.consts.len() {
        return fail("missing constant".into());
    }
    if inst.ty.is_malformed() {
        return fail(format!("mixed type {}", inst.ty));
    }
    let reps = operand_reps(inst.op);
    for (i, a) in inst.args.iter().enumerate() {
        let have = f.ty(*a);
        let want = reps.get(i).or(reps.last()).copied().unwrap_or(have.rep());
        if have.rep() != want {
            return fail(format!("operand {a} is {have}, wants {want:?}"));
        }
        if wants_ints(inst.op) && !have.is(Type::INT) {
            return fail(format!("operand {a} is {have}, wants Int"));
        }
    }
    for target in &inst.targets {
        for (p, a) in f.block(target.block).params.iter().zip(&target.args) {
            let (want, have) = (f.ty(*p), f.ty(*a));
            if want.rep() != have.rep() || want.rep() == Rep::Word && !have.is(want) {
                return fail(format!("passes {a} of type {have} for {p} of type {want}"));
            }
        }
    }
    Ok(())
}
