//! `dict_keys`, `dict_values` and `dict_items`.

use super::view_ops as ops;
use super::{Dict, What};
use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::protocol::CmpOp;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::ptr::NonNull;

/// Cell of a view of any of the three types.
#[repr(C)]
pub struct DictView {
    pub header: Header,
    pub dict: GcField<Dict>,
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for views.
    if let Some(dict) = unsafe { p.cast::<DictView>().as_ref() }.dict.get() {
        tracer.gc(dict);
    }
}

impl DictView {
    pub fn what(&self) -> What {
        match self.header.id.get() {
            ids::DICT_VALUES => What::Values,
            ids::DICT_ITEMS => What::Items,
            _ => What::Keys,
        }
    }

    pub fn len(&self) -> usize {
        self.dict.get().map_or(0, |dict| dict.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Vm {
    /// `d.keys()`, `d.values()`, `d.items()`
    pub fn dict_view(&mut self, dict: Gc<Dict>, what: What) -> PyResult<Value> {
        let id = match what {
            What::Keys => ids::DICT_KEYS,
            What::Values => ids::DICT_VALUES,
            What::Items => ids::DICT_ITEMS,
        };
        let view = self.alloc::<DictView>(id)?;
        view.dict.init(Some(dict));
        Ok(Value::from_gc(view))
    }
}

fn repr(vm: &mut Vm, view: Gc<DictView>, open: &str) -> PyResult<Gc<Str>> {
    let mut pos = 0;
    vm.repr_sequence(Value::from_gc(view), [open, "])", "..."], |vm| {
        match view.dict.get().and_then(|dict| dict.next_entry(&mut pos)) {
            Some(entry) => view.what().of(vm, entry).map(Some),
            None => Ok(None),
        }
    })
}

fn iterate(vm: &mut Vm, view: Gc<DictView>, reversed: bool) -> PyResult<Value> {
    match view.dict.get() {
        Some(dict) if reversed => vm.dict_rev_iter(dict, view.what()),
        Some(dict) => vm.dict_iter(dict, view.what()),
        None => vm.tuple(&[]).map(Value::from_gc),
    }
}

fn mapping(vm: &mut Vm, view: Gc<DictView>) -> PyResult<Value> {
    match view.dict.get() {
        Some(dict) => vm.mapping_proxy(Value::from_gc(dict)),
        None => Ok(Value::NONE),
    }
}

/// Handle to the cell as the layout that all three share.
fn plain<T>(view: Gc<T>) -> Gc<DictView> {
    // SAFETY: only used on the three wrappers below, which are `DictView`s.
    unsafe { Gc::from_header(view.header()) }
}

macro_rules! dict_view_types {
    ($($type:ident $id:ident $name:tt $open:tt { $($more:tt)* })*) => {$(
        #[doc = concat!("Cell of a `", $name, "`.")]
        #[repr(C)]
        pub struct $type {
            pub view: DictView,
        }

        // SAFETY: the dict is its only reference.
        unsafe impl Layout for $type {
            const ID: ShapeId = ids::$id;
            const KIND: CellKind = CellKind::new(trace);
        }

        #[py_type(name = $name, id = ids::$id)]
        impl $type {
            #[method]
            fn __len__(_vm: &mut Vm, this: Gc<$type>) -> usize {
                this.view.len()
            }
            #[method]
            fn __iter__(vm: &mut Vm, this: Gc<$type>) -> PyResult<Value> {
                iterate(vm, plain(this), false)
            }
            /// An iterator from the newest entry to the oldest.
            #[method]
            fn __reversed__(vm: &mut Vm, this: Gc<$type>) -> PyResult<Value> {
                iterate(vm, plain(this), true)
            }
            #[method]
            fn __repr__(vm: &mut Vm, this: Gc<$type>) -> PyResult<Gc<Str>> {
                repr(vm, plain(this), $open)
            }
            /// The dict that this is a view of, read-only.
            #[getter]
            fn mapping(vm: &mut Vm, this: Gc<$type>) -> PyResult<Value> {
                mapping(vm, plain(this))
            }
            $($more)*
        }
    )*};
}

/// What views that are like sets have in addition.
macro_rules! set_like_view {
    ($type:ident $id:ident $name:tt $open:tt) => {
        dict_view_types! { $type $id $name $open {
            #[method]
            fn __contains__(vm: &mut Vm, this: Gc<$type>, key: Value) -> PyResult<bool> {
                ops::contains(vm, plain(this), key)
            }
            #[method]
            fn __eq__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::compare(vm, plain(this), value, CmpOp::Eq)
            }
            #[method]
            fn __ne__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::compare(vm, plain(this), value, CmpOp::Ne)
            }
            #[method]
            fn __lt__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::compare(vm, plain(this), value, CmpOp::Lt)
            }
            #[method]
            fn __le__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::compare(vm, plain(this), value, CmpOp::Le)
            }
            #[method]
            fn __gt__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::compare(vm, plain(this), value, CmpOp::Gt)
            }
            #[method]
            fn __ge__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::compare(vm, plain(this), value, CmpOp::Ge)
            }
            #[method]
            fn __and__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::intersection(vm, plain(this), value)
            }
            #[method]
            fn __rand__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::intersection(vm, plain(this), value)
            }
            #[method]
            fn __or__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::union(vm, Value::from_gc(this), value)
            }
            #[method]
            fn __ror__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::union(vm, value, Value::from_gc(this))
            }
            #[method]
            fn __sub__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::difference(vm, Value::from_gc(this), value)
            }
            #[method]
            fn __rsub__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::difference(vm, value, Value::from_gc(this))
            }
            #[method]
            fn __xor__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::symmetric_difference(vm, Value::from_gc(this), value)
            }
            #[method]
            fn __rxor__(vm: &mut Vm, this: Gc<$type>, value: Value) -> PyResult<Value> {
                ops::symmetric_difference(vm, value, Value::from_gc(this))
            }
            /// Whether the view and an iterable have nothing in common.
            #[method(sig = "(object, /)")]
            fn isdisjoint(vm: &mut Vm, this: Gc<$type>, object: Value) -> PyResult<bool> {
                ops::is_disjoint(vm, plain(this), object)
            }
        } }
    };
}

dict_view_types! { DictValues DICT_VALUES "dict_values" "dict_values([" {} }
set_like_view! { DictKeys DICT_KEYS "dict_keys" "dict_keys([" }
set_like_view! { DictItems DICT_ITEMS "dict_items" "dict_items([" }
