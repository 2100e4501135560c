//! Lexer, parser, symbol table, compiler and verifier on any bytes. The first byte chooses the mode.
#![no_main]

use habu_bytecode::{Mode, probe::front_end};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some((first, source)) = data.split_first() {
        let mode = [Mode::Exec, Mode::Single, Mode::Eval][usize::from(*first) % 3];
        front_end(source, mode);
    }
});
