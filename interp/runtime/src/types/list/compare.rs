//! Comparison and search of lists. Comparing items may run Python code that changes either list,
//! so lengths are read anew at every step.

use super::{Elements, List};
use crate::heap::Gc;
use crate::protocol::CmpOp;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

impl Vm {
    /// `a op b`
    pub fn list_compare(&mut self, a: Gc<List>, b: Gc<List>, op: CmpOp) -> PyResult<Value> {
        if a.len() != b.len() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
            return Ok(Value::bool(op == CmpOp::Ne));
        }
        let mut index = same_items(&a, &b);
        loop {
            let (x, y) = (self.list_get(a, index)?, self.list_get(b, index)?);
            let (Some(x), Some(y)) = (x, y) else {
                return Ok(Value::bool(op.of(a.len().cmp(&b.len()))));
            };
            if !self.eq(x, y)? {
                // What the comparison took away is not compared.
                if index >= a.len() || index >= b.len() {
                    return Ok(Value::bool(op.of(a.len().cmp(&b.len()))));
                }
                return self.compare_first_difference(x, y, op);
            }
            index += 1;
        }
    }

    /// Result of comparing two sequences whose first unequal items are `x` and `y`.
    pub(crate) fn compare_first_difference(&mut self, x: Value, y: Value, op: CmpOp) -> PyResult<Value> {
        match op {
            CmpOp::Eq => Ok(Value::FALSE),
            CmpOp::Ne => Ok(Value::TRUE),
            _ => self.rich_compare(x, y, op),
        }
    }

    /// Position of the first item equal to `v` from `start` on and before `stop`.
    pub fn list_find(
        &mut self,
        list: Gc<List>,
        v: Value,
        start: usize,
        stop: usize,
    ) -> PyResult<Option<usize>> {
        if list.elements() == Elements::Int && v.is_small() {
            let words = list.words();
            let stop = stop.min(words.len());
            let found = words[start.min(stop)..stop].iter().position(|slot| slot.get() == v);
            return Ok(found.map(|at| at + start));
        }
        let mut index = start;
        while index < stop
            && let Some(item) = self.list_get(list, index)?
        {
            if self.eq(item, v)? {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }

    /// How many items are equal to `v`.
    pub fn list_count(&mut self, list: Gc<List>, v: Value) -> PyResult<usize> {
        let (mut count, mut at) = (0, 0);
        while let Some(found) = self.list_find(list, v, at, usize::MAX)? {
            count += 1;
            at = found + 1;
        }
        Ok(count)
    }
}

/// How many items at the beginning are the same words in both, and so equal.
fn same_items(a: &List, b: &List) -> usize {
    if a.elements() == Elements::F64 || b.elements() == Elements::F64 {
        return 0;
    }
    a.words().iter().zip(b.words()).take_while(|(x, y)| x.get() == y.get()).count()
}
