//! Compiles the pure-Python library and packs it into one file that the binary embeds (`src/library` reads it).
//!
//! Layout, little-endian: `u32` count; count times `u32` offset of an entry, entries sorted by module name. Entry:
//! `u8` flags (1: package), `u8` length of the name, name, then twice, for source text and code, `u32` offset of the
//! data, `u32` packed and `u32` plain size. Source text is packed by raw deflate, code (`habu_bytecode::cache`, without
//! a file name) by LZ4, or not at all where every start reads it (both sizes are the same then): so the parts that are
//! used need not be unpacked, and the others are never in memory. Code of size 0: the module does not compile, which
//! importing it will say.

#[path = "changes/apply.rs"]
mod changes;

use changes::Changes;
use habu_bytecode::{CompileOptions, Mode};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Left out: tests, what needs Tk or a bundled installer, and what RustPython has beside CPython's library.
const LEFT_OUT: &[&str] = &[
    "test",
    "idlelib",
    "turtledemo",
    "tkinter",
    "turtle",
    "ensurepip",
    "_dummy_os",
    "_dummy_thread",
    "_pycodecs",
    "dummy_threading",
];

/// Modules that every start imports, in that order.
const START: &[&str] = &[
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "_habu_library",
    "zipimport",
    "site",
    "os",
    "abc",
    "stat",
    "_collections_abc",
    "posixpath",
    "genericpath",
    "_sitebuiltins",
];

/// Build facts of the target, under the name that `sysconfig` looks for.
fn build_facts() -> String {
    let of = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    match of("OS").as_str() {
        "macos" => "_sysconfigdata__darwin_darwin".to_owned(),
        os => format!("_sysconfigdata__{os}_{}-linux-gnu", of("ARCH")),
    }
}

const PACKAGE: u8 = 1;
/// Fast rather than small: library modules are unpacked one by one at import.
const COMPRESSION: u8 = 6;

struct Module {
    path: PathBuf,
    package: bool,
}

fn collect(dir: &Path, prefix: &str, modules: &mut BTreeMap<String, Module>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let Some(file) = path.file_name().and_then(|n| n.to_str()) else { continue };
        let stem = file.strip_suffix(".py").unwrap_or(file);
        if prefix.is_empty() && LEFT_OUT.contains(&stem) || file == "__pycache__" {
            continue;
        }
        if path.is_dir() {
            let name = format!("{prefix}{file}");
            let init = path.join("__init__.py");
            if init.exists() {
                collect(&path, &format!("{name}."), modules)?;
                modules.insert(name, Module { path: init, package: true });
            }
        } else if file.ends_with(".py") && stem != "__init__" {
            modules.insert(format!("{prefix}{stem}"), Module { path, package: false });
        }
    }
    Ok(())
}

/// Packed source and packed code, each with its plain size.
type Packed = [(Vec<u8>, usize); 2];
const SOURCE: usize = 0;
const CODE: usize = 1;

fn pack(name: &str, path: &Path, changes: &Changes) -> std::io::Result<Packed> {
    let mut source = std::fs::read(path)?;
    let changed = changes.modules().any(|module| module == name);
    if changed {
        let text = String::from_utf8(source).expect("changed modules are UTF-8");
        source = changes.apply(name, text).into_bytes();
    }
    let code = match std::str::from_utf8(&source) {
        Ok(text) => habu_bytecode::compile_source(text, "", Mode::Exec, CompileOptions::default())
            .map_or_else(|_| Vec::new(), |compiled| compiled.code.to_bytes()),
        Err(_) => Vec::new(),
    };
    assert!(!changed || !code.is_empty(), "{name} does not compile with its changes");
    let plain_size = code.len();
    let code = match lz4_flex::block::compress(&code) {
        packed if packed.len() < plain_size && !START.contains(&name) => packed,
        _ => code,
    };
    let source_size = source.len();
    Ok([(miniz_oxide::deflate::compress_to_vec(&source, COMPRESSION), source_size), (code, plain_size)])
}

/// Packs the modules, in order, on all processors.
fn pack_all(modules: &BTreeMap<String, Module>, changes: &Changes) -> std::io::Result<Vec<Packed>> {
    let paths: Vec<(&str, &Path)> =
        modules.iter().map(|(name, m)| (name.as_str(), m.path.as_path())).collect();
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get());
    let share = paths.len().div_ceil(workers).max(1);
    std::thread::scope(|scope| {
        let work = |share: &[(&str, &Path)]| {
            share.iter().map(|(name, path)| pack(name, path, changes)).collect::<std::io::Result<Vec<_>>>()
        };
        let threads: Vec<_> = paths.chunks(share).map(|share| scope.spawn(move || work(share))).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().expect("packing does not panic")?);
        }
        Ok(all)
    })
}

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=lib");
    println!("cargo:rerun-if-changed=changes");
    let mut modules = BTreeMap::new();
    collect(Path::new(rustpython_pylib::LIB_PATH), "", &mut modules)?;
    // What we wrote ourselves comes before what the crate has.
    collect(Path::new("lib"), "", &mut modules)?;
    let facts = modules.remove("_sysconfigdata").expect("ours");
    modules.insert(build_facts(), facts);

    let changes = Changes::read(Path::new("changes"))?;
    if let Some(unknown) = changes.modules().find(|module| !modules.contains_key(*module)) {
        panic!("changes name the module {unknown}, which the library does not have");
    }
    let packed = pack_all(&modules, &changes)?;
    let names: Vec<&str> = modules.keys().map(String::as_str).collect();
    // What every start reads lies together; source texts, which few read, come last.
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|i| START.iter().position(|name| *name == names[*i]).unwrap_or(START.len()));
    let (mut data, mut places) = (Vec::new(), vec![[0; 2]; names.len()]);
    for kind in [CODE, SOURCE] {
        for i in &order {
            places[*i][kind] = data.len();
            data.extend_from_slice(&packed[*i][kind].0);
        }
    }
    let (mut entries, mut offsets) = (Vec::new(), Vec::new());
    for (i, (name, module)) in modules.iter().enumerate() {
        offsets.push(entries.len() as u32);
        entries.push(if module.package { PACKAGE } else { 0 });
        entries.push(u8::try_from(name.len()).expect("module names are short"));
        entries.extend_from_slice(name.as_bytes());
        for ((bytes, size), place) in packed[i].iter().zip(places[i]) {
            for n in [place, bytes.len(), *size] {
                entries.extend_from_slice(&(n as u32).to_le_bytes());
            }
        }
    }
    let table = 4 + 4 * offsets.len();
    let start = table + entries.len();
    let mut blob = Vec::with_capacity(start + data.len());
    blob.extend_from_slice(&(offsets.len() as u32).to_le_bytes());
    for offset in offsets {
        blob.extend_from_slice(&(table as u32 + offset).to_le_bytes());
    }
    blob.extend_from_slice(&entries);
    // Data offsets count from the end of the entries.
    blob.extend_from_slice(&data);
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    std::fs::write(out.join("library.bin"), blob)?;
    println!("cargo:rustc-env=HABU_LIBRARY_DATA={start}");
    Ok(())
}
