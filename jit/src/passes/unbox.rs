//! Float variables of loops become f64 parameters: boxed on the way out of the loop, if anywhere.

use crate::hir::{BlockId, Function, Inst, Op, Order, Type, Val};
use habu_runtime::Value;

pub fn run(f: &mut Function) {
    let order = Order::of(f);
    let mut chosen = vec![false; f.insts.len()];
    for &b in &order.rpo {
        for &v in &f.block(b).insts {
            let inst = f.inst(v);
            if matches!(inst.op, Op::Unbox | Op::UnboxKnown | Op::UnboxNumber) {
                chosen[inst.args[0].0 as usize] = true;
            }
        }
    }
    let mut params: Vec<(BlockId, usize, Val)> = Vec::new();
    for &b in &order.rpo {
        for (k, &p) in f.block(b).params.iter().enumerate() {
            let boxed = order.preds[b.0 as usize].iter().any(|pred| {
                f.term(*pred).targets.iter().any(|t| t.block == b && f.inst(t.args[k]).op == Op::BoxFloat)
            });
            let float = f.ty(p) == Type::FLOAT;
            chosen[p.0 as usize] = float && (boxed || chosen[p.0 as usize]);
            if chosen[p.0 as usize] {
                params.push((b, k, p));
            }
        }
    }
    if params.is_empty() {
        return;
    }
    let is_param = |v: Val| params.iter().any(|(_, _, p)| *p == v);
    // What edges pass, unboxed.
    for &(b, k, _) in &params {
        let mut preds = order.preds[b.0 as usize].clone();
        // Two edges may come from one block.
        preds.sort_unstable();
        preds.dedup();
        for pred in preds {
            let Some(&term) = f.block(pred).insts.last() else { continue };
            for t in 0..f.inst(term).targets.len() {
                if f.inst(term).targets[t].block != b {
                    continue;
                }
                let arg = f.inst(term).targets[t].args[k];
                let new = match f.inst(arg) {
                    inst if inst.op == Op::BoxFloat => inst.args[0],
                    _ if is_param(arg) => continue,
                    inst => {
                        let inst = match Value(inst.imm as u64) {
                            w if inst.op == Op::Word && w.is_inline_float() => {
                                Inst::new(Op::Float, &[], w.inline_float_unchecked().to_bits() as i64)
                            }
                            _ => Inst::new(Op::UnboxKnown, &[arg], 0),
                        };
                        let v = f.add(inst);
                        let at = f.block(pred).insts.len() - 1;
                        f.block_mut(pred).insts.insert(at, v);
                        v
                    }
                };
                f.inst_mut(term).targets[t].args[k] = new;
            }
        }
    }
    // Everybody else sees the parameter boxed; what is not needed falls away later.
    let mut boxed: Vec<Option<Val>> = vec![None; f.insts.len() + params.len()];
    for &(b, _, p) in &params {
        f.inst_mut(p).ty = Type::F64;
        let w = f.add(Inst::new(Op::BoxFloat, &[p], 0));
        f.block_mut(b).insts.insert(0, w);
        boxed[p.0 as usize] = Some(w);
    }
    let word = |v: &mut Val| {
        if let Some(w) = boxed.get(v.0 as usize).copied().flatten() {
            *v = w;
        }
    };
    let f64_params: Vec<(BlockId, usize)> = params.iter().map(|(b, k, _)| (*b, *k)).collect();
    for i in 0..f.insts.len() {
        let made = boxed.contains(&Some(Val(i as u32)));
        let inst = &mut f.insts[i];
        if !made {
            inst.args.iter_mut().for_each(word);
        }
        for target in &mut inst.targets {
            for (k, arg) in target.args.iter_mut().enumerate() {
                if !f64_params.contains(&(target.block, k)) {
                    word(arg);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::hir::{parse, verify};

    #[test]
    fn two_edges_from_one_block() {
        let text = "function f
code 0 f registers 1
b0():
  v0: F64 = Float#1.5
  v1: Float = BoxFloat v0
  v2: Any = Arg#0
  v3: Any = Arg#1
  v4: Cond = Same v2, v3
  Branch v4, b1(v1), b1(v5)
b1(v6: Float):
  v7: F64 = Unbox v6 [f0]
  v8: Float = BoxFloat v7
  Return v8
f0: code 0 pc 0 base 0 {r0=v6}
";
        let text = text.replace("  v2: Any = Arg#0", "  v5: Float = Word#24\n  v2: Any = Arg#0").replace(
            "Word#24",
            &format!("Word#{}", habu_runtime::Value::try_float(2.0).expect("fits").0 as i64),
        );
        let mut f = parse(&text).expect("parses");
        verify(&f).expect("is well-formed");
        super::run(&mut f);
        verify(&f).expect("stays well-formed");
        let text = f.to_string();
        assert!(text.contains("b1(v6: F64)") && !text.contains("UnboxKnown"), "{text}");
    }
}
