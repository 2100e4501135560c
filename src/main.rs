//! The `habu` command: options, driver and views.

mod driver;
mod environment;
mod options;
mod views;

use options::Parsed;
use std::process::ExitCode;

/// Stack of the thread that runs Python: deep recursion through native functions needs more than the default.
const STACK: usize = 256 << 20;
/// Taken when address space is limited.
const SMALL_STACK: usize = 8 << 20;

/// The C library gives each thread an arena that grows by single pages: have one that grows by larger steps.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn tune_allocator() {
    const STEP: libc::c_int = 512 << 10;
    // SAFETY: called before there is a second thread.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_TOP_PAD, STEP);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn tune_allocator() {}

fn main() -> ExitCode {
    tune_allocator();
    let options = match options::parse(std::env::args_os().skip(1)) {
        Parsed::Run(options) => options,
        Parsed::Print(text) => {
            print!("{text}");
            return ExitCode::SUCCESS;
        }
        Parsed::Wrong(text) => {
            eprint!("{text}");
            return ExitCode::from(2);
        }
    };
    for stack in [STACK, SMALL_STACK] {
        let options = options.clone();
        let thread = std::thread::Builder::new().name("main".to_owned()).stack_size(stack);
        if let Ok(handle) =
            thread.spawn(move || -> u8 { std::process::exit(i32::from(driver::run(&options))) })
        {
            // They are for the threads that run Python.
            habu_runtime::vm::signals::block_all();
            return match handle.join() {
                Ok(status) => ExitCode::from(status),
                // An internal error: the panic's own text is on standard error already.
                Err(_) => ExitCode::from(70),
            };
        }
    }
    eprintln!("habu: no memory to start");
    ExitCode::from(70)
}
