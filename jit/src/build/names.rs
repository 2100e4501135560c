//! Globals and builtins: constants while their cells are watched, else one load.

use super::{Assumption, Builder};
use crate::exits::Reason;
use crate::hir::{Op as H, Type};
use crate::layout;
use crate::snapshot::Fact;
use habu_bytecode::op::Instr;
use habu_runtime::Value;

pub fn load_global(b: &mut Builder, i: Instr) {
    if b.snap.uncached {
        return super::perform::perform(b, i);
    }
    let Some(Fact::Global(fact)) = b.snap.facts.get(&b.pc) else {
        return b.exit(Reason::NeverRan);
    };
    let fact = *fact;
    if fact.shadow != 0 {
        b.assume(Assumption::Cell { cell: fact.shadow, value: Value::UNBOUND.0 });
    }
    if fact.watch {
        b.assume(Assumption::Cell { cell: fact.cell, value: fact.value });
        let v = b.constant(fact.value, fact.id);
        return b.set(i.a, v);
    }
    let cell = b.constant(fact.cell, layout::CELL);
    let v = b.emit(H::LoadCell, &[cell], layout::CELL_VALUE);
    let v = b.bound_of(v);
    b.set(i.a, v);
}

pub fn store_global(b: &mut Builder, i: Instr) {
    if b.snap.uncached {
        return super::perform::perform(b, i);
    }
    let Some(Fact::Global(fact)) = b.snap.facts.get(&b.pc) else {
        return b.exit(Reason::NeverRan);
    };
    let fact = *fact;
    let cell = b.constant(fact.cell, layout::CELL);
    let v = b.get(i.a);
    let g = b.emit(H::GuardUnwatched, &[cell], 0);
    // A store into an empty cell adds a name: the dict must know.
    let old = b.emit(H::LoadCell, &[g], layout::CELL_VALUE);
    b.bound_of(old);
    b.emit(H::StoreCell, &[g, v], layout::CELL_VALUE);
}

/// In a module body the namespace register is unbound, and the name a global.
fn is_global(b: &mut Builder, namespace: u16) -> bool {
    let v = b.get(namespace);
    b.ty(v).is(Type::UNBOUND)
}

pub fn load_name(b: &mut Builder, i: Instr) {
    if is_global(b, i.b) { load_global(b, i) } else { super::perform::perform(b, i) }
}

pub fn store_name(b: &mut Builder, i: Instr) {
    if is_global(b, i.b) { store_global(b, i) } else { super::perform::perform(b, i) }
}
