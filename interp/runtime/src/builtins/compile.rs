//! What `compile`, `exec` and `eval` share: flags, kinds of source, and the way to a code object or a tree.

use crate::heap::Gc;
use crate::interp::regs::Base;
use crate::pyast::{self, flags};
use crate::types::code::CodeObj;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_bytecode::{CodeFlags, CompileOptions};
use habu_syntax::source::{Declared, utf8};
use habu_syntax::{Mode, ParseOptions};

/// Flags of `__future__` features: all may be passed, two still change something.
const FUTURE_MASK: i64 = 0x1FE_0000;
const FUTURE_BARRY_AS_BDFL: i64 = 0x40_0000;
const FUTURE_ANNOTATIONS: i64 = 0x100_0000;
/// `nested_scopes`, accepted still.
const OBSOLETE_MASK: i64 = 0x10;
const DONT_IMPLY_DEDENT: i64 = 0x200;
const ALLOW_INCOMPLETE_INPUT: i64 = 0x4000;
const COMPILE_MASK: i64 = flags::ONLY_AST
    | flags::ALLOW_TOP_LEVEL_AWAIT
    | flags::TYPE_COMMENTS
    | flags::OPTIMIZED_AST
    | DONT_IMPLY_DEDENT
    | ALLOW_INCOMPLETE_INPUT;

/// How to compile, as the caller said.
pub struct Request {
    pub mode: Mode,
    pub flags: i64,
    pub optimize: u8,
    /// Minor version of the language that a tree may use.
    pub version: i64,
}

impl Request {
    /// `exec` and `eval`: the caller's own features hold, at the process's level of optimisation.
    pub fn inherited(vm: &Vm, mode: Mode) -> Request {
        Request { mode, flags: caller_flags(vm), optimize: vm.options.optimize, version: i64::MAX }
    }

    /// The arguments of `compile`.
    pub fn checked(
        vm: &mut Vm,
        mode: Gc<Str>,
        flags: i64,
        dont_inherit: bool,
        optimize: i64,
    ) -> PyResult<Request> {
        if flags & !(FUTURE_MASK | OBSOLETE_MASK | COMPILE_MASK) != 0 {
            return Err(vm.value_error("compile(): unrecognised flags"));
        }
        let optimize = match optimize {
            -1 => vm.options.optimize,
            0..=2 => optimize as u8,
            _ => return Err(vm.value_error("compile(): invalid optimize value")),
        };
        let tree = flags & flags::ONLY_AST != 0;
        let mode = match mode.as_str().as_deref() {
            Some("exec") => Mode::Exec,
            Some("eval") => Mode::Eval,
            Some("single") => Mode::Single,
            Some("func_type") if tree => Mode::FuncType,
            Some("func_type") => {
                return Err(vm.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
            }
            _ if tree => {
                let text = "compile() mode must be 'exec', 'eval', 'single' or 'func_type'";
                return Err(vm.value_error(text));
            }
            _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
        };
        let inherited = if dont_inherit { 0 } else { caller_flags(vm) };
        Ok(Request { mode, flags: flags | inherited, optimize, version: i64::MAX })
    }

    fn parse_options(&self) -> ParseOptions {
        ParseOptions {
            mode: self.mode,
            type_comments: self.flags & flags::TYPE_COMMENTS != 0,
            flufl: self.flags & FUTURE_BARRY_AS_BDFL != 0,
            allow_incomplete: self.flags & ALLOW_INCOMPLETE_INPUT != 0,
            dont_imply_dedent: self.flags & DONT_IMPLY_DEDENT != 0,
            max_digits: match crate::types::int::max_str_digits() {
                0 => usize::MAX,
                limit => limit,
            },
        }
    }

    fn compile_options(&self) -> CompileOptions {
        CompileOptions {
            optimize: self.optimize,
            future_annotations: self.flags & FUTURE_ANNOTATIONS != 0,
            top_level_await: self.flags & flags::ALLOW_TOP_LEVEL_AWAIT != 0,
        }
    }
}

/// The features that the code of the calling frame was compiled with.
fn caller_flags(vm: &Vm) -> i64 {
    let base = Base(vm.ctx.base);
    if base.0.is_null() {
        return 0;
    }
    let with_future = base.code().unit().flags.contains(CodeFlags::FUTURE_ANNOTATIONS);
    if with_future { FUTURE_ANNOTATIONS } else { 0 }
}

/// `compile(source, …)`: a code object, or a tree if that is what the flags ask for.
pub fn compile(vm: &mut Vm, source: Value, file: &str, request: &Request) -> PyResult {
    let tree = request.flags & flags::ONLY_AST != 0;
    let optimized = request.flags & flags::OPTIMIZED_AST == flags::OPTIMIZED_AST;
    if pyast::is_node(vm, source)? {
        if tree {
            pyast::check_root(vm, source, request.mode)?;
            return if optimized { preprocess(vm, source, request.optimize, true) } else { Ok(source) };
        }
        let options = request.compile_options();
        return pyast::compile_object(vm, source, file, request.mode, options).map(Value::from_gc);
    }
    if !tree {
        return code(vm, source, file, request, "compile").map(Value::from_gc);
    }
    let text = source_text(vm, source, file, request.mode, "compile")?;
    let arena = habu_syntax::ast::Arena::new();
    match habu_syntax::parse(&arena, &text, request.parse_options()) {
        Ok(parsed) => {
            crate::import::give_warnings(vm, file, &parsed.source.lines, &text, &parsed.warnings)?;
            let tree = pyast::to_object(vm, &parsed, file, request.version)?;
            if optimized { preprocess(vm, tree, request.optimize, false) } else { Ok(tree) }
        }
        Err(e) => Err(crate::import::syntax_error(vm, file, &e)),
    }
}

/// A tree as the compiler would see it at a level of optimisation.
fn preprocess(vm: &mut Vm, tree: Value, level: u8, shared: bool) -> PyResult {
    let module = vm.import_module("_habu_ast")?;
    vm.call_method(
        module,
        "preprocess",
        &[tree, Value::small(level.into()), if shared { Value::TRUE } else { Value::FALSE }],
    )
}

/// Source text or bytes as code.
pub fn code(vm: &mut Vm, source: Value, file: &str, request: &Request, who: &str) -> PyResult<Gc<CodeObj>> {
    let text = source_text(vm, source, file, request.mode, who)?;
    crate::import::compile_with(vm, &text, file, request.parse_options(), request.compile_options())
}

/// Source text or bytes as text.
pub fn source_text(vm: &mut Vm, source: Value, file: &str, mode: Mode, who: &str) -> PyResult<String> {
    let text = if let Some(s) = vm.downcast::<Str>(source) {
        match s.as_str() {
            Some(text) => text.into_owned(),
            None => {
                let encoding = Value::from_gc(vm.str("utf-8")?);
                let raised = match vm.call_method(source, "encode", &[encoding]) {
                    Ok(_) => vm.value_error("source text has lone surrogates"),
                    Err(raised) => raised,
                };
                return Err(raised);
            }
        }
    } else {
        let Some(buffer) = vm.buffer_opt(source)? else {
            let kinds = match who {
                "compile" => "string, bytes or AST object",
                "symtable" => "string or bytes object",
                _ => "string, bytes or code object",
            };
            let kinds = kinds.strip_suffix(" object").unwrap_or(kinds);
            return Err(vm.type_error(format!("{who}() arg 1 must be a {kinds} object")));
        };
        match Declared::of(buffer.as_slice()) {
            Ok(declared)
                if declared.encoding == "utf-8"
                    && let Ok(text) = utf8(declared.body) =>
            {
                text.to_owned()
            }
            // What a codec or an error runs may change the buffer.
            _ => {
                let bytes = buffer.as_slice().to_vec();
                crate::import::decode(vm, &bytes, file)?.into_owned()
            }
        }
    };
    if text.contains('\0') {
        return Err(vm.raise(Exc::SyntaxError, "source code string cannot contain null bytes"));
    }
    Ok(if mode == Mode::Eval { text.trim_start_matches([' ', '\t']).to_owned() } else { text })
}
