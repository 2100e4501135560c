//! Attributes, identity, classes, text of objects.

use habu_macros::native_module;

#[native_module(name = "builtins")]
pub mod functions {
    use crate::heap::Gc;
    use crate::object::Special;
    use crate::types::str::Str;
    use crate::value::Value;
    use crate::vm::{PyResult, Vm};

    /// The canonical text of an object.
    #[function(sig = "(obj, /)")]
    fn repr(vm: &mut Vm, obj: Value) -> PyResult<Gc<Str>> {
        vm.repr(obj)
    }

    /// As repr(), with other than ASCII characters escaped.
    #[function(sig = "(obj, /)")]
    fn ascii(vm: &mut Vm, obj: Value) -> PyResult<Gc<Str>> {
        vm.ascii(obj)
    }

    /// `type(value).__format__(value, format_spec)`
    #[function(sig = "(value, format_spec='', /)")]
    fn format(vm: &mut Vm, value: Value, format_spec: Value) -> PyResult<Gc<Str>> {
        match vm.downcast::<Str>(format_spec) {
            Some(spec) => vm.format(value, spec),
            None => {
                let name = vm.type_name(format_spec);
                Err(vm.type_error(format!("format() argument 2 must be str, not {name}")))
            }
        }
    }

    /// How many items a container has.
    #[function(sig = "(obj, /)", effects(no_python))]
    fn len(vm: &mut Vm, obj: Value) -> PyResult<usize> {
        if let Some(list) = obj.exact_list() {
            return Ok(list.len());
        }
        vm.len(obj)
    }

    /// Whether an object is an instance of a class or of one of several.
    #[function(sig = "(obj, class_or_tuple, /)")]
    fn isinstance(vm: &mut Vm, obj: Value, class_or_tuple: Value) -> PyResult<bool> {
        vm.is_instance(obj, class_or_tuple)
    }

    /// Whether a class derives from another or from one of several.
    #[function(sig = "(cls, class_or_tuple, /)")]
    fn issubclass(vm: &mut Vm, cls: Value, class_or_tuple: Value) -> PyResult<bool> {
        vm.is_subclass(cls, class_or_tuple)
    }

    /// Whether an object can be called.
    #[function(sig = "(obj, /)")]
    fn callable(vm: &mut Vm, obj: Value) -> bool {
        vm.is_callable(obj)
    }

    /// A number that no other object has at the same time.
    #[function(sig = "(obj, /)")]
    fn id(vm: &mut Vm, obj: Value) -> PyResult {
        match obj.as_header() {
            Some(cell) => vm.int(cell.as_ptr() as i64),
            // Words: any injective number apart from cell addresses, which are multiples of 16.
            None => vm.int((obj.0 >> 1) as i64 | 1),
        }
    }

    /// The hash of an object.
    #[function(sig = "(obj, /)")]
    fn hash(vm: &mut Vm, obj: Value) -> PyResult<i64> {
        vm.hash(obj)
    }

    /// An attribute by name; the default, if given, in place of AttributeError.
    #[function(sig = "(object, name, default=<unrepresentable>, /)")]
    fn getattr(vm: &mut Vm, object: Value, name: Value, default: Option<Value>) -> PyResult {
        let name = super::attribute_name(vm, name)?;
        match default {
            None => vm.get_attr(object, name),
            Some(default) => Ok(vm.get_attr_opt(object, name)?.unwrap_or(default)),
        }
    }

    /// Whether an object has an attribute.
    #[function(sig = "(obj, name, /)")]
    fn hasattr(vm: &mut Vm, obj: Value, name: Value) -> PyResult<bool> {
        let name = super::attribute_name(vm, name)?;
        Ok(vm.get_attr_opt(obj, name)?.is_some())
    }

    /// Sets an attribute by name.
    #[function(sig = "(obj, name, value, /)")]
    fn setattr(vm: &mut Vm, obj: Value, name: Value, value: Value) -> PyResult<()> {
        let name = super::attribute_name(vm, name)?;
        vm.set_attr(obj, name, value)
    }

    /// Deletes an attribute by name.
    #[function(sig = "(obj, name, /)")]
    fn delattr(vm: &mut Vm, obj: Value, name: Value) -> PyResult<()> {
        let name = super::attribute_name(vm, name)?;
        vm.del_attr(obj, name)
    }

    /// The names in a scope, or the attributes of an object, sorted.
    #[function(sig = "(object=<unrepresentable>, /)")]
    fn dir(vm: &mut Vm, object: Option<Value>) -> PyResult {
        let names = match object {
            None => {
                let locals = super::super::code::locals_of_caller(vm)?;
                vm.call_method(locals, "keys", &[])?
            }
            Some(v) => match vm.call_special(v, Special::Dir, &[])? {
                Some(names) => names,
                None => {
                    let name = vm.type_name(v);
                    return Err(vm.type_error(format!("object does not provide __dir__: {name}")));
                }
            },
        };
        let list = vm.list_from_iterable(names)?;
        vm.call_method(Value::from_gc(list), "sort", &[])?;
        Ok(Value::from_gc(list))
    }

    /// `object.__dict__`, or the local variables.
    #[function(sig = "(object=<unrepresentable>, /)")]
    fn vars(vm: &mut Vm, object: Option<Value>) -> PyResult {
        let Some(object) = object else {
            return super::super::code::locals_of_caller(vm);
        };
        let name = vm.names.dict;
        match vm.get_attr_opt(object, name)? {
            Some(dict) => Ok(dict),
            None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
        }
    }
}

use crate::heap::Gc;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// An attribute's name, interned.
fn attribute_name(vm: &mut Vm, name: Value) -> PyResult<Gc<Str>> {
    match vm.downcast::<Str>(name) {
        Some(name) => vm.intern_str(name),
        None => {
            let given = vm.type_name(name);
            Err(vm.type_error(format!("attribute name must be string, not '{given}'")))
        }
    }
}
