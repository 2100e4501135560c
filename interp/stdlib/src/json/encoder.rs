//! `make_encoder`: objects to JSON text.

use super::quote;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::format::float_repr;
use habu_runtime::heap::Gc;
use habu_runtime::native::Owner;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::list::List;
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::types::{float, int, native_function};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};
use std::collections::HashSet;

layout! {
    /// Cell of an encoder.
    Encoder(ids::JSON_ENCODER) { markers, default, encoder, indent, key_separator, item_separator }
    plain { sort_keys: bool, skip_keys: bool, allow_nan: bool, native: u8 }
}

/// How strings are quoted: by a Python function, or by one of ours.
const BY_FUNCTION: u8 = 0;
const ASCII: u8 = 1;
const PLAIN: u8 = 2;

fn native_quoting(vm: &Vm, encoder: Value) -> u8 {
    if !vm.is_exact(encoder, ids::NATIVE_FUNCTION) {
        return BY_FUNCTION;
    }
    match native_function::of(encoder).decl.get() {
        Some(decl) if matches!(decl.owner, Owner::Module("_json")) => match decl.name {
            "encode_basestring_ascii" => ASCII,
            "encode_basestring" => PLAIN,
            _ => BY_FUNCTION,
        },
        _ => BY_FUNCTION,
    }
}

/// Room that a text begins with.
const MIN_ROOM: usize = 128;

/// One encoding under way.
struct Run {
    encoder: Gc<Encoder>,
    out: StrBuilder,
    key_separator: Gc<Str>,
    item_separator: Gc<Str>,
    indent: Option<Gc<Str>>,
    /// Containers being written; none when cycles are not looked for.
    open: Option<Open>,
}

/// The containers that are being written, the innermost last.
#[derive(Default)]
struct Open {
    /// The outer ones: few are searched faster than hashed.
    few: Vec<u64>,
    deep: HashSet<u64>,
}

impl Open {
    /// More than this are hashed.
    const FEW: usize = 24;

    /// Adds one; false if it is there.
    fn insert(&mut self, cell: u64) -> bool {
        if self.few.contains(&cell) {
            return false;
        }
        if self.few.len() < Open::FEW {
            self.few.push(cell);
            return true;
        }
        self.deep.insert(cell)
    }
    /// Removes the one that was added last.
    fn remove(&mut self, cell: u64) {
        if self.deep.is_empty() {
            self.few.pop();
        } else {
            self.deep.remove(&cell);
        }
    }
}

impl Run {
    fn enter(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        vm.enter_call()?;
        if let Some(open) = &mut self.open
            && !open.insert(v.0)
        {
            return Err(vm.value_error("Circular reference detected"));
        }
        Ok(())
    }
    fn leave(&mut self, v: Value) {
        if let Some(open) = &mut self.open {
            open.remove(v.0);
        }
    }
    fn newline(&mut self, level: usize) {
        if let Some(indent) = self.indent {
            self.out.push_str("\n");
            (0..level).for_each(|_| self.out.push_py(indent));
        }
    }

    fn string(&mut self, vm: &mut Vm, text: Gc<Str>) -> PyResult<()> {
        match self.encoder.native.get() {
            ASCII => quote::push_ascii(&mut self.out, text.units()),
            PLAIN => quote::push(&mut self.out, text.units()),
            _ => {
                let v = vm.call(self.encoder.encoder.get(), &[Value::from_gc(text)])?;
                match vm.downcast::<Str>(v) {
                    Some(quoted) => self.out.push_py(quoted),
                    None => {
                        let got = vm.type_name(v);
                        return Err(vm.type_error(format!("encoder() must return a string, not {got}")));
                    }
                }
            }
        }
        Ok(())
    }

    fn float_text(&self, vm: &mut Vm, v: Value, f: f64) -> PyResult<String> {
        if f.is_finite() {
            return Ok(float_repr(f));
        }
        if !self.encoder.allow_nan.get() {
            let shown = vm.repr(v)?.to_message();
            return Err(vm.value_error(format!("Out of range float values are not JSON compliant: {shown}")));
        }
        let name = if f.is_nan() {
            "NaN"
        } else if f > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        };
        Ok(name.into())
    }

    /// What has a text of its own; false for all others.
    fn scalar(&mut self, vm: &mut Vm, v: Value) -> PyResult<bool> {
        match v {
            Value::NONE => self.out.push_ascii("null"),
            Value::TRUE => self.out.push_ascii("true"),
            Value::FALSE => self.out.push_ascii("false"),
            _ => {
                if let Some(text) = vm.downcast::<Str>(v) {
                    self.string(vm, text)?;
                } else if let Some(n) = v.as_small() {
                    self.out.push_ascii(int::small_decimal(n, &mut [0; 20]));
                } else if let Some(n) = int::as_int(vm, v) {
                    let text = int::to_text(vm, n)?;
                    self.out.push_py(text);
                } else if let Some(f) = float::as_f64(vm, v) {
                    let text = self.float_text(vm, v, f)?;
                    self.out.push_str(&text);
                } else {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn value(&mut self, vm: &mut Vm, v: Value, level: usize) -> PyResult<()> {
        if self.scalar(vm, v)? {
            return Ok(());
        }
        if vm.downcast::<List>(v).is_some() || vm.downcast::<Tuple>(v).is_some() {
            return self.list(vm, v, level);
        }
        if let Some(dict) = vm.downcast::<Dict>(v) {
            return self.dict(vm, dict, level);
        }
        self.enter(vm, v)?;
        let other = vm.call(self.encoder.default.get(), &[v])?;
        if let Err(raised) = self.value(vm, other, level) {
            let got = vm.type_name(v);
            return Err(note(vm, raised, format!("when serializing {got} object")));
        }
        self.leave(v);
        Ok(())
    }

    fn list(&mut self, vm: &mut Vm, v: Value, level: usize) -> PyResult<()> {
        let get = |vm: &mut Vm, i: usize| match vm.downcast::<Tuple>(v) {
            Some(tuple) => Ok(tuple.get(i)),
            None => match vm.downcast::<List>(v) {
                Some(list) => vm.list_get(list, i),
                None => Ok(None),
            },
        };
        let Some(mut item) = get(vm, 0)? else {
            self.out.push_ascii("[]");
            return Ok(());
        };
        self.enter(vm, v)?;
        self.out.push_ascii("[");
        self.newline(level + 1);
        let mut i = 0;
        loop {
            if let Err(raised) = self.value(vm, item, level + 1) {
                let got = vm.type_name(v);
                return Err(note(vm, raised, format!("when serializing {got} item {i}")));
            }
            i += 1;
            item = match get(vm, i)? {
                Some(next) => next,
                None => break,
            };
            self.out.push_py(self.item_separator);
            self.newline(level + 1);
        }
        self.newline(level);
        self.out.push_ascii("]");
        self.leave(v);
        Ok(())
    }

    fn dict(&mut self, vm: &mut Vm, dict: Gc<Dict>, level: usize) -> PyResult<()> {
        let v = Value::from_gc(dict);
        if dict.is_empty() {
            self.out.push_ascii("{}");
            return Ok(());
        }
        self.enter(vm, v)?;
        self.out.push_ascii("{");
        let mut first = true;
        if self.encoder.sort_keys.get() || vm.exact_dict(v).is_none() {
            let items = vm.call_method(v, "items", &[])?;
            let items = vm.list_from_iterable(items)?;
            if self.encoder.sort_keys.get() {
                vm.list_sort(items, None, false)?;
            }
            let mut i = 0;
            while let Some(item) = vm.list_get(items, i)? {
                i += 1;
                let pair = vm.downcast::<Tuple>(item).filter(|pair| pair.len() == 2);
                let Some(pair) = pair else {
                    return Err(vm.value_error("items must return 2-tuples"));
                };
                self.pair(vm, dict, (pair.items()[0], pair.items()[1]), level, &mut first)?;
            }
        } else {
            let mut at = 0;
            while let Some(pair) = vm.dict_next(dict, &mut at) {
                self.pair(vm, dict, pair, level, &mut first)?;
            }
        }
        if !first {
            self.newline(level);
        }
        self.out.push_ascii("}");
        self.leave(v);
        Ok(())
    }

    fn pair(
        &mut self,
        vm: &mut Vm,
        dict: Gc<Dict>,
        (key, v): (Value, Value),
        level: usize,
        first: &mut bool,
    ) -> PyResult<()> {
        let text = match key {
            Value::NONE => vm.intern("null"),
            Value::TRUE => vm.intern("true"),
            Value::FALSE => vm.intern("false"),
            _ => {
                if let Some(text) = vm.downcast::<Str>(key) {
                    text
                } else if let Some(n) = int::as_int(vm, key) {
                    int::to_text(vm, n)?
                } else if let Some(f) = float::as_f64(vm, key) {
                    let text = self.float_text(vm, key, f)?;
                    vm.str(&text)?
                } else if self.encoder.skip_keys.get() {
                    return Ok(());
                } else {
                    let got = vm.type_name(key);
                    return Err(
                        vm.type_error(format!("keys must be str, int, float, bool or None, not {got}"))
                    );
                }
            }
        };
        if !std::mem::replace(first, false) {
            self.out.push_py(self.item_separator);
        }
        self.newline(level + 1);
        self.string(vm, text)?;
        self.out.push_py(self.key_separator);
        if let Err(raised) = self.value(vm, v, level + 1) {
            let got = vm.type_name(Value::from_gc(dict));
            let exc = vm.take_exception(raised);
            let shown = vm.repr(key)?.to_message();
            let raised = vm.raise_again(exc);
            return Err(note(vm, raised, format!("when serializing {got} item {shown}")));
        }
        Ok(())
    }
}

/// Adds a note to the pending exception.
#[cold]
fn note(vm: &mut Vm, raised: Raised, text: String) -> Raised {
    let exc = vm.take_exception(raised);
    let added = match vm.str(&text) {
        Ok(text) => vm.call_method(exc, "add_note", &[Value::from_gc(text)]),
        Err(raised) => Err(raised),
    };
    if let Err(raised) = added {
        vm.take_exception(raised);
    }
    vm.raise_again(exc)
}

/// Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)
#[py_type(name = "Encoder", module = "_json", id = ids::JSON_ENCODER, subclassable)]
impl Encoder {
    #[new(
        sig = "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)"
    )]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        markers: Value,
        default: Value,
        encoder: Value,
        indent: Value,
        key_separator: Value,
        item_separator: Value,
        sort_keys: bool,
        skipkeys: bool,
        allow_nan: bool,
    ) -> PyResult<Gc<Encoder>> {
        for (position, v) in [(5, key_separator), (6, item_separator)] {
            if vm.downcast::<Str>(v).is_none() {
                let got = vm.type_name(v);
                return Err(
                    vm.type_error(format!("make_encoder() argument {position} must be str, not {got}"))
                );
            }
        }
        if !markers.is_none() && vm.downcast::<Dict>(markers).is_none() {
            let got = vm.type_name(markers);
            return Err(vm.type_error(format!("make_encoder() argument 1 must be dict or None, not {got}")));
        }
        let this = vm.alloc_instance::<Encoder>(cls)?;
        this.markers.init(markers);
        this.default.init(default);
        this.encoder.init(encoder);
        this.indent.init(indent);
        this.key_separator.init(key_separator);
        this.item_separator.init(item_separator);
        this.sort_keys.set(sort_keys);
        this.skip_keys.set(skipkeys);
        this.allow_nan.set(allow_nan);
        this.native.set(native_quoting(vm, encoder));
        Ok(this)
    }
    #[method(sig = "($self, obj, _current_indent_level)")]
    fn __call__(vm: &mut Vm, this: Gc<Encoder>, obj: Value, level: i64) -> PyResult<(Value,)> {
        let text = |vm: &mut Vm, v: Value| vm.downcast::<Str>(v).expect("checked when it was made");
        let mut run = Run {
            encoder: this,
            out: StrBuilder::reusing(vm, MIN_ROOM),
            key_separator: text(vm, this.key_separator.get()),
            item_separator: text(vm, this.item_separator.get()),
            indent: vm.downcast::<Str>(this.indent.get()),
            open: (!this.markers.get().is_none()).then(Open::default),
        };
        run.value(vm, obj, level.max(0) as usize)?;
        Ok((Value::from_gc(run.out.finish(vm)?),))
    }
    /// markers
    #[getter]
    fn markers(_vm: &mut Vm, this: Gc<Encoder>) -> Value {
        this.markers.get()
    }
    /// default
    #[getter]
    fn default(_vm: &mut Vm, this: Gc<Encoder>) -> Value {
        this.default.get()
    }
    /// encoder
    #[getter]
    fn encoder(_vm: &mut Vm, this: Gc<Encoder>) -> Value {
        this.encoder.get()
    }
    /// indent
    #[getter]
    fn indent(_vm: &mut Vm, this: Gc<Encoder>) -> Value {
        this.indent.get()
    }
    /// key_separator
    #[getter]
    fn key_separator(_vm: &mut Vm, this: Gc<Encoder>) -> Value {
        this.key_separator.get()
    }
    /// item_separator
    #[getter]
    fn item_separator(_vm: &mut Vm, this: Gc<Encoder>) -> Value {
        this.item_separator.get()
    }
    /// sort_keys
    #[getter]
    fn sort_keys(_vm: &mut Vm, this: Gc<Encoder>) -> bool {
        this.sort_keys.get()
    }
    /// skipkeys
    #[getter]
    fn skipkeys(_vm: &mut Vm, this: Gc<Encoder>) -> bool {
        this.skip_keys.get()
    }
}
