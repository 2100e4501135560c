//! Struct sequences: tuples whose items also have names (`sys.version_info`, `os.stat_result`, `time.struct_time`).

use habu_macros::py_type;
use habu_runtime::heap::{Gc, ShapeId};
use habu_runtime::object::{Type, ids};
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::{Tuple, TupleGetter};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

/// A struct sequence type to be made.
pub struct Spec {
    pub module: &'static str,
    pub name: &'static str,
    pub doc: &'static str,
    /// Names of the tuple's items; empty for unnamed ones.
    pub fields: &'static [&'static str],
    /// Names of attributes that are not items.
    pub hidden: &'static [&'static str],
}

/// Makes the class.
pub fn make_class(vm: &mut Vm, spec: &Spec) -> PyResult<Gc<Type>> {
    let namespace = vm.dict_new()?;
    let getter = vm.native_class(TupleGetter::DECL)?;
    let mut names = vm.rooted_vec();
    for (index, field) in spec.fields.iter().enumerate().filter(|(_, f)| !f.is_empty()) {
        let this = vm.alloc_instance::<TupleGetter>(getter)?;
        this.index.set(index);
        this.doc.init(Value::NONE);
        let name = vm.intern(field);
        names.push(Value::from_gc(name));
        vm.dict_set_str(namespace, name, Value::from_gc(this))?;
    }
    let match_args = Value::from_gc(vm.tuple(&names)?);
    let count = |n: usize| Value::small(n as i64);
    let text = |vm: &mut Vm, t: &str| vm.str(t).map(Value::from_gc);
    let (module, doc) = (text(vm, spec.module)?, text(vm, spec.doc)?);
    let entries = [
        ("__match_args__", match_args),
        ("__module__", module),
        ("__doc__", doc),
        ("n_fields", count(spec.fields.len() + spec.hidden.len())),
        ("n_sequence_fields", count(spec.fields.len())),
        ("n_unnamed_fields", count(spec.fields.iter().filter(|f| f.is_empty()).count())),
    ];
    for (name, v) in entries {
        let name = vm.intern(name);
        vm.dict_set_str(namespace, name, v)?;
    }
    if spec.hidden.is_empty() {
        let slots = vm.names.slots;
        let empty = Value::from_gc(vm.tuple(&[])?);
        vm.dict_set_str(namespace, slots, empty)?;
    } else {
        let mut hidden = vm.rooted_vec();
        for name in spec.hidden {
            let name = Value::from_gc(vm.intern(name));
            hidden.push(name);
        }
        let hidden = Value::from_gc(vm.tuple(&hidden)?);
        let key = vm.intern(HIDDEN);
        vm.dict_set_str(namespace, key, hidden)?;
    }
    let (meta, name) = (vm.builtin(ids::TYPE), vm.intern(spec.name));
    let tuple = vm.builtin(ids::TUPLE);
    let cls = vm.make_class(meta, name, &[Value::from_gc(tuple)], namespace)?;
    let dict = cls.dict.get().expect("classes have a dict");
    for method in Methods::DECL.methods {
        let f = vm.native_on_class(cls, method)?;
        let name = vm.intern(method.name);
        vm.dict_set_str(dict, name, f)?;
    }
    vm.class_changed(cls);
    Ok(cls)
}

/// Class attribute with the names of what is not an item.
const HIDDEN: &str = "_hidden_fields";

/// The shapes of instances that had no attributes yet, and those that all their attributes have given them.
#[derive(Default)]
struct Filled(Vec<(ShapeId, ShapeId)>);

fn filled(vm: &mut Vm) -> &mut Filled {
    let state = vm.module_state.entry(TypeId::of::<Filled>()).or_insert_with(|| Box::new(Filled::default()));
    state.downcast_mut().expect("entered under its own type")
}

/// Most attributes that instances get at once.
const MANY: usize = 12;

/// An instance; `hidden` are the attributes that are not items, the same ones for all instances of the class.
pub fn instance(vm: &mut Vm, cls: Gc<Type>, items: &[Value], hidden: &[(&str, Value)]) -> PyResult {
    let tuple = vm.tuple_of_class(cls, items)?;
    let made = Value::from_gc(tuple);
    if hidden.is_empty() || hidden.len() > MANY {
        return with_attributes(vm, made, hidden);
    }
    let bare = vm.shape_id(tuple.header());
    let known = filled(vm).0.iter().find(|(from, _)| *from == bare).map(|(_, to)| *to);
    if let Some(to) = known {
        let mut values = [Value::NONE; MANY];
        for (slot, (_, v)) in values.iter_mut().zip(hidden) {
            *slot = *v;
        }
        if vm.instance_fill(tuple.header(), to, &values[..hidden.len()])? {
            return Ok(made);
        }
    }
    with_attributes(vm, made, hidden)?;
    let to = vm.shape_id(tuple.header());
    let filled = &mut filled(vm).0;
    filled.retain(|(from, _)| *from != bare);
    filled.push((bare, to));
    Ok(made)
}

fn with_attributes(vm: &mut Vm, made: Value, hidden: &[(&str, Value)]) -> PyResult {
    for (name, v) in hidden {
        let name = vm.intern(name);
        vm.set_attr(made, name, *v)?;
    }
    Ok(made)
}

fn class_number(vm: &mut Vm, cls: Gc<Type>, name: &str) -> PyResult<usize> {
    let v = vm.get_attr_str(Value::from_gc(cls), name)?;
    Ok(v.as_small().unwrap_or(0) as usize)
}

fn names_of(vm: &mut Vm, cls: Gc<Type>, attribute: &str) -> PyResult<Vec<String>> {
    let name = vm.intern(attribute);
    let Some(names) = vm.type_lookup(cls, name) else { return Ok(Vec::new()) };
    let names = vm.collect(names)?;
    Ok(names.iter().filter_map(|n| vm.downcast::<Str>(*n)).map(|n| n.to_message()).collect())
}

/// Never made as a class: its methods go into every struct sequence class.
struct Methods;

#[py_type(name = "structseq", id = ids::TUPLE, payload = Tuple)]
impl Methods {
    #[staticmethod(name = "__new__", sig = "(cls, sequence, dict=<unrepresentable>)")]
    fn construct(vm: &mut Vm, cls: Gc<Type>, sequence: Value, dict: Option<Value>) -> PyResult {
        let mut items = vm.collect(sequence)?;
        let visible = class_number(vm, cls, "n_sequence_fields")?;
        let total = class_number(vm, cls, "n_fields")?;
        let name = vm.class_name(cls);
        let dict = match dict {
            None => None,
            Some(v) => match vm.downcast::<habu_runtime::types::dict::Dict>(v) {
                Some(dict) => Some(dict),
                None => return Err(vm.type_error(format!("{name}() takes a dict as second arg, if any"))),
            },
        };
        let given = items.len();
        if given < visible || given > total {
            let bound = if visible == total {
                format!("a {visible}-sequence")
            } else if given < visible {
                format!("an at least {visible}-sequence")
            } else {
                format!("an at most {total}-sequence")
            };
            return Err(vm.type_error(format!("{name}() takes {bound} ({given}-sequence given)")));
        }
        let extra = items.split_off(visible);
        let made = Value::from_gc(vm.tuple_of_class(cls, &items)?);
        let mut found = 0;
        for (i, hidden) in names_of(vm, cls, HIDDEN)?.iter().enumerate() {
            let key = vm.intern(hidden);
            let mut v = extra.get(i).copied();
            if v.is_none() {
                v = dict.and_then(|dict| vm.dict_get_str(dict, key));
                found += usize::from(v.is_some());
            }
            vm.set_attr(made, key, v.unwrap_or(Value::NONE))?;
        }
        if dict.is_some_and(|dict| dict.len() > found) {
            return Err(vm.type_error(format!("{name}() got duplicate or unexpected field name(s)")));
        }
        Ok(made)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Tuple>) -> PyResult<String> {
        let cls = vm.class_of(Value::from_gc(this));
        let module = vm.names.module;
        let module = vm.type_lookup(cls, module).and_then(|m| vm.downcast::<Str>(m)).map(|m| m.to_message());
        let mut text = match module.as_deref() {
            None | Some("builtins") => format!("{}(", vm.class_name(cls)),
            Some(module) => format!("{module}.{}(", vm.class_name(cls)),
        };
        let names = names_of(vm, cls, "__match_args__")?;
        for (i, name) in names.iter().enumerate() {
            if i > 0 {
                text.push_str(", ");
            }
            let item = this.get(i).unwrap_or(Value::NONE);
            text.push_str(&format!("{name}={}", vm.repr(item)?.to_message()));
        }
        text.push(')');
        Ok(text)
    }

    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Tuple>) -> PyResult<(Value, Value)> {
        let v = Value::from_gc(this);
        let cls = vm.class_of(v);
        let items = Value::from_gc(vm.tuple(this.items())?);
        let dict = vm.dict_new()?;
        for name in names_of(vm, cls, HIDDEN)? {
            let key = vm.intern(&name);
            let item = vm.get_attr(v, key)?;
            vm.dict_set_str(dict, key, item)?;
        }
        let args = vm.tuple(&[items, Value::from_gc(dict)])?;
        Ok((Value::from_gc(cls), Value::from_gc(args)))
    }

    #[method(sig = "($self, /, **changes)")]
    fn __replace__(vm: &mut Vm, this: Gc<Tuple>, changes: Gc<habu_runtime::types::dict::Dict>) -> PyResult {
        let v = Value::from_gc(this);
        let cls = vm.class_of(v);
        if class_number(vm, cls, "n_unnamed_fields")? > 0 {
            let name = vm.class_name(cls);
            return Err(vm.type_error(format!(
                "__replace__() is not supported for {name} because it has unnamed field(s)"
            )));
        }
        let mut items = vm.rooted_vec();
        items.extend_from_slice(this.items());
        for (i, name) in names_of(vm, cls, "__match_args__")?.iter().enumerate() {
            let key = Value::from_gc(vm.intern(name));
            if let Some(v) = vm.dict_pop(changes, key)? {
                items[i] = v;
            }
        }
        let mut hidden = Vec::new();
        for name in names_of(vm, cls, HIDDEN)? {
            let key = vm.intern(&name);
            let changed = vm.dict_pop(changes, Value::from_gc(key))?;
            let item = match changed {
                Some(item) => item,
                None => vm.get_attr(v, key)?,
            };
            items.push(item);
            hidden.push(name);
        }
        if !changes.is_empty() {
            let names = Value::from_gc(vm.list_from_iterable(Value::from_gc(changes))?);
            let names = vm.repr(names)?.to_message();
            return Err(vm.type_error(format!("Got unexpected field name(s): {names}")));
        }
        let visible = items.len() - hidden.len();
        let made = Value::from_gc(vm.tuple_of_class(cls, &items[..visible])?);
        for (i, name) in hidden.iter().enumerate() {
            let key = vm.intern(name);
            vm.set_attr(made, key, items[visible + i])?;
        }
        Ok(made)
    }
}
