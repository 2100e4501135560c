//! Finding a key. Comparing keys may run Python code that changes the dict: then, as CPython
//! does, the search starts again.

use super::Dict;
use super::table::{DELETED, DictTable, EMPTY, Probe};
use crate::heap::Gc;
use crate::object::ids;
use crate::protocol::CmpOp;
use crate::types::int::hash_small;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm, id_of};

impl Dict {
    /// The value of a key that is an exact string or a small integer; `None`: there is none, or Python code may have a
    /// say in it.
    #[inline]
    pub fn get_plain(&self, key: Value) -> Option<Value> {
        let table = self.table()?;
        let at = self.find_plain(&table, key)??;
        Some(self.value_at(&table, at))
    }

    /// Whether there is such a key.
    #[inline]
    pub fn contains_plain(&self, key: Value) -> Option<bool> {
        match self.table() {
            Some(table) => self.find_plain(&table, key).map(|at| at.is_some()),
            None if key.is_small() || key.is_exact::<Str>() => Some(false),
            None => None,
        }
    }

    /// The entry of such a key. Outer `None`: Python code may have a say in it.
    #[inline]
    fn find_plain(&self, table: &DictTable, key: Value) -> Option<Option<usize>> {
        if let Some(n) = key.as_small() {
            return table.find_small(key, hash_small(n));
        }
        let key = key.exact::<Str>().filter(|_| table.only_str_keys())?;
        Some(table.find_str(key, key.hash_value()))
    }
}

impl Vm {
    /// Hash of a key; what can't be hashed is a TypeError that says what it was to be used as.
    #[inline]
    pub fn dict_hash(&mut self, key: Value) -> PyResult<i64> {
        if let Some(n) = key.as_small() {
            return Ok(hash_small(n));
        }
        match key.exact::<Str>() {
            Some(key) => Ok(key.hash_value()),
            None => match self.hash(key) {
                Ok(hash) => Ok(hash),
                Err(raised) => Err(self.unhashable(raised, key, "a dict key")),
            },
        }
    }

    /// A hash failed: says what it was wanted for.
    #[cold]
    pub(crate) fn unhashable(&mut self, raised: Raised, key: Value, role: &str) -> Raised {
        if !self.exception_matches(self.ctx.exception, Exc::TypeError) {
            return raised;
        }
        let exc = self.take_exception(raised);
        let name = self.type_name(key);
        match self.to_str(exc) {
            Ok(text) => {
                let text = text.to_message();
                self.type_error(format!("cannot use '{name}' as {role} ({text})"))
            }
            Err(raised) => raised,
        }
    }

    /// Position of the entry with this key.
    #[inline]
    pub(crate) fn dict_find(&mut self, dict: Gc<Dict>, key: Value, hash: i64) -> PyResult<Option<usize>> {
        let Some(table) = dict.table() else { return Ok(None) };
        if let Some(key) = key.exact::<Str>()
            && table.only_str_keys()
        {
            return Ok(table.find_str(key, hash));
        }
        if key.is_small()
            && let Some(found) = table.find_small(key, hash)
        {
            return Ok(found);
        }
        self.dict_find_any(dict, key, hash)
    }

    fn dict_find_any(&mut self, dict: Gc<Dict>, key: Value, hash: i64) -> PyResult<Option<usize>> {
        'search: while let Some(table) = dict.table() {
            let bits = table.bits.get();
            let mut probe = Probe::new(hash, bits);
            loop {
                let code = table.slot(probe.at);
                if code == EMPTY {
                    return Ok(None);
                }
                if code != DELETED {
                    let at = DictTable::position(code);
                    let entry = &table.entries()[at];
                    let other = entry.key.get();
                    if other == key {
                        return Ok(Some(at));
                    }
                    if entry.hash.get() == hash {
                        let equal = match equal_by_class(self, other, key) {
                            Some(equal) => equal,
                            None => {
                                let equal = self.eq(other, key)?;
                                // The old table may be gone: look at it only if it is still in use.
                                let unchanged = dict.table() == Some(table)
                                    && table.bits.get() == bits
                                    && table.slot(probe.at) == code
                                    && table.entries()[at].key.get() == other;
                                if !unchanged {
                                    continue 'search;
                                }
                                equal
                            }
                        };
                        if equal {
                            return Ok(Some(at));
                        }
                    }
                }
                probe.advance();
            }
        }
        Ok(None)
    }
}

/// Whether two keys with the same hash, not the same word, are equal, if no Python code can have
/// a say in it.
#[inline]
pub(crate) fn equal_without_python(a: Value, b: Value) -> Option<bool> {
    equal_alike(None, a, b, MAX_DEPTH)
}

/// The same; with the machine also for instances of tuple's subclasses that compare as tuples do.
#[inline]
pub(crate) fn equal_by_class(vm: &Vm, a: Value, b: Value) -> Option<bool> {
    equal_alike(Some(vm), a, b, MAX_DEPTH)
}

#[inline]
fn equal_alike(vm: Option<&Vm>, a: Value, b: Value, depth: u32) -> Option<bool> {
    if Value::both_small(a, b) {
        return Some(false);
    }
    if let (Some(a), Some(b)) = (a.exact::<Str>(), b.exact::<Str>()) {
        return Some(a.same(&b));
    }
    if a.is_inline_float() && b.is_inline_float() {
        return Some(a.inline_float_unchecked() == b.inline_float_unchecked());
    }
    if let (Some(a), Some(b)) = (a.exact::<Tuple>(), b.exact::<Tuple>()) {
        return equal_tuples(vm, &a, &b, depth);
    }
    if let Some(vm) = vm
        && let Some((a, b)) = vm.tuples_alike(a, b, CmpOp::Eq)
    {
        return equal_tuples(Some(vm), &a, &b, depth);
    }
    unequal_kinds(a, b)
}

/// `Some(false)` for two plain values of kinds of which none equals one of the other.
fn unequal_kinds(a: Value, b: Value) -> Option<bool> {
    let kind = |v: Value| match v {
        Value::NONE => Some(0),
        _ if v.is_small() || v.is_inline_float() || v.is_bool() => Some(1),
        _ => match id_of(v) {
            ids::STR => Some(2),
            ids::TUPLE => Some(3),
            _ => None,
        },
    };
    (kind(a)? != kind(b)?).then_some(false)
}

/// Tuples nested deeper are left to the general way, which guards the machine stack.
const MAX_DEPTH: u32 = 8;

/// The same for two tuples, of the plain values above and of such tuples.
fn equal_tuples(vm: Option<&Vm>, a: &Tuple, b: &Tuple, depth: u32) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    if a.len() != b.len() {
        return Some(false);
    }
    for (&a, &b) in a.items().iter().zip(b.items()) {
        if a != b && !equal_alike(vm, a, b, depth)? {
            return Some(false);
        }
    }
    Some(true)
}
