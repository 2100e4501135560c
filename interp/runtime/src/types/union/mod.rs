//! `typing.Union`: `X | Y` of types.

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::types::generic_alias::{GenericAlias, item_text, parameters_of, substitute};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, RootedVec, Vm, id_of};
use habu_macros::py_type;
use std::ptr::NonNull;

/// Cell of a union.
#[repr(C)]
pub struct Union {
    pub header: Header,
    /// Tuple of two or more distinct types.
    pub args: Field,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    t.value(unsafe { cell.cast::<Union>().as_ref() }.args.get());
}

// SAFETY: `trace` names the one reference.
unsafe impl Layout for Union {
    const ID: ShapeId = ids::UNION;
    const KIND: CellKind = CellKind::new(trace);
}

impl Union {
    pub fn arguments(&self, vm: &Vm) -> Gc<Tuple> {
        vm.downcast::<Tuple>(self.args.get()).expect("arguments are a tuple")
    }
}

/// Whether `v` may stand in `X | Y` of types.
fn is_type_like(vm: &Vm, v: Value) -> bool {
    v.is_none()
        || vm.as_class(v).is_some()
        || matches!(id_of(v), ids::UNION | ids::TYPE_ALIAS | ids::TYPE_VAR)
        || vm.downcast::<GenericAlias>(v).is_some()
}

/// `a | b` as types; `NotImplemented` if one is not a type.
pub fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if !is_type_like(vm, a) || !is_type_like(vm, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    of_all(vm, &[a, b])
}

/// The union of some types: nested unions are flattened, repetitions left out; one alone is itself.
pub fn of_all(vm: &mut Vm, types: &[Value]) -> PyResult {
    let mut flat = vm.rooted_vec();
    for v in types {
        match vm.exact::<Union>(*v) {
            Some(union) => {
                for one in union.arguments(vm).items() {
                    add(vm, &mut flat, *one)?;
                }
            }
            None => {
                let v = if v.is_none() { Value::from_gc(vm.builtin(ids::NONE)) } else { *v };
                add(vm, &mut flat, v)?;
            }
        }
    }
    if let [one] = flat[..] {
        return Ok(one);
    }
    let args = vm.tuple(&flat)?;
    let union = vm.alloc::<Union>(ids::UNION)?;
    union.args.init(Value::from_gc(args));
    Ok(Value::from_gc(union))
}

/// The union of what is checked to be types; strings become forward references.
pub fn checked_union(vm: &mut Vm, items: &[Value]) -> PyResult {
    let mut types = vm.rooted_vec();
    for item in items {
        let text = "Union[arg, ...]: each arg must be a type.";
        let checked = if is_type_like(vm, *item) {
            *item
        } else {
            crate::types::type_params::type_check(vm, *item, text)?
        };
        types.push(checked);
    }
    of_all(vm, &types)
}

fn add(vm: &mut Vm, flat: &mut RootedVec, v: Value) -> PyResult<()> {
    for i in 0..flat.len() {
        if vm.eq(flat[i], v)? {
            return Ok(());
        }
    }
    flat.push(v);
    Ok(())
}

/// Represent a union type
///
/// E.g. for int | str
#[py_type(name = "Union", module = "typing", id = ids::UNION)]
impl Union {
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, _cls: Gc<Type>, item: Value) -> PyResult {
        let items = match vm.downcast::<Tuple>(item) {
            Some(tuple) => tuple,
            None => vm.tuple(&[item])?,
        };
        if items.is_empty() {
            return Err(vm.type_error("Cannot take a Union of no types."));
        }
        checked_union(vm, items.items())
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Union>) -> PyResult<String> {
        let mut out = String::new();
        let none = Value::from_gc(vm.builtin(ids::NONE));
        for (i, arg) in this.arguments(vm).items().iter().enumerate() {
            if i > 0 {
                out.push_str(" | ");
            }
            if *arg == none {
                out.push_str("None");
            } else {
                item_text(vm, *arg, &mut out)?;
            }
        }
        Ok(out)
    }

    /// Same types in any order.
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Union>, other: Value) -> PyResult {
        let Some(other) = vm.exact::<Union>(other) else { return Ok(Value::NOT_IMPLEMENTED) };
        let (mine, theirs) = (this.arguments(vm), other.arguments(vm));
        if mine.len() != theirs.len() {
            return Ok(Value::FALSE);
        }
        for one in mine.items() {
            let mut found = false;
            for two in theirs.items() {
                if vm.eq(*one, *two)? {
                    found = true;
                    break;
                }
            }
            if !found {
                return Ok(Value::FALSE);
            }
        }
        Ok(Value::TRUE)
    }

    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<Union>) -> PyResult<i64> {
        let mut hash = 0;
        for arg in this.arguments(vm).items() {
            hash ^= vm.hash(*arg)?.wrapping_mul(0x9E37_79B9);
        }
        Ok(hash >> 3)
    }

    #[method]
    fn __or__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        or(vm, this, other)
    }

    #[method]
    fn __ror__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        or(vm, other, this)
    }

    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<Union>, key: Value) -> PyResult {
        let args = this.arguments(vm);
        let parameters = parameters_of(vm, args)?;
        let args = substitute(vm, Value::from_gc(this), args, parameters, key)?;
        of_all(vm, args.items())
    }

    #[method]
    fn __mro_entries__(vm: &mut Vm, this: Gc<Union>, _bases: Value) -> PyResult {
        let text = vm.repr(Value::from_gc(this))?.to_message();
        Err(vm.type_error(format!("Cannot subclass {text}")))
    }

    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Union>) -> PyResult {
        let class = Value::from_gc(vm.builtin(ids::UNION));
        let module = crate::import::import_module(vm, "operator")?;
        let getitem = vm.intern("getitem");
        let f = vm.get_attr(module, getitem)?;
        let args = vm.tuple(&[class, this.args.get()])?;
        Ok(Value::from_gc(vm.tuple(&[f, Value::from_gc(args)])?))
    }

    #[getter]
    fn __args__(_vm: &mut Vm, this: Gc<Union>) -> Value {
        this.args.get()
    }

    #[getter]
    fn __origin__(vm: &mut Vm, _this: Gc<Union>) -> Value {
        Value::from_gc(vm.builtin(ids::UNION))
    }

    #[getter]
    fn __parameters__(vm: &mut Vm, this: Gc<Union>) -> PyResult<Gc<Tuple>> {
        let args = this.arguments(vm);
        parameters_of(vm, args)
    }

    #[getter]
    fn __name__(_vm: &mut Vm, _this: Gc<Union>) -> &'static str {
        "Union"
    }

    #[getter]
    fn __qualname__(_vm: &mut Vm, _this: Gc<Union>) -> &'static str {
        "Union"
    }
}
