//! The embedded pure-Python library: finding and unpacking its sources. `build.rs` documents the layout.

use habu_bytecode::Code;
use habu_runtime::import::{Library, LibraryModule};

static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"));

/// The library that the binary carries.
pub struct Embedded;

/// Packed bytes and their plain size.
struct Packed {
    data: &'static [u8],
    size: usize,
}

struct Entry {
    package: bool,
    name: &'static str,
    source: Packed,
    code: Packed,
}

fn packed(at: usize) -> Packed {
    let (offset, len, size) = (data_start() + word(at), word(at + 4), word(at + 8));
    Packed { data: &BLOB[offset..offset + len], size }
}

fn word(at: usize) -> usize {
    let bytes = [BLOB[at], BLOB[at + 1], BLOB[at + 2], BLOB[at + 3]];
    u32::from_le_bytes(bytes) as usize
}

fn data_start() -> usize {
    env!("HABU_LIBRARY_DATA").parse().expect("build.rs writes a number")
}

fn entry(index: usize) -> Entry {
    let at = word(4 + 4 * index);
    let name_len = BLOB[at + 1] as usize;
    let name = std::str::from_utf8(&BLOB[at + 2..at + 2 + name_len]).expect("module names are UTF-8");
    let rest = at + 2 + name_len;
    Entry { package: BLOB[at] & 1 != 0, name, source: packed(rest), code: packed(rest + 12) }
}

fn find(name: &str) -> Option<Entry> {
    let (mut low, mut high) = (0, word(0));
    while low < high {
        let middle = (low + high) / 2;
        let found = entry(middle);
        match found.name.cmp(name) {
            std::cmp::Ordering::Equal => return Some(found),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

impl Library for Embedded {
    fn find(&self, name: &str) -> Option<LibraryModule> {
        find(name).map(|e| LibraryModule { package: e.package })
    }

    fn source(&self, name: &str) -> Option<Vec<u8>> {
        let source = find(name)?.source;
        miniz_oxide::inflate::decompress_to_vec_with_limit(source.data, source.size).ok()
    }

    fn code(&self, name: &str, file: &str) -> Option<Code> {
        let code = find(name)?.code;
        if code.data.len() == code.size {
            return Code::from_static_lazily(code.data, Some(file)).ok();
        }
        let bytes = lz4_flex::block::decompress(code.data, code.size).ok()?;
        Code::from_bytes_lazily(bytes, Some(file)).ok()
    }

    fn names(&self) -> Vec<&'static str> {
        (0..word(0)).map(|i| entry(i).name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_unpacks() {
        let names = Embedded.names();
        assert!(names.len() > 400);
        assert!(names.is_sorted());
        for name in names {
            let source = Embedded.source(name).expect(name);
            assert_eq!(source.len(), find(name).map_or(0, |e| e.source.size), "{name}");
            let code = Embedded.code(name, "f.py").unwrap_or_else(|| panic!("{name} is not compiled"));
            assert_eq!(&*code.filename, "f.py");
            assert!(code.complete_all().is_ok(), "{name}");
        }
    }

    #[test]
    fn packages_and_absent_modules() {
        assert!(Embedded.find("json").is_some_and(|m| m.package));
        assert!(Embedded.find("json.decoder").is_some_and(|m| !m.package));
        assert!(Embedded.find("idlelib").is_none());
        assert!(Embedded.find("").is_none());
    }
}
