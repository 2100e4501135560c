//! `sys.monitoring`: which tools want which events of which code, and calling them.

use super::dispatch;
use crate::heap::{Gc, Tracer};
use crate::types::code::CodeObj;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use rustc_hash::FxHashMap;

/// Tools that may be in use at a time.
pub const TOOLS: usize = 6;
/// Events, by the number of their bit; the first [`DISABLING`] may be turned off at a place.
pub const EVENTS: [&str; 19] = [
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];
const DISABLING: u32 = 11;

/// Bits of events.
pub mod event {
    pub const PY_START: u32 = 1 << 0;
    pub const PY_RESUME: u32 = 1 << 1;
    pub const PY_RETURN: u32 = 1 << 2;
    pub const PY_YIELD: u32 = 1 << 3;
    pub const CALL: u32 = 1 << 4;
    pub const LINE: u32 = 1 << 5;
    pub const INSTRUCTION: u32 = 1 << 6;
    pub const JUMP: u32 = 1 << 7;
    pub const BRANCH_LEFT: u32 = 1 << 8;
    pub const BRANCH_RIGHT: u32 = 1 << 9;
    pub const RAISE: u32 = 1 << 11;
    pub const EXCEPTION_HANDLED: u32 = 1 << 12;
    pub const PY_UNWIND: u32 = 1 << 13;
    pub const PY_THROW: u32 = 1 << 14;
    pub const RERAISE: u32 = 1 << 15;
    pub const C_RETURN: u32 = 1 << 16;
    pub const C_RAISE: u32 = 1 << 17;
    pub const BRANCH: u32 = 1 << 18;
    /// How calls of native functions end: told to those that asked for `CALL`.
    pub const C_ENDS: u32 = C_RETURN | C_RAISE;
    /// Both ways that a branch can take: what `BRANCH` stands for.
    pub const BRANCHES: u32 = BRANCH_LEFT | BRANCH_RIGHT;
    /// Those that only all code together can ask for.
    pub const GLOBAL_ONLY: u32 = RAISE | EXCEPTION_HANDLED | PY_UNWIND | PY_THROW | RERAISE;
}

/// Events of one code object.
struct Local {
    code: Value,
    events: [u32; TOOLS],
    /// Word offset and tool to the events that are turned off there.
    disabled: FxHashMap<(u32, usize), u32>,
}

/// What the tools asked for.
pub struct Monitoring {
    global: [u32; TOOLS],
    callbacks: [[Value; EVENTS.len()]; TOOLS],
    local: FxHashMap<u64, Local>,
    /// What a callback returns to turn its event off.
    disable: Value,
    /// The first argument of a call without arguments.
    missing: Value,
    active: bool,
}

impl Default for Monitoring {
    fn default() -> Monitoring {
        Monitoring {
            global: [0; TOOLS],
            callbacks: [[Value::NONE; EVENTS.len()]; TOOLS],
            local: FxHashMap::default(),
            disable: Value::NONE,
            missing: Value::NONE,
            active: false,
        }
    }
}

impl Monitoring {
    pub fn trace(&self, t: &mut Tracer<'_>) {
        t.value(self.disable);
        t.value(self.missing);
        for callback in self.callbacks.iter().flatten() {
            t.value(*callback);
        }
        for local in self.local.values() {
            t.value(local.code);
        }
    }

    /// Says which object turns events off.
    pub fn set_disable(&mut self, marker: Value) {
        self.disable = marker;
    }

    pub fn missing(&self) -> Value {
        self.missing
    }

    pub fn set_missing(&mut self, marker: Value) {
        self.missing = marker;
    }

    /// Sets a tool's function for an event; the one before.
    pub fn set_callback(&mut self, tool: usize, event: usize, function: Value) -> Value {
        if 1 << event == event::BRANCH {
            for way in [event::BRANCH_LEFT, event::BRANCH_RIGHT] {
                self.callbacks[tool][way.trailing_zeros() as usize] = function;
            }
        }
        std::mem::replace(&mut self.callbacks[tool][event], function)
    }

    pub fn events(&self, tool: usize) -> u32 {
        self.global[tool]
    }

    pub fn local_events(&self, tool: usize, code: Gc<CodeObj>) -> u32 {
        self.local.get(&Value::from_gc(code).0).map_or(0, |local| local.events[tool])
    }

    /// Delivers again what callbacks turned off.
    pub fn restart(&mut self) {
        for local in self.local.values_mut() {
            local.disabled.clear();
        }
    }

    /// The events of a code object that some tool wants.
    #[inline]
    pub fn wanted(&self, code: Gc<CodeObj>) -> u32 {
        if !self.active {
            return 0;
        }
        let local = self.local.get(&Value::from_gc(code).0).map_or([0; TOOLS], |local| local.events);
        self.global.iter().chain(&local).fold(0, |all, events| all | events)
    }

    fn entry(&mut self, code: Gc<CodeObj>) -> &mut Local {
        let code = Value::from_gc(code);
        let new = || Local { code, events: [0; TOOLS], disabled: FxHashMap::default() };
        self.local.entry(code.0).or_insert_with(new)
    }

    /// The tools that ask for each event of all code.
    pub fn all_events(&self) -> impl Iterator<Item = (&'static str, u32)> {
        EVENTS.iter().enumerate().filter_map(|(number, name)| {
            let tools = (0..TOOLS).filter(|tool| self.global[*tool] & 1 << number != 0);
            let tools = tools.fold(0, |all, tool| all | 1 << tool);
            (tools != 0).then_some((*name, tools))
        })
    }

    /// Whether the tools are told of something of a code object.
    #[inline]
    pub fn wants_any(&self, code: Gc<CodeObj>, bits: u32) -> bool {
        self.wanted(code) & bits != 0
    }

    fn wants(&self, tool: usize, code: Gc<CodeObj>, at: u32, bit: u32) -> bool {
        let local = self.local.get(&Value::from_gc(code).0);
        let events = self.global[tool] | local.map_or(0, |l| l.events[tool]);
        let disabled = local.and_then(|l| l.disabled.get(&(at, tool))).copied().unwrap_or(0);
        events & !disabled & bit != 0
    }
}

impl Vm {
    /// Asks for events of all code, or of one code object.
    pub fn set_monitored(&mut self, tool: usize, code: Option<Gc<CodeObj>>, events: u32) {
        match code {
            Some(code) => self.monitoring.entry(code).events[tool] = events,
            None => self.monitoring.global[tool] = events,
        }
        let monitoring = &mut self.monitoring;
        monitoring.local.retain(|_, l| l.events != [0; TOOLS] || !l.disabled.is_empty());
        let active =
            monitoring.global != [0; TOOLS] || monitoring.local.values().any(|l| l.events != [0; TOOLS]);
        if std::mem::replace(&mut monitoring.active, active) != active {
            dispatch::count_tracing(active);
            self.leave_native();
        }
    }

    /// Forgets what a tool asked for and its functions.
    pub fn clear_monitored(&mut self, tool: usize) {
        for local in self.monitoring.local.values_mut() {
            local.events[tool] = 0;
            local.disabled.retain(|(_, of), _| *of != tool);
        }
        self.monitoring.callbacks[tool] = [Value::NONE; EVENTS.len()];
        self.set_monitored(tool, None, 0);
    }
}

/// What `sys.settrace` calls an event of this kind, as far as jumping from it goes.
fn event_name(bit: u32) -> &'static str {
    use event::{BRANCHES, C_ENDS, CALL, INSTRUCTION, JUMP, LINE, PY_RESUME, PY_START, PY_YIELD};
    match bit {
        _ if bit & (LINE | INSTRUCTION | JUMP | BRANCHES | PY_RESUME | PY_YIELD) != 0 => "line",
        PY_START => "call",
        _ if bit & (CALL | C_ENDS) != 0 => "c_call",
        _ => "exception",
    }
}

/// Tells the tools that want it of an event at a word offset. Their functions get the code, then `args`.
pub fn tell(vm: &mut Vm, code: Gc<CodeObj>, at: u32, bit: u32, args: &[Value]) -> PyResult<()> {
    // How a native call ends is told to those that asked for the call.
    let asked = if bit & event::C_ENDS != 0 { event::CALL } else { bit };
    if vm.monitoring.wanted(code) & asked == 0 {
        return Ok(());
    }
    let number = bit.trailing_zeros();
    for tool in 0..TOOLS {
        let callback = vm.monitoring.callbacks[tool][number as usize];
        if callback.is_none() || !vm.monitoring.wants(tool, code, at, asked) {
            continue;
        }
        let mut all = [Value::from_gc(code); 5];
        all[1..=args.len()].copy_from_slice(args);
        (vm.ctx.hook_event, vm.ctx.hook_base) = (event_name(bit), vm.ctx.base);
        let result = vm.call(callback, &all[..=args.len()]);
        vm.ctx.hook_event = "";
        if result? != vm.monitoring.disable || vm.monitoring.disable.is_none() {
            continue;
        }
        if number >= DISABLING {
            let name = EVENTS[number as usize];
            vm.set_monitored(tool, None, vm.monitoring.events(tool) & !bit);
            let text = format!("Cannot disable {name} events. Callback removed.");
            vm.monitoring.set_callback(tool, number as usize, Value::NONE);
            return Err(vm.value_error(text));
        }
        *vm.monitoring.entry(code).disabled.entry((at, tool)).or_default() |= bit;
    }
    Ok(())
}
