//! `defaultdict`: a class over `dict` whose methods are native; the factory is in a slot.

use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

const FACTORY: &str = "default_factory";

/// Makes the class.
pub fn make_class(vm: &mut Vm) -> PyResult<Gc<Type>> {
    let namespace = vm.dict_new()?;
    let slots = Value::from_gc(vm.intern(FACTORY));
    let slots = Value::from_gc(vm.tuple(&[slots])?);
    let module = Value::from_gc(vm.str("collections")?);
    let doc =
        Value::from_gc(vm.str("defaultdict(default_factory=None, /, [...]) --> dict with default factory")?);
    for (key, v) in [(vm.names.slots, slots), (vm.names.module, module), (vm.names.doc, doc)] {
        vm.dict_set_str(namespace, key, v)?;
    }
    let (meta, name) = (vm.builtin(ids::TYPE), vm.intern("defaultdict"));
    let base = Value::from_gc(vm.builtin(ids::DICT));
    let cls = vm.make_class(meta, name, &[base], namespace)?;
    let dict = cls.dict.get().expect("classes have a dict");
    for method in Methods::DECL.methods {
        let f = vm.native_on_class(cls, method)?;
        let name = vm.intern(method.name);
        vm.dict_set_str(dict, name, f)?;
    }
    vm.class_changed(cls);
    Ok(cls)
}

fn factory(vm: &mut Vm, this: Gc<Dict>) -> PyResult {
    let name = vm.intern_fixed(FACTORY);
    Ok(vm.get_attr_opt(Value::from_gc(this), name)?.unwrap_or(Value::NONE))
}

fn copy(vm: &mut Vm, this: Gc<Dict>) -> PyResult {
    let v = Value::from_gc(this);
    let (cls, factory) = (Value::from_gc(vm.class_of(v)), factory(vm, this)?);
    vm.call(cls, &[factory, v])
}

fn merged(vm: &mut Vm, left: Value, right: Value, like: Gc<Dict>) -> PyResult {
    if vm.downcast::<Dict>(left).is_none() || vm.downcast::<Dict>(right).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (cls, factory) = (Value::from_gc(vm.class_of(Value::from_gc(like))), factory(vm, like)?);
    let made = vm.call(cls, &[factory, left])?;
    vm.call_method(made, "update", &[right])?;
    Ok(made)
}

/// Never made as a class: its methods go into `defaultdict`.
struct Methods;

#[py_type(name = "defaultdict", module = "collections", id = ids::DICT, payload = Dict)]
impl Methods {
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(vm: &mut Vm, this: Gc<Dict>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        let factory = args.get(0).unwrap_or(Value::NONE);
        if !factory.is_none() && vm.lookup_special(factory, habu_runtime::object::Special::Call).is_none() {
            let callable = vm.is_callable(factory);
            if !callable {
                return Err(vm.type_error("first argument must be callable or None"));
            }
        }
        let name = vm.intern(FACTORY);
        vm.set_attr(Value::from_gc(this), name, factory)?;
        if args.len() > 2 {
            return Err(vm.type_error(format!("dict expected at most 1 argument, got {}", args.len() - 1)));
        }
        if let Some(source) = args.get(1) {
            vm.dict_update(this, source)?;
        }
        if !kwargs.is_empty() {
            vm.dict_update(this, Value::from_gc(kwargs))?;
        }
        Ok(())
    }
    /// Called by __getitem__ for missing key.
    #[method(sig = "($self, key, /)")]
    fn __missing__(vm: &mut Vm, this: Gc<Dict>, key: Value) -> PyResult {
        let factory = factory(vm, this)?;
        if factory.is_none() {
            return Err(vm.key_error(key));
        }
        let v = vm.call(factory, &[])?;
        vm.set_item(Value::from_gc(this), key, v)?;
        Ok(v)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Dict>) -> PyResult<String> {
        let v = Value::from_gc(this);
        let class = vm.class_of(v);
        let class = vm.class_name(class);
        let plain = vm.dict_copy(this)?;
        if !vm.repr_enter(v) {
            return Ok(format!("{class}(...)"));
        }
        let texts =
            factory(vm, this).and_then(|f| vm.repr(f)).and_then(|f| Ok((f, vm.repr(Value::from_gc(plain))?)));
        vm.repr_leave(v);
        let (factory, items) = texts?;
        Ok(format!("{class}({}, {})", factory.to_message(), items.to_message()))
    }
    /// D.copy() -> a shallow copy of D.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<Dict>) -> PyResult {
        copy(vm, this)
    }
    #[method]
    fn __copy__(vm: &mut Vm, this: Gc<Dict>) -> PyResult {
        copy(vm, this)
    }
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Dict>) -> PyResult {
        let v = Value::from_gc(this);
        let factory = factory(vm, this)?;
        let args = if factory.is_none() { vm.tuple(&[])? } else { vm.tuple(&[factory])? };
        let items = vm.call_method(v, "items", &[])?;
        let items = vm.get_iter(items)?;
        let cls = Value::from_gc(vm.class_of(v));
        vm.tuple(&[cls, Value::from_gc(args), Value::NONE, Value::NONE, items]).map(Value::from_gc)
    }
    #[method]
    fn __or__(vm: &mut Vm, this: Gc<Dict>, other: Value) -> PyResult {
        merged(vm, Value::from_gc(this), other, this)
    }
    #[method]
    fn __ror__(vm: &mut Vm, this: Gc<Dict>, other: Value) -> PyResult {
        merged(vm, other, Value::from_gc(this), this)
    }
}
