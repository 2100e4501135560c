//! Runs a file without any module, and prints the repr of its global `out`. `JIT`: `off`, `stress`, or a threshold.
//! `DUMP`: `hir`, `clif` or `asm`. For bringing the compiler up.

use habu_jit::{Config, Dump, DumpKind, JitTier, Mode};
use habu_runtime::Value;
use habu_runtime::vm::{Options, Vm};
use std::rc::Rc;

fn main() {
    let handle = std::thread::Builder::new().stack_size(256 << 20).spawn(run).expect("a thread");
    handle.join().expect("no panic");
}

fn config(jit: &str) -> Config {
    let kind = match std::env::var("DUMP").as_deref() {
        Ok("hir") => Some(DumpKind::Hir),
        Ok("clif") => Some(DumpKind::Clif),
        Ok("asm") => Some(DumpKind::Asm),
        _ => None,
    };
    Config {
        mode: if jit == "stress" { Mode::Stress } else { Mode::Auto },
        threshold: jit.parse().ok(),
        dump: kind.map(|kind| Dump { kind, function: None }),
    }
}

fn run() {
    let path = std::env::args().nth(1).expect("usage: py FILE");
    let text = std::fs::read_to_string(&path).expect("a readable file");
    let mut vm = Vm::new(Options::default()).expect("memory");
    let vm = &mut *vm;
    let jit = std::env::var("JIT").unwrap_or_default();
    if jit != "off" {
        let tier = JitTier::new(config(&jit));
        vm.threshold = tier.threshold();
        vm.tier = Some(Rc::new(tier));
    }
    let result = (|| {
        let builtins = vm.dict_new_cells()?;
        vm.builtins = Some(builtins);
        habu_runtime::builtins::install(vm, builtins, Value::NONE)?;
        let globals = vm.dict_new_cells()?;
        let (name, main) = (vm.names.name, vm.intern("__main__"));
        vm.dict_set_str(globals, name, Value::from_gc(main))?;
        let code = habu_runtime::import::compile_text(
            vm,
            &text,
            &path,
            habu_syntax::Mode::Exec,
            Default::default(),
        )?;
        vm.exec_code(code, globals, Value::UNBOUND, None)?;
        let out = vm.intern("out");
        let v = vm.dict_get_str(globals, out).unwrap_or(Value::NONE);
        vm.repr(v)
    })();
    match result {
        Ok(text) => println!("{}", text.to_message()),
        Err(raised) => {
            let exc = vm.take_exception(raised);
            habu_runtime::types::exception::print::print_uncaught(vm, exc);
        }
    }
    if std::env::var("SUMMARY").is_ok()
        && let Some(tier) = vm.tier.clone()
    {
        eprint!("{}", tier.summary());
    }
}
