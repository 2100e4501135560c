//! `_decimal`: decimal numbers, contexts and signals on top of the arithmetic of `habu-decimal`.

mod build;
mod cell;
mod compare;
mod context;
mod convert;
mod current;
mod format;
mod number;
mod operate;
mod settings;
mod signal_dict;
mod signals;

use crate::support::{VmExt, add_class, add_type, set, set_int, set_str};
use cell::Decimal;
use context::DecimalContext;
use current::Manager;
use habu_decimal::context as limits;
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use signals::State;
use std::any::TypeId;

/// The largest interchange format that `IEEEContext` makes.
const IEEE_MAX_BITS: i64 = 512;

/// The class of what `as_tuple` gives.
fn make_tuple_class(vm: &mut Vm) -> PyResult {
    let namedtuple = vm.module_attr("collections", "namedtuple")?;
    let name = Value::from_gc(vm.str("DecimalTuple")?);
    let fields = Value::from_gc(vm.str("sign digits exponent")?);
    let module = Value::from_gc(vm.str("decimal")?);
    let key = vm.intern("module");
    vm.call_kw(namedtuple, &[name, fields], &[(key, module)])
}

/// Makes what the module makes once.
fn prepare(vm: &mut Vm) -> PyResult<()> {
    if vm.module_state.contains_key(&TypeId::of::<State>()) {
        return Ok(());
    }
    let number = vm.native_class(Decimal::DECL)?;
    vm.native_class(DecimalContext::DECL)?;
    vm.native_class(Manager::DECL)?;
    let classes = signals::make_classes(vm)?;
    let signal_dict = signal_dict::make_class(vm)?;
    let tuple_class = make_tuple_class(vm)?;
    let numbers = vm.module_attr("numbers", "Number")?;
    vm.call_method(numbers, "register", &[Value::from_gc(number)])?;
    let rational = vm.module_attr("numbers", "Rational")?;
    let var = crate::contextvars::new_var(vm, "decimal_context")?;
    let [default, basic, extended] = settings::templates(vm)?;
    let kept = [Value::from_gc(signal_dict), tuple_class, rational, Value::from_gc(var)];
    let templates = [default, basic, extended].map(Value::from_gc);
    let all = classes.iter().map(|c| Value::from_gc(*c)).chain(kept).chain(templates);
    vm.permanent.extend(all);
    let state = State { classes, signal_dict, tuple_class, rational, var, default, basic, extended };
    vm.module_state.insert(TypeId::of::<State>(), Box::new(state));
    crate::contextvars::note_change();
    Ok(())
}

/// C decimal arithmetic module
#[native_module(name = "_decimal")]
pub mod module {
    use super::*;

    /// Get the current default context.
    #[function(sig = "($module, /)")]
    fn getcontext(vm: &mut Vm) -> PyResult<Gc<DecimalContext>> {
        current::current(vm)
    }

    /// Set a new default context.
    #[function(sig = "($module, context, /)")]
    fn setcontext(vm: &mut Vm, context: Value) -> PyResult<()> {
        match vm.downcast::<DecimalContext>(context) {
            Some(context) => current::set_current(vm, context),
            None => Err(vm.type_error("argument must be a context")),
        }
    }

    /// Return a context manager that runs its block with a copy of a context as the default context.
    ///
    /// The copy is of ctx, or else of the current default context. Keyword arguments change its attributes.
    #[function(sig = "(ctx=None, **kwargs)")]
    fn localcontext(vm: &mut Vm, ctx: Value, kwargs: Gc<Dict>) -> PyResult<Gc<Manager>> {
        current::manager(vm, ctx, kwargs)
    }

    /// Return a context for one of the IEEE interchange formats.
    ///
    /// The argument must be a multiple of 32 and less than IEEE_CONTEXT_MAX_BITS.
    #[function(sig = "($module, bits, /)", name = "IEEEContext")]
    fn ieee_context(vm: &mut Vm, bits: Value) -> PyResult<Gc<DecimalContext>> {
        let bits = settings::integer(vm, bits)?;
        if bits <= 0 || bits > IEEE_MAX_BITS || bits % 32 != 0 {
            return Err(vm.value_error(format!(
                "argument must be a multiple of 32, with a maximum of {IEEE_MAX_BITS}"
            )));
        }
        settings::ieee(vm, bits)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        prepare(vm)?;
        let state = signals::state(vm)?;
        add_type(vm, module, Decimal::DECL)?;
        add_type(vm, module, DecimalContext::DECL)?;
        set(vm, module, "DecimalTuple", state.tuple_class)?;
        for class in state.classes {
            add_class(vm, module, class)?;
        }
        set(vm, module, "DefaultContext", Value::from_gc(state.default))?;
        set(vm, module, "BasicContext", Value::from_gc(state.basic))?;
        set(vm, module, "ExtendedContext", Value::from_gc(state.extended))?;
        set(vm, module, "HAVE_CONTEXTVAR", Value::TRUE)?;
        set(vm, module, "HAVE_THREADS", Value::TRUE)?;
        for (name, _) in settings::ROUNDINGS {
            let interned = Value::from_gc(vm.intern(name));
            set(vm, module, name, interned)?;
        }
        for (name, n) in [
            ("MAX_PREC", limits::MAX_PREC),
            ("MAX_EMAX", limits::MAX_EMAX),
            ("MIN_EMIN", limits::MIN_EMIN),
            ("MIN_ETINY", limits::MIN_ETINY),
            ("IEEE_CONTEXT_MAX_BITS", IEEE_MAX_BITS),
        ] {
            set_int(vm, module, name, n)?;
        }
        set_str(vm, module, "__version__", "1.70")?;
        // The version whose behaviour this is.
        set_str(vm, module, "__libmpdec_version__", "2.5.1")
    }
}
