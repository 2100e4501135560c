//! Fails when a dependency between the workspace's crates points the wrong way.
//!
//! The arrows are those of ARCHITECTURE.md: syntax <- bytecode <- runtime <- stdlib, runtime <- jit, and the command
//! wires all of them. What a crate may use is one row below; both its Cargo.toml and its sources are read, because a
//! name in a source file shows a turned arrow before anything links.

#[path = "common/tree.rs"]
mod tree;

use std::collections::BTreeSet;

/// Crate, its folder, and the workspace crates that it may name.
const ARROWS: [(&str, &str, &[&str]); 9] = [
    ("habu-syntax", "interp/syntax", &[]),
    // What the macros expand to, and their doc examples, name the runtime; they link against nothing of it.
    ("habu-macros", "interp/macros", &["habu-runtime"]),
    ("habu-decimal", "interp/decimal", &[]),
    ("habu-regex", "interp/regex", &[]),
    ("habu-bytecode", "interp/bytecode", &["habu-syntax"]),
    ("habu-runtime", "interp/runtime", &["habu-syntax", "habu-bytecode", "habu-macros"]),
    (
        "habu-stdlib",
        "interp/stdlib",
        &["habu-syntax", "habu-bytecode", "habu-decimal", "habu-macros", "habu-regex", "habu-runtime"],
    ),
    ("habu-jit", "jit", &["habu-syntax", "habu-bytecode", "habu-macros", "habu-runtime"]),
    (
        "habu",
        ".",
        &["habu-syntax", "habu-bytecode", "habu-macros", "habu-runtime", "habu-stdlib", "habu-jit"],
    ),
];

#[test]
fn every_member_has_a_row() {
    let manifest = tree::read("Cargo.toml");
    let members =
        manifest.split_once("members = [").and_then(|(_, rest)| rest.split_once(']')).map(|(list, _)| list);
    let members: BTreeSet<&str> = members
        .expect("the workspace manifest lists its members")
        .split(',')
        .map(|member| member.trim().trim_matches('"'))
        .filter(|member| !member.is_empty())
        .collect();
    let rows: BTreeSet<&str> = ARROWS.iter().map(|(_, folder, _)| *folder).collect();
    assert_eq!(members, rows, "the workspace's members and the rows of ARROWS differ");
}

#[test]
fn manifests_follow_the_arrows() {
    let mut wrong = Vec::new();
    for (name, folder, allowed) in ARROWS {
        for dependency in dependencies(&tree::read(&format!("{folder}/Cargo.toml"))) {
            if dependency.starts_with("habu") && !allowed.contains(&dependency.as_str()) {
                wrong.push(format!("{folder}/Cargo.toml: {name} must not depend on {dependency}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sources_follow_the_arrows() {
    let mut wrong = Vec::new();
    for (name, folder, allowed) in ARROWS {
        if folder == "." {
            continue;
        }
        for path in tree::files(folder, "rs") {
            let text = tree::read(&path);
            for (number, line) in text.lines().enumerate() {
                for named in crates_named(line) {
                    if named != name && !allowed.contains(&named.as_str()) {
                        wrong.push(format!("{path}:{}: {name} must not name {named}", number + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The names on the left of every line in a manifest's dependency sections.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            // `[workspace.dependencies]` only gives versions; `[dependencies.NAME]` would hide a name in a title.
            let section = section.trim_end_matches(']');
            inside = section.ends_with("dependencies") && section != "workspace.dependencies";
            if let Some((head, name)) = section.rsplit_once("dependencies.")
                && (head.is_empty() || head.ends_with('-') || head.ends_with('.'))
            {
                found.push(name.to_owned());
            }
        } else if inside && !line.starts_with('#') {
            let end = line.find(['.', ' ', '=']).unwrap_or(0);
            found.extend((end > 0).then(|| line[..end].to_owned()));
        }
    }
    found
}

/// The workspace's crates that a line of source names, as `habu_NAME`.
fn crates_named(line: &str) -> Vec<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = line.split(|c: char| !is_name(c));
    let crates = words.map(|word| word.replace('_', "-"));
    crates.filter(|word| ARROWS.iter().any(|(name, _, _)| *name != "habu" && name == word)).collect()
}

#[test]
fn the_readers_see_what_they_should() {
    let manifest = "[dependencies]\nhabu-jit.workspace = true\n# habu-x = 1\nlibc = \"1\"\n[dev-dependencies]\nhabu-stdlib = { path = \"x\" }\n[workspace.dependencies]\nhabu-syntax = \"1\"\n[build-dependencies.habu-macros]\npath = \"y\"\n";
    assert_eq!(dependencies(manifest), ["habu-jit", "libc", "habu-stdlib", "habu-macros"]);
    assert_eq!(
        crates_named("use habu_jit::Tier; // not habu_jitter, but habu_runtime"),
        ["habu-jit", "habu-runtime"]
    );
}
