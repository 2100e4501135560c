//! Unpacking into several targets.

use super::*;
use crate::types::list::Elements;
use crate::types::tuple::Tuple;
use crate::vm::PyResult;

pub fn UNPACK(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = base.get(pc.b());
    if let Some(tuple) = vm.exact::<Tuple>(v)
        && tuple.len() == pc.c()
    {
        note!(pc, UNPACK, Kinds::TUPLE);
        for (i, item) in tuple.items().iter().enumerate() {
            base.set(pc.a() + i, *item);
        }
        next!(vm, pc, base, UNPACK)
    }
    unpack_slow(vm, pc, base)
}

#[cold]
#[inline(never)]
fn unpack_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    note!(pc, UNPACK, kind_of_source(vm, base.get(pc.b())));
    tri!(vm, pc, base, unpack_any(vm, pc, base));
    next!(vm, pc, base, UNPACK)
}

/// Feedback for what is unpacked: lists by the kind of their elements.
fn kind_of_source(vm: &Vm, v: Value) -> u32 {
    match vm.exact_list(v).map(|list| list.elements()) {
        Some(Elements::F64) => Kinds::LIST | Kinds::LIST_F64,
        Some(Elements::Int) => Kinds::LIST | Kinds::LIST_INT,
        Some(Elements::Any) => Kinds::LIST | Kinds::LIST_ANY,
        None => Kinds::OTHER,
    }
}

/// Apart from its handler, which must not have anything to drop when it goes on.
#[inline(never)]
fn unpack_any(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    unpack_into(vm, base.get(pc.b()), pc.c(), base.offset(pc.a() as isize).0)
}

/// Unpacks a list of the right length whose items are at hand; false if it is something else.
fn unpack_list(vm: &Vm, v: Value, n: usize, targets: Base) -> bool {
    let Some(list) = vm.exact_list(v).filter(|list| list.len() == n) else { return false };
    let floats = list.elements() == Elements::F64;
    let Some(array) = list.storage() else { return n == 0 };
    for i in 0..n {
        let word = array.slots()[i].get();
        let item = if floats { Value::try_float(f64::from_bits(word.0)) } else { Some(word) };
        let Some(item) = item else { return false };
        targets.set(i, item);
    }
    true
}

pub fn UNPACK_STAR(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, unpack_star(vm, pc, base));
    next!(vm, pc, base, UNPACK_STAR)
}

#[inline(never)]
fn unpack_star(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let (before, after) = (pc.c(), pc.word(2) as usize);
    let items = gather(vm, base.get(pc.b()), before, Some(after))?;
    let end = items.len() - after;
    let rest = vm.list_from(&items[before..end])?;
    for (i, item) in items[..before].iter().enumerate() {
        base.set(pc.a() + i, *item);
    }
    base.set(pc.a() + before, Value::from_gc(rest));
    for (i, item) in items[end..].iter().enumerate() {
        base.set(pc.a() + before + 1 + i, *item);
    }
    Ok(())
}

/// Unpacks `v` into `n` consecutive registers from `at` on (native code's form of `UNPACK`).
pub fn unpack_into(vm: &mut Vm, v: Value, n: usize, at: *mut Value) -> PyResult<()> {
    if let Some(tuple) = vm.exact::<Tuple>(v)
        && tuple.len() == n
    {
        tuple.items().iter().enumerate().for_each(|(i, item)| Base(at).set(i, *item));
        return Ok(());
    }
    let targets = Base(at);
    if unpack_list(vm, v, n, targets) {
        return Ok(());
    }
    let items = gather(vm, v, n, None)?;
    for (i, item) in items.iter().enumerate() {
        targets.set(i, *item);
    }
    Ok(())
}

/// As `unpack_into` with a starred target after the first `before` and `after` more behind it.
pub fn unpack_star_into(vm: &mut Vm, v: Value, before: usize, after: usize, at: *mut Value) -> PyResult<()> {
    let items = gather(vm, v, before, Some(after))?;
    let end = items.len() - after;
    let rest = vm.list_from(&items[before..end])?;
    let targets = Base(at);
    for (i, item) in items[..before].iter().enumerate() {
        targets.set(i, *item);
    }
    targets.set(before, Value::from_gc(rest));
    for (i, item) in items[end..].iter().enumerate() {
        targets.set(before + 1 + i, *item);
    }
    Ok(())
}

/// The items of an iterable unpacked into `before` targets, or `before`, a starred one and `after`.
fn gather(vm: &mut Vm, v: Value, before: usize, after: Option<usize>) -> PyResult<crate::vm::RootedVec> {
    let mut items = vm.rooted_vec();
    let known = if let Some(list) = vm.exact_list(v) {
        Some(list.len())
    } else {
        vm.exact::<Tuple>(v).map(|tuple| tuple.len())
    };
    let it = match vm.get_iter(v) {
        Ok(it) => it,
        Err(raised) => {
            let name = vm.type_name(v);
            let is_type_error = vm.exception_matches(vm.ctx.exception, crate::vm::Exc::TypeError);
            let special = vm.lookup_special(v, crate::object::Special::Iter);
            if is_type_error
                && special.is_none()
                && vm.lookup_special(v, crate::object::Special::GetItem).is_none()
            {
                vm.take_exception(raised);
                return Err(vm.type_error(format!("cannot unpack non-iterable {name} object")));
            }
            return Err(raised);
        }
    };
    let least = before + after.unwrap_or(0);
    while after.is_some() || items.len() < before {
        match vm.iter_next(it)? {
            Some(item) => items.push(item),
            None => break,
        }
    }
    if items.len() < least {
        let got = items.len();
        let at_least = if after.is_some() { "at least " } else { "" };
        return Err(
            vm.value_error(format!("not enough values to unpack (expected {at_least}{least}, got {got})"))
        );
    }
    if after.is_none() && vm.iter_next(it)?.is_some() {
        let text = match known {
            Some(n) => format!("too many values to unpack (expected {before}, got {n})"),
            None => format!("too many values to unpack (expected {before})"),
        };
        return Err(vm.value_error(text));
    }
    Ok(items)
}
