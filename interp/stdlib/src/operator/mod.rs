//! `_operator`: the operators as functions, and callables that fetch items and attributes or call methods.

mod compare;
mod getters;
mod method_caller;

use crate::functools::call_dict;
use crate::support::add_type;
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Special, ids};
use habu_runtime::protocol::{BinaryOp, CmpOp, UnaryOp};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ops::ControlFlow;

/// What has no items cannot be concatenated.
fn check_sequence(vm: &mut Vm, v: Value) -> PyResult<()> {
    if vm.lookup_special(v, Special::GetItem).is_some() {
        return Ok(());
    }
    let got = vm.type_name(v);
    Err(vm.type_error(format!("'{got}' object can't be concatenated")))
}

/// Operator interface.
///
/// This module exports a set of functions implemented in C corresponding
/// to the intrinsic operators of Python.  For example, operator.add(x, y)
/// is equivalent to the expression x+y.
#[native_module(name = "_operator")]
pub mod module {
    use super::*;

    /// Same as a + b.
    #[function(sig = "(a, b, /)")]
    fn add(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::Add, a, b)
    }
    /// Same as a - b.
    #[function(sig = "(a, b, /)")]
    fn sub(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::Sub, a, b)
    }
    /// Same as a * b.
    #[function(sig = "(a, b, /)")]
    fn mul(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::Mul, a, b)
    }
    /// Same as a @ b.
    #[function(sig = "(a, b, /)")]
    fn matmul(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::MatMul, a, b)
    }
    /// Same as a // b.
    #[function(sig = "(a, b, /)")]
    fn floordiv(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::FloorDiv, a, b)
    }
    /// Same as a / b.
    #[function(sig = "(a, b, /)")]
    fn truediv(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::TrueDiv, a, b)
    }
    /// Same as a % b.
    #[function(name = "mod", sig = "(a, b, /)")]
    fn modulo(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::Mod, a, b)
    }
    /// Same as a << b.
    #[function(sig = "(a, b, /)")]
    fn lshift(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::LShift, a, b)
    }
    /// Same as a >> b.
    #[function(sig = "(a, b, /)")]
    fn rshift(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::RShift, a, b)
    }
    /// Same as a & b.
    #[function(sig = "(a, b, /)")]
    fn and_(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::And, a, b)
    }
    /// Same as a ^ b.
    #[function(sig = "(a, b, /)")]
    fn xor(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::Xor, a, b)
    }
    /// Same as a | b.
    #[function(sig = "(a, b, /)")]
    fn or_(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::Or, a, b)
    }
    /// Same as a ** b.
    #[function(sig = "(a, b, /)")]
    fn pow(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.binary(BinaryOp::Pow, a, b)
    }
    /// Same as a += b.
    #[function(sig = "(a, b, /)")]
    fn iadd(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::Add, a, b)
    }
    /// Same as a -= b.
    #[function(sig = "(a, b, /)")]
    fn isub(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::Sub, a, b)
    }
    /// Same as a *= b.
    #[function(sig = "(a, b, /)")]
    fn imul(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::Mul, a, b)
    }
    /// Same as a @= b.
    #[function(sig = "(a, b, /)")]
    fn imatmul(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::MatMul, a, b)
    }
    /// Same as a //= b.
    #[function(sig = "(a, b, /)")]
    fn ifloordiv(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::FloorDiv, a, b)
    }
    /// Same as a /= b.
    #[function(sig = "(a, b, /)")]
    fn itruediv(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::TrueDiv, a, b)
    }
    /// Same as a %= b.
    #[function(sig = "(a, b, /)")]
    fn imod(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::Mod, a, b)
    }
    /// Same as a <<= b.
    #[function(sig = "(a, b, /)")]
    fn ilshift(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::LShift, a, b)
    }
    /// Same as a >>= b.
    #[function(sig = "(a, b, /)")]
    fn irshift(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::RShift, a, b)
    }
    /// Same as a &= b.
    #[function(sig = "(a, b, /)")]
    fn iand(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::And, a, b)
    }
    /// Same as a ^= b.
    #[function(sig = "(a, b, /)")]
    fn ixor(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::Xor, a, b)
    }
    /// Same as a |= b.
    #[function(sig = "(a, b, /)")]
    fn ior(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::Or, a, b)
    }
    /// Same as a **= b.
    #[function(sig = "(a, b, /)")]
    fn ipow(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.inplace(BinaryOp::Pow, a, b)
    }
    /// Same as a < b.
    #[function(sig = "(a, b, /)")]
    fn lt(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.rich_compare(a, b, CmpOp::Lt)
    }
    /// Same as a <= b.
    #[function(sig = "(a, b, /)")]
    fn le(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.rich_compare(a, b, CmpOp::Le)
    }
    /// Same as a == b.
    #[function(sig = "(a, b, /)")]
    fn eq(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.rich_compare(a, b, CmpOp::Eq)
    }
    /// Same as a != b.
    #[function(sig = "(a, b, /)")]
    fn ne(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.rich_compare(a, b, CmpOp::Ne)
    }
    /// Same as a > b.
    #[function(sig = "(a, b, /)")]
    fn gt(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.rich_compare(a, b, CmpOp::Gt)
    }
    /// Same as a >= b.
    #[function(sig = "(a, b, /)")]
    fn ge(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.rich_compare(a, b, CmpOp::Ge)
    }
    /// Same as -a.
    #[function(sig = "(a, /)")]
    fn neg(vm: &mut Vm, a: Value) -> PyResult {
        vm.unary(UnaryOp::Neg, a)
    }
    /// Same as +a.
    #[function(sig = "(a, /)")]
    fn pos(vm: &mut Vm, a: Value) -> PyResult {
        vm.unary(UnaryOp::Pos, a)
    }
    /// Same as ~a.
    #[function(sig = "(a, /)")]
    fn inv(vm: &mut Vm, a: Value) -> PyResult {
        vm.unary(UnaryOp::Invert, a)
    }
    /// Same as ~a.
    #[function(sig = "(a, /)")]
    fn invert(vm: &mut Vm, a: Value) -> PyResult {
        vm.unary(UnaryOp::Invert, a)
    }
    /// Same as abs(a).
    #[function(sig = "(a, /)")]
    fn abs(vm: &mut Vm, a: Value) -> PyResult {
        vm.unary(UnaryOp::Abs, a)
    }
    /// Same as a.__index__()
    #[function(sig = "(a, /)")]
    fn index(vm: &mut Vm, a: Value) -> PyResult {
        vm.exact_index(a)
    }
    /// Same as not a.
    #[function(sig = "(a, /)")]
    fn not_(vm: &mut Vm, a: Value) -> PyResult<bool> {
        Ok(!vm.truth(a)?)
    }
    /// Return True if a is true, False otherwise.
    #[function(sig = "(a, /)")]
    fn truth(vm: &mut Vm, a: Value) -> PyResult<bool> {
        vm.truth(a)
    }
    /// Same as a is b.
    #[function(sig = "(a, b, /)")]
    fn is_(_vm: &mut Vm, a: Value, b: Value) -> bool {
        a == b
    }
    /// Same as a is not b.
    #[function(sig = "(a, b, /)")]
    fn is_not(_vm: &mut Vm, a: Value, b: Value) -> bool {
        a != b
    }
    /// Same as a is None.
    #[function(sig = "(a, /)")]
    fn is_none(_vm: &mut Vm, a: Value) -> bool {
        a.is_none()
    }
    /// Same as a is not None.
    #[function(sig = "(a, /)")]
    fn is_not_none(_vm: &mut Vm, a: Value) -> bool {
        !a.is_none()
    }
    /// Same as b in a (note reversed operands).
    #[function(sig = "(a, b, /)")]
    fn contains(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        vm.contains(a, b)
    }
    /// Same as a[b].
    #[function(sig = "(a, b, /)")]
    fn getitem(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        vm.get_item(a, b)
    }
    /// Same as a[b] = c.
    #[function(sig = "(a, b, c, /)")]
    fn setitem(vm: &mut Vm, a: Value, b: Value, c: Value) -> PyResult<()> {
        vm.set_item(a, b, c)
    }
    /// Same as del a[b].
    #[function(sig = "(a, b, /)")]
    fn delitem(vm: &mut Vm, a: Value, b: Value) -> PyResult<()> {
        vm.del_item(a, b)
    }
    /// Same as a + b, for a and b sequences.
    #[function(sig = "(a, b, /)")]
    fn concat(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        check_sequence(vm, a)?;
        vm.binary(BinaryOp::Add, a, b)
    }
    /// Same as a += b, for a and b sequences.
    #[function(sig = "(a, b, /)")]
    fn iconcat(vm: &mut Vm, a: Value, b: Value) -> PyResult {
        check_sequence(vm, a)?;
        vm.inplace(BinaryOp::Add, a, b)
    }
    /// Return the number of items in a which are, or which equal, b.
    #[function(name = "countOf", sig = "(a, b, /)")]
    fn count_of(vm: &mut Vm, a: Value, b: Value) -> PyResult<i64> {
        let mut count = 0i64;
        vm.iterate(a, |vm, item| {
            count += i64::from(vm.eq(item, b)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(count)
    }
    /// Return the first index of b in a.
    #[function(name = "indexOf", sig = "(a, b, /)")]
    fn index_of(vm: &mut Vm, a: Value, b: Value) -> PyResult<i64> {
        let (mut at, mut found) = (0i64, false);
        vm.iterate(a, |vm, item| {
            if vm.eq(item, b)? {
                found = true;
                return Ok(ControlFlow::Break(()));
            }
            at += 1;
            Ok(ControlFlow::Continue(()))
        })?;
        if found { Ok(at) } else { Err(vm.value_error("sequence.index(x): x not in sequence")) }
    }
    /// Return an estimate of the number of items in obj.
    ///
    /// This is useful for presizing containers when building from an iterable.
    ///
    /// If the object supports len(), the result will be exact.
    /// Otherwise, it may over- or under-estimate by an arbitrary amount.
    /// The result will be an integer >= 0.
    #[function(sig = "(obj, default=0, /)")]
    fn length_hint(vm: &mut Vm, obj: Value, default: Value) -> PyResult<usize> {
        if vm.is_exact(default, ids::FLOAT) || !vm.has_index(default) {
            let got = vm.type_name(default);
            return Err(vm.type_error(format!("'{got}' object cannot be interpreted as an integer")));
        }
        let default = vm.index(default)?;
        vm.length_hint(obj, default.max(0) as usize)
    }
    /// Same as obj(*args, **kwargs).
    #[function(sig = "(obj, /, *args, **kwargs)")]
    fn call(vm: &mut Vm, obj: Value, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> PyResult {
        call_dict(vm, obj, args.items(), kwargs)
    }
    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    #[function(name = "_compare_digest", sig = "(a, b, /)")]
    fn compare_digest(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        compare::digests(vm, a, b)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        for decl in [getters::ItemGetter::DECL, getters::AttrGetter::DECL, method_caller::MethodCaller::DECL]
        {
            add_type(vm, module, decl)?;
        }
        Ok(())
    }
}
