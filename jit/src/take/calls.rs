//! Facts about calls: whom the caches of call instructions name, and what calling them takes.

use super::*;

pub(super) fn call_fact(vm: &mut Vm, snap: &Snapshot, op: Op, at: u32, lessons: &Lessons) -> Option<Callee> {
    let callee = Value(word64(snap, at + call::CALLEE as u32));
    if op == Op::RANGE_PREP {
        return (snap.words[at as usize + call::KIND] == 1)
            .then_some(Callee::Range { class: vm.range_class.0 });
    }
    match CallKind::from_byte(snap.words[at as usize + call::KIND] as u8) {
        CallKind::Never => None,
        _ if !is_alive(vm, callee) => Some(Callee::Other),
        kind @ (CallKind::Function | CallKind::Code) => Some(python_callee(callee, kind == CallKind::Code)),
        CallKind::Native => Some(native_callee(callee)),
        CallKind::Class => Some(class_callee(vm, callee, lessons).unwrap_or(Callee::Opaque)),
        // Most likely all are.
        CallKind::Poly if matches!(id_of(callee), ids::NATIVE_FUNCTION | ids::METHOD_DESCRIPTOR) => {
            Some(Callee::Opaque)
        }
        CallKind::Poly => Some(instance_callee(vm, callee, lessons).unwrap_or(Callee::Other)),
        _ => Some(Callee::Other),
    }
}

/// Whether what a call cache names still exists: caches don't keep it alive.
pub(super) fn is_alive(vm: &Vm, callee: Value) -> bool {
    callee.as_header().is_some_and(|cell| vm.heap.is_live_object(callee.0 as usize) == Some(cell))
}

/// The names of a call's keyword arguments, if all are interned.
pub(super) fn keyword_names(vm: &Vm, snap: &Snapshot, pc: u32) -> Option<Vec<u64>> {
    let names = vm.exact::<Tuple>(Value(snap.value(pc, Op::CALL_KW)))?;
    let interned = |v: &Value| vm.exact::<Str>(*v).is_some_and(|name| name.is_interned());
    names.items().iter().all(interned).then(|| names.items().iter().map(|v| v.0).collect())
}

/// The callee as a direct call needs to know it.
pub fn python_callee(callee: Value, by_code: bool) -> Callee {
    let Some(f) = function(callee) else { return Callee::Other };
    let Some(code) = f.code.get() else { return Callee::Other };
    if code.call_flags.get() & call_flags::PARTIAL != 0 {
        return Callee::Other;
    }
    let unit = code.unit();
    let named = unit.arg_count as usize + unit.kwonly_count as usize;
    let names =
        code.var_names.get().map_or(Vec::new(), |t| t.items().iter().take(named).map(|v| v.0).collect());
    if names.len() != named {
        return Callee::Other;
    }
    Callee::Python(PythonCallee {
        function: callee.0,
        by_code,
        code: code.addr() as u64,
        name: code.unit().qualname.to_string(),
        arg_count: u32::from(unit.arg_count),
        positional_only: u32::from(unit.posonly_count),
        keyword_only: u32::from(unit.kwonly_count),
        gathers_rest: unit.flags.contains(CodeFlags::VARARGS),
        gathers_keywords: unit.flags.contains(CodeFlags::VARKEYWORDS),
        names,
        registers: code.registers.get() as u32,
        defaults: f.defaults.get().map_or(Vec::new(), |t| t.items().iter().map(|v| v.0).collect()),
        defaults_at: f.defaults.get().map_or(0, |t| t.addr() as u64),
        has_free: code.is_particular(),
    })
}

pub(super) fn native_callee(callee: Value) -> Callee {
    if id_of(callee) == ids::METHOD_DESCRIPTOR {
        return method_callee(callee);
    }
    if id_of(callee) != ids::NATIVE_FUNCTION {
        return Callee::Other;
    }
    let Some(header) = callee.as_header() else { return Callee::Other };
    // SAFETY: the id says so.
    let native: Gc<NativeFunction> = unsafe { Gc::from_header(header) };
    let Some(decl) = native.decl.get() else { return Callee::Other };
    if native_function::unbound(callee).is_none() {
        // A bound method is another object each time it is looked up.
        return Callee::Opaque;
    }
    let of_math = native.module.get().exact::<Str>().is_some_and(|m| m.is("math"));
    match decl.unboxed {
        Unboxed::F64ToF64(_) if of_math && decl.name == "sqrt" => {
            Callee::Recipe { function: callee.0, recipe: Recipe::Sqrt }
        }
        Unboxed::F64ToF64(f) => Callee::Unboxed { function: callee.0, entry: f as usize as u64, args: 1 },
        Unboxed::F64F64ToF64(f) => Callee::Unboxed { function: callee.0, entry: f as usize as u64, args: 2 },
        Unboxed::None => match decl.name {
            "len" => Callee::Recipe { function: callee.0, recipe: Recipe::Len },
            "min" => Callee::Recipe { function: callee.0, recipe: Recipe::Min },
            "max" => Callee::Recipe { function: callee.0, recipe: Recipe::Max },
            "abs" => Callee::Recipe { function: callee.0, recipe: Recipe::Abs },
            "floor" if of_math => Callee::Recipe { function: callee.0, recipe: Recipe::Floor },
            "ceil" if of_math => Callee::Recipe { function: callee.0, recipe: Recipe::Ceil },
            "isinstance" => Callee::Recipe { function: callee.0, recipe: Recipe::IsInstance },
            "ord" => Callee::Recipe { function: callee.0, recipe: Recipe::Ord },
            _ => Callee::Native { function: callee.0 },
        },
    }
}

/// Type id of what a tagged word is, for constants.
pub fn id_of_word(v: Value) -> u32 {
    if v.is_pointer() { id_of(v).0 } else { 0 }
}

/// An instance that its class lets call.
pub(super) fn instance_callee(vm: &mut Vm, callee: Value, lessons: &Lessons) -> Option<Callee> {
    let shape = id_of(callee);
    let class = vm.class_of(callee);
    if shape.0 < layout::FIRST_DYNAMIC || lessons.unstable_classes.contains(&(class.addr() as u64)) {
        return None;
    }
    let found = vm.class_special(class, Special::Call).filter(|f| id_of(*f) == ids::FUNCTION)?;
    Some(Callee::Instance(Box::new(method_fact(shape.0, class, found))))
}

/// How instances of the class are allocated, if there is nothing more to it.
pub(super) fn plain_instance(vm: &Vm, class: Gc<Type>) -> Option<PlainInstance> {
    let shape = class.root_shape.get();
    let payload = class.payload.get() as u32;
    let inline = if class.has(flags::SLOTTED) { 8 + class.inline_slots.get() as u32 * 8 } else { 0 };
    let size = payload + inline;
    let plain = payload == 8
        && !class.has(flags::HAS_DEL)
        && !vm.heap.needs_slow_alloc(shape)
        && size as usize <= MAX_INLINE_ALLOC;
    plain.then_some(PlainInstance {
        shape: shape.0,
        size,
        slots_at: payload + 8,
        slots: class.slot_count.get() as u32,
    })
}

/// A class whose instances are made by allocation and one Python function.
pub(super) fn class_callee(vm: &mut Vm, callee: Value, lessons: &Lessons) -> Option<Callee> {
    if id_of(callee) != ids::TYPE {
        return None;
    }
    let class = vm.as_class(callee)?;
    if class.has(flags::ABSTRACT) || lessons.unstable_classes.contains(&(class.addr() as u64)) {
        return None;
    }
    let recipes = [(ids::COMPLEX, Recipe::Complex), (ids::FLOAT, Recipe::Float), (ids::INT, Recipe::Int)];
    if let Some((_, recipe)) = recipes.into_iter().find(|(id, _)| vm.builtin(*id) == class) {
        return Some(Callee::Builtin { class: callee.0, recipe });
    }
    let version = class.version.get();
    if let Some(init) = exception::plain_init(vm, class) {
        let init = match init.bound().map(|init| python_callee(init, false)) {
            None => None,
            Some(Callee::Python(init)) => Some(init),
            Some(_) => return None,
        };
        return Some(Callee::Class { class: callee.0, version, init, plain: None, raisable: true });
    }
    if vm.class_special(class, Special::New) != vm.object_new {
        return None;
    }
    let plain = plain_instance(vm, class);
    let object = vm.builtin(ids::OBJECT);
    let inherited = vm.class_special(object, Special::Init);
    let init = vm.class_special(class, Special::Init);
    let Some(init) = init.filter(|_| init != inherited) else {
        return Some(Callee::Class { class: callee.0, version, init: None, plain, raisable: false });
    };
    match python_callee(init, false) {
        Callee::Python(init) => {
            Some(Callee::Class { class: callee.0, version, init: Some(init), plain, raisable: false })
        }
        _ => None,
    }
}
