//! `posix_spawn` and its settings.

use super::process::{c_strings, environment, pointers};
use crate::support::{PathArg, path_of};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ffi::CString;

/// What the program asks for besides path, arguments and environment.
pub struct How {
    /// Look for the program on PATH.
    pub search: bool,
    pub file_actions: Value,
    pub setpgroup: Option<i32>,
    pub resetids: bool,
    pub setsid: bool,
    pub setsigmask: Value,
    pub setsigdef: Value,
    pub scheduler: Option<Value>,
}

/// File actions and attributes, given back to the C library at the end.
struct Settings {
    actions: libc::posix_spawn_file_actions_t,
    attributes: libc::posix_spawnattr_t,
    /// Names that the actions refer to.
    names: Vec<CString>,
}

impl Settings {
    fn new() -> Settings {
        // SAFETY: both are made by the calls before they are used.
        unsafe {
            let mut made =
                Settings { actions: std::mem::zeroed(), attributes: std::mem::zeroed(), names: Vec::new() };
            libc::posix_spawn_file_actions_init(&mut made.actions);
            libc::posix_spawnattr_init(&mut made.attributes);
            made
        }
    }
}

impl Drop for Settings {
    fn drop(&mut self) {
        // SAFETY: made by `new`, used no more.
        unsafe {
            libc::posix_spawn_file_actions_destroy(&mut self.actions);
            libc::posix_spawnattr_destroy(&mut self.attributes);
        }
    }
}

fn check(vm: &mut Vm, errno: i32) -> PyResult<()> {
    if errno == 0 { Ok(()) } else { Err(vm.os_error(errno, None)) }
}

fn fd(vm: &mut Vm, v: Option<Value>) -> PyResult<i32> {
    match v {
        Some(v) => Ok(vm.index(v)? as i32),
        None => Err(vm.type_error("A file_actions element must be a non-empty tuple")),
    }
}

fn file_actions(vm: &mut Vm, settings: &mut Settings, actions: Value) -> PyResult<()> {
    if actions.is_none() {
        return Ok(());
    }
    let items = vm.collect(actions)?;
    for i in 0..items.len() {
        let Some(action) = vm.downcast::<Tuple>(items[i]).filter(|t| !t.is_empty()) else {
            return Err(vm.type_error("Each file_actions element must be a non-empty tuple"));
        };
        let tag = vm.index(action.items()[0])?;
        let target = &raw mut settings.actions;
        let errno = match (tag, action.len()) {
            (0, 5) => {
                let file = path_of(vm, action.items()[2])?.path;
                let (number, flags) = (fd(vm, action.get(1))?, fd(vm, action.get(3))?);
                let mode = fd(vm, action.get(4))? as libc::mode_t;
                settings.names.push(file);
                let name = settings.names.last().expect("just pushed").as_ptr();
                // SAFETY: the name lives as long as the settings.
                unsafe { libc::posix_spawn_file_actions_addopen(target, number, name, flags, mode) }
            }
            (1, 2) => {
                let number = fd(vm, action.get(1))?;
                // SAFETY: initialised settings.
                unsafe { libc::posix_spawn_file_actions_addclose(target, number) }
            }
            (2, 3) => {
                let (from, to) = (fd(vm, action.get(1))?, fd(vm, action.get(2))?);
                // SAFETY: initialised settings.
                unsafe { libc::posix_spawn_file_actions_adddup2(target, from, to) }
            }
            (0, _) => return Err(vm.type_error("A open file_action tuple must have 5 elements")),
            (1, _) => return Err(vm.type_error("A close file_action tuple must have 2 elements")),
            (2, _) => return Err(vm.type_error("A dup2 file_action tuple must have 3 elements")),
            _ => return Err(vm.type_error("Unknown file_actions identifier")),
        };
        check(vm, errno)?;
    }
    Ok(())
}

/// The signals of an iterable; `None`: there are none.
fn signals(vm: &mut Vm, v: Value) -> PyResult<Option<libc::sigset_t>> {
    let items = vm.collect(v)?;
    if items.is_empty() {
        return Ok(None);
    }
    // SAFETY: made empty before it is used.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    unsafe { libc::sigemptyset(&mut set) };
    for i in 0..items.len() {
        let n = vm.index(items[i])?;
        if !(1..65).contains(&n) {
            return Err(vm.value_error(format!("signal number {n} out of range [1; 64]")));
        }
        // SAFETY: in range.
        unsafe { libc::sigaddset(&mut set, n as i32) };
    }
    Ok(Some(set))
}

fn attributes(vm: &mut Vm, settings: &mut Settings, how: &How) -> PyResult<()> {
    let mut flags = 0;
    let attributes = &raw mut settings.attributes;
    if let Some(group) = how.setpgroup {
        // SAFETY: initialised attributes.
        check(vm, unsafe { libc::posix_spawnattr_setpgroup(attributes, group) })?;
        flags |= libc::POSIX_SPAWN_SETPGROUP;
    }
    if how.resetids {
        flags |= libc::POSIX_SPAWN_RESETIDS;
    }
    if how.setsid {
        flags |= libc::POSIX_SPAWN_SETSID as i32;
    }
    if let Some(set) = signals(vm, how.setsigmask)? {
        // SAFETY: as above.
        check(vm, unsafe { libc::posix_spawnattr_setsigmask(attributes, &set) })?;
        flags |= libc::POSIX_SPAWN_SETSIGMASK;
    }
    if let Some(set) = signals(vm, how.setsigdef)? {
        // SAFETY: as above.
        check(vm, unsafe { libc::posix_spawnattr_setsigdefault(attributes, &set) })?;
        flags |= libc::POSIX_SPAWN_SETSIGDEF;
    }
    if let Some(scheduler) = how.scheduler {
        let Some(pair) = vm.downcast::<Tuple>(scheduler).filter(|t| t.len() == 2) else {
            return Err(vm.type_error("A scheduler tuple must have two elements"));
        };
        let (policy, param) = (pair.items()[0], pair.items()[1]);
        if !policy.is_none() {
            let policy = vm.index(policy)? as i32;
            // SAFETY: as above.
            check(vm, unsafe { libc::posix_spawnattr_setschedpolicy(attributes, policy) })?;
            flags |= libc::POSIX_SPAWN_SETSCHEDULER;
        }
        let priority = vm.get_item(param, Value::small(0))?;
        let param = libc::sched_param { sched_priority: vm.index(priority)? as i32 };
        // SAFETY: as above.
        check(vm, unsafe { libc::posix_spawnattr_setschedparam(attributes, &param) })?;
        flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
    }
    // SAFETY: as above.
    check(vm, unsafe { libc::posix_spawnattr_setflags(attributes, flags as libc::c_short) })
}

/// Starts the program; its process.
pub fn spawn(vm: &mut Vm, path: PathArg, argv: Value, env: Value, how: How) -> PyResult<i32> {
    let who = if how.search { "posix_spawnp" } else { "posix_spawn" };
    if vm.downcast::<Tuple>(argv).is_none() && vm.exact_list(argv).is_none() {
        return Err(vm.type_error(format!("{who}: argv must be a tuple or list")));
    }
    let argv = c_strings(vm, argv)?;
    if argv.first().is_none_or(|first| first.is_empty()) {
        return Err(vm.value_error(match argv.is_empty() {
            true => format!("{who}: argv must not be empty"),
            false => format!("{who}: argv first element cannot be empty"),
        }));
    }
    let entries = if env.is_none() { None } else { Some(environment(vm, env)?) };
    let mut settings = Settings::new();
    file_actions(vm, &mut settings, how.file_actions)?;
    attributes(vm, &mut settings, &how)?;
    let args = pointers(&argv);
    let env = entries.as_deref().map(pointers);
    unsafe extern "C" {
        /// The C library's list of the process's environment.
        static environ: *const *const libc::c_char;
    }
    // SAFETY: the list is there as long as the process; the lock keeps Python code from changing it.
    let env = env.as_ref().map_or_else(|| unsafe { environ }, |env| env.as_ptr());
    let mut pid = 0;
    let call = if how.search { libc::posix_spawnp } else { libc::posix_spawn };
    // SAFETY: C strings in arrays closed by null, initialised settings.
    let errno = unsafe {
        call(
            &mut pid,
            path.path.as_ptr(),
            &settings.actions,
            &settings.attributes,
            args.as_ptr().cast(),
            env.cast(),
        )
    };
    if errno == 0 { Ok(pid) } else { Err(vm.os_error(errno, Some(path.value))) }
}
