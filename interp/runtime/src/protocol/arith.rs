//! Binary and unary operators by special methods, with reflection and in-place forms.

use crate::object::Special;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

macro_rules! binary_ops {
    ($($name:ident, $symbol:literal, $special:ident, $reflected:ident, $inplace:ident;)*) => {
        /// A binary operator.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum BinaryOp { $($name,)* }
        impl BinaryOp {
            pub const ALL: &'static [BinaryOp] = &[$(BinaryOp::$name),*];
            pub const fn symbol(self) -> &'static str { match self { $(BinaryOp::$name => $symbol,)* } }
            pub const fn special(self) -> Special { match self { $(BinaryOp::$name => Special::$special,)* } }
            pub const fn reflected(self) -> Special { match self { $(BinaryOp::$name => Special::$reflected,)* } }
            pub const fn inplace(self) -> Special { match self { $(BinaryOp::$name => Special::$inplace,)* } }
        }
    };
}

binary_ops! {
    Add, "+", Add, RAdd, IAdd;
    Sub, "-", Sub, RSub, ISub;
    Mul, "*", Mul, RMul, IMul;
    TrueDiv, "/", TrueDiv, RTrueDiv, ITrueDiv;
    FloorDiv, "//", FloorDiv, RFloorDiv, IFloorDiv;
    Mod, "%", Mod, RMod, IMod;
    Pow, "** or pow()", Pow, RPow, IPow;
    MatMul, "@", MatMul, RMatMul, IMatMul;
    LShift, "<<", LShift, RLShift, ILShift;
    RShift, ">>", RShift, RRShift, IRShift;
    And, "&", And, RAnd, IAnd;
    Or, "|", Or, ROr, IOr;
    Xor, "^", Xor, RXor, IXor;
    DivMod, "divmod()", DivMod, RDivMod, DivMod;
}

/// A unary operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Neg,
    Pos,
    Invert,
    Abs,
}

/// `a op b`
pub fn binary(vm: &mut Vm, op: BinaryOp, a: Value, b: Value) -> PyResult {
    let result = try_binary(vm, op, a, b)?;
    if result != Value::NOT_IMPLEMENTED {
        return Ok(result);
    }
    Err(unsupported(vm, op.symbol(), a, b))
}

/// `a op= b`
pub fn inplace(vm: &mut Vm, op: BinaryOp, a: Value, b: Value) -> PyResult {
    // Exact numbers have no operators in place.
    if let Some(result) = crate::types::int::quick::binary(vm, op, a, b) {
        return result;
    }
    if a.is_pointer()
        && let Some(f) = vm.lookup_special(a, op.inplace())
    {
        let result = vm.call_found(f, a, &[b])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    let result = try_binary(vm, op, a, b)?;
    if result != Value::NOT_IMPLEMENTED {
        return Ok(result);
    }
    Err(unsupported_inplace(vm, op, a, b))
}

#[cold]
fn unsupported_inplace(vm: &mut Vm, op: BinaryOp, a: Value, b: Value) -> crate::vm::Raised {
    let symbol = if op == BinaryOp::Pow { "**=".to_owned() } else { format!("{}=", op.symbol()) };
    unsupported(vm, &symbol, a, b)
}

/// `a op b`, or `a op= b`, once the left operand's method for `op` has given `NotImplemented`.
pub fn reflected(vm: &mut Vm, op: BinaryOp, a: Value, b: Value, inplace: bool) -> PyResult {
    let (left, right) = (vm.class_of(a), vm.class_of(b));
    if left != right
        && let Some(r) = vm.class_special(right, op.reflected())
    {
        let result = vm.call_found(r, b, &[a])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    Err(if inplace { unsupported_inplace(vm, op, a, b) } else { unsupported(vm, op.symbol(), a, b) })
}

/// The operator, or `NotImplemented`.
pub fn try_binary(vm: &mut Vm, op: BinaryOp, a: Value, b: Value) -> PyResult {
    if let Some(result) = crate::types::int::quick::binary(vm, op, a, b) {
        return result;
    }
    if let Some(result) = crate::types::str::quick::binary(vm, op, a, b) {
        return result;
    }
    if let Some(result) = crate::types::complex::quick(vm, op, a, b) {
        return result;
    }
    let (left, right) = (vm.class_of(a), vm.class_of(b));
    let forward = vm.class_special(left, op.special());
    if left == right {
        return match forward {
            Some(f) => vm.call_found(f, a, &[b]),
            None => Ok(Value::NOT_IMPLEMENTED),
        };
    }
    let mut reflected = vm.class_special(right, op.reflected());
    // A subclass's own reflected method goes first.
    if let Some(r) = reflected
        && right.is_subtype(left)
        && vm.class_special(left, op.reflected()) != Some(r)
    {
        let result = vm.call_found(r, b, &[a])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
        reflected = None;
    }
    if let Some(f) = forward {
        let result = vm.call_found(f, a, &[b])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    match reflected {
        Some(r) => vm.call_found(r, b, &[a]),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

#[cold]
fn unsupported(vm: &mut Vm, symbol: &str, a: Value, b: Value) -> crate::vm::Raised {
    let (left, right) = (vm.type_name(a), vm.type_name(b));
    if symbol == ">>" && vm.is_exact(a, crate::object::ids::NATIVE_FUNCTION) {
        let f = crate::types::native_function::of(a);
        if f.decl.get().is_some_and(|d| d.name == "print") {
            return vm.type_error(format!(
                "unsupported operand type(s) for >>: '{left}' and '{right}'. Did you mean \"print(<message>, file=<output_stream>)\"?"
            ));
        }
    }
    if matches!(symbol, "*" | "*=") {
        for (sequence, other) in [(a, &right), (b, &left)] {
            if is_repeatable(vm, sequence) {
                return vm.type_error(format!("can't multiply sequence by non-int of type '{other}'"));
            }
        }
    }
    vm.type_error(format!("unsupported operand type(s) for {symbol}: '{left}' and '{right}'"))
}

/// Sequences whose repetition is not an operator method but the sequence's own.
fn is_repeatable(vm: &Vm, v: Value) -> bool {
    use crate::object::ids;
    let class = vm.class_of(v);
    [ids::LIST, ids::TUPLE, ids::STR, ids::BYTES, ids::BYTEARRAY]
        .into_iter()
        .any(|id| class.is_subtype(vm.builtin(id)))
}

/// `op a`
pub fn unary(vm: &mut Vm, op: UnaryOp, v: Value) -> PyResult {
    let (special, what) = match op {
        UnaryOp::Neg => (Special::Neg, "unary -"),
        UnaryOp::Pos => (Special::Pos, "unary +"),
        UnaryOp::Invert => (Special::Invert, "unary ~"),
        UnaryOp::Abs => (Special::Abs, "abs()"),
    };
    match vm.call_special(v, special, &[])? {
        Some(result) => Ok(result),
        None => {
            let name = vm.type_name(v);
            Err(vm.type_error(format!("bad operand type for {what}: '{name}'")))
        }
    }
}

impl Vm {
    pub fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> PyResult {
        binary(self, op, a, b)
    }
    pub fn inplace(&mut self, op: BinaryOp, a: Value, b: Value) -> PyResult {
        inplace(self, op, a, b)
    }
    pub fn unary(&mut self, op: UnaryOp, v: Value) -> PyResult {
        unary(self, op, v)
    }
}
