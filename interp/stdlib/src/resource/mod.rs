//! `resource`: limits and usage of the process.

use crate::header_constants;
use crate::structseq::{self, Spec};
use crate::support::{add_class, last_error, set, set_int, set_ints};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use std::any::TypeId;

const CONSTANTS: &[(&str, i64)] = header_constants! {
    RLIMIT_AS RLIMIT_CORE RLIMIT_CPU RLIMIT_DATA RLIMIT_FSIZE RLIMIT_MEMLOCK RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_NOFILE
    RLIMIT_NPROC RLIMIT_RSS RLIMIT_RTPRIO RLIMIT_RTTIME RLIMIT_SIGPENDING RLIMIT_STACK
    RUSAGE_SELF RUSAGE_CHILDREN RUSAGE_THREAD
};

/// Number of the highest limit there is.
const LIMITS: i32 = 16;

/// The class `struct_rusage`; the machine's permanent values keep it.
#[derive(Default)]
struct State {
    usage: Option<Gc<Type>>,
}

const USAGE: Spec = Spec {
    module: "resource",
    name: "struct_rusage",
    doc: "struct_rusage: Result from getrusage.",
    fields: &[
        "ru_utime",
        "ru_stime",
        "ru_maxrss",
        "ru_ixrss",
        "ru_idrss",
        "ru_isrss",
        "ru_minflt",
        "ru_majflt",
        "ru_nswap",
        "ru_inblock",
        "ru_oublock",
        "ru_msgsnd",
        "ru_msgrcv",
        "ru_nsignals",
        "ru_nvcsw",
        "ru_nivcsw",
    ],
    hidden: &[],
};

/// The class, made when first asked for.
fn usage_class(vm: &mut Vm) -> PyResult<Gc<Type>> {
    let known = vm.module_state.get(&TypeId::of::<State>()).and_then(|s| s.downcast_ref::<State>());
    if let Some(cls) = known.and_then(|s| s.usage) {
        return Ok(cls);
    }
    let cls = structseq::make_class(vm, &USAGE)?;
    vm.permanent.push(Value::from_gc(cls));
    vm.module_state.insert(TypeId::of::<State>(), Box::new(State { usage: Some(cls) }));
    Ok(cls)
}

/// What `getrusage` and `wait4` answer.
pub fn usage(vm: &mut Vm, u: &libc::rusage) -> PyResult {
    let cls = usage_class(vm)?;
    let mut items = vm.rooted_vec();
    for t in [u.ru_utime, u.ru_stime] {
        let v = vm.float(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6)?;
        items.push(v);
    }
    for n in [
        u.ru_maxrss,
        u.ru_ixrss,
        u.ru_idrss,
        u.ru_isrss,
        u.ru_minflt,
        u.ru_majflt,
        u.ru_nswap,
        u.ru_inblock,
        u.ru_oublock,
        u.ru_msgsnd,
        u.ru_msgrcv,
        u.ru_nsignals,
        u.ru_nvcsw,
        u.ru_nivcsw,
    ] {
        items.push(Value::small(n));
    }
    structseq::instance(vm, cls, &items, &[])
}

fn checked(vm: &mut Vm, which: i32) -> PyResult<()> {
    if (0..LIMITS).contains(&which) { Ok(()) } else { Err(vm.value_error("invalid resource specified")) }
}

fn limit_value(vm: &mut Vm, v: Value) -> PyResult<libc::rlim_t> {
    let n = vm.index_value(v)?;
    match habu_runtime::types::int::to_i128(n) {
        Some(n) if (-1..1i128 << 64).contains(&n) => Ok(n as libc::rlim_t),
        Some(n) if n < 0 => Err(vm.value_error("Cannot convert negative int")),
        _ => Err(vm.overflow_error("Python int too large to convert to C rlim_t")),
    }
}

/// A pair of limits.
fn limits(vm: &mut Vm, v: Value) -> PyResult<libc::rlimit> {
    let items = vm.collect(v)?;
    if items.len() != 2 {
        return Err(vm.value_error("expected a tuple of 2 integers"));
    }
    Ok(libc::rlimit { rlim_cur: limit_value(vm, items[0])?, rlim_max: limit_value(vm, items[1])? })
}

fn shown(vm: &mut Vm, limit: libc::rlimit) -> PyResult<(Value, Value)> {
    let one = |vm: &mut Vm, n: libc::rlim_t| {
        if n == libc::RLIM_INFINITY { Ok(Value::small(-1)) } else { vm.int_u64(n) }
    };
    Ok((one(vm, limit.rlim_cur)?, one(vm, limit.rlim_max)?))
}

fn refused(vm: &mut Vm) -> habu_runtime::vm::Raised {
    match std::io::Error::last_os_error().raw_os_error() {
        Some(libc::EINVAL) => vm.value_error("current limit exceeds maximum limit"),
        Some(libc::EPERM) => vm.value_error("not allowed to raise maximum limit"),
        _ => last_error(vm, None),
    }
}

#[native_module(name = "resource")]
pub mod module {
    use super::*;

    #[function(sig = "(who, /)")]
    fn getrusage(vm: &mut Vm, who: i32) -> PyResult {
        // SAFETY: zeros are valid in this plain structure, which the call fills in.
        let mut u: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: valid for writing.
        if unsafe { libc::getrusage(who, &mut u) } < 0 {
            if std::io::Error::last_os_error().raw_os_error() == Some(libc::EINVAL) {
                return Err(vm.value_error("invalid who parameter"));
            }
            return Err(last_error(vm, None));
        }
        usage(vm, &u)
    }
    #[function(sig = "(resource, /)")]
    fn getrlimit(vm: &mut Vm, resource: i32) -> PyResult<(Value, Value)> {
        checked(vm, resource)?;
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: valid for writing.
        if unsafe { libc::getrlimit(resource as _, &mut limit) } < 0 {
            return Err(last_error(vm, None));
        }
        shown(vm, limit)
    }
    #[function(sig = "(resource, limits, /)")]
    fn setrlimit(vm: &mut Vm, resource: i32, limits_: Value) -> PyResult<()> {
        checked(vm, resource)?;
        let limit = limits(vm, limits_)?;
        // SAFETY: the structure is valid for the call.
        if unsafe { libc::setrlimit(resource as _, &limit) } < 0 {
            return Err(refused(vm));
        }
        Ok(())
    }
    #[function(sig = "(pid, resource, limits=None, /)")]
    fn prlimit(vm: &mut Vm, pid: i32, resource: i32, limits_: Value) -> PyResult<(Value, Value)> {
        checked(vm, resource)?;
        let new = if limits_.is_none() { None } else { Some(limits(vm, limits_)?) };
        let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        let wanted = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        // SAFETY: both are valid for the call.
        if unsafe { libc::prlimit(pid, resource as _, wanted, &mut old) } < 0 {
            return Err(refused(vm));
        }
        shown(vm, old)
    }
    #[function]
    fn getpagesize(_vm: &mut Vm) -> i64 {
        // SAFETY: a plain library call.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_ints(vm, module, CONSTANTS)?;
        set_int(vm, module, "RLIMIT_OFILE", i64::from(libc::RLIMIT_NOFILE))?;
        set_int(vm, module, "RLIM_INFINITY", -1)?;
        let cls = usage_class(vm)?;
        add_class(vm, module, cls)?;
        let error = Value::from_gc(vm.exc_class(Exc::OSError));
        set(vm, module, "error", error)
    }
}
