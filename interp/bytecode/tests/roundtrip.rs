//! Code objects to bytes and back, and what becomes of damaged bytes.

use habu_bytecode::cache::CacheError;
use habu_bytecode::{Code, CompileOptions, Mode, compile_source, verify};
use std::fs;
use std::path::Path;

fn sources() -> Vec<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    fs::read_dir(dir)
        .expect("the folder of snapshots")
        .map(|e| e.expect("a folder entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "py"))
        .map(|p| fs::read_to_string(p).expect("a readable source"))
        .collect()
}

fn code(source: &str) -> Code {
    compile_source(source, "test.py", Mode::Exec, CompileOptions::default()).expect("valid source").code
}

#[test]
fn bytes_read_back_equal() {
    for source in sources() {
        let code = code(&source);
        assert_eq!(Code::from_bytes(&code.to_bytes()), Ok(code));
    }
    let constants = code("x = 1.5, -0.0, 3j, 10**30, -10**30, b'\\xff', '\\ud800', ..., 1e400, 'é'");
    assert_eq!(Code::from_bytes(&constants.to_bytes()), Ok(constants));
}

#[test]
fn nested_code_can_be_read_later() {
    for source in sources() {
        let code = code(&source);
        let read = Code::from_bytes_lazily(code.to_bytes(), None).expect("whole bytes");
        assert_eq!(read.complete_all(), Ok(code));
    }
    let bytes = code("def f(x):\n    def g(): return x\n    return g\n").to_bytes();
    let read = Code::from_bytes_lazily(bytes.clone(), Some("other.py")).expect("whole bytes");
    let habu_bytecode::Const::Code(f) = &read.consts[0] else { panic!("no function") };
    assert!(f.rest.is_some() && f.words.is_empty() && f.arg_count == 1 && &*f.filename == "other.py");
    let (begun, f) = (f, f.complete().expect("whole bytes"));
    assert!(f.rest.is_none() && !f.words.is_empty() && &*f.filename == "other.py");
    let mut left = f.clone();
    left.leave_linked(begun);
    assert!(left.words.is_empty() && left.consts.is_empty() && left.vars == f.vars);
    assert_eq!(left.whole().as_deref(), Ok(&f));
    assert!(Code::from_bytes_lazily(bytes[..bytes.len() - 1].to_vec(), None).is_err());
}

#[test]
fn damaged_bytes_are_refused() {
    let bytes = code("def f(x):\n    return [i for i in x]\n").to_bytes();
    for len in 0..bytes.len() {
        assert!(Code::from_bytes(&bytes[..len]).is_err(), "{len} bytes of {} were accepted", bytes.len());
    }
    for i in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[i] ^= 0x41;
        assert!(Code::from_bytes(&bad).is_err(), "byte {i} changed and nobody noticed");
    }
    assert_eq!(Code::from_bytes(b"something else altogether"), Err(CacheError::NotCode));
}

#[test]
fn verifier_refuses_damage() {
    let good = code("def f(x):\n    for i in x:\n        g(i)\n");
    assert_eq!(verify::verify(&good), Ok(()));
    let mut bad = good.clone();
    bad.registers = 1;
    assert!(verify::verify(&bad).is_err(), "registers out of range");
    let mut bad = good.clone();
    bad.words.truncate(bad.words.len() - 2);
    assert!(verify::verify(&bad).is_err(), "runs off the end");
    let mut bad = good.clone();
    bad.names.clear();
    assert!(verify::verify(&bad).is_err(), "names out of range");
    let mut bad = good;
    bad.live.clear();
    assert!(verify::verify(&bad).is_err(), "no live map");
}
