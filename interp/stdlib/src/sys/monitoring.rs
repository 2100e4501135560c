//! Module `sys.monitoring`: tool identifiers and callbacks. No event is delivered yet: asking for one is refused.

use habu_macros::native_module;

/// Events and their bits.
const EVENTS: [(&str, i64); 19] = [
    ("PY_START", 1 << 0),
    ("PY_RESUME", 1 << 1),
    ("PY_RETURN", 1 << 2),
    ("PY_YIELD", 1 << 3),
    ("CALL", 1 << 4),
    ("LINE", 1 << 5),
    ("INSTRUCTION", 1 << 6),
    ("JUMP", 1 << 7),
    ("BRANCH_LEFT", 1 << 8),
    ("BRANCH_RIGHT", 1 << 9),
    ("STOP_ITERATION", 1 << 10),
    ("RAISE", 1 << 11),
    ("EXCEPTION_HANDLED", 1 << 12),
    ("PY_UNWIND", 1 << 13),
    ("PY_THROW", 1 << 14),
    ("RERAISE", 1 << 15),
    ("C_RETURN", 1 << 16),
    ("C_RAISE", 1 << 17),
    ("BRANCH", 1 << 18),
];

/// Tools that may be in use at a time: identifiers 0 to 5.
const TOOLS: usize = 6;

#[native_module(name = "sys.monitoring")]
pub mod module {
    use crate::support::{namespace, set, set_int};
    use habu_runtime::heap::Gc;
    use habu_runtime::types::code::CodeObj;
    use habu_runtime::types::dict::Dict;
    use habu_runtime::types::module::ModuleRef;
    use habu_runtime::types::str::Str;
    use habu_runtime::value::Value;
    use habu_runtime::vm::{PyResult, Vm};

    /// The hidden dict of names and callbacks: `id` to name, `(id, event)` to function.
    fn registry(vm: &mut Vm) -> PyResult<Gc<Dict>> {
        let module = vm.import_module("sys.monitoring")?;
        let registry = vm.get_attr_str(module, "_registry")?;
        Ok(vm.exact_dict(registry).expect("made by init"))
    }

    fn checked(vm: &mut Vm, tool_id: i64) -> PyResult<Value> {
        if !(0..super::TOOLS as i64).contains(&tool_id) {
            return Err(vm.value_error(format!("invalid tool {tool_id} (must be between 0 and 5)")));
        }
        Ok(Value::small(tool_id))
    }

    fn in_use(vm: &mut Vm, tool_id: i64) -> PyResult<Gc<Dict>> {
        let key = checked(vm, tool_id)?;
        let registry = registry(vm)?;
        if !vm.dict_contains(registry, key)? {
            return Err(vm.value_error(format!("tool {tool_id} is not in use")));
        }
        Ok(registry)
    }

    /// Takes an identifier for a tool.
    #[function(sig = "(tool_id, name, /)")]
    fn use_tool_id(vm: &mut Vm, tool_id: i64, name: Value) -> PyResult<()> {
        let key = checked(vm, tool_id)?;
        if vm.downcast::<Str>(name).is_none() {
            return Err(vm.value_error("tool name must be a str"));
        }
        let registry = registry(vm)?;
        if vm.dict_contains(registry, key)? {
            return Err(vm.value_error(format!("tool {tool_id} is already in use")));
        }
        vm.dict_set(registry, key, name)
    }

    /// Forgets a tool's callbacks.
    #[function(sig = "(tool_id, /)")]
    fn clear_tool_id(vm: &mut Vm, tool_id: i64) -> PyResult<()> {
        checked(vm, tool_id)?;
        let registry = registry(vm)?;
        for (_, event) in super::EVENTS {
            let key = vm.tuple(&[Value::small(tool_id), Value::small(event)])?;
            vm.dict_del(registry, Value::from_gc(key))?;
        }
        Ok(())
    }

    /// Gives a tool's identifier back.
    #[function(sig = "(tool_id, /)")]
    fn free_tool_id(vm: &mut Vm, tool_id: i64) -> PyResult<()> {
        clear_tool_id(vm, tool_id)?;
        let registry = registry(vm)?;
        vm.dict_del(registry, Value::small(tool_id))?;
        Ok(())
    }

    /// The name of a tool in use, or None.
    #[function(sig = "(tool_id, /)")]
    fn get_tool(vm: &mut Vm, tool_id: i64) -> PyResult {
        let key = checked(vm, tool_id)?;
        let registry = registry(vm)?;
        Ok(vm.dict_get(registry, key)?.unwrap_or(Value::NONE))
    }

    /// Sets the function for an event of a tool; the one before.
    #[function(sig = "(tool_id, event, func, /)")]
    fn register_callback(vm: &mut Vm, tool_id: i64, event: i64, func: Value) -> PyResult {
        checked(vm, tool_id)?;
        if event <= 0 || event.count_ones() != 1 {
            return Err(vm.value_error("The callback can only be set for one event at a time"));
        }
        if !super::EVENTS.iter().any(|(_, bit)| *bit == event) {
            return Err(vm.value_error(format!("invalid event {event}")));
        }
        let registry = registry(vm)?;
        let key = Value::from_gc(vm.tuple(&[Value::small(tool_id), Value::small(event)])?);
        let before = vm.dict_get(registry, key)?.unwrap_or(Value::NONE);
        if func.is_none() {
            vm.dict_del(registry, key)?;
        } else {
            vm.dict_set(registry, key, func)?;
        }
        Ok(before)
    }

    /// The events that are delivered to a tool: none are.
    #[function(sig = "(tool_id, /)")]
    fn get_events(vm: &mut Vm, tool_id: i64) -> PyResult<i64> {
        in_use(vm, tool_id)?;
        Ok(0)
    }

    fn refuse(vm: &mut Vm, event_set: i64) -> PyResult<()> {
        if event_set == 0 {
            return Ok(());
        }
        if !(0..1 << 19).contains(&event_set) {
            return Err(vm.value_error(format!("invalid event set 0x{event_set:x}")));
        }
        Err(vm.not_implemented_error("sys.monitoring delivers no events yet"))
    }

    /// Asks for events of all code.
    #[function(sig = "(tool_id, event_set, /)")]
    fn set_events(vm: &mut Vm, tool_id: i64, event_set: i64) -> PyResult<()> {
        in_use(vm, tool_id)?;
        refuse(vm, event_set)
    }

    /// The events of one code object that are delivered to a tool: none are.
    #[function(sig = "(tool_id, code, /)")]
    fn get_local_events(vm: &mut Vm, tool_id: i64, _code: Gc<CodeObj>) -> PyResult<i64> {
        in_use(vm, tool_id)?;
        Ok(0)
    }

    /// Asks for events of one code object.
    #[function(sig = "(tool_id, code, event_set, /)")]
    fn set_local_events(vm: &mut Vm, tool_id: i64, _code: Gc<CodeObj>, event_set: i64) -> PyResult<()> {
        in_use(vm, tool_id)?;
        refuse(vm, event_set)
    }

    /// Delivers events again that a callback had turned off: none are.
    #[function]
    fn restart_events(_vm: &mut Vm) {}

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let registry = Value::from_gc(vm.dict_new()?);
        set(vm, module, "_registry", registry)?;
        let mut entries: Vec<(&str, Value)> =
            super::EVENTS.iter().map(|(name, bit)| (*name, Value::small(*bit))).collect();
        entries.push(("NO_EVENTS", Value::small(0)));
        let events = namespace(vm, &entries)?;
        set(vm, module, "events", events)?;
        for name in ["DISABLE", "MISSING"] {
            let marker = vm.call(Value::from_gc(vm.builtin(habu_runtime::object::ids::OBJECT)), &[])?;
            set(vm, module, name, marker)?;
        }
        for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
            set_int(vm, module, name, id)?;
        }
        Ok(())
    }
}
