//! `Unpickler`: its cell, its memo, finding classes, and the class.

use super::globals::{self, unpickling_error};
use super::input::Input;
use super::load;
use super::memo::UnpicklerMemo;
use super::save_global::{follow, import};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, RootedVec, Vm};
use std::any::TypeId;
use std::collections::HashMap;

/// What an unpickler keeps outside of the heap.
pub struct State {
    pub input: Input,
    /// Memoized values; unbound where there is none.
    pub memo: RootedVec,
    /// How many of them there are.
    pub count: u64,
    /// Places in `memo` of numbers far beyond its end.
    pub far: HashMap<u64, usize>,
    pub encoding: String,
    pub errors: String,
}

layout! {
    /// Cell of an unpickler. Unbound: the file's methods where there is no file, attributes that were not set.
    Unpickler(ids::UNPICKLER) {
        read, readline, peek, buffers, persistent_load, own_persistent_load
    } plain { proto: i64, fix_imports: bool, ready: bool, running: bool } boxed { state: State }
}

/// Numbers this far behind the last one get a place by themselves.
const GAP: u64 = 1 << 16;

impl Unpickler {
    /// A memoized value.
    pub fn memo_get(&self, at: u64) -> Option<Value> {
        let state = self.state.cell().borrow();
        if state.far.is_empty() {
            return state.memo.get(usize::try_from(at).ok()?).copied().filter(|v| !v.is_unbound());
        }
        let at = state.far.get(&at).copied().or(usize::try_from(at).ok())?;
        state.memo.get(at).copied().filter(|v| !v.is_unbound())
    }
    pub fn memo_put(&self, at: u64, v: Value) {
        let mut state = self.state.cell().borrow_mut();
        let len = state.memo.len() as u64;
        if at == len && state.far.is_empty() {
            state.memo.push(v);
            state.count += 1;
            return;
        }
        let place = match state.far.get(&at) {
            Some(place) => *place,
            None if at > len + GAP => {
                state.far.insert(at, len as usize);
                len as usize
            }
            None => at as usize,
        };
        if place >= state.memo.len() {
            state.memo.resize(place + 1, Value::UNBOUND);
        }
        state.count += u64::from(state.memo[place].is_unbound());
        state.memo[place] = v;
    }
    /// The number that `MEMOIZE` gives.
    pub fn memo_len(&self) -> u64 {
        self.state.cell().borrow().count
    }
}

/// Empties the memo.
pub fn forget(_vm: &mut Vm, this: Gc<Unpickler>) {
    let mut state = this.state.cell().borrow_mut();
    state.memo.clear();
    state.count = 0;
    state.far.clear();
}

/// The memo as a dict.
pub fn memo_dict(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult<Gc<Dict>> {
    let dict = vm.dict_new()?;
    let count = this.state.cell().borrow().memo.len();
    let names: HashMap<usize, u64> =
        this.state.cell().borrow().far.iter().map(|(name, place)| (*place, *name)).collect();
    for place in 0..count {
        let v = this.state.cell().borrow().memo[place];
        if !v.is_unbound() {
            let name = vm.int_u64(names.get(&place).copied().unwrap_or(place as u64))?;
            vm.dict_set(dict, name, v)?;
        }
    }
    Ok(dict)
}

/// An unpickler that reads from nowhere yet.
pub fn make(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<Unpickler>> {
    let this = vm.alloc_instance::<Unpickler>(cls)?;
    for field in [
        &this.read,
        &this.readline,
        &this.peek,
        &this.buffers,
        &this.persistent_load,
        &this.own_persistent_load,
    ] {
        field.init(Value::UNBOUND);
    }
    this.state.init(State {
        input: Input::default(),
        memo: vm.rooted_vec(),
        count: 0,
        far: HashMap::new(),
        encoding: String::new(),
        errors: String::new(),
    });
    Ok(this)
}

/// The unpickler that `loads` uses again and again; programs never see it.
struct Idle(Gc<Unpickler>);

/// An unpickler for `loads`, to be given back by `retire`.
pub fn reused(vm: &mut Vm) -> PyResult<Gc<Unpickler>> {
    let key = TypeId::of::<Idle>();
    let kept = vm.module_state.get(&key).and_then(|kept| kept.downcast_ref::<Idle>()).map(|idle| idle.0);
    // What is loaded may itself load something.
    if let Some(kept) = kept.filter(|kept| !kept.running.get()) {
        kept.running.set(true);
        return Ok(kept);
    }
    let cls = vm.builtin(ids::UNPICKLER);
    let made = make(vm, cls)?;
    made.running.set(true);
    if kept.is_none() {
        vm.permanent.push(Value::from_gc(made));
        vm.module_state.insert(key, Box::new(Idle(made)));
    }
    Ok(made)
}

/// Lets go of everything that was read, now rather than when the cell is collected.
pub fn retire(vm: &mut Vm, this: Gc<Unpickler>) {
    forget(vm, this);
    this.buffers.set(&mut vm.heap, this.header(), Value::UNBOUND);
    let mut state = this.state.cell().borrow_mut();
    state.input.reset();
    if state.memo.capacity() > KEPT {
        *state.memo = Vec::new();
    }
    this.running.set(false);
}

/// A memo of more values than this is not kept.
const KEPT: usize = 1 << 13;

/// How to read what Python 2 wrote, and what is read out of band.
pub struct Settings {
    pub fix_imports: bool,
    pub encoding: String,
    pub errors: String,
    pub buffers: Value,
}

pub fn configure(vm: &mut Vm, this: Gc<Unpickler>, settings: Settings) -> PyResult<()> {
    let buffers = if settings.buffers.is_none() || settings.buffers.is_unbound() {
        Value::UNBOUND
    } else {
        vm.get_iter(settings.buffers)?
    };
    this.buffers.set(&mut vm.heap, this.header(), buffers);
    this.fix_imports.set(settings.fix_imports);
    this.proto.set(0);
    forget(vm, this);
    let mut state = this.state.cell().borrow_mut();
    state.input.reset();
    state.encoding = settings.encoding;
    state.errors = settings.errors;
    Ok(())
}

pub fn set_file(vm: &mut Vm, this: Gc<Unpickler>, file: Value) -> PyResult<()> {
    let mut methods = [Value::UNBOUND; 3];
    for (slot, name) in methods.iter_mut().zip(["peek", "read", "readline"]) {
        let name = vm.intern(name);
        *slot = vm.get_attr_opt(file, name)?.unwrap_or(Value::UNBOUND);
    }
    let [peek, read, readline] = methods;
    if read.is_unbound() || readline.is_unbound() {
        return Err(vm.type_error("file must have 'read' and 'readline' attributes"));
    }
    this.peek.set(&mut vm.heap, this.header(), peek);
    this.read.set(&mut vm.heap, this.header(), read);
    this.readline.set(&mut vm.heap, this.header(), readline);
    Ok(())
}

/// What is loaded may not use its own unpickler.
fn check_idle(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult<()> {
    if this.running.get() {
        return Err(vm.runtime_error("Unpickler object is already used"));
    }
    Ok(())
}

/// Whether the program's class has its own of a method that `Unpickler` has.
fn overrides(vm: &mut Vm, this: Gc<Unpickler>, name: Gc<Str>) -> bool {
    let (own, base) = (vm.class_of(Value::from_gc(this)), vm.builtin(ids::UNPICKLER));
    own != base && vm.type_lookup(own, name) != vm.type_lookup(base, name)
}

/// What gives objects for persistent ids; unbound: nothing.
pub fn persistent_method(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult {
    let name = vm.intern("persistent_load");
    if overrides(vm, this, name) {
        vm.get_attr(Value::from_gc(this), name)
    } else {
        Ok(this.own_persistent_load.get())
    }
}

/// The class or function of a name, as the program's class wants it found.
pub fn find(vm: &mut Vm, this: Gc<Unpickler>, module: Value, name: Value) -> PyResult {
    let method = vm.intern("find_class");
    let v = Value::from_gc(this);
    let has_own = vm.class_of(v) != vm.builtin(ids::UNPICKLER);
    if has_own {
        return vm.call_method_name(v, method, &[module, name]);
    }
    find_class(vm, this, module, name)
}

/// What Python 3 calls what Python 2 called so.
fn new_names(vm: &mut Vm, module: Value, name: Value) -> PyResult<(Value, Value)> {
    let tables = globals::get(vm)?;
    let key = Value::from_gc(vm.tuple(&[module, name])?);
    if let Some(found) = vm.dict_get(tables.name_mapping, key)? {
        return match vm.downcast::<Tuple>(found).as_deref().map(Tuple::items) {
            Some(&[module, name]) => Ok((module, name)),
            _ => Err(vm.runtime_error("_compat_pickle.NAME_MAPPING values should be 2-tuples")),
        };
    }
    Ok((vm.dict_get(tables.import_mapping, module)?.unwrap_or(module), name))
}

pub fn find_class(vm: &mut Vm, this: Gc<Unpickler>, module: Value, name: Value) -> PyResult {
    let (mut module, mut name) = (module, name);
    if this.proto.get() < 3 && this.fix_imports.get() {
        (module, name) = new_names(vm, module, name)?;
    }
    let module_name = module;
    let module = import(vm, module)?;
    let Some(text) = vm.downcast::<Str>(name) else {
        let got = vm.type_name(name);
        return Err(vm.type_error(format!("attribute name must be string, not '{got}'")));
    };
    let path = text.to_message();
    if this.proto.get() < 4 || !path.contains('.') {
        return vm.get_attr(module, text);
    }
    let found = follow(vm, module, text);
    match vm.catch(found, Exc::AttributeError)? {
        Some(found) => Ok(found),
        None => {
            let (name, module) = (vm.repr(name)?.to_message(), vm.repr(module_name)?.to_message());
            Err(vm.attribute_error_text(format!("Can't resolve path {name} on module {module}")))
        }
    }
}

/// This takes a binary file for reading a pickle data stream.
///
/// The protocol version of the pickle is detected automatically, so no
/// protocol argument is needed.  Bytes past the pickled object's
/// representation are ignored.
#[py_type(name = "Unpickler", module = "_pickle", id = ids::UNPICKLER, subclassable)]
impl Unpickler {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<Unpickler>> {
        make(vm, cls)
    }
    #[method(
        sig = "($self, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=<unrepresentable>)"
    )]
    fn __init__(
        vm: &mut Vm,
        this: Gc<Unpickler>,
        file: Value,
        fix_imports: bool,
        encoding: String,
        errors: String,
        buffers: Option<Value>,
    ) -> PyResult<()> {
        check_idle(vm, this)?;
        this.ready.set(false);
        set_file(vm, this, file)?;
        let buffers = buffers.unwrap_or(Value::NONE);
        configure(vm, this, Settings { fix_imports, encoding, errors, buffers })?;
        this.ready.set(true);
        Ok(())
    }
    /// Load a pickle.
    ///
    /// Read a pickled object representation from the open file object given
    /// in the constructor, and return the reconstituted object hierarchy
    /// specified therein.
    #[method]
    fn load(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult {
        if !this.ready.get() {
            let cls = vm.type_name(Value::from_gc(this));
            let text = format!("Unpickler.__init__() was not called by {cls}.__init__()");
            return Err(unpickling_error(vm, text));
        }
        check_idle(vm, this)?;
        this.running.set(true);
        let result = load::load(vm, this);
        this.running.set(false);
        result
    }
    /// Return an object from a specified module.
    ///
    /// If necessary, the module will be imported. Subclasses may override
    /// this method (e.g. to restrict unpickling of arbitrary classes and
    /// functions).
    ///
    /// This method is called whenever a class or a function object is
    /// needed.  Both arguments passed are str objects.
    #[method(sig = "($self, module_name, global_name, /)")]
    fn find_class(vm: &mut Vm, this: Gc<Unpickler>, module_name: Value, global_name: Value) -> PyResult {
        find_class(vm, this, module_name, global_name)
    }
    /// Returns size in memory, in bytes.
    #[method]
    fn __sizeof__(_vm: &mut Vm, this: Gc<Unpickler>) -> usize {
        let state = this.state.cell().borrow();
        size_of::<Unpickler>() + state.input.data.capacity() + state.memo.capacity() * 8
    }
    /// The object of a persistent id.
    #[getter]
    fn persistent_load(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult {
        match this.own_persistent_load.get().bound() {
            Some(f) => Ok(f),
            None => globals::get(vm).map(|g| g.no_persistent_load),
        }
    }
    #[setter]
    fn set_persistent_load(vm: &mut Vm, this: Gc<Unpickler>, f: Option<Value>) -> PyResult<()> {
        if let Some(f) = f
            && !vm.is_callable(f)
        {
            return Err(vm.type_error("persistent_load must be a callable taking one argument"));
        }
        this.own_persistent_load.set(&mut vm.heap, this.header(), f.unwrap_or(Value::UNBOUND));
        Ok(())
    }
    #[getter]
    fn memo(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult<Gc<UnpicklerMemo>> {
        super::memo::of_unpickler(vm, this)
    }
    #[setter]
    fn set_memo(vm: &mut Vm, this: Gc<Unpickler>, memo: Option<Value>) -> PyResult<()> {
        let Some(memo) = memo else { return Err(vm.type_error("attribute deletion is not supported")) };
        let dict = match vm.exact::<UnpicklerMemo>(memo) {
            Some(proxy) => match vm.downcast::<Unpickler>(proxy.unpickler.get()) {
                Some(other) => memo_dict(vm, other)?,
                None => return Ok(()),
            },
            None => match vm.downcast::<Dict>(memo) {
                Some(dict) => dict,
                None => {
                    let got = vm.type_name(memo);
                    return Err(vm.type_error(format!(
                        "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {got}"
                    )));
                }
            },
        };
        forget(vm, this);
        let mut pos = 0;
        while let Some((key, v)) = vm.dict_next(dict, &mut pos) {
            let Some(key) = habu_runtime::types::int::as_int(vm, key) else {
                return Err(vm.type_error("memo key must be integers"));
            };
            match habu_runtime::types::int::to_u64(key) {
                Some(at) => this.memo_put(at, v),
                None => return Err(vm.value_error("memo key must be positive integers.")),
            }
        }
        Ok(())
    }
}
