//! Interval analysis of small integers: arithmetic that cannot leave 62 bits loses its check.

use crate::hir::{BlockId, Cmp, Function, Op, Order, Type, Val};
use habu_runtime::Value;
use habu_runtime::value::{SMALL_MAX, SMALL_MIN};

type Interval = (i128, i128);
const FULL: Interval = (SMALL_MIN as i128, SMALL_MAX as i128);
/// No list or tuple is longer.
const MAX_LEN: i128 = 1 << 47;

fn within(i: Interval) -> bool {
    i.0 >= FULL.0 && i.1 <= FULL.1
}

fn clamp(i: Interval) -> Interval {
    (i.0.max(FULL.0), i.1.min(FULL.1))
}

struct Ranges<'a> {
    f: &'a Function,
    order: &'a Order,
    known: Vec<Option<Interval>>,
}

impl Ranges<'_> {
    fn of(&self, v: Val) -> Interval {
        self.known[v.0 as usize].unwrap_or(FULL)
    }

    /// The interval of `v` in block `b`, narrowed by the branches that lead there.
    fn at(&self, v: Val, b: BlockId) -> Interval {
        let mut i = self.of(v);
        let mut block = b;
        for _ in 0..24 {
            let up = self.order.idom[block.0 as usize];
            if up == block {
                break;
            }
            if let [pred] = self.order.preds[block.0 as usize][..] {
                let term = self.f.term(pred);
                if term.op == Op::Branch && term.targets[0].block != term.targets[1].block {
                    let holds = term.targets[0].block == block;
                    i = self.narrow(i, v, term.args[0], holds);
                }
            }
            block = up;
        }
        i
    }

    fn narrow(&self, i: Interval, v: Val, cond: Val, holds: bool) -> Interval {
        let inst = self.f.inst(cond);
        if inst.op != Op::ICmp {
            return i;
        }
        let root = |v| self.f.root(v);
        let mut cmp = Cmp::from_imm(inst.imm);
        let other = if root(inst.args[0]) == root(v) {
            inst.args[1]
        } else if root(inst.args[1]) == root(v) {
            cmp = [Cmp::Gt, Cmp::Ge, Cmp::Eq, Cmp::Ne, Cmp::Lt, Cmp::Le][cmp as usize];
            inst.args[0]
        } else {
            return i;
        };
        if !holds {
            cmp = [Cmp::Ge, Cmp::Gt, Cmp::Ne, Cmp::Eq, Cmp::Le, Cmp::Lt][cmp as usize];
        }
        let (lo, hi) = self.of(other);
        match cmp {
            Cmp::Lt => (i.0, i.1.min(hi - 1)),
            Cmp::Le => (i.0, i.1.min(hi)),
            Cmp::Gt => (i.0.max(lo + 1), i.1),
            Cmp::Ge => (i.0.max(lo), i.1),
            Cmp::Eq => (i.0.max(lo), i.1.min(hi)),
            Cmp::Ne => i,
        }
    }

    /// The exact interval of an operation, before it is clamped to what fits.
    fn exact(&self, v: Val, b: BlockId) -> Interval {
        let inst = self.f.inst(v);
        let arg = |k: usize| self.at(inst.args[k], b);
        match inst.op {
            Op::Word => Value(inst.imm as u64).as_small().map_or(FULL, |n| (n as i128, n as i128)),
            Op::IAdd | Op::IAddFast => {
                let (x, y) = (arg(0), arg(1));
                (x.0 + y.0, x.1 + y.1)
            }
            Op::ISub | Op::ISubFast => {
                let (x, y) = (arg(0), arg(1));
                (x.0 - y.1, x.1 - y.0)
            }
            Op::IMul | Op::IMulFast => {
                let (x, y) = (arg(0), arg(1));
                let all = [x.0 * y.0, x.0 * y.1, x.1 * y.0, x.1 * y.1];
                (all.into_iter().min().unwrap_or(FULL.0), all.into_iter().max().unwrap_or(FULL.1))
            }
            Op::INeg => {
                let x = arg(0);
                (-x.1, -x.0)
            }
            Op::IModFast => match arg(1) {
                (lo, hi) if lo > 0 => (0, hi - 1),
                _ => FULL,
            },
            Op::IFloorDivFast => match (arg(0), arg(1)) {
                (x, (lo, hi)) if lo > 0 && lo == hi => (x.0.div_euclid(lo), x.1.div_euclid(lo)),
                (x, _) => (x.0.min(-1), x.1.max(0)),
            },
            Op::IAnd => match (arg(0), arg(1)) {
                (_, (lo, hi)) if lo >= 0 => (0, hi),
                ((lo, hi), _) if lo >= 0 => (0, hi),
                _ => FULL,
            },
            Op::IShr => match arg(0) {
                (lo, hi) if lo >= 0 => (0, hi),
                _ => FULL,
            },
            Op::IMax => {
                let (x, y) = (arg(0), arg(1));
                (x.0.max(y.0), x.1.max(y.1))
            }
            Op::RangeItem => {
                let x = arg(0);
                if inst.imm > 0 { (x.0, x.1.min(FULL.1 - 1)) } else { (x.0.max(FULL.0 + 1), x.1) }
            }
            Op::Tag => match self.f.inst(inst.args[0]).op {
                Op::ListLen | Op::LoadConstRaw => (0, MAX_LEN),
                _ => FULL,
            },
            Op::GuardInt => arg(0),
            _ => FULL,
        }
    }
}

pub fn run(f: &mut Function) {
    let order = Order::of(f);
    let mut r = Ranges { f, order: &order, known: vec![None; f.insts.len()] };
    for round in 0..8 {
        let mut changed = false;
        for &b in &order.rpo {
            for (k, &p) in f.block(b).params.iter().enumerate() {
                if !f.ty(p).is(Type::INT) {
                    continue;
                }
                let mut join: Option<Interval> = None;
                for &pred in &order.preds[b.0 as usize] {
                    for t in f.term(pred).targets.iter().filter(|t| t.block == b) {
                        if let Some(i) = r.known[t.args[k].0 as usize] {
                            let i = if i == FULL { i } else { r.at(t.args[k], pred) };
                            join = Some(join.map_or(i, |j| (j.0.min(i.0), j.1.max(i.1))));
                        }
                    }
                }
                let Some(mut new) = join.map(clamp) else { continue };
                if let Some(old) = r.known[p.0 as usize] {
                    // Whatever still grows after a few rounds grows without bound.
                    if round >= 2 {
                        new = (
                            if new.0 < old.0 { FULL.0 } else { old.0 },
                            if new.1 > old.1 { FULL.1 } else { old.1 },
                        );
                    }
                }
                if r.known[p.0 as usize] != Some(new) {
                    r.known[p.0 as usize] = Some(new);
                    changed = true;
                }
            }
            for &v in &f.block(b).insts {
                if f.ty(v).is(Type::INT) && !f.ty(v).is_void() {
                    let unknown_input = f
                        .inst(v)
                        .args
                        .iter()
                        .any(|a| f.ty(*a).is(Type::INT) && r.known[a.0 as usize].is_none());
                    if unknown_input && f.inst(v).op != Op::GuardInt {
                        continue;
                    }
                    let new = clamp(r.exact(v, b));
                    if r.known[v.0 as usize] != Some(new) {
                        r.known[v.0 as usize] = Some(new);
                        changed = true;
                    }
                }
            }
        }
        if !changed {
            break;
        }
    }
    let mut proven = Vec::new();
    for &b in &order.rpo {
        for &v in &f.block(b).insts {
            let inst = f.inst(v);
            let unchecked = match inst.op {
                Op::IAdd => Op::IAddFast,
                Op::ISub => Op::ISubFast,
                Op::IMul => Op::IMulFast,
                Op::IMod if r.at(inst.args[1], b).0 > 0 => Op::IModFast,
                Op::IFloorDiv if r.at(inst.args[1], b).0 > 0 => Op::IFloorDivFast,
                Op::UnboxNumber if f.ty(inst.args[0]).is(Type::INT) => {
                    let i = r.at(inst.args[0], b);
                    if i.0 >= -(1 << 53) && i.1 <= 1 << 53 {
                        proven.push((v, Op::IToF));
                    }
                    continue;
                }
                _ => continue,
            };
            if matches!(unchecked, Op::IModFast | Op::IFloorDivFast) || within(r.exact(v, b)) {
                proven.push((v, unchecked));
            }
        }
    }
    for (v, op) in proven {
        let inst = f.inst_mut(v);
        inst.op = op;
        inst.frame = None;
    }
}
