//! Signals: the exception classes, and raising what a context traps.

use super::cell::Decimal;
use super::context::DecimalContext;
use crate::contextvars::ContextVar;
use crate::support::new_class;
use habu_decimal::{Dec, NoRoom, Res, status};
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};
use std::any::TypeId;

/// Classes of the module, bases first.
const CLASSES: usize = 14;

/// What the module makes once; the machine's permanent values keep it.
#[derive(Clone, Copy)]
pub struct State {
    pub classes: [Gc<Type>; CLASSES],
    pub signal_dict: Gc<Type>,
    pub tuple_class: Value,
    pub rational: Value,
    pub var: Gc<ContextVar>,
    pub default: Gc<DecimalContext>,
    pub basic: Gc<DecimalContext>,
    pub extended: Gc<DecimalContext>,
}

pub fn state(vm: &mut Vm) -> PyResult<State> {
    match vm.module_state.get(&TypeId::of::<State>()).and_then(|s| s.downcast_ref::<State>()) {
        Some(state) => Ok(*state),
        None => Err(vm.system_error("decimal is not initialised")),
    }
}

/// A signal: place of its class, and the conditions it stands for.
pub struct Signal {
    pub class: usize,
    pub name: &'static str,
    pub flags: u32,
}

const fn signal(class: usize, name: &'static str, flags: u32) -> Signal {
    Signal { class, name, flags }
}

/// In the order of signal dicts.
pub const SIGNALS: [Signal; 9] = [
    signal(5, "InvalidOperation", status::ANY_INVALID),
    signal(8, "FloatOperation", status::FLOAT_OPERATION),
    signal(4, "DivisionByZero", status::DIVISION_BY_ZERO),
    signal(6, "Overflow", status::OVERFLOW),
    signal(7, "Underflow", status::UNDERFLOW),
    signal(3, "Subnormal", status::SUBNORMAL),
    signal(1, "Inexact", status::INEXACT),
    signal(2, "Rounded", status::ROUNDED),
    signal(9, "Clamped", status::CLAMPED),
];

/// Kinds of invalid operation.
const CONDITIONS: [(usize, u32); 5] = [
    (5, status::INVALID_OPERATION),
    (10, status::CONVERSION_SYNTAX),
    (11, status::DIVISION_IMPOSSIBLE),
    (12, status::DIVISION_UNDEFINED),
    (13, status::INVALID_CONTEXT),
];

/// `DecimalException`, then every signal and condition.
pub fn make_classes(vm: &mut Vm) -> PyResult<[Gc<Type>; CLASSES]> {
    let arithmetic = Value::from_gc(vm.exc_class(Exc::ArithmeticError));
    let zero_division = Value::from_gc(vm.exc_class(Exc::ZeroDivisionError));
    let type_error = Value::from_gc(vm.exc_class(Exc::TypeError));
    let class = |vm: &mut Vm, name: &str, bases: &[Value]| new_class(vm, "decimal", name, bases);
    let value = Value::from_gc::<Type>;
    let root = class(vm, "DecimalException", &[arithmetic])?;
    let inexact = class(vm, "Inexact", &[value(root)])?;
    let rounded = class(vm, "Rounded", &[value(root)])?;
    let subnormal = class(vm, "Subnormal", &[value(root)])?;
    let by_zero = class(vm, "DivisionByZero", &[value(root), zero_division])?;
    let invalid = class(vm, "InvalidOperation", &[value(root)])?;
    let overflow = class(vm, "Overflow", &[value(inexact), value(rounded)])?;
    let underflow = class(vm, "Underflow", &[value(inexact), value(rounded), value(subnormal)])?;
    let float = class(vm, "FloatOperation", &[value(root), type_error])?;
    let clamped = class(vm, "Clamped", &[value(root)])?;
    let syntax = class(vm, "ConversionSyntax", &[value(invalid)])?;
    let impossible = class(vm, "DivisionImpossible", &[value(invalid)])?;
    let undefined = class(vm, "DivisionUndefined", &[value(invalid), zero_division])?;
    let context = class(vm, "InvalidContext", &[value(invalid)])?;
    Ok([
        root, inexact, rounded, subnormal, by_zero, invalid, overflow, underflow, float, clamped, syntax,
        impossible, undefined, context,
    ])
}

/// Adds conditions to a context's flags; raises if it traps one of them.
#[inline]
pub fn report(vm: &mut Vm, context: Gc<DecimalContext>, st: u32) -> PyResult<()> {
    if st == 0 {
        return Ok(());
    }
    context.status.set(context.status.get() | st);
    match context.trapped.get() & st {
        0 => Ok(()),
        trapped => Err(raise(vm, trapped)),
    }
}

#[cold]
fn raise(vm: &mut Vm, trapped: u32) -> Raised {
    let state = match state(vm) {
        Ok(state) => state,
        Err(raised) => return raised,
    };
    let conditions = CONDITIONS.iter().filter(|(_, flag)| trapped & flag != 0).map(|(class, _)| *class);
    let signals = SIGNALS[1..].iter().filter(|s| trapped & s.flags != 0).map(|s| s.class);
    let found: Vec<Value> = conditions.chain(signals).map(|at| Value::from_gc(state.classes[at])).collect();
    let first = SIGNALS.iter().find(|s| trapped & s.flags != 0).map_or(0, |s| s.class);
    let made = vm.list_from(&found);
    match made.and_then(|list| vm.make_exception(state.classes[first], &[Value::from_gc(list)])) {
        Ok(e) => vm.raise_value(Value::from_gc(e)),
        Err(raised) => raised,
    }
}

/// The result, or MemoryError.
#[inline]
pub fn room<T>(vm: &mut Vm, result: Result<T, NoRoom>) -> PyResult<T> {
    result.map_err(|NoRoom| vm.memory_error())
}

/// The result of an operation as a value, its conditions reported.
#[inline]
pub fn result(vm: &mut Vm, context: Gc<DecimalContext>, st: u32, result: Res) -> PyResult<Gc<Decimal>> {
    let d: Dec = room(vm, result)?;
    report(vm, context, st)?;
    super::cell::make(vm, &d)
}

/// The class of a signal, as a key of signal dicts.
pub fn signal_of(vm: &mut Vm, key: Value) -> PyResult<&'static Signal> {
    let state = state(vm)?;
    match SIGNALS.iter().find(|s| Value::from_gc(state.classes[s.class]) == key) {
        Some(signal) => Ok(signal),
        None => {
            let text = vm.str(
                "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   \
                 Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]",
            )?;
            Err(vm.key_error(Value::from_gc(text)))
        }
    }
}
