//! From the command line to the exit status: makes the virtual machine, runs the program, ends the process.

use crate::options::{JitMode, Options, Program};
use crate::views;
use habu_runtime::vm::{PyResult, Vm};
use std::rc::Rc;

/// Runs the program; the process's exit status.
pub fn run(options: &Options) -> u8 {
    if let Some(dump) = &options.dump
        && matches!(
            dump.kind,
            crate::options::DumpKind::Tokens
                | crate::options::DumpKind::Ast
                | crate::options::DumpKind::Bytecode
        )
    {
        return views::show(dump.kind, dump.function.as_deref(), options);
    }
    habu_runtime::types::str::hash::set_seed(options.python.hash_seed);
    let Some(mut vm) = Vm::new(options.python.clone()) else {
        eprintln!("habu: no memory to start");
        return 70;
    };
    habu_stdlib::default_faults();
    habu_stdlib::install_interrupt(&mut vm);
    install_tier(&mut vm, options);
    let result = start(&mut vm, options);
    let status = match result {
        Ok(()) => habu_stdlib::finish(&mut vm, 0),
        Err(raised) => {
            let exc = vm.take_exception(raised);
            let interrupted = vm.exception_matches(exc, habu_runtime::vm::Exc::KeyboardInterrupt);
            let status = habu_runtime::types::exception::print::print_uncaught(&mut vm, exc);
            let status = habu_stdlib::finish(&mut vm, status);
            if interrupted {
                habu_runtime::vm::die_of_interrupt();
            }
            status
        }
    };
    if std::env::var_os("HABU_GC").is_some_and(|setting| setting == "stats") {
        eprint!("{}", vm.heap.stats());
    }
    if options.jit_summary {
        match vm.tier.clone() {
            Some(tier) => eprint!("{}", tier.summary()),
            None => eprintln!("the JIT is off"),
        }
    }
    // The system takes everything back at once; destructors would only do it bit by bit.
    std::mem::forget(vm);
    status
}

fn start(vm: &mut Vm, options: &Options) -> PyResult<()> {
    habu_stdlib::install(vm)?;
    if !options.python.no_site
        && let Err(raised) = habu_stdlib::run_site(vm)
    {
        // As CPython: without a site nothing runs.
        let exc = vm.take_exception(raised);
        habu_runtime::types::exception::print::print_uncaught(vm, exc);
        eprintln!("Fatal Python error: init_import_site: Failed to import the site module");
        std::process::exit(1);
    }
    // From the program on: collecting at each of the start's many allocations would take minutes.
    vm.heap.set_stress_from_env();
    match &options.program {
        Program::Module(name) => habu_stdlib::run_module(vm, name),
        Program::File(path) if habu_stdlib::is_importable(path) => habu_stdlib::run_folder(vm, path),
        program => {
            let (mut bytes, filename) = match views::read_program(program) {
                Ok(source) => source,
                Err(text) => {
                    eprint!("{text}");
                    std::process::exit(2);
                }
            };
            if options.skip_first_line {
                let end = bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len());
                bytes.drain(..end);
            }
            let folder = match program {
                Program::File(path) => {
                    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
                    path.parent().map(|p| p.display().to_string())
                }
                _ => Some(String::new()),
            };
            habu_stdlib::run_source(vm, &bytes, &filename, folder.as_deref())
        }
    }
}

/// Plugs the JIT into the runtime.
fn install_tier(vm: &mut Vm, options: &Options) {
    let dump = options.dump.as_ref().and_then(|d| {
        let kind = match d.kind {
            crate::options::DumpKind::Hir => habu_jit::DumpKind::Hir,
            crate::options::DumpKind::Clif => habu_jit::DumpKind::Clif,
            crate::options::DumpKind::Asm => habu_jit::DumpKind::Asm,
            _ => return None,
        };
        Some(habu_jit::Dump { kind, function: d.function.clone() })
    });
    let mode = match options.jit {
        JitMode::Off => return,
        JitMode::Auto => habu_jit::Mode::Auto,
        JitMode::Stress => habu_jit::Mode::Stress,
    };
    let config = habu_jit::Config { mode, threshold: options.jit_threshold, dump };
    let tier = habu_jit::JitTier::new(config);
    vm.threshold = tier.threshold();
    vm.tier = Some(Rc::new(tier));
}
