//! The attributes of contexts: checking, setting, the contexts made in advance.

use super::context::DecimalContext;
use super::signal_dict::bits_of;
use habu_decimal::context::{MAX_EMAX, MAX_PREC, MIN_EMIN};
use habu_decimal::{Round, status};
use habu_runtime::heap::Gc;
use habu_runtime::native::{ArgAt, FromArg, Owner};
use habu_runtime::object::Type;
use habu_runtime::types::int;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Rounding modes by name.
pub const ROUNDINGS: [(&str, Round); 8] = [
    ("ROUND_CEILING", Round::Ceiling),
    ("ROUND_FLOOR", Round::Floor),
    ("ROUND_UP", Round::Up),
    ("ROUND_DOWN", Round::Down),
    ("ROUND_HALF_UP", Round::HalfUp),
    ("ROUND_HALF_DOWN", Round::HalfDown),
    ("ROUND_HALF_EVEN", Round::HalfEven),
    ("ROUND_05UP", Round::ZeroFiveUp),
];

pub fn rounding_name(round: Round) -> &'static str {
    ROUNDINGS.iter().find(|(_, r)| *r == round).map_or("", |(name, _)| name)
}

/// A rounding mode argument.
pub fn rounding(vm: &mut Vm, v: Value) -> PyResult<Round> {
    let found = vm.downcast::<Str>(v).and_then(|name| ROUNDINGS.iter().find(|(n, _)| name.is(n)));
    match found {
        Some((_, round)) => Ok(*round),
        None => Err(vm.type_error(
            "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   \
             ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]",
        )),
    }
}

/// An int that fits a machine word.
pub fn integer(vm: &mut Vm, v: Value) -> PyResult<i64> {
    if int::as_int(vm, v).is_none() {
        return Err(vm.type_error("an integer is required"));
    }
    let at = ArgAt {
        function: "Context",
        owner: Owner::Module("decimal"),
        what: "argument",
        none_is_absent: false,
    };
    isize::from_arg(vm, v, &at).map(|n| n as i64)
}

fn in_range(vm: &mut Vm, v: Value, low: i64, high: i64, text: &str) -> PyResult<i64> {
    let n = integer(vm, v)?;
    if (low..=high).contains(&n) { Ok(n) } else { Err(vm.value_error(text)) }
}

pub fn set_prec(vm: &mut Vm, c: Gc<DecimalContext>, v: Value) -> PyResult<()> {
    c.prec.set(in_range(vm, v, 1, MAX_PREC, "valid range for prec is [1, MAX_PREC]")?);
    Ok(())
}

pub fn set_emin(vm: &mut Vm, c: Gc<DecimalContext>, v: Value) -> PyResult<()> {
    c.emin.set(in_range(vm, v, MIN_EMIN, 0, "valid range for Emin is [MIN_EMIN, 0]")?);
    Ok(())
}

pub fn set_emax(vm: &mut Vm, c: Gc<DecimalContext>, v: Value) -> PyResult<()> {
    c.emax.set(in_range(vm, v, 0, MAX_EMAX, "valid range for Emax is [0, MAX_EMAX]")?);
    Ok(())
}

pub fn set_capitals(vm: &mut Vm, c: Gc<DecimalContext>, v: Value) -> PyResult<()> {
    c.capitals.set(in_range(vm, v, 0, 1, "valid values for capitals are 0 or 1")? == 1);
    Ok(())
}

pub fn set_clamp(vm: &mut Vm, c: Gc<DecimalContext>, v: Value) -> PyResult<()> {
    c.clamp.set(in_range(vm, v, 0, 1, "valid values for clamp are 0 or 1")? == 1);
    Ok(())
}

pub fn set_rounding(vm: &mut Vm, c: Gc<DecimalContext>, v: Value) -> PyResult<()> {
    c.round.set(rounding(vm, v)?);
    Ok(())
}

/// Sets what the arguments of a constructor name; `None` leaves a thing as it is.
pub fn configure(vm: &mut Vm, c: Gc<DecimalContext>, args: [Value; 8]) -> PyResult<()> {
    type Set = fn(&mut Vm, Gc<DecimalContext>, Value) -> PyResult<()>;
    const SETTERS: [Set; 6] = [set_prec, set_rounding, set_emin, set_emax, set_capitals, set_clamp];
    for (set, v) in SETTERS.iter().zip(args) {
        if !v.is_none() {
            set(vm, c, v)?;
        }
    }
    let [.., flags, traps] = args;
    if !traps.is_none() {
        c.trapped.set(bits_of(vm, traps, true)?);
    }
    if !flags.is_none() {
        c.status.set(bits_of(vm, flags, true)?);
    }
    Ok(())
}

const DEFAULT_TRAPS: u32 = status::ANY_INVALID | status::DIVISION_BY_ZERO | status::OVERFLOW;

/// A context as the module's default one is at first.
pub fn plain(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<DecimalContext>> {
    let c = vm.alloc_instance::<DecimalContext>(cls)?;
    c.flags.init(Value::UNBOUND);
    c.traps.init(Value::UNBOUND);
    c.prec.set(28);
    c.emax.set(999_999);
    c.emin.set(-999_999);
    c.round.set(Round::HalfEven);
    c.capitals.set(true);
    c.trapped.set(DEFAULT_TRAPS);
    Ok(c)
}

/// `DefaultContext`, `BasicContext` and `ExtendedContext`.
pub fn templates(vm: &mut Vm) -> PyResult<[Gc<DecimalContext>; 3]> {
    let cls = vm.native_class(DecimalContext::DECL)?;
    let (default, basic, extended) = (plain(vm, cls)?, plain(vm, cls)?, plain(vm, cls)?);
    basic.prec.set(9);
    basic.round.set(Round::HalfUp);
    basic.trapped.set(DEFAULT_TRAPS | status::UNDERFLOW | status::CLAMPED);
    extended.prec.set(9);
    extended.trapped.set(0);
    Ok([default, basic, extended])
}

/// The context of an interchange format.
pub fn ieee(vm: &mut Vm, bits: i64) -> PyResult<Gc<DecimalContext>> {
    let cls = vm.native_class(DecimalContext::DECL)?;
    let c = plain(vm, cls)?;
    let emax = 3 * (1 << (bits / 16 + 3));
    c.prec.set(9 * (bits / 32) - 2);
    c.emax.set(emax);
    c.emin.set(1 - emax);
    c.clamp.set(true);
    c.trapped.set(0);
    Ok(c)
}
