//! Bytecode of small sources against goldens: `snapshots/NAME.py` and the dump of its code in `snapshots/NAME.dis`.

use habu_bytecode::{CompileOptions, Mode, compile_source, dis, verify};
use std::fs;
use std::path::Path;

#[test]
fn bytecode_is_as_blessed() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let bless = std::env::var_os("HABU_BLESS").is_some_and(|v| v == "1");
    let mut names: Vec<_> = fs::read_dir(&dir)
        .expect("the folder of snapshots")
        .map(|entry| entry.expect("a folder entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "py"))
        .collect();
    names.sort();
    assert!(names.len() >= 30, "only {} snapshots found", names.len());
    let mut failures = Vec::new();
    for path in names {
        let source = fs::read_to_string(&path).expect("a readable source");
        let compiled = compile_source(&source, "test.py", Mode::Exec, CompileOptions::default())
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        verify::verify(&compiled.code).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let got = dis::dump(&compiled.code, Some(&source));
        let golden = path.with_extension("dis");
        if bless {
            fs::write(&golden, &got).expect("a writable golden");
            continue;
        }
        let want = fs::read_to_string(&golden).unwrap_or_default();
        if want != got {
            failures.push(format!("--- {}\n{}", golden.display(), first_difference(&want, &got)));
        }
    }
    assert!(
        failures.is_empty(),
        "bytecode differs from the goldens; if that is meant, run again with HABU_BLESS=1 and read the diff.\n{}",
        failures.join("\n")
    );
}

fn first_difference(want: &str, got: &str) -> String {
    let (mut w, mut g) = (want.lines(), got.lines());
    loop {
        match (w.next(), g.next()) {
            (None, None) => return "(no difference by lines)".into(),
            (a, b) if a == b => {}
            (a, b) => return format!("want: {}\ngot:  {}", a.unwrap_or("(end)"), b.unwrap_or("(end)")),
        }
    }
}
