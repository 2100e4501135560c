//! Conversion of arguments to Rust types and of Rust results to values, with CPython's error texts.

use super::Owner;
use crate::heap::{Gc, Layout};
use crate::native::errors;
use crate::object::{Special, ids};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::{float, int};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};

/// Which argument of which function is being converted: what error texts name.
#[derive(Clone, Copy, Debug)]
pub struct ArgAt {
    pub function: &'static str,
    pub owner: Owner,
    /// `argument`, `argument 2` or `argument 'x'`; empty for the receiver.
    pub what: &'static str,
    /// For `Option` parameters: Python's `None` becomes Rust's.
    pub none_is_absent: bool,
}

/// A Rust type that a native function can take.
pub trait FromArg: Sized {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<Self>;

    /// As receiver of a method: only instances of the method's own type pass, nothing is converted.
    fn from_receiver(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<Self> {
        errors::check_receiver(vm, v, at)?;
        Self::from_arg(vm, v, at)
    }
}

impl FromArg for Value {
    fn from_arg(_: &mut Vm, v: Value, _: &ArgAt) -> PyResult<Value> {
        Ok(v)
    }
}

impl<T: Layout> FromArg for Gc<T> {
    #[inline]
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<Gc<T>> {
        match vm.downcast::<T>(v) {
            Some(cell) => Ok(cell),
            None => Err(errors::bad_argument(vm, at, ids::NAMES[T::ID.0 as usize], v)),
        }
    }
    #[inline]
    fn from_receiver(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<Gc<T>> {
        match vm.downcast::<T>(v) {
            Some(cell) => Ok(cell),
            None => Err(errors::wrong_receiver(vm, v, at)),
        }
    }
}

impl<T: FromArg> FromArg for Option<T> {
    #[inline]
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<Option<T>> {
        if v.is_unbound() || (at.none_is_absent && v.is_none()) {
            return Ok(None);
        }
        T::from_arg(vm, v, at).map(Some)
    }
}

/// The truth value of any object.
impl FromArg for bool {
    fn from_arg(vm: &mut Vm, v: Value, _: &ArgAt) -> PyResult<bool> {
        vm.truth(v)
    }
    fn from_receiver(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<bool> {
        if v.is_bool() { Ok(v == Value::TRUE) } else { Err(errors::wrong_receiver(vm, v, at)) }
    }
}

/// A real number: float, or anything with `__float__` or `__index__`.
impl FromArg for f64 {
    #[inline]
    fn from_arg(vm: &mut Vm, v: Value, _: &ArgAt) -> PyResult<f64> {
        if v.is_inline_float() { Ok(v.inline_float_unchecked()) } else { float::to_f64(vm, v) }
    }
    fn from_receiver(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<f64> {
        match float::as_f64(vm, v) {
            Some(f) => Ok(f),
            None => Err(errors::wrong_receiver(vm, v, at)),
        }
    }
}

impl FromArg for String {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<String> {
        let Some(text) = vm.downcast::<Str>(v) else {
            return Err(errors::bad_argument(vm, at, "str", v));
        };
        if let Some(text) = text.as_str() {
            return Ok(text.into_owned());
        }
        let at = text.iter().position(|c| (0xD800..0xE000).contains(&c)).unwrap_or(0);
        Err(errors::surrogates(vm, text, at))
    }
}

/// An index into a sequence, clamped to what fits (as slice bounds are): `list.index(x, start, stop)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SliceIndex(pub i64);

impl FromArg for SliceIndex {
    fn from_arg(vm: &mut Vm, v: Value, _: &ArgAt) -> PyResult<SliceIndex> {
        if let Some(n) = v.as_small() {
            return Ok(SliceIndex(n));
        }
        if int::as_int(vm, v).is_none() && vm.lookup_special(v, Special::Index).is_none() {
            return Err(vm.type_error("slice indices must be integers or have an __index__ method"));
        }
        let n = vm.index_value(v)?;
        Ok(SliceIndex(int::clamp_i64(vm, n)))
    }
}

impl SliceIndex {
    /// The position this bound means in a sequence of `len` items: negative ones count from the end.
    pub fn clamp(self, len: usize) -> usize {
        let len = len as i64;
        let at = if self.0 < 0 { self.0.saturating_add(len) } else { self.0 };
        at.clamp(0, len) as usize
    }
}

/// An integer of any size: a small word or an exact heap integer, through `__index__` when it is neither.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IntArg(pub Value);

impl FromArg for IntArg {
    #[inline]
    fn from_arg(vm: &mut Vm, v: Value, _: &ArgAt) -> PyResult<IntArg> {
        if v.is_small() { Ok(IntArg(v)) } else { to_int(vm, v).map(IntArg) }
    }
    fn from_receiver(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<IntArg> {
        match int::as_int(vm, v) {
            Some(n) => Ok(IntArg(n)),
            None => Err(errors::wrong_receiver(vm, v, at)),
        }
    }
}

/// `operator.index(v)` as an exact int.
fn to_int(vm: &mut Vm, v: Value) -> PyResult<Value> {
    if let Some(n) = int::as_int(vm, v) {
        return Ok(n);
    }
    let n = vm.index_value(v)?;
    Ok(int::as_int(vm, n).unwrap_or(n))
}

macro_rules! from_arg_int {
    ($($t:ty: $negative:expr, $large:expr;)*) => {$(
        impl FromArg for $t {
            #[inline]
            fn from_arg(vm: &mut Vm, v: Value, _: &ArgAt) -> PyResult<$t> {
                if let Some(n) = v.as_small()
                    && let Ok(n) = <$t>::try_from(n)
                {
                    return Ok(n);
                }
                let n = to_int(vm, v)?;
                if let Some(n) = int::to_i128(n) {
                    return <$t>::try_from(n).map_err(|_| vm.overflow_error(if n < 0 { $negative } else { $large }));
                }
                Err(vm.overflow_error(if int::is_negative(n) { $negative } else { $large }))
            }
        }
    )*};
}

from_arg_int! {
    i8: "signed char is less than minimum", "signed char is greater than maximum";
    i16: "signed short integer is less than minimum", "signed short integer is greater than maximum";
    i32: "Python int too large to convert to C int", "Python int too large to convert to C int";
    i64: "Python int too large to convert to C long", "Python int too large to convert to C long";
    isize: "Python int too large to convert to C ssize_t", "Python int too large to convert to C ssize_t";
    u8: "unsigned byte integer is less than minimum", "unsigned byte integer is greater than maximum";
    u16: "value must be positive", "Python int too large for C unsigned short";
    u32: "can't convert negative value to unsigned int", "Python int too large to convert to C unsigned int";
    u64: "can't convert negative int to unsigned", "Python int too large to convert to C unsigned long";
    usize: "can't convert negative value to size_t", "Python int too large to convert to C size_t";
}

/// What a native function can return.
pub trait IntoResult {
    fn into_result(self, vm: &mut Vm) -> PyResult<Value>;
}

impl IntoResult for Value {
    #[inline(always)]
    fn into_result(self, _: &mut Vm) -> PyResult<Value> {
        Ok(self)
    }
}
impl IntoResult for () {
    #[inline(always)]
    fn into_result(self, _: &mut Vm) -> PyResult<Value> {
        Ok(Value::NONE)
    }
}
impl IntoResult for bool {
    #[inline(always)]
    fn into_result(self, _: &mut Vm) -> PyResult<Value> {
        Ok(Value::bool(self))
    }
}
impl IntoResult for f64 {
    #[inline]
    fn into_result(self, vm: &mut Vm) -> PyResult<Value> {
        vm.float(self)
    }
}
impl IntoResult for &str {
    fn into_result(self, vm: &mut Vm) -> PyResult<Value> {
        vm.str(self).map(Value::from_gc)
    }
}
impl IntoResult for String {
    fn into_result(self, vm: &mut Vm) -> PyResult<Value> {
        vm.str(&self).map(Value::from_gc)
    }
}
impl<T> IntoResult for Gc<T> {
    #[inline(always)]
    fn into_result(self, _: &mut Vm) -> PyResult<Value> {
        Ok(Value::from_gc(self))
    }
}
impl IntoResult for IntArg {
    #[inline(always)]
    fn into_result(self, _: &mut Vm) -> PyResult<Value> {
        Ok(self.0)
    }
}
impl<T: IntoResult> IntoResult for Option<T> {
    #[inline]
    fn into_result(self, vm: &mut Vm) -> PyResult<Value> {
        match self {
            Some(v) => v.into_result(vm),
            None => Ok(Value::NONE),
        }
    }
}
impl<T: IntoResult> IntoResult for Result<T, Raised> {
    #[inline(always)]
    fn into_result(self, vm: &mut Vm) -> PyResult<Value> {
        self?.into_result(vm)
    }
}

macro_rules! into_result_int {
    ($($t:ty)*) => {$(
        impl IntoResult for $t {
            #[inline]
            fn into_result(self, vm: &mut Vm) -> PyResult<Value> {
                match i64::try_from(self).ok().and_then(Value::try_small) {
                    Some(v) => Ok(v),
                    None => vm.int_i128(self as i128),
                }
            }
        }
    )*};
}
into_result_int!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize i128);

macro_rules! into_result_tuple {
    ($($t:ident $i:tt),+) => {
        impl<$($t: IntoResult),+> IntoResult for ($($t,)+) {
            fn into_result(self, vm: &mut Vm) -> PyResult<Value> {
                // On the stack, so that what is made first stays alive while the rest is made.
                let items = [$(self.$i.into_result(vm)?),+];
                vm.tuple(&items).map(Value::from_gc)
            }
        }
    };
}
into_result_tuple!(A 0);
into_result_tuple!(A 0, B 1);
into_result_tuple!(A 0, B 1, C 2);
into_result_tuple!(A 0, B 1, C 2, D 3);

/// `**kwargs` of a native function: name and value pairs in the order they were passed.
pub type KwArgs = Gc<Dict>;
