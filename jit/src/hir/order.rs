//! Block order, predecessors, dominators and loops of a function; computed afresh by each pass that needs them.

use super::{BlockId, Function};

/// Reverse postorder and what follows from it.
pub struct Order {
    /// Reachable blocks in reverse postorder.
    pub rpo: Vec<BlockId>,
    /// Position in `rpo` by block, `usize::MAX` if unreachable.
    pub index: Vec<usize>,
    pub preds: Vec<Vec<BlockId>>,
    /// Immediate dominator by block (the entry's is itself).
    pub idom: Vec<BlockId>,
}

impl Order {
    pub fn of(f: &Function) -> Order {
        let n = f.blocks.len();
        let mut post = Vec::with_capacity(n);
        let mut seen = vec![false; n];
        // Explicit stack of (block, next successor): units may be long chains of blocks.
        let mut stack = vec![(f.entry(), 0)];
        seen[0] = true;
        while let Some((block, i)) = stack.pop() {
            match f.term(block).targets.get(i) {
                Some(target) => {
                    stack.push((block, i + 1));
                    if !seen[target.block.0 as usize] {
                        seen[target.block.0 as usize] = true;
                        stack.push((target.block, 0));
                    }
                }
                None => post.push(block),
            }
        }
        post.reverse();
        let mut index = vec![usize::MAX; n];
        for (i, b) in post.iter().enumerate() {
            index[b.0 as usize] = i;
        }
        let mut preds = vec![Vec::new(); n];
        for b in &post {
            for target in &f.term(*b).targets {
                preds[target.block.0 as usize].push(*b);
            }
        }
        let mut order = Order { rpo: post, index, preds, idom: vec![f.entry(); n] };
        order.compute_dominators();
        order
    }

    // Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm".
    fn compute_dominators(&mut self) {
        let mut known = vec![false; self.idom.len()];
        known[0] = true;
        let mut changed = true;
        while changed {
            changed = false;
            for &b in self.rpo.iter().skip(1) {
                let mut new: Option<BlockId> = None;
                for &p in &self.preds[b.0 as usize] {
                    if known[p.0 as usize] {
                        new = Some(match new {
                            None => p,
                            Some(other) => self.common(p, other),
                        });
                    }
                }
                let new = new.expect("a reachable block has a processed predecessor");
                if !known[b.0 as usize] || self.idom[b.0 as usize] != new {
                    known[b.0 as usize] = true;
                    self.idom[b.0 as usize] = new;
                    changed = true;
                }
            }
        }
    }

    fn common(&self, a: BlockId, b: BlockId) -> BlockId {
        let (mut a, mut b) = (a, b);
        while a != b {
            if self.index[a.0 as usize] > self.index[b.0 as usize] {
                a = self.idom[a.0 as usize];
            } else {
                b = self.idom[b.0 as usize];
            }
        }
        a
    }

    pub fn is_reachable(&self, b: BlockId) -> bool {
        self.index[b.0 as usize] != usize::MAX
    }

    /// Whether `a` dominates `b`.
    pub fn dominates(&self, a: BlockId, b: BlockId) -> bool {
        let mut b = b;
        loop {
            if a == b {
                return true;
            }
            let up = self.idom[b.0 as usize];
            if up == b {
                return false;
            }
            b = up;
        }
    }

    /// Natural loops: header and member blocks, innermost (smallest) first.
    pub fn loops(&self) -> Vec<(BlockId, Vec<BlockId>)> {
        let mut loops: Vec<(BlockId, Vec<BlockId>)> = Vec::new();
        for &b in &self.rpo {
            let latches: Vec<BlockId> =
                self.preds[b.0 as usize].iter().copied().filter(|p| self.dominates(b, *p)).collect();
            if latches.is_empty() {
                continue;
            }
            let mut members = vec![b];
            let mut work = latches;
            while let Some(m) = work.pop() {
                if !members.contains(&m) {
                    members.push(m);
                    work.extend(&self.preds[m.0 as usize]);
                }
            }
            loops.push((b, members));
        }
        loops.sort_by_key(|(_, members)| members.len());
        loops
    }
}
