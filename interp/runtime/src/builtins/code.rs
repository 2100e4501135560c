//! Code and namespaces: `exec`, `eval`, `compile`, `globals`, `locals`, `__import__`.

use habu_macros::native_module;

#[native_module(name = "builtins")]
pub mod functions {
    use crate::builtins::compile::{self, Request};
    use crate::heap::Gc;
    use crate::types::dict::Dict;
    use crate::types::str::Str;
    use crate::value::Value;
    use crate::vm::{PyResult, Vm};
    use habu_syntax::Mode;

    /// The dict of the current module's globals.
    #[function(sig = "()")]
    fn globals(vm: &mut Vm) -> PyResult<Gc<Dict>> {
        super::globals_of_caller(vm)
    }

    /// The local variables.
    #[function(sig = "()")]
    fn locals(vm: &mut Vm) -> PyResult {
        super::locals_of_caller(vm)
    }

    /// Compiles source text to a code object.
    #[function(
        sig = "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    #[allow(clippy::too_many_arguments, reason = "the signature is Python's")]
    fn compile(
        vm: &mut Vm,
        source: Value,
        filename: Value,
        mode: Gc<Str>,
        flags: i64,
        dont_inherit: bool,
        optimize: i64,
        _feature_version: i64,
    ) -> PyResult {
        let filename = super::file_name(vm, filename)?;
        let mut request = Request::checked(vm, mode, flags, dont_inherit, optimize)?;
        if _feature_version >= 0 {
            request.version = _feature_version;
        }
        compile::compile(vm, source, &filename, &request)
    }

    /// Runs source text or a code object.
    #[function(sig = "(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(vm: &mut Vm, source: Value, globals: Value, locals: Value, closure: Value) -> PyResult<()> {
        super::run(vm, source, globals, locals, closure, Mode::Exec, "exec").map(|_| ())
    }

    /// The value of an expression, given as text or as a code object.
    #[function(sig = "(source, /, globals=None, locals=None)")]
    fn eval(vm: &mut Vm, source: Value, globals: Value, locals: Value) -> PyResult {
        super::run(vm, source, globals, locals, Value::NONE, Mode::Eval, "eval")
    }

    /// Call sys.breakpointhook(*args, **kws): drops into a debugger.
    #[function(sig = "(*args, **kws)")]
    fn breakpoint(vm: &mut Vm, args: Gc<crate::types::tuple::Tuple>, kws: Gc<Dict>) -> PyResult {
        match crate::import::sys_attr(vm, "breakpointhook") {
            Some(hook) => vm.call_dict(hook, args.items(), kws),
            None => Err(vm.runtime_error("lost sys.breakpointhook")),
        }
    }

    /// What the import statement calls.
    #[function(sig = "(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn __import__(
        vm: &mut Vm,
        name: Gc<Str>,
        globals: Value,
        _locals: Value,
        fromlist: Value,
        level: i64,
    ) -> PyResult {
        crate::import::import(vm, name, globals, fromlist, level)
    }
}

use crate::builtins::compile::{self, Request};
use crate::heap::Gc;
use crate::interp::frame::{ENTRY, HEADER};
use crate::interp::regs::{Base, Pc};
use crate::types::code::{CodeObj, call_flags};
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use habu_syntax::Mode;

/// Globals of the Python frame that called the native function.
pub fn globals_of_caller(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    let base = Base(vm.ctx.base);
    if base.0.is_null() {
        return Err(vm.system_error("globals(): no current frame"));
    }
    Ok(base.function().globals.get().expect("functions have globals"))
}

/// Local variables of the Python frame that called: a snapshot in functions, the namespace itself elsewhere.
pub fn locals_of_caller(vm: &mut Vm) -> PyResult<Value> {
    let base = Base(vm.ctx.base);
    if base.0.is_null() {
        return Err(vm.system_error("locals(): no current frame"));
    }
    if base.code().call_flags.get() & call_flags::NAMESPACE != 0 {
        let namespace = base.get(0);
        return match namespace.bound() {
            Some(v) => Ok(v),
            None => globals_of_caller(vm).map(Value::from_gc),
        };
    }
    let frame = crate::types::frame::of(vm, base, Pc(vm.ctx.pc))?;
    crate::types::frame::locals_dict(vm, frame)
}

fn file_name(vm: &mut Vm, v: Value) -> PyResult<String> {
    if let Some(s) = vm.downcast::<Str>(v) {
        return Ok(s.to_message());
    }
    if let Some(b) = vm.downcast::<crate::types::bytes::Bytes>(v) {
        return Ok(String::from_utf8_lossy(b.as_slice()).into_owned());
    }
    match vm.call_special(v, crate::object::Special::FsPath, &[])? {
        Some(path) => file_name(vm, path),
        None => {
            let name = vm.type_name(v);
            Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {name}")))
        }
    }
}

/// `exec` and `eval`.
fn run(
    vm: &mut Vm,
    source: Value,
    globals: Value,
    locals: Value,
    closure: Value,
    mode: Mode,
    who: &str,
) -> PyResult {
    let (globals, locals) = if globals.is_none() {
        let globals = globals_of_caller(vm)?;
        let locals = if locals.is_none() { locals_of_caller(vm)? } else { locals };
        (globals, locals)
    } else {
        let Some(dict) = vm.downcast::<Dict>(globals) else {
            let name = vm.type_name(globals);
            let text = if who == "exec" {
                format!("exec() globals must be a dict, not {name}")
            } else {
                let mapping = vm.lookup_special(globals, crate::object::Special::GetItem).is_some();
                let text = if mapping {
                    "globals must be a real dict; try eval(code, {}, mapping)"
                } else {
                    "globals must be a dict"
                };
                text.to_owned()
            };
            return Err(vm.type_error(text));
        };
        (dict, if locals.is_none() { globals } else { locals })
    };
    if vm.lookup_special(locals, crate::object::Special::GetItem).is_none() {
        let name = vm.type_name(locals);
        let text = if who == "exec" {
            format!("locals must be a mapping or None, not {name}")
        } else {
            "locals must be a mapping".to_owned()
        };
        return Err(vm.type_error(text));
    }
    let key = Value::from_gc(vm.names.builtins);
    if !vm.dict_contains(globals, key)?
        && let Some(builtins) = vm.current_builtins()
    {
        vm.dict_set(globals, key, Value::from_gc(builtins))?;
    }
    let Some(code) = vm.exact::<CodeObj>(source) else {
        if !closure.is_none() {
            return Err(vm.type_error("closure argument can only be used when source is a code object"));
        }
        let request = Request::inherited(vm, mode);
        let code = compile::code(vm, source, "<string>", &request, who)?;
        return vm.exec_code(code, globals, locals, None);
    };
    crate::types::code::complete(vm, code)?;
    let free = code.unit().free.len();
    if who == "eval" && free > 0 {
        return Err(vm.type_error("code object passed to eval() may not contain free variables"));
    }
    if free == 0 && !closure.is_none() {
        return Err(vm.type_error("cannot use a closure with this code object"));
    }
    let closure = vm.exact::<Tuple>(closure);
    let fits = closure
        .is_none_or(|c| c.len() == free && c.items().iter().all(|v| id_of(*v) == crate::object::ids::CELL));
    if !fits || closure.is_none() && free > 0 {
        return Err(vm.type_error(format!("code object requires a closure of exactly length {free}")));
    }
    vm.exec_code(code, globals, locals, closure)
}

impl Vm {
    /// Runs a code object as a module body with these globals and locals.
    pub fn exec_code(
        &mut self,
        code: Gc<CodeObj>,
        globals: Gc<Dict>,
        locals: Value,
        closure: Option<Gc<Tuple>>,
    ) -> PyResult {
        let key = self.names.builtins;
        let builtins = match self.dict_get_str(globals, key) {
            Some(v) => match self.downcast::<Dict>(v) {
                Some(dict) => Some(dict),
                None => self.downcast::<crate::types::module::Module>(v).and_then(|m| m.dict.get()),
            },
            None => self.builtins,
        };
        let f = crate::types::function::new(self, code, globals, builtins, closure)?;
        if code.call_flags.get() & call_flags::NAMESPACE == 0 {
            return self.call(Value::from_gc(f), &[]);
        }
        // The globals themselves as namespace are marked by an unbound register.
        let namespace = if locals == Value::from_gc(globals) { Value::UNBOUND } else { locals };
        self.call_namespace(f, namespace)
    }

    /// Runs a module or class body whose namespace is `namespace` (`UNBOUND`: the globals).
    pub fn call_namespace(&mut self, f: Gc<Function>, namespace: Value) -> PyResult {
        self.enter_call()?;
        let code = f.code.get().expect("functions have code");
        crate::types::code::complete(self, code)?;
        let base = self.frame_above(HEADER);
        if base.offset(code.registers.get() as isize).0 > self.ctx.register_limit {
            return Err(self.recursion_error());
        }
        // The caller's place, as a return address: walkers look one word before it.
        base.push(Value::from_gc(f), Pc(self.ctx.pc).skip(1), 0, Base(self.ctx.base), ENTRY);
        for i in 0..code.var_count.get().max(1) as usize {
            base.set(i, Value::UNBOUND);
        }
        base.set(0, namespace);
        self.run_frame(f, base)
    }
}
