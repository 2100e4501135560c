//! `grp`: the system's groups.

use crate::pwd::{id_of, text};
use crate::structseq::{self, Spec};
use crate::support::{add_class, path_of};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::types::list::List;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

/// The class of entries; the machine's permanent values keep it.
#[derive(Default)]
struct State {
    entry: Option<Gc<Type>>,
}

fn entry(vm: &mut Vm, g: &libc::group) -> PyResult {
    let known = vm.module_state.get(&TypeId::of::<State>()).and_then(|s| s.downcast_ref::<State>());
    let Some(cls) = known.and_then(|s| s.entry) else {
        return Err(vm.system_error("grp is not initialised"));
    };
    let name = text(vm, g.gr_name)?;
    let password = text(vm, g.gr_passwd)?;
    let members = vm.list_new()?;
    let mut next = g.gr_mem;
    // SAFETY: an array of C strings closed by null.
    while let Some(member) = unsafe { next.as_ref() }.copied().filter(|m| !m.is_null()) {
        let member = text(vm, member)?;
        vm.list_push(members, member)?;
        next = next.wrapping_add(1);
    }
    let gid = Value::small(i64::from(g.gr_gid));
    structseq::instance(vm, cls, &[name, password, gid, Value::from_gc(members)], &[])
}

/// Access to the Unix group database.
#[native_module(name = "grp")]
pub mod module {
    use super::*;

    /// Return the group database entry for the given numeric group ID.
    #[function(sig = "(id)")]
    fn getgrgid(vm: &mut Vm, id: Value) -> PyResult {
        if let Some(gid) = id_of(vm, id)? {
            // SAFETY: the answer is static until the next call; the lock is held.
            if let Some(g) = unsafe { libc::getgrgid(gid).as_ref() } {
                return entry(vm, g);
            }
        }
        let shown = vm.repr(id)?.to_message();
        let text = Value::from_gc(vm.str(&format!("getgrgid(): gid not found: {shown}"))?);
        Err(vm.key_error(text))
    }
    /// Return the group database entry for the given group name.
    #[function(sig = "(name)")]
    fn getgrnam(vm: &mut Vm, name: Gc<Str>) -> PyResult {
        let path = path_of(vm, Value::from_gc(name))?;
        // SAFETY: as above.
        if let Some(g) = unsafe { libc::getgrnam(path.path.as_ptr()).as_ref() } {
            return entry(vm, g);
        }
        let shown = vm.repr(Value::from_gc(name))?.to_message();
        let text = Value::from_gc(vm.str(&format!("getgrnam(): name not found: {shown}"))?);
        Err(vm.key_error(text))
    }
    /// Return a list of all available group entries, in arbitrary order.
    #[function]
    fn getgrall(vm: &mut Vm) -> PyResult<Gc<List>> {
        let all = vm.list_new()?;
        // SAFETY: plain library calls.
        unsafe { libc::setgrent() };
        // SAFETY: as above.
        while let Some(g) = unsafe { libc::getgrent().as_ref() } {
            let made = entry(vm, g)?;
            vm.list_push(all, made)?;
        }
        // SAFETY: as above.
        unsafe { libc::endgrent() };
        Ok(all)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let spec = Spec {
            module: "grp",
            name: "struct_group",
            doc: "grp.struct_group: Results from getgr*() routines.",
            fields: &["gr_name", "gr_passwd", "gr_gid", "gr_mem"],
            hidden: &[],
        };
        let cls = structseq::make_class(vm, &spec)?;
        vm.permanent.push(Value::from_gc(cls));
        vm.module_state.insert(TypeId::of::<State>(), Box::new(State { entry: Some(cls) }));
        add_class(vm, module, cls)
    }
}
