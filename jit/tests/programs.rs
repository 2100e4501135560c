//! Whole programs give the same with the compiler off, at threshold 2 (everything is compiled) and in stress mode.

use habu_jit::{Config, JitTier, Mode};
use habu_runtime::Value;
use habu_runtime::vm::{Options, Vm};
use std::rc::Rc;

/// Repr of the global `out` after running the source.
fn run(text: &str, file: &str, config: Option<Config>) -> String {
    let mut vm = Vm::new(Options::default()).expect("memory");
    let vm = &mut *vm;
    if let Some(config) = config {
        let tier = JitTier::new(config);
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
        let code =
            habu_runtime::import::compile_text(vm, text, file, habu_syntax::Mode::Exec, Default::default())?;
        vm.exec_code(code, globals, Value::UNBOUND, None)?;
        let out = vm.intern("out");
        let v = vm.dict_get_str(globals, out).unwrap_or(Value::NONE);
        vm.repr(v)
    })();
    // The compile thread must be done with this machine before it goes.
    if let Some(tier) = vm.tier.clone() {
        tier.before_fork();
    }
    match result {
        Ok(text) => text.to_message(),
        Err(raised) => {
            let exc = vm.take_exception(raised);
            format!("raised {}", vm.repr(exc).map_or_else(|_| "?".into(), |t| t.to_message()))
        }
    }
}

// One test, since exits find their tier through a static.
#[test]
fn same_with_and_without_native_code() {
    let worker = std::thread::Builder::new().stack_size(256 << 20).spawn(|| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
        let mut files: Vec<_> =
            std::fs::read_dir(folder).expect("the folder").map(|e| e.expect("an entry").path()).collect();
        files.sort();
        for file in files {
            let (text, name) = (std::fs::read_to_string(&file).expect("a text"), file.display().to_string());
            let plain = run(&text, &name, None);
            assert!(!plain.starts_with("raised"), "{name}: {plain}");
            let modes = [
                Config { threshold: Some(2), ..Config::default() },
                Config { threshold: Some(30), ..Config::default() },
                Config { mode: Mode::Stress, ..Config::default() },
            ];
            for config in modes {
                let shown = format!("{config:?}");
                assert_eq!(run(&text, &name, Some(config)), plain, "{name} with {shown}");
            }
        }
    });
    worker.expect("a thread").join().expect("programs agree");
}
