//! One interpolated value of a template, with the source text of its expression.

use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::types::class_getitem::class_getitem;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_params::reference_cell;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

reference_cell! {
    /// Cell of an interpolation.
    Interpolation(ids::INTERPOLATION) { value, expression, conversion, format_spec }
}

/// The class, with `__match_args__`.
fn class(vm: &mut Vm) -> PyResult<Gc<Type>> {
    let cls = vm.native_class(Interpolation::DECL)?;
    let dict = cls.dict.get().expect("classes have a dict");
    let key = vm.names.match_args;
    if vm.dict_get_str(dict, key).is_none() {
        let names =
            ["value", "expression", "conversion", "format_spec"].map(|n| Value::from_gc(vm.intern(n)));
        let names = Value::from_gc(vm.tuple(&names)?);
        vm.dict_set_str(dict, key, names)?;
        vm.class_changed(cls);
    }
    Ok(cls)
}

/// `Interpolation(value, expression, conversion, format_spec)`, unchecked.
pub fn interpolation(vm: &mut Vm, parts: [Value; 4]) -> PyResult {
    let cls = class(vm)?;
    let made = vm.alloc_instance::<Interpolation>(cls)?;
    let [value, expression, conversion, format_spec] = parts;
    made.value.init(value);
    made.expression.init(expression);
    made.conversion.init(conversion);
    made.format_spec.init(format_spec);
    Ok(Value::from_gc(made))
}

fn text(vm: &mut Vm, v: Option<Value>, name: &str) -> PyResult {
    match v {
        None => Ok(Value::from_gc(vm.names.empty)),
        Some(v) if vm.downcast::<Str>(v).is_some() => Ok(v),
        Some(v) => {
            let got = vm.type_name(v);
            Err(vm.type_error(format!("Interpolation() argument '{name}' must be str, not {got}")))
        }
    }
}

/// A value that was interpolated, and how it is to be formatted.
#[py_type(name = "Interpolation", module = "string.templatelib", id = ids::INTERPOLATION)]
impl Interpolation {
    #[new(
        sig = "(value=<unrepresentable>, expression=<unrepresentable>, conversion=None, format_spec=<unrepresentable>)",
        text = "(*args, **kwargs)"
    )]
    fn new(
        vm: &mut Vm,
        _cls: Gc<Type>,
        value: Option<Value>,
        expression: Option<Value>,
        conversion: Value,
        format_spec: Option<Value>,
    ) -> PyResult {
        let Some(value) = value else {
            return Err(vm.type_error("Interpolation() missing required argument 'value' (pos 1)"));
        };
        let expression = text(vm, expression, "expression")?;
        if !conversion.is_none() {
            let v = text(vm, Some(conversion), "conversion")?;
            let known = vm.downcast::<Str>(v).is_some_and(|s| ["s", "a", "r"].iter().any(|k| s.is(k)));
            if !known {
                let text = "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'";
                return Err(vm.value_error(text));
            }
        }
        let format_spec = text(vm, format_spec, "format_spec")?;
        interpolation(vm, [value, expression, conversion, format_spec])
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Interpolation>) -> PyResult<String> {
        let mut parts = Vec::new();
        for field in [&this.value, &this.expression, &this.conversion, &this.format_spec] {
            parts.push(vm.repr(field.get())?.to_message());
        }
        Ok(format!("Interpolation({})", parts.join(", ")))
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(vm: &mut Vm, this: Gc<Interpolation>) -> PyResult<Gc<Tuple>> {
        let cls = Value::from_gc(class(vm)?);
        let parts = [&this.value, &this.expression, &this.conversion, &this.format_spec].map(|f| f.get());
        let args = vm.tuple(&parts)?;
        vm.tuple(&[cls, Value::from_gc(args)])
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult<Value> {
        class_getitem(vm, cls, object)
    }

    /// Value
    #[getter]
    fn value(_vm: &mut Vm, this: Gc<Interpolation>) -> Value {
        this.value.get()
    }

    /// Expression
    #[getter]
    fn expression(_vm: &mut Vm, this: Gc<Interpolation>) -> Value {
        this.expression.get()
    }

    /// Conversion
    #[getter]
    fn conversion(_vm: &mut Vm, this: Gc<Interpolation>) -> Value {
        this.conversion.get()
    }

    /// Format specifier
    #[getter]
    fn format_spec(_vm: &mut Vm, this: Gc<Interpolation>) -> Value {
        this.format_spec.get()
    }
}
