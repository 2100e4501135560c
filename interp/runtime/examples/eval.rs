//! Runs a file without any module but `builtins`, and prints the repr of its global `out`: for bringing the core up.

use habu_runtime::Value;
use habu_runtime::vm::{Options, Vm};

fn main() {
    let handle = std::thread::Builder::new().stack_size(256 << 20).spawn(run).expect("a thread");
    handle.join().expect("no panic");
}

fn run() {
    let path = std::env::args().nth(1).expect("usage: eval FILE");
    let text = std::fs::read_to_string(&path).expect("a readable file");
    let mut vm = Vm::new(Options::default()).expect("memory");
    let vm = &mut *vm;
    let result = (|| {
        let builtins = vm.dict_new_cells()?;
        vm.builtins = Some(builtins);
        habu_runtime::builtins::install(vm, builtins, Value::NONE)?;
        let globals = vm.dict_new_cells()?;
        let name = vm.names.name;
        let main = vm.intern("__main__");
        vm.dict_set_str(globals, name, Value::from_gc(main))?;
        let code = habu_runtime::import::compile_text(
            vm,
            &text,
            &path,
            habu_syntax::Mode::Exec,
            Default::default(),
        )?;
        vm.exec_code(code, globals, Value::from_gc(globals), None)?;
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
}
