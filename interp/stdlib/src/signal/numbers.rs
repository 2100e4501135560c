//! Signals and the module's other constants by name.

/// One more than the highest number of a signal.
pub const NSIG: i32 = if cfg!(target_os = "linux") { 65 } else { 32 };

macro_rules! named {
    ($($name:ident),* $(,)?) => { &[$((stringify!($name), libc::$name)),*] };
}

const COMMON: &[(&str, i32)] = named![
    SIGABRT, SIGALRM, SIGBUS, SIGCHLD, SIGCONT, SIGFPE, SIGHUP, SIGILL, SIGINT, SIGIO, SIGIOT, SIGKILL,
    SIGPIPE, SIGPROF, SIGQUIT, SIGSEGV, SIGSTOP, SIGSYS, SIGTERM, SIGTRAP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG,
    SIGUSR1, SIGUSR2, SIGVTALRM, SIGWINCH, SIGXCPU, SIGXFSZ,
];

#[cfg(target_os = "linux")]
const SYSTEM: &[(&str, i32)] = &[
    ("SIGCLD", libc::SIGCHLD),
    ("SIGPOLL", libc::SIGPOLL),
    ("SIGPWR", libc::SIGPWR),
    ("SIGSTKFLT", libc::SIGSTKFLT),
    ("SIGRTMAX", 64),
    // The C library keeps the first two for itself.
    ("SIGRTMIN", 34),
];
#[cfg(not(target_os = "linux"))]
const SYSTEM: &[(&str, i32)] = &[];

/// Signals by name.
pub fn signals() -> impl Iterator<Item = (&'static str, i32)> {
    COMMON.iter().chain(SYSTEM).copied()
}

pub const CONSTANTS: &[(&str, i64)] = &[
    ("SIG_DFL", 0),
    ("SIG_IGN", 1),
    ("SIG_BLOCK", libc::SIG_BLOCK as i64),
    ("SIG_UNBLOCK", libc::SIG_UNBLOCK as i64),
    ("SIG_SETMASK", libc::SIG_SETMASK as i64),
    ("ITIMER_REAL", 0),
    ("ITIMER_VIRTUAL", 1),
    ("ITIMER_PROF", 2),
];
