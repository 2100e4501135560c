//! Taking a snapshot: reads, under the lock, all that compiling a unit needs to know of the heap.

use crate::layout;
use crate::snapshot::{AttrFact, Callee, Fact, GlobalFact, PythonCallee, Recipe, Seen, Snapshot};
use habu_bytecode::feedback::{AttrKind, CallKind, attr, call, global};
use habu_bytecode::op::{Ext, Op};
use habu_runtime::interp::regs::Base;
use habu_runtime::native::Unboxed;
use habu_runtime::object::class::flags;
use habu_runtime::object::{Special, ids};
use habu_runtime::types::cell::Cell;
use habu_runtime::types::code::{CodeObj, call_flags};
use habu_runtime::types::function::Function;
use habu_runtime::types::native_function::NativeFunction;
use habu_runtime::vm::{Vm, id_of};
use habu_runtime::{Gc, ShapeId, Value};

/// What the tier has learned about a code object from earlier native code.
#[derive(Clone, Default, Debug)]
pub struct Lessons {
    pub failed: Vec<(u32, u8)>,
    /// Cells (tagged words) whose watchpoint fired too often.
    pub unstable_cells: Vec<u64>,
    pub unstable_classes: Vec<u64>,
}

/// The function a value is.
fn function(v: Value) -> Option<Gc<Function>> {
    (id_of(v) == ids::FUNCTION).then_some(())?;
    let header = v.as_header()?;
    // SAFETY: the id says so.
    Some(unsafe { Gc::from_header(header) })
}

/// Makes the job for `function`; `osr`: loop header, and the running frame.
pub fn take(vm: &mut Vm, f: Value, osr: Option<(u32, Base)>, lessons: &Lessons) -> Option<Snapshot> {
    let fun = function(f)?;
    let code = fun.code.get()?;
    let unit = code.unit();
    // SAFETY: the stream belongs to the code object and has `word_count` words.
    let words =
        unsafe { std::slice::from_raw_parts(code.words.get(), code.word_count.get() as usize) }.to_vec();
    let mut snap = Snapshot {
        name: unit.qualname.to_string(),
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
        has_free: !unit.free.is_empty(),
        failed: lessons.failed.clone(),
        ..Snapshot::default()
    };
    if let Some((header, base)) = osr {
        let seen =
            (0..code.registers.get() as usize).map(|r| seen(base.get(r), r < unit.vars.len())).collect();
        snap.osr = Some((header, seen));
    }
    let mut lessons = lessons.clone();
    lessons.unstable_cells.extend(stored_cells(&snap)?);
    let lessons = &lessons;
    let mut pc = 0;
    while (pc as usize) < snap.words.len() {
        let op = snap.op(pc)?;
        if let Some(fact) = fact(vm, &snap, pc, op, lessons) {
            snap.facts.insert(pc, fact);
        }
        if op == Op::LOAD_CONST {
            let v = Value(snap.value(pc, op));
            if v.is_pointer() {
                snap.const_ids.insert(v.0, id_of(v).0);
            }
        }
        pc = snap.next(pc, op);
    }
    Some(snap)
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
        return attr_fact(vm, snap, pc, op, pc + at as u32, lessons).map(Fact::Attr);
    }
    if let Some(at) = op.info().ext_offset(Ext::Call) {
        return call_fact(vm, snap, op, pc + at as u32, lessons).map(Fact::Call);
    }
    None
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

fn attr_fact(vm: &Vm, snap: &Snapshot, pc: u32, op: Op, at: u32, lessons: &Lessons) -> Option<AttrFact> {
    let word = |i: usize| snap.words[at as usize + i];
    let kind = AttrKind::from_byte(word(attr::KIND) as u8);
    let shape = word(attr::SHAPE);
    if matches!(kind, AttrKind::Empty | AttrKind::Megamorphic) || shape == 0 {
        // Megamorphic sites have run; empty ones that have run are cases the cache has no form for.
        let ran = word(attr::KIND) != 0 || !matches!(op, Op::LOAD_ATTR | Op::STORE_ATTR | Op::LOAD_METHOD);
        let _ = (pc, ran);
        return Some(general_attr());
    }
    let record = vm.shapes.get(ShapeId(shape));
    let class = record.class;
    let value = word64(snap, at + attr::VALUE as u32);
    let mut fact = AttrFact {
        kind,
        shape,
        offset: word(attr::OFFSET),
        overflow_at: record.overflow_at as u32,
        repr: (word(attr::KIND) >> 8) as u8,
        // Slots that `__slots__` declares come first, and start out unbound.
        may_be_unbound: kind == AttrKind::Inline
            && word(attr::OFFSET) < u32::from(record.overflow_at) + 8 + u32::from(record.reserved) * 8,
        class: 0,
        new_shape: word(attr::VERSION),
        value,
        value_id: 0,
        callee: None,
    };
    match kind {
        AttrKind::Method | AttrKind::ClassValue => {
            let current = class.version.get() == word(attr::VERSION);
            if !current || lessons.unstable_classes.contains(&(class.addr() as u64)) {
                return Some(general_attr());
            }
            fact.class = class.addr() as u64;
            let v = Value(value);
            fact.value_id = if v.is_pointer() { id_of(v).0 } else { 0 };
        }
        // The value is the address of a cell of the module named by `offset`.
        AttrKind::ModuleCell => fact.value = value | 1,
        _ => {}
    }
    Some(fact)
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
        new_shape: 0,
        value: 0,
        value_id: 0,
        callee: None,
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
        kind @ (CallKind::Function | CallKind::Code) => Some(python_callee(callee, kind == CallKind::Code)),
        CallKind::Native => Some(native_callee(callee)),
        CallKind::Class => Some(class_callee(vm, callee, lessons).unwrap_or(Callee::Other)),
        _ => Some(Callee::Other),
    }
}

/// The callee as a direct call needs to know it.
pub fn python_callee(callee: Value, by_code: bool) -> Callee {
    let Some(f) = function(callee) else { return Callee::Other };
    let Some(code) = f.code.get() else { return Callee::Other };
    if code.call_flags.get() & call_flags::SIMPLE == 0 {
        return Callee::Other;
    }
    Callee::Python(PythonCallee {
        function: callee.0,
        by_code,
        code: code.addr() as u64,
        name: code.unit().qualname.to_string(),
        arg_count: code.arg_count.get() as u32,
        registers: code.registers.get() as u32,
        defaults: f.defaults.get().map_or(Vec::new(), |t| t.items().iter().map(|v| v.0).collect()),
        has_free: !code.unit().free.is_empty(),
    })
}

fn native_callee(callee: Value) -> Callee {
    if id_of(callee) != ids::NATIVE_FUNCTION {
        return Callee::Other;
    }
    let Some(header) = callee.as_header() else { return Callee::Other };
    // SAFETY: the id says so.
    let native: Gc<NativeFunction> = unsafe { Gc::from_header(header) };
    let Some(decl) = native.decl.get() else { return Callee::Other };
    match decl.unboxed {
        Unboxed::F64ToF64(f) => Callee::Unboxed { function: callee.0, entry: f as usize as u64, args: 1 },
        Unboxed::F64F64ToF64(f) => Callee::Unboxed { function: callee.0, entry: f as usize as u64, args: 2 },
        Unboxed::None => match decl.name {
            "len" => Callee::Recipe { function: callee.0, recipe: Recipe::Len },
            "abs" => Callee::Recipe { function: callee.0, recipe: Recipe::Abs },
            _ => Callee::Other,
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

/// A class whose instances are made by allocation and one Python function.
fn class_callee(vm: &mut Vm, callee: Value, lessons: &Lessons) -> Option<Callee> {
    if id_of(callee) != ids::TYPE {
        return None;
    }
    let class = vm.as_class(callee)?;
    if class.has(flags::ABSTRACT) || lessons.unstable_classes.contains(&(class.addr() as u64)) {
        return None;
    }
    if vm.class_special(class, Special::New) != vm.object_new {
        return None;
    }
    let init = vm.class_special(class, Special::Init)?;
    match python_callee(init, false) {
        Callee::Python(init) => Some(Callee::Class { class: callee.0, init }),
        _ => None,
    }
}
