//! Module `sys.monitoring`: tool identifiers, callbacks, and which events tools ask for.

use habu_macros::native_module;

#[native_module(name = "sys.monitoring")]
pub mod module {
    use crate::support::{namespace, set, set_int};
    use habu_runtime::heap::Gc;
    use habu_runtime::interp::monitoring::{EVENTS, TOOLS, event};
    use habu_runtime::types::code::CodeObj;
    use habu_runtime::types::dict::Dict;
    use habu_runtime::types::module::ModuleRef;
    use habu_runtime::types::str::Str;
    use habu_runtime::value::Value;
    use habu_runtime::vm::{PyResult, Vm};

    /// The hidden dict of tools in use: identifier to name.
    fn registry(vm: &mut Vm) -> PyResult<Gc<Dict>> {
        let module = vm.import_module("sys.monitoring")?;
        let registry = vm.get_attr_str(module, "_registry")?;
        Ok(vm.exact_dict(registry).expect("made by init"))
    }

    fn checked(vm: &mut Vm, tool_id: i64) -> PyResult<Value> {
        if !(0..TOOLS as i64).contains(&tool_id) {
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
        vm.clear_monitored(tool_id as usize);
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
        let number = event.trailing_zeros() as usize;
        if number >= EVENTS.len() {
            return Err(vm.value_error(format!("invalid event {event}")));
        }
        Ok(vm.monitoring.set_callback(tool_id as usize, number, func))
    }

    /// The events of all code that are delivered to a tool.
    #[function(sig = "(tool_id, /)")]
    fn get_events(vm: &mut Vm, tool_id: i64) -> PyResult<i64> {
        checked(vm, tool_id)?;
        Ok(vm.monitoring.events(tool_id as usize).into())
    }

    fn checked_events(vm: &mut Vm, event_set: i64) -> PyResult<u32> {
        if !(0..1 << EVENTS.len()).contains(&event_set) {
            return Err(vm.value_error(format!("invalid event set 0x{event_set:x}")));
        }
        let mut events = event_set as u32;
        if events & event::C_ENDS != 0 {
            let all = event::C_ENDS | event::CALL;
            if events & all != all {
                return Err(vm.value_error("cannot set C_RETURN or C_RAISE events independently"));
            }
            events &= !event::C_ENDS;
        }
        if events & event::BRANCH != 0 {
            events = events & !event::BRANCH | event::BRANCHES;
        }
        Ok(events)
    }

    /// Asks for events of all code.
    #[function(sig = "(tool_id, event_set, /)")]
    fn set_events(vm: &mut Vm, tool_id: i64, event_set: i64) -> PyResult<()> {
        in_use(vm, tool_id)?;
        let events = checked_events(vm, event_set)?;
        vm.set_monitored(tool_id as usize, None, events);
        Ok(())
    }

    /// The events of one code object that are delivered to a tool.
    #[function(sig = "(tool_id, code, /)")]
    fn get_local_events(vm: &mut Vm, tool_id: i64, code: Gc<CodeObj>) -> PyResult<i64> {
        checked(vm, tool_id)?;
        Ok(vm.monitoring.local_events(tool_id as usize, code).into())
    }

    /// Asks for events of one code object.
    #[function(sig = "(tool_id, code, event_set, /)")]
    fn set_local_events(vm: &mut Vm, tool_id: i64, code: Gc<CodeObj>, event_set: i64) -> PyResult<()> {
        in_use(vm, tool_id)?;
        let events = checked_events(vm, event_set)?;
        if events & event::GLOBAL_ONLY != 0 {
            return Err(vm.value_error(format!("invalid local event set 0x{event_set:x}")));
        }
        vm.set_monitored(tool_id as usize, Some(code), events);
        Ok(())
    }

    /// The tools that ask for each event, as bits.
    #[function]
    fn _all_events(vm: &mut Vm) -> PyResult {
        let all: Vec<_> = vm.monitoring.all_events().collect();
        let dict = vm.dict_new()?;
        for (name, tools) in all {
            let name = vm.intern(name);
            vm.dict_set_str(dict, name, Value::small(tools.into()))?;
        }
        Ok(Value::from_gc(dict))
    }

    /// Delivers events again that a callback had turned off.
    #[function]
    fn restart_events(vm: &mut Vm) {
        vm.monitoring.restart();
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let registry = Value::from_gc(vm.dict_new()?);
        set(vm, module, "_registry", registry)?;
        let mut entries: Vec<(&str, Value)> =
            EVENTS.iter().enumerate().map(|(i, name)| (*name, Value::small(1 << i))).collect();
        entries.push(("NO_EVENTS", Value::small(0)));
        let events = namespace(vm, &entries)?;
        set(vm, module, "events", events)?;
        for name in ["DISABLE", "MISSING"] {
            let marker = vm.call(Value::from_gc(vm.builtin(habu_runtime::object::ids::OBJECT)), &[])?;
            if name == "DISABLE" {
                vm.monitoring.set_disable(marker);
            }
            if name == "MISSING" {
                vm.monitoring.set_missing(marker);
            }
            set(vm, module, name, marker)?;
        }
        for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
            set_int(vm, module, name, id)?;
        }
        Ok(())
    }
}
