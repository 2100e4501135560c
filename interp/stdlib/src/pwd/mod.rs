//! `pwd`: the system's users.

use crate::structseq::{self, Spec};
use crate::support::{add_class, os_str, path_of};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::types::list::List;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::types::{float, int};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;

/// The class of entries; the machine's permanent values keep it.
#[derive(Default)]
struct State {
    entry: Option<Gc<Type>>,
}

/// Text of a field; `None` for a null pointer.
pub fn text(vm: &mut Vm, p: *const libc::c_char) -> PyResult {
    if p.is_null() {
        return Ok(Value::NONE);
    }
    // SAFETY: fields of the system's databases are C strings.
    let bytes = unsafe { CStr::from_ptr(p) }.to_bytes();
    os_str(vm, OsStr::from_bytes(bytes)).map(Value::from_gc)
}

/// A user's or group's number: -1 is the highest. `None`: no number that the system could know.
pub fn id_of(vm: &mut Vm, v: Value) -> PyResult<Option<u32>> {
    if float::as_f64(vm, v).is_some() && int::as_int(vm, v).is_none() {
        let got = vm.type_name(v);
        return Err(vm.type_error(format!("'{got}' object cannot be interpreted as an integer")));
    }
    let n = vm.index_value(v)?;
    Ok(match int::to_i128(n) {
        Some(-1) => Some(u32::MAX),
        Some(n) => u32::try_from(n).ok(),
        None => None,
    })
}

fn entry(vm: &mut Vm, p: &libc::passwd) -> PyResult {
    let known = vm.module_state.get(&TypeId::of::<State>()).and_then(|s| s.downcast_ref::<State>());
    let Some(cls) = known.and_then(|s| s.entry) else {
        return Err(vm.system_error("pwd is not initialised"));
    };
    let name = text(vm, p.pw_name)?;
    let password = text(vm, p.pw_passwd)?;
    let (uid, gid) = (Value::small(i64::from(p.pw_uid)), Value::small(i64::from(p.pw_gid)));
    let gecos = text(vm, p.pw_gecos)?;
    let dir = text(vm, p.pw_dir)?;
    let shell = text(vm, p.pw_shell)?;
    structseq::instance(vm, cls, &[name, password, uid, gid, gecos, dir, shell], &[])
}

/// This module provides access to the Unix password database.
#[native_module(name = "pwd")]
pub mod module {
    use super::*;

    /// Return the password database entry for the given numeric user ID.
    #[function(sig = "(uidobj, /)")]
    fn getpwuid(vm: &mut Vm, uidobj: Value) -> PyResult {
        if let Some(uid) = id_of(vm, uidobj)? {
            // SAFETY: the answer is static until the next call; the lock is held.
            if let Some(p) = unsafe { libc::getpwuid(uid).as_ref() } {
                return entry(vm, p);
            }
        }
        let shown = vm.repr(uidobj)?.to_message();
        let text = Value::from_gc(vm.str(&format!("getpwuid(): uid not found: {shown}"))?);
        Err(vm.key_error(text))
    }
    /// Return the password database entry for the given user name.
    #[function(sig = "(name, /)")]
    fn getpwnam(vm: &mut Vm, name: Gc<Str>) -> PyResult {
        let path = path_of(vm, Value::from_gc(name))?;
        // SAFETY: as above.
        if let Some(p) = unsafe { libc::getpwnam(path.path.as_ptr()).as_ref() } {
            return entry(vm, p);
        }
        let shown = vm.repr(Value::from_gc(name))?.to_message();
        let text = Value::from_gc(vm.str(&format!("getpwnam(): name not found: {shown}"))?);
        Err(vm.key_error(text))
    }
    /// Return a list of all available password database entries, in arbitrary order.
    #[function]
    fn getpwall(vm: &mut Vm) -> PyResult<Gc<List>> {
        let all = vm.list_new()?;
        // SAFETY: plain library calls.
        unsafe { libc::setpwent() };
        // SAFETY: as above.
        while let Some(p) = unsafe { libc::getpwent().as_ref() } {
            let made = entry(vm, p)?;
            vm.list_push(all, made)?;
        }
        // SAFETY: as above.
        unsafe { libc::endpwent() };
        Ok(all)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let spec = Spec {
            module: "pwd",
            name: "struct_passwd",
            doc: "pwd.struct_passwd: Results from getpw*() routines.",
            fields: &["pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"],
            hidden: &[],
        };
        let cls = structseq::make_class(vm, &spec)?;
        vm.permanent.push(Value::from_gc(cls));
        vm.module_state.insert(TypeId::of::<State>(), Box::new(State { entry: Some(cls) }));
        add_class(vm, module, cls)
    }
}
