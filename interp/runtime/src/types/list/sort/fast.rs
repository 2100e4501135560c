//! Sorting what needs no Python code to compare: small integers, floats, strings.

use crate::heap::Gc;
use crate::types::known::int_word;
use crate::types::list::kinds::float_of;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use std::cmp::Ordering;

/// A copy of the words, if there is memory for it.
fn copied<T: Copy>(words: &[Cell<T>]) -> Option<Vec<T>> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(words.len()).ok()?;
    copy.extend(words.iter().map(Cell::get));
    Some(copy)
}

fn write_back<T: Copy>(words: &[Cell<T>], from: &[T]) {
    for (slot, &v) in words.iter().zip(from) {
        slot.set(v);
    }
}

/// Sorts tagged small integers: equal ones are identical, so stability is no matter.
/// False: no memory.
pub fn sort_ints(words: &[Cell<Value>], reverse: bool) -> bool {
    let Some(mut copy) = copied(words) else { return false };
    // A tag of zero bits keeps the order of what it tags.
    copy.sort_unstable_by_key(|v| v.0 as i64);
    if reverse {
        copy.reverse();
    }
    write_back(words, &copy);
    true
}

/// Sorts floats other than NaN. False: no memory.
pub fn sort_floats(words: &[Cell<f64>], reverse: bool) -> bool {
    let Some(mut copy) = copied(words) else { return false };
    // 0.0 and -0.0 are equal and stay in their order.
    if reverse {
        copy.reverse();
    }
    // There is no NaN; if there were, this would still be an order.
    copy.sort_by(|a, b| a.partial_cmp(b).unwrap_or_else(|| a.total_cmp(b)));
    if reverse {
        copy.reverse();
    }
    write_back(words, &copy);
    true
}

/// Sorts positions by keys that are all small integers, all floats (no NaN), all strings, or tuples of such, column by
/// column.
/// False: they are not, or there is no memory; the order is as it was.
pub fn sort_known(keys: &[Cell<Value>], order: &mut [u32]) -> bool {
    let Some(first) = keys.first().map(Cell::get) else { return true };
    let all = |test: &dyn Fn(Value) -> bool| keys.iter().all(|k| test(k.get()));
    let key = |i: u32| keys[i as usize].get();
    if first.is_small() && all(&|k| k.is_small()) {
        return sort_pairs(order, |i| key(i).0 as i64, |a, b| a.0.cmp(&b.0));
    }
    if float_of(first).is_some() && all(&|k| float_of(k).is_some()) {
        let number = |i| float_of(key(i)).unwrap_or_default();
        return sort_pairs(order, number, |a, b| a.0.partial_cmp(&b.0).unwrap_or(Ordering::Equal));
    }
    if exact_str(first).is_some() && all(&|k| exact_str(k).is_some()) {
        let text = |i| exact_str(key(i));
        let whole = |a: u32, b: u32| match (text(a), text(b)) {
            (Some(a), Some(b)) => a.order(&b),
            _ => Ordering::Equal,
        };
        if all(&|k| exact_str(k).is_some_and(|s| s.width() == 1)) {
            let prefix = |i| text(i).map_or(0, |s| prefix(s.raw_bytes()));
            return sort_pairs(order, prefix, |a, b| a.0.cmp(&b.0).then_with(|| whole(a.1, b.1)));
        }
        return sort_pairs(order, |_| (), |a, b| whole(a.1, b.1));
    }
    sort_tuples(keys, order)
}

/// What a column of tuples holds, if it is ordered without Python code: a number for each such kind.
fn column_kind(v: Value) -> Option<u8> {
    if v.is_small() || v.is_bool() {
        Some(0)
    } else if exact_str(v).is_some() {
        Some(1)
    } else {
        float_of(v).filter(|f| !f.is_nan()).map(|_| 2)
    }
}

/// Sorts positions by keys that are exact tuples with the same kinds of items in the same places.
fn sort_tuples(keys: &[Cell<Value>], order: &mut [u32]) -> bool {
    let Some(first) = keys.first().and_then(|k| exact_tuple(k.get())) else { return false };
    if first.is_empty() {
        return false;
    }
    let alike = |k: &Cell<Value>| {
        exact_tuple(k.get()).is_some_and(|t| {
            t.len() == first.len()
                && t.items().iter().zip(first.items()).all(|(&a, &b)| {
                    let kind = column_kind(a);
                    kind.is_some() && kind == column_kind(b)
                })
        })
    };
    if !keys.iter().all(alike) {
        return false;
    }
    let items = |i: u32| exact_tuple(keys[i as usize].get());
    // Columns from `skip` on.
    let rest = |a: u32, b: u32, skip: usize| match (items(a), items(b)) {
        (Some(a), Some(b)) => columns(&a.items()[skip..], &b.items()[skip..]),
        _ => Ordering::Equal,
    };
    if int_word(first.items()[0]).is_some() {
        let number = |i| items(i).and_then(|t| int_word(t.items()[0])).unwrap_or(0);
        return sort_pairs(order, number, |a, b| a.0.cmp(&b.0).then_with(|| rest(a.1, b.1, 1)));
    }
    sort_pairs(order, |_| (), |a, b| rest(a.1, b.1, 0))
}

/// The order of items of the same kinds.
fn columns(a: &[Value], b: &[Value]) -> Ordering {
    for (&a, &b) in a.iter().zip(b) {
        let order = if Value::both_small(a, b) {
            (a.0 as i64).cmp(&(b.0 as i64))
        } else if let (Some(a), Some(b)) = (int_word(a), int_word(b)) {
            a.cmp(&b)
        } else if let (Some(a), Some(b)) = (exact_str(a), exact_str(b)) {
            a.order(&b)
        } else {
            float_of(a).partial_cmp(&float_of(b)).unwrap_or(Ordering::Equal)
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// The first eight bytes, so that numbers are in the order of the texts as far as they reach.
fn prefix(text: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let len = text.len().min(8);
    bytes[..len].copy_from_slice(&text[..len]);
    u64::from_be_bytes(bytes)
}

/// Sorts positions stably with their keys beside them. False: no memory.
fn sort_pairs<K>(
    order: &mut [u32],
    key: impl Fn(u32) -> K,
    compare: impl Fn(&(K, u32), &(K, u32)) -> Ordering,
) -> bool {
    let mut pairs = Vec::new();
    if pairs.try_reserve_exact(order.len()).is_err() {
        return false;
    }
    pairs.extend(order.iter().map(|&i| (key(i), i)));
    pairs.sort_by(compare);
    for (slot, (_, i)) in order.iter_mut().zip(pairs) {
        *slot = i;
    }
    true
}

fn exact_str(v: Value) -> Option<Gc<Str>> {
    v.exact()
}

fn exact_tuple(v: Value) -> Option<Gc<Tuple>> {
    v.exact()
}

/// Puts words in the given order. False: no memory.
pub fn permute(words: &[Cell<Value>], order: &[u32]) -> bool {
    let Some(copy) = copied(words) else { return false };
    for (slot, &from) in words.iter().zip(order) {
        slot.set(copy[from as usize]);
    }
    true
}
