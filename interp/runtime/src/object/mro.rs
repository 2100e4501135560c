//! Method resolution order: C3 linearisation ("A Monotonic Superclass Linearization for Dylan", 1996), as `type.mro` does it.

use super::Type;
use crate::heap::Gc;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// Computes and stores the order of a class whose bases are set.
pub fn set_mro(vm: &mut Vm, cls: Gc<Type>) -> PyResult<()> {
    let order = linearize(vm, cls)?;
    let mro = vm.tuple(&order)?;
    cls.mro.set(&mut vm.heap, cls.header(), Some(mro));
    Ok(())
}

/// The C3 merge of the bases' orders. Classes stay alive through the bases tuple, so plain vectors do.
pub fn linearize(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Vec<Value>> {
    let bases: Vec<Value> = cls.bases.get().map_or(Vec::new(), |t| t.items().to_vec());
    let mut sequences: Vec<Vec<Value>> =
        bases.iter().map(|b| vm.expect_class(*b).mro_items().to_vec()).collect();
    for (i, base) in bases.iter().enumerate() {
        if bases[..i].contains(base) {
            let name = vm.class_name(vm.expect_class(*base));
            return Err(vm.type_error(format!("duplicate base class {name}")));
        }
    }
    sequences.push(bases);
    let mut order = vec![Value::from_gc(cls)];
    loop {
        sequences.retain(|s| !s.is_empty());
        if sequences.is_empty() {
            return Ok(order);
        }
        let next =
            sequences.iter().map(|s| s[0]).find(|head| !sequences.iter().any(|s| s[1..].contains(head)));
        let Some(next) = next else {
            let mut names: Vec<String> = Vec::new();
            for s in &sequences {
                let name = vm.class_name(vm.expect_class(s[0]));
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            return Err(vm.type_error(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            )));
        };
        order.push(next);
        for s in &mut sequences {
            if s[0] == next {
                s.remove(0);
            }
        }
    }
}
