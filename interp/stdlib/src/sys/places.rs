//! `sys.executable` and the prefixes: where the program was started from, and the virtual environment around it.

use crate::support::{os_str, set};
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The library's folder below a prefix. The embedded library is said to lie there; `site-packages` really may.
pub const LIBRARY: &str = "lib/python3.14";

/// Folders that `sys` names.
pub struct Places {
    /// As it was called: a link into a virtual environment stays one.
    pub executable: PathBuf,
    /// The program that a virtual environment was made with.
    pub base_executable: PathBuf,
    /// Of the virtual environment, if there is one.
    pub prefix: PathBuf,
    /// The folder above the one that holds the program, as in PREFIX/bin/habu.
    pub base_prefix: PathBuf,
}

/// Found once.
pub fn places() -> &'static Places {
    static PLACES: OnceLock<Places> = OnceLock::new();
    PLACES.get_or_init(find)
}

fn find() -> Places {
    let real = std::env::current_exe().unwrap_or_default();
    let executable = called_as().unwrap_or_else(|| real.clone());
    let above = |p: &Path| p.parent().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
    let mut found = Places {
        base_prefix: above(&real),
        prefix: above(&real),
        base_executable: executable.clone(),
        executable,
    };
    if let Some((prefix, home)) = virtual_environment(&found.executable) {
        let name = real.file_name().map_or_else(|| OsString::from("habu"), ToOwned::to_owned);
        let base = home.join(&name);
        let base = if base.is_file() { base } else { real };
        found.prefix = prefix;
        found.base_prefix = above(&base);
        found.base_executable = base;
    }
    found
}

/// The path that the program was started by, made absolute.
fn called_as() -> Option<PathBuf> {
    let name = PathBuf::from(std::env::args_os().next()?);
    let whole = if name.components().count() > 1 {
        std::path::absolute(&name).ok()?
    } else {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|dir| dir.join(&name)).find(|p| p.is_file())?
    };
    whole.is_file().then_some(whole)
}

/// The folder with a `pyvenv.cfg` beside the program or above it, and the folder that its `home` names.
fn virtual_environment(executable: &Path) -> Option<(PathBuf, PathBuf)> {
    let dir = executable.parent()?;
    let (folder, text) = [Some(dir), dir.parent()].into_iter().flatten().find_map(|folder| {
        std::fs::read_to_string(folder.join("pyvenv.cfg")).ok().map(|text| (folder, text))
    })?;
    let home = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case("home"))?;
    let prefix = if folder == dir { dir.parent()? } else { folder };
    Some((prefix.to_owned(), PathBuf::from(home.1.trim())))
}

pub fn fill(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
    let p = places();
    for (name, path) in [
        ("executable", &p.executable),
        ("_base_executable", &p.base_executable),
        ("prefix", &p.prefix),
        ("exec_prefix", &p.prefix),
        ("base_prefix", &p.base_prefix),
        ("base_exec_prefix", &p.base_prefix),
    ] {
        let path = Value::from_gc(os_str(vm, path.as_os_str())?);
        set(vm, module, name, path)?;
    }
    Ok(())
}
