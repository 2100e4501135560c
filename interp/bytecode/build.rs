//! A number for the compiler as it is in this build, for the fingerprint of cached bytecode: the same source text must
//! be compiled again when the compiler has changed, even if the opcodes have not.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

fn main() {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    for folder in ["src/compile", "src/op", "../syntax/src"] {
        println!("cargo::rerun-if-changed={folder}");
        hash_folder(Path::new(folder), &mut hasher);
    }
    println!("cargo::rustc-env=HABU_COMPILER={:016x}", hasher.finish());
}

/// The sources below a folder in the order of their names; a folder that is not there adds nothing.
fn hash_folder(folder: &Path, hasher: &mut DefaultHasher) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            hash_folder(&path, hasher);
        } else if let Ok(bytes) = std::fs::read(&path) {
            path.file_name().hash(hasher);
            bytes.hash(hasher);
        }
    }
}
