//! Native modules, one folder each, and the embedded pure-Python library.

mod abc;
mod array;
mod asyncio;
mod atexit;
mod binascii;
mod bisect;
mod bz2;
mod cmath;
mod codecs;
mod collections;
mod contextvars;
mod csv;
mod datetime;
mod decimal;
mod elementtree;
mod errno;
mod faulthandler;
mod fcntl;
mod functools;
mod gc;
mod grp;
mod hashes;
mod heapq;
mod imp;
mod io;
mod itertools;
mod json;
mod library;
mod locale;
mod lzma;
mod marshal;
mod math;
mod mmap;
mod multiprocessing;
mod opcode;
mod operator;
mod own_error;
mod pickle;
mod posix;
mod posixshmem;
mod posixsubprocess;
mod push_decoder;
mod pwd;
mod queue;
mod random;
mod resource;
mod select;
mod signal;
mod socket;
mod sre;
mod statistics;
mod string;
mod structs;
mod structseq;
mod suggestions;
mod support;
mod symtable;
mod sys;
mod syslog;
mod termios;
mod thread;
mod time;
mod tokenize;
mod typing;
mod unicodedata;
mod uuid;
mod warnings;
mod zlib;

mod start;

pub use signal::{default_faults, install_interrupt};
pub use start::{finish, install, is_importable, run_folder, run_module, run_site, run_source};
pub use sys::VERSION;

use habu_runtime::native::ModuleDecl;

/// Every native module. `builtins` is the runtime's own.
const MODULES: &[&ModuleDecl] = &[
    &abc::module::MODULE,
    &array::module::MODULE,
    &asyncio::module::MODULE,
    &atexit::module::MODULE,
    &binascii::module::MODULE,
    &bisect::module::MODULE,
    &functools::module::MODULE,
    &gc::module::MODULE,
    &hashes::blake2::module::MODULE,
    &hashes::plain::md5_module::MODULE,
    &hashes::plain::sha1_module::MODULE,
    &hashes::plain::sha2_module::MODULE,
    &hashes::sha3::module::MODULE,
    &heapq::module::MODULE,
    &operator::module::MODULE,
    &structs::module::MODULE,
    &bz2::module::MODULE,
    &cmath::module::MODULE,
    &codecs::module::MODULE,
    &collections::module::MODULE,
    &contextvars::module::MODULE,
    &imp::module::MODULE,
    &random::module::MODULE,
    &json::module::MODULE,
    &locale::module::MODULE,
    &lzma::module::MODULE,
    &marshal::module::MODULE,
    &socket::module::MODULE,
    &signal::module::MODULE,
    &sre::module::MODULE,
    &string::module::MODULE,
    &unicodedata::module::MODULE,
    &warnings::module::MODULE,
    &zlib::module::MODULE,
    &thread::module::MODULE,
    &csv::module::MODULE,
    &datetime::module::MODULE,
    &decimal::module::MODULE,
    &elementtree::module::MODULE,
    &errno::module::MODULE,
    &faulthandler::module::MODULE,
    &fcntl::module::MODULE,
    &grp::module::MODULE,
    &io::module::MODULE,
    &itertools::module::MODULE,
    &math::module::MODULE,
    &pickle::module::MODULE,
    &posix::module::MODULE,
    &mmap::module::MODULE,
    &multiprocessing::module::MODULE,
    &posixshmem::module::MODULE,
    &posixsubprocess::module::MODULE,
    &pwd::module::MODULE,
    &queue::module::MODULE,
    &resource::module::MODULE,
    &select::module::MODULE,
    &habu_runtime::types::weakref::native_module::MODULE,
    &statistics::module::MODULE,
    &suggestions::module::MODULE,
    &sys::module::MODULE,
    &syslog::module::MODULE,
    &uuid::module::MODULE,
    &termios::module::MODULE,
    &time::module::MODULE,
    &habu_runtime::pyast::module::MODULE,
    &opcode::module::MODULE,
    &symtable::module::MODULE,
    &tokenize::module::MODULE,
    &typing::module::MODULE,
];

/// The operating system's text for a failure, as OSError shows it.
pub fn os_error_text(e: &std::io::Error) -> String {
    match e.raw_os_error() {
        Some(errno) => format!("[Errno {errno}] {}", habu_runtime::types::exception::os::error_text(errno)),
        None => e.to_string(),
    }
}
