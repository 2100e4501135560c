//! What the command line and the environment decide.

use std::ffi::OsString;
use std::path::PathBuf;

/// Settings of one Python process; most are seen in `sys.flags`.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `sys.argv`, the program's name first.
    pub argv: Vec<OsString>,
    /// Directory that overrides the embedded library (`HABU_STDLIB`).
    pub stdlib: Option<PathBuf>,
    /// `-O`, `-OO`
    pub optimize: u8,
    /// `-b`
    pub bytes_warning: u8,
    /// `-v`
    pub verbose: u8,
    pub debug: u8,
    /// `-I`: implies `ignore_environment`, `no_user_site` and `safe_path`.
    pub isolated: bool,
    /// `-E`
    pub ignore_environment: bool,
    /// `-s`
    pub no_user_site: bool,
    /// `-P`: the program's folder does not come first on `sys.path`.
    pub safe_path: bool,
    /// `-S`
    pub no_site: bool,
    pub unbuffered: bool,
    /// `-B`
    pub dont_write_bytecode: bool,
    /// `-i`
    pub inspect: bool,
    pub quiet: bool,
    /// `-X dev`
    pub dev_mode: bool,
    /// `-X importtime`
    pub import_time: bool,
    /// `-X warn_default_encoding`
    pub warn_default_encoding: bool,
    /// `-X int_max_str_digits`
    pub int_max_str_digits: Option<usize>,
    pub pycache_prefix: Option<OsString>,
    /// `Some(0)`: hashes of strings are not randomised.
    pub hash_seed: Option<u32>,
    /// `sys.warnoptions`
    pub warnings: Vec<String>,
    /// `sys._xoptions`: names with values, or without.
    pub x_options: Vec<(String, Option<String>)>,
}

impl Options {
    /// An environment variable of Python's, if these count and it is not empty.
    pub fn env(&self, name: &str) -> Option<OsString> {
        if self.ignore_environment {
            return None;
        }
        std::env::var_os(name).filter(|v| !v.is_empty())
    }
}
