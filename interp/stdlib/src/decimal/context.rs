//! `Context`: cells and methods.

use super::cell::{self, Decimal};
use super::convert::{Operand, expect};
use super::operate as op;
use super::settings;
use super::signal_dict::{bits_of, list_of, make as make_signal_dict, names_of};
use super::{build, signals};
use crate::layout;
use habu_decimal::compare;
use habu_decimal::text::{Notation, to_text};
use habu_decimal::{Dec, Kind, Round, arith, divide, explog, logic, neighbours, quantize};
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

layout! {
    /// Cell of a context; its signal dicts are made when asked for.
    DecimalContext(ids::DECIMAL_CONTEXT) { flags, traps } plain {
        prec: i64, emax: i64, emin: i64, status: u32, trapped: u32, round: Round, clamp: bool, capitals: bool,
    }
}

impl DecimalContext {
    /// What the arithmetic needs of it.
    #[inline]
    pub fn arith(&self) -> habu_decimal::Context {
        habu_decimal::Context {
            prec: self.prec.get(),
            emax: self.emax.get(),
            emin: self.emin.get(),
            round: self.round.get(),
            clamp: self.clamp.get(),
        }
    }
}

/// A context with the same settings, flags and traps.
pub fn copy(vm: &mut Vm, this: Gc<DecimalContext>) -> PyResult<Gc<DecimalContext>> {
    let cls = vm.native_class(DecimalContext::DECL)?;
    let made = settings::plain(vm, cls)?;
    made.prec.set(this.prec.get());
    made.emax.set(this.emax.get());
    made.emin.set(this.emin.get());
    made.round.set(this.round.get());
    made.clamp.set(this.clamp.get());
    made.capitals.set(this.capitals.get());
    made.status.set(this.status.get());
    made.trapped.set(this.trapped.get());
    Ok(made)
}

/// An operand that has to be a decimal.
fn decimal(vm: &mut Vm, v: Value) -> PyResult<Gc<Decimal>> {
    match vm.downcast::<Decimal>(v) {
        Some(cell) => Ok(cell),
        None => Err(vm.type_error("argument must be a Decimal")),
    }
}

/// The text of a number in a context.
fn text(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, notation: Notation) -> PyResult<String> {
    let x = expect(vm, x)?;
    Ok(to_text(x.view(), notation, this.capitals.get()))
}

/// The context affects almost all operations: it controls rounding, overflow and underflow, and which signals raise
/// exceptions.
///
/// >>> Context(prec=4).divide(2, 3)
/// Decimal('0.6667')
#[py_type(name = "Context", module = "decimal", id = ids::DECIMAL_CONTEXT, subclassable)]
impl DecimalContext {
    #[new(
        sig = "(*args, **kwargs)",
        text = "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)"
    )]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Option<Value>) -> PyResult<Gc<DecimalContext>> {
        let this = settings::plain(vm, cls)?;
        if let Ok(state) = signals::state(vm) {
            let default = state.default;
            this.prec.set(default.prec.get());
            this.emax.set(default.emax.get());
            this.emin.set(default.emin.get());
            this.round.set(default.round.get());
            this.clamp.set(default.clamp.get());
            this.capitals.set(default.capitals.get());
            this.trapped.set(default.trapped.get());
        }
        Ok(this)
    }
    #[method(
        sig = "($self, /, prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)"
    )]
    fn __init__(vm: &mut Vm, args: &[Value]) -> PyResult<()> {
        let &[this, prec, rounding, emin, emax, capitals, clamp, flags, traps] = args else {
            return Err(vm.type_error("function takes at most 8 arguments"));
        };
        let Some(this) = vm.downcast::<DecimalContext>(this) else {
            return Err(vm.type_error("argument must be a context"));
        };
        settings::configure(vm, this, [prec, rounding, emin, emax, capitals, clamp, flags, traps])
    }
    #[getter(name = "prec")]
    fn prec(_vm: &mut Vm, this: Gc<DecimalContext>) -> i64 {
        this.prec.get()
    }
    #[setter(name = "prec")]
    fn set_prec(vm: &mut Vm, this: Gc<DecimalContext>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => settings::set_prec(vm, this, value),
            None => Err(vm.raise(Exc::AttributeError, "context attributes cannot be deleted")),
        }
    }
    #[getter(name = "Emax")]
    fn emax(_vm: &mut Vm, this: Gc<DecimalContext>) -> i64 {
        this.emax.get()
    }
    #[setter(name = "Emax")]
    fn set_emax(vm: &mut Vm, this: Gc<DecimalContext>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => settings::set_emax(vm, this, value),
            None => Err(vm.raise(Exc::AttributeError, "context attributes cannot be deleted")),
        }
    }
    #[getter(name = "Emin")]
    fn emin(_vm: &mut Vm, this: Gc<DecimalContext>) -> i64 {
        this.emin.get()
    }
    #[setter(name = "Emin")]
    fn set_emin(vm: &mut Vm, this: Gc<DecimalContext>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => settings::set_emin(vm, this, value),
            None => Err(vm.raise(Exc::AttributeError, "context attributes cannot be deleted")),
        }
    }
    #[getter(name = "capitals")]
    fn capitals(_vm: &mut Vm, this: Gc<DecimalContext>) -> i64 {
        this.capitals.get().into()
    }
    #[setter(name = "capitals")]
    fn set_capitals(vm: &mut Vm, this: Gc<DecimalContext>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => settings::set_capitals(vm, this, value),
            None => Err(vm.raise(Exc::AttributeError, "context attributes cannot be deleted")),
        }
    }
    #[getter(name = "clamp")]
    fn clamp(_vm: &mut Vm, this: Gc<DecimalContext>) -> i64 {
        this.clamp.get().into()
    }
    #[setter(name = "clamp")]
    fn set_clamp(vm: &mut Vm, this: Gc<DecimalContext>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => settings::set_clamp(vm, this, value),
            None => Err(vm.raise(Exc::AttributeError, "context attributes cannot be deleted")),
        }
    }
    #[getter]
    fn rounding(vm: &mut Vm, this: Gc<DecimalContext>) -> Value {
        Value::from_gc(vm.intern(settings::rounding_name(this.round.get())))
    }
    #[setter]
    fn set_rounding(vm: &mut Vm, this: Gc<DecimalContext>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => settings::set_rounding(vm, this, value),
            None => Err(vm.raise(Exc::AttributeError, "context attributes cannot be deleted")),
        }
    }
    #[getter]
    fn flags(vm: &mut Vm, this: Gc<DecimalContext>) -> PyResult {
        if let Some(made) = this.flags.get().bound() {
            return Ok(made);
        }
        let made = make_signal_dict(vm, this, false)?;
        this.flags.set(&mut vm.heap, this.header(), made);
        Ok(made)
    }
    #[setter]
    fn set_flags(vm: &mut Vm, this: Gc<DecimalContext>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => {
                let bits = bits_of(vm, value, false)?;
                this.status.set(bits);
                Ok(())
            }
            None => Err(vm.raise(Exc::AttributeError, "context attributes cannot be deleted")),
        }
    }
    #[getter]
    fn traps(vm: &mut Vm, this: Gc<DecimalContext>) -> PyResult {
        if let Some(made) = this.traps.get().bound() {
            return Ok(made);
        }
        let made = make_signal_dict(vm, this, true)?;
        this.traps.set(&mut vm.heap, this.header(), made);
        Ok(made)
    }
    #[setter]
    fn set_traps(vm: &mut Vm, this: Gc<DecimalContext>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => {
                let bits = bits_of(vm, value, false)?;
                this.trapped.set(bits);
                Ok(())
            }
            None => Err(vm.raise(Exc::AttributeError, "context attributes cannot be deleted")),
        }
    }
    #[method]
    fn __repr__(_vm: &mut Vm, this: Gc<DecimalContext>) -> String {
        format!(
            "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags={}, traps={})",
            this.prec.get(),
            settings::rounding_name(this.round.get()),
            this.emin.get(),
            this.emax.get(),
            u8::from(this.capitals.get()),
            u8::from(this.clamp.get()),
            names_of(this.status.get()),
            names_of(this.trapped.get()),
        )
    }
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<DecimalContext>) -> PyResult {
        let rounding = Value::from_gc(vm.intern(settings::rounding_name(this.round.get())));
        let flags = list_of(vm, this.status.get())?;
        let traps = list_of(vm, this.trapped.get())?;
        let (prec, emin, emax) =
            (vm.int(this.prec.get())?, vm.int(this.emin.get())?, vm.int(this.emax.get())?);
        let capitals = Value::small(this.capitals.get().into());
        let clamp = Value::small(this.clamp.get().into());
        let args = vm.tuple(&[prec, rounding, emin, emax, capitals, clamp, flags, traps])?;
        let cls = Value::from_gc(vm.class_of(Value::from_gc(this)));
        vm.tuple(&[cls, Value::from_gc(args)]).map(Value::from_gc)
    }
    /// Return a duplicate of the context.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<DecimalContext>) -> PyResult<Gc<DecimalContext>> {
        copy(vm, this)
    }
    #[method]
    fn __copy__(vm: &mut Vm, this: Gc<DecimalContext>) -> PyResult<Gc<DecimalContext>> {
        copy(vm, this)
    }
    /// Reset all flags to False.
    #[method]
    fn clear_flags(_vm: &mut Vm, this: Gc<DecimalContext>) {
        this.status.set(0);
    }
    /// Set all traps to False.
    #[method]
    fn clear_traps(_vm: &mut Vm, this: Gc<DecimalContext>) {
        this.trapped.set(0);
    }
    /// Create a Decimal from num, rounded to the context.
    #[method(sig = "($self, num=\"0\", /)")]
    fn create_decimal(vm: &mut Vm, this: Gc<DecimalContext>, num: Value) -> PyResult<Gc<Decimal>> {
        build::create(vm, this, num)
    }
    /// Create a Decimal from a float, rounded to the context.
    #[method(sig = "($self, f, /)")]
    fn create_decimal_from_float(vm: &mut Vm, this: Gc<DecimalContext>, f: Value) -> PyResult<Gc<Decimal>> {
        build::create_from_float(vm, this, f)
    }
    /// The least exponent of subnormal results: Emin - prec + 1.
    #[method(name = "Etiny")]
    fn etiny(_vm: &mut Vm, this: Gc<DecimalContext>) -> i64 {
        this.arith().etiny()
    }
    /// The largest exponent of a coefficient with all digits: Emax - prec + 1.
    #[method(name = "Etop")]
    fn etop(_vm: &mut Vm, this: Gc<DecimalContext>) -> i64 {
        this.arith().etop()
    }
    /// Return 10.
    #[method]
    fn radix(vm: &mut Vm, _this: Gc<DecimalContext>) -> PyResult<Gc<Decimal>> {
        cell::make(vm, &Dec::int(10))
    }
    /// Round x to the context.
    #[method(sig = "($self, object, /)")]
    fn _apply(vm: &mut Vm, this: Gc<DecimalContext>, object: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, object, op::apply)
    }
    /// Return e ** x.
    #[method(sig = "($self, x, /)")]
    fn exp(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, explog::exp)
    }
    /// Return the natural (base e) logarithm of x.
    #[method(sig = "($self, x, /)")]
    fn ln(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, explog::ln)
    }
    /// Return the base 10 logarithm of x.
    #[method(sig = "($self, x, /)")]
    fn log10(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, explog::log10)
    }
    /// Return the largest representable number smaller than x.
    #[method(sig = "($self, x, /)")]
    fn next_minus(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, neighbours::next_minus)
    }
    /// Return the smallest representable number larger than x.
    #[method(sig = "($self, x, /)")]
    fn next_plus(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, neighbours::next_plus)
    }
    /// Reduce x to its simplest form.
    #[method(sig = "($self, x, /)")]
    fn normalize(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, quantize::reduce)
    }
    /// Return the square root of a non-negative number.
    #[method(sig = "($self, x, /)")]
    fn sqrt(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, explog::sqrt)
    }
    /// Return the exponent of the most significant digit of x.
    #[method(sig = "($self, x, /)")]
    fn logb(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, logic::logb)
    }
    /// Invert all digits of a logical number.
    ///
    /// >>> ExtendedContext.logical_invert(Decimal('10110'))
    /// Decimal('111101001')
    #[method(sig = "($self, x, /)")]
    fn logical_invert(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, logic::invert)
    }
    /// Return the absolute value of x.
    #[method(sig = "($self, x, /)")]
    fn abs(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, arith::abs)
    }
    /// Negate x and round it.
    #[method(sig = "($self, x, /)")]
    fn minus(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, arith::minus)
    }
    /// Round x to the context.
    #[method(sig = "($self, x, /)")]
    fn plus(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, arith::plus)
    }
    /// As to_integral_value.
    #[method(sig = "($self, x, /)")]
    fn to_integral(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, op::to_integral_value)
    }
    /// Round to an integer.
    #[method(sig = "($self, x, /)")]
    fn to_integral_value(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, op::to_integral_value)
    }
    /// Round to an integer, signaling Inexact or Rounded.
    #[method(sig = "($self, x, /)")]
    fn to_integral_exact(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        op::context1(vm, this, x, op::to_integral_exact)
    }
    /// Compare x and y numerically.
    #[method(sig = "($self, x, y, /)")]
    fn compare(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, compare::compare)
    }
    /// Compare x and y numerically; all NaNs signal.
    #[method(sig = "($self, x, y, /)")]
    fn compare_signal(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, compare::compare_signal)
    }
    /// Compare the values numerically and return the maximum.
    #[method(sig = "($self, x, y, /)")]
    fn max(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, op::max)
    }
    /// Compare the absolute values and return the maximum.
    #[method(sig = "($self, x, y, /)")]
    fn max_mag(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, op::max_mag)
    }
    /// Compare the values numerically and return the minimum.
    #[method(sig = "($self, x, y, /)")]
    fn min(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, op::min)
    }
    /// Compare the absolute values and return the minimum.
    #[method(sig = "($self, x, y, /)")]
    fn min_mag(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, op::min_mag)
    }
    /// Return the number closest to x, in the direction towards y.
    #[method(sig = "($self, x, y, /)")]
    fn next_toward(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, neighbours::next_toward)
    }
    /// Return x - y * n, where n is the integer nearest to x / y.
    #[method(sig = "($self, x, y, /)")]
    fn remainder_near(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, divide::rem_near)
    }
    /// Return the digit-wise "and" of two logical numbers.
    ///
    /// >>> ExtendedContext.logical_and(Decimal('1011'), Decimal('110'))
    /// Decimal('10')
    #[method(sig = "($self, x, y, /)")]
    fn logical_and(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, op::logical_and)
    }
    /// Return the digit-wise "or" of two logical numbers.
    ///
    /// >>> ExtendedContext.logical_or(Decimal('1010'), Decimal('1'))
    /// Decimal('1011')
    #[method(sig = "($self, x, y, /)")]
    fn logical_or(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, op::logical_or)
    }
    /// Return the digit-wise "exclusive or" of two logical numbers.
    ///
    /// >>> ExtendedContext.logical_xor(Decimal('1010'), Decimal('11'))
    /// Decimal('1001')
    #[method(sig = "($self, x, y, /)")]
    fn logical_xor(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, op::logical_xor)
    }
    /// Return a copy of x, rotated by y places.
    #[method(sig = "($self, x, y, /)")]
    fn rotate(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, logic::rotate)
    }
    /// Return x with y added to its exponent.
    #[method(sig = "($self, x, y, /)")]
    fn scaleb(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, logic::scaleb)
    }
    /// Return a copy of x, shifted by y places.
    #[method(sig = "($self, x, y, /)")]
    fn shift(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, logic::shift)
    }
    /// Return the sum of x and y.
    #[method(sig = "($self, x, y, /)")]
    fn add(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, arith::add)
    }
    /// Return the difference between x and y.
    #[method(sig = "($self, x, y, /)")]
    fn subtract(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, arith::sub)
    }
    /// Return the product of x and y.
    #[method(sig = "($self, x, y, /)")]
    fn multiply(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, arith::mul)
    }
    /// Return x divided by y.
    #[method(sig = "($self, x, y, /)")]
    fn divide(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, divide::div)
    }
    /// Return x divided by y, truncated to an integer.
    #[method(sig = "($self, x, y, /)")]
    fn divide_int(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, divide::div_int)
    }
    /// Return the remainder of x divided by y, with the sign of x.
    #[method(sig = "($self, x, y, /)")]
    fn remainder(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, divide::rem)
    }
    /// Return x rounded, with the exponent of y.
    #[method(sig = "($self, x, y, /)")]
    fn quantize(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context2(vm, this, x, y, quantize::quantize)
    }
    /// Compare x and y by their representation.
    #[method(sig = "($self, x, y, /)")]
    fn compare_total(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context_plain(vm, x, y, compare::total_dec)
    }
    /// Compare x and y by their representation, ignoring signs.
    #[method(sig = "($self, x, y, /)")]
    fn compare_total_mag(
        vm: &mut Vm,
        _this: Gc<DecimalContext>,
        x: Value,
        y: Value,
    ) -> PyResult<Gc<Decimal>> {
        op::context_plain(vm, x, y, compare::total_magnitude_dec)
    }
    /// Copy the sign from y to x.
    #[method(sig = "($self, x, y, /)")]
    fn copy_sign(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<Gc<Decimal>> {
        op::context_plain(vm, x, y, op::copy_sign)
    }
    /// Whether both have the same exponent, or both are infinite, or both NaN.
    #[method(sig = "($self, x, y, /)")]
    fn same_quantum(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult<bool> {
        let (x, y) = (expect(vm, x)?, expect(vm, y)?);
        Ok(compare::same_quantum(x.view(), y.view()))
    }
    /// Return quotient and remainder of the division x / y.
    #[method(sig = "($self, x, y, /)")]
    fn divmod(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value) -> PyResult {
        op::context_divmod(vm, this, x, y)
    }
    /// Return a ** b, or (a ** b) % modulo.
    #[method(sig = "($self, /, a, b, modulo=None)")]
    fn power(vm: &mut Vm, this: Gc<DecimalContext>, a: Value, b: Value, modulo: Value) -> PyResult {
        op::context_power(vm, this, a, b, modulo)
    }
    /// Return x multiplied by y, plus z.
    #[method(sig = "($self, x, y, z, /)")]
    fn fma(vm: &mut Vm, this: Gc<DecimalContext>, x: Value, y: Value, z: Value) -> PyResult<Gc<Decimal>> {
        op::fma(vm, x, y, z, this)
    }
    /// Whether x is finite.
    #[method(sig = "($self, x, /)")]
    fn is_finite(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<bool> {
        let x = expect(vm, x)?;
        Ok(x.view().kind == Kind::Finite)
    }
    /// Whether x is infinite.
    #[method(sig = "($self, x, /)")]
    fn is_infinite(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<bool> {
        let x = expect(vm, x)?;
        Ok(x.view().is_infinite())
    }
    /// Whether x is a NaN.
    #[method(sig = "($self, x, /)")]
    fn is_nan(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<bool> {
        let x = expect(vm, x)?;
        Ok(x.view().is_nan())
    }
    /// Whether x is a quiet NaN.
    #[method(sig = "($self, x, /)")]
    fn is_qnan(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<bool> {
        let x = expect(vm, x)?;
        Ok(x.view().kind == Kind::Nan)
    }
    /// Whether x is a signaling NaN.
    #[method(sig = "($self, x, /)")]
    fn is_snan(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<bool> {
        let x = expect(vm, x)?;
        Ok(x.view().kind == Kind::Snan)
    }
    /// Whether x has a negative sign.
    #[method(sig = "($self, x, /)")]
    fn is_signed(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<bool> {
        let x = expect(vm, x)?;
        Ok(x.view().neg)
    }
    /// Whether x is a zero.
    #[method(sig = "($self, x, /)")]
    fn is_zero(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<bool> {
        let x = expect(vm, x)?;
        Ok(x.view().is_zero())
    }
    /// Whether x is a normal number.
    #[method(sig = "($self, x, /)")]
    fn is_normal(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<bool> {
        let x = expect(vm, x)?;
        Ok(compare::is_normal(x.view(), &this.arith()))
    }
    /// Whether x is subnormal.
    #[method(sig = "($self, x, /)")]
    fn is_subnormal(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<bool> {
        let x = expect(vm, x)?;
        Ok(compare::is_subnormal(x.view(), &this.arith()))
    }
    /// The class of x, like '+Normal' or 'sNaN'.
    #[method(sig = "($self, x, /)")]
    fn number_class(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<&'static str> {
        let x = expect(vm, x)?;
        Ok(compare::class_name(x.view(), &this.arith()))
    }
    /// Whether x is canonical: every Decimal is.
    #[method(sig = "($self, x, /)")]
    fn is_canonical(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<bool> {
        decimal(vm, x).map(|_| true)
    }
    /// Return x.
    #[method(sig = "($self, x, /)")]
    fn canonical(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        decimal(vm, x)
    }
    /// Return a copy of x.
    #[method(sig = "($self, x, /)")]
    fn copy_decimal(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        match expect(vm, x)? {
            Operand::Cell(cell) => Ok(cell),
            Operand::Owned(d) => cell::make(vm, &d),
        }
    }
    /// Return a copy of x without its sign.
    #[method(sig = "($self, x, /)")]
    fn copy_abs(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        let x = expect(vm, x)?;
        cell::make(vm, &x.view().abs().to_dec())
    }
    /// Return a copy of x with the other sign.
    #[method(sig = "($self, x, /)")]
    fn copy_negate(vm: &mut Vm, _this: Gc<DecimalContext>, x: Value) -> PyResult<Gc<Decimal>> {
        let x = expect(vm, x)?;
        let n = x.view();
        cell::make(vm, &n.with_sign(!n.neg).to_dec())
    }
    /// Convert a number to a string in scientific notation.
    #[method(sig = "($self, x, /)")]
    fn to_sci_string(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<String> {
        text(vm, this, x, Notation::Scientific)
    }
    /// Convert a number to a string in engineering notation.
    #[method(sig = "($self, x, /)")]
    fn to_eng_string(vm: &mut Vm, this: Gc<DecimalContext>, x: Value) -> PyResult<String> {
        text(vm, this, x, Notation::Engineering)
    }
}
