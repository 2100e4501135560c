//! Values computed when first asked for: bounds, constraints, defaults, and the values of type aliases.

use super::reference_cell;
use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::generic_alias::item_text;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::any::TypeId;
use std::ptr::NonNull;

/// `annotationlib.Format.VALUE` and `STRING`.
const VALUE: i64 = 1;
const STRING: i64 = 4;

/// The value of `field`, computed by `evaluator` the first time; `absent` if there is neither.
pub fn get(vm: &mut Vm, owner: NonNull<Header>, field: &Field, evaluator: &Field, absent: Value) -> PyResult {
    if let Some(v) = field.get().bound() {
        return Ok(v);
    }
    let Some(f) = evaluator.get().bound() else { return Ok(absent) };
    let v = vm.call(f, &[Value::small(VALUE)])?;
    field.set(&mut vm.heap, owner, v);
    Ok(v)
}

/// What evaluates a lazy value in a given format: its own function, or one that has the value already.
pub fn evaluator_of(vm: &mut Vm, field: &Field, evaluator: &Field) -> PyResult {
    if let Some(f) = evaluator.get().bound() {
        return Ok(f);
    }
    let none = no_default(vm)?;
    match field.get().bound() {
        Some(v) if !v.is_none() && v != none => {
            let cls = vm.native_class(ConstEvaluator::DECL)?;
            let made = vm.alloc_instance::<ConstEvaluator>(cls)?;
            made.value.init(v);
            Ok(Value::from_gc(made))
        }
        _ => Ok(Value::NONE),
    }
}

reference_cell! {
    /// Cell of an evaluator that gives a constant.
    ConstEvaluator(ids::CONST_EVALUATOR) { value }
}

/// Evaluates to a value that is known.
#[py_type(name = "_ConstEvaluator", module = "_typing", id = ids::CONST_EVALUATOR)]
impl ConstEvaluator {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(vm: &mut Vm, this: Gc<ConstEvaluator>, args: Gc<Tuple>, _kwargs: Value) -> PyResult {
        let &[format] = args.items() else {
            let n = args.len();
            return Err(
                vm.type_error(format!("constevaluator.__call__() takes exactly 1 argument ({n} given)"))
            );
        };
        if vm.index(format)? != STRING {
            return Ok(this.value.get());
        }
        let mut text = String::new();
        match vm.downcast::<Tuple>(this.value.get()) {
            Some(tuple) => {
                text.push('(');
                for (i, item) in tuple.items().iter().enumerate() {
                    if i > 0 {
                        text.push_str(", ");
                    }
                    item_text(vm, *item, &mut text)?;
                }
                text.push(')');
            }
            None => item_text(vm, this.value.get(), &mut text)?,
        }
        vm.str(&text).map(Value::from_gc)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<ConstEvaluator>) -> PyResult<String> {
        let text = vm.repr(this.value.get())?.to_message();
        Ok(format!("<constevaluator {text}>"))
    }
}

/// Cell of `typing.NoDefault`.
#[repr(C)]
pub struct NoDefault {
    pub header: Header,
}

unsafe fn trace(_: NonNull<Header>, _: &mut Tracer<'_>) {}

// SAFETY: the cell holds no references.
unsafe impl Layout for NoDefault {
    const ID: ShapeId = ids::TYPE_NO_DEFAULT;
    const KIND: CellKind = CellKind::new(trace);
}

/// Where `typing.NoDefault` is among the machine's permanent values.
struct Place(usize);

/// `typing.NoDefault`
pub fn no_default(vm: &mut Vm) -> PyResult {
    if let Some(place) =
        vm.module_state.get(&TypeId::of::<Place>()).and_then(|state| state.downcast_ref::<Place>())
    {
        return Ok(vm.permanent[place.0]);
    }
    let cls = vm.native_class(NoDefault::DECL)?;
    let v = Value::from_gc(vm.alloc_instance::<NoDefault>(cls)?);
    vm.permanent.push(v);
    let place = Place(vm.permanent.len() - 1);
    vm.module_state.insert(TypeId::of::<Place>(), Box::new(place));
    Ok(v)
}

/// The type of the NoDefault singleton.
#[py_type(name = "NoDefaultType", id = ids::TYPE_NO_DEFAULT)]
impl NoDefault {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        if !args.is_empty() || !kwargs.is_empty() {
            return Err(vm.type_error("NoDefaultType takes no arguments"));
        }
        no_default(vm)
    }

    #[method]
    fn __repr__(_vm: &mut Vm, _this: Gc<NoDefault>) -> &'static str {
        "typing.NoDefault"
    }

    #[method]
    fn __reduce__(_vm: &mut Vm, _this: Gc<NoDefault>) -> &'static str {
        "NoDefault"
    }
}
