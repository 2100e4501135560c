//! Module `sys`: the interpreter as programs see it.

mod info;
mod jit;
mod monitoring;
mod places;
mod tools;

pub use places::{LIBRARY, places};

use crate::support::{VmExt, os_str, set, set_int, set_str};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::interp::tracing::Hook;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::exception::Exception;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::types::{exception, frame, int};
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// Version of CPython whose language and library Habu implements (`docs/library.md`).
pub const VERSION: (i64, i64, i64) = (3, 14, 10);

/// Access to objects that the interpreter uses or maintains.
#[native_module(name = "sys")]
pub mod module {
    use super::*;

    /// Exit the interpreter by raising SystemExit(status).
    #[function(sig = "(status=None, /)")]
    fn exit(vm: &mut Vm, status: Value) -> PyResult<()> {
        let class = Value::from_gc(vm.exc_class(Exc::SystemExit));
        let exc = match vm.exact::<Tuple>(status) {
            Some(args) => {
                let args = args.items().to_vec();
                vm.call(class, &args)?
            }
            None if status.is_none() => vm.call(class, &[])?,
            None => vm.call(class, &[status])?,
        };
        Err(vm.raise_value(exc))
    }

    /// Return the exception being handled, or None.
    #[function]
    fn exception(vm: &mut Vm) -> Value {
        vm.ctx.handled
    }

    /// Return class, instance and traceback of the exception being handled.
    #[function]
    fn exc_info(vm: &mut Vm) -> PyResult<(Value, Value, Value)> {
        let exc = vm.ctx.handled;
        if exc.is_none() {
            return Ok((Value::NONE, Value::NONE, Value::NONE));
        }
        let class = Value::from_gc(vm.class_of(exc));
        Ok((class, exc, exception::traceback_of(exc)))
    }

    /// Return a frame object from the call stack.
    #[function(sig = "(depth=0, /)")]
    fn _getframe(vm: &mut Vm, depth: i64) -> PyResult {
        match frame::at_depth(vm, depth.max(0) as usize)? {
            Some(frame) => Ok(Value::from_gc(frame)),
            None => Err(vm.value_error("call stack is not deep enough")),
        }
    }

    /// Return the name of the module that a frame of the call stack runs in.
    #[function(sig = "(depth=0)")]
    fn _getframemodulename(vm: &mut Vm, depth: i64) -> PyResult {
        match frame::frames(vm).nth(depth.max(0) as usize) {
            Some((base, _)) => {
                let name = vm.names.name;
                let globals = base.function().globals.get();
                Ok(globals.and_then(|g| vm.dict_get_str(g, name)).unwrap_or(Value::NONE))
            }
            None => Ok(Value::NONE),
        }
    }

    /// Return the current value of the recursion limit.
    #[function]
    fn getrecursionlimit(vm: &mut Vm) -> u32 {
        vm.ctx.recursion_limit
    }

    /// Set the maximum depth of the Python interpreter stack.
    #[function(sig = "(limit, /)")]
    fn setrecursionlimit(vm: &mut Vm, limit: i32) -> PyResult<()> {
        if limit < 1 {
            return Err(vm.value_error("recursion limit must be greater or equal than 1"));
        }
        let depth = vm.ctx.depth;
        if depth >= limit as u32 {
            return Err(vm.raise(
                Exc::RecursionError,
                &format!("cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"),
            ));
        }
        vm.ctx.recursion_limit = limit as u32;
        Ok(())
    }

    /// Return the string itself or an equal one that is interned.
    #[function(sig = "(string, /)")]
    fn intern(vm: &mut Vm, string: Value) -> PyResult<Gc<Str>> {
        match vm.exact::<Str>(string) {
            Some(s) => vm.intern_str(s),
            None => {
                let got = vm.type_name(string);
                if vm.downcast::<Str>(string).is_some() {
                    return Err(vm.type_error(format!("can't intern {got}")));
                }
                Err(vm.type_error(format!("intern() argument must be str, not {got}")))
            }
        }
    }

    /// Return the size of an object in bytes.
    #[function(sig = "(object, default=<unrepresentable>)")]
    fn getsizeof(vm: &mut Vm, object: Value, default: Option<Value>) -> PyResult {
        let name = vm.intern("__sizeof__");
        let cls = vm.class_of(object);
        let Some(f) = vm.type_lookup(cls, name) else {
            let got = vm.type_name(object);
            return match default {
                Some(default) => Ok(default),
                None => Err(vm.type_error(format!("Type {got} doesn't define __sizeof__"))),
            };
        };
        let size = vm.call_found(f, object, &[]);
        match default {
            Some(default) => Ok(vm.catch(size, Exc::TypeError)?.unwrap_or(default)),
            None => size,
        }
    }

    /// Return the thread switch interval.
    #[function]
    fn getswitchinterval(vm: &mut Vm) -> f64 {
        vm.threads.switch_interval() as f64 * 1e-9
    }

    /// Return a dict mapping each thread's thread id to its current stack frame.
    #[function]
    fn _current_frames(vm: &mut Vm) -> PyResult<Gc<Dict>> {
        let dict = vm.dict_new()?;
        vm.each_thread(|vm, ident| {
            if let Some(frame) = frame::at_depth(vm, 0)? {
                let ident = vm.int(ident as i64)?;
                vm.dict_set(dict, ident, Value::from_gc(frame))?;
            }
            Ok(())
        })?;
        Ok(dict)
    }

    /// Return a dict mapping each thread's identifier to its current raised exception.
    #[function]
    fn _current_exceptions(vm: &mut Vm) -> PyResult<Gc<Dict>> {
        let dict = vm.dict_new()?;
        vm.each_thread(|vm, ident| {
            let ident = vm.int(ident as i64)?;
            vm.dict_set(dict, ident, vm.ctx.handled)
        })?;
        Ok(dict)
    }

    /// Set the ideal thread switching delay inside the interpreter.
    #[function(sig = "(interval, /)")]
    fn setswitchinterval(vm: &mut Vm, interval: f64) -> PyResult<()> {
        if interval <= 0.0 || interval.is_nan() {
            return Err(vm.value_error("switch interval must be strictly positive"));
        }
        vm.threads.set_switch_interval((interval * 1e9) as u64);
        Ok(())
    }

    /// Return the limit of digits for conversions between int and str.
    #[function]
    fn get_int_max_str_digits(_vm: &mut Vm) -> usize {
        int::text::max_str_digits()
    }

    /// Set the limit of digits for conversions between int and str.
    #[function(sig = "(maxdigits)")]
    fn set_int_max_str_digits(vm: &mut Vm, maxdigits: i64) -> PyResult<()> {
        int::text::set_max_str_digits(vm, maxdigits)
    }

    /// Return the encoding used to convert between str and bytes file names.
    #[function]
    fn getfilesystemencoding(_vm: &mut Vm) -> &'static str {
        "utf-8"
    }

    /// Return the error handler used to convert between str and bytes file names.
    #[function]
    fn getfilesystemencodeerrors(_vm: &mut Vm) -> &'static str {
        "surrogateescape"
    }

    /// Return the encoding that str uses by default.
    #[function]
    fn getdefaultencoding(_vm: &mut Vm) -> &'static str {
        "utf-8"
    }

    /// Whether the interpreter is shutting down.
    #[function]
    fn is_finalizing(vm: &mut Vm) -> bool {
        info::state(vm).finalizing
    }

    /// Whether the string was interned.
    #[function(sig = "(string, /)")]
    fn _is_interned(_vm: &mut Vm, string: Gc<Str>) -> bool {
        string.is_interned()
    }

    /// Always true: one lock guards all Python code.
    #[function]
    fn _is_gil_enabled(_vm: &mut Vm) -> bool {
        true
    }

    /// Drops caches: there are none to drop.
    #[function]
    fn _clear_type_cache(_vm: &mut Vm) {}

    /// The number of CPUs that the command line set: none did.
    #[function(name = "_get_cpu_count_config")]
    fn get_cpu_count_config(_vm: &mut Vm) -> i64 {
        -1
    }

    /// Set the global debug tracing function.
    #[function(sig = "(function, /)")]
    fn settrace(vm: &mut Vm, function: Value) {
        vm.set_hook(Hook::Trace, function);
    }

    /// Return the global debug tracing function set with sys.settrace.
    #[function]
    fn gettrace(vm: &mut Vm) -> Value {
        vm.hook(Hook::Trace)
    }

    /// Set the profiling function.
    #[function(sig = "(function, /)")]
    fn setprofile(vm: &mut Vm, function: Value) {
        vm.set_hook(Hook::Profile, function);
    }

    /// Return the profiling function set with sys.setprofile.
    #[function]
    fn getprofile(vm: &mut Vm) -> Value {
        vm.hook(Hook::Profile)
    }

    /// Print an object to sys.stdout and save it in builtins._
    #[function(sig = "(object, /)")]
    fn displayhook(vm: &mut Vm, object: Value) -> PyResult<()> {
        if object.is_none() {
            return Ok(());
        }
        let Some(builtins) = vm.builtins else { return Ok(()) };
        let underscore = vm.intern("_");
        vm.dict_set_str(builtins, underscore, Value::NONE)?;
        let text = vm.repr(object)?;
        let Some(out) = habu_runtime::import::sys_attr(vm, "stdout").filter(|o| !o.is_none()) else {
            return Err(vm.runtime_error("lost sys.stdout"));
        };
        let newline = Value::from_gc(vm.str("\n")?);
        vm.call_method(out, "write", &[Value::from_gc(text)])?;
        vm.call_method(out, "write", &[newline])?;
        vm.dict_set_str(builtins, underscore, object)
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[function(sig = "(exctype, value, traceback, /)")]
    fn excepthook(vm: &mut Vm, _exctype: Value, value: Value, traceback: Value) -> PyResult<()> {
        if let Some(exc) = vm.downcast::<Exception>(value)
            && exception::traceback_of(value).is_none()
            && !traceback.is_none()
        {
            exc.traceback.set(&mut vm.heap, exc.header(), traceback);
        }
        exception::print::print_exception(vm, value);
        Ok(())
    }

    /// Handle an exception that cannot be raised.
    #[function(sig = "(unraisable, /)")]
    fn unraisablehook(vm: &mut Vm, unraisable: Value) -> PyResult<()> {
        let [exc, traceback, message, object] = [
            vm.get_attr_str(unraisable, "exc_value")?,
            vm.get_attr_str(unraisable, "exc_traceback")?,
            vm.get_attr_str(unraisable, "err_msg")?,
            vm.get_attr_str(unraisable, "object")?,
        ];
        let mut text = String::new();
        if !message.is_none() {
            text.push_str(&vm.to_str(message)?.to_message());
        }
        if !object.is_none() {
            text.push_str(if message.is_none() { "Exception ignored in: " } else { ": " });
            match vm.repr(object) {
                Ok(shown) => text.push_str(&shown.to_message()),
                Err(raised) => {
                    vm.take_exception(raised);
                    text.push_str("<object repr() failed>");
                }
            }
            text.push('\n');
        } else if !message.is_none() {
            text.push_str(":\n");
        }
        exception::print::write_error(vm, &text);
        if let Some(e) = vm.downcast::<Exception>(exc) {
            if exception::traceback_of(exc).is_none() && !traceback.is_none() {
                e.traceback.set(&mut vm.heap, e.header(), traceback);
            }
            exception::print::print_unraisable(vm, exc);
        }
        Ok(())
    }

    /// Call breakpoint()'s hook: pdb.set_trace unless PYTHONBREAKPOINT says otherwise.
    #[function(sig = "(*args, **kwargs)")]
    fn breakpointhook(vm: &mut Vm, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        let wanted = std::env::var("PYTHONBREAKPOINT").unwrap_or_default();
        let wanted = if wanted.is_empty() { "pdb.set_trace" } else { wanted.as_str() };
        if wanted == "0" {
            return Ok(Value::NONE);
        }
        let (module, name) = wanted.rsplit_once('.').unwrap_or(("builtins", wanted));
        let found = vm.module_attr(module, name);
        let Some(hook) = vm.catch(found, Exc::ImportError)? else {
            let text = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{wanted}\"");
            vm.warn(Exc::RuntimeWarning, text, 1)?;
            return Ok(Value::NONE);
        };
        let mut keywords = Vec::new();
        let mut at = 0;
        while let Some((key, v)) = kwargs.next_entry(&mut at) {
            if let Some(key) = vm.downcast::<Str>(key) {
                keywords.push((key, v));
            }
        }
        let items = args.items().to_vec();
        vm.call_kw(hook, &items, &keywords)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        info::fill(vm, module)?;
        tools::fill(vm, module)?;
        for name in ["displayhook", "excepthook", "unraisablehook", "breakpointhook"] {
            let f = vm.get_attr_str(Value::from_gc(module), name)?;
            set(vm, module, &format!("__{name}__"), f)?;
        }
        set_int(vm, module, "maxsize", i64::MAX)?;
        set_int(vm, module, "maxunicode", 0x10_FFFF)?;
        set_str(vm, module, "byteorder", if cfg!(target_endian = "little") { "little" } else { "big" })?;
        set_str(vm, module, "platform", if cfg!(target_os = "macos") { "darwin" } else { "linux" })?;
        set_str(vm, module, "platlibdir", "lib")?;
        set_str(vm, module, "float_repr_style", "short")?;
        set_str(
            vm,
            module,
            "copyright",
            "Copyright (c) the Habu developers. The library is under the PSF licence.",
        )?;
        let options = vm.options.clone();
        let prefix = match &options.pycache_prefix {
            Some(prefix) => Value::from_gc(os_str(vm, prefix)?),
            None => Value::NONE,
        };
        set(vm, module, "pycache_prefix", prefix)?;
        set(vm, module, "dont_write_bytecode", Value::bool(options.dont_write_bytecode))?;
        if let Some(digits) = options.int_max_str_digits {
            int::text::set_max_str_digits(vm, digits as i64)?;
        }
        let warnings = vm.list_new()?;
        for text in &options.warnings {
            let text = Value::from_gc(vm.str(text)?);
            vm.list_push(warnings, text)?;
        }
        set(vm, module, "warnoptions", Value::from_gc(warnings))?;
        let x_options = vm.dict_new()?;
        for (name, value) in &options.x_options {
            let name = Value::from_gc(vm.str(name)?);
            let value = match value {
                Some(text) => Value::from_gc(vm.str(text)?),
                None => Value::TRUE,
            };
            vm.dict_set(x_options, name, value)?;
        }
        set(vm, module, "_xoptions", Value::from_gc(x_options))?;
        let modules = vm.modules.map_or(Value::NONE, Value::from_gc);
        set(vm, module, "modules", modules)?;
        let mut argv = vm.rooted_vec();
        for arg in vm.options.argv.clone() {
            let arg = os_str(vm, &arg)?;
            argv.push(Value::from_gc(arg));
        }
        let argv = Value::from_gc(vm.list_from(&argv)?);
        set(vm, module, "argv", argv)?;
        let orig = vm.list_new()?;
        for arg in std::env::args_os() {
            let arg = os_str(vm, &arg)?;
            vm.list_push(orig, Value::from_gc(arg))?;
        }
        set(vm, module, "orig_argv", Value::from_gc(orig))?;
        places::fill(vm, module)
    }
}

pub use info::{finalizing, set_module_names};
