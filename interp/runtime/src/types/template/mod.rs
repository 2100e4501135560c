//! `string.templatelib`: what template strings make.

mod interpolation;
mod iter;

pub use interpolation::{Interpolation, interpolation};
pub use iter::TemplateIter;

use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::types::class_getitem::class_getitem;
use crate::types::dict::Dict;
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::types::type_params::reference_cell;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

reference_cell! {
    /// Cell of a template: a tuple of strings, and a tuple with one interpolation fewer.
    Template(ids::TEMPLATE) { strings, interpolations }
}

/// A template of these parts: one string more than interpolations.
pub fn template(vm: &mut Vm, strings: Value, interpolations: Value) -> PyResult {
    let cls = vm.native_class(Template::DECL)?;
    let made = vm.alloc_instance::<Template>(cls)?;
    made.strings.init(strings);
    made.interpolations.init(interpolations);
    Ok(Value::from_gc(made))
}

/// The items of a field that holds a tuple, which keeps them alive.
fn items(vm: &Vm, v: Value) -> Vec<Value> {
    vm.exact::<Tuple>(v).map_or(Vec::new(), |t| t.items().to_vec())
}

/// `a` and `b` as one string.
fn joined(vm: &mut Vm, a: Gc<Str>, b: Gc<Str>) -> PyResult {
    let mut out = StrBuilder::new();
    out.push_py(a);
    out.push_py(b);
    out.finish(vm).map(Value::from_gc)
}

/// A string of a template; only strings are there.
fn string(vm: &mut Vm, v: Value) -> Gc<Str> {
    vm.downcast::<Str>(v).unwrap_or(vm.names.empty)
}

/// A string with interpolated values, each kept apart.
#[py_type(name = "Template", module = "string.templatelib", id = ids::TEMPLATE)]
impl Template {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        if !kwargs.is_empty() {
            return Err(vm.type_error("Template.__new__ only accepts *args arguments"));
        }
        let (mut strings, mut interpolations) = (vm.rooted_vec(), vm.rooted_vec());
        let mut last = vm.names.empty;
        for arg in args.items() {
            if let Some(text) = vm.downcast::<Str>(*arg) {
                let text = if last.is_empty() { *arg } else { joined(vm, last, text)? };
                last = string(vm, text);
                // Kept alive by the arguments or by the last place of `strings`.
                strings.push(text);
                strings.pop();
                continue;
            }
            if vm.exact::<Interpolation>(*arg).is_none() {
                let got = vm.type_name(*arg);
                let text =
                    format!("Template.__new__ *args need to be of type 'str' or 'Interpolation', got {got}");
                return Err(vm.type_error(text));
            }
            strings.push(Value::from_gc(last));
            last = vm.names.empty;
            interpolations.push(*arg);
        }
        strings.push(Value::from_gc(last));
        let strings = Value::from_gc(vm.tuple(&strings)?);
        let interpolations = Value::from_gc(vm.tuple(&interpolations)?);
        template(vm, strings, interpolations)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Template>) -> PyResult<String> {
        let strings = vm.repr(this.strings.get())?.to_message();
        let interpolations = vm.repr(this.interpolations.get())?.to_message();
        Ok(format!("Template(strings={strings}, interpolations={interpolations})"))
    }

    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<Template>) -> PyResult {
        iter::over(vm, this)
    }

    #[method]
    fn __add__(vm: &mut Vm, this: Gc<Template>, other: Value) -> PyResult {
        let Some(other) = vm.exact::<Template>(other) else {
            let got = vm.type_name(other);
            return Err(vm.type_error(format!(
                "can only concatenate string.templatelib.Template (not \"{got}\") to string.templatelib.Template"
            )));
        };
        let (mut strings, mut interpolations) = (vm.rooted_vec(), vm.rooted_vec());
        strings.extend_from_slice(&items(vm, this.strings.get()));
        let last = strings.pop().unwrap_or(Value::NONE);
        let (first, rest) = match &items(vm, other.strings.get())[..] {
            [first, rest @ ..] => (*first, rest.to_vec()),
            [] => (Value::NONE, Vec::new()),
        };
        let (last, first) = (string(vm, last), string(vm, first));
        let middle = joined(vm, last, first)?;
        strings.push(middle);
        strings.extend_from_slice(&rest);
        interpolations.extend_from_slice(&items(vm, this.interpolations.get()));
        interpolations.extend_from_slice(&items(vm, other.interpolations.get()));
        let strings = Value::from_gc(vm.tuple(&strings)?);
        let interpolations = Value::from_gc(vm.tuple(&interpolations)?);
        template(vm, strings, interpolations)
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(vm: &mut Vm, this: Gc<Template>) -> PyResult {
        let module = vm.import_module("string.templatelib")?;
        let f = vm.get_attr_str(module, "_template_unpickle")?;
        let args = vm.tuple(&[this.strings.get(), this.interpolations.get()])?;
        vm.tuple(&[f, Value::from_gc(args)]).map(Value::from_gc)
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult<Value> {
        class_getitem(vm, cls, object)
    }

    /// Strings
    #[getter]
    fn strings(_vm: &mut Vm, this: Gc<Template>) -> Value {
        this.strings.get()
    }

    /// Interpolations
    #[getter]
    fn interpolations(_vm: &mut Vm, this: Gc<Template>) -> Value {
        this.interpolations.get()
    }

    /// Values of interpolations
    #[getter]
    fn values(vm: &mut Vm, this: Gc<Template>) -> PyResult<Gc<Tuple>> {
        let mut values = vm.rooted_vec();
        for v in items(vm, this.interpolations.get()) {
            values.push(vm.exact::<Interpolation>(v).map_or(Value::NONE, |i| i.value.get()));
        }
        vm.tuple(&values)
    }
}
