//! `Decimal`: operators and methods.

use super::cell::{self, Decimal};
use super::convert::{to_float, to_int, to_ratio};
use super::current::{context_arg, current};
use super::operate as op;
use super::signals::state;
use super::{build, compare as comparing, format};
use habu_decimal::compare;
use habu_decimal::text::{Notation, digits_text, to_text};
use habu_decimal::{Dec, Kind, Round, arith, divide, explog, logic, neighbours, quantize};
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::protocol::CmpOp;
use habu_runtime::types::int;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// The text of a decimal in the current context.
fn text(vm: &mut Vm, this: Gc<Decimal>) -> PyResult<String> {
    let capitals = current(vm)?.capitals.get();
    Ok(to_text(this.view(), Notation::Scientific, capitals))
}

/// `round(this, ndigits)`
fn round(vm: &mut Vm, this: Gc<Decimal>, ndigits: Value) -> PyResult {
    if int::as_int(vm, ndigits).is_none() {
        return Err(vm.type_error("optional arg must be an integer"));
    }
    let places = super::settings::integer(vm, ndigits)?;
    let unit = cell::make(vm, &Dec::small(false, 1, places.saturating_neg()))?;
    op::quantize(vm, this, Value::from_gc(unit), Value::NONE, Value::NONE).map(Value::from_gc)
}

/// Construct a new Decimal object from an integer, string, tuple, float or another Decimal.
///
/// Without a value, it is Decimal('0'). The context does not affect the conversion; it only says whether the
/// InvalidOperation trap is active.
#[py_type(name = "Decimal", module = "decimal", id = ids::DECIMAL, subclassable)]
impl Decimal {
    #[new(sig = "(value=\"0\", context=None)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, value: Value, context: Value) -> PyResult<Gc<Decimal>> {
        build::new(vm, cls, value, context)
    }
    /// Convert a float or an int to a decimal, exactly.
    ///
    /// >>> Decimal.from_float(0.75)
    /// Decimal('0.75')
    #[classmethod]
    fn from_float(vm: &mut Vm, cls: Gc<Type>, f: Value) -> PyResult {
        build::from_float(vm, cls, f)
    }
    /// Convert a real number to a decimal, exactly.
    ///
    /// >>> Decimal.from_number(12)
    /// Decimal('12')
    #[classmethod]
    fn from_number(vm: &mut Vm, cls: Gc<Type>, number: Value) -> PyResult {
        build::from_number(vm, cls, number)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult<String> {
        Ok(format!("Decimal('{}')", text(vm, this)?))
    }
    #[method]
    fn __str__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult {
        let text = text(vm, this)?;
        vm.str_ascii(text.as_bytes()).map(Value::from_gc)
    }
    #[method(sig = "($self, format_spec, override=<unrepresentable>, /)")]
    fn __format__(
        vm: &mut Vm,
        this: Gc<Decimal>,
        format_spec: Value,
        separators: Option<Value>,
    ) -> PyResult<String> {
        format::format(vm, this, format_spec, separators)
    }
    #[method]
    fn __sizeof__(_vm: &mut Vm, this: Gc<Decimal>) -> usize {
        size_of::<Decimal>() + size_of_val(this.view().limbs)
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult<i64> {
        comparing::hash(vm, Value::from_gc(this), this.view())
    }
    #[method]
    fn __bool__(_vm: &mut Vm, this: Gc<Decimal>) -> bool {
        !this.view().is_zero()
    }
    #[method]
    fn __int__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult {
        to_int(vm, this.view(), Round::Down)
    }
    #[method]
    fn __float__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult<f64> {
        to_float(vm, this.view())
    }
    #[method]
    fn __complex__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult {
        let real = to_float(vm, this.view())?;
        vm.complex(real, 0.0)
    }
    #[method]
    fn __trunc__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult {
        to_int(vm, this.view(), Round::Down)
    }
    #[method]
    fn __floor__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult {
        to_int(vm, this.view(), Round::Floor)
    }
    #[method]
    fn __ceil__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult {
        to_int(vm, this.view(), Round::Ceiling)
    }
    #[method]
    fn __round__(vm: &mut Vm, this: Gc<Decimal>, ndigits: Value) -> PyResult {
        if ndigits.is_none() { to_int(vm, this.view(), Round::HalfEven) } else { round(vm, this, ndigits) }
    }
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult<(Value, (String,))> {
        let text = text(vm, this)?;
        Ok((Value::from_gc(vm.class_of(Value::from_gc(this))), (text,)))
    }
    #[method]
    fn __copy__(_vm: &mut Vm, this: Gc<Decimal>) -> Gc<Decimal> {
        this
    }
    #[method(sig = "($self, object, /)")]
    fn __deepcopy__(_vm: &mut Vm, this: Gc<Decimal>, _object: Value) -> Gc<Decimal> {
        this
    }
    #[getter]
    fn real(_vm: &mut Vm, this: Gc<Decimal>) -> Gc<Decimal> {
        this
    }
    #[getter]
    fn imag(vm: &mut Vm, _this: Gc<Decimal>) -> PyResult<Gc<Decimal>> {
        cell::make(vm, &Dec::zero(false, 0))
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        comparing::compare(vm, this, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        comparing::compare(vm, this, value, CmpOp::Le)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        comparing::compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        comparing::compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        comparing::compare(vm, this, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        comparing::compare(vm, this, value, CmpOp::Ge)
    }
    #[method]
    fn __add__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::infix(vm, this, value, arith::add)
    }
    #[method]
    fn __radd__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::reflected(vm, this, value, arith::add)
    }
    #[method]
    fn __sub__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::infix(vm, this, value, arith::sub)
    }
    #[method]
    fn __rsub__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::reflected(vm, this, value, arith::sub)
    }
    #[method]
    fn __mul__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::infix(vm, this, value, arith::mul)
    }
    #[method]
    fn __rmul__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::reflected(vm, this, value, arith::mul)
    }
    #[method]
    fn __truediv__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::infix(vm, this, value, divide::div)
    }
    #[method]
    fn __rtruediv__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::reflected(vm, this, value, divide::div)
    }
    #[method]
    fn __floordiv__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::infix(vm, this, value, divide::div_int)
    }
    #[method]
    fn __rfloordiv__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::reflected(vm, this, value, divide::div_int)
    }
    #[method]
    fn __mod__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::infix(vm, this, value, divide::rem)
    }
    #[method]
    fn __rmod__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::reflected(vm, this, value, divide::rem)
    }
    #[method]
    fn __divmod__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::divmod(vm, this, value, false)
    }
    #[method]
    fn __rdivmod__(vm: &mut Vm, this: Gc<Decimal>, value: Value) -> PyResult {
        op::divmod(vm, this, value, true)
    }
    #[method]
    fn __pow__(vm: &mut Vm, this: Gc<Decimal>, value: Value, modulus: Value) -> PyResult {
        op::power(vm, Value::from_gc(this), value, modulus)
    }
    #[method]
    fn __rpow__(vm: &mut Vm, this: Gc<Decimal>, value: Value, modulus: Value) -> PyResult {
        op::power(vm, value, Value::from_gc(this), modulus)
    }
    #[method]
    fn __neg__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult<Gc<Decimal>> {
        op::prefix(vm, this, arith::minus)
    }
    #[method]
    fn __pos__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult<Gc<Decimal>> {
        op::prefix(vm, this, arith::plus)
    }
    #[method]
    fn __abs__(vm: &mut Vm, this: Gc<Decimal>) -> PyResult<Gc<Decimal>> {
        op::prefix(vm, this, arith::abs)
    }
    /// Return the value of the exponential function e**x.
    ///
    /// The result is correctly rounded, half to even.
    #[method(sig = "($self, /, context=None)")]
    fn exp(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<Gc<Decimal>> {
        op::method1(vm, this, context, explog::exp)
    }
    /// Return the natural (base e) logarithm.
    ///
    /// The result is correctly rounded, half to even.
    #[method(sig = "($self, /, context=None)")]
    fn ln(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<Gc<Decimal>> {
        op::method1(vm, this, context, explog::ln)
    }
    /// Return the base ten logarithm.
    ///
    /// The result is correctly rounded, half to even.
    #[method(sig = "($self, /, context=None)")]
    fn log10(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<Gc<Decimal>> {
        op::method1(vm, this, context, explog::log10)
    }
    /// Return the largest number representable in the context that is smaller.
    #[method(sig = "($self, /, context=None)")]
    fn next_minus(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<Gc<Decimal>> {
        op::method1(vm, this, context, neighbours::next_minus)
    }
    /// Return the smallest number representable in the context that is larger.
    #[method(sig = "($self, /, context=None)")]
    fn next_plus(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<Gc<Decimal>> {
        op::method1(vm, this, context, neighbours::next_plus)
    }
    /// Strip trailing zeros; every zero becomes Decimal('0').
    #[method(sig = "($self, /, context=None)")]
    fn normalize(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<Gc<Decimal>> {
        op::method1(vm, this, context, quantize::reduce)
    }
    /// Return the square root, correctly rounded half to even.
    #[method(sig = "($self, /, context=None)")]
    fn sqrt(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<Gc<Decimal>> {
        op::method1(vm, this, context, explog::sqrt)
    }
    /// Return the adjusted exponent as a Decimal.
    ///
    /// For a zero it is Decimal('-Infinity'), and DivisionByZero is signalled.
    #[method(sig = "($self, /, context=None)")]
    fn logb(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<Gc<Decimal>> {
        op::method1(vm, this, context, logic::logb)
    }
    /// Invert all digits of a logical number.
    #[method(sig = "($self, /, context=None)")]
    fn logical_invert(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<Gc<Decimal>> {
        op::method1(vm, this, context, logic::invert)
    }
    /// Compare numerically: Decimal('-1'), Decimal('0'), Decimal('1') or a NaN.
    #[method(sig = "($self, /, other, context=None)")]
    fn compare(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, compare::compare)
    }
    /// As compare, except that all NaNs signal.
    #[method(sig = "($self, /, other, context=None)")]
    fn compare_signal(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, compare::compare_signal)
    }
    /// Return the larger of two numbers, or the number if the other is a quiet NaN.
    #[method(sig = "($self, /, other, context=None)")]
    fn max(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, op::max)
    }
    /// As max, but compare the absolute values.
    #[method(sig = "($self, /, other, context=None)")]
    fn max_mag(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, op::max_mag)
    }
    /// Return the smaller of two numbers, or the number if the other is a quiet NaN.
    #[method(sig = "($self, /, other, context=None)")]
    fn min(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, op::min)
    }
    /// As min, but compare the absolute values.
    #[method(sig = "($self, /, other, context=None)")]
    fn min_mag(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, op::min_mag)
    }
    /// Return the number closest to this one in the direction of the other.
    #[method(sig = "($self, /, other, context=None)")]
    fn next_toward(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, neighbours::next_toward)
    }
    /// Return self - n * other, where n is the integer nearest to self / other.
    ///
    /// Of two integers that are equally near, n is the even one.
    #[method(sig = "($self, /, other, context=None)")]
    fn remainder_near(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, divide::rem_near)
    }
    /// Return the digit-wise "and" of two logical numbers.
    #[method(sig = "($self, /, other, context=None)")]
    fn logical_and(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, op::logical_and)
    }
    /// Return the digit-wise "or" of two logical numbers.
    #[method(sig = "($self, /, other, context=None)")]
    fn logical_or(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, op::logical_or)
    }
    /// Return the digit-wise "exclusive or" of two logical numbers.
    #[method(sig = "($self, /, other, context=None)")]
    fn logical_xor(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, op::logical_xor)
    }
    /// Rotate the digits by as many places, left if positive.
    #[method(sig = "($self, /, other, context=None)")]
    fn rotate(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, logic::rotate)
    }
    /// Return the number multiplied by 10**other.
    #[method(sig = "($self, /, other, context=None)")]
    fn scaleb(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, logic::scaleb)
    }
    /// Shift the digits by as many places, left if positive.
    #[method(sig = "($self, /, other, context=None)")]
    fn shift(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::method2(vm, this, other, context, logic::shift)
    }
    /// Compare by representation: a total order of all decimals.
    ///
    /// >>> Decimal('2.50').compare_total(Decimal('2.5'))
    /// Decimal('-1')
    #[method(sig = "($self, /, other, context=None)")]
    fn compare_total(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::plain2(vm, this, other, context, compare::total_dec)
    }
    /// As compare_total, ignoring signs.
    #[method(sig = "($self, /, other, context=None)")]
    fn compare_total_mag(
        vm: &mut Vm,
        this: Gc<Decimal>,
        other: Value,
        context: Value,
    ) -> PyResult<Gc<Decimal>> {
        op::plain2(vm, this, other, context, compare::total_magnitude_dec)
    }
    /// Return a copy with the sign of the other number.
    ///
    /// >>> Decimal('7').copy_sign(Decimal('-0'))
    /// Decimal('-7')
    #[method(sig = "($self, /, other, context=None)")]
    fn copy_sign(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::plain2(vm, this, other, context, op::copy_sign)
    }
    /// Whether both have the same exponent, or both are infinite, or both NaN.
    #[method(sig = "($self, /, other, context=None)")]
    fn same_quantum(vm: &mut Vm, this: Gc<Decimal>, other: Value, context: Value) -> PyResult<bool> {
        context_arg(vm, context)?;
        let other = super::convert::expect(vm, other)?;
        Ok(compare::same_quantum(this.view(), other.view()))
    }
    /// Return a value equal to this one after rounding, with the exponent of another.
    ///
    /// A coefficient that would have more digits than the precision signals InvalidOperation.
    ///
    /// >>> Decimal('2.71828').quantize(Decimal('0.01'))
    /// Decimal('2.72')
    #[method(sig = "($self, /, exp, rounding=None, context=None)")]
    fn quantize(
        vm: &mut Vm,
        this: Gc<Decimal>,
        exp: Value,
        rounding: Value,
        context: Value,
    ) -> PyResult<Gc<Decimal>> {
        op::quantize(vm, this, exp, rounding, context)
    }
    /// Return self * other + third, rounded once.
    ///
    /// >>> Decimal(4).fma(5, 6)
    /// Decimal('26')
    #[method(sig = "($self, /, other, third, context=None)")]
    fn fma(
        vm: &mut Vm,
        this: Gc<Decimal>,
        other: Value,
        third: Value,
        context: Value,
    ) -> PyResult<Gc<Decimal>> {
        let c = context_arg(vm, context)?;
        op::fma(vm, Value::from_gc(this), other, third, c)
    }
    /// As to_integral_value.
    #[method(sig = "($self, /, rounding=None, context=None)")]
    fn to_integral(vm: &mut Vm, this: Gc<Decimal>, rounding: Value, context: Value) -> PyResult<Gc<Decimal>> {
        op::rounded(vm, this, rounding, context, op::to_integral_value)
    }
    /// Round to an integer without signaling Inexact or Rounded.
    #[method(sig = "($self, /, rounding=None, context=None)")]
    fn to_integral_value(
        vm: &mut Vm,
        this: Gc<Decimal>,
        rounding: Value,
        context: Value,
    ) -> PyResult<Gc<Decimal>> {
        op::rounded(vm, this, rounding, context, op::to_integral_value)
    }
    /// Round to an integer, signaling Inexact or Rounded.
    #[method(sig = "($self, /, rounding=None, context=None)")]
    fn to_integral_exact(
        vm: &mut Vm,
        this: Gc<Decimal>,
        rounding: Value,
        context: Value,
    ) -> PyResult<Gc<Decimal>> {
        op::rounded(vm, this, rounding, context, op::to_integral_exact)
    }
    /// Whether this is a finite number.
    #[method]
    fn is_finite(_vm: &mut Vm, this: Gc<Decimal>) -> bool {
        this.view().kind == Kind::Finite
    }
    /// Whether this is an infinity.
    #[method]
    fn is_infinite(_vm: &mut Vm, this: Gc<Decimal>) -> bool {
        this.view().is_infinite()
    }
    /// Whether this is a quiet or signaling NaN.
    #[method]
    fn is_nan(_vm: &mut Vm, this: Gc<Decimal>) -> bool {
        this.view().is_nan()
    }
    /// Whether this is a quiet NaN.
    #[method]
    fn is_qnan(_vm: &mut Vm, this: Gc<Decimal>) -> bool {
        this.view().kind == Kind::Nan
    }
    /// Whether this is a signaling NaN.
    #[method]
    fn is_snan(_vm: &mut Vm, this: Gc<Decimal>) -> bool {
        this.view().kind == Kind::Snan
    }
    /// Whether the sign is negative; zeros and NaNs have signs too.
    #[method]
    fn is_signed(_vm: &mut Vm, this: Gc<Decimal>) -> bool {
        this.view().neg
    }
    /// Whether this is a zero of either sign.
    #[method]
    fn is_zero(_vm: &mut Vm, this: Gc<Decimal>) -> bool {
        this.view().is_zero()
    }
    /// Whether this is finite, not zero and not subnormal.
    #[method(sig = "($self, /, context=None)")]
    fn is_normal(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<bool> {
        let c = context_arg(vm, context)?;
        Ok(compare::is_normal(this.view(), &c.arith()))
    }
    /// Whether this is finite, not zero, and its adjusted exponent is less than Emin.
    #[method(sig = "($self, /, context=None)")]
    fn is_subnormal(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<bool> {
        let c = context_arg(vm, context)?;
        Ok(compare::is_subnormal(this.view(), &c.arith()))
    }
    /// The class of the number, like '+Normal' or 'sNaN'.
    #[method(sig = "($self, /, context=None)")]
    fn number_class(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<&'static str> {
        let c = context_arg(vm, context)?;
        Ok(compare::class_name(this.view(), &c.arith()))
    }
    /// Convert to a string whose exponent is a multiple of three.
    #[method(sig = "($self, /, context=None)")]
    fn to_eng_string(vm: &mut Vm, this: Gc<Decimal>, context: Value) -> PyResult<String> {
        let c = context_arg(vm, context)?;
        Ok(to_text(this.view(), Notation::Engineering, c.capitals.get()))
    }
    /// The exponent of the most significant digit.
    #[method]
    fn adjusted(_vm: &mut Vm, this: Gc<Decimal>) -> i64 {
        if this.view().is_special() { 0 } else { this.view().adjusted() }
    }
    /// Whether the encoding is canonical: always.
    #[method]
    fn is_canonical(_vm: &mut Vm, _this: Gc<Decimal>) -> bool {
        true
    }
    /// Return this.
    #[method]
    fn canonical(_vm: &mut Vm, this: Gc<Decimal>) -> Gc<Decimal> {
        this
    }
    /// Return self.
    #[method]
    fn conjugate(_vm: &mut Vm, this: Gc<Decimal>) -> Gc<Decimal> {
        this
    }
    /// Return Decimal(10), the base of all arithmetic.
    #[method]
    fn radix(vm: &mut Vm, _this: Gc<Decimal>) -> PyResult<Gc<Decimal>> {
        cell::make(vm, &Dec::int(10))
    }
    /// Return the absolute value, not rounded.
    #[method]
    fn copy_abs(vm: &mut Vm, this: Gc<Decimal>) -> PyResult<Gc<Decimal>> {
        cell::make(vm, &this.view().abs().to_dec())
    }
    /// Return the negation, not rounded.
    #[method]
    fn copy_negate(vm: &mut Vm, this: Gc<Decimal>) -> PyResult<Gc<Decimal>> {
        let n = this.view();
        cell::make(vm, &n.with_sign(!n.neg).to_dec())
    }
    /// Return the sign, the digits and the exponent as a named tuple.
    #[method]
    fn as_tuple(vm: &mut Vm, this: Gc<Decimal>) -> PyResult {
        let n = this.view();
        let digits = match n.kind {
            Kind::Nan | Kind::Snan if n.limbs.is_empty() => String::new(),
            _ => digits_text(n.limbs),
        };
        let digits: Vec<Value> = digits.bytes().map(|d| Value::small((d - b'0').into())).collect();
        let digits = Value::from_gc(vm.tuple(&digits)?);
        let exponent = match n.kind {
            Kind::Finite => vm.int(n.exp)?,
            Kind::Infinite => Value::from_gc(vm.intern("F")),
            Kind::Nan => Value::from_gc(vm.intern("n")),
            Kind::Snan => Value::from_gc(vm.intern("N")),
        };
        let class = state(vm)?.tuple_class;
        vm.call(class, &[Value::small(n.neg.into()), digits, exponent])
    }
    /// Return a pair of integers whose ratio is exactly this number, in lowest terms.
    #[method]
    fn as_integer_ratio(vm: &mut Vm, this: Gc<Decimal>) -> PyResult<(Value, Value)> {
        to_ratio(vm, this.view())
    }
}
