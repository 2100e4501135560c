//! `_csv`: reading and writing of comma-separated values.

mod dialect;
mod reader;
mod writer;

use crate::own_error::OwnError;
use crate::support::{add_type, set, set_int};
use dialect::Dialect;
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::int;
use habu_runtime::types::list::List;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use std::any::TypeId;

const ERROR: OwnError = OwnError { module: "_csv", name: "Error", base: Exc::Exception };

/// Longest field that is read.
struct Limit(i64);

/// The longest field allowed.
fn field_limit(vm: &mut Vm) -> &mut i64 {
    let state = vm.module_state.entry(TypeId::of::<Limit>()).or_insert_with(|| Box::new(Limit(128 * 1024)));
    &mut state.downcast_mut::<Limit>().expect("entered under its own type").0
}

/// The dialect that a reader or writer is called with.
fn dialect_of(vm: &mut Vm, base: Option<Value>, keywords: Option<Gc<Dict>>) -> PyResult<Gc<Dialect>> {
    let cls = vm.native_class(Dialect::DECL)?;
    dialect::make(vm, cls, base, keywords)
}

/// First argument and dialect.
fn arguments(vm: &mut Vm, name: &str, args: Gc<Tuple>) -> PyResult<(Value, Option<Value>)> {
    match *args.items() {
        [first] => Ok((first, None)),
        [first, dialect] => Ok((first, Some(dialect))),
        [] => Err(vm.type_error(format!("{name} expected at least 1 argument, got 0"))),
        _ => Err(vm.type_error(format!("{name} expected at most 2 arguments, got {}", args.len()))),
    }
}

/// CSV parsing and writing.
#[native_module(name = "_csv")]
pub mod module {
    use super::*;

    /// Return a reader object that will process lines from the given iterable.
    #[function(sig = "(*args, **fmtparams)", text = "(iterable, /, dialect='excel', **fmtparams)")]
    fn reader(vm: &mut Vm, args: Gc<Tuple>, fmtparams: Option<Gc<Dict>>) -> PyResult<Gc<reader::Reader>> {
        let (iterable, base) = arguments(vm, "reader", args)?;
        let (base, keywords) = split(vm, base, fmtparams)?;
        let input = vm.get_iter(iterable)?;
        let dialect = dialect_of(vm, base, keywords)?;
        super::reader::make(vm, input, dialect)
    }
    /// Return a writer object that will write user data on the given file object.
    #[function(sig = "(*args, **fmtparams)", text = "(fileobj, /, dialect='excel', **fmtparams)")]
    fn writer(vm: &mut Vm, args: Gc<Tuple>, fmtparams: Option<Gc<Dict>>) -> PyResult<Gc<writer::Writer>> {
        let (target, base) = arguments(vm, "writer", args)?;
        let (base, keywords) = split(vm, base, fmtparams)?;
        let dialect = dialect_of(vm, base, keywords)?;
        super::writer::make(vm, target, dialect)
    }
    /// Create a mapping from a string name to a CVS dialect.
    #[function(sig = "(*args, **fmtparams)", text = "(name, /, dialect='excel', **fmtparams)")]
    fn register_dialect(vm: &mut Vm, args: Gc<Tuple>, fmtparams: Option<Gc<Dict>>) -> PyResult<()> {
        let (name, base) = arguments(vm, "register_dialect", args)?;
        if vm.downcast::<Str>(name).is_none() {
            return Err(vm.type_error("dialect name must be a string"));
        }
        let (base, keywords) = split(vm, base, fmtparams)?;
        let dialect = dialect_of(vm, base, keywords)?;
        let registry = dialect::registry(vm)?;
        vm.dict_set(registry, name, Value::from_gc(dialect))
    }
    /// Delete the name/dialect mapping associated with a string name.
    #[function(sig = "(name)")]
    fn unregister_dialect(vm: &mut Vm, name: Value) -> PyResult<()> {
        let registry = dialect::registry(vm)?;
        if vm.dict_del(registry, name)? { Ok(()) } else { Err(ERROR.raise(vm, "unknown dialect")) }
    }
    /// Return the dialect instance associated with name.
    #[function(sig = "(name)")]
    fn get_dialect(vm: &mut Vm, name: Value) -> PyResult {
        dialect::registered(vm, name)
    }
    /// Return a list of all known dialect names.
    #[function]
    fn list_dialects(vm: &mut Vm) -> PyResult<Gc<List>> {
        let registry = dialect::registry(vm)?;
        vm.list_from_iterable(Value::from_gc(registry))
    }
    /// Sets an upper limit on parsed fields.
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned
    #[function(sig = "(new_limit=<unrepresentable>)")]
    fn field_size_limit(vm: &mut Vm, new_limit: Option<Value>) -> PyResult<i64> {
        let old = *field_limit(vm);
        if let Some(v) = new_limit {
            let Some(n) = int::as_int(vm, v) else { return Err(vm.type_error("limit must be an integer")) };
            match int::to_i64(n) {
                Some(n) => *field_limit(vm) = n,
                None => return Err(vm.overflow_error("Python int too large to convert to C long")),
            }
        }
        Ok(old)
    }

    /// The dialect may also be a keyword.
    fn split(
        vm: &mut Vm,
        base: Option<Value>,
        keywords: Option<Gc<Dict>>,
    ) -> PyResult<(Option<Value>, Option<Gc<Dict>>)> {
        let Some(keywords) = keywords else { return Ok((base, None)) };
        let name = Value::from_gc(vm.intern("dialect"));
        match vm.dict_get(keywords, name)? {
            Some(named) if base.is_none() => {
                let rest = vm.dict_copy(keywords)?;
                vm.dict_del(rest, name)?;
                Ok((Some(named), Some(rest)))
            }
            _ => Ok((base, Some(keywords))),
        }
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        ERROR.enter(vm, module)?;
        add_type(vm, module, Dialect::DECL)?;
        for (name, decl) in [("Reader", reader::Reader::DECL), ("Writer", writer::Writer::DECL)] {
            let cls = vm.native_class(decl)?;
            set(vm, module, name, Value::from_gc(cls))?;
        }
        for (name, n) in [
            ("QUOTE_MINIMAL", dialect::MINIMAL),
            ("QUOTE_ALL", dialect::ALL),
            ("QUOTE_NONNUMERIC", dialect::NON_NUMERIC),
            ("QUOTE_NONE", dialect::NONE),
            ("QUOTE_STRINGS", dialect::STRINGS),
            ("QUOTE_NOTNULL", dialect::NOT_NULL),
        ] {
            set_int(vm, module, name, n.into())?;
        }
        Ok(())
    }
}
