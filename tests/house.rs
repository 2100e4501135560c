//! The rules of the house: every source file says what belongs in it, stays short, and leaves nothing half done; every
//! path that a document names exists.

#[path = "common/tree.rs"]
mod tree;

use std::collections::BTreeSet;
use std::path::Path;

const DOCUMENTS: [&str; 5] =
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/benchmarks.md", "docs/library.md"];
const LONGEST: usize = 800;

#[test]
fn sources_open_with_their_purpose() {
    let silent: Vec<_> =
        tree::files(".", "rs").into_iter().filter(|path| !opens_well(&tree::read(path))).collect();
    assert!(
        silent.is_empty(),
        "these files must open with a `//!` line that says what belongs in them: {silent:#?}"
    );
}

fn opens_well(text: &str) -> bool {
    let purpose = text.lines().next().and_then(|line| line.strip_prefix("//!"));
    purpose.is_some_and(|purpose| purpose.trim().len() > 10)
}

#[test]
fn sources_stay_short() {
    let mut long = Vec::new();
    for path in tree::files(".", "rs") {
        let text = tree::read(&path);
        let lines = text.lines().count();
        if lines > LONGEST && !text.lines().next().unwrap_or_default().contains("Over 800 lines because") {
            long.push(format!("{path}: {lines} lines"));
        }
    }
    let rule = "files over 800 lines say `Over 800 lines because ...` on their first line";
    assert!(long.is_empty(), "{rule}: {long:#?}");
}

#[test]
fn nothing_is_left_half_done() {
    // Put together here, so that this file does not find itself.
    let words = [
        ["to", "do!("].concat(),
        ["unimple", "mented!("].concat(),
        ["FIX", "ME"].concat(),
        ["TO", "DO"].concat(),
    ];
    let mut found = Vec::new();
    for path in tree::files(".", "rs") {
        for (number, line) in tree::read(&path).lines().enumerate() {
            if words.iter().any(|word| line.contains(word.as_str())) {
                found.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "finish these, or raise NotImplementedError with a clear text: {found:#?}");
}

#[test]
fn members_use_the_workspace_lints() {
    let lax: Vec<_> = tree::files(".", "toml")
        .into_iter()
        .filter(|path| path.ends_with("/Cargo.toml"))
        .filter(|path| !tree::read(path).contains("[lints]\nworkspace = true"))
        .collect();
    assert!(lax.is_empty(), "add `[lints] workspace = true` to: {lax:#?}");
}

#[test]
fn documents_name_paths_that_exist() {
    let mut missing = Vec::new();
    for document in DOCUMENTS {
        for path in paths_named(&tree::read(document)) {
            if !Path::new(env!("CARGO_MANIFEST_DIR")).join(&path).exists() {
                missing.push(format!("{document}: {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "these documents name paths that do not exist: {missing:#?}");
}

/// The table of the library's differences says `overlaid` of the modules that are changed, and of no others.
#[test]
fn the_library_page_lists_the_changed_modules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut changed = BTreeSet::new();
    for entry in std::fs::read_dir(root.join("interp/stdlib/changes")).expect("the folder is there") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            let table = std::fs::read_to_string(&path).expect("UTF-8");
            changed
                .extend(table.lines().filter_map(|line| line.strip_prefix("@@ module ")).map(str::to_owned));
        }
    }
    let page = tree::read("docs/library.md");
    let listed: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_suffix("| overlaid |")?.strip_prefix("| ")?.split(" |").next())
        .map(str::to_owned)
        .collect();
    assert_eq!(changed, listed, "changed modules (left) and the rows of docs/library.md (right)");
}

/// Paths between backticks and in links. Paths are written from the root; what holds a placeholder in capitals
/// (`AREA/NAME.py`) or a pattern is not a path.
fn paths_named(document: &str) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in document.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let spans = line.split('`').skip(1).step_by(2);
            let links = line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
            found.extend(spans.chain(links).filter_map(as_path));
        }
    }
    found
}

fn as_path(text: &str) -> Option<String> {
    // `file.rs:function` names a place in a file.
    let path = text.split(':').next().unwrap_or_default();
    let plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    let placeholder = path
        .split(['/', '.', '_', '-'])
        .any(|part| part.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase()));
    let known =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "LICENSE-MIT", "LICENSE-APACHE"].contains(&path);
    let file = [".rs", ".md", ".toml"].iter().any(|ending| path.ends_with(ending)) && path.len() > 5;
    let looks_like_one = file || (path.contains('/') && !path.starts_with('/'));
    (plain && (known || (looks_like_one && !placeholder)) && !text.contains("::")).then(|| path.to_owned())
}

#[test]
fn the_path_reader_sees_what_it_should() {
    let document = "See `jit/src/lib.rs:lower` and [this](tests/bless#x), `README.md`, `AREA/NAME.py`, `a::b/c`,\n`--dump=hir`, `1/2 + x`, [web](https://example.org)\n```\n`not/this`\n```\n`src/`";
    assert_eq!(paths_named(document), ["jit/src/lib.rs", "README.md", "tests/bless", "src/"]);
}
