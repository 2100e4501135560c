//! The kernels that the benchmarks run: small programs that define `kernel()` and the `EXPECTED` result.

use std::path::{Path, PathBuf};

/// The files of `benches/kernels`, sorted: each defines `kernel()` and the `EXPECTED` result.
pub fn kernels() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/kernels");
    let entries = std::fs::read_dir(&folder).expect("benches/kernels is there");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "py"));
    files.sort();
    files
}

/// A kernel's name in the report.
pub fn name(kernel: &Path) -> String {
    kernel.file_stem().expect("kernels are files").to_string_lossy().into_owned()
}
