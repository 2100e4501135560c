//! Taking a snapshot: reads, under the lock, all that compiling a unit needs to know of the heap.

use crate::exits::Reason;
use crate::layout;
use crate::snapshot::{
    AttrFact, Callee, Fact, GlobalFact, PlainInstance, PythonCallee, Recipe, Seen, Snapshot, SuperFact,
};
use habu_bytecode::CodeFlags;
use habu_bytecode::feedback::{AttrKind, CallKind, Kinds, attr, call, global, shape};
use habu_bytecode::op::{Ext, Op};
use habu_runtime::interp::regs::{Base, Pc};
use habu_runtime::interp::{
    describe_class_attr, describe_load, describe_store_for, hook_of, method_after, special_named,
};
use habu_runtime::native::Unboxed;
use habu_runtime::object::class::flags;
use habu_runtime::object::{Special, Type, ids};
use habu_runtime::protocol::arith::BinaryOp;
use habu_runtime::types::cell::Cell;
use habu_runtime::types::code::call_flags;
use habu_runtime::types::descriptor::Property;
use habu_runtime::types::exception;
use habu_runtime::types::function::Function;
use habu_runtime::types::native_function;
use habu_runtime::types::native_function::NativeFunction;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::vm::{Vm, id_of};
use habu_runtime::{Gc, ShapeId, Value};
use std::collections::HashMap;

mod attrs;
mod calls;

use attrs::*;
use calls::*;
pub use calls::{id_of_word, python_callee};

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
/// So is one whose native code was left for more new shapes than this: more are to come.
const MAX_LEARNED: usize = 2;

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
            let is_method = |m: &&AttrFact| matches!(m.kind, AttrKind::Method | AttrKind::BareMethod);
            for method in methods.iter().filter(is_method) {
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
    let of_fact = |fact: &Fact| match fact {
        Fact::Attr(a) => vec![a.shape],
        Fact::Shapes(all) => all.iter().map(|a| a.shape).collect(),
        _ => Vec::new(),
    };
    let known: Vec<u32> = snap.facts.values().flat_map(of_fact).collect();
    for (op, special) in [(Op::GET_ITEM, Special::GetItem), (Op::SET_ITEM, Special::SetItem)] {
        let mut shapes = Vec::new();
        let mut pc = 0;
        while let Some(at) = (pc < snap.words.len() as u32).then(|| snap.op(pc)).flatten() {
            if at == op && snap.kinds(pc, op) & Kinds::OTHER != 0 {
                shapes.push(snap.ext(pc, op, Ext::Shape).unwrap_or(0) & shape::ID);
            }
            pc = snap.next(pc, at);
        }
        if !shapes.is_empty() {
            shapes.extend(&known);
        }
        shapes.retain(|id| *id >= layout::FIRST_DYNAMIC);
        shapes.sort_unstable();
        shapes.dedup();
        for shape in shapes {
            let class = vm.shapes.class(ShapeId(shape));
            let found = vm.class_special(class, special).filter(|f| id_of(*f) == ids::FUNCTION);
            let stable = !lessons.unstable_classes.contains(&(class.addr() as u64));
            if let Some(found) = found.filter(|_| stable) {
                snap.subscripts.insert((op, shape), method_fact(shape, class, found));
            }
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
    if !vm.shapes.exists(ShapeId(noted)) {
        return None;
    }
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
