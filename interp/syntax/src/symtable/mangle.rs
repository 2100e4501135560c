//! Private names: `__x` inside `class C` is `_C__x`.

use super::Scope;
use crate::ast::{Interner, Symbol};

/// A name as it is looked up in a scope: private names are mangled with the name of the class around.
#[inline]
pub fn mangle_in(interner: &mut Interner, scope: &Scope, name: Symbol) -> Symbol {
    if !interner.is_private(name) {
        return name;
    }
    match &scope.mangled_names {
        Some(names) if !names.contains(&name) => name,
        _ => mangle(interner, scope.class, name),
    }
}

/// Mangles a name with the name of the class around it.
pub fn mangle(interner: &mut Interner, class: Option<Symbol>, name: Symbol) -> Symbol {
    let Some(class) = class else { return name };
    if !interner.is_private(name) {
        return name;
    }
    let text = interner.resolve(name);
    let class = interner.resolve(class).trim_start_matches('_');
    if class.is_empty() {
        return name;
    }
    let mangled = format!("_{class}{text}");
    interner.intern(&mangled)
}
