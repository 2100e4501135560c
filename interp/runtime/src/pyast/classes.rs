//! The node classes as Python classes, made from the schema when first needed.

use super::node::Ast;
use super::schema::{Arity, FieldInfo, GROUPS, Group, NODES, Node, POSITION};
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{generic_alias, union};
use crate::value::Value;
use crate::vm::{PyResult, RootedVec, Vm};
use std::any::TypeId;
use std::collections::HashMap;
use std::rc::Rc;

/// What building and reading trees needs of the classes. Everything here is also in `Vm::permanent`.
pub struct Classes {
    /// One class for each row of `NODES`.
    nodes: Vec<Gc<Type>>,
    /// One for each row of `GROUPS`; products are among `nodes` too.
    groups: Vec<Gc<Type>>,
    /// The shared instances of nodes without fields (operators, contexts), by node number.
    singletons: Vec<Option<Value>>,
    /// Interned names of each node's fields.
    fields: Vec<Vec<Gc<Str>>>,
    /// The nodes by the addresses of their classes.
    by_class: HashMap<usize, Node>,
    pub position: [Gc<Str>; 4],
}

impl Classes {
    pub fn class(&self, node: Node) -> Gc<Type> {
        self.nodes[node as usize]
    }
    pub fn group(&self, group: &'static Group) -> Gc<Type> {
        let at = GROUPS.iter().position(|g| g.name == group.name).expect("a row of the table");
        self.groups[at]
    }
    /// The node whose class this is.
    pub fn node_of(&self, cls: Gc<Type>) -> Option<Node> {
        self.by_class.get(&cls.addr()).copied()
    }
    pub fn fields(&self, node: Node) -> &[Gc<Str>] {
        &self.fields[node as usize]
    }
    pub fn singleton(&self, node: Node) -> Value {
        self.singletons[node as usize].expect("nodes without fields have an instance")
    }
}

/// The classes, made now if they are not yet.
pub fn classes(vm: &mut Vm) -> PyResult<Rc<Classes>> {
    if let Some(classes) =
        vm.module_state.get(&TypeId::of::<Rc<Classes>>()).and_then(|s| s.downcast_ref::<Rc<Classes>>())
    {
        return Ok(classes.clone());
    }
    let mut keep = vm.rooted_vec();
    let classes = Rc::new(make(vm, &mut keep)?);
    vm.permanent.extend_from_slice(&keep);
    vm.module_state.insert(TypeId::of::<Rc<Classes>>(), Box::new(classes.clone()));
    Ok(classes)
}

/// Every class with its name.
pub fn all(vm: &mut Vm) -> PyResult<Vec<(&'static str, Value)>> {
    let classes = classes(vm)?;
    let base = vm.native_class(Ast::DECL)?;
    let mut out = vec![("AST", Value::from_gc(base))];
    out.extend(GROUPS.iter().zip(&classes.groups).map(|(g, cls)| (g.name, Value::from_gc(*cls))));
    out.extend(NODES.iter().zip(&classes.nodes).map(|(n, cls)| (n.name, Value::from_gc(*cls))));
    Ok(out)
}

fn interned(vm: &mut Vm, keep: &mut RootedVec, text: &str) -> Gc<Str> {
    let name = vm.intern(text);
    keep.push(Value::from_gc(name));
    name
}

fn names(vm: &mut Vm, keep: &mut RootedVec, texts: &[&str]) -> PyResult<Gc<Tuple>> {
    let items: Vec<Value> = texts.iter().map(|t| Value::from_gc(interned(vm, keep, t))).collect();
    let tuple = vm.tuple(&items)?;
    keep.push(Value::from_gc(tuple));
    Ok(tuple)
}

/// One class: its own names are in `entries`.
fn class(
    vm: &mut Vm,
    keep: &mut RootedVec,
    name: &str,
    base: Gc<Type>,
    doc: &str,
    entries: &[(&str, Value)],
) -> PyResult<Gc<Type>> {
    let namespace = vm.dict_new()?;
    let module = Value::from_gc(vm.intern("ast"));
    let doc = Value::from_gc(vm.str(doc)?);
    for (key, v) in entries.iter().copied().chain([("__module__", module), ("__doc__", doc)]) {
        let key = vm.intern(key);
        vm.dict_set_str(namespace, key, v)?;
    }
    let (meta, name) = (vm.builtin(ids::TYPE), vm.intern(name));
    let cls = vm.make_class(meta, name, &[Value::from_gc(base)], namespace)?;
    keep.push(Value::from_gc(cls));
    Ok(cls)
}

/// The entries every class has: its fields, and None for those that may be left out.
fn entries(
    vm: &mut Vm,
    keep: &mut RootedVec,
    fields: &'static [FieldInfo],
) -> PyResult<Vec<(&'static str, Value)>> {
    let texts: Vec<&str> = fields.iter().map(|f| f.name).collect();
    let tuple = Value::from_gc(names(vm, keep, &texts)?);
    let mut entries = vec![("_fields", tuple), ("__match_args__", tuple)];
    entries.extend(fields.iter().filter(|f| f.arity == Arity::Optional).map(|f| (f.name, Value::NONE)));
    Ok(entries)
}

fn make(vm: &mut Vm, keep: &mut RootedVec) -> PyResult<Classes> {
    let base = vm.native_class(Ast::DECL)?;
    let none = Value::from_gc(vm.tuple(&[])?);
    let dict = base.dict.get().expect("classes have a dict");
    for name in ["_fields", "__match_args__", "_attributes"] {
        let name = vm.intern(name);
        vm.dict_set_str(dict, name, none)?;
    }
    // Programs may change it, as they may change the classes below it.
    base.flags.set(base.flags.get() & !crate::object::class::flags::IMMUTABLE);
    vm.class_changed(base);
    let position = [0, 1, 2, 3].map(|i: usize| interned(vm, keep, POSITION[i]));
    let positions = Value::from_gc(names(vm, keep, &POSITION)?);

    let mut groups = Vec::new();
    for group in GROUPS {
        let product = NODES.iter().find(|n| n.sum.is_empty() && n.name == group.name);
        let mut list = entries(vm, keep, product.map_or(&[], |n| n.fields))?;
        list.push(("_attributes", if group.positions { positions } else { none }));
        if group.open_end {
            list.extend([(POSITION[2], Value::NONE), (POSITION[3], Value::NONE)]);
        }
        groups.push(class(vm, keep, group.name, base, &group.doc(), &list)?);
    }
    let mut nodes = Vec::new();
    let mut field_names = Vec::new();
    for node in NODES {
        let at = GROUPS.iter().position(|g| g.name == node.group().name).expect("a row of the table");
        let cls = if node.sum.is_empty() {
            groups[at]
        } else {
            let list = entries(vm, keep, node.fields)?;
            class(vm, keep, node.name, groups[at], &node.doc(), &list)?
        };
        nodes.push(cls);
        field_names.push(node.fields.iter().map(|f| interned(vm, keep, f.name)).collect());
    }
    let mut singletons = vec![None; NODES.len()];
    for (i, node) in NODES.iter().enumerate() {
        if node.fields.is_empty() && !node.group().positions {
            let v = Value::from_header(vm.alloc_object(nodes[i])?);
            keep.push(v);
            singletons[i] = Some(v);
        }
    }
    let by_class = Node::ALL.iter().map(|n| (nodes[*n as usize].addr(), *n)).collect();
    let classes = Classes { nodes, groups, singletons, fields: field_names, by_class, position };
    for (i, node) in NODES.iter().enumerate() {
        let types = vm.dict_new()?;
        for field in node.fields {
            let name = vm.intern(field.name);
            let ty = field_type(vm, &classes, field)?;
            vm.dict_set_str(types, name, ty)?;
        }
        for name in ["_field_types", "__annotations_cache__"] {
            let name = vm.intern(name);
            let dict = classes.nodes[i].dict.get().expect("classes have a dict");
            vm.dict_set_str(dict, name, Value::from_gc(types))?;
        }
        vm.class_changed(classes.nodes[i]);
    }
    Ok(classes)
}

/// What `_field_types` says of a field.
fn field_type(vm: &mut Vm, classes: &Classes, field: &FieldInfo) -> PyResult {
    let ty = match field.ty {
        "identifier" | "string" => vm.builtin(ids::STR),
        "int" => vm.builtin(ids::INT),
        "constant" => vm.builtin(ids::OBJECT),
        name => classes.group(Group::named(name).expect("types of fields are groups")),
    };
    let ty = Value::from_gc(ty);
    match field.arity {
        Arity::One => Ok(ty),
        Arity::Optional => union::or(vm, ty, Value::NONE),
        Arity::Many | Arity::ManyOptional => {
            let list = Value::from_gc(vm.builtin(ids::LIST));
            generic_alias::new(vm, list, ty).map(Value::from_gc)
        }
    }
}
