//! Facts about attributes: what the caches of attribute instructions, and looking names up on classes, say.

use super::*;

/// The shapes that an attribute site has met, none if there are too many.
pub(super) fn shapes_met(vm: &Vm, snap: &Snapshot, pc: u32, at: u32, lessons: &Lessons) -> Option<Vec<u32>> {
    let word = |i: usize| snap.words[at as usize + i];
    let mut shapes = Vec::new();
    match AttrKind::from_byte(word(attr::KIND) as u8) {
        AttrKind::Megamorphic if word(attr::KIND) & attr::MANY_SHAPES != 0 => return None,
        AttrKind::Megamorphic => {
            shapes.extend((0..attr::SHAPES).map(|i| word(attr::OFFSET + i)).filter(|s| *s != 0));
        }
        AttrKind::Empty => {}
        _ => shapes.push(word(attr::SHAPE)),
    }
    for (_, shape) in lessons.shapes.iter().filter(|(at, _)| *at == pc) {
        if !shapes.contains(shape) {
            shapes.push(*shape);
        }
    }
    shapes.retain(|shape| vm.shapes.exists(ShapeId(*shape)));
    (1..=MAX_SHAPES).contains(&shapes.len()).then_some(shapes)
}

pub(super) fn attr_fact(vm: &mut Vm, snap: &Snapshot, pc: u32, op: Op, at: u32, lessons: &Lessons) -> Fact {
    let word = |i: usize| snap.words[at as usize + i];
    let general = Fact::Attr(general_attr());
    let Some(shapes) = shapes_met(vm, snap, pc, at, lessons) else { return general };
    match AttrKind::from_byte(word(attr::KIND) as u8) {
        // The value is the address of a cell of the module named by `offset`.
        AttrKind::ModuleCell if shapes.len() == 1 => {
            let value = word64(snap, at + attr::VALUE as u32) | 1;
            let offset = word(attr::OFFSET);
            return Fact::Attr(AttrFact { kind: AttrKind::ModuleCell, value, offset, ..general_attr() });
        }
        AttrKind::BareMethod if shapes.len() == 1 && op == Op::LOAD_METHOD => {
            let class = vm.shapes.class(ShapeId(shapes[0]));
            let unstable = lessons.unstable_classes.contains(&(class.addr() as u64));
            if unstable || class.version.get() != word(attr::VERSION) {
                return general;
            }
            let found = Value(word64(snap, at + attr::VALUE as u32));
            let (kind, offset) = (AttrKind::BareMethod, word(attr::OFFSET));
            return Fact::Attr(AttrFact { kind, offset, ..method_fact(shapes[0], class, found) });
        }
        AttrKind::ModuleCell | AttrKind::TypeAttr | AttrKind::ClassMethod | AttrKind::BareMethod => {
            return general;
        }
        _ => {}
    }
    let Some(name) = name_of(snap, snap.instr(pc).c) else { return general };
    let mut facts = Vec::new();
    for shape in shapes {
        let store = op == Op::STORE_ATTR;
        match shape_fact(vm, ShapeId(shape), name, store, lessons) {
            Some(fact) => facts.push(fact),
            None => return general,
        }
    }
    for (_, shape) in lessons.likely_shapes.iter().filter(|(at, _)| *at == pc) {
        if facts.len() < MAX_SHAPES
            && facts.iter().all(|f| f.shape != *shape)
            && let Some(fact) = shape_fact(vm, ShapeId(*shape), name, op == Op::STORE_ATTR, lessons)
        {
            facts.push(fact);
        }
    }
    match facts.pop() {
        Some(only) if facts.is_empty() => Fact::Attr(only),
        Some(last) => {
            facts.push(last);
            Fact::Shapes(facts)
        }
        None => general,
    }
}

/// The type id of a builtin class whose exact instances native code tells by it.
pub(super) fn builtin_class(vm: &Vm, class: Value) -> Option<u32> {
    const KNOWN: [ShapeId; 4] = [ids::INT, ids::STR, ids::TUPLE, ids::BYTES];
    (id_of(class) == ids::TYPE).then_some(())?;
    KNOWN.into_iter().find(|id| Value::from_gc(vm.builtin(*id)) == class).map(|id| id.0)
}

/// What an attribute of a class is, which no metaclass has a say in.
pub(super) fn class_attr(
    vm: &mut Vm,
    snap: &Snapshot,
    pc: u32,
    class: Value,
    lessons: &Lessons,
) -> Option<AttrFact> {
    let name = name_of(snap, snap.instr(pc).c)?;
    let entry = describe_class_attr(vm, class, name)?;
    let class = vm.as_class(class)?;
    if lessons.unstable_classes.contains(&(class.addr() as u64)) {
        return None;
    }
    let value = Value(entry.value);
    let callee = match id_of(value) {
        ids::FUNCTION | ids::METHOD_DESCRIPTOR => Some(method_callee(value)),
        _ => None,
    };
    Some(AttrFact {
        kind: entry.kind,
        class: class.addr() as u64,
        version: class.version.get(),
        value: value.0,
        value_id: id_of_word(value),
        callee,
        ..general_attr()
    })
}

/// What a `with` statement finds on the classes it has met.
pub(super) fn special_fact(vm: &mut Vm, snap: &Snapshot, pc: u32, at: u32, lessons: &Lessons) -> Fact {
    let special = special_named(snap.instr(pc).x);
    let mut facts = Vec::new();
    for shape in shapes_met(vm, snap, pc, at, lessons).unwrap_or_default() {
        let class = vm.shapes.class(ShapeId(shape));
        let found = vm.class_special(class, special);
        let unstable = lessons.unstable_classes.contains(&(class.addr() as u64));
        match found.filter(|f| matches!(id_of(*f), ids::FUNCTION | ids::METHOD_DESCRIPTOR) && !unstable) {
            Some(found) => facts.push(method_fact(shape, class, found)),
            None => return Fact::Attr(general_attr()),
        }
    }
    match facts.len() {
        0 => Fact::Attr(general_attr()),
        1 => Fact::Attr(facts.remove(0)),
        _ => Fact::Shapes(facts),
    }
}

/// A method found on the class of a shape.
pub(super) fn method_fact(shape: u32, class: Gc<Type>, found: Value) -> AttrFact {
    AttrFact {
        kind: AttrKind::Method,
        shape,
        class: class.addr() as u64,
        version: class.version.get(),
        value: found.0,
        value_id: id_of_word(found),
        callee: Some(method_callee(found)),
        ..general_attr()
    }
}

pub(super) fn name_of(snap: &Snapshot, index: u16) -> Option<Gc<Str>> {
    let header = Value(*snap.names.get(index as usize)?).as_header()?;
    // SAFETY: a names tuple holds interned strings only.
    Some(unsafe { Gc::from_header(header) })
}

/// What the attribute is for receivers of one shape; none: not a case for native code.
pub(super) fn shape_fact(
    vm: &mut Vm,
    shape: ShapeId,
    name: Gc<Str>,
    store: bool,
    lessons: &Lessons,
) -> Option<AttrFact> {
    if !vm.shapes.exists(shape) {
        return None;
    }
    let mut entry =
        if store { describe_store_for(vm, shape, name)? } else { describe_load(vm, shape, name)? };
    if !store && entry.kind == AttrKind::Descriptor && id_of(Value(entry.value)) == ids::PROPERTY {
        // The interpreter asks it like any other where there is a `__getattr__`.
        entry.kind = AttrKind::Property;
    }
    let record = vm.shapes.get(shape);
    let class = record.class;
    let on_class = matches!(
        entry.kind,
        AttrKind::Method
            | AttrKind::ClassValue
            | AttrKind::Property
            | AttrKind::Descriptor
            | AttrKind::AskClass
    );
    if on_class && lessons.unstable_classes.contains(&(class.addr() as u64)) {
        return None;
    }
    let mut fact = AttrFact {
        kind: entry.kind,
        shape: shape.0,
        offset: entry.offset,
        overflow_at: record.overflow_at as u32,
        repr: entry.repr as u8,
        // Declared slots are no attributes of the shape, and may be empty.
        may_be_unbound: !store && record.slot(name).is_none(),
        class: if on_class { class.addr() as u64 } else { 0 },
        version: entry.version,
        new_shape: entry.version,
        value: if on_class { entry.value } else { 0 },
        value_id: if on_class { id_of_word(Value(entry.value)) } else { 0 },
        callee: None,
        via: None,
        hook: 0,
    };
    if !store && matches!(entry.kind, AttrKind::Property | AttrKind::Descriptor) && asks_class(vm, class) {
        fact.hook = hook_of(vm, shape)?.0;
    }
    match entry.kind {
        AttrKind::Method => fact.callee = Some(method_callee(Value(entry.value))),
        AttrKind::Property => {
            let property = vm.exact::<Property>(Value(entry.value))?;
            let function = if store { property.set.get() } else { property.get.get() };
            let callee = python_callee(function, false);
            if !matches!(callee, Callee::Python(_)) {
                return None;
            }
            fact.callee = Some(callee);
        }
        // Its own class says how it is read and written.
        AttrKind::Descriptor => {
            let found = Value(entry.value);
            let via = vm.class_of(found);
            if lessons.unstable_classes.contains(&(via.addr() as u64)) {
                return None;
            }
            let special = if store { Special::Set } else { Special::Get };
            let method = vm.class_special(via, special).filter(|f| id_of(*f) == ids::FUNCTION);
            if let Some(method) = method
                && let callee @ Callee::Python(_) = python_callee(method, false)
            {
                fact.callee = Some(callee);
                fact.via = Some((via.addr() as u64, via.version.get()));
            }
        }
        AttrKind::AskClass => match python_callee(Value(entry.value), false) {
            callee @ Callee::Python(_) => fact.callee = Some(callee),
            _ => return None,
        },
        _ => {}
    }
    Some(fact)
}

pub(super) fn asks_class(vm: &mut Vm, class: Gc<Type>) -> bool {
    class.has(flags::CUSTOM_GETATTR) && vm.class_special(class, Special::GetAttr).is_some()
}

/// What a function or descriptor found on a class means to a call.
pub(super) fn method_callee(found: Value) -> Callee {
    match id_of(found) {
        ids::FUNCTION => python_callee(found, false),
        ids::METHOD_DESCRIPTOR => match method_recipe(found) {
            Some(recipe) => Callee::Recipe { function: found.0, recipe },
            None => Callee::Native { function: found.0 },
        },
        _ => Callee::Other,
    }
}

/// What native code knows by heart of a builtin class's methods.
pub(super) fn method_recipe(found: Value) -> Option<Recipe> {
    let native = native_function::of(found);
    let name = native.decl.get()?.name;
    let owner = native.owner.get().as_header()?;
    // SAFETY: the owner of a method descriptor is a class.
    let owner: Gc<Type> = unsafe { Gc::from_header(owner) };
    if owner.has(flags::HEAP) {
        return None;
    }
    match (owner.layout.get(), name) {
        (id, "append") if ids::is_list(id) => Some(Recipe::Append),
        (id, "pop") if ids::is_list(id) => Some(Recipe::Pop),
        (id, "get") if ids::is_dict(id) => Some(Recipe::DictGet),
        _ => None,
    }
}

/// The class that the function's `super()` begins behind: what its `__class__` cell holds.
pub(super) fn own_class(vm: &Vm, snap: &Snapshot) -> Option<Gc<Type>> {
    let f = function(Value(snap.function))?;
    let code = f.code.get()?;
    let index = code.unit().free.iter().position(|name| &**name == "__class__")?;
    let cell = f.closure.get()?.items().get(index)?.exact::<Cell>()?;
    vm.as_class(cell.value.get())
}

pub(super) fn super_fact(
    vm: &mut Vm,
    snap: &Snapshot,
    pc: u32,
    at: u32,
    lessons: &Lessons,
) -> Option<SuperFact> {
    let word = |i: usize| snap.words[at as usize + i];
    if AttrKind::from_byte(word(attr::KIND) as u8) != AttrKind::Method {
        return None;
    }
    let class = own_class(vm, snap).filter(|class| class.version.get() == word(attr::OFFSET))?;
    let after = Value::from_gc(class);
    let shapes = shapes_met(vm, snap, pc, at, lessons)?;
    let name = name_of(snap, snap.instr(pc).c)?;
    let mut entries = Vec::new();
    for shape in shapes {
        let found = method_after(vm, ShapeId(shape), after, name)?;
        let class = vm.shapes.class(ShapeId(shape));
        if lessons.unstable_classes.contains(&(class.addr() as u64)) {
            return None;
        }
        entries.push(method_fact(shape, class, found));
    }
    Some(SuperFact { callee: Value::from_gc(vm.builtin(ids::SUPER)).0, after: after.0, entries })
}

/// A site to be compiled through the runtime.
pub(super) fn general_attr() -> AttrFact {
    AttrFact {
        kind: AttrKind::Megamorphic,
        shape: 0,
        offset: 0,
        overflow_at: 0,
        repr: 0,
        may_be_unbound: false,
        class: 0,
        version: 0,
        new_shape: 0,
        value: 0,
        value_id: 0,
        callee: None,
        via: None,
        hook: 0,
    }
}
