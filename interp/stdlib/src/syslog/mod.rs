//! `syslog`: messages to the system's logger.

use crate::support::set_ints;
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::vm::{PyResult, Raised, Vm};
use std::any::TypeId;
use std::ffi::CString;

/// The program's name as it was told to the C library, which keeps the pointer.
#[derive(Default)]
struct State {
    ident: Option<CString>,
    open: bool,
}

fn state(vm: &mut Vm) -> &mut State {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    state.downcast_mut().expect("entered under its own type")
}

fn c_text(vm: &mut Vm, text: Gc<Str>) -> PyResult<CString> {
    let text = vm.utf8(text)?;
    CString::new(text).map_err(|_| null_error(vm))
}

fn null_error(vm: &mut Vm) -> Raised {
    vm.value_error("embedded null character")
}

/// The base name of the script.
fn default_ident(vm: &mut Vm) -> PyResult<Option<CString>> {
    let Some(argv) = habu_runtime::import::sys_attr(vm, "argv") else { return Ok(None) };
    let argv = vm.collect(argv)?;
    let Some(script) = argv.first().and_then(|v| vm.downcast::<Str>(*v)) else { return Ok(None) };
    let script = script.to_message();
    let name = script.rsplit('/').next().unwrap_or_default();
    Ok(CString::new(name).ok().filter(|name| !name.is_empty()))
}

fn open(vm: &mut Vm, ident: Option<CString>, options: i32, facility: i32) {
    let state = state(vm);
    // The old name goes only after the C library has the new one.
    let old = std::mem::replace(&mut state.ident, ident);
    state.open = true;
    let name = state.ident.as_ref().map_or(std::ptr::null(), |name| name.as_ptr());
    // SAFETY: the name stays as long as it is in use; null asks for the process's own.
    unsafe { libc::openlog(name, options, facility) };
    drop(old);
}

/// Functions of the system's logger.
#[native_module(name = "syslog")]
pub mod module {
    use super::*;

    /// Set logging options of subsequent syslog() calls.
    #[function(sig = "($module, /, ident=<unrepresentable>, logoption=0, facility=8)")]
    fn openlog(vm: &mut Vm, ident: Option<Gc<Str>>, logoption: i32, facility: i32) -> PyResult<()> {
        let ident = match ident {
            Some(ident) => Some(c_text(vm, ident)?),
            None => default_ident(vm)?,
        };
        open(vm, ident, logoption, facility);
        Ok(())
    }
    /// Reset the syslog module values and call the system library closelog().
    #[function(sig = "($module, /)")]
    fn closelog(vm: &mut Vm) {
        if state(vm).open {
            // SAFETY: no conditions.
            unsafe { libc::closelog() };
            *state(vm) = State::default();
        }
    }
    /// syslog([priority=LOG_INFO,] message)
    /// Send the string message to the system logger.
    #[function(sig = "(*args)")]
    fn syslog(vm: &mut Vm, args: Gc<Tuple>) -> PyResult<()> {
        let (priority, message) = match *args.items() {
            [message] => (libc::LOG_INFO, message),
            [priority, message] => {
                let priority = vm.index(priority)?;
                match i32::try_from(priority) {
                    Ok(priority) => (priority, message),
                    Err(_) => return Err(vm.overflow_error("signed integer is greater than maximum")),
                }
            }
            _ => return Err(vm.type_error("syslog.syslog requires 1 to 2 arguments")),
        };
        let Some(message) = vm.downcast::<Str>(message) else {
            let got = vm.type_name(message);
            return Err(vm.type_error(format!("syslog() argument {} must be str, not {got}", args.len())));
        };
        let message = c_text(vm, message)?;
        if !state(vm).open {
            let ident = default_ident(vm)?;
            open(vm, ident, 0, libc::LOG_USER);
        }
        // SAFETY: the format takes one text.
        vm.unlocked(|| unsafe { libc::syslog(priority, c"%s".as_ptr(), message.as_ptr()) });
        Ok(())
    }
    /// Set the priority mask to maskpri and return the previous mask value.
    #[function(sig = "($module, maskpri, /)")]
    fn setlogmask(_vm: &mut Vm, maskpri: i32) -> i32 {
        // SAFETY: no conditions.
        unsafe { libc::setlogmask(maskpri) }
    }
    /// Calculates the mask for the individual priority pri.
    #[function(sig = "($module, pri, /)", name = "LOG_MASK")]
    fn log_mask(_vm: &mut Vm, pri: i32) -> i32 {
        1_i32.wrapping_shl(pri as u32)
    }
    /// Calculates the mask for all priorities up to and including pri.
    #[function(sig = "($module, pri, /)", name = "LOG_UPTO")]
    fn log_upto(_vm: &mut Vm, pri: i32) -> i32 {
        1_i32.wrapping_shl(pri.wrapping_add(1) as u32).wrapping_sub(1)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_ints(
            vm,
            module,
            crate::header_constants! {
                LOG_EMERG LOG_ALERT LOG_CRIT LOG_ERR LOG_WARNING LOG_NOTICE LOG_INFO LOG_DEBUG
                LOG_PID LOG_CONS LOG_NDELAY LOG_ODELAY LOG_NOWAIT LOG_PERROR
                LOG_KERN LOG_USER LOG_MAIL LOG_DAEMON LOG_AUTH LOG_LPR LOG_LOCAL0 LOG_LOCAL1 LOG_LOCAL2
                LOG_LOCAL3 LOG_LOCAL4 LOG_LOCAL5 LOG_LOCAL6 LOG_LOCAL7 LOG_SYSLOG LOG_CRON LOG_UUCP LOG_NEWS
                LOG_AUTHPRIV LOG_FTP
            },
        )
    }
}
