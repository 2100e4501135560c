//! The class of what `isocalendar()` returns: a tuple whose items have names.

use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::tuple::{Tuple, TupleGetter};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Never made as a class: its methods go into the class.
struct Methods;

#[py_type(name = "IsoCalendarDate", module = "datetime", id = ids::TUPLE, payload = Tuple)]
impl Methods {
    #[staticmethod(name = "__new__", sig = "(cls, year, week, weekday)")]
    fn construct(vm: &mut Vm, cls: Gc<Type>, year: Value, week: Value, weekday: Value) -> PyResult {
        vm.tuple_of_class(cls, &[year, week, weekday]).map(Value::from_gc)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Tuple>) -> PyResult<String> {
        let mut parts = Vec::new();
        for (name, v) in ["year", "week", "weekday"].iter().zip(this.items()) {
            parts.push(format!("{name}={}", vm.repr(*v)?.to_message()));
        }
        Ok(format!("datetime.IsoCalendarDate({})", parts.join(", ")))
    }
    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Tuple>) -> PyResult<(Value, (Value,))> {
        let plain = Value::from_gc(vm.tuple(this.items())?);
        Ok((Value::from_gc(vm.builtin(ids::TUPLE)), (plain,)))
    }
}

const DOC: &str = "The result of date.isocalendar() or datetime.isocalendar()\n\nThis object may be accessed either as a \
                   tuple of\n  ((year, week, weekday)\nor via the object attributes as named in the above tuple.";

/// Makes the class.
pub fn make_class(vm: &mut Vm) -> PyResult<Gc<Type>> {
    let namespace = vm.dict_new()?;
    let getter = vm.native_class(TupleGetter::DECL)?;
    for (index, name) in ["year", "week", "weekday"].iter().enumerate() {
        let item = vm.alloc_instance::<TupleGetter>(getter)?;
        item.index.set(index);
        item.doc.init(Value::NONE);
        let name = vm.intern(name);
        vm.dict_set_str(namespace, name, Value::from_gc(item))?;
    }
    let empty = Value::from_gc(vm.tuple(&[])?);
    let (module, doc) = (vm.intern_value("datetime"), Value::from_gc(vm.str(DOC)?));
    for (name, v) in [("__module__", module), ("__doc__", doc), ("__slots__", empty)] {
        let name = vm.intern(name);
        vm.dict_set_str(namespace, name, v)?;
    }
    let (meta, name) = (vm.builtin(ids::TYPE), vm.intern("IsoCalendarDate"));
    let tuple = Value::from_gc(vm.builtin(ids::TUPLE));
    let cls = vm.make_class(meta, name, &[tuple], namespace)?;
    let dict = cls.dict.get().expect("classes have a dict");
    for method in Methods::DECL.methods {
        let f = vm.native_on_class(cls, method)?;
        let name = vm.intern(method.name);
        vm.dict_set_str(dict, name, f)?;
    }
    vm.class_changed(cls);
    Ok(cls)
}

/// The named tuple of an ISO year, week and weekday.
pub fn make(vm: &mut Vm, items: [Value; 3]) -> PyResult {
    let cls = super::constants(vm)?.iso_class;
    vm.tuple_of_class(cls, &items).map(Value::from_gc)
}
