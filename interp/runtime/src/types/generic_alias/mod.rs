//! `types.GenericAlias`: a class with type arguments, `list[int]`.

mod substitute;

pub use substitute::{parameters_of, substitute};

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a generic alias.
#[repr(C)]
pub struct GenericAlias {
    pub header: Header,
    pub origin: Field,
    /// Tuple.
    pub args: Field,
    /// Tuple of the type variables in the arguments, or `UNBOUND` until asked for.
    pub parameters: Field,
    /// `*tuple[int, ...]`
    pub starred: Cell<bool>,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let a = unsafe { cell.cast::<GenericAlias>().as_ref() };
    for field in [&a.origin, &a.args, &a.parameters] {
        t.value(field.get());
    }
}

// SAFETY: `trace` names every reference.
unsafe impl Layout for GenericAlias {
    const ID: ShapeId = ids::GENERIC_ALIAS;
    const KIND: CellKind = CellKind::new(trace);
}

/// Attributes that are the alias's own; all others are those of the class.
const OWN: [&str; 13] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__bases__",
    "__copy__",
    "__deepcopy__",
    "__or__",
];

/// The class to ask for an attribute that an alias does not have itself.
pub fn forwarded(v: Value, name: Gc<Str>) -> Option<Value> {
    let alias = v.exact::<GenericAlias>()?;
    (!OWN.iter().any(|own| name.is(own))).then(|| alias.origin.get())
}

/// `origin[args]`
pub fn new(vm: &mut Vm, origin: Value, args: Value) -> PyResult<Gc<GenericAlias>> {
    let args = match vm.downcast::<Tuple>(args) {
        Some(args) => args,
        None => vm.tuple(&[args])?,
    };
    make(vm, origin, args, false)
}

fn make(vm: &mut Vm, origin: Value, args: Gc<Tuple>, starred: bool) -> PyResult<Gc<GenericAlias>> {
    let alias = vm.alloc::<GenericAlias>(ids::GENERIC_ALIAS)?;
    alias.origin.init(origin);
    alias.args.init(Value::from_gc(args));
    alias.parameters.init(Value::UNBOUND);
    alias.starred.set(starred);
    Ok(alias)
}

impl GenericAlias {
    pub fn arguments(&self, vm: &Vm) -> Gc<Tuple> {
        vm.downcast::<Tuple>(self.args.get()).expect("arguments are a tuple")
    }

    fn parameters(vm: &mut Vm, this: Gc<GenericAlias>) -> PyResult<Gc<Tuple>> {
        if let Some(known) = vm.downcast::<Tuple>(this.parameters.get()) {
            return Ok(known);
        }
        let args = this.arguments(vm);
        let found = parameters_of(vm, args)?;
        this.parameters.set(&mut vm.heap, this.header(), Value::from_gc(found));
        Ok(found)
    }
}

/// How a type argument is shown: classes by name, others by repr.
pub fn item_text(vm: &mut Vm, v: Value, out: &mut String) -> PyResult<()> {
    if v == Value::ELLIPSIS {
        out.push_str("...");
        return Ok(());
    }
    if let Some(cls) = vm.as_class(v) {
        let name = crate::types::typ::full_name(vm, cls)?;
        out.push_str(&name);
        return Ok(());
    }
    if let Some(list) = vm.downcast::<List>(v) {
        out.push('[');
        let items = vm.collect(Value::from_gc(list))?;
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            item_text(vm, *item, out)?;
        }
        out.push(']');
        return Ok(());
    }
    out.push_str(&vm.repr(v)?.to_message());
    Ok(())
}

/// Represent a PEP 585 generic type
///
/// E.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).
#[py_type(name = "GenericAlias", module = "types", id = ids::GENERIC_ALIAS)]
impl GenericAlias {
    #[new(sig = "(origin, args, /)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, origin: Value, args: Value) -> PyResult<Gc<GenericAlias>> {
        new(vm, origin, args)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<GenericAlias>) -> PyResult<String> {
        vm.enter_call()?;
        let mut out = String::new();
        if this.starred.get() {
            out.push('*');
        }
        item_text(vm, this.origin.get(), &mut out)?;
        out.push('[');
        let args = this.arguments(vm);
        for (i, arg) in args.items().iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            item_text(vm, *arg, &mut out)?;
        }
        if args.is_empty() {
            out.push_str("()");
        }
        out.push(']');
        Ok(out)
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<GenericAlias>, other: Value) -> PyResult {
        let Some(other) = vm.exact::<GenericAlias>(other) else { return Ok(Value::NOT_IMPLEMENTED) };
        let same = this.starred.get() == other.starred.get()
            && vm.eq(this.origin.get(), other.origin.get())?
            && vm.eq(this.args.get(), other.args.get())?;
        Ok(Value::bool(same))
    }

    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<GenericAlias>) -> PyResult<i64> {
        Ok(vm.hash(this.origin.get())? ^ vm.hash(this.args.get())?)
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(vm: &mut Vm, this: Gc<GenericAlias>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        let made = vm.call_dict(this.origin.get(), args.items(), kwargs)?;
        let name = vm.intern("__orig_class__");
        if let Err(raised) = vm.set_attr(made, name, Value::from_gc(this)) {
            let exc = vm.ctx.exception;
            if !vm.exception_matches(exc, Exc::AttributeError) && !vm.exception_matches(exc, Exc::TypeError) {
                return Err(raised);
            }
            vm.take_exception(raised);
        }
        Ok(made)
    }

    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<GenericAlias>, key: Value) -> PyResult {
        let parameters = Self::parameters(vm, this)?;
        let args = substitute(vm, Value::from_gc(this), this.arguments(vm), parameters, key)?;
        Ok(Value::from_gc(make(vm, this.origin.get(), args, this.starred.get())?))
    }

    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<GenericAlias>) -> PyResult {
        let args = this.arguments(vm);
        let starred = make(vm, this.origin.get(), args, true)?;
        let one = vm.tuple(&[Value::from_gc(starred)])?;
        vm.get_iter(Value::from_gc(one))
    }

    #[method]
    fn __mro_entries__(vm: &mut Vm, this: Gc<GenericAlias>, _bases: Value) -> PyResult {
        Ok(Value::from_gc(vm.tuple(&[this.origin.get()])?))
    }

    #[method]
    fn __instancecheck__(vm: &mut Vm, _this: Gc<GenericAlias>, _instance: Value) -> PyResult {
        Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
    }

    #[method]
    fn __subclasscheck__(vm: &mut Vm, _this: Gc<GenericAlias>, _subclass: Value) -> PyResult {
        Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
    }

    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<GenericAlias>) -> PyResult {
        let class = Value::from_gc(vm.builtin(ids::GENERIC_ALIAS));
        let args = vm.tuple(&[this.origin.get(), this.args.get()])?;
        Ok(Value::from_gc(vm.tuple(&[class, Value::from_gc(args)])?))
    }

    #[method]
    fn __or__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        crate::types::union::or(vm, this, other)
    }

    #[method]
    fn __ror__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        crate::types::union::or(vm, other, this)
    }

    #[getter]
    fn __origin__(_vm: &mut Vm, this: Gc<GenericAlias>) -> Value {
        this.origin.get()
    }

    #[getter]
    fn __args__(_vm: &mut Vm, this: Gc<GenericAlias>) -> Value {
        this.args.get()
    }

    #[getter]
    fn __unpacked__(_vm: &mut Vm, this: Gc<GenericAlias>) -> bool {
        this.starred.get()
    }

    /// Type variables in the GenericAlias.
    #[getter]
    fn __parameters__(vm: &mut Vm, this: Gc<GenericAlias>) -> PyResult<Gc<Tuple>> {
        Self::parameters(vm, this)
    }

    #[getter]
    fn __typing_unpacked_tuple_args__(vm: &mut Vm, this: Gc<GenericAlias>) -> Value {
        let is_tuple = this.origin.get() == Value::from_gc(vm.builtin(ids::TUPLE));
        if this.starred.get() && is_tuple { this.args.get() } else { Value::NONE }
    }
}
