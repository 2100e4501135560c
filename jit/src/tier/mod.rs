//! The tier itself: decides what to compile, installs it, enters it, and takes it back when what it relied on has changed.

mod learn;

use crate::addresses::{AddressMap, AddressSet};
use crate::build::Assumption;
use crate::code::CodeMemory;
use crate::compile::{self, Job};
use crate::compile_thread::CompileThread;
use crate::deopt::code_object;
use crate::exits::Reason;
use crate::frames::{Registry, Unit};
use crate::helpers::Helper;
use crate::hir::Konst;
use crate::observe::Bases;
use crate::show;
use crate::stats::Stats;
use crate::take::{self, Entry, Lessons};
use crate::thunks;
use crate::unit::{Compiled, ExitMap, FrameMap, Place, RESUMES, Symbol};
use habu_bytecode::Op;
use habu_bytecode::feedback::resume;
use habu_bytecode::op::Ext;
use habu_runtime::heap::Tracer;
use habu_runtime::interp::frame::OBSERVED;
use habu_runtime::interp::regs::{Base, Pc};
use habu_runtime::object::Type;
use habu_runtime::tier::{Activation, Left, NativeFrame, Watched};
use habu_runtime::types::cell::Cell as PyCell;
use habu_runtime::types::code::{CodeObj, call_flags};
use habu_runtime::types::function::Function;
use habu_runtime::types::generator::Generator;
use habu_runtime::vm::{Vm, poll};
use habu_runtime::{Gc, Value};
use learn::teaching;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicPtr, Ordering};

/// Heat after which code asks again that was not compiled because compiling had taken its share of the time.
const HEAT_BEFORE_ASKING: u32 = 1500;
/// How often a site may leave before its code is compiled anew with what it has learned.
/// (An exit costs a thousandth of a compilation.)
const EXITS_BEFORE_RECOMPILE: u32 = 250;
/// Exits that teach when another one has the code compiled anew.
const EXITS_THAT_TEACH: u32 = 10;
/// Heat after which it is.
const HEAT_BEFORE_RECOMPILE: u32 = 3000;
/// How often one code object is compiled anew.
const MAX_RECOMPILES: u32 = 8;
/// Checks between two that the stress mode makes fail: no multiple of common loop lengths.
const STRESS_INTERVAL: u32 = 37;
/// Shapes remembered for one code object.
const MAX_SHAPE_LESSONS: usize = 200;
/// No object that exits make is larger than this.
const NOWHERE_WORDS: usize = 64;
/// A cell or class that breaks this many assumptions is no longer relied on.
const MAX_BREAKS: u32 = 2;

/// How eagerly code is compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// Hot code, on a background thread.
    #[default]
    Auto,
    /// At once, on the running thread, with guards failing now and then.
    Stress,
}

/// A station whose text can be printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DumpKind {
    Hir,
    Clif,
    Asm,
}

/// A request to print what is compiled: of one function, or all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dump {
    pub kind: DumpKind,
    pub function: Option<String>,
}

/// What the command line decides.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub mode: Mode,
    /// Heat at which code is compiled; a threshold of 1 compiles at once, on the running thread.
    pub threshold: Option<u32>,
    pub dump: Option<Dump>,
}

impl Config {
    fn threshold(&self) -> u32 {
        self.threshold.unwrap_or(match self.mode {
            Mode::Auto => 15_000,
            Mode::Stress => 2,
        })
    }

    /// Whether the running thread compiles.
    fn is_synchronous(&self) -> bool {
        // A dump shows what is compiled, so the program must not end before it is.
        self.mode == Mode::Stress || self.dump.is_some() || self.threshold.is_some_and(|t| t <= 2)
    }
}

/// What the tier keeps for one code object.
#[derive(Default)]
struct Record {
    name: String,
    /// A function of the code, as a root.
    function: Option<Value>,
    /// Address of what calls go through: native entry, or the stub that interprets. Leaked boxes: code names them for good.
    entry: Option<&'static Cell<usize>>,
    unit: Option<Rc<Unit>>,
    loops: HashMap<u32, Rc<Unit>>,
    lessons: Lessons,
    recompiles: u32,
    /// Units being compiled: function entry as `None`.
    pending: Vec<Option<u32>>,
    /// Why it is left to the interpreter, by unit.
    refused: HashMap<Option<u32>, String>,
}

/// The native-code tier.
pub struct JitTier {
    config: Config,
    pub(crate) registry: RefCell<Registry>,
    memory: RefCell<CodeMemory>,
    records: RefCell<AddressMap<u64, Record>>,
    /// Units by what they rely on.
    watches: RefCell<HashMap<Watched, Vec<Rc<Unit>>>>,
    breaks: RefCell<HashMap<Watched, u32>>,
    /// Return-address slots of invalidated frames, with what they held.
    pub(crate) swapped: RefCell<AddressMap<usize, usize>>,
    /// Result a callee returned to an invalidated frame.
    pub(crate) lazy_result: Cell<Option<Value>>,
    /// An exit that is under way could not make an object: it raises MemoryError.
    pub(crate) out_of_memory: Cell<bool>,
    /// Word of a place outside the heap that the stores into such an object go to.
    pub(crate) nowhere: u64,
    /// Bases of native frames that have headers and may have frame objects.
    pub(crate) materialized: RefCell<AddressSet>,
    /// Bases of frames that go on natively although they have frame objects.
    pub(crate) observed: RefCell<Bases>,
    thread: RefCell<Option<CompileThread>>,
    pub(crate) stats: RefCell<Stats>,
    /// Functions that jobs under way refer to.
    jobs: RefCell<Vec<Value>>,
}

static CURRENT: AtomicPtr<JitTier> = AtomicPtr::new(std::ptr::null_mut());

/// The handle that the virtual machine holds. The tier itself stays for the life of the process: native code, the compile
/// thread and exits refer to it.
#[derive(Clone, Copy)]
pub struct Handle(pub(crate) &'static JitTier);

impl JitTier {
    /// Makes the tier. Exits find it through a static, so there is one to a process.
    #[allow(clippy::new_ret_no_self, reason = "what the machine holds is the handle")]
    pub fn new(config: Config) -> Handle {
        let tier: &'static JitTier = Box::leak(Box::new(JitTier {
            config,
            registry: RefCell::default(),
            memory: RefCell::default(),
            records: RefCell::default(),
            watches: RefCell::default(),
            breaks: RefCell::default(),
            swapped: RefCell::default(),
            lazy_result: Cell::new(None),
            out_of_memory: Cell::new(false),
            nowhere: Box::leak(Box::new([0u64; NOWHERE_WORDS])).as_ptr() as u64 | 1,
            materialized: RefCell::default(),
            observed: RefCell::default(),
            thread: RefCell::default(),
            stats: RefCell::default(),
            jobs: RefCell::default(),
        }));
        CURRENT.store(std::ptr::from_ref(tier).cast_mut(), Ordering::Release);
        Handle(tier)
    }

    /// The tier that native code belongs to.
    pub(crate) fn current() -> &'static JitTier {
        // SAFETY: set by `new` before any native code exists, and never freed.
        unsafe { &*CURRENT.load(Ordering::Acquire) }
    }

    pub(crate) fn function_of(&self, code: u64) -> Option<Value> {
        self.records.borrow().get(&code).and_then(|r| r.function)
    }

    fn entry_cell(&self, code: u64) -> &'static Cell<usize> {
        let mut records = self.records.borrow_mut();
        let record = records.entry(code).or_default();
        record.entry.get_or_insert_with(new_entry)
    }

    // ---- compiling

    /// Compiles a unit now, or hands the job to the compile thread.
    fn request(&self, vm: &mut Vm, function: Value, entry: Option<Entry>) {
        let Some(f) = vm.exact::<Function>(function) else { return };
        let Some(code) = f.code.get() else { return };
        let which = entry.map(|e| if e.resumes { e.at | RESUMES } else { e.at });
        let address = code.addr() as u64;
        let unusable = call_flags::NO_NATIVE | if entry.is_none() { call_flags::NAMESPACE } else { 0 };
        if code.call_flags.get() & unusable != 0 {
            return;
        }
        let lessons = {
            let mut records = self.records.borrow_mut();
            let record = records.entry(address).or_default();
            if record.refused.contains_key(&which) || record.pending.contains(&which) {
                return;
            }
            let wasted = if record.recompiles == 0 { self.stats.borrow().wasted_us } else { 0 };
            if !self.config.is_synchronous()
                && self.thread.borrow().as_ref().is_some_and(|t| t.is_spent(wasted))
            {
                // Loops ask again by themselves.
                if entry.is_none() {
                    code.heat.set(vm.threshold - (vm.threshold / 4).min(HEAT_BEFORE_ASKING));
                }
                return;
            }
            if record.name.is_empty() {
                record.name = code.unit().qualname.to_string();
            }
            record.function.get_or_insert(function);
            record.pending.push(which);
            record.lessons.clone()
        };
        let known = |code| self.records.borrow().get(&code).map(|r| r.lessons.clone()).unwrap_or_default();
        let Some(mut snapshot) = take::take(vm, function, entry, &lessons) else { return };
        take::take_inlines(vm, &mut snapshot, &lessons, &known);
        snapshot.eager = self.config.mode == Mode::Stress || self.config.threshold.is_some_and(|t| t <= 2);
        self.note_callees(&snapshot);
        let job = Job {
            snapshot,
            verify: cfg!(debug_assertions) || self.config.mode == Mode::Stress,
            texts: self.texts(),
            stress: self.config.mode == Mode::Stress,
        };
        if self.config.is_synchronous() {
            let outcome = compile::compile(&job);
            self.finish(address, which, outcome);
            return;
        }
        let roots: Vec<Value> = job.snapshot.roots().into_iter().map(Value).collect();
        self.jobs.borrow_mut().extend(roots.into_iter().filter(|v| v.is_pointer()));
        let flag = &raw const vm.ctx.poll;
        let mut thread = self.thread.borrow_mut();
        // SAFETY: the machine outlives its compile thread, which `drop` joins.
        let thread = thread.get_or_insert_with(|| CompileThread::start(unsafe { &*flag }, poll::TIER));
        thread.send(address, which, job);
    }

    /// Functions that the job may call directly must be known when called without native code.
    fn note_callees(&self, snapshot: &crate::snapshot::Snapshot) {
        let mut records = self.records.borrow_mut();
        for callee in
            snapshot.python_callees().chain(snapshot.inlines.values().flat_map(|s| s.python_callees()))
        {
            let record = records.entry(callee.code).or_default();
            record.function.get_or_insert(Value(callee.function));
            if record.name.is_empty() {
                record.name.clone_from(&callee.name);
            }
        }
    }

    fn texts(&self) -> crate::lower::Texts {
        let wanted = self.config.dump.as_ref().map(|d| d.kind);
        let is = |kind| wanted == Some(kind);
        crate::lower::Texts { hir: is(DumpKind::Hir), clif: is(DumpKind::Clif), asm: is(DumpKind::Asm) }
    }

    fn finish(&self, code: u64, which: Option<u32>, outcome: Result<Compiled, String>) {
        if let Some(record) = self.records.borrow_mut().get_mut(&code) {
            record.pending.retain(|p| *p != which);
        }
        let installed = outcome.and_then(|unit| self.install_unit(unit));
        if let Err(why) = installed {
            let mut records = self.records.borrow_mut();
            let record = records.entry(code).or_default();
            if why == STALE {
                // What it relied on changed meanwhile: worth another try when it is hot again.
                record.recompiles += 1;
                if record.recompiles < MAX_RECOMPILES {
                    code_object(code).heat.set(0);
                    return;
                }
            }
            self.stats.borrow_mut().refused += 1;
            record.refused.insert(which, why);
        }
    }

    /// Whether what a unit relies on is still so: it was compiled while the program went on.
    fn holds(what: &Assumption) -> bool {
        // SAFETY: cells, functions and classes named by a job are kept alive until its unit is installed.
        match *what {
            Assumption::Cell { cell, value } => unsafe {
                (*((cell - 1) as *const PyCell)).value.get().0 == value
            },
            Assumption::Class { class, version } => unsafe {
                (*(class as *const Type)).version.get() == version
            },
            Assumption::Function { function, code, defaults } => unsafe {
                let function = &*((function - 1) as *const Function);
                function.code.get().is_some_and(|c| c.addr() as u64 == code)
                    && function.defaults.get().map_or(0, |t| t.addr() as u64) == defaults
            },
        }
    }

    fn install_unit(&self, unit: Compiled) -> Result<(), String> {
        if !unit.assumptions.iter().all(Self::holds) {
            return Err(STALE.into());
        }
        if let Some(wanted) = &self.config.dump {
            show::dump(wanted, &unit);
        }
        let cells: Vec<u64> = unit
            .consts
            .iter()
            .map(|k| match *k {
                Konst::Value(w) | Konst::Address(w) => w,
                Konst::Entry(code) => std::ptr::from_ref(self.entry_cell(code)) as u64,
            })
            .collect();
        let start = self.memory.borrow_mut().install(&unit, |symbol| match symbol {
            Symbol::Helper(i) => Helper::from_index(i as usize).address() as u64,
            Symbol::Const(k) => cells[k as usize],
            Symbol::Start => 0,
        })?;
        show::note_for_profilers(start, &unit);
        let code = unit.code;
        let mut records = self.records.borrow_mut();
        let record = records.entry(code).or_default();
        let object = code_object(code);
        let unit = Rc::new(Unit {
            start,
            function: record.function.unwrap_or(Value::UNBOUND),
            has_free: object.is_particular(),
            roots: roots(&unit),
            catches: unit.exits.iter().map(|exit| learn::catches(&unit, exit)).collect(),
            dead: Cell::new(false),
            traced: Cell::new(false),
            taken: RefCell::new(vec![0; unit.exits.len()]),
            left: Cell::new((0, None)),
            observed: Cell::new(0),
            code: unit,
        });
        self.stats.borrow_mut().installed(&unit.code);
        match unit.code.osr {
            None => {
                // Whoever asked for code at once means to see it run.
                if !unit.code.tiny || self.config.threshold.is_some() || self.config.mode == Mode::Stress {
                    object.native.set(start);
                }
                object.tier_data.set(start);
                record.unit = Some(unit.clone());
                record.entry.get_or_insert_with(new_entry).set(start);
            }
            Some(at) if at & RESUMES != 0 => {
                set_resume_entry(code, at & !RESUMES, start);
                record.loops.insert(at, unit.clone());
            }
            Some(header) => {
                record.loops.insert(header, unit.clone());
            }
        }
        drop(records);
        let mut watches = self.watches.borrow_mut();
        for a in &unit.code.assumptions {
            let what = match *a {
                Assumption::Cell { cell, .. } => {
                    // SAFETY: as in `holds`.
                    let cell = unsafe { &*((cell - 1) as *const PyCell) };
                    cell.header.flags.set(cell.header.flags.get() | PyCell::FLAG_WATCHED);
                    Watched::Cell(std::ptr::from_ref(cell) as usize)
                }
                Assumption::Class { class, .. } => Watched::Class(class as usize),
                Assumption::Function { function, .. } => Watched::Function(function as usize - 1),
            };
            watches.entry(what).or_default().push(unit.clone());
        }
        self.registry.borrow_mut().insert(unit);
        Ok(())
    }

    // ---- running

    pub(crate) fn run(&self, vm: &mut Vm, entry: usize, base: *mut Value) -> Left {
        let marker = 0u8;
        if (std::hint::black_box(&raw const marker) as usize) < vm.ctx.stack_limit {
            return Left::Refused;
        }
        let mut activation = Activation {
            previous: vm.ctx.activation,
            previous_exit_pc: vm.ctx.exit_pc,
            previous_exit_fp: vm.ctx.exit_fp,
            previous_exit_sp: vm.ctx.exit_sp,
            entry_fp: 0,
            pc: vm.ctx.pc,
            base: vm.ctx.base,
            entry_base: base,
        };
        let depth = vm.ctx.depth;
        if self.config.mode == Mode::Stress && vm.ctx.stress == 0 {
            vm.ctx.stress = STRESS_INTERVAL;
        }
        vm.ctx.activation = &raw mut activation;
        vm.ctx.exit_pc = 0;
        vm.ctx.exit_fp = 0;
        vm.ctx.exit_sp = 0;
        let ctx = &raw mut vm.ctx;
        // SAFETY: `entry` is installed code for this frame; the context is the `Vm`'s first field.
        let word = unsafe { thunks::enter(ctx as usize, entry, base, depth, &raw mut activation as usize) };
        vm.ctx.activation = activation.previous;
        vm.ctx.exit_pc = activation.previous_exit_pc;
        vm.ctx.exit_fp = activation.previous_exit_fp;
        vm.ctx.exit_sp = activation.previous_exit_sp;
        let left_depth = std::mem::replace(&mut vm.ctx.depth, depth);
        match word {
            Value::DEOPT => {
                // Frames that were inlined are real now.
                vm.ctx.depth = left_depth;
                Left::Resume
            }
            v => Left::Returned(v),
        }
    }

    /// Counts an exit; code that keeps leaving is given up for better code.
    /// `lazy`: a call has returned a result to invalidated code.
    pub(crate) fn count_exit(&self, vm: &mut Vm, unit: &Rc<Unit>, number: u32, lazy: bool) {
        let map = &unit.code.exits[number as usize];
        if self.config.mode == Mode::Stress && vm.ctx.stress == 0 {
            vm.ctx.stress = STRESS_INTERVAL;
            self.stats.borrow_mut().exit(Reason::Stress);
            return;
        }
        self.stats.borrow_mut().exit(map.reason);
        let raised = matches!(map.reason, Reason::Raise | Reason::Raised) && !lazy;
        // What is caught in the same function will be handled in native code.
        let caught = raised && unit.catches[number as usize] && !self.is_learned(unit, map);
        if map.reason.is_benign() && !caught || unit.dead.get() {
            return;
        }
        let times = {
            let mut taken = unit.taken.borrow_mut();
            taken[number as usize] += 1;
            taken[number as usize]
        };
        if times != EXITS_BEFORE_RECOMPILE {
            // Recompiling has not helped.
            if times > EXITS_BEFORE_RECOMPILE && unit.leaves_often() {
                self.give_up(vm, unit, format!("leaves too often: {}", map.reason.text()));
            }
            return;
        }
        if map.reason == Reason::NotCovered {
            // What always leaves in the middle is better left to the interpreter as a whole.
            let pc = map.frames[0].pc;
            let name = unit.code.uncovered.iter().find(|(at, _)| *at == pc).map_or("?", |(_, name)| name);
            return self.give_up(vm, unit, format!("leaves too often: {name} is not covered"));
        }
        {
            let mut records = self.records.borrow_mut();
            let record = records.entry(unit.code.code).or_default();
            if record.recompiles >= MAX_RECOMPILES {
                return;
            }
            record.recompiles += 1;
            // All exits that were taken more than now and then teach at once: one recompile for a cluster.
            for (exit, taken) in unit.code.exits.iter().zip(unit.taken.borrow().iter()) {
                if *taken <= EXITS_THAT_TEACH || exit.reason == Reason::NeverRan {
                    continue;
                }
                // An inlined function's lesson is its own.
                let frame = teaching(unit, exit);
                let code = unit.code.codes[frame.code as usize];
                let lesson = (frame.pc, exit.reason as u8);
                let failed = &mut records.entry(code).or_default().lessons.failed;
                if !failed.contains(&lesson) {
                    failed.push(lesson);
                }
            }
        }
        self.discard(vm, unit);
        self.ask_again(vm, unit);
    }

    /// What a unit was made of is still hot, but is to meet more before it is compiled anew.
    fn ask_again(&self, vm: &Vm, unit: &Unit) {
        let wait = HEAT_BEFORE_RECOMPILE.min(vm.threshold / 2).max(20);
        code_object(unit.code.code).heat.set(vm.threshold.saturating_sub(wait));
    }

    /// Leaves what a unit was made of to the interpreter, for good.
    fn give_up(&self, vm: &mut Vm, unit: &Rc<Unit>, why: String) {
        if let Some(record) = self.records.borrow_mut().get_mut(&unit.code.code) {
            record.refused.insert(unit.code.osr, why);
        }
        self.stats.borrow_mut().refused += 1;
        self.discard(vm, unit);
    }

    // ---- taking code back

    /// Makes a unit unreachable, and its live frames leave when control comes back to them.
    fn discard(&self, vm: &mut Vm, unit: &Rc<Unit>) {
        if unit.dead.replace(true) {
            return;
        }
        self.stats.borrow_mut().discarded(&unit.code);
        let code = unit.code.code;
        let interpret = thunks::interpret as *const () as usize;
        match unit.code.osr {
            None => {
                if code_object(code).native.get() == unit.start {
                    code_object(code).native.set(0);
                }
                if code_object(code).tier_data.get() == unit.start {
                    code_object(code).tier_data.set(0);
                }
                if self.entry_cell(code).get() == unit.start {
                    self.entry_cell(code).set(interpret);
                }
                if let Some(record) = self.records.borrow_mut().get_mut(&code) {
                    record.unit = None;
                }
            }
            Some(at) => {
                if at & RESUMES != 0 {
                    set_resume_entry(code, at & !RESUMES, 0);
                }
                if let Some(record) = self.records.borrow_mut().get_mut(&code) {
                    record.loops.remove(&at);
                }
            }
        }
        self.swap_returns(vm, |frame| frame.unit.start == unit.start);
    }
}

/// The heap objects that a unit refers to.
fn roots(unit: &Compiled) -> Vec<Value> {
    let mut words: Vec<u64> = unit
        .consts
        .iter()
        .filter_map(|k| match k {
            Konst::Value(word) => Some(*word),
            _ => None,
        })
        .collect();
    let places = unit.exits.iter().flat_map(|exit| &exit.frames).flat_map(|frame| &frame.regs);
    words.extend(places.filter_map(|(_, place)| match place {
        Place::Known(word) => Some(*word),
        _ => None,
    }));
    words.retain(|word| Value(*word).is_pointer());
    words.sort_unstable();
    words.dedup();
    words.into_iter().map(Value).collect()
}

/// What calls of code without native form go through.
fn new_entry() -> &'static Cell<usize> {
    Box::leak(Box::new(Cell::new(thunks::interpret as *const () as usize)))
}

/// The cache of the instruction at word `at`, which suspends generators.
fn resume_cache(code: u64, at: u32) -> Pc {
    let pc = code_object(code).entry().skip(at as usize);
    pc.skip(pc.decode().info().ext_offset(Ext::Resume).unwrap_or_default())
}

/// Says where native code goes on behind the instruction at word `at`, or 0.
fn set_resume_entry(code: u64, at: u32, start: usize) {
    let cache = resume_cache(code, at);
    cache.set_word64(resume::ENTRY, cache.word64(resume::ENTRY) & resume::DELEGATES | start as u64);
}

/// Refusal of a unit whose assumptions no longer hold at install.
const STALE: &str = "what it relied on changed while it was compiled";

impl JitTier {
    pub(crate) fn threshold(&self) -> u32 {
        self.config.threshold()
    }

    pub(crate) fn hot_function(&self, vm: &mut Vm, function: Value) {
        self.request(vm, function, None);
    }

    pub(crate) fn hot_loop(&self, vm: &mut Vm, function: Value, header: u32) -> bool {
        let Some(code) = vm.exact::<Function>(function).and_then(|f| f.code.get()) else { return false };
        let address = code.addr() as u64;
        let ready = |tier: &JitTier| {
            tier.records.borrow().get(&address).is_some_and(|r| r.loops.contains_key(&header))
        };
        if ready(self) {
            return true;
        }
        if self.yields_in_loops(code) {
            return false;
        }
        let registers = Base(vm.ctx.base);
        self.request(vm, function, Some(Entry { at: header, resumes: false, registers }));
        ready(self)
    }

    pub(crate) fn enter(&self, vm: &mut Vm, code: Gc<CodeObj>, base: *mut Value) -> Left {
        match code.native.get() {
            0 => Left::Refused,
            entry => self.run(vm, entry, base),
        }
    }

    pub(crate) fn enter_loop(&self, vm: &mut Vm, code: Gc<CodeObj>, header: u32, base: *mut Value) -> Left {
        let unit =
            self.records.borrow().get(&(code.addr() as u64)).and_then(|r| r.loops.get(&header).cloned());
        let Some(unit) = unit else { return Left::Refused };
        if Base(base).flags() & OBSERVED != 0 {
            self.note_observed(vm, base);
        }
        self.run(vm, unit.start, base)
    }

    /// Whether a generator's body is resumed so often that native code for its loops would only be entered to leave.
    fn yields_in_loops(&self, code: Gc<CodeObj>) -> bool {
        if code.call_flags.get() & call_flags::ANY_GENERATOR == 0 {
            return false;
        }
        let mut pc = code.entry();
        while code.offset_of(pc) < code.word_count.get() {
            let op = pc.decode();
            if let Some(at) = op.info().ext_offset(Ext::Resume).filter(|_| op == Op::YIELD) {
                let cache = pc.skip(at);
                if cache.word(resume::HEAT) >= self.threshold() / 4
                    || cache.word64(resume::ENTRY) & !resume::DELEGATES != 0
                {
                    return true;
                }
            }
            pc = pc.skip(op.words());
        }
        false
    }

    pub(crate) fn hot_suspension(&self, vm: &mut Vm, g: Gc<Generator>, at: u32) {
        self.request(vm, g.function.get(), Some(Entry { at, resumes: true, registers: g.registers() }));
    }

    pub(crate) fn poll(&self, vm: &mut Vm) {
        vm.ctx.poll.fetch_and(!poll::TIER, Ordering::Relaxed);
        loop {
            let done = self.thread.borrow_mut().as_mut().and_then(CompileThread::finished);
            let Some((code, which, outcome)) = done else { break };
            self.finish(code, which, outcome);
        }
        if self.thread.borrow().as_ref().is_none_or(CompileThread::is_idle) {
            self.jobs.borrow_mut().clear();
        }
    }

    pub(crate) fn invalidate(&self, vm: &mut Vm, what: Watched) {
        let Some(units) = self.watches.borrow_mut().remove(&what) else { return };
        let breaks = {
            let mut breaks = self.breaks.borrow_mut();
            let n = breaks.entry(what).or_default();
            *n += 1;
            *n
        };
        for unit in units {
            if unit.dead.get() {
                continue;
            }
            if breaks >= MAX_BREAKS
                && let Some(record) = self.records.borrow_mut().get_mut(&unit.code.code)
            {
                match what {
                    Watched::Cell(address) => record.lessons.unstable_cells.push(address as u64 | 1),
                    Watched::Class(address) => record.lessons.unstable_classes.push(address as u64),
                    Watched::Function(_) => {}
                }
            }
            self.discard(vm, &unit);
            code_object(unit.code.code).heat.set(vm.threshold / 2);
        }
    }

    pub(crate) fn walk(
        &self,
        activation: &Activation,
        exit_pc: usize,
        exit_fp: usize,
        each: &mut dyn FnMut(NativeFrame),
    ) {
        let frames = self.registry.borrow().walk(activation, exit_pc, exit_fp, 0);
        frames.iter().for_each(|frame| frame.native_frames().for_each(&mut *each));
    }

    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        for (code, record) in self.records.borrow().iter() {
            tracer.gc(code_object(*code));
            if let Some(f) = record.function {
                tracer.value(f);
            }
        }
        for unit in self.registry.borrow().units() {
            // What was traced once is old: only full collections look at it again.
            if unit.traced.replace(true) && !tracer.is_full() {
                continue;
            }
            unit.roots.iter().for_each(|v| tracer.value(*v));
        }
        for f in self.jobs.borrow().iter() {
            tracer.value(*f);
        }
        if let Some(v) = self.lazy_result.get() {
            tracer.value(v);
        }
    }

    pub(crate) fn before_fork(&self) {
        if let Some(thread) = self.thread.borrow().as_ref() {
            thread.park();
        }
    }

    pub(crate) fn after_fork(&self, child: bool) {
        if child {
            // The thread does not exist in the child: a new one starts with the next job.
            if let Some(thread) = self.thread.borrow_mut().take() {
                thread.abandon();
            }
            for record in self.records.borrow_mut().values_mut() {
                record.pending.clear();
            }
        } else if let Some(thread) = self.thread.borrow().as_ref() {
            thread.unpark();
        }
    }

    pub(crate) fn forget(&self, code: Gc<CodeObj>) {
        // Records keep their code objects alive, so only code without record dies.
        let _ = code;
    }

    pub(crate) fn summary(&self) -> String {
        let refused: Vec<(String, Option<u32>, String)> = self
            .records
            .borrow()
            .values()
            .flat_map(|r| r.refused.iter().map(|(which, why)| (r.name.clone(), *which, why.clone())))
            .collect();
        let records = self.records.borrow();
        let pending: Vec<(String, Option<u32>)> =
            records.values().flat_map(|r| r.pending.iter().map(|which| (r.name.clone(), *which))).collect();
        let units: Vec<Rc<Unit>> = self.registry.borrow().units().cloned().collect();
        let in_use = self.memory.borrow().bytes_in_use();
        crate::summary::text(&self.stats.borrow(), &units, refused, pending, in_use)
    }
}
