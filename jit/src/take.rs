//! Taking a snapshot: reads, under the lock, all that compiling a unit needs to know of the heap.

use crate::exits::Reason;
use crate::layout;
use crate::snapshot::{
    AttrFact, Callee, Fact, GlobalFact, PlainInstance, PythonCallee, Recipe, Seen, Snapshot, SuperFact,
};
use habu_bytecode::CodeFlags;
use habu_bytecode::feedback::{AttrKind, CallKind, Kinds, attr, call, global};
use habu_bytecode::op::{Ext, Op};
use habu_runtime::interp::regs::Base;
use habu_runtime::interp::{
    describe_class_attr, describe_load, describe_store_for, hook_of, method_after, special_named,
};
use habu_runtime::native::Unboxed;
use habu_runtime::object::class::flags;
use habu_runtime::object::{Special, Type, ids};
use habu_runtime::protocol::arith::BinaryOp;
use habu_runtime::types::cell::Cell;
use habu_runtime::types::code::{CodeObj, call_flags};
use habu_runtime::types::descriptor::Property;
use habu_runtime::types::function::Function;
use habu_runtime::types::native_function;
use habu_runtime::types::native_function::NativeFunction;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::vm::{Vm, id_of};
use habu_runtime::{Gc, ShapeId, Value};
use std::collections::HashMap;

/// What the tier has learned about a code object from earlier native code.
#[derive(Clone, Default, Debug)]
pub struct Lessons {
    pub failed: Vec<(u32, u8)>,
    /// Cells (tagged words) whose watchpoint fired too often.
    pub unstable_cells: Vec<u64>,
    pub unstable_classes: Vec<u64>,
    /// Shapes met where a check of the shape failed: (word offset, shape).
    pub shapes: Vec<(u32, u32)>,
    /// Frame objects are made of its frames often: returns are to look whether there is one.
    pub observed: bool,
    /// Shapes met where other instructions use the same variable.
    pub likely_shapes: Vec<(u32, u32)>,
}

/// A site that meets more shapes than this is served by the runtime.
const MAX_SHAPES: usize = 4;

/// The function a value is.
fn function(v: Value) -> Option<Gc<Function>> {
    (id_of(v) == ids::FUNCTION).then_some(())?;
    let header = v.as_header()?;
    // SAFETY: the id says so.
    Some(unsafe { Gc::from_header(header) })
}

/// Where a unit is entered other than at its function's start.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Word offset of the loop's header, or of the instruction that a generator is suspended at.
    pub at: u32,
    pub resumes: bool,
    /// The registers there.
    pub registers: Base,
}

/// Makes the job for `function`.
pub fn take(vm: &mut Vm, f: Value, entry: Option<Entry>, lessons: &Lessons) -> Option<Snapshot> {
    let fun = function(f)?;
    let code = fun.code.get()?;
    let unit = code.unit();
    // SAFETY: the stream belongs to the code object and has `word_count` words.
    let words =
        unsafe { std::slice::from_raw_parts(code.words.get(), code.word_count.get() as usize) }.to_vec();
    let mut snap = Snapshot {
        name: unit.qualname.to_string(),
        place: format!("{}:{}", unit.filename, unit.first_line),
        code: code.addr() as u64,
        stream: code.words.get() as u64,
        words,
        handlers: unit.handlers.clone(),
        loops: unit.loops.clone(),
        registers: code.registers.get() as u32,
        params: unit.param_count() as u32,
        locals: unit.vars.len() as u32,
        names: code.names.get().map_or(Vec::new(), |t| t.items().iter().map(|v| v.0).collect()),
        function: f.0,
        has_free: code.is_particular(),
        uncached: code.is_uncached(),
        failed: lessons.failed.clone(),
        observed: lessons.observed,
        flags: code.call_flags.get(),
        latin1: vm.strings.latin1_table() as u64,
        empty_tuple: vm.empty_tuple.map_or(0, |t| Value::from_gc(t).0),
        depths: unit.live.iter().map(|(at, n)| (*at, *n)).collect(),
        ..Snapshot::default()
    };
    if let Some(Entry { at, resumes, registers }) = entry {
        let known = if resumes { snap.saved_at(snap.suspended_pc(at)) } else { snap.registers } as usize;
        let mut seen: Vec<Seen> = (0..known).map(|r| seen(registers.get(r), r < unit.vars.len())).collect();
        if resumes
            && snap.op(at) == Some(Op::YIELD)
            && let Some(sent) = seen.get_mut(snap.instr(at).a as usize)
        {
            *sent = Seen::Other;
        }
        snap.osr = Some((at, seen));
        snap.resumes = resumes;
    }
    let mut lessons = lessons.clone();
    lessons.unstable_cells.extend(stored_cells(&snap)?);
    let lessons = &lessons;
    // Globals loaded lately, by register: the builder knows whether they are still there.
    let mut globals: HashMap<u16, GlobalFact> = HashMap::new();
    let mut pc = 0;
    while (pc as usize) < snap.words.len() {
        let op = snap.op(pc)?;
        if let Some(fact) = fact(vm, &snap, pc, op, lessons) {
            let methods: &[AttrFact] = match &fact {
                Fact::Attr(one) => std::slice::from_ref(one),
                Fact::Shapes(several) => several,
                Fact::Super(found) => &found.entries,
                _ => &[],
            };
            for method in methods.iter().filter(|m| m.kind == AttrKind::Method) {
                if let Some(callee) = &method.callee {
                    snap.callees.insert(method.value, callee.clone());
                }
            }
            if let Fact::Global(global) = &fact {
                globals.insert(snap.instr(pc).a, *global);
                if let Some(id) = builtin_class(vm, Value(global.value)) {
                    snap.builtin_classes.insert(global.value, id);
                }
            }
            snap.facts.insert(pc, fact);
        }
        if matches!(op, Op::LOAD_ATTR | Op::LOAD_METHOD)
            && let Some(global) = globals.get(&snap.instr(pc).b).filter(|g| g.watch && g.id == ids::TYPE.0)
            && let Some(fact) = class_attr(vm, &snap, pc, Value(global.value), lessons)
        {
            if let Some(callee) = &fact.callee {
                snap.callees.insert(fact.value, callee.clone());
            }
            snap.class_attrs.insert(pc, fact);
        }
        if op == Op::CALL_EX
            && let Some(global) =
                globals.get(&snap.instr(pc).b).filter(|g| g.watch && g.id == ids::FUNCTION.0)
        {
            snap.callees.insert(global.value, python_callee(Value(global.value), false));
        }
        if op == Op::CALL_KW
            && let Some(names) = keyword_names(vm, &snap, pc)
        {
            snap.keyword_names.insert(pc, names);
        }
        if op == Op::LOAD_CONST {
            let v = Value(snap.value(pc, op));
            if v.is_pointer() {
                snap.const_ids.insert(v.0, id_of(v).0);
                if vm.exact::<Str>(v).is_some_and(|s| s.is_interned()) {
                    snap.interned.insert(v.0);
                }
            }
        }
        pc = snap.next(pc, op);
    }
    take_subscripts(vm, &mut snap, lessons);
    Some(snap)
}

/// Adds what subscripts of instances come to, if there are such.
fn take_subscripts(vm: &mut Vm, snap: &mut Snapshot, lessons: &Lessons) {
    let mut pc = 0;
    let mut any = false;
    while let Some(op) = (pc < snap.words.len() as u32).then(|| snap.op(pc)).flatten() {
        any |= op == Op::GET_ITEM && snap.kinds(pc, op) & Kinds::OTHER != 0;
        pc = snap.next(pc, op);
    }
    if !any {
        return;
    }
    let of_fact = |fact: &Fact| match fact {
        Fact::Attr(a) => vec![a.shape],
        Fact::Shapes(all) => all.iter().map(|a| a.shape).collect(),
        _ => Vec::new(),
    };
    let mut shapes: Vec<u32> = snap.facts.values().flat_map(of_fact).collect();
    shapes.retain(|id| *id >= layout::FIRST_DYNAMIC);
    shapes.sort_unstable();
    shapes.dedup();
    for shape in shapes {
        let class = vm.shapes.class(ShapeId(shape));
        let found = vm.class_special(class, Special::GetItem).filter(|f| id_of(*f) == ids::FUNCTION);
        if let Some(found) = found.filter(|_| !lessons.unstable_classes.contains(&(class.addr() as u64))) {
            snap.subscripts.insert(shape, method_fact(shape, class, found));
        }
    }
}

/// Larger objects are allocated by the runtime.
const MAX_INLINE_ALLOC: usize = 512;
/// Pairs of function and shape of its receiver that are looked at for one unit, and shapes that one receiver goes through.
const MAX_CONTEXTS: usize = 100;
const MAX_CONTEXT_SHAPES: usize = 10;
/// Code longer than this (in words) is called rather than inlined.
const MAX_INLINE_WORDS: usize = 160;
/// What may be inlined into one unit, in words of bytecode looked at.
const MAX_INLINES_WORDS: usize = 4000;

/// Adds snapshots of the small functions that the unit calls, and that those call.
pub fn take_inlines(vm: &mut Vm, snap: &mut Snapshot, lessons: &Lessons, known: &dyn Fn(u64) -> Lessons) {
    let mut work: Vec<(u64, u64)> = snap.python_callees().map(|c| (c.function, c.code)).collect();
    work.sort_unstable();
    let mut words = 0;
    while let Some((f, address)) = work.pop() {
        if snap.inlines.contains_key(&address) || !may_inline(f, address) {
            continue;
        }
        let mut learned = known(address);
        // The unit as a whole relies on cells and classes.
        learned.unstable_cells.extend(&lessons.unstable_cells);
        learned.unstable_classes.extend(&lessons.unstable_classes);
        let raises = [Reason::Raise as u8, Reason::Raised as u8];
        if learned.failed.iter().any(|(_, reason)| raises.contains(reason)) {
            continue;
        }
        let Some(mut callee) = take(vm, Value(f), None, &learned) else { continue };
        callee.eager = snap.eager;
        words += callee.words.len();
        if words > MAX_INLINES_WORDS {
            return;
        }
        let mut next: Vec<(u64, u64)> = callee.python_callees().map(|c| (c.function, c.code)).collect();
        next.sort_unstable();
        work.extend(next);
        snap.inlines.insert(address, callee);
    }
    take_contexts(vm, snap, lessons);
}

/// What callers of inlined functions know of their first argument may be more than the functions' own feedback says.
fn take_contexts(vm: &mut Vm, snap: &mut Snapshot, lessons: &Lessons) {
    let mut work = snap.receivers();
    let inner: Vec<(u64, u32)> = snap.inlines.values().flat_map(Snapshot::receivers).collect();
    work.extend(inner);
    let mut done = std::collections::BTreeSet::new();
    while let Some((address, shape)) = work.pop() {
        if done.len() > MAX_CONTEXTS || !done.insert((address, shape)) {
            continue;
        }
        let Some(mut callee) = snap.inlines.remove(&address) else { continue };
        add_context(vm, &mut callee, shape, lessons);
        work.extend(callee.receivers().into_iter().filter(|r| !done.contains(r)));
        snap.inlines.insert(address, callee);
    }
}

/// Adds what attributes of the first parameter are when it begins with a shape.
fn add_context(vm: &mut Vm, snap: &mut Snapshot, shape: u32, lessons: &Lessons) {
    let mut shapes = vec![shape];
    let mut pc = 0;
    while let Some(op) = (pc < snap.words.len() as u32).then(|| snap.op(pc)).flatten() {
        let ins = snap.instr(pc);
        let (object, store) = match op {
            Op::LOAD_ATTR | Op::LOAD_METHOD => (ins.b, false),
            Op::STORE_ATTR => (ins.a, true),
            _ => (u16::MAX, false),
        };
        if object == 0
            && let Some(name) = name_of(snap, ins.c)
        {
            for shape in shapes.clone() {
                let Some(fact) = shape_fact(vm, ShapeId(shape), name, store, lessons) else { continue };
                if fact.kind == AttrKind::AddInline && shapes.len() < MAX_CONTEXT_SHAPES {
                    shapes.push(fact.new_shape);
                }
                if let (AttrKind::Method, Some(callee)) = (fact.kind, &fact.callee) {
                    snap.callees.insert(fact.value, callee.clone());
                }
                snap.contextual.insert((pc, shape), fact);
            }
        }
        pc = snap.next(pc, op);
    }
}

/// Whether a function is small and plain enough to take part in its caller's unit.
fn may_inline(f: u64, address: u64) -> bool {
    let Some(code) = function(Value(f)).and_then(|f| f.code.get()) else { return false };
    let unit = code.unit();
    let flags = code.call_flags.get();
    let unfit =
        call_flags::NO_NATIVE | call_flags::UNCACHED | call_flags::PARTIAL | call_flags::ANY_GENERATOR;
    let plain = flags & (unfit | call_flags::NAMESPACE) == 0;
    code.addr() as u64 == address
        && plain
        && code.word_count.get() as usize <= MAX_INLINE_WORDS
        && unit.handlers.is_empty()
        && unit.loops.is_empty()
}

/// Cells of globals that the code itself stores to: watching those would undo the code at once.
fn stored_cells(snap: &Snapshot) -> Option<Vec<u64>> {
    let mut cells = Vec::new();
    let mut pc = 0;
    while (pc as usize) < snap.words.len() {
        let op = snap.op(pc)?;
        if matches!(op, Op::STORE_GLOBAL | Op::STORE_NAME)
            && let Some(at) = op.info().ext_offset(Ext::Global)
        {
            cells.push(word64(snap, pc + at as u32 + global::CELL as u32) | 1);
        }
        pc = snap.next(pc, op);
    }
    Some(cells)
}

/// Locals hold live values; what temporaries hold may be stale, so their objects are not looked at.
fn seen(v: Value, is_local: bool) -> Seen {
    if v.is_small() {
        Seen::Int
    } else if v.is_inline_float() {
        Seen::Float
    } else if v.is_bool() {
        Seen::Bool
    } else if v.is_unbound() {
        Seen::Unbound
    } else if v.is_pointer() && is_local {
        Seen::Object(id_of(v).0)
    } else {
        Seen::Other
    }
}

fn word64(snap: &Snapshot, at: u32) -> u64 {
    snap.words[at as usize] as u64 | (snap.words[at as usize + 1] as u64) << 32
}

fn fact(vm: &mut Vm, snap: &Snapshot, pc: u32, op: Op, lessons: &Lessons) -> Option<Fact> {
    if let Some(at) = op.info().ext_offset(Ext::Global) {
        return global_fact(snap, pc + at as u32, lessons).map(Fact::Global);
    }
    if let Some(at) = op.info().ext_offset(Ext::Attr) {
        return match op {
            Op::LOAD_SUPER_ATTR => super_fact(vm, snap, pc, pc + at as u32, lessons).map(Fact::Super),
            Op::LOAD_SPECIAL => Some(special_fact(vm, snap, pc, pc + at as u32, lessons)),
            _ => Some(attr_fact(vm, snap, pc, op, pc + at as u32, lessons)),
        };
    }
    if let Some(at) = op.info().ext_offset(Ext::Call) {
        return call_fact(vm, snap, op, pc + at as u32, lessons).map(Fact::Call);
    }
    if (Op::ADD as u8..=Op::XOR as u8).contains(&(op as u8)) {
        return operator_fact(vm, snap, pc, op, lessons).map(Fact::Operator);
    }
    None
}

/// The methods by which the classes of left operands do an arithmetic instruction.
fn operator_fact(vm: &mut Vm, snap: &Snapshot, pc: u32, op: Op, lessons: &Lessons) -> Option<Vec<AttrFact>> {
    let kinds = snap.kinds(pc, op);
    let noted = (kinds & Kinds::LEFT_SHAPE) >> Kinds::LEFT_SHIFT;
    if kinds & Kinds::OTHER == 0 || noted < layout::FIRST_DYNAMIC || kinds & Kinds::LEFT_SHAPES != 0 {
        return None;
    }
    let operator = BinaryOp::ALL[(op as u8 - Op::ADD as u8) as usize];
    let class = vm.shapes.class(ShapeId(noted));
    if lessons.unstable_classes.contains(&(class.addr() as u64))
        || snap.instr(pc).x & 1 != 0 && vm.class_special(class, operator.inplace()).is_some()
    {
        return None;
    }
    let found = vm.class_special(class, operator.special()).filter(|f| id_of(*f) == ids::FUNCTION)?;
    Some(vec![method_fact(noted, class, found)])
}

fn cell<'a>(address: u64) -> Option<&'a Cell> {
    // SAFETY: null, or a cell kept alive by the globals dict that the code's function holds.
    unsafe { (address as *const Cell).as_ref() }
}

fn global_fact(snap: &Snapshot, at: u32, lessons: &Lessons) -> Option<GlobalFact> {
    let address = word64(snap, at + global::CELL as u32);
    let own = cell(address)?;
    let (address, shadow) = if own.value.get().is_unbound() {
        (word64(snap, at + global::BUILTIN as u32), address | 1)
    } else {
        (address, 0)
    };
    let value = cell(address)?.value.get();
    if value.is_unbound() {
        return None;
    }
    let tagged = address | 1;
    Some(GlobalFact {
        cell: tagged,
        value: value.0,
        id: if value.is_pointer() { id_of(value).0 } else { 0 },
        watch: !lessons.unstable_cells.contains(&tagged),
        shadow,
    })
}

/// The shapes that an attribute site has met, none if there are too many.
fn shapes_met(snap: &Snapshot, pc: u32, at: u32, lessons: &Lessons) -> Option<Vec<u32>> {
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
    (1..=MAX_SHAPES).contains(&shapes.len()).then_some(shapes)
}

fn attr_fact(vm: &mut Vm, snap: &Snapshot, pc: u32, op: Op, at: u32, lessons: &Lessons) -> Fact {
    let word = |i: usize| snap.words[at as usize + i];
    let general = Fact::Attr(general_attr());
    let Some(shapes) = shapes_met(snap, pc, at, lessons) else { return general };
    match AttrKind::from_byte(word(attr::KIND) as u8) {
        // The value is the address of a cell of the module named by `offset`.
        AttrKind::ModuleCell if shapes.len() == 1 => {
            let value = word64(snap, at + attr::VALUE as u32) | 1;
            let offset = word(attr::OFFSET);
            return Fact::Attr(AttrFact { kind: AttrKind::ModuleCell, value, offset, ..general_attr() });
        }
        AttrKind::ModuleCell | AttrKind::TypeAttr | AttrKind::ClassMethod => return general,
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
fn builtin_class(vm: &Vm, class: Value) -> Option<u32> {
    const KNOWN: [ShapeId; 4] = [ids::INT, ids::STR, ids::TUPLE, ids::BYTES];
    (id_of(class) == ids::TYPE).then_some(())?;
    KNOWN.into_iter().find(|id| Value::from_gc(vm.builtin(*id)) == class).map(|id| id.0)
}

/// What an attribute of a class is, which no metaclass has a say in.
fn class_attr(vm: &mut Vm, snap: &Snapshot, pc: u32, class: Value, lessons: &Lessons) -> Option<AttrFact> {
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
fn special_fact(vm: &mut Vm, snap: &Snapshot, pc: u32, at: u32, lessons: &Lessons) -> Fact {
    let special = special_named(snap.instr(pc).x);
    let mut facts = Vec::new();
    for shape in shapes_met(snap, pc, at, lessons).unwrap_or_default() {
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
fn method_fact(shape: u32, class: Gc<Type>, found: Value) -> AttrFact {
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

fn name_of(snap: &Snapshot, index: u16) -> Option<Gc<Str>> {
    let header = Value(*snap.names.get(index as usize)?).as_header()?;
    // SAFETY: a names tuple holds interned strings only.
    Some(unsafe { Gc::from_header(header) })
}

/// What the attribute is for receivers of one shape; none: not a case for native code.
fn shape_fact(
    vm: &mut Vm,
    shape: ShapeId,
    name: Gc<Str>,
    store: bool,
    lessons: &Lessons,
) -> Option<AttrFact> {
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

fn asks_class(vm: &mut Vm, class: Gc<Type>) -> bool {
    class.has(flags::CUSTOM_GETATTR) && vm.class_special(class, Special::GetAttr).is_some()
}

/// What a function or descriptor found on a class means to a call.
fn method_callee(found: Value) -> Callee {
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
fn method_recipe(found: Value) -> Option<Recipe> {
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
fn own_class(vm: &Vm, snap: &Snapshot) -> Option<Gc<Type>> {
    let f = function(Value(snap.function))?;
    let code = f.code.get()?;
    let index = code.unit().free.iter().position(|name| &**name == "__class__")?;
    let cell = f.closure.get()?.items().get(index)?.exact::<Cell>()?;
    vm.as_class(cell.value.get())
}

fn super_fact(vm: &mut Vm, snap: &Snapshot, pc: u32, at: u32, lessons: &Lessons) -> Option<SuperFact> {
    let word = |i: usize| snap.words[at as usize + i];
    if AttrKind::from_byte(word(attr::KIND) as u8) != AttrKind::Method {
        return None;
    }
    let class = own_class(vm, snap).filter(|class| class.version.get() == word(attr::OFFSET))?;
    let after = Value::from_gc(class);
    let shapes = shapes_met(snap, pc, at, lessons)?;
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
fn general_attr() -> AttrFact {
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

fn call_fact(vm: &mut Vm, snap: &Snapshot, op: Op, at: u32, lessons: &Lessons) -> Option<Callee> {
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
        CallKind::Poly => Some(instance_callee(vm, callee, lessons).unwrap_or(Callee::Other)),
        _ => Some(Callee::Other),
    }
}

/// Whether what a call cache names still exists: caches don't keep it alive.
fn is_alive(vm: &Vm, callee: Value) -> bool {
    callee.as_header().is_some_and(|cell| vm.heap.is_live_object(callee.0 as usize) == Some(cell))
}

/// The names of a call's keyword arguments, if all are interned.
fn keyword_names(vm: &Vm, snap: &Snapshot, pc: u32) -> Option<Vec<u64>> {
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

fn native_callee(callee: Value) -> Callee {
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
            "ord" => Callee::Recipe { function: callee.0, recipe: Recipe::Ord },
            _ => Callee::Native { function: callee.0 },
        },
    }
}

/// Type id of what a tagged word is, for constants.
pub fn id_of_word(v: Value) -> u32 {
    if v.is_pointer() { id_of(v).0 } else { 0 }
}

/// The code object's own type is never asked for here; named so that readers find it.
pub type Code = Gc<CodeObj>;
const _: u32 = layout::FUNCTION;

/// An instance that its class lets call.
fn instance_callee(vm: &mut Vm, callee: Value, lessons: &Lessons) -> Option<Callee> {
    let shape = id_of(callee);
    let class = vm.class_of(callee);
    if shape.0 < layout::FIRST_DYNAMIC || lessons.unstable_classes.contains(&(class.addr() as u64)) {
        return None;
    }
    let found = vm.class_special(class, Special::Call).filter(|f| id_of(*f) == ids::FUNCTION)?;
    Some(Callee::Instance(Box::new(method_fact(shape.0, class, found))))
}

/// How instances of the class are allocated, if there is nothing more to it.
fn plain_instance(vm: &Vm, class: Gc<Type>) -> Option<PlainInstance> {
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
fn class_callee(vm: &mut Vm, callee: Value, lessons: &Lessons) -> Option<Callee> {
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
    if vm.class_special(class, Special::New) != vm.object_new {
        return None;
    }
    let version = class.version.get();
    let plain = plain_instance(vm, class);
    let object = vm.builtin(ids::OBJECT);
    let inherited = vm.class_special(object, Special::Init);
    let init = vm.class_special(class, Special::Init);
    let Some(init) = init.filter(|_| init != inherited) else {
        return Some(Callee::Class { class: callee.0, version, init: None, plain });
    };
    match python_callee(init, false) {
        Callee::Python(init) => Some(Callee::Class { class: callee.0, version, init: Some(init), plain }),
        _ => None,
    }
}
