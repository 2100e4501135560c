//! `_pickle`: pickling and unpickling, all protocols.

mod buffer;
mod build;
mod burst;
mod containers;
mod globals;
mod input;
mod load;
mod memo;
mod objects;
mod op;
mod output;
mod pickler;
mod reduce;
mod save;
mod save_global;
mod table;
mod text;
mod unpickler;

use crate::support::{add_type, set};
use buffer::PickleBuffer;
use habu_macros::native_module;
use habu_runtime::object::ids;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use memo::{PicklerMemo, UnpicklerMemo};
use pickler::{Pickler, Writing};
use unpickler::{Settings, Unpickler};

/// Optimized C implementation for the Python pickle module.
#[native_module(name = "_pickle")]
pub mod module {
    use super::*;

    /// Write a pickled representation of obj to the open file object file.
    ///
    /// This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may
    /// be more efficient.
    #[function(sig = "($module, /, obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dump(
        vm: &mut Vm,
        obj: Value,
        file: Value,
        protocol: Value,
        fix_imports: bool,
        buffer_callback: Value,
    ) -> PyResult<()> {
        let cls = vm.builtin(ids::PICKLER);
        let pickler = pickler::make(vm, cls)?;
        pickler::configure(vm, pickler, protocol, fix_imports, buffer_callback)?;
        pickler::set_file(vm, pickler, file)?;
        pickler::dump(vm, pickler, obj)?;
        pickler.flush(vm)
    }
    /// Return the pickled representation of the object as a bytes object.
    ///
    /// The optional *protocol* argument tells the pickler to use the given
    /// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
    /// protocol is 5.
    #[function(sig = "($module, /, obj, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dumps(
        vm: &mut Vm,
        obj: Value,
        protocol: Value,
        fix_imports: bool,
        buffer_callback: Value,
    ) -> PyResult {
        let cls = vm.builtin(ids::PICKLER);
        let pickler = pickler::make(vm, cls)?;
        pickler::configure(vm, pickler, protocol, fix_imports, buffer_callback)?;
        pickler::dump(vm, pickler, obj)?;
        let out = std::mem::take(&mut *pickler.out.cell().borrow_mut());
        let bytes = vm.bytes_value(&out.bytes);
        out.retire();
        bytes
    }
    /// Read and return an object from the pickle data stored in a file.
    ///
    /// This is equivalent to ``Unpickler(file).load()``, but may be more
    /// efficient.
    #[function(
        sig = "($module, /, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=<unrepresentable>)",
        text = "($module, /, file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=())"
    )]
    fn load(
        vm: &mut Vm,
        file: Value,
        fix_imports: bool,
        encoding: String,
        errors: String,
        buffers: Option<Value>,
    ) -> PyResult {
        let cls = vm.builtin(ids::UNPICKLER);
        let unpickler = unpickler::make(vm, cls)?;
        unpickler::set_file(vm, unpickler, file)?;
        unpickler::configure(
            vm,
            unpickler,
            Settings { fix_imports, encoding, errors, buffers: buffers.unwrap_or(Value::NONE) },
        )?;
        load::load(vm, unpickler)
    }
    /// Read and return an object from the given pickle data.
    ///
    /// The protocol version of the pickle is detected automatically, so no
    /// protocol argument is needed.  Bytes past the pickled object's
    /// representation are ignored.
    #[function(
        sig = "($module, data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=<unrepresentable>)",
        text = "($module, data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=())"
    )]
    fn loads(
        vm: &mut Vm,
        data: Buffer,
        fix_imports: bool,
        encoding: String,
        errors: String,
        buffers: Option<Value>,
    ) -> PyResult {
        let unpickler = unpickler::reused(vm)?;
        let settings = Settings { fix_imports, encoding, errors, buffers: buffers.unwrap_or(Value::NONE) };
        let mut result = unpickler::configure(vm, unpickler, settings).map(|()| Value::NONE);
        if result.is_ok() {
            let filled = unpickler.state.cell().borrow_mut().input.fill(data.as_slice());
            result = if filled { load::load(vm, unpickler) } else { Err(vm.memory_error()) };
        }
        unpickler::retire(vm, unpickler);
        result
    }
    /// What Pickler.persistent_id is by itself.
    #[function(sig = "($module, obj, /)")]
    fn persistent_id(_vm: &mut Vm, _obj: Value) {}
    /// What Unpickler.persistent_load is by itself.
    #[function(sig = "($module, pid, /)")]
    fn persistent_load(vm: &mut Vm, _pid: Value) -> PyResult {
        Err(objects::no_persistent_load(vm))
    }

    /// Takes a function out of the module: it is no attribute of it.
    fn take(vm: &mut Vm, module: ModuleRef, name: &str) -> PyResult {
        let dict = module.dict.get().expect("modules have a dict");
        let name = vm.intern_value(name);
        Ok(vm.dict_pop(dict, name)?.unwrap_or(Value::NONE))
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let defaults = (take(vm, module, "persistent_id")?, take(vm, module, "persistent_load")?);
        let globals = globals::init(vm, defaults)?;
        for decl in [PickleBuffer::DECL, Pickler::DECL, Unpickler::DECL] {
            add_type(vm, module, decl)?;
        }
        for decl in [PicklerMemo::DECL, UnpicklerMemo::DECL] {
            vm.native_class(decl)?;
        }
        for (name, cls) in [
            ("PickleError", globals.pickle_error),
            ("PicklingError", globals.pickling_error),
            ("UnpicklingError", globals.unpickling_error),
        ] {
            set(vm, module, name, Value::from_gc(cls))?;
        }
        Ok(())
    }
}
