//! `_symtable`: the front end's symbol table as objects.

use crate::layout;
use crate::support::set_int;
use habu_macros::{native_module, py_type};
use habu_runtime::builtins::compile::source_text;
use habu_runtime::heap::Gc;
use habu_runtime::import::syntax_error;
use habu_runtime::object::ids;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use habu_syntax::symtable::{Flags, ScopeId, ScopeKind, SymbolTable, SymtableOptions, build};
use habu_syntax::{Mode, ParseOptions, Parsed};

layout! {
    /// One scope.
    Entry(ids::SYMTABLE_ENTRY) { id, name, symbols, varnames, children, nested, kind, lineno }
}

/// The binding is in the bits above the flags.
const SCOPE_OFFSET: u32 = 12;
const SCOPE_MASK: i64 = 15;

fn kind_number(kind: ScopeKind) -> i64 {
    match kind {
        ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Comprehension(_) => 0,
        ScopeKind::Class => 1,
        ScopeKind::Module => 2,
        ScopeKind::Annotation => 3,
        ScopeKind::TypeAlias => 4,
        ScopeKind::TypeParams => 5,
        ScopeKind::TypeVariable => 6,
    }
}

/// A scope and those inside it.
fn entry(vm: &mut Vm, parsed: &Parsed, table: &SymbolTable, id: ScopeId) -> PyResult {
    vm.enter_call()?;
    let scope = table.scope(id);
    let symbols = vm.dict_new()?;
    for e in scope.entries() {
        let name = vm.intern(parsed.interner.resolve(e.name));
        let bits = i64::from(e.flags.0 & Flags::CPYTHON.0) | (e.binding as i64) << SCOPE_OFFSET;
        vm.dict_set_str(symbols, name, Value::small(bits))?;
    }
    let varnames = vm.list_new()?;
    for name in &scope.varnames {
        let name = Value::from_gc(vm.intern(parsed.interner.resolve(*name)));
        vm.list_push(varnames, name)?;
    }
    let children = vm.list_new()?;
    for child in &scope.children {
        let child = entry(vm, parsed, table, *child)?;
        vm.list_push(children, child)?;
    }
    // Code objects have the names of comprehensions and lambdas in angle brackets.
    let name = parsed.interner.resolve(scope.name).trim_matches(['<', '>']);
    let name = Value::from_gc(vm.intern(name));
    let line = if scope.kind == ScopeKind::Module { 0 } else { parsed.source.lines.line(scope.span.start) };
    let cls = vm.native_class(Entry::DECL)?;
    let made = vm.alloc_instance::<Entry>(cls)?;
    made.id.init(Value::small(made.addr() as i64 >> 4));
    made.name.init(name);
    made.symbols.init(Value::from_gc(symbols));
    made.varnames.init(Value::from_gc(varnames));
    made.children.init(Value::from_gc(children));
    made.nested.init(Value::small(scope.nested.into()));
    made.kind.init(Value::small(kind_number(scope.kind)));
    made.lineno.init(Value::small(line.into()));
    Ok(Value::from_gc(made))
}

#[py_type(name = "symtable entry", id = ids::SYMTABLE_ENTRY)]
impl Entry {
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Entry>) -> PyResult<String> {
        let mut parts = Vec::new();
        for field in [&this.name, &this.id, &this.lineno] {
            parts.push(vm.to_str(field.get())?.to_message());
        }
        Ok(format!("<symtable entry {}({}), line {}>", parts[0], parts[1], parts[2]))
    }

    #[getter]
    fn id(_vm: &mut Vm, this: Gc<Entry>) -> Value {
        this.id.get()
    }

    #[getter]
    fn name(_vm: &mut Vm, this: Gc<Entry>) -> Value {
        this.name.get()
    }

    #[getter]
    fn symbols(_vm: &mut Vm, this: Gc<Entry>) -> Value {
        this.symbols.get()
    }

    #[getter]
    fn varnames(_vm: &mut Vm, this: Gc<Entry>) -> Value {
        this.varnames.get()
    }

    #[getter]
    fn children(_vm: &mut Vm, this: Gc<Entry>) -> Value {
        this.children.get()
    }

    #[getter]
    fn nested(_vm: &mut Vm, this: Gc<Entry>) -> Value {
        this.nested.get()
    }

    #[getter(name = "type")]
    fn kind(_vm: &mut Vm, this: Gc<Entry>) -> Value {
        this.kind.get()
    }

    #[getter]
    fn lineno(_vm: &mut Vm, this: Gc<Entry>) -> Value {
        this.lineno.get()
    }
}

#[native_module(name = "_symtable")]
pub mod module {
    use super::*;

    /// Return symbol and scope dictionaries used internally by compiler.
    #[function(sig = "($module, source, filename, startstr, /)")]
    fn symtable(vm: &mut Vm, source: Value, filename: Value, startstr: Gc<Str>) -> PyResult {
        let mode = match startstr.as_str().as_deref() {
            Some("exec") => Mode::Exec,
            Some("eval") => Mode::Eval,
            Some("single") => Mode::Single,
            _ => return Err(vm.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'")),
        };
        let path = crate::support::fspath(vm, filename)?;
        let file = vm.to_str(path)?.to_message();
        let text = source_text(vm, source, &file, mode, "symtable")?;
        let options = ParseOptions { mode, ..ParseOptions::default() };
        let arena = habu_syntax::ast::Arena::new();
        let mut parsed = match habu_syntax::parse(&arena, &text, options) {
            Ok(parsed) => parsed,
            Err(e) => return Err(syntax_error(vm, &file, &e)),
        };
        let Parsed { module, interner, source, .. } = &mut parsed;
        let options = SymtableOptions { shown: true, ..SymtableOptions::default() };
        let table = match build(module, interner, &source.lines, options) {
            Ok(table) => table,
            Err(e) => return Err(syntax_error(vm, &file, &e)),
        };
        entry(vm, &parsed, &table, ScopeId::TOP)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        for (name, flag) in [
            ("USE", Flags::USE),
            ("DEF_GLOBAL", Flags::GLOBAL),
            ("DEF_NONLOCAL", Flags::NONLOCAL),
            ("DEF_LOCAL", Flags::LOCAL),
            ("DEF_PARAM", Flags::PARAM),
            ("DEF_TYPE_PARAM", Flags::TYPE_PARAM),
            ("DEF_FREE_CLASS", Flags::FREE_CLASS),
            ("DEF_IMPORT", Flags::IMPORT),
            // Without type parameters, as CPython says it to programs.
            ("DEF_BOUND", Flags::LOCAL | Flags::PARAM | Flags::IMPORT),
            ("DEF_ANNOT", Flags::ANNOT),
            ("DEF_COMP_ITER", Flags::COMP_ITER),
            ("DEF_COMP_CELL", Flags::COMP_CELL),
        ] {
            set_int(vm, module, name, flag.0.into())?;
        }
        for (name, kind) in [
            ("TYPE_FUNCTION", ScopeKind::Function),
            ("TYPE_CLASS", ScopeKind::Class),
            ("TYPE_MODULE", ScopeKind::Module),
            ("TYPE_ANNOTATION", ScopeKind::Annotation),
            ("TYPE_TYPE_ALIAS", ScopeKind::TypeAlias),
            ("TYPE_TYPE_PARAMETERS", ScopeKind::TypeParams),
            ("TYPE_TYPE_VARIABLE", ScopeKind::TypeVariable),
        ] {
            set_int(vm, module, name, kind_number(kind))?;
        }
        let bindings = ["LOCAL", "GLOBAL_EXPLICIT", "GLOBAL_IMPLICIT", "FREE", "CELL"];
        for (i, name) in bindings.into_iter().enumerate() {
            set_int(vm, module, name, i as i64 + 1)?;
        }
        set_int(vm, module, "SCOPE_OFF", SCOPE_OFFSET.into())?;
        set_int(vm, module, "SCOPE_MASK", SCOPE_MASK)
    }
}
