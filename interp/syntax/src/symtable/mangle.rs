//! Private names: `__x` inside `class C` is `_C__x`.

use crate::ast::{Interner, Symbol};

/// Mangles a name with the name of the class around it.
pub fn mangle(interner: &mut Interner, class: Symbol, name: Symbol) -> Symbol {
    let text = interner.resolve(name);
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
        return name;
    }
    let class = interner.resolve(class).trim_start_matches('_');
    if class.is_empty() {
        return name;
    }
    let mangled = format!("_{class}{text}");
    interner.intern(&mangled)
}
